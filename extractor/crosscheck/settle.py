"""What stays certain: over all satisfying readings, and again with each identity left out; and which identities are real checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .decision import LOST, UNKNOWN, Decision
from .problem import Flags, Ints
from .propagate import Choice, Network, State
from .solver import Budget, part, parts_of, prove


@dataclass(frozen=True, slots=True)
class Dive:
    """A satisfying reading of some blocks."""

    values: dict[int, int]
    """By cell."""
    ways: dict[int, int]
    """By block: the alternative it takes, as a number in ``Choice``."""


def dive(net: Network, off: Flags, alive: Flags, bounds: tuple[Ints, Ints], blocks: Sequence[int]) -> Dive | None:
    """A satisfying reading found by taking the likeliest alternative that is left, again and again; None when that fails."""
    return _descend(net, off, alive, bounds, blocks, {})


def _descend(
    net: Network, off: Flags, alive: Flags, bounds: tuple[Ints, Ints], blocks: Sequence[int], shun: Mapping[int, int]
) -> Dive | None:
    """A satisfying reading found by taking one alternative of each block in turn; None when that fails.

    ``shun``: values by cell that the reading should not have; where it can, it takes what differs from most of them.
    """
    alive = alive.copy()
    low, high = bounds[0].copy(), bounds[1].copy()
    row = off[None, :]
    ways = {}
    for number in blocks:
        choice = net.choices[number]
        start, end = int(net.offset[number]), int(net.offset[number + 1])
        living = np.flatnonzero(alive[start:end])
        ways[number] = pick = _unlikest(choice, living, shun) if shun else _likeliest(choice, living)
        if living.size > 1:
            alive[start:end] = False
            alive[start + pick] = True
            state = net.run(row, alive, (low, high))
            if state.broken[0]:
                return None
            alive, low, high = state.alive[0].copy(), state.low[0].copy(), state.high[0].copy()
        for cell in choice.cells:
            at = net.position[cell]
            if low[at] < high[at]:
                if shun.get(cell) == low[at]:
                    low[at] += 1
                high[at] = low[at]
                state = net.run(row, alive, (low, high))
                if state.broken[0]:
                    return None
                alive, low, high = state.alive[0].copy(), state.low[0].copy(), state.high[0].copy()
    return Dive({cell: int(low[net.position[cell]]) for number in blocks for cell in net.choices[number].cells}, ways)


def _unlikest(choice: Choice, living: Ints, shun: Mapping[int, int]) -> int:
    """The alternative that can differ from most of these values."""
    wanted = np.array([shun.get(cell, UNKNOWN) for cell in choice.cells])
    fixed = (choice.low[living] == wanted) & (choice.high[living] == wanted)
    return int(living[np.argmin(fixed.sum(axis=1))])


def _likeliest(choice: Choice, living: Ints) -> int:
    """The first alternative in printed order; where that has lost many cells, the first that has lost none, if there is one.

    A long digit string is rather several numbers run together than one number with all its neighbours gone.
    """
    missing = (choice.low[living] != choice.high[living]).sum(axis=1)
    whole = living[missing == 0]
    return int(whole[0] if missing[0] >= LOST and whole.size else living[0])


def settle(net: Network, decision: Decision, placed: Flags, state: State, force: list[int], budget: Budget) -> None:
    """Fill in what is certain, what stays certain without any one identity, and which identities hold."""
    value = state.low[0].copy()
    certain = state.low[0] == state.high[0]
    backed = _printed(net, state.alive[0], always=True)
    for at, expected in _exact(net, decision, state, force, ~certain & (~backed | placed), budget).items():
        certain[at], value[at] = True, expected
    point = (state.low == state.high) & (state.low == value)
    firm = np.ones(len(net.cells), bool)
    checkable = placed & _checkable(net, decision, certain | backed)
    for n, identity in enumerate(force, start=1):
        pending = certain & ~point[n] & checkable
        if pending.any():
            rest = [i for i in force if i != identity]
            point[n, [*_still(net, state, n, rest, pending, value, budget)]] = True
        lost = certain & ~point[n]
        firm &= ~lost
        for place in np.flatnonzero(lost):
            decision.lone.setdefault(net.cells[int(place)], identity)
    for at, cell in enumerate(net.cells):
        certain[at] &= cell not in decision.unsettled
        decision.values[cell] = int(value[at]) if certain[at] else None
        decision.spare[cell] = bool(certain[at] and firm[at])
    bare = ~_printed(net, state.alive[0], always=False)
    asked = certain & firm & checkable & bare
    for place in np.flatnonzero(asked & ~_beyond_misprint(net, force, asked, bare, value)):
        decision.spare[net.cells[int(place)]] = False
    for identity in net.touched:
        if decision.holds[identity]:
            n = force.index(identity) + 1 if identity in force else 0
            rest = [i for i in force if i != identity]
            decision.holds[identity] = _holds(net, identity, state, n, rest, certain | backed, point[n] & certain, budget)


def _checkable(net: Network, decision: Decision, sound: Flags) -> Flags:
    """Undecided cells all of whose identities can turn out to be checks; for the others it makes no difference what is left out."""
    idle = {i for i in net.touched if not decision.holds[i] or not sound[_inside(net, i)].all()}
    return np.array([idle.isdisjoint(net.layout.containing[cell]) for cell in net.cells], dtype=bool)


def _inside(net: Network, identity: int) -> list[int]:
    """The undecided cells of an identity, by position."""
    return [net.position[cell] for cell in net.layout.members[identity] if cell in net.position]


def _beyond_misprint(net: Network, force: Sequence[int], asked: Flags, bare: Flags, value: Ints) -> Flags:
    """Which asked cells keep their value when all sums through any one printed cell are left out together.

    One misprint of the agency's upsets the sum of its row and that of its column at once. A value that is printed nowhere
    has the sums alone for it, so they must not all go through one cell that may be misprinted; ``bare`` cells cannot be.
    """
    if not asked.any():
        return asked
    inforce = frozenset(force)
    unprinted = {net.cells[int(at)] for at in np.flatnonzero(bare)}
    sums = (
        tuple(identity for identity in within if identity in inforce)
        for cell, within in enumerate(net.layout.containing)
        if cell not in unprinted
    )
    through = dict.fromkeys(shared for shared in sums if len(shared) > 1)
    if not through:
        return asked
    off = np.ones((len(through), len(net.layout.members)), bool)
    off[:, list(force)] = False
    for n, shared in enumerate(through):
        off[n, list(shared)] = True
    state = net.run(off)
    kept: Flags = ((state.low == value) & (state.high == value)).all(axis=0)
    return asked & kept


def _holds(net: Network, identity: int, state: State, n: int, force: list[int], sound: Flags, point: Flags, budget: Budget) -> bool:
    """Whether an identity is a real check: no unknown can take up a difference, and it holds in every reading that satisfies the rest."""
    inside = _inside(net, identity)
    if not sound[inside].all():
        return False
    if state.slack_low[n, identity] == state.slack_high[n, identity] == 0 or point[inside].all():
        return True
    owners = {b for b, choice in enumerate(net.choices) if any(net.position[cell] in inside for cell in choice.cells)}
    parts = [(b, i) for b, i in parts_of(net, force) if owners & set(b)]
    members = owners.union(*(b for b, _ in parts))
    whole = part(net, sorted(members), [i for _, own in parts for i in own], state.alive[n], state.low[n], state.high[n])
    return bool(prove(net, whole, {}, [identity], budget)[1])


def _printed(net: Network, alive: Flags, *, always: bool) -> Flags:
    """Cells for which some surviving alternative prints a number; or, ``always``, every one does."""
    result = []
    for number, choice in enumerate(net.choices):
        living = alive[int(net.offset[number]) : int(net.offset[number + 1])]
        prints = (choice.low == choice.high)[living]
        result.append(prints.all(axis=0) if always else prints.any(axis=0))
    return np.concatenate(result)


def _exact(net: Network, decision: Decision, state: State, force: list[int], wanted: Flags, budget: Budget) -> dict[int, int]:
    """Cells among the wanted ones that exact search proves certain, with their value, by position."""
    proven: dict[int, int] = {}
    bounds = (state.low[0], state.high[0])
    for blocks, identities in parts_of(net, force) if wanted.any() else ():
        cells = [cell for b in blocks for cell in net.choices[b].cells]
        asked = [cell for cell in cells if wanted[net.position[cell]]]
        if not asked or not decision.unsettled.isdisjoint(cells):
            continue
        off = np.ones(len(net.layout.members), bool)
        off[list(identities)] = False
        whole = part(net, blocks, identities, state.alive[0], *bounds)
        same = {cell: decision.reading[cell] for cell in asked}
        if other := _descend(net, off, state.alive[0], bounds, blocks, same):
            same = {cell: value for cell, value in same.items() if other.values[cell] == value}
        kept = prove(net, whole, same, (), budget)[0]
        proven.update((net.position[cell], same[cell]) for cell in kept)
    return proven


def _still(net: Network, state: State, n: int, force: list[int], pending: Flags, value: Ints, budget: Budget) -> list[int]:
    """Pending cells that keep their value in a scenario although propagation alone does not show it, by position."""
    kept: list[int] = []
    for blocks, identities in parts_of(net, force):
        places = [net.position[cell] for b in blocks for cell in net.choices[b].cells]
        asked = {net.cells[at]: int(value[at]) for at in places if pending[at]}
        if not asked:
            continue
        whole = part(net, blocks, identities, state.alive[n], state.low[n], state.high[n])
        kept.extend(net.position[cell] for cell in prove(net, whole, asked, (), budget)[0])
    return kept
