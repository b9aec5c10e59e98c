"""The lines of a text that is being made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .sheet import GridCell, Table

LineKind = Literal["title", "heading", "text", "row", "rule", "empty", "extra"]


@dataclass
class TextLine:
    """A line of the text being made, with what it is."""

    text: str
    kind: LineKind
    section: int = 0
    """The statutory section of a table's row."""
    cell: GridCell | None = None
    """The cell, in layouts that give each a line of its own."""


Show = Callable[[GridCell], str]
RowsOf = Callable[[Table, Show], list[TextLine]]
