"""What the identities settle: certain values, how well each is backed, which identities fail; no words, no evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..model import Token
from .problem import Block, Flags, Ints, Layout
from .propagate import Choice, Network, State
from .solver import Budget, find, part, parts_of, prove

UNKNOWN = -1
_MANY = 300
"""Alternatives in all beyond which it pays to drop the hopeless ones first."""
LOST = 3
"""Lost cells in one row that are less likely than numbers run together."""


@dataclass(slots=True)
class Decision:
    """What is known of every cell and identity of a layout."""

    values: list[int | None]
    """The value of each cell that is the same in every satisfying reading."""
    given: list[bool]
    """Cells that every alternative reads as the same number: nothing had to be chosen or filled."""
    spare: list[bool]
    """Certain cells that stay certain when any one identity is left out."""
    holds: list[bool]
    """Identities that hold in every reading that satisfies the others, all their cells proven or printed."""
    failing: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Identities that no value of their unknowns can satisfy: bounds of left minus right."""
    clashes: tuple[tuple[int, ...], ...] = ()
    """Identities that no reading satisfies together, though each alone could hold."""
    contested: set[int] = field(default_factory=set)
    """Cells of failing or clashing identities."""
    surviving: dict[int, list[int]] = field(default_factory=dict)
    """By block: alternatives that the identities leave; blocks without choice are not listed."""
    picked: dict[int, int] = field(default_factory=dict)
    """By block: the alternative of one reading that satisfies everything; blocks for which none was sought are not listed."""
    lone: dict[int, int] = field(default_factory=dict)
    """By cell: an identity without which the cell is no longer certain."""
    unsettled: set[int] = field(default_factory=set)
    """Undecided cells for which exact search ran out of its limit."""


def number_of(token: Token | None) -> int:
    """The count that a token states; UNKNOWN for anything else."""
    if token is not None and token.kind == "number" and isinstance(token.value, int) and token.value >= 0:
        return token.value
    return UNKNOWN


def decide(layout: Layout, blocks: Sequence[Block], budget: Budget | None = None) -> Decision:
    """Everything that is certain over all alternatives under the identities."""
    size = len(layout.cells)
    values: list[int] = [UNKNOWN] * size
    choices, owners = _choices(layout, blocks, values)
    given = [value != UNKNOWN for value in values]
    constant = layout.matrix @ np.array([max(value, 0) for value in values], dtype=np.int64)
    net = Network(layout, constant, choices)
    decision = Decision([value if value != UNKNOWN else None for value in values], given, list(given), [True] * len(layout.members))
    if not choices:
        _fail(decision, layout, {int(i): (int(constant[i]), int(constant[i])) for i in np.flatnonzero(constant)})
        return decision
    nothing = net.run(np.ones((1, len(layout.members)), bool))
    wrong = np.flatnonzero((nothing.slack_low[0] > 0) | (nothing.slack_high[0] < 0))
    _fail(decision, layout, {int(i): (int(nothing.slack_low[0, i]), int(nothing.slack_high[0, i])) for i in wrong})
    budget = budget or Budget()
    net, state, force = _consistent(net, decision, budget)
    _settle(net, decision, _placed(net, blocks, owners), state, force, budget)
    picked, decision.picked = decision.picked, {}
    for number, block in enumerate(owners):
        if block is not None:
            start, end = int(net.offset[number]), int(net.offset[number + 1])
            origin = net.choices[number].origin
            living = np.flatnonzero(state.alive[0, start:end])
            decision.surviving[block] = [int(n) for n in (living if origin is None else origin[living])]
            if number in picked:
                decision.picked[block] = int(picked[number] if origin is None else origin[picked[number]])
    return decision


