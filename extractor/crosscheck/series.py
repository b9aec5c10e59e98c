"""Rules across reports: one agency's years, a parent and its units, several texts of one report, narrative used again.

A rule speaks only when both sides have a value. It is as grave as its Rule says when both values are settled, else a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from statistics import median_high, median_low

from rapidfuzz import fuzz

from ..forms import Form, FormKey, form_of
from ..model import SETTLED, Finding, Place, Quote
from .rules import finding, rule_of

Value = int | Decimal
PARAGRAPH = 40
"""Characters from which a paragraph counts as a text of its own."""
ALIKE = 0.9
"""Share of equal characters from which two paragraphs of one section count as the same text reworked."""
SLIP = (Decimal("4e3"), Decimal("2.5e4"))
"""Factors to the median of the other years that point to 元 for 万元 (10⁴)."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of narrative and where it stands."""

    section: int
    text: str
    place: Place


@dataclass(frozen=True)
class Account:
    """What rules across reports need of one report."""

    id: str
    agency: str
    year: int
    form: FormKey | None
    divided: bool | None
    values: Mapping[str, Value | None]
    states: Mapping[str, str]
    paragraphs: tuple[Paragraph, ...] = ()

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self.agency}{self.year}年报告"

    def shape(self) -> Form | None:
        """The form in which its cells stand."""
        return form_of(self.form, self.divided) if self.form else None


@dataclass(frozen=True, slots=True)
class Across:
    """A finding about several reports."""

    finding: Finding
    reports: tuple[str, ...]
    """Ids of the reports concerned, the one to look at first in front."""
    values: Mapping[str, str] = field(default_factory=dict)
    """The values compared, by ``id:path``; a verdict lapses when they change."""


def over_years(accounts: Sequence[Account]) -> Iterator[Across]:
    """Everything that can be said of one agency's reports, each year once, oldest first."""
    years = sorted(accounts, key=lambda one: one.year)
    for before, after in pairwise(years):
        if after.year == before.year + 1:
            for rule in (carried, in_force, prior_items):
                yield from rule(before, after)
    yield from unit_slips(years)
    yield from reused(years)


def carried(before: Account, after: Account) -> Iterator[Across]:
    """carried_forward of a year is carried_in of the next, in all seven columns."""
    for row in form_of("2021").section(3):
        if row.path != "applications.carried_in":
            continue
        for column in row.columns:
            left, right = f"applications.carried_forward.{column.key}", f"applications.carried_in.{column.key}"
            a, b = before.values.get(left), after.values.get(right)
            if a is not None and b is not None and a != b:
                message = (
                    f"{column.label.text}：{before.year} 年结转下年度 {a}，{after.year} 年上年结转 {b} "
                    f"(carried forward {a}, carried in {b})"
                )
                yield _said("series.carried", message, ((after, right), (before, left)))


def in_force(before: Account, after: Account) -> Iterator[Across]:
    """Documents in force are those of the year before, plus issued, minus repealed (form 2021)."""
    for part, name in (("rules", "规章"), ("normative_documents", "行政规范性文件")):
        stem = f"proactive.{part}"
        was, issued = before.values.get(f"{stem}.in_force"), after.values.get(f"{stem}.issued")
        repealed, now = after.values.get(f"{stem}.repealed"), after.values.get(f"{stem}.in_force")
        if was is None or issued is None or repealed is None or now is None or was + issued - repealed == now:
            continue
        message = (
            f"{name}：{before.year} 年现行有效 {was} + {after.year} 年制发 {issued} - 废止 {repealed} = {was + issued - repealed}，"
            f"{after.year} 年现行有效写 {now} (in force {now}, expected {was + issued - repealed})"
        )
        cells = [(after, f"{stem}.{key}") for key in ("in_force", "issued", "repealed")]
        yield _said("series.in_force", message, (*cells, (before, f"{stem}.in_force")))


def prior_items(before: Account, after: Account) -> Iterator[Across]:
    """Items of last year are those of the year before it plus its change (form 2019)."""
    form = form_of("2019")
    for row in form.section(2):
        prior, change = f"{row.path}.prior_items", f"{row.path}.change"
        if prior not in row.cells:
            continue
        was, moved, now = before.values.get(prior), before.values.get(change), after.values.get(prior)
        if was is None or moved is None or now is None or was + moved == now:
            continue
        message = (
            f"{row.label.text}：{before.year} 年报告上一年项目 {was} + 本年增减 {moved} = {was + moved}，"
            f"{after.year} 年报告上一年项目写 {now} (prior items {now}, expected {was + moved})"
        )
        yield _said("series.prior_items", message, ((after, prior), (before, prior), (before, change)))


def unit_slips(years: Sequence[Account]) -> Iterator[Across]:
    """Amounts that differ from the median of the agency's other years by about 10⁴."""
    for path in ("proactive.fees.amount_wan_yuan", "proactive.procurement.amount_yuan"):
        known = [(one, Decimal(value)) for one in years if (value := one.values.get(path)) is not None and value > 0]
        for one, value in known:
            others = [other for account, other in known if account is not one]
            if len(others) < 2:
                continue
            usual = Decimal(median_low(others))
            factor = value / usual if value > usual else usual / value
            if all(_slipped(value, middle) for middle in (usual, Decimal(median_high(others)))):
                form = form_of("2021" if path.endswith("wan_yuan") else "2019")
                message = (
                    f"{form.caption(path)}：{one.year} 年 {value:f}，其他年度中位数 {usual:f}，相差约 {factor:.0f} 倍，"
                    f"可能是元与万元之误 (a factor of about {factor:.0f}: yuan for 10,000 yuan?)"
                )
                yield _said("series.unit_slip", message, ((one, path),))


