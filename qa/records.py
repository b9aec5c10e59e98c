"""Typed queries carried out: compiled to SQL over the library's views, with the cells behind every number and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .catalogue import catalogue_of
from .query import Condition, Query, counterpart, known_to, metric, require_metrics

if TYPE_CHECKING:
    from extractor.library import Library

SHOWN = 10
"""Rows of a ranking or list that an answer prints."""
CITED = 1000
"""Cells cited at most; beyond it the SQL in the coverage reproduces the number."""
_GOVERNMENT = "(人民政府|行政公署|管理委员会|管委会|办事处)?$"
_GOVERNS = "(人民政府|行政公署|管理委员会|管委会|街道|街道办事处)$"
"""How the names of agencies end that are no departments but govern a place."""


@dataclass(frozen=True, slots=True)
class CellRef:
    """A cell that a number rests on."""

    report_id: str
    agency: str
    year: int | None
    source: str
    path: str
    caption: str
    value: Decimal | None
    status: str
    raw: str | None
    line: int | None
    page: int | None
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One report's value of one metric."""

    report_id: str
    agency: str
    year: int | None
    form: str | None
    divided: bool | None
    source: str
    metric: str
    """The metric whose value it is: the query's, or its counterpart in the report's form."""
    value: Decimal | None
    status: str | None
    """The weakest state of the cells used; None where the form has no such metric."""
    missing: int | None = None
    over: Decimal | None = None
    """Denominator of a share."""
    place: int | None = None
    """Place in a ranking, from 1; the same for ties."""
    before: Decimal | None = None
    """The earlier number that a change or growth is measured from."""
    measured: Decimal | None = None
    """The change or growth that a ranking goes by."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A report that has no value for the query, or that the library does not hold."""

    agency: str
    year: int | None
    reason: str
    """``no_report``, ``not_in_form``, or the cell's state: blank, absent, open, unreadable, not_applicable."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a query could use."""

    library: int
    """Reports in the library."""
    reports: int
    """Reports within the query's scope."""
    used: int
    """Those with a value."""
    missing: tuple[Missing, ...] = ()
    more_missing: int = 0
    """Missing reports beyond those listed."""


@dataclass(frozen=True)
class Result:
    """The outcome of a query."""

    query: Query
    rows: tuple[Row, ...]
    """In the order to show; for a ranking the places asked for, with ties."""
    coverage: Coverage
    total: Decimal | None = None
    """The sum, count or mean, for those kinds."""
    matching: int = 0
    """Rows that meet the condition, also those not listed."""
    cells: tuple[CellRef, ...] = field(default=(), repr=False)
    sql: str = ""
    earlier: tuple[Row, ...] = ()
    """The reports that a change or growth is measured from."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to state."""
        if self.query.kind in ("count", "list"):
            return not self.coverage.used
        return all(row.value is None for row in self.rows)


def run(query: Query, library: Library) -> Result:
    """Carry out a query. Raises QueryError when it lacks what its kind needs."""
    require_metrics(query)
    if not query.metrics:
        return _reports(query, library)
    if query.than is not None:
        return _beside(query, library)
    scope, values = _scope(query)
    wanted = _accepted(query.metrics)
    base = _base(scope, wanted, query.over)
    parameters = [*values, *wanted, *([query.over] if query.over else [])]
    if _small(query):
        rows, coverage = _plainly(query, library, [_row(row) for row in library.rows(f"{base} SELECT * FROM base", parameters)])
        return Result(query, tuple(rows), coverage, None, len(rows), cells_behind(rows, library, query.over), f"{base} SELECT * FROM base")
    counts = "count(DISTINCT report_id), count(DISTINCT CASE WHEN value IS NOT NULL THEN report_id END)"
    held, stated = library.rows(f"{base} SELECT {counts} FROM base", parameters)[0]
    rows, total, matching, sql = _chosen(query, library, base, parameters)
    missing, more = _missing(query, library, base, parameters, held - stated)
    coverage = Coverage(len(catalogue_of(library).entries), held, stated, (*missing, *_absent(query, library)), more)
    earlier = _earlier(query, library, base, parameters, rows)
    cells = cells_behind([*(rows if query.kind != "count" else rows[:SHOWN]), *earlier], library, query.over)
    return Result(query, tuple(rows), coverage, total, matching, cells, sql, earlier)


