"""Reports on a terminal: the summary of a run, the statutory tables with the state of each cell, one cell and its line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from extractor.forms import form_of
from extractor.model import Finding, Report
from extractor.view import IN_DOUBT, MARKS, READ_OUT, CellView, State, TableView, cell_of, count_states, tables_of

STYLES: dict[State, str] = {
    "verified": "green",
    "read": "default",
    "deduced": "cyan",
    "corrected": "magenta",
    "open": "yellow",
    "contested": "bold red",
    "blank": "dim",
    "not_applicable": "dim",
    "unreadable": "yellow",
    "absent": "dim",
}
SEVERITIES = {"error": ("✗", "red"), "warning": ("!", "yellow"), "info": ("·", "dim")}


def summary(reports: Iterable[Report], failures: Iterable[tuple[str, str]] = ()) -> Table:
    """One row a report (agency, year, form, cells read, verified, in doubt, findings), then one a file that could not be read."""
    table = Table(header_style="bold", pad_edge=False)
    for name in ("文件\nfile", "机关\nagency", "年度\nyear", "表式\nform"):
        table.add_column(name, overflow="fold")
    for name in ("读出\nread", "证实\nverified", "存疑\nopen", "发现\nfindings"):
        table.add_column(name, justify="right")
    for report in reports:
        states = count_states(report)
        doubtful = sum(states.get(state, 0) for state in IN_DOUBT)
        errors = sum(finding.severity == "error" for finding in report.findings)
        table.add_row(
            escape(report.source.name),
            escape(report.agency or "—"),
            str(report.year or "—"),
            form_name(report),
            str(sum(states.get(state, 0) for state in READ_OUT)),
            Text(str(states.get("verified", 0)), style="green"),
            Text(str(doubtful), style="yellow" if doubtful else "dim"),
            Text(str(len(report.findings)), style="red" if errors else "default" if report.findings else "dim"),
        )
    for name, message in failures:
        table.add_row(escape(name), Text(message, style="red"), "", "", "", "", "", "")
    return table


def form_name(report: Report) -> str:
    """The form as a person names it; a dash where there are no tables."""
    if report.form is None:
        return "—"
    return form_of(report.form, report.divided).name


def heading(report: Report) -> Text:
    """Agency, year, form and source in one line."""
    text = Text(report.title or report.agency or report.source.name, style="bold")
    parts = [
        report.agency or "机关不明",
        f"{report.year} 年" if report.year else "年度不明",
        f"表式 {form_name(report)}",
        report.source.name,
    ]
    text.append("\n" + "  ".join(parts), style="dim")
    return text


def legend(report: Report) -> Text:
    """Every state that occurs, with its sign, its name and how many cells have it."""
    text = Text()
    for state, count in count_states(report).items():
        mark = MARKS[state]
        text.append(f"{mark.sign} {mark.chinese} {count}", style=STYLES[state])
        text.append("   ")
    return text


def grid(table: TableView) -> Table:
    """One statutory table, each cell with its sign."""
    drawn = Table(title=table.title, title_justify="left", title_style="bold", header_style="dim", pad_edge=False)
    drawn.add_column("", overflow="fold", max_width=36)
    for name in table.columns:
        drawn.add_column(name, justify="right", overflow="fold", min_width=5)
    group: tuple[str, ...] = ()
    for row in table.rows:
        if row.groups and row.groups != group:
            drawn.add_row(Text(" ".join(row.groups), style="bold"))
        group = row.groups
        indent = "  " if row.groups else ""
        drawn.add_row(indent + escape(row.label), *(mark_cell(cell) for cell in row.cells))
    return drawn


def mark_cell(cell: CellView) -> Text:
    """A cell's text with the sign and colour of its state; the sign alone where nothing is printed."""
    text = Text(cell.text, style=STYLES[cell.state])
    return text.append(f" {cell.mark.sign}" if cell.text != cell.mark.sign else "")


def findings_list(findings: Iterable[Finding]) -> Text:
    """The findings, worst first, each with its lines and its suggestion."""
    text = Text()
    for finding in sorted(findings, key=lambda finding: list(SEVERITIES).index(finding.severity)):
        sign, style = SEVERITIES[finding.severity]
        text.append(f"{sign} ", style=style)
        text.append(finding.message)
        lines = sorted({quote.place.line for quote in finding.quotes if quote.place})
        if lines:
            text.append(f"（第 {'、'.join(map(str, lines[:6]))} 行）", style="dim")
        text.append(f" [{finding.rule}]\n", style="dim")
        if finding.suggestion:
            text.append(f"  → {finding.suggestion}\n", style="dim")
    return text


def print_report(console: Console, report: Report) -> None:
    """The whole report: heading, legend, tables, findings."""
    console.print(heading(report))
    tables = tables_of(report)
    if not tables:
        console.print("没有找到法定表格；文字部分已保留 (no statutory tables; the narrative is kept)", style="yellow")
    else:
        console.print(legend(report))
    for table in tables:
        console.print()
        console.print(grid(table))
    if report.findings:
        console.print(f"\n[bold]发现 findings（{len(report.findings)}）[/bold]")
        console.print(findings_list(report.findings))


def print_cell(console: Console, report: Report, path: str, source: Path | None = None) -> None:
    """One cell: value, state, why, and its line of the source, where the source is at hand, with the print marked."""
    cell = cell_of(report, path)
    console.print(Text(f"{cell.caption}", style="bold"), Text(cell.path, style="dim"))
    line = Text.assemble("值 value  ", (cell.text or "（无）", f"bold {STYLES[cell.state]}"))
    line.append(f"   {cell.mark.sign} {cell.mark.chinese} {cell.mark.english}", style=STYLES[cell.state])
    console.print(line)
    if cell.evidence.why:
        console.print(f"理由 why    {escape(cell.evidence.why)}")
    place = cell.evidence.place
    if place is None:
        console.print("原文 source 没有印出这一格 (nothing is printed for this cell)", style="dim")
        return
    page = f"第 {place.page} 页，" if place.page else ""
    console.print(f"原文 source {escape(report.source.name)}，{page}第 {place.line} 行：“{escape(cell.evidence.raw or '')}”")
    if source is not None:
        from extractor.sources import read

        document = read(source)
        start = document.original.rfind("\n", 0, place.start) + 1
        end = document.original.find("\n", place.end)
        shown = Text(document.original[start : end if end >= 0 else None])
        shown.stylize("reverse bold", place.start - start, place.end - start)
        console.print(Text(f"{place.line:>6} │ ", style="dim"), shown, sep="")
