"""A typed query put together from a draft and its kind."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, get_args

from .catalogue import Entry
from .draft import Draft
from .kinds import measure_of, of_years
from .measures import OVERVIEW, grouped, whole
from .places import unit_of
from .query import Condition, Kind, Query, Unit, all_metrics, counterpart, known_to
from .scan import Scan


def query_of(draft: Draft, kind: Kind) -> Query:
    """The query that a draft asks for."""
    scanned, metrics, years, agencies = draft.scan, draft.metrics, draft.years, draft.agencies
    over: str | None = None
    where, also = (_in_unit(condition, scanned, metrics) for condition in (scanned.bounds.where, scanned.bounds.also))
    focus: str | None = None
    base: int | None = None
    measure = measure_of(scanned) if kind == "rank" else "value"
    if kind == "share":
        metrics, over = _share(draft, metrics)
    if kind == "sum":
        metrics = grouped(metrics)
        kind = "value" if len(metrics) == len(agencies) == len(years) == 1 else kind
    if kind == "compare" and (printed := _change_column(draft, metrics)):
        kind, metrics = "value", printed
    alone = len(years) == 1 and not draft.broken_down and (scanned.cue("over_year", "growth") or (len(agencies) == 1 and len(metrics) == 1))
    if kind == "compare" and alone:
        years = (years[0] - 1, years[0])
    if kind == "compare" and not years and scanned.cue("growth") and agencies:
        years = _held(draft, agencies)[-2:]
    if kind == "compare":
        years = tuple(sorted(years))
    if measure != "value" and not of_years(scanned):
        years = years or draft.catalogue.years[-1:]
        base, years = (min(years), (max(years),)) if len(years) > 1 else (None, years)
    if kind in ("count", "list") and where is None and metrics and not scanned.cue("each"):
        where = _implied(scanned, kind)
    if kind == "rank" and len(agencies) == 1 and not of_years(scanned) and (scanned.cue("place") or years):
        focus, agencies = agencies[0], ()
    if kind == "value" and not years and agencies:
        years = _held(draft, agencies)
        kind = "trend" if len(years) > 1 and len(agencies) == 1 and metrics is not OVERVIEW else kind
        years = () if kind == "trend" else years[-1:] if metrics is OVERVIEW else years
    falling = scanned.cue("falling") and measure != "value"
    first = (scanned.cue("most", "least", "which", "growth") and not (measure != "value" and where)) or of_years(scanned)
    return Query(
        kind=kind,
        metrics=_in_form(metrics, _entries(draft, agencies, years)),
        over=over,
        agencies=agencies,
        focus=focus,
        region=draft.region() if not agencies else None,
        unit=_unit(draft, agencies),
        years=years,
        measure=measure,
        base=base,
        order="asc" if scanned.cue("least", "rank_up") or scanned.bounds.order == "asc" or falling else "desc",
        limit=1
        if draft.broken_down
        else scanned.bounds.limit or (1 if kind == "rank" and not focus and first and scanned.bounds.nth is None else None),
        nth=scanned.bounds.nth if kind == "rank" else None,
        where=where,
        also=also,
        without=draft.scan.without if not agencies else (),
        than=draft.than if kind in ("list", "count") else None,
    )


def _in_unit(condition: Condition | None, scanned: Scan, metrics: tuple[str, ...]) -> Condition | None:
    """A bound on money in the unit of the metric, which may be ten thousand yuan."""
    wan = bool(metrics) and metrics[0].endswith("wan_yuan")
    if condition is None or not wan or not (scanned.bounds.money or condition.value >= 10_000):
        return condition
    return Condition(op=condition.op, value=condition.value / 10_000)


def _change_column(draft: Draft, metrics: tuple[str, ...]) -> tuple[str, ...]:
    """The column of form 2019 that itself prints the change from the year before, where that change is asked for; else nothing."""
    years, stems = draft.years, tuple(dict.fromkeys(key.rpartition(".")[0] for key in metrics))
    columns = tuple(f"{stem}.change" for stem in stems)
    if len(years) != 1 or len(stems) != 1 or not set(columns) <= set(all_metrics()):
        return ()
    if not (draft.scan.cue("over_year", "growth") or f"{stems[0]}.change" in metrics):
        return ()
    forms = {entry.form for entry in _entries(draft, draft.agencies, years)}
    return columns if forms == {"2019"} else ()


def _held(draft: Draft, agencies: tuple[str, ...]) -> tuple[int, ...]:
    """The years of these agencies' reports."""
    return tuple(sorted({e.year for a in agencies for e in draft.catalogue.by_agency.get(a, ()) if e.year}))


