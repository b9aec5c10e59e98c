"""Whether the numbers of a claim follow from the cells it cites, computed anew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from .answer import Citation, Claim
from .ground import untraced
from .query import known_to
from .records import CellRef, Result, Row
from .wording import rounded


def holds(claim: Claim, result: Result) -> bool:
    """Whether every number of a claim follows from the cells cited."""
    rows: Sequence[Row] = (*result.rows, *result.earlier)
    years = (*result.query.years, *(row.year or 0 for row in rows))
    return not untraced(_unnamed(claim.text, result), (), supported(result), years)


def supported(result: Result) -> set[Decimal]:
    """Every number that the cells of a result bear out: cells, metrics computed from them, sums, shares, differences, counts and places."""
    cells: dict[str, dict[str, int | Decimal | None]] = {}
    for cell in result.cells:
        cells.setdefault(cell.report_id, {})[cell.path] = cell.value
    found: set[Decimal] = {Decimal(n) for n in (result.coverage.used, result.coverage.reports, len(result.rows), result.matching)}
    found.add(Decimal(len({row.report_id for row in result.rows})))
    computed: list[Decimal] = []
    values: dict[str, Decimal] = {}
    for row in (*result.rows, *result.earlier):
        known = known_to(row.metric, row.form, row.divided) if row.metric and row.form else None  # type: ignore[arg-type]
        value = known.value(cells.get(row.report_id, {})) if known else None
        if value is None:
            continue
        computed.append(Decimal(value))
        values[row.report_id] = Decimal(value)
        if row.place is not None:
            found.add(Decimal(row.place))
        if row.over is not None and result.query.over and row.form:
            whole = known_to(result.query.over, row.form, row.divided)  # type: ignore[arg-type]
            below = whole.value(cells.get(row.report_id, {})) if whole else None
            if below:
                found |= {Decimal(below), Decimal(value) / Decimal(below)}
    found.update(computed)
    found |= {bounded.value for bounded in (result.query.where, result.query.also) if bounded is not None}
    found |= _changes(result, values)
    if result.query.kind == "sum" and result.total is not None:
        whole_cited = len(computed) == len(result.rows)
        found.add(sum(computed, Decimal(0)) if whole_cited else result.total)
        found.add(Decimal(sum(row.status in ("contested", "open") for row in result.rows)))
    if result.query.kind == "average" and result.total is not None:
        whole_cited = len(computed) == len(result.rows)
        mean = sum(computed, Decimal(0)) / len(computed) if whole_cited and computed else result.total
        found |= {mean, rounded(mean)}
    if result.query.kind in ("compare", "trend"):
        for first in computed:
            for second in computed:
                found.add(abs(first - second))
                if second:
                    found.add(abs(first - second) / second)
    return found


def _changes(result: Result, values: dict[str, Decimal]) -> set[Decimal]:
    """What the rows of a ranking by change or growth differ by from the earlier reports."""
    found: set[Decimal] = set()
    before = {row.agency: values[row.report_id] for row in result.earlier if row.report_id in values}
    by_year = {(row.agency, row.year): values[row.report_id] for row in result.earlier if row.report_id in values}
    for row in result.rows:
        first = by_year.get((row.agency, (row.year or 0) - 1), before.get(row.agency))
        if row.measured is None or first is None or row.report_id not in values:
            continue
        gap = values[row.report_id] - first
        found |= {abs(gap), *([abs(gap) / first] if first else [])}
    return found


def _unnamed(text: str, result: Result) -> str:
    """The text without names of agencies and metrics, whose digits are no figures."""
    for name in {row.agency for row in result.rows}:
        text = text.replace(name, "")
    return re.sub(r"^\d+\. ", "", text, flags=re.MULTILINE)


def citation_of(cell: CellRef) -> Citation:
    """The citation of a cell."""
    place = {"line": cell.line, "page": cell.page, "start": cell.start, "end": cell.end}
    quote = cell.raw if cell.raw is not None else ""
    return Citation(
        kind="cell", source=cell.source, agency=cell.agency, year=cell.year, path=cell.path, place=place, quote=quote, status=cell.status
    )


def terms_of(key: str | None, row: Row) -> tuple[str, ...]:
    known = known_to(key, row.form, row.divided) if key and row.form in ("2019", "2021") else None  # type: ignore[arg-type]
    return (*known.terms, *known.over) if known else ()
