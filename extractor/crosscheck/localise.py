"""Which cells of a failing table are wrong: single errors by their signature, whole slips, then the smallest changes, all listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..forms import Form
from .peel import Peeler
from .problem import Flags, Ints, Layout, layout_of
from .propagate import Choice, Network
from .slips import MOVED, Kind, Slip, kind_of, slips
from .smallest import smallest

Outcome = Literal["misread", "as_printed", "ambiguous"]
"""``misread``: the printed marks, put in other places, satisfy everything; ``as_printed``: one change of a number reconciles the table, and
what is printed is kept; ``ambiguous``: several explanations are as short."""

LISTED = 20
"""Explanations listed for one table."""
_STEPS = 3_000
"""Steps of peeling after each slip."""
PEELED = (3, 4)
"""Sizes of sets of wrong cells that are found by peeling; one and two are told by signatures, larger ones by the solver."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Changes that together make every identity hold."""

    slips: tuple[Slip, ...]
    """One for every mistake that it supposes."""

    @property
    def changes(self) -> dict[str, int]:
        """The changed cells with their reconciled values."""
        return {cell: value for slip in self.slips for cell, value in slip.changes}

    @property
    def kind(self) -> Kind:
        """What kind of mistake it supposes."""
        return self.slips[0].kind if len(self.slips) == 1 else "several"


@dataclass(frozen=True, slots=True)
class Localisation:
    """What could be wrong in one table that contradicts itself."""

    failing: tuple[str, ...]
    """Ids of the identities that fail."""
    explanations: tuple[Explanation, ...]
    """Fewest mistakes first; empty when no small change reconciles the table."""
    complete: bool
    """Whether every explanation as small as the first is among them."""

    @property
    def outcome(self) -> Outcome:
        """Misread, as printed, or ambiguous."""
        best = [e for e in self.explanations if len(e.slips) == len(self.explanations[0].slips)]
        if len(best) != 1:
            return "ambiguous"
        return "misread" if all(slip.kind in MOVED for slip in best[0].slips) else "as_printed"


def localise(form: Form, values: Mapping[str, int | None], *, limit: int = LISTED, effort: float = 0.2) -> tuple[Localisation, ...]:
    """Explanations for every table of the form whose identities fail, one entry for each part that hangs together.

    ``values``: printed numbers by cell, None where none is printed. ``effort``: the deterministic seconds that the search for the
    smallest change may take when one or two changes do not do.
    """
    layout = layout_of(form.key, form.divided)
    return tuple(_Case(layout, values, part).localised(limit, effort) for part in _failing_parts(layout, values))


def _failing_parts(layout: Layout, values: Mapping[str, int | None]) -> Iterator[tuple[int, ...]]:
    """The identities of each part of the form in which some identity fails."""
    parts = [tuple(i for i, identity in enumerate(layout.identities) if identity.kind != "group")]
    parts += [(i,) for i, identity in enumerate(layout.identities) if identity.kind == "group"]
    for part in parts:
        case = _Case(layout, values, part)
        if case.failing(case.printed):
            yield part


