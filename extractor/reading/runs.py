"""Values that stand together on the lines of a table, sorted under the labels they follow."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..model import Token
from .filling import Margins, margin_of
from .labels import Found
from .tokens import Item, Slot


@dataclass(frozen=True)
class Run:
    """Slots that stand together: of one line, or of consecutive lines with one cell each."""

    slots: tuple[Slot, ...]

    @cached_property
    def start(self) -> int:
        """Offset of its first slot."""
        return self.slots[0].token.start

    @cached_property
    def lines(self) -> tuple[int, ...]:
        """The lines it stands on."""
        return tuple(dict.fromkeys(slot.line for slot in self.slots))

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its tokens, blanks included."""
        return tuple(slot.token for slot in self.slots)

    @cached_property
    def filled(self) -> int:
        """How many of its slots have something printed in them."""
        return sum(slot.filled for slot in self.slots)


@dataclass(frozen=True, slots=True)
class Segment:
    """A label and the runs printed between it and the next label."""

    found: Found
    runs: tuple[Run, ...]


def runs_of(lines: Sequence[list[Item]], labels: Sequence[Found]) -> list[Run]:
    """The runs of values in printed order; a label inside a line ends a run."""
    starts = sorted(label.start for label in labels)
    found: list[Run] = []
    stacked = False
    for line in lines:
        pieces = list(_pieces(line, starts))
        single = len(pieces) == 1 and len(line) <= 2 and len(pieces[0]) == len(line)
        crossing = bool(found) and bool(pieces) and any(found[-1].start < at < pieces[0][0].token.start for at in starts)
        if single and stacked and found and not crossing:
            found[-1] = Run((*found[-1].slots, *pieces[0]))
        else:
            found.extend(Run(piece) for piece in pieces)
        stacked = single
    return [run for run in found if run.slots]


def _pieces(line: list[Item], starts: Sequence[int]) -> Iterator[tuple[Slot, ...]]:
    """The slots of one line, without the blanks before its last words; apart where a label begins between them."""
    piece: list[Slot] = []
    for item in line:
        if isinstance(item, Slot):
            piece.append(item)
            continue
        if any(slot.filled for slot in piece) and any(item.start <= at < item.start + len(item.text) for at in starts):
            yield tuple(piece)
            piece = []
        elif not any(slot.filled for slot in piece):
            piece = []
    if piece:
        yield tuple(piece)


def segments_of(labels: Sequence[Found], runs: Sequence[Run]) -> tuple[tuple[Run, ...], list[Segment]]:
    """The runs before the first label, and each label with the runs up to the next."""
    edges = [label.start for label in labels]
    pieces: list[list[Run]] = [[] for _ in range(len(edges) + 1)]
    for run in runs:
        pieces[bisect_right(edges, run.start)].append(run)
    before, *after = pieces
    result = []
    for label, inside in zip(labels, after, strict=True):
        filled = tuple(run for run in inside if run.filled)
        result.append(Segment(label, filled or tuple(inside)))
    return tuple(before), result


def margins_of(runs: Sequence[Run], width: int) -> dict[int, Margins]:
    """By the cell in which a run begins: the blank cells that undamaged rows show to be layout.

    Under merged label cells a row of the first level has a blank cell before its values where one of the second has none.
    """
    found: dict[int, set[tuple[int, int]]] = {}
    for run in runs:
        margin = margin_of(run.tokens, width)
        if margin is not None:
            found.setdefault(run.slots[0].cell, set()).add(margin)
    return {cell: frozenset(margins) for cell, margins in found.items()}


def boxed(run: Run, box: int | None, width: int) -> tuple[Token, ...] | None:
    """The tokens that stand under the heading's cells, when the run covers all of them and prints nothing beside them."""
    if box is None or len(run.lines) != 1:
        return None
    by_cell = {slot.cell: slot for slot in run.slots}
    places = range(box, box + width)
    if len(by_cell) != len(run.slots) or not all(cell in by_cell for cell in places):
        return None
    if any(slot.filled and slot.cell not in places for slot in run.slots):
        return None
    return tuple(by_cell[cell].token for cell in places)


def lossy(runs: Sequence[Run], width: int) -> bool:
    """Whether rows lost cells: short without a blank, or all of them with the same single blank at an edge."""
    if any(1 < run.filled == len(run.slots) < width for run in runs):
        return True
    shapes = {tuple(slot.filled for slot in run.slots) for run in runs if run.filled > 1}
    return len(shapes) == 1 and shapes <= {(False, *(True,) * (width - 1)), (*(True,) * (width - 1), False)}
