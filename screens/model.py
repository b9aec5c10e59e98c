"""What a terminal shows of the language model: its state of health, and the log of its calls."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from extractor.errors import ModelError
from extractor.library.calls import call_log, library_in_use, settings_in
from extractor.llm.doctor import Check, examine_model
from extractor.llm.log import Call, CallLog
from extractor.llm.structured import text_of
from extractor.llm.usage import Usage

_SIGNS = {"ok": ("✓", "green"), "off": ("–", "dim"), "failed": ("✗", "red")}


def print_health(console: Console, *, ask: bool, library: Path | None = None) -> int:
    """Every part with its state and how to mend it; 1 when a configured part does not work."""
    failed = False
    used = library_in_use(library)
    for check in examine_model(ask=ask, log_path=call_log(used) if used else None):
        console.print(_line(check))
        failed = failed or check.state == "failed"
    return 1 if failed else 0


def _line(check: Check) -> Text:
    sign, style = _SIGNS[check.state]
    text = Text.assemble((f"{sign} ", style), (f"{check.part}  ", "bold"), check.said)
    if check.mend:
        text.append(f"\n    → {check.mend}", style="yellow" if check.state == "failed" else "dim")
    return text


def spent(usage: Usage) -> str:
    """What a run has asked of a model, in one sentence."""
    cost = f"，费用 {usage.cost:.4f}" if usage.cost is not None else ""
    return (
        f"模型：请求 {usage.calls} 次，读 {usage.tokens_in} 写 {usage.tokens_out} 词元{cost}；另有 {usage.replayed} 次取自调用日志，不花钱 "
        f"({usage.calls} calls, {usage.tokens} tokens, {usage.replayed} replayed)"
    )


def print_calls(console: Console, *, number: int | None, last: int, run: str | None, contains: str, library: Path | None = None) -> None:
    """The latest calls in a table, or one call in full.

    Raises ModelError when there is no log or no such call.
    """
    path = settings_in(library_in_use(library)).log_path
    if not path.exists():
        raise ModelError(
            f"还没有调用过模型：{path} 不存在；日志在别处时用 --library 或 GONGKAI_LLM_LOG 指明 (no model has been called yet)"
        )
    with CallLog(path) as log:
        if number is None:
            console.print(_table(list(log.calls(last=last, run=run, contains=contains))))
            return
        call = log.call(number)
        if call is None:
            raise ModelError(f"日志中没有第 {number} 次调用，可用 gongkai llm log 查看编号 (no call number {number})")
        console.print(_whole(call))


def _table(calls: list[Call]) -> Table:
    table = Table(title=f"最近 {len(calls)} 次调用 (latest calls)", title_justify="left")
    for name, justify in (("号", "right"), ("时间 UTC", "left"), ("做什么", "left"), ("对象", "left"), ("结果", "left")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for name in ("读", "写", "费用", "秒"):
        table.add_column(name, justify="right")
    for call in calls:
        outcome = call.verdict or call.status
        table.add_row(
            str(call.id),
            call.at[:19].replace("T", " "),
            call.kind,
            Text(call.subject),
            Text(outcome if len(outcome) <= 60 else outcome[:59] + "…", style="" if outcome in ("used", "answered") else "yellow"),
            str(call.tokens_in),
            str(call.tokens_out),
            call.cost or "",
            f"{call.seconds:.1f}",
        )
    return table


def _whole(call: Call) -> Group:
    """One call in full: who asked for what, prompt, schema, answer, verdict."""
    head = f"第 {call.id} 次 · {call.kind} · {call.subject} · {call.model} · {call.at}"
    facts = f"提示词 {call.prompt or '—'} · 读 {call.tokens_in} 写 {call.tokens_out} 词元 · 费用 {call.cost or '—'} · {call.seconds:.2f} 秒"
    parts: list[object] = [Text(head, style="bold"), Text(facts, style="dim"), Text(f"状态 {call.status}；{call.verdict or '—'}")]
    for message in call.request.get("messages", []):
        parts += [Rule(Text(str(message.get("role", ""))), align="left"), Text(str(message.get("content") or ""))]
    shape = call.request.get("response_format") or call.request.get("tools")
    if shape:
        parts += [Rule(Text("schema"), align="left"), Padding(Text(json.dumps(shape, ensure_ascii=False)), (0, 0))]
    parts += [Rule(Text("回答 answer"), align="left"), Text(text_of(call.response) or "（没有回答）")]
    return Group(*parts)  # type: ignore[arg-type]
