"""What is computed from the tables: group totals, both litigation groups together, rates, each with its formula.

A metric is a cell of the form or a value derived from cells. Queries, claims, exports and the codebook all name
metrics by the keys listed here; there is no second list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from ..errors import FormError
from . import tables
from .elements import Label, label_of
from .layout import Form, form_of

Values = Mapping[str, int | Decimal | None]
"""Cell values by dotted path."""

MetricKind = Literal["cell", "sum", "rate"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A quantity that can be asked for: a cell, a sum of cells, or a ratio of two sums."""

    key: str
    """A dotted path: the cell's own, the group's with a column (``applications.refused.total``), or ``rates.…``."""
    label: Label
    kind: MetricKind
    terms: tuple[str, ...]
    """The cells added up (numerator for a rate)."""
    over: tuple[str, ...] = ()
    """The cells of a rate's denominator."""

    @property
    def formula(self) -> str:
        """The computation written with dotted paths."""
        top = " + ".join(self.terms)
        return f"({top}) / ({' + '.join(self.over)})" if self.over else top

    def value(self, cells: Values) -> int | Decimal | None:
        """The metric over one report; None when a cell it needs is missing, or a rate's denominator is 0."""
        top = _total(self.terms, cells)
        if not self.over:
            return top
        below = _total(self.over, cells)
        if top is None or not below:
            return None
        return Decimal(top) / Decimal(below)


def _total(paths: tuple[str, ...], cells: Values) -> int | Decimal | None:
    total: int | Decimal = 0
    for path in paths:
        value = cells.get(path)
        if value is None:
            return None
        total += value
    return total


@dataclass(frozen=True, slots=True)
class _Rate:
    key: str
    label: Label
    terms: Callable[[Form], tuple[str, ...]]
    over: Callable[[Form], tuple[str, ...]]


def _totals(*stems: str) -> Callable[[Form], tuple[str, ...]]:
    return lambda form: tuple(
        f"{row.path}.total" for row in form.rows for stem in stems if row.path == stem or row.path.startswith(f"{stem}.")
    )


def _results(key: str, *groups: str) -> Callable[[Form], tuple[str, ...]]:
    return lambda form: tuple(f"review_litigation.{group}.{key}" for group in groups)


_LITIGATION = ("litigation_direct", "litigation_after_review")
_RATES = (
    _Rate(
        "rates.granted",
        Label("予以公开率", "share granted", spoken=("予以公开率", "公开率"), unit="%"),
        _totals("applications.granted"),
        _totals("applications.outcomes_total"),
    ),
    _Rate(
        "rates.granted_or_partial",
        Label("公开与部分公开率", "share granted in full or part", spoken=("予以公开和部分公开率", "公开及部分公开率"), unit="%"),
        _totals("applications.granted", "applications.partially_granted"),
        _totals("applications.outcomes_total"),
    ),
    _Rate(
        "rates.partially_granted",
        Label("部分公开率", "share granted in part", spoken=("部分公开率",), unit="%"),
        _totals("applications.partially_granted"),
        _totals("applications.outcomes_total"),
    ),
    _Rate(
        "rates.refused",
        Label("不予公开率", "share refused", spoken=("不予公开率", "拒绝率"), unit="%"),
        _totals("applications.refused"),
        _totals("applications.outcomes_total"),
    ),
    _Rate(
        "rates.unavailable",
        Label("无法提供率", "share unavailable", spoken=("无法提供率",), unit="%"),
        _totals("applications.unavailable"),
        _totals("applications.outcomes_total"),
    ),
    _Rate(
        "rates.completed",
        Label("办结率", "share completed", spoken=("办结率",), unit="%"),
        _totals("applications.outcomes_total"),
        _totals("applications.new_received", "applications.carried_in"),
    ),
    _Rate(
        "rates.natural_person",
        Label("自然人申请占比", "share of new applications by natural persons", unit="%"),
        lambda form: ("applications.new_received.natural_person",),
        _totals("applications.new_received"),
    ),
    _Rate(
        "rates.review_upheld",
        Label("行政复议维持率", "share of reviews upheld", spoken=("复议维持率",), unit="%"),
        _results("upheld", "review"),
        _results("total", "review"),
    ),
    _Rate(
        "rates.review_corrected",
        Label("行政复议纠错率", "share of reviews corrected", spoken=("复议纠错率", "复议纠正率"), unit="%"),
        _results("corrected", "review"),
        _results("total", "review"),
    ),
    _Rate(
        "rates.litigation_upheld",
        Label("行政诉讼维持率", "share of litigation upheld", spoken=("诉讼维持率", "胜诉率"), unit="%"),
        _results("upheld", *_LITIGATION),
        _results("total", *_LITIGATION),
    ),
    _Rate(
        "rates.litigation_corrected",
        Label("行政诉讼败诉率", "share of litigation lost", spoken=("败诉率", "诉讼纠正率"), unit="%"),
        _results("corrected", *_LITIGATION),
        _results("total", *_LITIGATION),
    ),
)


