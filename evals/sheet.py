"""A report before it is laid out: title, headings, paragraphs and real tables, whatever the format that will carry them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from extractor.forms import SECTIONS, Applicants, Form, Results, Row, label_of

OUTCOMES_HEADING = "三、本年度办理结果"
CHECK_HEADING = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
NUMERALS = "一二三四五六"

ExtraKind = Literal["clutter", "note", "page"]


@dataclass
class GridCell:
    """A cell of a real table."""

    text: str = ""
    path: str | None = None
    """Dotted path of the form's cell whose value is printed here; None for labels and heads."""
    rows: int = 1
    columns: int = 1
    """How many rows and columns it spans."""
    row_path: str | None = None
    """Dotted path of the row whose label this is."""
    group: bool = False
    """Whether it names a group of rows."""


@dataclass
class Table:
    """A statutory table. Each row lists only the cells that begin in it, as HTML does."""

    section: int
    rows: list[list[GridCell]]
    columns: int
    heads: int
    """How many rows at its beginning are heads."""

    def values(self) -> Iterator[GridCell]:
        """All cells that hold values, in printed order."""
        return (cell for row in self.rows for cell in row if cell.path)

    def matrix(self) -> list[list[GridCell | None]]:
        """The table as a full grid; None where a cell from the left or above spans. A row that lost cells is
        short, one that gained some is long."""
        grid: list[list[GridCell | None]] = []
        taken: set[tuple[int, int]] = set()
        for y, row in enumerate(self.rows):
            places: dict[int, GridCell] = {}
            x = 0
            for cell in row:
                while (y, x) in taken:
                    x += 1
                places[x] = cell
                taken.update((y + dy, x + dx) for dy in range(cell.rows) for dx in range(cell.columns))
                x += cell.columns
            while (y, x) in taken:
                x += 1
            grid.append([places.get(column) for column in range(x)])
        return grid


@dataclass
class Heading:
    """A heading; ``section`` where it opens a statutory section."""

    text: str
    section: int | None = None
    level: int = 1


@dataclass
class Paragraph:
    """A paragraph of narrative."""

    text: str


@dataclass
class Extra:
    """Something around or between the report's own text."""

    text: str
    kind: ExtraKind


Block = Heading | Paragraph | Table | Extra


@dataclass
class Sheet:
    """A report as a sequence of blocks."""

    title: str
    blocks: list[Block] = field(default_factory=list)

    def tables(self, section: int | None = None) -> list[Table]:
        """Its tables, or those of one statutory section."""
        return [block for block in self.blocks if isinstance(block, Table) and section in (None, block.section)]

    def cell(self, path: str) -> GridCell | None:
        """The grid cell that prints a cell of the form."""
        return next((cell for table in self.tables() for cell in table.values() if cell.path == path), None)


def heading_of(section: int) -> Heading:
    """The statutory heading of a section."""
    return Heading(f"{NUMERALS[section - 1]}、{SECTIONS[section]}", section)


Print = Callable[[str], str]
"""What is printed for a cell with this path."""


def print_plainly(form: Form, values: Mapping[str, int | Decimal | None]) -> Print:
    """Prints as the form's instructions ask: whole numbers, changes with a sign, amounts in their unit."""

    def show(path: str) -> str:
        value = values[path]
        measure = form.column(path).measure
        if measure == "change" and isinstance(value, int) and value > 0:
            return f"+{value}"
        if path.endswith("amount_yuan") and not path.endswith("wan_yuan"):
            return f"{value}元"
        return "" if value is None else str(value)

    return show


def proactive_tables(form: Form, show: Print) -> list[Table]:
    """Section two: one small table per item of article 20, printed as one."""
    rows: list[list[GridCell]] = []
    width = 4
    item = ""
    heads: tuple[str, ...] = ()
    for row in form.section(2):
        labels = tuple(column.label.text for column in row.columns)
        if row.label.under != item:
            item = row.label.under
            rows.append([GridCell(item, columns=width)])
            heads = ()
        if labels != heads:
            heads = labels
            rows.append([GridCell("信息内容"), *_spread([GridCell(text) for text in labels], width - 1)])
        cells = [GridCell(show(path), path) for path in row.cells]
        rows.append([GridCell(row.label.text, row_path=row.path), *_spread(cells, width - 1)])
    return [Table(2, rows, width, 0)]


