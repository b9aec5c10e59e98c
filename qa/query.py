"""The typed query: a closed object that a question becomes, with the metrics of the statutory forms and nothing else."""

from __future__ import annotations

from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, computed_field

from extractor.errors import FormError, QueryError
from extractor.forms import Form, FormKey, Metric, form_of, metric_of, metrics_of

Kind = Literal["value", "rank", "compare", "trend", "sum", "share", "count", "list", "average"]
"""``value``: a number of one agency's year; ``rank``: agencies in order; ``compare``: two or more side by side; ``trend``: one agency
over years; ``sum``: over agencies or years; ``share``: one metric over another; ``count``: how many reports meet a condition;
``list``: which ones do; ``average``: the mean over agencies or years."""

_NEAR = 0.5
"""How alike a metric must be to what is none to be offered instead."""
Measure = Literal["value", "change", "growth"]
"""What a ranking goes by: the number itself, its difference from an earlier year, or that difference as a share of the earlier number."""

Route = Literal["records", "narrative", "both", "clarify", "out_of_scope"]
Unit = Literal["省", "市", "州", "盟", "区", "县", "旗", "镇", "乡", "街道", "局", "办公室", "部门"]
Operator = Literal[">", ">=", "<", "<=", "="]


@cache
def all_metrics() -> tuple[str, ...]:
    """The keys of every metric of both forms, divided or not."""
    keys: dict[str, None] = {}
    for form in _forms():
        keys.update(dict.fromkeys(metrics_of(form)))
    return tuple(keys)


def _forms() -> tuple[Form, ...]:
    return form_of("2021"), form_of("2019"), form_of("2021", False), form_of("2019", True)


@cache
def metric(key: str) -> Metric:
    """The metric with this key in whichever form has it."""
    for form in _forms():
        if key in metrics_of(form):
            return metrics_of(form)[key]
    return metric_of(key)


def known_to(key: str, form: FormKey, divided: bool | None = None) -> Metric | None:
    """The metric in one form; None when that form does not ask for it."""
    return metrics_of(form_of(key=form, divided=divided)).get(key)


COUNTERPARTS = {
    "proactive.rules.issued": "proactive.rules.created",
    "proactive.normative_documents.issued": "proactive.normative_documents.created",
}
"""Metrics of form 2021 and what form 2019 calls the same thing: 本年制发件数 and 本年新制作数量."""


def counterpart(key: str) -> str | None:
    """The metric that stands for this one in the other form, if there is one."""
    return COUNTERPARTS.get(key) or {old: new for new, old in COUNTERPARTS.items()}.get(key)


def near_metrics(key: str, most: int = 5) -> tuple[str, ...]:
    """The metrics that come nearest to what is none: by their keys, or by what the forms call them; nearest first."""

    def alike(one: str, other: str) -> float:
        return SequenceMatcher(None, one.lower(), other.lower()).ratio()

    rated = {known: max(alike(key, known), alike(key, metric(known).label.text)) for known in all_metrics()}
    return tuple(sorted((known for known, score in rated.items() if score >= _NEAR), key=lambda known: -rated[known])[:most])


def _known(key: str) -> str:
    try:
        metric(key)
    except FormError as error:
        near = "、".join(f"{other}（{metric(other).label.text}）" for other in near_metrics(key))
        raise ValueError(f"{error}{'；相近的有 (near ones)：' if near else ''}{near}") from error
    return key


MetricKey = Annotated[str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(all_metrics())})]
"""A metric's key; anything that no form has is refused."""


class Condition(BaseModel):
    """A bound on the metric's value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    op: Operator
    value: Decimal
    """In the metric's unit; a rate as a share (0.5 for 50 %)."""


class Query(BaseModel):
    """What is asked of the records."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind = "value"
    metrics: tuple[MetricKey, ...] = ()
    """What is asked for; empty only when reports themselves are counted or listed."""
    over: MetricKey | None = None
    """The denominator of a share."""
    agencies: tuple[str, ...] = ()
    """Agencies by their full name as the library has them; empty for all."""
    focus: str | None = None
    """The agency whose place in a ranking is asked for."""
    region: str | None = None
    """Only agencies whose name begins with this: 广州市."""
    unit: Unit | None = None
    """Only agencies of this kind of place: 区."""
    scope: Literal["consolidated", "own"] | None = None
    years: tuple[int, ...] = ()
    """Report years, not years of publication; empty for all."""
    order: Literal["desc", "asc"] = "desc"
    limit: Annotated[int, Field(ge=1, le=200)] | None = None
    nth: Annotated[int, Field(ge=1, le=200)] | None = None
    """The one place of a ranking that is asked for; None for the first ``limit`` places."""
    measure: Measure = "value"
    base: int | None = None
    """The year that a change or growth is measured from; None for the year before each."""
    where: Condition | None = None
    """A bound on the value, or on the change or growth that a ranking goes by."""
    also: Condition | None = None
    """A second bound, where the question says between."""

    without: tuple[str, ...] = ()
    """Agencies left out, by their full name (除省政府外)."""
    than: str | None = None
    """The agency whose own number is the bound, compared as ``where`` says; the value in ``where`` is then not used."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def applicant(self) -> str | None:
        """The kind of applicant that the first metric is limited to."""
        if not self.metrics or not self.metrics[0].startswith("applications."):
            return None
        key = self.metrics[0].rpartition(".")[2]
        return None if key == "total" else key

    def with_(self, **changes: object) -> Query:
        """The query with some fields replaced, checked again."""
        return Query(**{**self.model_dump(exclude={"applicant"}), **changes})


def require_metrics(query: Query) -> None:
    """QueryError when a query of this kind cannot do without a metric."""
    if not query.metrics and query.kind not in ("count", "list"):
        raise QueryError(f"查询缺少指标 (a {query.kind} query needs a metric)")