def _beside(query: Query, library: Library) -> Result:
    """Agencies compared with another one's number of the same year; empty where that agency has none."""
    own = run(Query(metrics=query.metrics, agencies=(str(query.than),), years=query.years), library)
    stated = [row for row in own.rows if row.value is not None]
    if len(stated) != 1 or query.where is None:
        return replace(own, query=query.with_(agencies=(query.than,)), rows=(), coverage=replace(own.coverage, used=0))
    found = run(query.with_(than=None, where=Condition(op=query.where.op, value=stated[0].value or Decimal(0))), library)
    rows = tuple(row for row in found.rows if row.agency != query.than)
    total = Decimal(len(rows)) if query.kind == "count" else found.total
    asked = query.with_(where=found.query.where)
    return replace(found, query=asked, rows=rows, matching=len(rows), total=total, earlier=tuple(stated), cells=(*own.cells, *found.cells))


def _small(query: Query) -> bool:
    return query.kind in ("value", "compare", "trend", "share")


def _plainly(query: Query, library: Library, found: list[Row]) -> tuple[list[Row], Coverage]:
    """The rows of a query over few reports, in the order to show, with what is missing."""
    order = {name: at for at, name in enumerate((*query.metrics, *_accepted(query.metrics)))}
    agencies = {name: at for at, name in enumerate(query.agencies)}
    rows = [row for row in found if row.metric] or found
    rows.sort(key=lambda row: (agencies.get(row.agency, 999), row.agency, row.year or 0, order.get(row.metric, 99)))
    held = {row.report_id: row for row in found}
    stated = {row.report_id for row in found if row.value is not None}
    lacking = sorted((row for name, row in held.items() if name not in stated), key=lambda row: (row.agency, row.year or 0))
    missing = tuple(Missing(row.agency, row.year, _reason(query, row.form, row.divided, row.status)) for row in lacking[:20])
    size = len(catalogue_of(library).entries)
    return rows, Coverage(size, len(held), len(stated), (*missing, *_absent(query, library)), max(0, len(lacking) - 20))


def _scope(query: Query) -> tuple[str, list[Any]]:
    """The WHERE clause over ``reports`` and its values."""
    parts = ["agency IS NOT NULL"]
    values: list[Any] = []
    agencies = query.agencies
    if agencies:
        parts.append(f"agency IN ({_marks(agencies)})")
        values += agencies
    if query.without and not agencies:
        parts.append(f"agency NOT IN ({_marks(query.without)})")
        values += query.without
    if query.region and not agencies:
        parts.append("starts_with(agency, ?)")
        values.append(query.region)
    if query.unit == "部门" and not agencies:
        parts.append("NOT regexp_matches(agency, ?)")
        values.append(_GOVERNS)
    elif query.unit and not agencies:
        kind = "[^治地发]区" if query.unit == "区" else query.unit  # no 自治区, 地区, 开发区
        pattern = "办公[室厅]$" if query.unit == "办公室" else "(局|[^公]厅|委员会|委|中心)$" if query.unit == "局" else kind + _GOVERNMENT
        parts.append("regexp_matches(agency, ?)")
        values.append(pattern)
    if query.scope:
        parts.append("scope = ?")
        values.append(query.scope)
    if years := _pool_years(query):
        parts.append(f"year IN ({_marks(years)})")
        values += years
    return " AND ".join(parts), values


def in_scope(query: Query, library: Library) -> frozenset[str]:
    """The agencies whose reports lie within the scope of a query."""
    scope, values = _scope(query)
    return frozenset(agency for (agency,) in library.rows(f"SELECT DISTINCT agency FROM reports WHERE {scope}", values))


def _pool_years(query: Query) -> tuple[int, ...]:
    """The years whose reports are needed: those asked for, and for a change or growth the earlier ones too."""
    if query.measure == "value" or not query.years:
        return query.years
    earlier = [year - 1 for year in query.years] if query.base is None else [query.base]
    return tuple(dict.fromkeys((*query.years, *earlier)))


def _marks(items: Iterable[object]) -> str:
    return ", ".join("?" for _ in items)


def _accepted(metrics: tuple[str, ...]) -> list[str]:
    """The metrics asked for and what the other form calls them."""
    return list(dict.fromkeys(key for asked in metrics for key in (asked, counterpart(asked)) if key))


def _base(scope: str, wanted: list[str], over: str | None) -> str:
    divided = "LEFT JOIN (SELECT report_id, value AS over FROM metrics WHERE metric = ?) d USING (report_id)" if over else ""
    return f"""WITH pool AS (SELECT report_id, agency, year, form, divided, source_name FROM reports WHERE {scope}),
found AS (SELECT report_id, metric, value, status, missing FROM metrics WHERE metric IN ({_marks(wanted)})),
base AS (SELECT p.*, f.metric, f.value, f.status, f.missing{", d.over" if over else ""}
    FROM pool p LEFT JOIN found f USING (report_id) {divided})"""