def _spread(cells: list[GridCell], width: int) -> list[GridCell]:
    """Let the last cell span what is left of the row."""
    cells[-1].columns = width - len(cells) + 1
    return cells


def applications_table(form: Form, show: Print) -> Table:
    """Section three."""
    who = [label_of(Applicants, key).text for key in Applicants.model_fields]
    rows: list[list[GridCell]] = [
        [GridCell(CHECK_HEADING, rows=3, columns=3), GridCell("申请人情况", columns=7)],
        [GridCell(who[0], rows=2), GridCell("法人或其他组织", columns=5), GridCell(who[-1], rows=2)],
        [GridCell(text) for text in who[1:-1]],
    ]
    body = form.section(3)
    inner = [row for row in body if not row.label.ordinal.endswith("、")]
    groups = {row.groups: [other for other in inner if other.groups == row.groups] for row in inner if row.groups}
    for row in body:
        line: list[GridCell] = []
        outer = row.label.ordinal.endswith("、")
        if inner and row is inner[0]:
            line.append(GridCell(OUTCOMES_HEADING, rows=len(inner), group=True))
        span = 3 if outer else 2
        members = groups.get(row.groups, []) if row.groups else []
        if members and row.path.endswith("undivided"):
            members = []
        if members:
            span = 1
            if row is members[0]:
                line.append(GridCell(row.groups[-1].full, rows=len(members), group=True))
        line.append(GridCell(row.label.full, columns=span, row_path=row.path))
        line.extend(GridCell(show(path), path) for path in row.cells)
        rows.append(line)
    return Table(3, rows, 10, 3)


def review_table(form: Form, show: Print) -> Table:
    """Section four."""
    results = [label_of(Results, key).text for key in Results.model_fields]
    direct, after = (row.label.text for row in form.section(4)[1:])
    return Table(
        4,
        [
            [GridCell("行政复议", columns=5), GridCell("行政诉讼", columns=10)],
            [*(GridCell(text, rows=2) for text in results), GridCell(direct, columns=5), GridCell(after, columns=5)],
            [GridCell(text) for _ in range(2) for text in results],
            [GridCell(show(path), path) for row in form.section(4) for path in row.cells],
        ],
        15,
        3,
    )


def statutory_blocks(form: Form, show: Print, section: int) -> list[Block]:
    """The tables of a statutory section."""
    if section == 2:
        return [*proactive_tables(form, show)]
    return [applications_table(form, show) if section == 3 else review_table(form, show)]


def row_cells(sheet: Sheet, row: Row) -> list[GridCell]:
    """The grid cells that hold a row's values, in printed order; missing ones are left out."""
    wanted = set(row.cells)
    return [cell for table in sheet.tables(row.section) for cell in table.values() if cell.path in wanted]


MARK_BASE, MARK_END = 0xF0000, 0xFFFFD
MARKS = re.compile(f"[{chr(MARK_BASE)}-{chr(MARK_END)}]")
"""Characters of private use that stand in drafts where a labelled span begins and ends; never in a finished report."""


class Marks:
    """Gives out pairs of invisible marks and finds the labelled spans once the text is finished."""

    def __init__(self) -> None:
        self._payloads: list[object] = []

    def wrap(self, text: str, payload: object) -> str:
        """The text between two marks that stand for the payload."""
        start = MARK_BASE + 2 * len(self._payloads)
        self._payloads.append(payload)
        return f"{chr(start)}{text}{chr(start + 1)}"

    def finish(self, text: str) -> tuple[str, list[tuple[object, int, int]]]:
        """The text without marks, and each payload whose two marks survived with its span."""
        starts: dict[int, int] = {}
        found: dict[int, tuple[int, int]] = {}
        pieces = []
        length = position = 0
        for match in MARKS.finditer(text):
            pieces.append(text[position : match.start()])
            length += match.start() - position
            position = match.end()
            number, is_end = divmod(ord(match.group()) - MARK_BASE, 2)
            if not is_end:
                starts[number] = length
            elif number in starts:
                found[number] = (starts[number], length)
        pieces.append(text[position:])
        return "".join(pieces), [(self._payloads[number], *span) for number, span in sorted(found.items())]
