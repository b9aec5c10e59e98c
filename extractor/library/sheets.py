"""The workbook: reports, tables as printed, series, findings, codebook; every string is stored as text, never as a formula."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill

from ..errors import QueryError
from ..model import Report
from ..view import MARKS, CellView, tables_of
from .codebook import codebook_rows, variables
from .flat import ACROSS, LONG, draft

if TYPE_CHECKING:
    from .export import Export, Wide

PRINTED_REPORTS = 300
"""Reports of which the tables are drawn as printed; the sheets of data hold all of them."""
MOST_REPORTS = 3000
"""Reports beyond which a workbook is no format for the data: half a gigabyte, and minutes to open."""
SHEET_ROWS = 1_048_000
_LONGEST = 32_000
_FILLS = {"verified": "E3F4E3", "deduced": "E6EEF9", "open": "FFF1CC", "contested": "F9D6D5", "unreadable": "F9D6D5", "corrected": "E9E0F5"}


def write_xlsx(job: Export, path: Path) -> tuple[Path, ...]:
    """Write the workbook; long sheets go on in another of the same name with a number."""
    if job.count > MOST_REPORTS:
        raise QueryError(
            f"{job.count} 份报告放进一个工作簿太多（最多 {MOST_REPORTS}）；用 --year、--agency 缩小，或导出 .csv、.parquet、.sqlite "
            "(too many reports for a workbook)"
        )
    book = Workbook(write_only=True)
    _Sheet(book, "说明").fill(_about(job))
    _Sheet(book, "报告", head=True).fill(_view(job, "reports"))
    _Sheet(book, "表格").fill(_tables(job))
    _Sheet(book, "系列", head=True).fill(_series(job))
    _Sheet(book, "单元格", head=True).fill(_cells(job))
    _Sheet(book, "发现", head=True).fill(_view(job, "findings"))
    _Sheet(book, "跨报告", head=True).fill(_across(job))
    _Sheet(book, "编码本", head=True).fill(codebook_rows())
    with tempfile.TemporaryFile() as whole:  # beside the sheets' own drafts, so that a full target does not tear the workbook's writer
        book.save(whole)
        whole.seek(0)
        with draft(path) as made, made.open("wb") as file:
            shutil.copyfileobj(whole, file)
    return (path,)


class _Sheet:
    """A sheet that grows row by row, and continues in a further one when it is full."""

    def __init__(self, book: Workbook, title: str, *, head: bool = False) -> None:
        self.book, self.title, self.head = book, title, head
        self.number = 0
        self._next()

    def _next(self) -> None:
        self.number += 1
        self.sheet = self.book.create_sheet(self.title if self.number == 1 else f"{self.title}{self.number}")
        self.count = 0
        if self.head:
            self.sheet.freeze_panes = "A2"

    def fill(self, rows: Iterable[Sequence[Any]]) -> None:
        first: Sequence[Any] | None = None
        for row in rows:
            if self.count >= SHEET_ROWS:
                self._next()
                if self.head and first is not None:
                    self._append(first, bold=True)
            self._append(row, bold=self.head and first is None)
            first = row if first is None else first

    def _append(self, row: Sequence[Any], *, bold: bool) -> None:
        self.sheet.append([self._cell(value, bold=bold) for value in row])
        self.count += 1

    def _cell(self, value: Any, *, bold: bool) -> Any:
        fill = None
        if isinstance(value, CellView):
            fill = _FILLS.get(value.state)
            value = value.value if value.value is not None else f"{value.mark.sign} {value.evidence.raw or ''}".strip()
        if isinstance(value, Decimal):
            value = int(value) if value == int(value) else float(value)
        if isinstance(value, list | tuple):
            value = " | ".join(map(str, value))
        if value is None or (isinstance(value, bool | int | float) and not bold and fill is None):
            return value
        cell = WriteOnlyCell(self.sheet, _clean(value) if isinstance(value, str) else value)
        if isinstance(value, str):
            cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
        return cell


def _clean(text: str) -> str:
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _about(job: Export) -> Iterator[Sequence[Any]]:
    yield ("政府信息公开工作年度报告数据 (annual reports on government-information disclosure)",)
    yield ()
    names = {"dataset_version": "数据版本", "tool_version": "程序版本", "reports": "报告数", "exported_at": "导出时间 (UTC)"}
    for key, value in job.about.items():
        yield (names[key], key, value)
    yield ()
    yield ("单元格的状态 (states of a cell)",)
    for state, mark in MARKS.items():
        yield (f"{mark.sign} {mark.chinese}", state, mark.meaning)
    yield (
        "未证实的数照样列出，请连同状态使用；空白和不适用不是 0。",
        "",
        "Unproven values are listed too: use them with their state; a blank is not 0.",
    )
    if job.count > PRINTED_REPORTS:
        yield (
            f"“表格”只画出前 {PRINTED_REPORTS} 份报告；其余在“单元格”中。",
            "",
            f"Tables as printed: the first {PRINTED_REPORTS} reports only.",
        )


def _view(job: Export, view: str) -> Iterator[Sequence[Any]]:
    head, rows = job.table(view)
    yield head
    yield from rows


def _across(job: Export) -> Iterator[Sequence[Any]]:
    """What the rules across reports say of the chosen ones."""
    yield ACROSS
    yield from job.across()


def _cells(job: Export) -> Iterator[Sequence[Any]]:
    yield LONG
    yield from job.long()


def _tables(job: Export) -> Iterator[Sequence[Any]]:
    for number, (report_id, _, record) in enumerate(job.records()):
        if number >= PRINTED_REPORTS:
            return
        report = Report.model_validate(record)
        yield (f"{report.agency or report.source.name} {report.year or ''}", report_id, report.title)
        for table in tables_of(report):
            yield (table.title, "", *table.columns)
            for row in table.rows:
                yield (" ".join(row.groups), row.label, *row.cells)
        yield ()


def _series(job: Export) -> Iterator[Sequence[Any]]:
    """One line for each agency and variable, one column for each year, then the states in the same order."""
    years = [
        row[0] for row in job.rows("SELECT DISTINCT year FROM reports JOIN chosen USING (report_id) WHERE year IS NOT NULL ORDER BY 1")
    ]
    wanted = [one for one in variables() if one.kind != "cell" or one.key.endswith(".total")]
    yield ("机关 agency", "变量 variable", "名称 label", *years, *(f"{year} 状态 status" for year in years))
    for agency, reports in groupby(job.wide(), key=lambda wide: wide.about["agency"]):
        if agency is None:
            continue
        for name, lane in _lanes(agency, reports):
            for one in wanted:
                values = [lane[year].values.get(one.key) if year in lane else None for year in years]
                states = [lane[year].states.get(one.key) if year in lane else None for year in years]
                if any(state is not None for state in states):
                    yield (name, one.key, one.label, *values, *states)


def _lanes(agency: str, reports: Iterable[Wide]) -> list[tuple[str, dict[int, Wide]]]:
    """The reports under one name by year; an agency's own reports, and others that share name and year, get lanes of their own."""
    lanes: list[tuple[bool, dict[int, Wide]]] = []
    for wide in reports:
        own, year = wide.about["scope"] == "own", wide.about["year"]
        if year is None:
            continue
        lane = next((lane for kind, lane in lanes if kind == own and year not in lane), None)
        if lane is None:
            lane = {}
            lanes.append((own, lane))
        lane[year] = wide
    names: dict[str, int] = {}
    named = []
    for own, lane in lanes:
        name = f"{agency}（本机关 own）" if own and any(not kind for kind, _ in lanes) else agency
        names[name] = names.get(name, 0) + 1
        named.append((name if names[name] == 1 else f"{name} #{names[name]}", lane))
    return named
