"""Ways in which a table of numbers goes wrong as a whole: rows that slid, values exchanged, digits run together, totals left 0.

Each slip is one mistake of a hand or a machine, however many cells it changes. A slip is only proposed; whether it makes the identities
hold is for ``localise`` to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

from ..forms import Form, Row

Kind = Literal["cell", "total_zero", "digit", "digits", "swapped", "shifted", "merged", "columns", "rows", "several"]
"""``cell``: one cell, nothing more to say; ``digit``: one digit taken for another; ``digits``: a digit lost, added or two exchanged;
``total_zero``: 总计 left 0; ``merged``: two neighbours run together; ``swapped``: two neighbours exchanged; ``shifted``: a row slid;
``columns``, ``rows``: exchanged; ``several``: more than one mistake."""

MOVED: frozenset[Kind] = frozenset({"swapped", "shifted", "merged", "columns", "rows"})
"""Slips in which every mark is legible and only its place is wrong."""

Values = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake undone: the cells it changes with the values they would have."""

    kind: Kind
    changes: tuple[tuple[str, int], ...]
    """Cells with their values after undoing, in printed order."""
    row: Row | None = None
    """The row it is about, where it is about one."""
    with_row: Row | None = None
    """The other row, or the last of a run of rows."""
    columns: tuple[str, ...] = ()
    """The columns it exchanges."""


def kind_of(cell: str, printed: int, value: int) -> Kind:
    """What the change of a single cell looks like."""
    if printed == 0 and cell.endswith(".total"):
        return "total_zero"
    a, b = str(printed), str(value)
    if len(a) == len(b):
        differing = [n for n, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
        if len(differing) == 1 and len(a) > 1:
            return "digit"
        if len(differing) == 2 and sorted(a) == sorted(b) and differing[1] == differing[0] + 1:
            return "digits"
    short, long = sorted((a, b), key=len)
    if len(long) == len(short) + 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long))):
        return "digits"
    return "cell"


def slips(form: Form, values: Values, failing: Sequence[str]) -> Iterator[Slip]:
    """Slips that could explain failing identities (their ids); ``values`` holds the cells that print a number."""
    rows = [row for row in form.rows if row.section in (3, 4) and all(cell in values for cell in row.cells)]
    ids = frozenset(failing)
    for row in rows:
        yield from _swapped(row, values)
        yield from _shifted(row, values)
        yield from _merged(row, values)
    yield from _totals(rows, values)
    table = [row for row in rows if row.section == 3]
    for one, two in [*pairwise(table), *((a, b) for a, b in combinations(table, 2) if "total" in (a.label.text, b.label.text))]:
        yield _slip("rows", values, {**_over(one, two, values), **_over(two, one, values)}, row=one, with_row=two)
    yield from _columns(table, values, ids)


def _slip(
    kind: Kind,
    values: Values,
    new: Mapping[str, int],
    *,
    row: Row | None = None,
    with_row: Row | None = None,
    columns: tuple[str, ...] = (),
) -> Slip:
    return Slip(kind, tuple((cell, value) for cell, value in new.items() if values[cell] != value), row, with_row, columns)


def _swapped(row: Row, values: Values) -> Iterator[Slip]:
    for a, b in pairwise(row.cells):
        if values[a] != values[b]:
            yield Slip("swapped", ((a, values[b]), (b, values[a])), row)


def _shifted(row: Row, values: Values) -> Iterator[Slip]:
    """A run of values one place off: the value that fell out is what the row's sum leaves, the filler was 0."""
    printed = [values[cell] for cell in row.cells]
    last = len(printed) - 1
    for start in range(last + 1):
        for stop in range(last + 1):
            if abs(start - stop) < 2 or printed[stop] != 0:
                continue
            moved = printed[:stop] + printed[stop + 1 :]
            if start == last:
                new = [*moved, sum(moved)]
            else:
                missing = moved[-1] - sum(moved[:-1])
                if missing < 0:
                    continue
                new = [*moved[:start], missing, *moved[start:]]
            if new != printed:
                yield _slip("shifted", values, dict(zip(row.cells, new, strict=True)), row=row)


def _merged(row: Row, values: Values) -> Iterator[Slip]:
    """Two neighbours run together in the first cell, the second left 0."""
    for a, b in pairwise(row.cells):
        text = str(values[a])
        if values[b] != 0 or len(text) < 2:
            continue
        for cut in range(1, len(text)):
            if text[cut] != "0" or cut == len(text) - 1:
                yield _slip("merged", values, {a: int(text[:cut]), b: int(text[cut:])}, row=row)


def _totals(rows: Sequence[Row], values: Values) -> Iterator[Slip]:
    """Every 总计 that is 0 over parts that are not."""
    left = {row.cells[-1]: total for row in rows if values[row.cells[-1]] == 0 and (total := sum(values[c] for c in row.cells[:-1]))}
    if len(left) > 1:
        yield _slip("total_zero", values, left)


def _over(one: Row, two: Row, values: Values) -> dict[str, int]:
    return {cell: values[other] for cell, other in zip(one.cells, two.cells, strict=True)}


def _columns(rows: Sequence[Row], values: Values, failing: frozenset[str]) -> Iterator[Slip]:
    """Two columns exchanged over a run of rows, as after a page break; over all rows nothing would fail."""
    if not rows:
        return
    keys = [column.key for column in rows[0].columns]
    suspect = [key for key in keys if failing & {f"column:applications.{key}", f"balance:applications.{key}"}]
    for a, b in combinations(suspect, 2):
        for start in range(len(rows)):
            new: dict[str, int] = {}
            for stop in range(start, len(rows)):
                path = rows[stop].path
                x, y = f"{path}.{a}", f"{path}.{b}"
                if values[x] != values[y]:
                    new |= {x: values[y], y: values[x]}
                    yield _slip("columns", values, new, row=rows[start], with_row=rows[stop], columns=(a, b))
