"""What a reader admits: printed tokens assigned to places of the form, with every alternative it cannot exclude.

Readers list; they do not choose. ``extractor.crosscheck`` alone chooses, using the form's identities.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ..forms import FormKey

TokenKind = Literal["number", "blank", "not_applicable", "unreadable", "impossible"]
"""``number``: digits that mean a value; ``blank``: an empty cell that the source shows; ``not_applicable``: "/" or "—";
``unreadable``: a mark that is not legible as a number (``U``, ``C 1``); ``impossible``: legible, but no value this
cell can take (-3, 2.5, 约20, a count beyond :data:`LARGEST`, money without a unit)."""


LARGEST = 10**12
"""The largest count that is taken for one: no agency receives or issues a thousand thousand millions of anything, while run-together
or foreign digits (a time stamp behind a row) easily exceed it. Every sum of a form's cells stays far within 64 bits."""


@dataclass(frozen=True, slots=True)
class Token:
    """A mark printed in the source, as one cell's content."""

    raw: str
    """The characters as printed."""
    start: int
    end: int
    """Offsets in ``Document.text``."""
    kind: TokenKind
    value: int | Decimal | None = None
    """The value of a ``number``; None for every other kind."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One admissible way to fill the cells of a group: which token stands in which place."""

    tokens: tuple[Token | None, ...]
    """In the order of ``Group.cells``; None where nothing is printed for the cell (its place was lost)."""
    noise: tuple[Token, ...] = ()
    """Tokens that this way leaves out and names as noise."""
    hint: str = ""
    """What this way supposes, in one short Chinese clause: “第3格缺失”."""


RowEvidence = Literal["same_line", "precedes", "competing", "unlabelled"]
"""How values and label belong together. ``same_line``: on one line or table row; ``precedes``: the label directly
precedes exactly one full set of values; ``competing``: several labels or several lines of values could pair;
``unlabelled``: no label was found. Only the first two can be verified."""

ColumnEvidence = Literal["header", "box", "complete", "open"]
"""How columns are known: a header or the boxes of a table give them; the row is complete in the statutory order; or
only arithmetic can tell (``open``)."""


@dataclass(frozen=True, slots=True)
class Group:
    """Cells whose readings hang together, with every joint way to read them."""

    cells: tuple[str, ...]
    """Dotted paths."""
    alternatives: tuple[Assignment, ...]
    """At least one; the first is the one that the printed order suggests."""
    row: RowEvidence
    column: ColumnEvidence
    complete: bool = True
    """False when the reader gave up listing: then nothing in the group can be verified."""
    lines: tuple[int, ...] = ()
    """Indices into ``Document.lines`` of the lines that hold labels and values of the group."""
    why: str = ""
    """What makes the group hard, for a person: “‘3.危及…’与‘4.保护…’共用一格”."""

    @property
    def placed(self) -> bool:
        """Whether label and values belong together beyond doubt."""
        return self.row in ("same_line", "precedes")


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader noticed that belongs in the findings."""

    rule: str
    message: str
    cells: tuple[str, ...] = ()
    start: int = 0
    end: int = 0
    """Offsets in ``Document.text``; equal when the note is about no particular span."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one reader admits about the tables of one report."""

    form: FormKey | None
    divided: bool | None
    """Whether 其他处理 has three rows; None when section three was not found."""
    groups: tuple[Group, ...]
    by: str = "offline"
    """``offline`` or ``llm:<model>``."""
    rendering: str = "text"
    """Which rendering of the source was read: ``text``, ``grid``, ``image``. Agreement supports digits only across renderings."""
    notes: tuple[Note, ...] = ()
