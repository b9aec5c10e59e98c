"""Pages with their tables and lines to a Document: running heads and page numbers left out, tables joined over page breaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from ..model import Document, Source
from .blocks import Block, GridCell, assemble
from .limits import Limits
from .pdf_grid import Grid, TextLine

Ink = tuple[int, int]
"""A printed character: its page and its number there."""

_MARGIN = 0.09
"""Share of a page's height at its top and bottom in which running heads and page numbers stand."""
_NUMBER = re.compile(r"[-–—·\s]*(\d{1,4})[-–—·\s]*")


@dataclass(frozen=True, slots=True)
class Page:
    """The ruled tables of a page and the lines of text outside them."""

    number: int
    height: float
    grids: list[Grid]
    lines: list[TextLine]


def document_of(
    pages: Sequence[Page], source: Source, limits: Limits, notes: Sequence[tuple[str, str]] = (), title: str = ""
) -> tuple[Document, tuple[Ink, ...]]:
    """The Document of pages without their running heads and page numbers, and the printed characters of its original in order.

    Raises SourceError when nothing is printed on the pages.
    """
    kept, dropped = _without_margins(pages)
    if dropped:
        notes = [*notes, ("source.clutter", f"略去 {dropped} 行页眉、页脚与页码")]
    found = _blocks(kept)
    document = assemble([block for block, _ in found], source, limits, notes=notes, title=title)
    return document, tuple(chain.from_iterable(ink for _, ink in found))


# ------------------------------------------------------------------------------------- heads, feet, numbers
def _without_margins(pages: Sequence[Page]) -> tuple[list[Page], int]:
    """The pages without running heads and page numbers.

    A number in the margin is a page number when the numbers of the pages run with them, never by itself.
    """
    repeated = Counter(key for page in pages for key in {_key(line) for line in page.lines if _in_margin(line, page)})
    often = {key for key, count in repeated.items() if key.strip("#-–— ") and count >= 3 and count * 2 > len(pages)}
    offset = _numbering(pages)
    kept: list[Page] = []
    dropped = 0
    for page in pages:
        lines = [
            line
            for line in page.lines
            if not (_in_margin(line, page) and (_key(line) in often or (offset is not None and _number(line) == page.number + offset)))
        ]
        dropped += len(page.lines) - len(lines)
        kept.append(Page(page.number, page.height, page.grids, lines))
    return kept, dropped


def _numbering(pages: Sequence[Page]) -> int | None:
    """By how much printed page numbers differ from counted ones; None without page numbers."""
    found: Counter[int] = Counter()
    for page in pages:
        values = {_number(line) for line in page.lines if _in_margin(line, page)} - {None}
        found.update(value - page.number for value in values if value is not None)
    if not found:
        return None
    offset, count = found.most_common(1)[0]
    return offset if count * 2 > len(pages) or count >= 3 else None


def _in_margin(line: TextLine, page: Page) -> bool:
    return line.bottom < page.height * _MARGIN or line.top > page.height * (1 - _MARGIN)


def _key(line: TextLine) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", line.text))


def _number(line: TextLine) -> int | None:
    match = _NUMBER.fullmatch(line.text)
    return int(match.group(1)) if match else None


# ------------------------------------------------------------------------------------- blocks
@dataclass
class _Table:
    """The pieces of one table on successive pages."""

    pieces: list[tuple[int, Grid]]

    def blocks(self, number: int) -> list[tuple[Block, list[Ink]]]:
        """Its rows with what is printed in them, columns counted over all pieces: a page may show fewer lines than the next."""
        edges: list[float] = []
        for at in sorted(at for _, grid in self.pieces for at in grid.edges):
            if not edges or at - edges[-1] > _SAME:
                edges.append(at)
        found = []
        row = 0
        for page, grid in self.pieces:
            place = [min(range(len(edges)), key=lambda i: abs(edges[i] - at)) for at in grid.edges]
            for boxes in grid.rows:
                row += 1
                if boxes:
                    cells = [GridCell(b.text, place[b.column], place[b.column + b.width] - place[b.column]) for b in boxes]
                    ink = [(page, index) for box in boxes for index in box.ink]
                    found.append((Block(cells=tuple(cells), page=page, table=number, row=row), ink))
        return found


_SAME = 4.0
"""Points: column edges of two pieces of a table that are nearer than this are one."""


def _blocks(pages: Sequence[Page]) -> list[tuple[Block, list[Ink]]]:
    """Lines and rows in printed order, with what is printed in each; a table that goes on at the top of the next page stays one table."""
    items: list[tuple[Block, list[Ink]] | _Table] = []
    for page in pages:
        left = _body_left(page)
        parts: list[tuple[float, TextLine | Grid]] = [(line.top, line) for line in page.lines]
        parts += [(grid.top, grid) for grid in page.grids]
        for position, (_, part) in enumerate(sorted(parts, key=lambda pair: pair[0])):
            last = items[-1] if items else None
            if isinstance(part, TextLine):
                indent = "\u3000\u3000" if part.left - left > 1.4 * part.size else ""
                items.append((Block(indent + part.text, page=page.number), [(page.number, index) for index in part.ink]))
            elif position == 0 and isinstance(last, _Table) and _goes_on(last.pieces[-1][1].edges, part.edges):
                last.pieces.append((page.number, part))
            else:
                items.append(_Table([(page.number, part)]))
    blocks: list[tuple[Block, list[Ink]]] = []
    number = 0
    for item in items:
        if isinstance(item, _Table):
            number += 1
            blocks += item.blocks(number)
        else:
            blocks.append(item)
    return blocks


def _goes_on(first: Sequence[float], second: Sequence[float]) -> bool:
    """Whether two pieces of a table are as wide as one another, at the same place."""
    return abs(first[0] - second[0]) <= _SAME and abs(first[-1] - second[-1]) <= _SAME


def _body_left(page: Page) -> float:
    """Where lines of text begin that are not indented."""
    lefts = sorted(line.left for line in page.lines if len(line.text) >= 10)
    return lefts[0] if lefts else 0.0