def _choices(layout: Layout, blocks: Sequence[Block], values: list[int]) -> tuple[list[Choice], list[int | None]]:
    """The undecided cells of all blocks; fills in ``values`` where every alternative says the same number."""
    index = layout.index
    table: list[tuple[tuple[int, ...], Ints, int | None]] = []
    single: list[int] = []
    seen = [False] * len(values)
    for number, block in enumerate(blocks):
        group = block.group
        if group.cells[0] not in index and not any(cell in index for cell in group.cells):
            continue
        if len(group.alternatives) == 1 or not group.complete:
            for cell, token in zip(group.cells, group.alternatives[0].tokens, strict=True):
                at = index.get(cell)
                if at is None:
                    continue
                seen[at] = True
                values[at] = number_of(token) if group.complete else UNKNOWN
                if values[at] == UNKNOWN:
                    single.append(at)
            continue
        inside = [n for n, cell in enumerate(group.cells) if cell in index]
        printed = np.array([[number_of(way.tokens[n]) for n in inside] for way in group.alternatives], dtype=np.int64)
        same = (printed == printed[0]).all(axis=0) & (printed[0] != UNKNOWN)
        for n, at in enumerate(index[group.cells[k]] for k in inside):
            seen[at] = True
            if same[n]:
                values[at] = int(printed[0, n])
        free = [n for n in range(len(inside)) if not same[n]]
        if free:
            table.append((tuple(index[group.cells[inside[n]]] for n in free), printed[:, free], number))
    single.extend(at for at, known in enumerate(seen) if not known)
    ceiling = 16 + 4 * (sum(max(value, 0) for value in values) + sum(int(printed.max(axis=0).clip(0).sum()) for _, printed, _ in table))
    choices = [Choice(cells, printed.clip(0), np.where(printed == UNKNOWN, ceiling, printed)) for cells, printed, _ in table]
    choices.extend(Choice((at,), np.zeros((1, 1), np.int64), np.full((1, 1), ceiling, np.int64)) for at in single)
    return choices, [block for *_, block in table] + [None] * len(single)


def _placed(net: Network, blocks: Sequence[Block], owners: Sequence[int | None]) -> Flags:
    """Undecided cells whose label and values certainly belong together, so that proving them can matter."""
    result = []
    for choice, block in zip(net.choices, owners, strict=True):
        result.extend([block is None or blocks[block].group.row in ("same_line", "precedes")] * len(choice.cells))
    return np.array(result, dtype=bool)


def _fail(decision: Decision, layout: Layout, failing: dict[int, tuple[int, int]]) -> None:
    decision.failing.update(failing)
    _contest(decision, layout, failing)


def _contest(decision: Decision, layout: Layout, identities: Sequence[int] | dict[int, tuple[int, int]]) -> None:
    for identity in identities:
        decision.holds[identity] = False
        decision.contested.update(layout.members[identity])


def _in_force(net: Network, decision: Decision) -> list[int]:
    """Identities without a contested cell: what is chosen or filled rests on these alone."""
    return [i for i in net.touched if decision.contested.isdisjoint(net.layout.members[i])]


def _consistent(whole: Network, decision: Decision, budget: Budget) -> tuple[Network, State, list[int]]:
    """Propagate with all identities in force and with each left out; sets identities aside until a reading can satisfy the rest."""
    while True:
        force = _in_force(whole, decision)
        net = whole.without_doomed(force) if int(whole.offset[-1]) > _MANY else whole
        off = _left_out(net, force)
        state = net.run(off[:1])
        clashes = _clashes(net, force) if state.broken[0] else _refuted(net, decision, state, force, budget)
        if not clashes:
            return net, net.run(off), force
        decision.clashes += tuple(clashes)
        for clash in clashes:
            _contest(decision, net.layout, clash)


def _left_out(net: Network, force: Sequence[int]) -> Flags:
    """Scenarios: these identities in force, then each of them left out in turn."""
    off = np.ones((1 + len(force), len(net.layout.members)), bool)
    off[:, list(force)] = False
    for n, identity in enumerate(force):
        off[1 + n, identity] = True
    return off


def _clashes(net: Network, force: list[int]) -> list[tuple[int, ...]]:
    """In each part without a satisfying reading: the identities that each alone restore it when left out, else all of the part."""
    found = []
    for _, identities in parts_of(net, force):
        broken = net.run(_left_out(net, identities)).broken
        if broken[0]:
            restoring = tuple(identity for n, identity in enumerate(identities) if not broken[1 + n])
            found.append(restoring or identities)
    return found


def _refuted(net: Network, decision: Decision, state: State, force: list[int], budget: Budget) -> list[tuple[int, ...]]:
    """Parts that propagation could not refute but exact search does; parts left unknown are noted as unsettled."""
    found = []
    for blocks, identities in parts_of(net, force):
        cells = [net.position[cell] for b in blocks for cell in net.choices[b].cells]
        if (state.low[0, cells] == state.high[0, cells]).all():
            continue
        off = np.ones(len(net.layout.members), bool)
        off[list(identities)] = False
        found_one = dive(net, off, state.alive[0], (state.low[0], state.high[0]), blocks)
        if found_one is not None:
            decision.picked.update(found_one.ways)
            continue
        outcome, _ = find(net, part(net, blocks, identities, state.alive[0], state.low[0], state.high[0]), budget)
        if outcome == "none":
            found.append(identities)
        elif outcome == "unknown":
            decision.unsettled.update(cell for b in blocks for cell in net.choices[b].cells)
    return found


