"""A source as the rest of the program sees it: normalised lines and cells, each with the way back to the original."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict

Origin = Literal["native", "converted", "recognised"]
"""``native``: the publisher's own file; ``converted``: a text dump or Markdown; ``recognised``: by OCR."""

Box = Literal["none", "tabs", "pipes", "grid"]
"""What separates the cells of a line: nothing but spaces, tab characters, Markdown pipes, or a real table."""


class Source(BaseModel):
    """Where a document came from."""

    model_config = ConfigDict(frozen=True)

    name: str
    """File name as the user gave it, without folders of the machine."""
    sha256: str
    format: str
    """``text``, ``html``, ``pdf``, ``docx`` …: what the content is, whatever the file is called."""
    origin: Origin
    url: str | None = None
    retrieved_at: str | None = None


class Place(BaseModel):
    """A span of a document, as a person finds it in the original."""

    model_config = ConfigDict(frozen=True)

    line: int
    """Line of the original, from 1."""
    start: int
    """Offset of the first character in the original text."""
    end: int
    """Offset after the last character in the original text."""
    page: int | None = None
    table: int | None = None
    """Number of the real table in the source, from 1; None in running text."""
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of a line between two boundaries; the whole line where there are none."""

    text: str
    """Normalised text without outer spaces; empty for a blank cell."""
    start: int
    """Offset of the text in ``Document.text``."""
    column: int | None = None
    """Column of the real table, from 0 with spans counted, where the source has one; the same place down all rows."""
    width: int = 1
    """Columns that the cell spans in the real table."""

    @property
    def end(self) -> int:
        """Offset after the text in ``Document.text``."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text or a row of a table; empty lines of the original are no Lines.

    A row of a real table (box ``grid``) holds exactly the cells that begin in it, blank ones included, each with its true
    column: a cell that spans rows stands in the first of them only, one that spans columns stands once. With ``tabs`` and
    ``pipes`` every place between two marks is a Cell; the pipes at both ends of a row close it and make none.
    """

    number: int
    """Line of the original, from 1."""
    start: int
    end: int
    """Offsets in ``Document.text``, without the line break."""
    cells: tuple[Cell, ...]
    box: Box = "none"
    page: int | None = None
    table: int | None = None
    row: int | None = None


@dataclass(frozen=True)
class Document:
    """Normalised text of a source. Nothing downstream opens the file again."""

    source: Source
    original: str
    """The decoded text of the source before normalisation (for HTML, PDF and Word: the text taken from it)."""
    text: str
    """The normalised text, its lines joined by line breaks."""
    lines: tuple[Line, ...]
    offsets: Sequence[int]
    """For every character of ``text``, and one past its end, the offset in ``original``."""
    line_starts: tuple[int, ...]
    """Offset in ``original`` at which each original line starts; line n is at index n - 1."""
    notes: tuple[tuple[str, str], ...] = ()
    """What reading the file found out, as (rule id, message): a guessed charset, dropped clutter, pages without text."""
    attachments: tuple[str, ...] = ()
    """Names or addresses of attachments that the source links to; never fetched."""
    title: str = ""
    """The title that the file format itself records (HTML title, document properties), if any."""
    second: Callable[[], Second] | None = field(default=None, compare=False, repr=False)
    """Reads the same file in its other way, where it has one; raises SourceError or LimitError. Not kept with the document."""

    def line_at(self, offset: int) -> int:
        """Index into ``lines`` of the line that holds this offset of ``text``."""
        return max(0, bisect_right(self.lines, offset, key=lambda line: line.start) - 1)

    def place(self, start: int, end: int) -> Place:
        """Where a span of ``text`` stands in the original."""
        first = self.offsets[start]
        last = self.offsets[end - 1] + 1 if end > start else first
        line = self.lines[self.line_at(start)] if self.lines else None
        column = None
        if line is not None and line.box == "grid":
            column = next((cell.column for cell in line.cells if cell.start <= start <= cell.end), None)
        number = bisect_right(self.line_starts, first) or 1
        return Place(
            line=number,
            start=first,
            end=last,
            page=line.page if line else None,
            table=line.table if line else None,
            row=line.row if line else None,
            column=column,
        )

    def quote(self, place: Place) -> str:
        """The original's own characters at a place."""
        return self.original[place.start : place.end]


@dataclass(frozen=True, slots=True)
class Second:
    """A file read in its other way, and where the characters printed there stand in the first."""

    document: Document
    places: Mapping[int, int]
    """From an offset in its ``text`` to the offset in the first document's ``text`` of the same printed character."""