def _slipped(value: Decimal, usual: Decimal) -> bool:
    return SLIP[0] <= (value / usual if value > usual else usual / value) <= SLIP[1]


def differing_texts(texts: Sequence[Account]) -> Iterator[Across]:
    """Cells in which two texts of one report differ; the first text is the one that counts."""
    for other in texts[1:]:
        first = texts[0]
        paths = [
            path
            for path, value in first.values.items()
            if value is not None and (theirs := other.values.get(path)) is not None and theirs != value
        ]
        if paths:
            shape = first.shape()
            named = "、".join(f"{shape.caption(path) if shape else path} {first.values[path]} / {other.values[path]}" for path in paths[:3])
            message = (
                f"{first.name}有两个文本，{len(paths)} 格不同：{named}{'……' if len(paths) > 3 else ''} "
                f"(two texts of one report differ in {len(paths)} cells)"
            )
            yield _said("series.texts_differ", message, [(one, path) for path in paths[:20] for one in (first, other)])


def sums_of_units(parent: Account, units: Sequence[Account]) -> Iterator[Across]:
    """Cells of section three and four in which a parent's report is not the sum of all its units' reports.

    Silent where a unit has no value: what is missing proves nothing.
    """
    shape = parent.shape()
    if shape is None or not units:
        return
    for row in (*shape.section(3), *shape.section(4)):
        for path in row.cells:
            whole, parts = parent.values.get(path), [unit.values.get(path) for unit in units]
            known = [part for part in parts if part is not None]
            if whole is None or len(known) < len(parts) or sum(known) == whole:
                continue
            message = (
                f"{shape.caption(path)}：{len(units)} 个单位之和 {sum(known)}，{parent.name}写 {whole} "
                f"(sum of {len(units)} units {sum(known)}, parent {whole})"
            )
            yield _said("series.units", message, ((parent, path), *((unit, path) for unit in units)))


def reused(accounts: Sequence[Account], *, near: bool = True) -> Iterator[Across]:
    """Paragraphs that stand in an earlier report too, numbers and years left out of the comparison.

    The preamble is the same every year by its nature and is left out.

    With ``near``, also those of the same section in the year before of which at least ALIKE is the same.
    """
    seen: dict[str, tuple[Account, Paragraph]] = {}
    for account in accounts:
        fresh: list[tuple[str, Paragraph]] = []
        for paragraph in account.paragraphs:
            text = masked(paragraph.text)
            if len(text) < PARAGRAPH or paragraph.section == 0:
                continue
            earlier = seen.get(text)
            share = 1.0
            if earlier is None and near:
                earlier, share = _nearest(text, paragraph.section, account, seen)
            if earlier is not None and earlier[0].id != account.id:
                yield _copied(account, paragraph, *earlier, share)
            fresh.append((text, paragraph))
        for text, paragraph in fresh:
            seen.setdefault(text, (account, paragraph))


def masked(text: str) -> str:
    """A paragraph without what changes from year to year: numbers, and white space."""
    return re.sub(r"[0-9０-９]+(?:[.,，．][0-9]+)*%?", "#", re.sub(r"\s+", "", text))


def _nearest(
    text: str, section: int, account: Account, seen: Mapping[str, tuple[Account, Paragraph]]
) -> tuple[tuple[Account, Paragraph] | None, float]:
    best: tuple[tuple[Account, Paragraph] | None, float] = (None, 0.0)
    for other, (earlier, paragraph) in seen.items():
        if paragraph.section != section or earlier.year != account.year - 1 or not 0.8 < len(other) / len(text) < 1.25:
            continue
        share = fuzz.ratio(other, text, score_cutoff=100 * ALIKE) / 100
        if share > best[1]:
            best = ((earlier, paragraph), share)
    return best


def _copied(account: Account, paragraph: Paragraph, earlier: Account, source: Paragraph, share: float) -> Across:
    how = "除数字外完全相同" if share == 1.0 else f"{share:.0%} 相同"
    message = (
        f"第{paragraph.section}部分一段（第 {paragraph.place.line} 行）与{earlier.name}第 {source.place.line} 行{how} "
        f"({share:.0%} the same as a paragraph of {earlier.year}, numbers aside)"
    )
    quotes = (Quote(text=paragraph.text, place=paragraph.place), Quote(text=source.text))
    return Across(finding("series.reused", message, quotes=quotes), (account.id, earlier.id))


def _said(rule: str, message: str, cells: Iterable[tuple[Account, str]]) -> Across:
    cells = tuple(cells)
    settled = all(account.states.get(path) in SETTLED for account, path in cells)
    usual = rule_of(rule).severity
    made = finding(
        rule,
        message if settled else f"{message}；其中有未证实的数，请先核对原文 (some of these values are not proven)",
        cells=dict.fromkeys(path for _, path in cells),
        severity=usual if settled or usual != "error" else "warning",
    )
    return Across(
        made,
        tuple(dict.fromkeys(account.id for account, _ in cells)),
        {f"{account.id}:{path}": str(account.values.get(path)) for account, path in cells},
    )
