"""A table that a section prints more than once, last year's beside this year's: no label says which of two numbers is meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..forms import Row
from ..model import Assignment, Group
from .labels import Flat, Found, find, flatten
from .recognise import Part
from .runs import runs_of, segments_of
from .tokens import Item, Word

LABELS = 5
"""Labels with numbers beside them that make a second table; fewer are a note or a row printed again."""


def apart(part: Part, rows: tuple[Row, ...], labels: Sequence[Found]) -> tuple[Part, Part] | None:
    """The lines up to where the table is printed again, and the rest; None when it is printed once."""
    if not labels:
        return None
    first, last = labels[0].line, labels[-1].line
    if (after := _labelled(part, rows, range(last + 1, part.lines[-1][0].line + 1))) is not None:
        return _cut(part, after)
    if _labelled(part, rows, range(part.lines[0][0].line, first)) is not None:
        return _cut(part, first)
    return None


def _labelled(part: Part, rows: tuple[Row, ...], lines: range) -> int | None:
    """The line of the first label among these lines, if enough labels with two numbers or more stand there."""
    inside = [line for line in part.lines if line[0].line in lines]
    if len(inside) < LABELS:
        return None
    found = find(_flat(inside), rows)
    _, segments = segments_of(found, runs_of(inside, found))
    full = sum(any(run.filled > 1 for run in segment.runs) for segment in segments)
    return found[0].line if full >= LABELS else None


def _cut(part: Part, at: int) -> tuple[Part, Part]:
    pieces = [[line for line in part.lines if (line[0].line >= at) is below] for below in (False, True)]
    above, below = (Part(lines, _flat(lines)) for lines in pieces)
    return above, below


def _flat(lines: Sequence[list[Item]]) -> Flat:
    return flatten([item for line in lines for item in line if isinstance(item, Word)])


def either(groups: Sequence[Group], others: Sequence[Group]) -> list[Group]:
    """The rows of both printings: as they are where they agree, else with the readings of both and no certain label."""
    by_cells = {group.cells: group for group in others}
    taken = {cell for group in groups for cell in group.cells}
    found = []
    for group in groups:
        other = by_cells.get(group.cells)
        if other is not None:
            found.append(group if _same(group, other) else _joined(group, other))
        elif any(not set(group.cells).isdisjoint(cells) for cells in by_cells):
            found.append(replace(group, row="competing", complete=False, why=_WHY))
        else:
            found.append(group)
    return [*found, *(group for group in others if taken.isdisjoint(group.cells))]


_WHY = "表中这一行印了两次，数不相同"


def _joined(group: Group, other: Group) -> Group:
    return replace(
        group,
        alternatives=tuple(dict.fromkeys((*group.alternatives, *other.alternatives))),
        row="competing",
        complete=group.complete and other.complete,
        lines=tuple(dict.fromkeys((*group.lines, *other.lines))),
        why=_WHY,
    )


def _same(group: Group, other: Group) -> bool:
    return len(group.alternatives) == len(other.alternatives) == 1 and _values(group.alternatives[0]) == _values(other.alternatives[0])


def _values(way: Assignment) -> list[object]:
    return [token and (token.kind, token.value) for token in way.tokens]
