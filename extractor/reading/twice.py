"""A table that a section prints more than once, last year's beside this year's: no label says which of two numbers is meant."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace

from ..forms import Row
from ..model import Assignment, Group
from .labels import Flat, Found, find, flatten
from .recognise import Part
from .runs import runs_of, segments_of
from .tokens import Item, Word
from .years import Printing

_HAN = re.compile(r"[\u3400-\u9fff]+")
END = sys.maxsize
"""Behind every offset."""
START = 6
"""Characters by which the first and the last label of a table are known again."""
LABELS, FEW = 5, 4
"""Labels that make a second table, in section three and in section two."""


def printings(part: Part, rows: tuple[Row, ...], labels: Sequence[Found]) -> list[Printing]:
    """Every printing of the table in printed order, by the lines of its labels."""
    pieces = apart(part, rows, labels)
    if pieces is None:
        return [Printing(labels[0].line, labels[-1].line)] if labels else []
    return [each for piece in pieces for each in printings(piece, rows, find(piece.flat, rows))]


def apart(part: Part, rows: tuple[Row, ...], labels: Sequence[Found]) -> tuple[Part, Part] | None:
    """What stands before the table's second printing, and the rest; None when it is printed once.

    The rows of section two are few, with numbers as few as one: there two printings are such only where they have rows in common.
    """
    if not labels:
        return None
    if rows[0].section == 2:
        cuts = _restarts(part, rows, range(part.words[0].start, END))
        return next((pieces for at in cuts if (pieces := _both(part, rows, at)) is not None), None)
    first, last = labels[0].start, labels[-1].start
    behind = next((_end(word) for word in part.words if _end(word) > last), last)
    if after := labelled(_between(part, behind, END), rows):
        return _between(part, 0, after[0].start), _between(part, after[0].start, END)
    if labelled(_between(part, 0, first), rows):
        return _between(part, 0, first), _between(part, first, END)
    cuts = _restarts(part, rows, range(first + 1, last + 1))
    return next((pieces for at in cuts if (pieces := _both(part, rows, at)) is not None), None)


def _both(part: Part, rows: tuple[Row, ...], at: int) -> tuple[Part, Part] | None:
    """The part in two at an offset, where the table stands on both sides of it."""
    above, below = (labelled(piece, rows) for piece in (_between(part, 0, at), _between(part, at, END)))
    if len({found.row for found in above} & {found.row for found in below}) < _least(rows):
        return None
    return _between(part, 0, below[0].start), _between(part, below[0].start, END)


def _least(rows: tuple[Row, ...]) -> int:
    """Labels with numbers beside them that make a second table; fewer are a note or a row printed again."""
    return FEW if rows[0].section == 2 else LABELS


def _restarts(part: Part, rows: tuple[Row, ...], within: range) -> list[int]:
    """Those of these offsets at which the table may begin again: at its first row's label, behind its last one's.

    The labels found are one chain, and it may run through both printings, a stretch of it in each.
    """
    opening, closing = ("".join(_HAN.findall(row.label.text))[:START] for row in (rows[0], rows[-1]))
    starts = {part.flat.starts[match.start()] for match in re.finditer(opening, part.flat.text)}
    stops = {part.flat.starts[match.end() - 1] + 1 for match in re.finditer(closing, part.flat.text)}
    return sorted(at for at in starts | stops if at in within)


def labelled(part: Part, rows: tuple[Row, ...]) -> list[Found]:
    """The labels of a part; none unless enough of them stand there with two numbers or more."""
    if not part.lines:
        return []
    found = find(part.flat, rows)
    _, segments = segments_of(found, runs_of(part.lines, found))
    filled = 1 if rows[0].section == 2 else 2
    return list(found) if sum(any(run.filled >= filled for run in segment.runs) for segment in segments) >= _least(rows) else []


def _between(part: Part, start: int, stop: int) -> Part:
    """The items that end behind one offset and not behind the other: a word in which a label begins belongs to the label."""
    lines = [[item for item in line if start < _end(item) <= stop] for line in part.lines]
    kept = [line for line in lines if line]
    return Part(kept, _flat(kept), part.flowing)


def _end(item: Item) -> int:
    return item.start + len(item.text) if isinstance(item, Word) else item.token.end


def _flat(lines: Sequence[list[Item]]) -> Flat:
    return flatten([item for line in lines for item in line if isinstance(item, Word)])


def either(groups: Sequence[Group], others: Sequence[Group]) -> list[Group]:
    """The rows of both printings: as they are where they agree, else with the readings of both and no certain label."""
    by_cells = {group.cells: group for group in others}
    taken = {cell for group in groups for cell in group.cells}
    found = [_joined(group, other) if (other := by_cells.get(group.cells)) else _alone(group) for group in groups]
    return [*found, *(_alone(group) for group in others if taken.isdisjoint(group.cells))]


_WHY = "表中这一行印了两次，数不相同"
_ONCE = "表印了两次，这一行只在一处读到"


def _alone(group: Group) -> Group:
    """A row that only one printing holds: nothing tells whether it is the report's."""
    return replace(group, row="competing", complete=False, why=_ONCE)


def _joined(group: Group, other: Group) -> Group:
    if _same(group, other):
        return group
    return replace(
        group,
        alternatives=tuple(dict.fromkeys((*group.alternatives, *other.alternatives))),
        row="competing",
        complete=group.complete and other.complete,
        lines=tuple(dict.fromkeys((*group.lines, *other.lines))),
        why=_WHY,
    )


def _same(group: Group, other: Group) -> bool:
    certain = group.placed and other.placed and group.complete and other.complete
    return (
        certain
        and len(group.alternatives) == len(other.alternatives) == 1
        and _values(group.alternatives[0]) == _values(other.alternatives[0])
    )


def _values(way: Assignment) -> list[object]:
    return [token and (token.kind, token.value) for token in way.tokens]
