"""Interval reasoning over alternatives: which ways to read survive the identities, and how far each cell can still vary.

Every undecided block is a list of alternatives, each a box of intervals (a printed number is a point, an unknown runs from 0
upwards). An identity that is in force bounds what each block may contribute to it; alternatives that cannot contribute
that much die, the intervals of the others shrink, until nothing changes. Many scenarios (one identity left out in each)
run side by side as rows of the same arrays. What it excludes is excluded; what it leaves may still be impossible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .problem import Flags, Ints, Layout

FAR = np.int64(1) << np.int64(54)
"""Larger than any sum of the cells of one identity (values go up to LARGEST), small enough to be added up without overflow."""
PASSES = 60
"""Passes at most; most tables settle in ten, and stopping early only leaves more to the exact methods."""
_ROOM = 3_000_000
"""Array elements per batch of scenarios."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The undecided cells of a block: every alternative as a row of intervals."""

    cells: tuple[int, ...]
    """Indices into ``Layout.cells``."""
    low: Ints
    high: Ints
    """Alternatives by cells."""
    origin: Ints | None = None
    """Which alternatives of the block these are; None for all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What is left after propagation, one row for every scenario."""

    low: Ints
    high: Ints
    """Bounds of every undecided cell over its surviving alternatives, in the order of ``Network.cells``."""
    alive: Flags
    """Surviving alternatives, in the order of the choices."""
    broken: Flags
    """Scenarios without any satisfying reading."""
    slack_low: Ints
    slack_high: Ints
    """Bounds of left minus right of every identity, in force or not."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a network in one scenario."""

    blocks: tuple[int, ...]
    identities: tuple[int, ...]
    """The identities in force."""
    alive: Flags
    low: Ints
    high: Ints
    """Surviving alternatives and cell bounds of the scenario."""


