"""What the heads of a table say of its columns: their order, the cells they stand in, the unit of an amount."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from ..forms import Row
from .labels import flatten
from .recognise import Part
from .runs import Run, boxed
from .tokens import Word, money_unit

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LEAVES = range(1, 6)
"""The organisation columns of section three, which share a heading of their own."""


_GROUPED = "法人或其他组织"
"""The heading above the organisation columns: where it stands before 总计 on one line, the two levels of the heading ran together."""


def header_order(part: Part, stop: int, row: Row) -> tuple[int, ...] | None:
    """The columns that the heading names, in printed order; None when the heading is not whole enough to tell."""
    head = flatten([word for word in part.words if word.start < stop])
    at: dict[int, int] = {}
    for number, column in enumerate(row.columns):
        names = [_HAN.findall(text)[0][:4] for text in (column.label.text, *column.label.printed)]
        places = [head.text.rfind(name) for name in names]
        if max(places) >= 0:
            at[number] = max(places)
        elif any(name[:2] in head.text for name in names):
            return None  # a piece of the name stands there: the heading is broken, the column is not missing
    leaves = sorted((n for n in _LEAVES if n in at), key=lambda n: at[n])
    last = len(row.columns) - 1
    if len(leaves) < 3 or 0 not in at or last not in at:
        return None
    lines = {n: head.lines[at[n]] for n in at}
    shared = {lines[n] for n in leaves}
    grouped = at[0] < at[last] < at[leaves[0]] and _GROUPED in head.text[at[0] : at[last]]
    if lines[0] in shared and lines[last] in shared and len(shared) == 1 and not grouped:
        return tuple(sorted(at, key=lambda n: at[n]))
    return (0, *leaves, last)


def heading_box(part: Part, stop: int, row: Row, runs: Sequence[Run]) -> int | None:
    """The cell in which the heading prints the first column, if it prints each column in the next cell of its line.

    A column of totals that would be blank in every row shows that the rows lost a cell, and the heading proves nothing.
    """
    cells: dict[tuple[int, int], str] = {}
    for word in part.words:
        if word.start < stop:
            cells[word.line, word.cell] = cells.get((word.line, word.cell), "") + word.text
    places: list[set[int]] = []
    for column in row.columns:
        names = {_HAN.findall(text)[0] for text in (column.label.text, *column.label.printed)}
        places.append({cell for (_, cell), text in cells.items() if text in names})
    width = len(row.columns)
    for first in places[0]:
        if all(first + number in places[number] for number in range(width)):
            inside = [found for run in runs if (found := boxed(run, first, width)) is not None]
            if any(tokens[-1].kind != "blank" for tokens in inside):
                return first
    return None


def unit_in(part: Part, row: Row) -> Decimal | None:
    """The money unit printed in the head of the row's amount, if the row has an amount."""
    money = next((c for c in row.columns if c.measure == "money"), None)
    if money is None:
        return None
    heads = [w for text in (money.label.text, *money.label.printed) for w in _HAN.findall(text)[:1]]
    for line in part.lines:
        text = " ".join(item.text for item in line if isinstance(item, Word))
        at = next((text.find(head) for head in heads if head in text), -1)
        if at >= 0 and (unit := money_unit(text[at:])):
            return unit
    text = "".join(word.text for word in part.words)
    at = next((text.find(head) for head in heads if head in text), -1)
    return money_unit(text[at : at + 24]) if at >= 0 else None
