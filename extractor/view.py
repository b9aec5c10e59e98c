"""The statutory tables of a report as plain data, the one grid that terminal, page, workbook and check report draw.

Rows, groups and columns come from the form; every cell carries its value, its evidence and how its state is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Literal

from .forms import SECTIONS, Form, FormKey, Identity, Row, form_of
from .forms.layout import Measure
from .model import DOUBTFUL, SETTLED, Evidence, Report

Number = int | Decimal | None
State = Literal["verified", "read", "deduced", "open", "contested", "blank", "not_applicable", "unreadable", "absent", "corrected"]
"""A status, or ``corrected`` for a cell that a person has set right."""
READ_OUT: frozenset[State] = frozenset({*SETTLED, "corrected"})
"""States of a cell whose value is taken as it stands."""
IN_DOUBT: frozenset[State] = frozenset(DOUBTFUL)
"""States of a cell that a person should look at."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state is shown without relying on colour."""

    sign: str
    chinese: str
    english: str
    meaning: str
    """What the state means, in one Chinese clause."""
    explained: str
    """The same in English."""


MARKS: dict[State, Mark] = {
    "verified": Mark(
        "✓",
        "已证实",
        "verified",
        "标签、位置、等式都支持，且只有这一种读法",
        "label, place and equations support it; no other reading does",
    ),
    "read": Mark("·", "照读", "read", "原文清楚，没有可用来验证的等式", "plainly printed; no equation can confirm it"),
    "deduced": Mark("=", "推得", "deduced", "原文空白或缺失，等式使它只能是这个数", "blank or lost; the equations force this number"),
    "corrected": Mark("✎", "已更正", "corrected", "有人对照原文更正过", "set right by a person who compared the original"),
    "open": Mark("?", "存疑", "open", "不止一种读法，需要人看", "it can be read in more than one way; a person should look"),
    "contested": Mark("✗", "矛盾", "contested", "含有它的等式不成立", "an equation that contains it does not hold"),
    "blank": Mark("○", "空白", "blank", "原文留空，不当作 0", "left blank in the text; not taken as 0"),
    "not_applicable": Mark("/", "不适用", "not applicable", "原文写“/”或“—”", "the text says “/” or “—”"),
    "unreadable": Mark("!", "难辨", "unreadable", "原文有字，认不出是什么数", "something is printed that is not legible as a number"),
    "absent": Mark("∅", "缺失", "absent", "原文没有这一格", "the text has no such cell"),
}
"""Every state in the order in which a legend lists them: settled first, then what a person should look at."""

MISSED = "○"
"""Stands for a number that is missing from an equation; no box, which would look like a character the font lacks."""

MISSING = Evidence(printed="absent", status="absent", why="原文中没有找到这一格")
"""The evidence of a cell about which nothing is known."""


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell of the grid."""

    path: str
    column: str
    """Its column's label."""
    caption: str
    """Groups, row and column in the form's words."""
    english: str
    """Groups, row and column in English."""
    english_column: str
    value: Number
    evidence: Evidence
    measure: Measure = "count"

    @property
    def state(self) -> State:
        """The state to show."""
        return "corrected" if self.evidence.how == "corrected" else self.evidence.status

    @property
    def mark(self) -> Mark:
        """Sign and words of the state."""
        return MARKS[self.state]

    @property
    def text(self) -> str:
        """What stands in the cell: the value, or what is printed in place of one; a change keeps its plus sign."""
        if self.value is None:
            return (self.evidence.raw or "").strip()
        shown = number(self.value)
        return f"+{shown}" if self.measure == "change" and self.value > 0 else shown


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of the grid."""

    path: str
    label: str
    """Ordinal and wording of the row."""
    english: str
    groups: tuple[str, ...]
    """Ordinal and wording of the groups above it, outermost first."""
    english_groups: tuple[str, ...]
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class TableView:
    """One table of the grid: rows that share their columns."""

    section: int
    title: str
    """The section's heading, or the item of article 20 that a block of section two belongs to."""
    english_title: str
    columns: tuple[str, ...]
    english: tuple[str, ...]
    """The columns in English."""
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True)
class EquationView:
    """An identity of the form, with the numbers that stand in it."""

    id: str
    text: str
    """The equation in the form's words."""
    left: tuple[Number, ...]
    right: tuple[Number, ...]
    english: str = ""
    """The equation in English words."""

    @property
    def holds(self) -> bool | None:
        """Whether both sides are equal; None while a number is missing."""
        if None in self.left or None in self.right:
            return None
        return sum(v for v in self.left if v is not None) == sum(v for v in self.right if v is not None)

    @property
    def numbers(self) -> str:
        """The equation in numbers: zeros left out, a missing number as ○, a long side as its sum."""
        return f"{_side(self.left)} {'≠' if self.holds is False else '='} {_side(self.right)}"

    @property
    def english_numbers(self) -> str:
        """The equation in numbers, for a reader of English."""
        return re.sub(r"（(\d+) 项之和）", r"sum of \1: ", self.numbers)


