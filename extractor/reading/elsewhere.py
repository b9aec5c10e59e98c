"""Tables of a section that stand outside it: printed again under another heading, or only there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from ..forms import Row
from ..model import Document
from .outline import Outline
from .recognise import Part, part_of
from .signs import sign_of
from .tokens import Slot
from .twice import labelled

_TRACES = {
    2: re.compile(r"制发件数|新制作数量|行政许可"),
    3: re.compile(r"本年新收|上年结转|结转下年度"),
    4: re.compile(r"结果维持|结果纠正"),
}
"""What a printing of a section's table hardly lacks; a stretch without it is not looked at closer."""
_RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结")


def elsewhere(document: Document, outline: Outline, regions: Mapping[int, range], rows: tuple[Row, ...]) -> list[Part]:
    """Every stretch of the report outside a section that prints its table, in printed order."""
    number = rows[0].section
    own = regions.get(number, range(0))
    return [
        part for lines in _stretches(outline, regions) if lines.start not in own and (part := _table(document, lines, rows)) is not None
    ]


def _stretches(outline: Outline, regions: Mapping[int, range]) -> Iterator[range]:
    """The lines of the report between any two edges of its sections."""
    ranges = (*outline.sections.values(), *regions.values(), outline.span)
    edges = sorted({edge for lines in ranges for edge in (lines.start, lines.stop) if outline.span.start <= edge <= outline.span.stop})
    return (range(start, stop) for start, stop in pairwise(edges))


def _table(document: Document, lines: range, rows: tuple[Row, ...]) -> Part | None:
    """The table of these rows that the lines print, with its heads, though cells of it be lost; None where there is none."""
    number = rows[0].section
    text = re.sub(r"\s", "", document.text[document.lines[lines.start].start : document.lines[lines.stop - 1].end])
    if not _TRACES[number].search(text):
        return None
    start = next((n for n in lines if sign_of(document.text[document.lines[n].start : document.lines[n].end]) == number), lines.start)
    part = part_of(document, range(start, lines.stop))
    if number != 4:
        return part if labelled(part, rows) else None
    filled = sum(isinstance(item, Slot) and item.filled for line in part.lines for item in line)
    return part if filled >= len(rows[0].columns) and sum(word in text for word in _RESULTS) >= 3 else None
