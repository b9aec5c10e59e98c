"""How a server wants to be asked for structured answers, found out once by a small question and remembered."""

from __future__ import annotations

import threading

from pydantic import BaseModel

from ..errors import ModelError
from .log import CallLog
from .settings import Mode, Settings
from .structured import AnswerError, Manner, ask_in
from .wire import Errand, TransportError

_PROBING = threading.Lock()
_MODES: tuple[Mode, ...] = ("json_schema", "tools", "json")


class Copied(BaseModel):
    """The probe's answer."""

    digits: str


_DIGITS = "20190515"
_QUESTION = [
    {"role": "system", "content": "只用 JSON 回答 (answer in JSON only)."},
    {"role": "user", "content": f"把这串数字照抄进 digits (copy these digits into digits): {_DIGITS}"},
]


def manner_of(settings: Settings, log: CallLog) -> Manner:
    """How to ask this model: as set, or the first of JSON Schema, tools and JSON that works.

    Raises ModelError when none works, or when the server cannot be reached.
    """
    if settings.structured != "auto":
        return Manner(mode=settings.structured)
    server = f"{settings.base_url} {settings.require()}"
    with _PROBING:
        known = log.manner(server)
        if known is not None:
            return Manner.model_validate_json(known)
        manner = _probed(settings, log)
        log.remember(server, manner.model_dump_json())
        return manner


def _probed(settings: Settings, log: CallLog) -> Manner:
    problems: list[str] = []
    temperature = settings.temperature is not None
    for mode in _MODES:
        for manner in (Manner(mode=mode, temperature=True), Manner(mode=mode, temperature=False)):
            if manner.temperature and not temperature:
                continue
            try:
                answer = ask_in(_QUESTION, Copied, settings, log, Errand("probe", f"结构化输出 {mode}"), manner)
            except AnswerError as error:
                problems.append(f"{mode}: {error.problem}")
                break
            except TransportError as error:
                if error.status not in ("http 400", "http 422", "http 500"):
                    raise
                if manner.temperature and "temperature" in str(error).lower():
                    temperature = False
                    continue
                problems.append(f"{mode}: {error}")
                break
            if answer.value.digits.strip() == _DIGITS:
                return manner
            problems.append(f"{mode}: 照抄 {_DIGITS} 得到 {answer.value.digits[:20]!r}")
            break
    raise ModelError(
        f"模型 {settings.model} 用 JSON Schema、tools、JSON 三种方式都没有给出可用的回答 (no structured-output mode works): "
        + "；".join(problems)
    )
