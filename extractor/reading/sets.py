"""Sets of values: what the lines of a table print for one row each, with every way to fill the row."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..model import Assignment, Token
from .filling import MAX_WAYS, UNKNOWN, Margins, Ways, merged, overlaid, refilled, ways
from .runs import Run, boxed, lossy, margins_of
from .tokens import Slot


@dataclass(frozen=True)
class ValueSet:
    """The values of one row, wherever its label is."""

    ways: Ways
    run: Run

    @property
    def printed(self) -> tuple[Token, ...]:
        """Its tokens that are not blank."""
        return tuple(slot.token for slot in self.run.slots if slot.filled)

    @cached_property
    def look(self) -> Hashable:
        """The same for sets that fill a row in the same ways with the same print."""
        return tuple(tuple(token and (token.kind, token.raw) for token in (*way.tokens, *way.noise)) for way in self.ways.assignments)


@dataclass(frozen=True)
class Shape:
    """How the lines of a table hold the values of its rows, as far as all its lines together show it."""

    width: int
    margins: dict[int, Margins]
    pads_after: bool
    """Whether the document is known to fill its rows up with blank cells at their end."""
    box: int | None
    """The cell of a line in which the heading prints the first column; None where the cells of heading and rows do not correspond."""
    lossy: bool
    """Whether some row has fewer cells than the form and none of them blank: a column or a blank was dropped."""

    def ways(self, run: Run) -> Ways:
        """The ways to fill a row with a run."""
        inside = boxed(run, self.box, self.width)
        if inside is not None and run.filled != self.width:
            return Ways((Assignment(inside),), full=True)
        own = self.margins.get(run.slots[0].cell)
        if own is None and self.lossy:
            return ways(run.tokens, self.width, lossy=True)
        margins = own or UNKNOWN.union(*self.margins.values())
        if not margins and self.pads_after and len(run.slots) > self.width:
            margins = frozenset({(0, len(run.slots) - self.width)})
        return ways(run.tokens, self.width, margins)

    def sets(self, runs: Sequence[Run], line: int | None = None) -> tuple[ValueSet, ...]:
        """The runs after a label on ``line``, joined where they are pieces of one row, cut where they are several rows."""
        result: list[ValueSet] = []
        for run in runs:
            if result and (joined := self._joined(result[-1], run)) is not None:
                result[-1] = joined
            elif run.filled > self.width and run.filled % self.width == 0:
                result += _cut(run, self.width)
            else:
                result.append(ValueSet(self.ways(run), run))
        if len(result) > 1:
            # A lone number on a line of its own beside full sets is a page number; one beside the label is its row run together.
            result = [each for each in result if each.run.filled > 1 or each.ways.full or line in each.run.lines] or result
        return tuple(result)

    def _joined(self, last: ValueSet, run: Run) -> ValueSet | None:
        """Two runs as one row: the second goes on where the first stopped, or prints some of its cells again."""
        if last.run.filled >= self.width and run.filled >= self.width:
            return None
        if not last.run.filled:
            return ValueSet(self.ways(run), run)
        both = ValueSet(last.ways, Run((*last.run.slots, *run.slots)))
        below = tuple(slot.token for slot in run.slots if slot.filled)
        if last.run.filled + run.filled == self.width and not last.ways.full:
            found = tuple(dict.fromkeys(merged(last.printed, below)))
            return ValueSet(Ways(found, full=len(found) == 1), both.run)
        layers = self._layers(last.run, run)
        if layers is not None:
            found = tuple(dict.fromkeys(overlaid(*layers)))
            return ValueSet(Ways(found, len(found) < MAX_WAYS, full=len(found) == 1), both.run)
        if last.ways.full and len(last.ways.assignments) == 1 and (found := tuple(refilled(last.ways.assignments[0].tokens, below))):
            return ValueSet(Ways(found), both.run)
        return last if last.ways.full and len(run.slots) == 1 else None

    def _layers(self, first: Run, second: Run) -> tuple[tuple[Token | None, ...], tuple[Token | None, ...]] | None:
        """Both runs laid out on the columns of the first, where the cells of their lines correspond."""
        filling = self.ways(first)
        if len(filling.assignments) != 1 or not filling.full:
            return None
        row = filling.assignments[0].tokens
        cells = [next((slot.cell for slot in first.slots if slot.token is placed), -1) for placed in row]
        other = {slot.cell: slot.token for slot in second.slots if slot.filled}
        if len(set(cells)) != len(cells) or not set(other) <= set(cells) or len(other) != second.filled:
            return None
        return row, tuple(other.get(cell) for cell in cells)


def shape_of(runs: Sequence[Run], width: int, *, pads_after: bool = False, box: int | None = None) -> Shape:
    """The shape that the lines of a table show; ``pads_after`` and ``box`` are known from outside its rows."""
    return Shape(width, margins_of(runs, width), pads_after, box, lossy(runs, width))


def _cut(run: Run, width: int) -> list[ValueSet]:
    """Several rows in one run: one after the other, or one below the other in every cell of a merged row."""
    slots = [slot for slot in run.slots if slot.filled]
    cells: dict[tuple[int, int], list[Slot]] = {}
    for slot in slots:
        cells.setdefault((slot.line, slot.cell), []).append(slot)
    deep = len(slots) // width
    if len(cells) == width and all(len(inside) == deep for inside in cells.values()):
        pieces = [Run(tuple(inside[layer] for inside in cells.values())) for layer in range(deep)]
    else:
        pieces = [Run(tuple(slots[at : at + width])) for at in range(0, len(slots), width)]
    return [ValueSet(ways(piece.tokens, width), piece) for piece in pieces]
