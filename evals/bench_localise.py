"""Localisation of planted mistakes: is the truth among the explanations listed, how long is the list, how long does it take."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.table import Table

from extractor.crosscheck.localise import Localisation, localise
from extractor.crosscheck.problem import layout_of
from extractor.forms import Form, Row

from .world import BLOCK, block, rng_for

Values = dict[str, int]
Plant = Callable[[np.random.Generator, Form, Values], Values]
"""From consistent values to the cells that a mistake prints otherwise; empty when it finds nothing to spoil."""

_LONG = 3
"""A list at most this long points a person at the mistake."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One planted mistake and what localisation made of it."""

    kind: str
    unseen: bool
    """Whether the spoiled table still satisfies every identity, so that nothing can be found."""
    rank: int | None
    """Place of the truth in the list, from 1; None when it is not listed."""
    listed: int
    complete: bool
    seconds: float


def wrong_cells(count: int) -> Plant:
    """So many independent cells of section three printed otherwise."""

    def plant(rng: np.random.Generator, form: Form, values: Values) -> Values:
        cells = [cell for row in form.section(3) for cell in row.cells]
        new: Values = {}
        for cell in rng.choice(cells, count, replace=False):
            old = values[str(cell)]
            new[str(cell)] = old + int(rng.integers(1, 10)) if old == 0 or rng.random() < 0.6 else int(rng.integers(0, old))
        return new

    return plant


def _row(rng: np.random.Generator, form: Form, values: Values, fit: Callable[[Row], bool]) -> Row | None:
    rows = [row for row in form.section(3) if fit(row)]
    return rows[int(rng.integers(len(rows)))] if rows else None


def neighbours_swapped(rng: np.random.Generator, form: Form, values: Values) -> Values:
    """Two neighbouring cells of a row exchanged."""
    row = _row(rng, form, values, lambda row: any(values[a] != values[b] for a, b in zip(row.cells, row.cells[1:], strict=False)))
    if row is None:
        return {}
    a, b = next((a, b) for a, b in zip(row.cells, row.cells[1:], strict=False) if values[a] != values[b])
    return {a: values[b], b: values[a]}


def row_shifted(rng: np.random.Generator, form: Form, values: Values) -> Values:
    """A row's organs one column to the right, the first left 0."""

    def fit(row: Row) -> bool:
        return values[row.cells[0]] > 0 and values[row.cells[5]] == 0

    row = _row(rng, form, values, fit)
    if row is None:
        return {}
    moved = [0, *(values[cell] for cell in row.cells[:5])]
    return dict(zip(row.cells, moved, strict=False))


def digit_confused(rng: np.random.Generator, form: Form, values: Values) -> Values:
    """One digit taken for another."""
    cells = [cell for row in form.section(3) for cell in row.cells if values[cell] > 9]
    if not cells:
        return {}
    cell = str(rng.choice(cells))
    text = str(values[cell])
    at = int(rng.integers(len(text)))
    other = str(rng.choice([d for d in "123456789" if d != text[at]]))
    return {cell: int(text[:at] + other + text[at + 1 :])}


def digit_dropped(rng: np.random.Generator, form: Form, values: Values) -> Values:
    """One digit lost."""
    cells = [cell for row in form.section(3) for cell in row.cells if values[cell] > 9]
    if not cells:
        return {}
    cell = str(rng.choice(cells))
    text = str(values[cell])
    at = int(rng.integers(len(text)))
    return {cell: int(text[:at] + text[at + 1 :])}


def digits_merged(rng: np.random.Generator, form: Form, values: Values) -> Values:
    """Two neighbours run together, the second left 0."""
    pairs = [(a, b) for row in form.section(3) for a, b in zip(row.cells[:6], row.cells[1:6], strict=False) if values[a] and values[b]]
    if not pairs:
        return {}
    a, b = pairs[int(rng.integers(len(pairs)))]
    return {a: int(f"{values[a]}{values[b]}"), b: 0}


def total_zero(rng: np.random.Generator, form: Form, values: Values) -> Values:
    """总计 left 0 over parts that are not."""
    row = _row(rng, form, values, lambda row: values[row.cells[-1]] > 0)
    return {row.cells[-1]: 0} if row else {}


def totals_zero(rng: np.random.Generator, form: Form, values: Values) -> Values:
    """The whole column 总计 left 0."""
    return {row.cells[-1]: 0 for row in form.section(3)}


def columns_exchanged(rng: np.random.Generator, form: Form, values: Values) -> Values:
    """自然人 and 商业企业 exchanged from some row on."""
    rows = form.section(3)
    start = int(rng.integers(2, len(rows) - 2))
    return {cell: values[other] for row in rows[start:] for cell, other in zip(row.cells[:2], row.cells[1::-1], strict=True)}