class _Case:
    """A part of a form with its printed values as arrays."""

    def __init__(self, layout: Layout, values: Mapping[str, int | None], identities: Sequence[int]) -> None:
        self.layout = layout
        self.identities = tuple(identities)
        self.matrix: Ints = layout.matrix[list(identities)]
        self.cells = sorted({cell for i in identities for cell in layout.members[i]})
        self.known: Flags = np.array([values.get(cell) is not None for cell in layout.cells])
        self.printed: Ints = np.array([values.get(cell) or 0 for cell in layout.cells], dtype=np.int64)
        self.values = {layout.cells[c]: int(self.printed[c]) for c in self.cells if self.known[c]}
        inside = np.zeros(len(layout.cells), bool)
        inside[self.cells] = True
        free = (~self.known & inside)[None, :]
        self.up: Flags = np.asarray(((self.matrix > 0) & free).any(axis=1))
        self.down: Flags = np.asarray(((self.matrix < 0) & free).any(axis=1))
        """Identities that an unknown on the left, on the right, can still balance."""

    def failing(self, values: Ints) -> list[int]:
        """Identities (as rows of ``matrix``) that fail whatever the unknown cells hold."""
        off = self.matrix @ values
        return [int(n) for n in np.flatnonzero(((off > 0) & ~self.down) | ((off < 0) & ~self.up))]

    def reconciled(self, slip: Iterable[Slip]) -> bool:
        """Whether every identity can hold after these changes."""
        values = self.after(slip)
        return not self.failing(values) and (bool(self.known[self.cells].all()) or self._completes(values))

    def after(self, made: Iterable[Slip]) -> Ints:
        values = self.printed.copy()
        for slip in made:
            for cell, value in slip.changes:
                values[self.layout.index[cell]] = value
        return values

    def _completes(self, values: Ints) -> bool:
        """Whether the unknown cells can be filled, as far as interval reasoning sees."""
        free = [cell for cell in self.cells if not self.known[cell]]
        ceiling = np.full((1, 1), 16 + 4 * int(values.sum()), np.int64)
        choices = [Choice((cell,), np.zeros((1, 1), np.int64), ceiling) for cell in free]
        off = np.ones((1, len(self.layout.identities)), bool)
        off[0, list(self.identities)] = False
        known = np.where(self.known, values, 0)
        return not bool(Network(self.layout, self.layout.matrix @ known, choices).run(off).broken[0])

    def localised(self, limit: int, effort: float) -> Localisation:
        failing = self.failing(self.printed)
        names = tuple(self.layout.identities[self.identities[n]].id for n in failing)
        ones = [(slip,) for slip in self._singles(self.printed) if self.reconciled([slip])]
        whole: list[tuple[Slip, ...]] = [(slip,) for slip in self._slips(names) if self.reconciled([slip])]
        complete = True
        twos: list[tuple[Slip, ...]] = []
        if not ones:
            twos = list(self._pairs())
        if not ones and not twos and not whole:
            whole = self._slip_and_cells(names, 1)
            if not whole:
                twos, complete = self._several(names, limit, effort)
        found = dict.fromkeys(Explanation(made) for made in [*ones, *whole, *twos])
        ranked = sorted(_distinct(found), key=lambda e: (len(e.slips), _likely(e)))
        return Localisation(names, tuple(ranked[:limit]), complete and len(ranked) <= limit)

    def _singles(self, values: Ints) -> Iterator[Slip]:
        """Changes of one cell that set some failing identity right."""
        seen = set()
        for n in self.failing(values):
            off = int(self.matrix[n] @ values)
            for cell in self.layout.members[self.identities[n]]:
                new = int(values[cell]) - off * int(self.matrix[n, cell])
                if self.known[cell] and new >= 0 and (cell, new) not in seen:
                    seen.add((cell, new))
                    yield self._cell(cell, new)

    def _cell(self, cell: int, value: int) -> Slip:
        name = self.layout.cells[cell]
        return Slip(kind_of(name, int(self.printed[cell]), value), ((name, value),), self.layout.form.row(name))

    def _pairs(self) -> Iterator[tuple[Slip, Slip]]:
        """Changes of two cells: each is told by an identity that the other does not touch."""
        seen = set()
        for first in self._singles(self.printed):
            values = self.after([first])
            if len(self.failing(values)) > 3:
                continue
            for second in self._singles(values):
                cells = frozenset((first.changes[0][0], second.changes[0][0]))
                key = frozenset((first.changes[0], second.changes[0]))
                if len(cells) == 2 and key not in seen and self.reconciled([first, second]):
                    seen.add(key)
                    yield first, second

    def _slips(self, failing: Sequence[str]) -> Iterator[Slip]:
        inside = {self.layout.cells[cell] for cell in self.cells}
        for slip in slips(self.layout.form, self.values, failing):
            if slip.changes and all(cell in inside for cell, _ in slip.changes):
                yield slip

    def _slip_and_cells(self, failing: Sequence[str], count: int) -> list[tuple[Slip, ...]]:
        """A slip and so many wrong cells besides, where neither alone will do; every cell must print a number for more than one."""
        before = len(self.failing(self.printed))
        found: list[tuple[Slip, ...]] = []
        for slip in self._slips(failing):
            values = self.after([slip])
            left = len(self.failing(values))
            if left < before and left <= 3 * count:
                touched = {cell for cell, _ in slip.changes}
                if count == 1:
                    more: list[tuple[Slip, ...]] = [(single,) for single in self._singles(values)]
                else:
                    peeler = Peeler(self.layout, {cell: int(values[cell]) for cell in self.cells}, self.identities)
                    more = [self._cells(change) for change in peeler.sets(count, _STEPS)[0]]
                apart = ((slip, *each) for each in more if touched.isdisjoint(cell for one in each for cell, _ in one.changes))
                found.extend(made for made in apart if self.reconciled(made))
        return found

    def _several(self, failing: Sequence[str], limit: int, effort: float) -> tuple[list[tuple[Slip, ...]], bool]:
        """Three mistakes or more: by peeling, with and without a slip, where every cell prints a number; else by the solver."""
        known = {cell: int(self.printed[cell]) for cell in self.cells if self.known[cell]}
        least, sure = 1, True
        if len(known) == len(self.cells):
            peeler = Peeler(self.layout, known, self.identities)
            for size in PEELED:
                sets, ended = peeler.sets(size)
                sure = sure and ended
                made = [self._cells(change) for change in sets] or (self._slip_and_cells(failing, 2) if size == 3 else [])
                if made:
                    return made, sure
            least = PEELED[-1] + 1 if sure else PEELED[0]
        result = smallest(self.layout, known, self.identities, at_least=least, limit=limit, effort=effort)
        return [self._cells(change) for change in result.found], result.complete

    def _cells(self, change: Mapping[int, int]) -> tuple[Slip, ...]:
        return tuple(self._cell(cell, value) for cell, value in sorted(change.items()))


def _distinct(found: Iterable[Explanation]) -> list[Explanation]:
    """Explanations that change different cells; of two with the same changes the one with fewer mistakes."""
    best: dict[frozenset[tuple[str, int]], Explanation] = {}
    for explanation in found:
        key = frozenset(explanation.changes.items())
        if key not in best or len(explanation.slips) < len(best[key].slips):
            best[key] = explanation
    return list(best.values())


def _likely(explanation: Explanation) -> tuple[int, int]:
    """How much a kind of mistake explains by itself; the lower the likelier."""
    order: tuple[Kind, ...] = ("total_zero", "swapped", "digits", "digit", "shifted", "merged", "cell", "columns", "rows", "several")
    return max(order.index(slip.kind) for slip in explanation.slips), len(explanation.changes)
