"""The shapes of answers, derived from the statutory form: rows as printed strings with the lines they stand on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, create_model

from ..forms import Row


class Shape(BaseModel):
    """Base of all answers: closed, and no field may be left out. A number where a string belongs is taken as its digits."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class PrintedRow(Shape):
    """One row of a table as it is printed."""

    row: str
    """Key of the row; each table's own shape closes it to the keys asked for."""
    cells: list[str | None]
    """Its characters as printed, cell by cell in the order of columns; null where nothing is printed. The prompt says so."""
    lines: list[int]
    """Numbers of the lines on which these characters stand."""


class PrintedTable(Shape):
    """The rows of a table as they are printed."""

    rows: Sequence[PrintedRow]


def key_of(row: Row) -> str:
    """The short key by which an answer names a row: ``refused.state_secret``."""
    return row.path.partition(".")[2]


def table_shape(rows: Sequence[Row]) -> type[PrintedTable]:
    """The shape of an answer about these rows."""
    return _shape(tuple(key_of(row) for row in rows))


@cache
def _shape(keys: tuple[str, ...]) -> type[PrintedTable]:
    named: Any = Literal[keys]
    row: Any = create_model("Row", __base__=PrintedRow, row=(named, ...))
    return create_model("Table", __base__=PrintedTable, rows=(list[row], ...))


class Figure(Shape):
    """A quantity of the narrative, cited by sentence."""

    sentence: int
    number: str
    unit: str
    what: str
    metric: str | None
    scope: Literal["own", "part", "other_year", "cumulative", "change"]
    bound: Literal["exact", "about", "at_least", "more_than", "at_most", "less_than"]


class Particular(Shape):
    """Something a report says of itself, cited by sentence."""

    field: Literal["agency", "region", "period", "published", "contact", "address", "information_fee"]
    sentence: int
    value: str


class Told(Shape):
    """What one part of the narrative tells."""

    figures: list[Figure]
    stated: list[Particular]
