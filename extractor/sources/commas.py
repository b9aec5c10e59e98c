"""Tables whose cells are apart by commas, as spreadsheets export them."""

from __future__ import annotations

import re
from collections.abc import Iterator

Spans = tuple[tuple[int, int], ...]
"""Start and end of each cell in its line, without the quotation marks around it."""

_FIELD = re.compile(r'\s*"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*)(?=,|$)')
_VALUE = re.compile(r"\s*[+\-]?\d+(?:\.\d+)?\s*")
_FEWEST = 4
"""Cells of the narrowest of the statutory tables."""


def comma_rows(text: str) -> dict[int, Spans]:
    """The cells of every row that is written so, by the offset at which its line begins.

    Such rows come several on end, all with the same number of cells, and some hold numbers and hardly anything else.
    """
    if text.count(",") < 3 * _FEWEST:
        return {}
    found: dict[int, Spans] = {}
    for block in _blocks(text):
        if len(block) > 2 and sum(_numbers([text[at + start : at + stop] for start, stop in cells]) for at, cells in block.items()) > 5:
            found |= block
    return found


def _blocks(text: str) -> Iterator[dict[int, Spans]]:
    """Neighbouring lines with the same number of cells, by their offsets."""
    block: dict[int, Spans] = {}
    width = start = 0
    for line in text.split("\n"):
        cells = _cells(line) if line.count(",") >= _FEWEST - 1 else ()
        if len(cells) != width and block:
            yield block
            block = {}
        width = len(cells)
        if width >= _FEWEST:
            block[start] = cells
        start += len(line) + 1
    if block:
        yield block


def _cells(line: str) -> Spans:
    found = []
    at = 0
    while at <= len(line) and (match := _FIELD.match(line, at)):
        found.append(match.span(1 if match.group(1) is not None else 2))
        at = match.end() + 1
    return tuple(found)


def _numbers(cells: list[str]) -> int:
    """How many numbers a row holds that holds little else."""
    found = sum(_VALUE.fullmatch(cell) is not None for cell in cells)
    return found if found >= _FEWEST - 1 and found + 3 >= sum(bool(cell.strip()) for cell in cells) else 0