@cache
def metrics_of(form: Form) -> dict[str, Metric]:
    """Every metric of a form by key: its cells, its group and litigation sums, applications handled, rates."""
    found: dict[str, Metric] = {}
    for row in form.rows:
        for column in row.columns:
            path = f"{row.path}.{column.key}"
            found[path] = Metric(
                path,
                Label(form.caption(path), f"{row.label.english}, {column.label.english}", unit=_unit(row.label, column.label)),
                "cell",
                (path,),
            )
    for metric in _sums(form):
        found[metric.key] = metric
    for rate in _RATES:
        found[rate.key] = Metric(rate.key, rate.label, "rate", rate.terms(form), rate.over(form))
    return found


def metric_of(key: str, form: Form | None = None) -> Metric:
    """The metric with this key in a form (by default: in whichever form knows it)."""
    forms = (form,) if form else (form_of("2021"), form_of("2019"))
    for candidate in forms:
        if key in metrics_of(candidate):
            return metrics_of(candidate)[key]
    raise FormError(f"没有名为“{key}”的指标，可用 gongkai rules --fields 查看全部 (no metric called {key!r})")


def _unit(row: Label, column: Label) -> str:
    return column.unit if column.unit != "件" else row.unit


def _sums(form: Form) -> list[Metric]:
    sums: list[Metric] = []
    applicants = tuple((key, label_of(tables.Applicants, key)) for key in tables.Applicants.model_fields)
    groups = {
        "refused": label_of(tables.Applications, "refused"),
        "unavailable": label_of(tables.Applications, "unavailable"),
        "not_processed": label_of(tables.Applications, "not_processed"),
        "other_handling": label_of(tables.Applications, "other_handling"),
        "handled": Label("新收与结转合计", "received and carried over", spoken=("收办", "共收到", "受理总数")),
    }
    stems = {"handled": ("new_received", "carried_in")}
    for name, label in groups.items():
        paths = stems.get(name, (name,))
        for key, applicant in applicants:
            terms = tuple(
                f"{row.path}.{key}"
                for row in form.section(3)
                for p in paths
                if row.path == f"applications.{p}" or row.path.startswith(f"applications.{p}.")
            )
            suffix = "" if key == "total" else f"·{applicant.text}"
            sums.append(
                Metric(
                    f"applications.{name}.{key}",
                    Label(f"{label.text}{suffix}", f"{label.english}, {applicant.english}", spoken=label.spoken, unit="件"),
                    "sum",
                    terms,
                )
            )
    sums.extend(_organisations(form, sums))
    litigation = Label("行政诉讼", "litigation", spoken=("行政诉讼", "诉讼"))
    for key in tables.Results.model_fields:
        result = label_of(tables.Results, key)
        sums.append(
            Metric(
                f"review_litigation.litigation.{key}",
                Label(f"{litigation.text}·{result.text}", f"litigation, {result.english}", spoken=litigation.spoken),
                "sum",
                tuple(f"review_litigation.{group}.{key}" for group in _LITIGATION),
            )
        )
    return sums


def _organisations(form: Form, groups: list[Metric]) -> list[Metric]:
    """For every row and group of section three, its five columns under 法人或其他组织 together."""
    rows: dict[str, tuple[str, ...]] = {row.path: (row.path,) for row in form.section(3)}
    for group in groups:
        stem, _, key = group.key.rpartition(".")
        if key == "total":
            rows[stem] = tuple(term.rpartition(".")[0] for term in group.terms)
    columns = [key for key in tables.Applicants.model_fields if label_of(tables.Applicants, key).under]
    labels = {row.path: row.label for row in form.section(3)} | {
        g.key.rpartition(".")[0]: g.label for g in groups if g.key.endswith(".total")
    }
    return [
        Metric(
            f"{stem}.organisations",
            Label(f"{labels[stem].text}·法人或其他组织", f"{labels[stem].english}, organisations"),
            "sum",
            tuple(f"{path}.{key}" for path in paths for key in columns),
        )
        for stem, paths in rows.items()
    ]
