"""Tells what of the model is configured, tries each part, and says how to mend what does not work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..errors import GongkaiError, SettingsError
from .embed import embed
from .log import CallLog
from .manner import manner_of
from .settings import OPENAI_URL, Settings, load_settings

State = Literal["ok", "off", "failed"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was found out about one part."""

    part: str
    state: State
    """``off``: not configured, and nothing is wrong with that."""
    said: str
    mend: str = ""
    """What to do, where something is to be done."""


def examine_model(*, ask: bool = True, log_path: Path | None = None) -> Iterator[Check]:
    """The parts of the model's configuration, each tried; with ``ask`` False nothing is sent.

    ``log_path`` is the call log of the library in use, if there is one.
    """
    try:
        settings = load_settings(log_path=log_path)
    except SettingsError as error:
        yield Check("设置 settings", "failed", str(error), "改正或去掉这个环境变量 (mend or unset the variable)")
        return
    yield _key(settings)
    yield Check("服务 server", "ok", settings.base_url, "" if settings.base_url != OPENAI_URL else "用别家服务时设 OPENAI_BASE_URL")
    yield _model(settings)
    yield _limits(settings)
    try:
        log = CallLog(settings.log_path)
    except GongkaiError as error:
        yield Check("调用日志 call log", "failed", str(error), "设 GONGKAI_LLM_LOG 到一个可写的位置 (set GONGKAI_LLM_LOG)")
        return
    with log:
        yield Check("调用日志 call log", "ok", f"{settings.log_path}（{_where(log_path)}）")
        if not ask:
            return
        if settings.active:
            yield _probe(settings, log)
        if settings.embedding_model:
            yield _embedding(settings, log)
        else:
            yield Check("向量模型 embeddings", "off", "没有指定；检索用内置的关键词向量", "要用时设 GONGKAI_EMBEDDING_MODEL")


def _where(log_path: Path | None) -> str:
    """Why the call log lies where it does."""
    if os.environ.get("GONGKAI_LLM_LOG"):
        return "由 GONGKAI_LLM_LOG 指定 (set by GONGKAI_LLM_LOG)"
    if log_path is not None:
        return "在报告库内 (inside the library)"
    return "用户缓存；用报告库时在库内 (the user's cache; inside the library when one is used)"


def _key(settings: Settings) -> Check:
    if settings.api_key is not None:
        return Check("密钥 key", "ok", "已设 OPENAI_API_KEY（不显示、不记录）")
    return Check("密钥 key", "off", "没有设 OPENAI_API_KEY；自己的服务多半不需要", "用付费服务时：export OPENAI_API_KEY=…")


def _model(settings: Settings) -> Check:
    if settings.active:
        return Check("模型 model", "ok", str(settings.model))
    try:
        settings.require()
    except SettingsError as error:
        return Check("模型 model", "off", "不调用任何模型，全部离线处理", str(error))
    raise AssertionError("an inactive model is not required")


def _limits(settings: Settings) -> Check:
    parts = [f"同时 {settings.concurrency} 个请求"]
    if settings.rpm:
        parts.append(f"每分钟 {settings.rpm} 次")
    if settings.tpm:
        parts.append(f"每分钟 {settings.tpm} 词元")
    if settings.price_in is not None and settings.price_out is not None:
        parts.append(f"单价 {settings.price_in}／{settings.price_out}（每百万词元，读／写）")
    if settings.budget is not None:
        parts.append(f"预算 {settings.budget}")
    if settings.budget_tokens is not None:
        parts.append(f"预算 {settings.budget_tokens} 词元")
    mend = "" if settings.budget or settings.budget_tokens else "可设 GONGKAI_BUDGET_TOKENS，或用 --budget，免得花费过多"
    return Check("限额 limits", "ok", "，".join(parts), mend if settings.active else "")


def _probe(settings: Settings, log: CallLog) -> Check:
    try:
        manner = manner_of(settings, log)
    except GongkaiError as error:
        return Check("结构化回答 structured answers", "failed", str(error), "按上面的原因处理；或设 GONGKAI_STRUCTURED=json 再试")
    names = {"json_schema": "JSON Schema", "tools": "tools（函数调用）", "json": "JSON"}
    said = f"用 {names[manner.mode]}" + ("" if manner.temperature else "，不接受 temperature")
    return Check("结构化回答 structured answers", "ok", said + ("（按设置，没有试）" if settings.structured != "auto" else "，已试通"))


def _embedding(settings: Settings, log: CallLog) -> Check:
    try:
        vector = embed(["政府信息公开"], settings, log=log, subject="doctor")[0]
    except GongkaiError as error:
        return Check("向量模型 embeddings", "failed", str(error), "检查 GONGKAI_EMBEDDING_MODEL；不用时去掉它")
    return Check("向量模型 embeddings", "ok", f"{settings.embedding_model}，{len(vector)} 维")