def rows_exchanged(rng: np.random.Generator, form: Form, values: Values) -> Values:
    """(七)总计 and 结转下年度继续办理 exchanged."""
    one, two = form.section(3)[-2:]
    return {a: values[b] for a, b in zip((*one.cells, *two.cells), (*two.cells, *one.cells), strict=True)}


PLANTS: dict[str, Plant] = {
    "1 格 (one cell)": wrong_cells(1),
    "2 格 (two cells)": wrong_cells(2),
    "3 格 (three cells)": wrong_cells(3),
    "5 格 (five cells)": wrong_cells(5),
    "相邻互换 (neighbours swapped)": neighbours_swapped,
    "整行错位 (row shifted)": row_shifted,
    "认错一位 (digit confused)": digit_confused,
    "漏一位 (digit dropped)": digit_dropped,
    "两格连写 (digits merged)": digits_merged,
    "总计写 0 (total left 0)": total_zero,
    "总计列全 0 (all totals left 0)": totals_zero,
    "两列互换 (columns exchanged)": columns_exchanged,
    "两行互换 (rows exchanged)": rows_exchanged,
}


def tables(n: int, seed: int) -> Iterator[tuple[Form, Values]]:
    """Consistent tables of invented agencies that received applications."""
    found, number = 0, 0
    while found < n:
        for figures in block(seed, number)[:BLOCK]:
            values = {path: value for path, value in figures.values.items() if isinstance(value, int)}
            if found < n and values["applications.new_received.total"] > 0:
                found += 1
                yield figures.form, values
        number += 1


def trial(kind: str, plant: Plant, form: Form, values: Values, rng: np.random.Generator) -> Trial | None:
    """Plant one mistake and localise it; None when the table gives no occasion for it."""
    wrong = {cell: value for cell, value in plant(rng, form, values).items() if values[cell] != value}
    if not wrong:
        return None
    printed: dict[str, int | None] = {**values, **wrong}
    start = time.perf_counter()
    found = localise(form, {cell: printed[cell] for cell in layout_of(form.key, form.divided).cells})
    seconds = time.perf_counter() - start
    truth = {cell: values[cell] for cell in wrong}
    return Trial(
        kind, not found, _rank(found, truth), sum(len(one.explanations) for one in found), all(one.complete for one in found), seconds
    )


def _rank(found: Sequence[Localisation], truth: Values) -> int | None:
    for localisation in found:
        for number, explanation in enumerate(localisation.explanations, start=1):
            if explanation.changes == truth:
                return number
    return None


def run(n: int, seed: int) -> list[Trial]:
    """``n`` trials of every kind, as far as the tables allow."""
    sets = list(tables(n, seed))
    trials = []
    for number, (kind, plant) in enumerate(PLANTS.items()):
        for index, (form, values) in enumerate(sets):
            made = trial(kind, plant, form, values, rng_for("localise", seed, number, index))
            if made is not None:
                trials.append(made)
    return trials


def main(argv: list[str] | None = None) -> int:
    """Print a table: one line for each kind of mistake."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench localise", description=__doc__)
    parser.add_argument("--n", type=int, default=75, help="每类份数 (tables per kind)")
    parser.add_argument("--seed", type=int, default=11)
    args = parser.parse_args(argv)
    trials = run(args.n, args.seed)
    table = Table(title=f"定位（n≤{args.n}，种子 {args.seed}，单核） (localisation, one core)")
    heads = (
        "错误 (mistake)",
        "份 (n)",
        "看不出 (unseen)",
        "列出 (listed)",
        "居首 (first)",
        f"≤{_LONG} 条 (short)",
        "条数中位/最多 (length)",
        "毫秒中位/最多 (ms)",
    )
    for head in heads:
        table.add_column(head, justify="left" if head.startswith("错误") else "right")
    for kind in PLANTS:
        mine = [t for t in trials if t.kind == kind]
        seen = [t for t in mine if not t.unseen]
        if not seen:
            table.add_row(kind, str(len(mine)), str(len(mine)), *["–"] * 5)
            continue
        lengths, times = [t.listed for t in seen], [t.seconds * 1e3 for t in seen]
        table.add_row(
            kind,
            str(len(mine)),
            str(len(mine) - len(seen)),
            f"{sum(t.rank is not None for t in seen)}/{len(seen)}",
            f"{sum(t.rank == 1 for t in seen)}/{len(seen)}",
            f"{sum(t.rank is not None and t.listed <= _LONG for t in seen)}/{len(seen)}",
            f"{statistics.median(lengths):.0f} / {max(lengths)}",
            f"{statistics.median(times):.0f} / {max(times):.0f}",
        )
    Console(width=150).print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
