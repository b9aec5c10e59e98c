"""What changed most between reports: by number, as a share, and in rates, each with the cells it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from extractor.forms import metrics_of
from extractor.model import Report
from extractor.view import english_caption, form_for, number

from .words import Lang, say

if TYPE_CHECKING:
    from extractor.library.compare import Comparison, Line

SMALL = 10
"""A base below this is marked, and stands behind the others: from 2 to 5 is +150 %, and three applications."""
MOST = 5
"""Changes listed in each column."""
DERIVED = ("applications.handled.total", "review_litigation.litigation.total")
"""Sums that say again what their parts say."""


@dataclass(frozen=True, slots=True)
class Part:
    """A cell that a figure rests on, in the two reports compared."""

    path: str
    name: str
    values: tuple[str, str]
    below: bool
    """Whether it is part of a rate's denominator."""


@dataclass(frozen=True, slots=True)
class Change:
    """A metric whose figures differ between two reports."""

    key: str
    name: str
    formula: str
    """What it is made of, in words; empty for a single cell."""
    values: tuple[str, str]
    difference: str
    share: str
    """The difference as a share of the first figure, or how many times that is; empty where the first is 0."""
    grown: bool
    small: bool
    """Whether the base of the share is small."""
    settled: bool
    reports: tuple[int, int]
    """Places of the two reports among those compared."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The largest changes."""

    by_number: tuple[Change, ...]
    by_share: tuple[Change, ...]
    in_rates: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Gap:
    """A line with the two figures that are compared."""

    line: Line
    first: Decimal
    last: Decimal
    places: tuple[int, int]

    @property
    def difference(self) -> Decimal:
        return self.last - self.first

    @property
    def share(self) -> Decimal | None:
        return abs(self.difference) / abs(self.first) if self.first else None


def most_changed(lang: Lang, found: Comparison, reports: Sequence[Report], names: dict[str, tuple[str, str]], *, years: bool) -> Changes:
    """The largest changes from the first report to the last or, of several agencies, between the lowest and the highest.

    ``names`` gives every metric's name and formula by key. Only totals, sums and rates take part: a total and its columns
    would say the same twice.
    """
    gaps = [gap for line in found.lines if (gap := _gap(line, years)) and gap.difference]
    counts = [gap for gap in gaps if gap.line.kind != "rate" and gap.line.unit == "件" and _takes_part(gap.line.key)]
    rates = [gap for gap in gaps if gap.line.kind == "rate"]
    gap_of = {gap.line.key: gap.difference for gap in gaps}

    def made(chosen: Sequence[_Gap]) -> tuple[Change, ...]:
        return tuple(_change(lang, gap, reports, names[gap.line.key], years=years) for gap in chosen)

    shares = sorted((gap for gap in counts if gap.share), key=lambda gap: (abs(gap.first) < SMALL, -(gap.share or 0)))
    points = sorted(made(rates), key=lambda one: (one.small, -abs(gap_of[one.key])))
    return Changes(made(sorted(counts, key=lambda gap: -abs(gap.difference))[:MOST]), made(shares[:MOST]), tuple(points[:MOST]))


def _takes_part(key: str) -> bool:
    return key.endswith((".total", ".decisions")) and key not in DERIVED


def _gap(line: Line, years: bool) -> _Gap | None:
    """The first and the last figure of a line, or the lowest and the highest; None where one is missing."""
    known = [(Decimal(side.value), place) for place, side in enumerate(line.sides) if side.value is not None]
    if len(line.sides) < 2 or len(known) < 2:
        return None
    if years or len(line.sides) == 2:
        first, last = line.sides[0].value, line.sides[-1].value
        return None if first is None or last is None else _Gap(line, Decimal(first), Decimal(last), (0, len(line.sides) - 1))
    low, high = min(known), max(known)
    return _Gap(line, low[0], high[0], (low[1], high[1]))


def _change(lang: Lang, gap: _Gap, reports: Sequence[Report], named: tuple[str, str], *, years: bool) -> Change:
    rate = gap.line.kind == "rate"
    pair = tuple(reports[place] for place in gap.places)
    shown = tuple(f"{value:.1%}" if rate else f"{value:,f}" for value in (gap.first, gap.last))
    difference = say(lang, "compare.points", value=f"{gap.difference * 100:+.1f}") if rate else f"{gap.difference:+,f}"
    share = ""
    if not rate and gap.share is not None:
        times = not years and gap.first > 0 and len(gap.line.sides) > 2
        share = say(lang, "changes.times", value=f"{gap.last / gap.first:.1f}") if times else f"{gap.difference / abs(gap.first):+.1%}"
    parts = _parts(lang, gap.line.key, (pair[0], pair[1]))
    base = min((_whole(report, parts) for report in pair), default=Decimal(SMALL)) if rate else abs(gap.first)
    return Change(
        key=gap.line.key,
        name=named[0],
        formula=named[1],
        values=(shown[0], shown[1]),
        difference=difference,
        share=share,
        grown=gap.difference > 0,
        small=(rate or bool(share)) and base < SMALL,
        settled=all(gap.line.sides[place].settled for place in gap.places),
        reports=gap.places,
        parts=parts,
    )


def _parts(lang: Lang, key: str, pair: tuple[Report, Report]) -> tuple[Part, ...]:
    """The cells of a metric in two reports, which may follow different forms."""
    found: dict[str, Part] = {}
    for report in pair:
        form = form_for(report)
        metric = metrics_of(form).get(key) if form else None
        if form is None or metric is None:
            continue
        for path in (*metric.terms, *metric.over):
            name = form.caption(path).partition("(")[0].removesuffix("·总计") if lang == "zh" else english_caption(path, form)
            values = tuple("—" if (value := one.value(path)) is None else f"{value:,}" for one in pair)
            found.setdefault(path, Part(path, name.removesuffix(", total"), (values[0], values[1]), path in metric.over))
    return tuple(found.values())


def _whole(report: Report, parts: Sequence[Part]) -> Decimal:
    """The denominator of a rate in a report."""
    return sum((Decimal(report.value(part.path) or 0) for part in parts if part.below), Decimal(0))


def sum_in_words(lang: Lang, key: str, report: Report) -> str:
    """What a group is made of, in words: how many rows; empty for a single cell."""
    form = form_for(report)
    metric = metrics_of(form).get(key) if form else None
    if metric is None or metric.kind != "sum":
        return ""
    return say(lang, "changes.sum", count=number(len(metric.terms)))
