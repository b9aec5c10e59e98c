"""Two reports side by side, an agency's years in a row, a parent's tables as the sum of its units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..crosscheck.series import Account, Across, sums_of_units
from ..errors import LibraryError
from ..forms import FormKey, Metric, form_of, metrics_of
from ..model import SETTLED, Report
from ..view import form_for
from .across import accounts
from .codebook import HARMONISED, variables
from .library import Library

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Side:
    """A metric in one report."""

    value: Number | None
    settled: bool
    """Whether every cell it uses is verified, plainly read or deduced."""
    formula: str


@dataclass(frozen=True, slots=True)
class Line:
    """A metric in several reports."""

    key: str
    label: str
    kind: str
    unit: str
    sides: tuple[Side, ...]

    @property
    def difference(self) -> Number | None:
        """The last side less the first; None when either has no value."""
        first, last = self.sides[0].value, self.sides[-1].value
        return None if first is None or last is None else last - first

    @property
    def change(self) -> Decimal | None:
        """The difference as a share of the first side; None for rates, and from 0."""
        difference, first = self.difference, self.sides[0].value
        return None if difference is None or not first or self.kind == "rate" else Decimal(difference) / Decimal(first)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several reports, metric by metric."""

    names: tuple[str, ...]
    reports: tuple[str, ...]
    lines: tuple[Line, ...]


def compare(library: Library, one: str, other: str | None = None, *, every: bool = False) -> Comparison:
    """Two reports, or (with one name only) all years of an agency. Totals, sums and rates; ``every`` cell on demand."""
    if other is None:
        ids = [summary.id for summary in library.reports(agency=one.strip())]
        if not ids:
            raise LibraryError(f"报告库中没有“{one}”的报告；比较两份报告请写两个名称或编号 (no report of this agency)")
    else:
        ids = [library.find(one), library.find(other)]
    return side_by_side(library, ids, every=every)


def side_by_side(library: Library, ids: Sequence[str], *, every: bool = False, reports: Sequence[Report] | None = None) -> Comparison:
    """Reports by their ids, in the order given. Totals, sums and rates; ``every`` cell on demand. ``reports`` are these reports where
    they have been read already."""
    reports = [library.get(report_id) for report_id in ids] if reports is None else reports
    names = tuple(f"{report.agency or report.source.name} {report.year or ''}".strip() for report in reports)
    lines = []
    for variable in variables():
        if not every and variable.kind == "cell" and not variable.key.endswith((".total", ".decisions", "yuan")):
            continue
        if not every and variable.kind == "sum" and not variable.key.endswith((".total", ".corrected", ".pending")):
            continue
        sides = tuple(side(report, variable.key) for report in reports)
        if any(one.value is not None for one in sides):
            lines.append(Line(variable.key, variable.label, variable.kind, variable.unit, sides))
    return Comparison(names, tuple(ids), tuple(lines))


def side(report: Report, key: str) -> Side:
    """A metric, cell or harmonised series in a report."""
    series = next((one for one in HARMONISED if one.key == key), None)
    if series is not None:
        key = series.keys.get(report.form or "", "")
    metric = _metric(report, key)
    if metric is None:
        return Side(None, False, "")
    used = metric.terms + metric.over
    settled = all(path in report.cells and report.cells[path].status in SETTLED for path in used)
    return Side(metric.value(report.values), settled, metric.formula)


def _metric(report: Report, key: str) -> Metric | None:
    form = form_for(report)
    return metrics_of(form).get(key) if form else None


# ------------------------------------------------------------------------------ roll-up
@dataclass(frozen=True, slots=True)
class Sum:
    """One cell or metric summed over units."""

    key: str
    label: str
    total: Number
    """Sum of the units that have a value."""
    missing: tuple[str, ...]
    """Units without a value: the true sum is not known."""
    unproven: tuple[str, ...]
    """Units whose value is not settled."""
    parent: Number | None
    """The parent's own figure."""

    @property
    def complete(self) -> bool:
        """Whether every unit has a value."""
        return not self.missing

    @property
    def difference(self) -> Number | None:
        """The parent's figure less a complete sum."""
        return None if self.parent is None or not self.complete else self.parent - self.total