@dataclass(frozen=True, slots=True)
class Dive:
    """A satisfying reading of some blocks."""

    values: dict[int, int]
    """By cell."""
    ways: dict[int, int]
    """By block: the alternative it takes, as a number in ``Choice``."""


def dive(net: Network, off: Flags, alive: Flags, bounds: tuple[Ints, Ints], blocks: Sequence[int], *, last: bool = False) -> Dive | None:
    """A satisfying reading found by taking the likeliest (or last) alternative that is left, again and again; None when that fails."""
    alive = alive.copy()
    low, high = bounds[0].copy(), bounds[1].copy()
    row = off[None, :]
    ways = {}
    for number in blocks:
        choice = net.choices[number]
        start, end = int(net.offset[number]), int(net.offset[number + 1])
        living = np.flatnonzero(alive[start:end])
        ways[number] = pick = int(living[-1] if last else _likeliest(choice, living))
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
                if last:
                    low[at] = high[at]
                else:
                    high[at] = low[at]
                state = net.run(row, alive, (low, high))
                if state.broken[0]:
                    return None
                alive, low, high = state.alive[0].copy(), state.low[0].copy(), state.high[0].copy()
    return Dive({cell: int(low[net.position[cell]]) for number in blocks for cell in net.choices[number].cells}, ways)


def _likeliest(choice: Choice, living: Ints) -> int:
    """The first alternative in printed order; where that has lost many cells, the first that has lost none, if there is one.

    A long digit string is rather several numbers run together than one number with all its neighbours gone.
    """
    missing = (choice.low[living] != choice.high[living]).sum(axis=1)
    whole = living[missing == 0]
    return int(whole[0] if missing[0] >= LOST and whole.size else living[0])


def _settle(net: Network, decision: Decision, placed: Flags, state: State, force: list[int], budget: Budget) -> None:
    """Fill in what is certain, what stays certain without any one identity, and which identities hold."""
    value = state.low[0].copy()
    certain = state.low[0] == state.high[0]
    backed = _backed(net, state.alive[0])
    for at, expected in _exact(net, decision, state, force, ~certain & (~backed | placed), budget).items():
        certain[at], value[at] = True, expected
    point = (state.low == state.high) & (state.low == value)
    firm = np.ones(len(net.cells), bool)
    for n, identity in enumerate(force, start=1):
        pending = certain & ~point[n]
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
    for identity in net.touched:
        if decision.holds[identity]:
            n = force.index(identity) + 1 if identity in force else 0
            rest = [i for i in force if i != identity]
            decision.holds[identity] = _holds(net, identity, state, n, rest, certain | backed, point[n] & certain, budget)


def _holds(net: Network, identity: int, state: State, n: int, force: list[int], sound: Flags, point: Flags, budget: Budget) -> bool:
    """Whether an identity is a real check: no unknown can take up a difference, and it holds in every reading that satisfies the rest."""
    inside = [net.position[cell] for cell in net.layout.members[identity] if cell in net.position]
    if not sound[inside].all():
        return False
    if state.slack_low[n, identity] == state.slack_high[n, identity] == 0 or point[inside].all():
        return True
    owners = {b for b, choice in enumerate(net.choices) if any(net.position[cell] in inside for cell in choice.cells)}
    parts = [(b, i) for b, i in parts_of(net, force) if owners & set(b)]
    members = owners.union(*(b for b, _ in parts))
    whole = part(net, sorted(members), [i for _, own in parts for i in own], state.alive[n], state.low[n], state.high[n])
    return bool(prove(net, whole, {}, [identity], budget)[1])


def _backed(net: Network, alive: Flags) -> Flags:
    """Cells for which every surviving alternative prints a number."""
    result = []
    for number, choice in enumerate(net.choices):
        living = alive[int(net.offset[number]) : int(net.offset[number + 1])]
        result.append((choice.low == choice.high)[living].all(axis=0))
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
        shallow = dive(net, off, state.alive[0], bounds, blocks)
        first = shallow.values if shallow else find(net, whole, budget)[1]
        deep = dive(net, off, state.alive[0], bounds, blocks, last=True)
        last = deep.values if deep else first
        same = {cell: first[cell] for cell in asked if cell in first and first[cell] == last[cell]}
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
