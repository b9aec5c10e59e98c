"""The linear relaxation of a part: cheap bounds that are always safe, and usually exact.

Where only numbers are unknown the identities form a network, so the relaxation has whole-number corners and its bounds are exact. Where
alternatives compete it mixes them, and its bounds are at worst too wide: what it proves is proven, what it leaves is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .propagate import Network, Part

_TINY = 1e-5
"""How far from 0 and 1 the share of an alternative may lie and still be none or all of it."""
_NEAR = 1e-3
"""How far from a whole number a value may lie and still be it."""
_HALF = 0.5
"""Whole numbers that differ, differ by more."""
_LARGE = 10_000_000
"""Numbers beyond which floating-point bounds are not trusted to half a unit."""
_VAIN = 8
"""Questions in a row without an answer after which the rest is left to exact search."""
_OPTIMAL, _INFEASIBLE = 0, 2


class Relaxation:
    """The linear programme of one part in one scenario; asked again and again with other aims."""

    def __init__(self, net: Network, part: Part) -> None:
        from ortools.linear_solver import pywraplp

        self._net = net
        self._solver: Any = pywraplp.Solver.CreateSolver("GLOP")
        self._picks: list[Any] = []
        self._terms: dict[int, list[tuple[Any, int]]] = {}
        self._fixed: dict[int, int] = {}
        self._largest = 0
        for number in part.blocks:
            self._block(number, part)
        for identity in part.identities:
            terms, constant = self._form(identity)
            row = self._solver.Constraint(-constant, -constant)
            for variable, coefficient in terms.items():
                row.SetCoefficient(variable, coefficient)

    def _block(self, number: int, part: Part) -> None:
        choice = self._net.choices[number]
        start = int(self._net.offset[number])
        living = [n for n in range(choice.low.shape[0]) if part.alive[start + n]]
        picks = {n: self._solver.NumVar(0, 1, "") for n in living} if len(living) > 1 else {}
        self._picks.extend(picks.values())
        if picks:
            one = self._solver.Constraint(1, 1)
            for pick in picks.values():
                one.SetCoefficient(pick, 1)
        for k, cell in enumerate(choice.cells):
            at = self._net.position[cell]
            terms = [(picks[n], int(choice.low[n, k])) for n in picks if choice.low[n, k] == choice.high[n, k] and choice.low[n, k]]
            self._fixed[cell] = 0
            open_ = [n for n in living if choice.low[n, k] != choice.high[n, k]]
            if not picks and not open_:
                self._fixed[cell] = int(choice.low[living[0], k])
            elif open_:
                low = float(part.low[at]) if len(open_) == len(living) else 0.0
                unknown = self._solver.NumVar(low, float(part.high[at]), "")
                if len(open_) < len(living):
                    cap = self._solver.Constraint(-self._solver.infinity(), 0)
                    cap.SetCoefficient(unknown, 1)
                    for n in open_:
                        cap.SetCoefficient(picks[n], -float(part.high[at]))
                terms.append((unknown, 1))
            self._terms[cell] = terms
            self._largest = max(self._largest, int(choice.low[living, k].max()), int(part.high[at]) if open_ else 0)

    def _form(self, identity: int) -> tuple[dict[Any, float], float]:
        """An identity's left minus right as coefficients and a constant."""
        row = self._net.layout.matrix[identity]
        terms: dict[Any, float] = {}
        constant = float(self._net.constant[identity])
        for cell in self._net.layout.members[identity]:
            if cell in self._terms:
                constant += float(row[cell]) * self._fixed[cell]
                for variable, coefficient in self._terms[cell]:
                    terms[variable] = terms.get(variable, 0.0) + float(row[cell]) * coefficient
        return terms, constant

    def _push(self, terms: Mapping[Any, float], *, up: bool) -> int:
        objective = self._solver.Objective()
        objective.Clear()
        for variable, coefficient in terms.items():
            objective.SetCoefficient(variable, coefficient)
        objective.SetOptimizationDirection(up)
        return int(self._solver.Solve())

    def _reading(self) -> dict[int, int] | None:
        """The current corner as values by cell, if it is a reading: every alternative taken wholly or not, numbers whole."""
        if any(_TINY < pick.solution_value() < 1 - _TINY for pick in self._picks):
            return None
        values = {}
        for cell, terms in self._terms.items():
            value = self._fixed[cell] + sum(variable.solution_value() * coefficient for variable, coefficient in terms)
            if abs(value - round(value)) > _NEAR:
                return None
            values[cell] = round(value)
        return values

    def find(self) -> tuple[bool, dict[int, int] | None]:
        """Whether a reading may exist at all, and one if the relaxation happens to give it."""
        if self._largest > _LARGE:
            return True, None
        status = self._push({}, up=True)
        return status != _INFEASIBLE, self._reading() if status == _OPTIMAL else None

    def prove(self, cells: Mapping[int, int], identities: Iterable[int]) -> tuple[set[int], set[int], dict[int, int], list[int]]:
        """Cells proven to keep their value, identities proven to hold, and what remains of both undecided.

        Whatever a reading on the way shows to differ is dropped. After several questions in a row that the relaxation could not
        answer it is asked no more.
        """
        if self._largest > _LARGE:
            return set(), set(), dict(cells), list(identities)
        asked: dict[tuple[str, int], tuple[dict[Any, float], float]] = {}
        for cell, value in cells.items():
            asked["cell", cell] = dict(self._terms[cell]), float(self._fixed[cell] - value)
        for identity in identities:
            asked["form", identity] = self._form(identity)
        proven: set[tuple[str, int]] = set()
        unclear: set[tuple[str, int]] = set()
        vain = 0
        while asked and vain < _VAIN:
            key = next(iter(asked))
            terms, constant = asked[key]
            verdict = self._stays(terms, constant)
            vain = vain + 1 if verdict is None else 0
            if verdict is True:
                proven.add(key)
                del asked[key]
                continue
            if verdict is None:
                unclear.add(key)
            reading = None if verdict is None else self._reading()
            del asked[key]
            if reading is not None:
                for keys in (asked, unclear):
                    for other in [k for k in keys if self._differs(k, reading, cells)]:
                        keys.pop(other) if isinstance(keys, dict) else keys.discard(other)
        unclear.update(asked)
        return (
            {n for kind, n in proven if kind == "cell"},
            {n for kind, n in proven if kind == "form"},
            {n: cells[n] for kind, n in unclear if kind == "cell"},
            sorted(n for kind, n in unclear if kind == "form"),
        )

    def _stays(self, terms: Mapping[Any, float], constant: float) -> bool | None:
        """Whether an expression is 0 in every reading: True, False (a reading shows otherwise) or None (not clear)."""
        unclear = False
        for up in (True, False):
            if self._push(terms, up=up) != _OPTIMAL:
                return None
            bound = constant + sum(variable.solution_value() * coefficient for variable, coefficient in terms.items())
            if abs(bound) > _HALF:
                if self._reading() is not None:
                    return False
                unclear = True
        return None if unclear else True

    def _differs(self, key: tuple[str, int], reading: Mapping[int, int], cells: Mapping[int, int]) -> bool:
        kind, number = key
        if kind == "cell":
            return reading[number] != cells[number]
        row = self._net.layout.matrix[number]
        inside = (cell for cell in self._net.layout.members[number] if cell in reading)
        return int(self._net.constant[number]) + sum(int(row[cell]) * reading[cell] for cell in inside) != 0