@dataclass(frozen=True, slots=True)
class Rollup:
    """A parent's tables as the sum of its units."""

    units: tuple[str, ...]
    parent: str | None
    sums: tuple[Sum, ...]
    findings: tuple[Across, ...] = ()
    """Where the parent's report is not the sum of all its units."""
    absent: tuple[str, ...] = ()
    """Units named of which there is no report; every sum misses them."""

    @property
    def differing(self) -> tuple[Sum, ...]:
        """Sums that the parent's report does not agree with."""
        return tuple(one for one in self.sums if one.difference)


def rollup(library: Library, units: Sequence[str], *, parent: str | None = None) -> Rollup:
    """The sum of units' reports, cell by cell over sections three and four and the decisions of section two.

    其他处理 is summed as one, since the forms divide it differently. A unit without a report is missing from every sum.
    LibraryError: a unit twice, or of another year, or no report at all.
    """
    meant = {unit: library.meant(unit) for unit in units}
    absent = tuple(unit for unit, found in meant.items() if not found)
    ids = [library.find(unit) for unit in units if unit not in absent]
    if not ids:
        raise LibraryError(f"报告库中没有这些单位的报告：{'、'.join(absent)}；可用编号，或“机关名称 年度” (no report of any unit)")
    if len(set(ids)) < len(ids) or len(meant) < len(units):
        raise LibraryError("同一份报告列了两次 (a report is listed twice)")
    reports = [library.get(report_id) for report_id in ids]
    above = library.get(library.find(parent)) if parent else None
    years = {report.year for report in [*reports, *([above] if above else [])]}
    if len(years) > 1:
        raise LibraryError(f"这些报告不是同一年度：{'、'.join(str(year) for year in sorted(years, key=str))} (reports of different years)")
    names = tuple(report.agency or report.source.name for report in reports)
    sums = []
    for key, label in _summable("2021" if any(report.form == "2021" for report in reports) else "2019"):
        sides = [side(report, key) for report in reports]
        sums.append(
            Sum(
                key,
                label,
                sum((one.value for one in sides if one.value is not None), 0),
                (*(name for name, one in zip(names, sides, strict=True) if one.value is None), *absent),
                tuple(name for name, one in zip(names, sides, strict=True) if one.value is not None and not one.settled),
                side(above, key).value if above else None,
            )
        )
    found: tuple[Across, ...] = ()
    if parent and not absent:
        whole, *parts = _accounts(library, [library.find(parent), *ids])
        found = tuple(sums_of_units(whole, parts))
    return Rollup(names, (above.agency or above.source.name) if above else None, tuple(sums), found, absent)


def _accounts(library: Library, ids: Sequence[str]) -> list[Account]:
    known = {account.id: account for account in accounts(library, ids)}
    if len(known) < len(set(ids)):
        raise LibraryError("有的报告没有机关名称或年度，不能与上级比较；先用 gongkai correct 补上 (a report lacks agency or year)")
    return [known[one] for one in ids]


def _summable(key: FormKey) -> list[tuple[str, str]]:
    form = form_of(key)
    known = metrics_of(form)
    found: list[tuple[str, str]] = []
    for row in form.rows:
        if row.section == 2 and not row.path.endswith(("licensing", "penalties", "coercion")):
            continue
        if row.path.startswith("applications.other_handling"):
            continue
        if row.path == "applications.outcomes_total":
            sums = [f"applications.other_handling.{column.key}" for column in row.columns]
            found += [(one, known[one].label.text) for one in sums]
        found += [(cell, form.caption(cell)) for cell in row.cells if row.section != 2 or cell.endswith(".decisions")]
    return found