def form_for(report: Report) -> Form | None:
    """The form in which a report's cells stand; None where it has no tables at all."""
    if report.proactive is None and report.applications is None and report.review_litigation is None:
        return None
    return form_of(report.form or "2021", report.divided)


def tables_of(report: Report) -> tuple[TableView, ...]:
    """Every table of the report in printed order; empty for a report without tables."""
    form = form_for(report)
    if form is None:
        return ()
    present = {2: report.proactive, 3: report.applications, 4: report.review_litigation}
    found: list[TableView] = []
    for section, part in present.items():
        if part is None:
            continue
        for title, rows in groupby(form.section(section), key=_title):
            block = tuple(rows)
            columns = tuple(column.label.text for column in block[0].columns)
            english = tuple(column.label.english for column in block[0].columns)
            rows_ = tuple(_row(report, form, row) for row in block)
            found.append(TableView(section, title, _english_title(section, title), columns, english, rows_))
    return tuple(found)


def cell_of(report: Report, path: str) -> CellView:
    """One cell by its dotted path; raises FormError for a path that the report's form does not have."""
    form = form_for(report) or form_of("2021")
    column = form.column(path)
    evidence = report.cells.get(path, MISSING)
    english, value = english_caption(path, form), report.value(path)
    return CellView(path, column.label.text, form.caption(path), english, column.label.english, value, evidence, column.measure)


def english_caption(path: str, form: Form | None = None) -> str:
    """Groups, row and column of a cell in English; without a form that of either form which has the cell, else the path itself."""
    forms = (form,) if form else (form_of("2021"), form_of("2019"))
    row = next((one.row(path) for one in forms if path in one.cells), None)
    if row is None:
        return path
    column = next(column for column, cell in zip(row.columns, row.cells, strict=True) if cell == path)
    return ", ".join((*english_groups(row), row.label.english, column.label.english))


def equations_of(report: Report, path: str, changed: Mapping[str, Number] | None = None) -> tuple[EquationView, ...]:
    """The identities a cell stands in, with the report's values; ``changed`` tries other values without changing the report."""
    form = form_for(report)
    if form is None:
        return ()

    def value(cell: str) -> Number:
        return changed[cell] if changed and cell in changed else report.value(cell)

    return tuple(
        EquationView(one.id, one.text, tuple(map(value, one.left)), tuple(map(value, one.right)), _in_english(form, one))
        for one in _identities_of(form.key, form.divided).get(path, ())
    )


@cache
def _identities_of(key: FormKey, divided: bool) -> dict[str, tuple[Identity, ...]]:
    """The identities of a form by the cells in them."""
    found: dict[str, tuple[Identity, ...]] = {}
    for one in form_of(key, divided).identities:
        for cell in one.cells:
            found[cell] = (*found.get(cell, ()), one)
    return found


def number(value: int | Decimal) -> str:
    """A value as a person writes it: no exponent, no zeros after the last decimal."""
    if isinstance(value, int):
        return str(value)
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def count_states(report: Report) -> dict[State, int]:
    """How many cells are in each state, in legend order, states without a cell left out."""
    states = [cell.state for table in tables_of(report) for row in table.rows for cell in row.cells]
    return {state: states.count(state) for state in MARKS if state in states}


def _side(values: tuple[Number, ...]) -> str:
    shown = [MISSED if value is None else number(value) for value in values if value != 0]
    if len(shown) > 8 and MISSED not in shown:
        return f"（{len(values)} 项之和）{number(sum(value for value in values if value is not None))}"
    return " + ".join(shown) or "0"


def _title(row: Row) -> str:
    return row.label.under if row.section == 2 else SECTIONS[row.section]


def _english_title(section: int, title: str) -> str:
    if section == 2:
        item = next((number for number, char in enumerate("一二三四五六七八九", 1) if f"({char})" in title), 0)
        return f"Article 20, item {item}"
    return {3: "Applications received and handled", 4: "Review and litigation"}[section]


def english_groups(row: Row) -> tuple[str, ...]:
    """The groups above a row in English, outermost first."""
    return ("litigation",) if row.section == 4 and row.label.under else tuple(label.english for label in row.groups)


def _in_english(form: Form, one: Identity) -> str:
    row, column = form.row(one.right[0]), form.column(one.right[0])
    name = ", ".join((*english_groups(row), row.label.english)) if one.kind in ("row", "group") else f"column {column.label.english}"
    said = {
        "row": "applicants add to the total",
        "group": "results add to the total",
        "column": "outcomes (1) to (6) add to (7) total",
        "balance": "received + carried in = (7) total + carried forward",
    }
    return f"{name}: {said[one.kind]}"


def _row(report: Report, form: Form, row: Row) -> RowView:
    groups = tuple(label.full for label in row.groups)
    english = english_groups(row)
    if row.section == 4 and row.label.under:
        groups = (row.label.under,)
    return RowView(row.path, row.label.full, row.label.english, groups, english, tuple(cell_of(report, cell) for cell in row.cells))
