"""The worksheet of an audit: a CSV that any spreadsheet opens, and a page on which a cell is judged with one key."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from extractor.drawing import css, draw
from extractor.errors import GongkaiError, SettingsError
from extractor.forms import SECTIONS
from extractor.library import Library
from extractor.library.flat import draft, safe_text, unwritable
from extractor.library.rows import plain
from extractor.view import cell_of, form_for

from .draw import Taken
from .excerpt import Excerpt, excerpt
from .picture import page_picture
from .population import state_name
from .stands import Reading

HERE = Path(__file__).parent

HEAD = {
    "id": "编号 id",
    "judgement": "判断 judgement",
    "stands": "原文是 stands",
    "note": "备注 note",
    "value": "读到的数 value",
    "state": "状态 state",
    "agency": "机关 agency",
    "year": "年度 year",
    "section": "部分 section",
    "cell": "单元格 cell",
    "english": "cell",
    "file": "文件 file",
    "page": "页 page",
    "line": "行 line",
    "quote": "原文的行 source",
    "path": "字段 path",
}
"""Columns of the CSV; ``value`` and ``state`` are left out of a blind one. The first four are read back."""


@dataclass(frozen=True, slots=True)
class Row:
    """A cell on the worksheet."""

    id: str
    """Draw, number and, where the value is shown, a mark of the reading."""
    number: int
    report_id: str
    path: str
    agency: str
    year: int | None
    section: str
    caption: str
    english: str
    columns: tuple[str, ...]
    """The columns of its row, in the form's words."""
    column: int
    """Which of them it is, from 0."""
    file: str
    value: str
    """What was read: a number, or what is printed instead; empty on a blind sheet."""
    state: str
    sign: str
    told: str
    """The state in words; empty on a blind sheet."""
    why: str
    excerpt: Excerpt
    picture: str = ""
    """Names the picture of its page, where the text was recognised from one."""

    @property
    def line(self) -> int | None:
        """The line that holds the print, else the last one shown."""
        lines = self.excerpt.lines
        return next((line.number for line in lines if line.print), lines[-1].number if lines else None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All cells of a worksheet."""

    draw: str
    blind: bool
    rows: tuple[Row, ...]
    pictures: dict[str, str] = field(default_factory=dict)
    """Pages of recognised sources by name, as addresses for an ``img``."""


def sheet(library: Library, draw_id: str, cells: Iterable[Taken], *, blind: bool) -> Sheet:
    """The worksheet for these cells, as the library reads them now; one report in memory at a time."""
    pictures: dict[str, str] = {}
    rows = tuple(_rows(library, draw_id, cells, blind, pictures))
    return Sheet(draw_id, blind, rows, {name: drawn for name, drawn in pictures.items() if drawn})


def _rows(library: Library, draw_id: str, cells: Iterable[Taken], blind: bool, pictures: dict[str, str]) -> Iterator[Row]:
    for report_id, group in groupby(cells, key=lambda one: one.report_id):
        report = library.get(report_id)
        form = form_for(report)
        try:
            document = library.document(report.source.sha256)
        except GongkaiError:
            document = None
        for one in group:
            cell = cell_of(report, one.path)
            read = reading_of(cell.value, cell.evidence.printed, cell.evidence.raw, cell.state)
            row = form.row(one.path) if form else None
            found = excerpt(report, document, one.path, marked=not blind) if document is not None else Excerpt((), None, False)
            name = f"{report.source.sha256[:12]}-{found.page or 1}"
            if name not in pictures:
                pictures[name] = page_picture(library, report.source, found.page)
            if blind and pictures[name]:  # the recognised text is itself what was read
                found = Excerpt((), found.page, False)
            yield Row(
                id=row_id(draw_id, one.number, None if blind else read),
                number=one.number,
                report_id=report_id,
                path=one.path,
                agency=report.agency or report.source.name,
                year=report.year,
                section=SECTIONS[row.section] if row else "",
                caption=cell.caption,
                english=cell.english,
                columns=tuple(column.label.text for column in row.columns) if row else (),
                column=row.cells.index(one.path) if row else 0,
                file=report.source.name,
                value="" if blind else shown(read),
                state="" if blind else cell.state,
                sign="" if blind else cell.mark.sign,
                told="" if blind else state_name(cell.state),
                why="" if blind else cell.evidence.why,
                excerpt=found,
                picture=name if pictures[name] else "",
            )


def reading_of(value: object, printed: str, raw: str | None, state: str) -> Reading:
    """A library's reading of a cell."""
    from decimal import Decimal

    return Reading(None if value is None else Decimal(str(value)), printed, raw or "", state)


def shown(read: Reading) -> str:
    """A reading as a person takes it in: the number, else what stands in its place."""
    if read.value is not None:
        return plain(read.value)
    told = {"blank": "（空白 blank）", "absent": "（没有这一格 absent）", "not_applicable": "（不适用 n/a）"}.get(
        read.printed, "（未给出数 no number）"
    )
    return f"{read.raw.strip()} {told}".strip()


def row_id(draw_id: str, number: int, read: Reading | None) -> str:
    """What names a row when it is read back."""
    return f"{draw_id}-{number}" + (f"-{read.mark}" if read is not None else "")


def write(made: Sheet, path: Path) -> tuple[Path, Path]:
    """Write CSV and page side by side; gives both. SettingsError: one is there already, since it may hold judgements."""
    page = path.with_suffix(".html")
    table = path.with_suffix(".csv")
    for target in (table, page):
        if target.exists():
            raise SettingsError(f"“{target}”已存在，里面也许有人填过判断，不覆盖；请换个名称 (it may hold judgements: choose another name)")
    try:
        table.parent.mkdir(parents=True, exist_ok=True)
        with draft(table) as first, draft(page) as second:
            second.write_text(html(made), encoding="utf-8")
            with first.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(csv_rows(made))
    except OSError as error:
        raise unwritable(path, error) from error
    return table, page


def csv_rows(made: Sheet) -> Iterator[list[str]]:
    """The CSV, head first; nothing in it becomes a formula."""
    hidden = {"value", "state"} if made.blind else set()
    if made.blind:
        hidden.add("judgement")
    keys = [key for key in HEAD if key not in hidden]
    yield [HEAD[key] for key in keys]
    for row in made.rows:
        cells: dict[str, object] = {
            "id": row.id,
            "value": row.value,
            "state": row.told,
            "agency": row.agency,
            "year": row.year or "",
            "section": row.section,
            "cell": row.caption,
            "english": row.english,
            "file": row.file,
            "page": row.excerpt.page or "",
            "line": row.line or "",
            "quote": " ⏎ ".join(f"{line.number}: {line.text}" for line in row.excerpt.lines).replace("\t", " | "),
            "path": row.path,
        }
        yield [str(safe_text(cells.get(key, ""))) for key in keys]


def html(made: Sheet) -> str:
    """The page: everything in it, nothing fetched."""
    heads = [HEAD[key] for key in ("id", "judgement", "stands", "note")]
    return draw(
        "audit.html",
        folders=(HERE,),
        sheet=made,
        styles=Markup(css() + (HERE / "audit.css").read_text("utf-8")),
        script=Markup((HERE / "audit.js").read_text("utf-8")),
        heads=heads,
    )