def _share(draft: Draft, metrics: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """Numerator and denominator: “X 占 Y 的比例”, or “Y 中 X 的占比”."""
    if draft.whole is not None:
        return metrics[:1], draft.whole
    if (stated := _stated_whole(draft)) and stated not in metrics[:1] and metrics[0].startswith("applications."):
        return metrics[:1], stated
    groups = [key for key in dict.fromkeys(draft.scan.keys("row")) if any(m.startswith(f"{key}.") and f"{key}.total" != m for m in metrics)]
    parent = next(
        (f"{key}.total" for key in groups if f"{key}.total" in all_metrics() and metrics[0].count(".") > key.count(".") + 1), None
    )
    if parent:
        return metrics[:1], parent
    if len(metrics) == 2 and metrics[0] == whole(metrics[1]):
        return metrics[1:], metrics[0]
    if len(metrics) == 2 and metrics[1] == whole(metrics[0]):
        return metrics[:1], metrics[1]
    if len(metrics) == 2:
        divided = re.search("占(?!比|了|多)", draft.scan.text) is not None
        return (metrics[:1], metrics[1]) if divided else (metrics[1:], metrics[0])
    return metrics[:1], whole(metrics[0]) if metrics else None


def _stated_whole(draft: Draft) -> str:
    """The whole that a question names: 办理结果当中…占几成, 占全部办结的比例; empty where it names none."""
    text = draft.scan.blanked
    if _WHOLE_EN.search(text):
        return "applications.outcomes_total.total"
    for piece in draft.scan.pieces:
        rows = [key for sort, key, _ in piece.meanings if sort == "row" and key in _WHOLES]
        end = piece.start + len(piece.text)
        if rows and (
            re.match(r"(?:的?申请|总数|总量|总计|件数)*的?(?:当中|之中|里面?|中)", text[end:])
            or re.search(r"占(?:了)?(?:全部|所有|整个|全年)?的?$", text[: piece.start])
        ):
            return f"{rows[0]}.total"
    return ""


_WHOLE_EN = re.compile(
    r"\bof (?:all|everything|(?:all )?the (?:applications|requests"
    r"|cases))\b[^,?]*\b(?:closed|decided|concluded|completed|dealt with|processed)\b"
)
_WHOLES = ("applications.outcomes_total", "applications.handled")


def _unit(draft: Draft, agencies: tuple[str, ...]) -> Unit | None:
    """The kind of agency asked for; none where particular agencies are named, or the library has no number of that kind."""
    units = [unit for unit in draft.scan.keys("unit") if unit != "any"] if not draft.scan.departments else ["部门"]
    if agencies or not units:
        return None
    here = {unit_of(agency) for agency in draft.catalogue.agencies} | ({"部门"} if draft.catalogue.departments[""] else set())
    chosen: Any = next((unit for unit in units if unit in here), None if draft.metrics else units[0])
    return chosen if chosen in get_args(Unit) else None


def _entries(draft: Draft, agencies: tuple[str, ...], years: tuple[int, ...]) -> list[Entry]:
    pool = [e for a in agencies for e in draft.catalogue.by_agency.get(a, ())] if agencies else list(draft.catalogue.entries)
    return [entry for entry in pool if not years or entry.year in years]


def _implied(scanned: Scan, kind: Kind) -> Condition | None:
    if scanned.cue("none"):
        return Condition(op="=", value=Decimal(0))
    asks_who = scanned.cue("whiches", "which") and not scanned.cue("many", "all", "share")
    return Condition(op=">", value=Decimal(0)) if kind == "count" or scanned.cue("some") or asks_who else None


def _in_form(metrics: tuple[str, ...], entries: list[Entry]) -> tuple[str, ...]:
    """The metrics in the wording of the form that the reports follow: 制发 is 新制作 in form 2019."""
    forms = {entry.form for entry in entries if entry.form in ("2019", "2021")}
    if len(forms) != 1:
        return metrics
    (form,) = forms
    chosen = []
    for key in metrics:
        other = counterpart(key)
        fits = known_to(key, form) is not None or other is None or known_to(other, form) is None  # type: ignore[arg-type]
        chosen.append(key if fits or other is None else other)
    return tuple(dict.fromkeys(chosen))
