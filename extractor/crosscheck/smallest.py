"""The smallest changes that make a table's identities hold: error localisation after Fellegi and Holt, all solutions listed.

One integer change and one boolean per cell; the fewest changed cells are sought, then every other set as small, up to a bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .problem import Layout


@dataclass(frozen=True, slots=True)
class Smallest:
    """Sets of changed cells with their new values, all of the same smallest size."""

    found: tuple[dict[int, int], ...]
    complete: bool
    """Whether these are all the smallest ones."""


def smallest(
    layout: Layout,
    values: Mapping[int, int],
    identities: Sequence[int],
    *,
    at_least: int = 1,
    at_most: int = 6,
    limit: int = 20,
    effort: float = 2.0,
) -> Smallest:
    """The smallest changes of known values (by cell) under some identities; cells without a value are free, from 0 up.

    Sizes below ``at_least`` are known to be impossible; beyond ``at_most`` nothing is listed. ``effort``: deterministic seconds.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    cells = sorted({cell for identity in identities for cell in layout.members[identity]})
    top = 2 * max((values[cell] for cell in cells if cell in values), default=0) + 10
    number = {cell: model.new_int_var(0, top * (30 if cell not in values else 1), f"v{cell}") for cell in cells}
    changed: dict[int, Any] = {}
    for cell in cells:
        if cell in values:
            flag = changed[cell] = model.new_bool_var(f"c{cell}")
            model.add(number[cell] - values[cell] <= (top - values[cell]) * flag)
            model.add(values[cell] - number[cell] <= values[cell] * flag)
    for identity in identities:
        row = layout.matrix[identity]
        model.add(sum(int(row[cell]) * number[cell] for cell in layout.members[identity]) == 0)
        off = _off(layout, values, identity)
        if off:
            # An identity that fails holds at least one changed cell.
            model.add_bool_or([changed[cell] for cell in layout.members[identity] if cell in changed])
    model.add(sum(changed.values()) >= at_least)
    model.add(sum(changed.values()) <= at_most)
    model.minimize(sum(changed.values()))
    found: list[dict[int, int]] = []
    while len(found) < limit:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = max(effort, 0.01)
        status = solver.solve(model)
        effort -= max(solver.response_proto.deterministic_time, 0.005)
        if status == cp_model.INFEASIBLE:
            return Smallest(tuple(found), True)
        if status != cp_model.OPTIMAL:
            return Smallest(tuple(found), False)
        here = {cell: int(solver.value(number[cell])) for cell, flag in changed.items() if solver.value(flag)}
        if not found:
            model.minimize(0)
            model.add(sum(changed.values()) == len(here))
        found.append(here)
        model.add_bool_or([changed[cell].negated() for cell in here])
    return Smallest(tuple(found), False)


def _off(layout: Layout, values: Mapping[int, int], identity: int) -> bool:
    """Whether an identity fails whatever its unknown cells hold."""
    low = high = 0
    for cell in layout.members[identity]:
        sign = int(layout.matrix[identity, cell])
        if cell in values:
            low, high = low + sign * values[cell], high + sign * values[cell]
        elif sign > 0:
            high = np.iinfo(np.int64).max // 4
        else:
            low = -(np.iinfo(np.int64).max // 4)
    return low > 0 or high < 0
