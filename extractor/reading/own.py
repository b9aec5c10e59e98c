"""A section's table without those of other years that it prints beside its own, where captions tell them apart."""

from __future__ import annotations

from ..forms import Row
from ..model import Document, Note
from .headings import plain
from .labels import find
from .outline import Outline
from .recognise import Part, part_of
from .tokens import Slot
from .twice import printings
from .years import Printing, settled, year_told


def own_table(document: Document, outline: Outline, lines: range, part: Part, rows: tuple[Row, ...]) -> tuple[Part, list[Note]]:
    """What is to be read of a section, and what settled it; all of it where nothing does."""
    number = rows[0].section
    found = _by_captions(document, outline, lines, rows) if number == 4 else printings(part, rows, find(part.flat, rows))
    chosen = settled(document, outline, number, lines, found) if len(found) > 1 else None
    return (part_of(document, chosen.lines), [chosen.note]) if chosen else (part, [])


def _by_captions(document: Document, outline: Outline, lines: range, rows: tuple[Row, ...]) -> list[Printing]:
    """Section four has no labels beside its values: the stretches between captions that hold a full set of values."""
    edges = [n for n in lines[1:] if year_told(plain(document, n), outline) is not None]
    width = sum(len(row.columns) for row in rows)
    found = []
    for start, stop in zip([lines.start, *edges], [*edges, lines.stop], strict=True):
        items = [item for line in part_of(document, range(start, stop)).lines for item in line]
        if sum(isinstance(item, Slot) and item.filled for item in items) >= width:
            found.append(Printing(start + 1, stop - 1))
    return found
