"""What the identities settle: certain values, how well each is backed, which identities fail; no words, no evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .decision import UNKNOWN, Decision, number_of
from .problem import Block, Flags, Ints, Layout
from .propagate import Choice, Network, State
from .settle import dive, settle
from .solver import Budget, find, part, parts_of

_MANY = 300
"""Alternatives in all beyond which it pays to drop the hopeless ones first."""


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
    settle(net, decision, _placed(net, blocks, owners), state, force, budget)
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
        result.extend([block is None or blocks[block].group.placed] * len(choice.cells))
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
    decision.reading = {}
    for blocks, identities in parts_of(net, force):
        cells = [net.position[cell] for b in blocks for cell in net.choices[b].cells]
        if (state.low[0, cells] == state.high[0, cells]).all():
            continue
        off = np.ones(len(net.layout.members), bool)
        off[list(identities)] = False
        found_one = dive(net, off, state.alive[0], (state.low[0], state.high[0]), blocks)
        if found_one is not None:
            decision.picked.update(found_one.ways)
            decision.reading.update(found_one.values)
            continue
        outcome, values = find(net, part(net, blocks, identities, state.alive[0], state.low[0], state.high[0]), budget)
        decision.reading.update(values)
        if outcome == "none":
            found.append(identities)
        elif outcome == "unknown":
            decision.unsettled.update(cell for b in blocks for cell in net.choices[b].cells)
    return found