class Network:
    """Undecided blocks and the identities between them, laid flat for vector arithmetic."""

    def __init__(self, layout: Layout, constant: Ints, choices: Sequence[Choice]) -> None:
        """``constant``: left minus right of every identity over the cells that are already decided."""
        self.layout = layout
        self.constant = constant
        self.choices = tuple(choices)
        self.cells = tuple(cell for choice in choices for cell in choice.cells)
        """The undecided cells, block by block."""
        self.position = {cell: n for n, cell in enumerate(self.cells)}
        sizes = [choice.low.shape[0] for choice in choices]
        self.offset = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        """Where the alternatives of each block start; one past the last at the end."""
        self.low0 = np.concatenate([choice.low.ravel() for choice in choices]) if choices else np.zeros(0, np.int64)
        self.high0 = np.concatenate([choice.high.ravel() for choice in choices]) if choices else np.zeros(0, np.int64)
        self.touched = tuple(i for i, members in enumerate(layout.members) if any(cell in self.position for cell in members))
        """Identities with at least one undecided cell."""
        if choices:
            self._lay()

    def _lay(self) -> None:
        starts = np.cumsum([0, *(choice.low.size for choice in self.choices)])
        entry, coefficient, way, by_way, by_block, block, blocks_of = [], [], [], [], [], [], []
        ways = pairs = length = 0
        for identity in self.touched:
            row = self.layout.matrix[identity]
            blocks_of.append(pairs)
            for number, choice in enumerate(self.choices):
                inside = [n for n, cell in enumerate(choice.cells) if row[cell]]
                if not inside:
                    continue
                count, width = choice.low.shape
                grid = int(starts[number]) + np.arange(count)[:, None] * width + np.array(inside)[None, :]
                entry.append(grid.ravel())
                coefficient.append(np.tile(row[[choice.cells[n] for n in inside]], count))
                by_way.append(length + np.arange(count) * len(inside))
                way.append(int(self.offset[number]) + np.arange(count))
                by_block.append(ways)
                block.append(number)
                length += count * len(inside)
                ways += count
                pairs += 1
        self._entry = np.concatenate(entry)
        self._plus = np.concatenate(coefficient) > 0
        self._way = np.concatenate(way)
        self._way_start = np.concatenate(by_way)
        self._block_start = np.array(by_block)
        self._identity_start = np.array(blocks_of)
        self._entry_way = np.repeat(np.arange(ways), np.diff(np.append(self._way_start, length)))
        self._way_pair = np.repeat(np.arange(pairs), np.diff(np.append(self._block_start, ways)))
        self._pair_identity = np.repeat(np.arange(len(self.touched)), np.diff(np.append(self._identity_start, pairs)))
        self._constant = self.constant[list(self.touched)]
        self._by_entry = np.argsort(self._entry, kind="stable")
        self._entry_start = np.searchsorted(self._entry[self._by_entry], np.arange(self.low0.size))
        self._owner = np.concatenate(
            [int(self.offset[n]) + np.repeat(np.arange(c.low.shape[0]), c.low.shape[1]) for n, c in enumerate(self.choices)]
        )
        hull = [
            int(starts[n]) + np.arange(c.low.shape[0]) * c.low.shape[1] + k for n, c in enumerate(self.choices) for k in range(len(c.cells))
        ]
        self._hull = np.concatenate(hull)
        self._hull_start = np.cumsum([0, *(len(part) for part in hull[:-1])])

    def without_doomed(self, identities: Sequence[int]) -> Network:
        """The same network without the alternatives that two of these identities exclude, each by itself.

        Such an alternative stays excluded whichever one identity is left out. A block that would lose them all keeps them.
        """
        sums = self._sums(self.low0[None, :], self.high0[None, :], np.ones((1, int(self.offset[-1])), bool))
        way_low, way_high, block_low, block_high, total_low, total_high = sums[2:]
        force = np.isin(np.array(self.touched), identities)[self._pair_identity][self._way_pair]
        top = (block_low - total_low[:, self._pair_identity])[0, self._way_pair]
        bottom = (block_high - total_high[:, self._pair_identity])[0, self._way_pair]
        killed = ((way_high[0] < bottom) | (way_low[0] > top)) & force
        kept = np.bincount(self._way[killed], minlength=int(self.offset[-1])) < 2
        choices = []
        for number, choice in enumerate(self.choices):
            mine = kept[int(self.offset[number]) : int(self.offset[number + 1])]
            whole = mine.all() or not mine.any()
            choices.append(choice if whole else Choice(choice.cells, choice.low[mine], choice.high[mine], np.flatnonzero(mine)))
        return self if all(a is b for a, b in zip(choices, self.choices, strict=True)) else Network(self.layout, self.constant, choices)

    def run(self, off: Flags, alive: Flags | None = None, bounds: tuple[Ints, Ints] | None = None) -> State:
        """Propagate to the end. ``off``: scenarios by identities, True where an identity is left out.

        ``alive`` (alternatives) and ``bounds`` (cells) narrow the start of every scenario alike.
        """
        scenarios = off.shape[0]
        if not self.choices:
            slack = np.broadcast_to(self.constant, off.shape)
            broken = ((slack != 0) & ~off).any(axis=1)
            none = np.zeros((scenarios, 0), np.int64)
            return State(none, none, np.zeros((scenarios, 0), bool), broken, slack, slack)
        step = max(1, _ROOM // (len(self._entry) * 6))
        parts = [self._batch(off[n : n + step], alive, bounds) for n in range(0, scenarios, step)]
        if len(parts) == 1:
            return parts[0]
        return State(*(np.concatenate([getattr(part, name) for part in parts]) for name in State.__slots__))

    def _batch(self, off: Flags, alive0: Flags | None, bounds: tuple[Ints, Ints] | None) -> State:
        scenarios = off.shape[0]
        low = np.tile(self.low0, (scenarios, 1))
        high = np.tile(self.high0, (scenarios, 1))
        alive = np.ones((scenarios, int(self.offset[-1])), bool) if alive0 is None else np.tile(alive0, (scenarios, 1))
        if bounds is not None:
            counts = np.diff(np.append(self._hull_start, self._hull.size))
            low[:, self._hull] = np.maximum(low[:, self._hull], np.repeat(bounds[0], counts))
            high[:, self._hull] = np.minimum(high[:, self._hull], np.repeat(bounds[1], counts))
        self._bury(low, high, alive)
        masked = off[:, list(self.touched)][:, self._pair_identity]
        broken = np.zeros(scenarios, bool)
        running = np.arange(scenarios)
        for _ in range(PASSES):
            changed = self._pass(low, high, alive, masked, running)
            alternatives = np.logical_or.reduceat(alive[running], self.offset[:-1], axis=1)
            dead = ~alternatives.all(axis=1)
            broken[running[dead]] = True
            running = running[changed & ~dead]
            if not running.size:
                break
        *_, slack_low, slack_high = self._sums(low, high, alive)
        slacks = []
        for part in (slack_low, slack_high):
            whole = np.tile(self.constant, (scenarios, 1))
            whole[:, list(self.touched)] = part
            slacks.append(whole)
        wrong = ((slacks[0] > 0) | (slacks[1] < 0)) & ~off
        broken |= wrong.any(axis=1)
        owner_alive = alive[:, self._owner]
        hull_low = np.minimum.reduceat(np.where(owner_alive, low, FAR)[:, self._hull], self._hull_start, axis=1)
        hull_high = np.maximum.reduceat(np.where(owner_alive, high, -FAR)[:, self._hull], self._hull_start, axis=1)
        return State(hull_low, hull_high, alive, broken, *slacks)

    def _sums(self, low: Ints, high: Ints, alive: Flags) -> tuple[Ints, ...]:
        """Bounds of what entries, alternatives and blocks contribute to identities, and of each identity as a whole."""
        a, b = low[:, self._entry], high[:, self._entry]
        least = np.where(self._plus, a, -b)
        most = np.where(self._plus, b, -a)
        way_low = np.add.reduceat(least, self._way_start, axis=1)
        way_high = np.add.reduceat(most, self._way_start, axis=1)
        living = alive[:, self._way]
        block_low = np.minimum.reduceat(np.where(living, way_low, FAR), self._block_start, axis=1)
        block_high = np.maximum.reduceat(np.where(living, way_high, -FAR), self._block_start, axis=1)
        total_low = self._constant + np.add.reduceat(block_low, self._identity_start, axis=1)
        total_high = self._constant + np.add.reduceat(block_high, self._identity_start, axis=1)
        return least, most, way_low, way_high, block_low, block_high, total_low, total_high

    def _pass(self, low: Ints, high: Ints, alive: Flags, masked: Flags, running: Ints) -> Flags:
        """One round of all identities over the running scenarios, in place; returns which of them changed."""
        lo, hi, live = low[running], high[running], alive[running]
        least, most, way_low, way_high, block_low, block_high, total_low, total_high = self._sums(lo, hi, live)
        free = masked[running]
        top = np.where(free, 4 * FAR, block_low - total_low[:, self._pair_identity])
        bottom = np.where(free, -4 * FAR, block_high - total_high[:, self._pair_identity])
        way_top, way_bottom = top[:, self._way_pair], bottom[:, self._way_pair]
        killed = (way_high < way_bottom) | (way_low > way_top)
        if killed.any():
            scenario, number = np.nonzero(killed)
            live[scenario, self._way[number]] = False
        new_most = way_top[:, self._entry_way] - (way_low[:, self._entry_way] - least)
        new_least = way_bottom[:, self._entry_way] - (way_high[:, self._entry_way] - most)
        new_high = np.where(self._plus, new_most, -new_least)[:, self._by_entry]
        new_low = np.where(self._plus, new_least, -new_most)[:, self._by_entry]
        hi = np.minimum(hi, np.minimum.reduceat(new_high, self._entry_start, axis=1))
        lo = np.maximum(lo, np.maximum.reduceat(new_low, self._entry_start, axis=1))
        self._bury(lo, hi, live)
        living = live[:, self._owner]
        changed = ((lo != low[running]) & living).any(axis=1) | ((hi != high[running]) & living).any(axis=1)
        changed |= (live != alive[running]).any(axis=1)
        low[running], high[running], alive[running] = lo, hi, live
        return np.asarray(changed)

    def _bury(self, low: Ints, high: Ints, alive: Flags) -> None:
        """Let alternatives with an empty interval die."""
        empty = low > high
        if empty.any():
            scenario, number = np.nonzero(empty)
            alive[scenario, self._owner[number]] = False
