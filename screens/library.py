"""The library on a terminal: query results, comparison, roll-up, statistics, roster."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from extractor.errors import SourceError
from extractor.library import Answer, Library, correct, decide, default_path
from extractor.library.across import across, across_id
from extractor.library.compare import Line, Side, compare, rollup
from extractor.library.rows import plain
from extractor.library.stats import roll_call, stats
from extractor.model import Report

SEVERITY = {"error": "red", "warning": "yellow", "info": "dim"}


def opened(path: Path | None) -> Library:
    """The library that the user means; it must exist. Making its tables anew is told on standard error."""
    return Library.open(path or default_path(), create=False, tell=lambda line: typer.echo(line, err=True))


def stored(path: Path | None, name: str) -> Report:
    """A report of the library by id, start of id, or agency and year. SourceError when there is neither file nor library."""
    if path is None and not default_path().is_dir():
        raise SourceError(f"没有文件“{name}”，也没有报告库“{default_path()}” (neither such a file nor a library)")
    with opened(path) as library:
        return library.get(library.find(name))


def print_sql(console: Console, path: Path | None, query: str, *, limit: int, seconds: float, form: str) -> int:
    """The rows of a query as a table, CSV or JSON Lines."""
    with opened(path) as library:
        answer = library.sql(query, limit=limit, seconds=seconds)
    if form == "table":
        console.print(rows_table(answer))
        if answer.truncated:
            console.print(Text(f"只显示前 {limit} 行，可用 --limit 放宽 (first {limit} rows only)", style="yellow"))
    elif form == "csv":
        buffer = io.StringIO()
        csv.writer(buffer).writerows([answer.columns, *([_text(value) for value in row] for row in answer.rows)])
        console.out(buffer.getvalue().rstrip("\r\n"), highlight=False)
    else:
        for row in answer.rows:
            console.out(json.dumps(dict(zip(answer.columns, map(_json, row), strict=True)), ensure_ascii=False), highlight=False)
    return 0


def rows_table(answer: Answer) -> Table:
    """Rows as a table; numbers to the right."""
    table = Table(header_style="bold", pad_edge=False)
    for index, name in enumerate(answer.columns):
        numeric = any(isinstance(row[index], int | float | Decimal) for row in answer.rows)
        table.add_column(escape(name), justify="right" if numeric else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*(escape(_text(value)) for value in row))
    return table


def print_correction(console: Console, path: Path | None, report: str, field: str, value: str, *, why: str, who: str) -> int:
    """Correct a field and say what it changed."""
    with opened(path) as library:
        before, after = correct(library, report, field, value, why=why, who=who)
    old, new = _field(before, field), _field(after, field)
    console.print(f"已更正 {escape(field)}：{old} → {new} (corrected)")
    console.print(f"证实的单元格 {_verified(before)} → {_verified(after)}，发现 {len(before.findings)} → {len(after.findings)}")
    return 0


def print_verdict(console: Console, path: Path | None, finding: str, verdict: str, *, note: str) -> int:
    """Record a verdict on a finding."""
    from extractor.errors import QueryError

    if verdict not in ("confirmed", "false-alarm"):
        raise QueryError(f"判断只能是 confirmed（属实）或 false-alarm（误报），不是“{verdict}” (confirmed or false-alarm)")
    with opened(path) as library:
        known = decide(library, finding, verdict, note=note)  # type: ignore[arg-type]
    console.print(
        f"已记下：{known} {'属实' if verdict == 'confirmed' else '误报'}；相关数值改变时此判断失效 (recorded; lapses when values change)"
    )
    return 0


def print_comparison(console: Console, path: Path | None, one: str, other: str | None, *, every: bool) -> int:
    """Two reports, or an agency's years, metric by metric; then what the rules across years say."""
    with opened(path) as library, library.still():
        made = compare(library, one, other, every=every)
        chosen = set(made.reports)
        found = [one for report in made.reports for one in across(library, agency=library.get(report).agency) if chosen >= set(one.reports)]
    table = Table(header_style="bold", pad_edge=False)
    table.add_column("指标 metric", overflow="fold")
    for name in made.names:
        table.add_column(escape(name), justify="right")
    for name in ("差 difference", "变化 change"):
        table.add_column(name, justify="right")
    table.add_column("公式 formula", overflow="fold", style="dim")
    for line in made.lines:
        formula = next((side.formula for side in line.sides if side.formula), "") if line.kind == "rate" else ""
        shown = [_side(line, side) for side in line.sides]
        change = "" if line.change is None else f"{line.change:+.1%}"
        table.add_row(escape(line.label), *shown, _value(line, line.difference, signed=True), change, formula)
    console.print(table)
    console.print(Text("? 表示所用单元格未全部证实或读定 (not all cells used are settled)", style="dim"))
    for item in {across_id(one): one for one in found}.values():
        console.print(Text.assemble((f"{item.finding.rule} ", "bold"), (item.finding.message, SEVERITY[item.finding.severity])))
    return 0