def _row(values: tuple[Any, ...]) -> Row:
    report_id, agency, year, form, divided, source, key, value, status, missing, *rest = values
    over = _decimal(rest[0]) if rest else None
    return Row(report_id, agency, year, form, divided, source, key or "", _decimal(value), status, missing, over)


def _decimal(value: object) -> Decimal | None:
    if value is None:
        return None
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(str(value))
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def _chosen(query: Query, library: Library, base: str, values: list[Any]) -> tuple[list[Row], Decimal | None, int, str]:
    """The rows to show, the sum, count or mean, how many meet the condition, and the SQL that gave them."""
    condition, bound = "value IS NOT NULL", []
    for bounded in (query.where, query.also):
        if bounded is not None and query.measure == "value":
            condition += f" AND value {bounded.op} ?"
            bound.append(float(bounded.value))
    if query.kind == "rank":
        return _ranked(query, library, base, [*values, *bound], condition)
    direction = "ASC" if query.order == "asc" else "DESC"
    sql = f"{base} SELECT * FROM base WHERE {condition} ORDER BY value {direction}, agency, year"
    found = [_row(row) for row in library.rows(sql, [*values, *bound])]
    if query.where is not None and len(query.metrics) > 1 and query.kind in ("count", "list"):
        found = _all_of(found, query)
    total = sum((row.value for row in found if row.value is not None), Decimal(0))
    if query.kind == "average":
        return found, total / len(found) if found else None, len(found), sql
    count = len({row.report_id for row in found}) if len(query.metrics) > 1 else len(found)
    return found, total if query.kind == "sum" else Decimal(count) if query.kind == "count" else None, len(found), sql


def _all_of(rows: list[Row], query: Query) -> list[Row]:
    """The rows of the reports in which every metric meets the bound (既没有复议也没有诉讼)."""
    met: dict[str, set[str]] = {}
    for row in rows:
        met.setdefault(row.report_id, set()).add(row.metric)
    return [row for row in rows if all({key, counterpart(key)} & met[row.report_id] for key in query.metrics)]


_MEASURED = {
    "change": "b.value - e.value",
    "growth": "CASE WHEN e.value > 0 THEN CAST(b.value - e.value AS DOUBLE) / e.value END",
}
"""What a ranking goes by when it is not the number itself, over a report ``b`` and the earlier one ``e`` of the same agency."""


def _ranked(query: Query, library: Library, base: str, values: list[Any], condition: str) -> tuple[list[Row], None, int, str]:
    """The places of a ranking that are asked for, with ties; a change or growth brings the earlier number along."""
    direction = "DESC" if query.order == "desc" else "ASC"
    keep, last = ("place = ?", query.nth) if query.nth else ("place <= ?", query.limit or SHOWN)
    keep += " OR agency = ?" if query.focus else ""
    if query.measure == "value":
        ranked = f"SELECT *, rank() OVER (ORDER BY value {direction}) AS place FROM base WHERE {condition}"
    else:
        earlier = "e.year = ?" if query.base is not None else "e.year = b.year - 1"
        values = [*values, *([query.base] if query.base is not None else [])]
        chosen = f"b.year IN ({', '.join(str(int(year)) for year in query.years)}) AND " if query.years else ""
        ranked = f"""SELECT b.* EXCLUDE ({"over, " if query.over else ""}missing), b.missing,
    e.value AS before, {_MEASURED[query.measure]} AS measured,
    rank() OVER (ORDER BY measured {direction}) AS place
    FROM (SELECT * FROM base WHERE {condition}) b JOIN base e ON e.agency = b.agency AND {earlier}
    WHERE {chosen}measured IS NOT NULL{"".join(f" AND measured {b.op} {b.value}" for b in (query.where, query.also) if b)}"""
    sql = f"{base}, ranked AS ({ranked}) SELECT * FROM ranked WHERE {keep} ORDER BY place, agency, year"
    rows = [_placed(row, query) for row in library.rows(sql, [*values, last, *([query.focus] if query.focus else [])])]
    return rows, None, len(rows), sql


def _earlier(query: Query, library: Library, base: str, values: list[Any], rows: list[Row]) -> tuple[Row, ...]:
    """The earlier report of each row of a ranking by change or growth."""
    if query.measure == "value" or not rows:
        return ()
    agencies = list(dict.fromkeys(row.agency for row in rows))[:CITED]
    sql = f"{base} SELECT * FROM base WHERE value IS NOT NULL AND agency IN ({_marks(agencies)})"
    found = {(row.agency, row.year): row for row in map(_row, library.rows(sql, [*values, *agencies]))}
    wanted = ((row.agency, query.base if query.base is not None else (row.year or 0) - 1) for row in rows)
    return tuple(found[key] for key in wanted if key in found)


