"""What a damaged print still proves: which cells have one value in every reading that satisfies the form's identities.

Works from the damage, not from the text: a row is given as all the ways its printed tokens may fill it, and every way that
keeps the identities counts. Independent of the reader and of ``extractor.crosscheck``, so that it can judge them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from ortools.sat.python import cp_model

from extractor.forms import Form

Alternative = tuple[int | None, ...]
"""One way to fill a row; None where nothing printed stands and any number may."""


def placements(tokens: Sequence[int], width: int) -> list[Alternative]:
    """Every way to put the tokens into ``width`` places in their order, leaving gaps."""
    found = []
    for places in combinations(range(width), len(tokens)):
        row: list[int | None] = [None] * width
        for place, token in zip(places, tokens, strict=True):
            row[place] = token
        found.append(tuple(row))
    return found


def splits(digits: str, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to cut a digit string into numbers without leading zeros."""
    for cuts in combinations(range(1, len(digits)), parts - 1):
        pieces = [digits[start:end] for start, end in zip((0, *cuts), (*cuts, len(digits)), strict=True)]
        if all(piece == "0" or piece[0] != "0" for piece in pieces):
            yield tuple(int(piece) for piece in pieces)


def unglued(tokens: Sequence[str], width: int, most: int) -> list[Alternative]:
    """Every way to cut some of the tokens so that the row is full, with no number above ``most``."""
    found = set()
    spare = width - len(tokens)
    for extra in product(range(spare + 1), repeat=len(tokens)):
        if sum(extra) != spare:
            continue
        options = [list(splits(token, more + 1)) for token, more in zip(tokens, extra, strict=True)]
        for chosen in product(*options):
            row = tuple(number for piece in chosen for number in piece)
            if max(row) <= most:
                found.add(row)
    return sorted(found)


def uncertain(form: Form, known: Mapping[str, int], rows: Mapping[str, Sequence[Alternative]]) -> set[str]:
    """Cells of ``rows`` that some other consistent reading fills differently from ``known`` (the truth of all cells).

    A key of ``rows`` is a row's path, or several joined by ``|`` where one line prints them all. All of ``rows`` when no
    reading is consistent, since then nothing is proven.
    """
    suspects = {cell for path in rows for cell in cells_of(form, path)}
    found: set[str] = set()
    while suspects - found:
        differing = _another(form, known, rows, suspects - found)
        if differing is None:
            return suspects
        if not differing:
            break
        found |= differing
    return found


def cells_of(form: Form, key: str) -> tuple[str, ...]:
    """The cells of a row, or of several rows joined by ``|``."""
    return tuple(cell for path in key.split("|") for cell in form.row(path).cells)


def _another(form: Form, known: Mapping[str, int], rows: Mapping[str, Sequence[Alternative]], suspects: set[str]) -> set[str] | None:
    """Cells among ``suspects`` that differ from the truth in one consistent reading that makes as many differ as it can."""
    model = cp_model.CpModel()
    top = 2 * max(known.values(), default=0) + 10
    variables = {cell: model.new_int_var(0, top, cell) for path in rows for cell in cells_of(form, path)}
    for path, alternatives in rows.items():
        chosen = [model.new_bool_var(f"{path}#{number}") for number in range(len(alternatives))]
        model.add_exactly_one(chosen)
        for choice, alternative in zip(chosen, alternatives, strict=True):
            for cell, value in zip(cells_of(form, path), alternative, strict=True):
                if value is not None:
                    model.add(variables[cell] == value).only_enforce_if(choice)
    for identity in form.identities:
        holds = sum(known[cell] for cell in identity.left) == sum(known[cell] for cell in identity.right)
        if holds and any(cell in variables for cell in identity.cells):  # what the agency got wrong proves nothing
            left = sum(variables.get(cell, known[cell]) for cell in identity.left)
            right = sum(variables.get(cell, known[cell]) for cell in identity.right)
            model.add(left == right)
    differs = {}
    for cell in sorted(suspects):
        flag = model.new_bool_var(f"differs:{cell}")
        model.add(variables[cell] != known[cell]).only_enforce_if(flag)
        differs[cell] = flag
    model.maximize(sum(differs.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = 2.0
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return set(suspects)  # not decided in time: nothing is called provable
    found = {cell for cell, flag in differs.items() if solver.value(flag)}
    return found if found or status == cp_model.OPTIMAL else set(suspects)
