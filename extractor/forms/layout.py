"""What code needs of a form, read off its models: tables, rows, columns, cells and identities in printed order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import UnionType
from typing import Literal, Union, get_args, get_origin

from pydantic import BaseModel

from ..errors import FormError
from . import tables
from .elements import Change, Label, Money, Part, label_of

FormKey = Literal["2019", "2021"]
FORM_KEYS: tuple[FormKey, ...] = get_args(FormKey)
"""The statutory forms, oldest first."""
Measure = Literal["count", "change", "money"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a row: its field name, label and what is measured in it."""

    key: str
    label: Label
    measure: Measure


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row of the form that holds cells; there is one object for each, so that looking it up is cheap."""

    path: str
    """Dotted path without the column, such as ``applications.refused.state_secret``."""
    section: int
    """The statutory section (2, 3 or 4) that prints it."""
    label: Label
    groups: tuple[Label, ...]
    """Labels of the groups it stands in, outermost first; empty for a row of its own."""
    columns: tuple[Column, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """The dotted paths of its cells, in printed order."""
        return tuple(f"{self.path}.{column.key}" for column in self.columns)


@dataclass(frozen=True, slots=True)
class Identity:
    """An equation between cells that the form demands: the left cells together equal the right ones."""

    id: str
    """``row:…``, ``column:…``, ``balance:…`` or ``group:…`` with the path it belongs to."""
    kind: str
    text: str
    """The equation in the form's words, with row or column named."""
    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """All cells in the equation."""
        return self.left + self.right


@dataclass(frozen=True, eq=False)
class Form:
    """One statutory form: a choice of section two and of how 其他处理 is divided. Forms are equal when these choices are."""

    key: FormKey
    """Decided by section two; the year alone never decides."""
    divided: bool
    """Whether 其他处理 has three rows (form 2021) or one (form 2019, mixed forms)."""
    rows: tuple[Row, ...]
    identities: tuple[Identity, ...]
    by_path: dict[str, Row] = field(repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Form) and (self.key, self.divided) == (other.key, other.divided)

    def __hash__(self) -> int:
        return hash((self.key, self.divided))

    @property
    def mixed(self) -> bool:
        """Whether section two and section three follow different forms."""
        return self.divided != (self.key == "2021")

    @property
    def name(self) -> str:
        """What a reader calls the form."""
        return f"{self.key}（混合）" if self.mixed else self.key

    def section(self, number: int) -> tuple[Row, ...]:
        """The rows of one statutory section, in printed order."""
        return tuple(row for row in self.rows if row.section == number)

    @property
    def cells(self) -> tuple[str, ...]:
        """The dotted paths of all cells, in printed order."""
        return tuple(cell for row in self.rows for cell in row.cells)

    def row(self, path: str) -> Row:
        """The row with this path, or the row in which this cell stands."""
        found = self.by_path.get(path) or self.by_path.get(path.rpartition(".")[0])
        if found is None:
            raise FormError(f"表中没有“{path}”这一项，可用 gongkai rules --fields 查看全部字段 (no such row or cell in form {self.name})")
        return found

    def column(self, cell: str) -> Column:
        """The column of the cell with this path."""
        row = self.row(cell)
        key = cell.rpartition(".")[2]
        for column in row.columns:
            if column.key == key:
                return column
        raise FormError(f"“{row.path}”没有“{key}”这一列 (row {row.path} has no column {key})")

    def caption(self, cell: str) -> str:
        """A cell's name in the form's words: groups, row and column."""
        row = self.row(cell)
        names = [label.text for label in row.groups if label.text != row.label.text] + [row.label.text]
        return "·".join([*names, self.column(cell).label.text])


@cache
def form_of(key: FormKey, divided: bool | None = None) -> Form:
    """The form with section two of ``key`` and 其他处理 divided as given (by default as the form demands)."""
    divided = key == "2021" if divided is None else divided
    proactive: type[Part] = tables.Proactive2021 if key == "2021" else tables.Proactive2019
    rows = (
        *_rows("proactive", proactive, 2, (), divided),
        *_rows("applications", tables.Applications, 3, (), divided),
        *_rows("review_litigation", tables.ReviewLitigation, 4, (), divided),
    )
    return Form(key, divided, rows, tuple(_identities(rows)), {row.path: row for row in rows})


def model_for(part: type[BaseModel], name: str, divided: bool) -> type[Part] | None:
    """The model of a field that is itself a part of the form; None for a cell."""
    annotation = part.model_fields[name].annotation
    if get_origin(annotation) in (Union, UnionType):
        options = [option for option in get_args(annotation) if isinstance(option, type) and issubclass(option, Part)]
        if not options:
            return None
        return tables.OtherDivided if divided else tables.OtherUndivided
    return annotation if isinstance(annotation, type) and issubclass(annotation, Part) else None


def _rows(path: str, part: type[Part], section: int, groups: tuple[Label, ...], divided: bool) -> Iterator[Row]:
    for name in part.model_fields:
        inner = model_for(part, name, divided)
        if inner is None:
            raise FormError(f"{path}.{name} 不是表格的一行 (a cell stands outside any row)")
        label = label_of(part, name)
        if any(model_for(inner, child, divided) for child in inner.model_fields):
            yield from _rows(f"{path}.{name}", inner, section, (*groups, label), divided)
        else:
            columns = tuple(Column(key, label_of(inner, key), _measure(inner, key)) for key in inner.model_fields)
            yield Row(f"{path}.{name}", section, label, groups, columns)


def _measure(part: type[Part], key: str) -> Measure:
    annotation = part.model_fields[key].annotation
    if annotation == get_args(Money)[0]:
        return "money"
    has_bound = any(getattr(m, "ge", None) is not None for m in part.model_fields[key].metadata)
    return "change" if annotation == Change and not has_bound else "count"


def _identities(rows: tuple[Row, ...]) -> Iterator[Identity]:
    for row in rows:
        part = tables.Applicants if row.section == 3 else tables.Results if row.section == 4 else None
        for equation in part.equations if part else ():
            yield Identity(
                f"{equation.kind}:{row.path}",
                equation.kind,
                f"{row.label.full}：{equation.text}",
                tuple(f"{row.path}.{key}" for key in equation.left),
                tuple(f"{row.path}.{key}" for key in equation.right),
            )
    applicants = tuple((key, label_of(tables.Applicants, key)) for key in tables.Applicants.model_fields)
    for equation in tables.Applications.equations:
        for key, label in applicants:
            yield Identity(
                f"{equation.kind}:applications.{key}",
                equation.kind,
                f"{label.text}列：{equation.text}",
                tuple(_in_column(rows, equation.left, key)),
                tuple(_in_column(rows, equation.right, key)),
            )


def _in_column(rows: tuple[Row, ...], names: tuple[str, ...], key: str) -> Iterator[str]:
    for name in names:
        stem = f"applications.{name}"
        for row in rows:
            if row.path == stem or row.path.startswith(f"{stem}."):
                yield f"{row.path}.{key}"