def _placed(values: tuple[Any, ...], query: Query) -> Row:
    if query.measure == "value":
        return replace(_row(values[:-1]), over=None, place=values[-1])
    *row, before, measured, place = values
    return replace(_row(tuple(row)), over=None, place=place, before=_decimal(before), measured=_decimal(measured))


def _missing(query: Query, library: Library, base: str, values: list[Any], count: int) -> tuple[tuple[Missing, ...], int]:
    """Reports in scope without a value, and how many more there are."""
    if count <= 0:
        return (), 0
    sql = f"""{base} SELECT agency, year, form, divided, any_value(status) FROM base GROUP BY report_id, agency, year, form, divided
HAVING count(value) = 0 ORDER BY agency, year LIMIT 20"""
    found = tuple(
        Missing(agency, year, _reason(query, form, divided, status)) for agency, year, form, divided, status in library.rows(sql, values)
    )
    return found, max(0, count - len(found))


def _reason(query: Query, form: str | None, divided: bool | None, status: str | None) -> str:
    """Why a report has no value: its form does not ask, it has no tables, or what the cell holds instead."""
    if form not in ("2019", "2021"):
        return "no_tables"
    asked = any(known_to(key, form, divided) for key in _accepted(query.metrics))  # type: ignore[arg-type]
    return (status or "absent") if asked else "not_in_form"


def _absent(query: Query, library: Library) -> tuple[Missing, ...]:
    """Agencies and years asked for that the library does not hold."""
    found: list[Missing] = []
    for agency in query.agencies:
        years = {entry.year for entry in catalogue_of(library).by_agency.get(agency, ())}
        found += [Missing(agency, year, "no_report") for year in query.years if year not in years]
        if not years and not query.years:
            found.append(Missing(agency, None, "no_report"))
    return tuple(found)


def cells_behind(rows: Iterable[Row], library: Library, over: str | None = None) -> tuple[CellRef, ...]:
    """The cells that these values rest on, in the order of the rows."""
    terms: dict[tuple[str, str], None] = {}
    for row in rows:
        if row.form not in ("2019", "2021") or len(terms) >= CITED:
            continue
        for key in (row.metric, over):
            known = known_to(key, row.form, row.divided) if key else None  # type: ignore[arg-type]
            if known is not None:
                terms.update(dict.fromkeys((row.report_id, path) for path in (*known.terms, *known.over)))
    if not terms:
        return ()
    return cells_at(list(terms)[:CITED], library)


def cells_at(wanted: Sequence[tuple[str, str]], library: Library) -> tuple[CellRef, ...]:
    """The cells at these places (report, path), in their order."""
    if not wanted:
        return ()
    reports = list(dict.fromkeys(report for report, _ in wanted))
    paths = list(dict.fromkeys(path for _, path in wanted))
    sql = f"""SELECT c.report_id, c.agency, c.year, r.source_name, path, caption, value, status, raw, line, page, start_char, end_char
FROM cells c JOIN reports r USING (report_id) WHERE c.report_id IN ({_marks(reports)}) AND path IN ({_marks(paths)})"""
    found = {(row[0], row[4]): _cell(row) for row in library.rows(sql, [*reports, *paths])}
    return tuple(found[key] for key in wanted if key in found)


def _cell(row: tuple[Any, ...]) -> CellRef:
    return CellRef(row[0], row[1], row[2], row[3], row[4], row[5], _decimal(row[6]), *row[7:])


def _reports(query: Query, library: Library) -> Result:
    """Reports counted or listed, without any metric."""
    scope, values = _scope(query)
    sql = f"SELECT report_id, agency, year, form, divided, source_name FROM reports WHERE {scope} ORDER BY agency, year"
    rows = tuple(_row((*row, "", None, None, None)) for row in library.rows(sql, values))
    size = len(catalogue_of(library).entries)
    missing = tuple(
        Missing(agency, year, "no_report")
        for agency in query.agencies
        for year in query.years
        if (agency, year) not in {(r.agency, r.year) for r in rows}
    )
    return Result(query, rows, Coverage(size, len(rows), len(rows), missing), Decimal(len(rows)), len(rows), sql=sql)


def unit_of_metric(key: str) -> str:
    """The unit a metric's value is written in."""
    return metric(key).label.unit


def verified(cells: Iterable[CellRef]) -> bool:
    """Whether every cell is proven."""
    return all(cell.status == "verified" for cell in cells)
