"""The lines of the source in which a cell stands, with its print marked: what a person needs to judge it at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from extractor.forms import Form
from extractor.model import Document, Place, Report
from extractor.view import form_for

AROUND = 2
"""Lines shown before and after."""
MOST = 16
"""Lines shown at all."""
HEADS = 14
"""Lines of a table's heads shown; a text with every cell on its own line has so many."""
WIDEST = 400
"""Characters of a line; more is cut on both sides of the print."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the source: before, the print of the cell, after."""

    number: int
    before: str
    print: str = ""
    """Empty where the line does not hold the cell."""
    after: str = ""

    @property
    def text(self) -> str:
        """The line with its print in thick brackets, as a spreadsheet shows it."""
        return f"{self.before}【{self.print}】{self.after}" if self.print else self.before


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of the source around a cell."""

    lines: tuple[Line, ...]
    """Empty when the source has nothing near the cell."""
    page: int | None
    own: bool
    """Whether the cell's own print is among them; else they are where its row, or the row before it, stands."""
    heads: tuple[str, ...] = ()
    """What the source prints above the table's first row, where that is not among the lines: which column is which."""


def excerpt(report: Report, document: Document, path: str, *, marked: bool = True) -> Excerpt:
    """The lines around a cell; the nearest ones in its table when nothing is printed for it."""
    form = form_for(report)
    places = _places(report, form, path)
    if not places:
        return Excerpt((), None, False)
    evidence = report.cells.get(path)
    own = evidence.place if evidence is not None and evidence.raw else None
    last = (own or places[-1]).line
    first = max(min(place.line for place in places if place.line <= last), last - MOST + 1 + AROUND)
    first, last = max(1, min(first, last) - AROUND), min(len(document.line_starts), last + AROUND)
    shown = tuple(line for number in range(first, last + 1) if (line := _line(document, number, own if marked else None)) is not None)
    heads = _heads(report, document, form, path, first) if form is not None else ()
    return Excerpt(shown, (own or places[0]).page, own is not None, heads)


def _heads(report: Report, document: Document, form: Form, path: str, shown: int) -> tuple[str, ...]:
    """The lines between a section's heading and its first row, as far as they come before the lines shown; few enough to take in."""
    section = form.row(path).section
    start = report.sections.get(section)
    rows = [one.place.line for cell in form.section(section)[0].cells if (one := report.cells.get(cell)) is not None and one.place]
    if start is None or not rows or section == 2:
        return ()
    lines = [_line(document, number, None) for number in range(start.line + 1, min(shown, *rows))]
    return tuple(line.text.strip() for line in lines if line is not None)[-HEADS:]


def _places(report: Report, form: Form | None, path: str) -> list[Place]:
    """Where the cell and the cells of its row stand; else those of the nearest row before it that is printed, or after it."""
    if form is None or path not in form.cells:
        return []
    rows = form.section(form.row(path).section)
    at = next(index for index, row in enumerate(rows) if row.path == form.row(path).path)
    nearest = [rows[at], *reversed(rows[:at]), *rows[at + 1 :]]
    for row in nearest:
        found = [one.place for cell in row.cells if (one := report.cells.get(cell)) is not None and one.place is not None]
        if found:
            return sorted(found, key=lambda place: place.start)
    start = report.sections.get(rows[at].section)
    return [start] if start is not None else []


def _line(document: Document, number: int, own: Place | None) -> Line | None:
    """A line of the original; None for one without text."""
    start = document.line_starts[number - 1]
    end = document.line_starts[number] if number < len(document.line_starts) else len(document.original)
    text = document.original[start:end].rstrip("\r\n")
    if not text.strip():
        return None
    if own is None or not start <= own.start < end:
        return Line(number, text if len(text) <= WIDEST else f"{text[:WIDEST]}…")
    cut, close = own.start - start, min(own.end, end) - start
    before, after = text[:cut], text[close:]
    return Line(
        number,
        before if len(before) <= WIDEST else f"…{before[-WIDEST:]}",
        text[cut:close],
        after if len(after) <= WIDEST else f"{after[:WIDEST]}…",
    )