def print_rollup(console: Console, path: Path | None, units: Sequence[str], *, parent: str | None) -> int:
    """A parent's tables as the sum of its units; 1 when the parent's own report differs from a complete sum."""
    with opened(path) as library, library.still():
        made = rollup(library, units, parent=parent)
    table = Table(title=f"{len(made.units)} 个单位之和 (sum of units)", header_style="bold", pad_edge=False)
    table.add_column("项目 item", overflow="fold")
    for name in ("合计 sum", *([escape(made.parent)] if made.parent else []), *(["差 difference"] if made.parent else [])):
        table.add_column(name, justify="right")
    table.add_column("缺数的单位 missing", overflow="fold", style="yellow")
    table.add_column("未证实 unproven", overflow="fold", style="dim")
    for one in made.sums:
        total = plain(one.total) if one.complete else f"≥ {plain(one.total)}"
        difference = Text(f"{one.difference:+}", style="red") if one.difference else Text("0" if one.difference == 0 else "—", style="dim")
        parents: list[str | Text] = [plain(one.parent) or "—", difference] if made.parent else []
        table.add_row(escape(one.label), total, *parents, escape("、".join(one.missing)), escape("、".join(one.unproven)))
    console.print(table)
    if made.absent:
        told = f"库中没有报告的单位：{'、'.join(made.absent)}；合计都缺这些单位，不与上级比较 (units without a report)"
        console.print(Text(told, style="yellow"))
    for found in made.findings:
        console.print(Text.assemble((f"{found.finding.rule} ", "bold"), (found.finding.message, SEVERITY[found.finding.severity])))
    return 1 if made.differing else 0


def print_stats(console: Console, path: Path | None, *, roster: Path | None, year: int | None, cross: bool) -> int:
    """Counts of a library; with a roster, who has not published."""
    with opened(path) as library, library.still():
        if roster is not None:
            return _print_roster(console, library, roster, year)
        found = stats(library)
        console.print(
            f"{found.reports} 份报告（{found.texts} 个文本，{found.agencies} 个机关），{found.cells} 格，证实 {found.verified} 格；"
            f"表三表四 {found.provable} 格中证实 {found.verified / max(found.provable, 1):.1%}；占用 {found.bytes / 1e6:.1f} MB"
        )
        if found.damaged:
            told = f"日志有 {found.damaged} 处损坏，其中的记录读不出；从备份恢复 journal，或再次运行 gongkai extract (damaged journal)"
            console.print(Text(told, style="red"))
        table = Table(header_style="bold", pad_edge=False)
        for name in ("年度 year", "报告 reports", "表三表四 cells", "证实 verified", "存疑或矛盾 open", "有错误的报告 with errors"):
            table.add_column(name, justify="right")
        for row in found.years:
            table.add_row(*("—" if value is None else str(value) for value in row))
        console.print(table)
        for title, counts in (
            ("表式 forms", found.forms),
            ("来源 origins", found.origins),
            ("状态 states", found.states),
            ("失败 failures", found.failures),
        ):
            if counts:
                console.print(f"{title}：" + "，".join(f"{name} {count}" for name, count in counts.items()))
        for rule, severity, count, reports in found.findings:
            console.print(Text.assemble((f"{rule} ", "bold"), (f"{count} 条，{reports} 份报告", SEVERITY[severity])))
        if cross:
            for one in across(library):
                head = f"{across_id(one)} {one.finding.rule} {'、'.join(one.reports[:2])} "
                console.print(Text.assemble((head, "dim"), (one.finding.message, SEVERITY[one.finding.severity])))
    return 0


def _print_roster(console: Console, library: Library, roster: Path, year: int | None) -> int:
    if year is None:
        latest = library.rows("SELECT max(year) FROM reports")[0][0]
        year = int(latest or 0)
    roll = roll_call(library, roster, year)
    counts = f"名单 {roll.expected} 个，已公布 {len(roll.present)} 个，未见 {len(roll.absent)} 个"
    console.print(f"{year} 年度：{counts} ({len(roll.absent)} have not published)")
    for absence in roll.absent:
        near = f"（也许是：{'、'.join(absence.perhaps)}）" if absence.perhaps else ""
        console.print(Text(f"✗ {absence.agency}{near}", style="yellow"))
    for name in roll.unlisted:
        console.print(Text(f"· 名单外：{name}", style="dim"))
    return 0


def _side(line: Line, side: Side) -> str:
    return "—" if side.value is None else _value(line, side.value) + ("" if side.settled else " ?")


def _value(line: Line, value: Decimal | int | None, *, signed: bool = False) -> str:
    if value is None:
        return ""
    if line.kind == "rate":
        return f"{Decimal(value) * 100:+.1f}" if signed else f"{Decimal(value):.1%}"
    return f"{'+' if signed and value > 0 else ''}{plain(value)}"


def _field(report: Report, field: str) -> str:
    value = report.value(field) if field in report.cells else getattr(report, field, None)
    return "空" if value is None else str(value)


def _verified(report: Report) -> int:
    return sum(1 for evidence in report.cells.values() if evidence.verified)


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, list):
        return " | ".join(map(str, value))
    return "" if value is None else str(value)


def _json(value: Any) -> Any:
    """A value as JSON has it; what it has not (dates, intervals, bytes) as text, numbers that are none as null."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _json(item) for name, item in value.items()}
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
