"""Exact answers where interval reasoning stops short: is there a satisfying reading, and one in which this cell differs?

The model is small: one boolean per surviving alternative, one integer per unknown, one linear equation per identity. The solver is
loaded on first use, since that costs a second; it runs on one thread with a deterministic limit, so that the same report
always gives the same answer. No answer within the limit means "not known", never "proven".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from .problem import Flags, Ints
from .propagate import Network, Part
from .relax import Relaxation

Outcome = Literal["found", "none", "unknown"]


SHOWING = 0.1
"""Effort spent on a reading in which many cells differ; any reading in which one does is asked for when that gives none."""
GAP = 0.5
"""How far, as a share, the cells that a reading shows to differ may stay below the most that any could show: it need not be the best."""


@dataclass
class Budget:
    """What exact search may still cost, in the solver's deterministic seconds (about as long on a clock)."""

    left: float = 4.0
    once: float = 0.8
    """The most that a single question may cost."""
    calls: int = field(default=0)


def find(net: Network, part: Part, budget: Budget) -> tuple[Outcome, dict[int, int]]:
    """A satisfying reading of a part: values by cell."""
    possible, reading = Relaxation(net, part).find()
    if not possible:
        return "none", {}
    return ("found", reading) if reading is not None else _ask(net, part, {}, (), budget)


def prove(net: Network, part: Part, cells: Mapping[int, int], identities: Sequence[int], budget: Budget) -> tuple[set[int], set[int]]:
    """Which cells keep their value, and which identities (not in force) hold, in every satisfying reading of a part."""
    if not cells and not identities:
        return set(), set()
    kept, holding, cells, forms = Relaxation(net, part).prove(cells, identities)
    while cells or forms:
        outcome, values = _ask(net, part, cells, forms, budget)
        if outcome == "none":
            return kept | set(cells), holding | set(forms)
        if outcome == "unknown":
            break
        cells = {cell: value for cell, value in cells.items() if values[cell] == value}
        forms = [form for form in forms if _slack(net, form, values) == 0]
    return kept, holding


def _slack(net: Network, identity: int, values: Mapping[int, int]) -> int:
    row = net.layout.matrix[identity]
    free = sum(int(row[cell]) * values[cell] for cell in net.layout.members[identity] if cell in net.position)
    return int(net.constant[identity]) + free


def _ask(net: Network, part: Part, differ: Mapping[int, int], broken: Sequence[int], budget: Budget) -> tuple[Outcome, dict[int, int]]:
    """A satisfying reading in which some cell differs from its value or some identity is broken, where any is given; rather many."""
    if budget.left <= 0:
        return "unknown", {}
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    terms: dict[int, Any] = {}
    for number in part.blocks:
        choice = net.choices[number]
        start = int(net.offset[number])
        living = [n for n in range(choice.low.shape[0]) if part.alive[start + n]]
        picks = {n: model.new_bool_var(f"a{start + n}") for n in living}
        model.add_exactly_one(picks.values())
        for k, cell in enumerate(choice.cells):
            known = [(pick, int(choice.low[n, k])) for n, pick in picks.items() if choice.low[n, k] == choice.high[n, k]]
            open_ = [pick for n, pick in picks.items() if choice.low[n, k] != choice.high[n, k]]
            total: Any = sum((value * pick for pick, value in known if value), 0)
            if open_:
                at = net.position[cell]
                ceiling = int(part.high[at])
                unknown = model.new_int_var(0, max(ceiling, 0), f"u{cell}")
                if len(open_) < len(picks):
                    model.add(unknown <= ceiling * sum(open_))
                total = total + unknown
            terms[cell] = total
    for identity in part.identities:
        model.add(_expression(net, identity, terms) == 0)
    doubts = []
    for expression, value in [
        *((terms[cell], value) for cell, value in differ.items()),
        *((_expression(net, identity, terms), 0) for identity in broken),
    ]:
        doubts.append(model.new_bool_var(""))
        model.add(expression != value).only_enforce_if(doubts[-1])
    if doubts:
        model.add_bool_or(doubts)
        model.maximize(sum(doubts))
    status, solver = _solved(model, SHOWING if doubts else budget.once, budget)
    if doubts and status == cp_model.UNKNOWN and budget.left > 0:
        model.clear_objective()  # type: ignore[no-untyped-call]
        status, solver = _solved(model, budget.once, budget)
    if status == cp_model.INFEASIBLE:
        return "none", {}
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return "unknown", {}
    return "found", {cell: int(solver.value(term)) if not isinstance(term, int) else term for cell, term in terms.items()}


def _solved(model: Any, effort: float, budget: Budget) -> tuple[Any, Any]:
    """The status and the solver after so much effort, taken from the budget."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers, parameters.random_seed = 1, 1
    parameters.cp_model_probing_level = parameters.symmetry_level = parameters.linearization_level = 0
    parameters.relative_gap_limit = GAP
    parameters.max_deterministic_time = min(effort, budget.left)
    status = solver.solve(model)
    budget.calls += 1
    budget.left -= max(solver.response_proto.deterministic_time, 0.002)
    return status, solver


def _expression(net: Network, identity: int, terms: Mapping[int, Any]) -> Any:
    row = net.layout.matrix[identity]
    free = sum(int(row[cell]) * terms[cell] for cell in net.layout.members[identity] if cell in terms)
    outside = [cell for cell in net.layout.members[identity] if cell in net.position and cell not in terms]
    if outside:
        raise ValueError(f"identity {identity} reaches outside its part: {outside}")
    return free + int(net.constant[identity])


def parts_of(net: Network, identities: Sequence[int]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Blocks and identities that hang together when only these identities are in force; blocks in none are left out."""
    owner = {cell: number for number, choice in enumerate(net.choices) for cell in choice.cells}
    root = list(range(len(net.choices)))

    def top(n: int) -> int:
        while root[n] != n:
            root[n] = root[root[n]]
            n = root[n]
        return n

    reach = {i: sorted({owner[cell] for cell in net.layout.members[i] if cell in owner}) for i in identities}
    for blocks in reach.values():
        for other in blocks[1:]:
            root[top(other)] = top(blocks[0])
    grouped: dict[int, tuple[set[int], list[int]]] = {}
    for identity, blocks in reach.items():
        if blocks:
            members, inside = grouped.setdefault(top(blocks[0]), (set(), []))
            members.update(blocks)
            inside.append(identity)
    return [(tuple(sorted(members)), tuple(inside)) for members, inside in grouped.values()]


def part(net: Network, blocks: Sequence[int], identities: Sequence[int], alive: Flags, low: Ints, high: Ints) -> Part:
    """A part with the bounds of one scenario."""
    return Part(tuple(blocks), tuple(identities), np.asarray(alive), np.asarray(low), np.asarray(high))
