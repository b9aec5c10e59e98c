"""The check page: what is wrong in one or several reports, self-contained, to send to a colleague.

No script, no outside request; light and dark follow the reader's system. Every value is escaped by the template engine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from markupsafe import Markup

from ..crosscheck.rules import RULES
from ..crosscheck.sentences import cell_name
from ..errors import FormError
from ..forms import metric_of
from ..model import Claim, Fact, Finding, Place, Quote, Report, Severity, Verdict
from ..view import form_for
from . import HERE, css, draw, grid_html, legend_html

Tone = Literal["bad", "look", "good", "plain"]

SIGNS: dict[Severity, tuple[str, str, Tone]] = {
    "error": ("✗", "矛盾", "bad"),
    "warning": ("!", "请核对", "look"),
    "info": ("·", "提示", "plain"),
}
"""Sign, word and tone of a severity."""

VERDICTS: dict[Verdict, tuple[str, str, Tone]] = {
    "contradicts": ("✗", "不符", "bad"),
    "explained": ("≈", "换一种口径相符", "good"),
    "agrees": ("✓", "相符", "good"),
    "not_comparable": ("–", "不可比", "plain"),
}
"""Sign, word and tone of a verdict."""

SCOPES = {"own": "", "change": "与上年相比", "unit": "其他单位", "previous": "上年", "other_year": "其他年份", "part_year": "部分时段"}
"""Scopes of claims in words; any other scope is already a name."""

_ORIGINS = {"native": "原件", "converted": "转换所得文本", "recognised": "识别所得文本"}


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote with the words that say where it stands."""

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as the page shows it."""

    finding: Finding
    name: str
    sign: str
    word: str
    tone: Tone
    quotes: tuple[QuoteView, ...]
    cells: tuple[tuple[str, str], ...]
    """Path and caption of the cells it is about, where the report has them."""


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as the page shows it."""

    claim: Claim
    name: str
    sign: str
    word: str
    tone: Tone
    stated: str
    table: str
    where: str
    scope: str
    """Whose figure of which year, where it is not simply the report's own."""


@dataclass(frozen=True, slots=True)
class Page:
    """One report on the page."""

    number: int
    report: Report
    origin: str
    findings: tuple[FindingView, ...]
    hidden: int
    """Findings milder than what was asked for."""
    claims: tuple[ClaimView, ...]
    facts: tuple[tuple[Fact, str], ...]
    grid: Markup
    legend: Markup

    def count(self, severity: Severity) -> int:
        """How many findings of a severity the report has."""
        return sum(one.severity == severity for one in self.report.findings)

    def verdicts(self, verdict: Verdict) -> int:
        """How many claims have a verdict."""
        return sum(one.claim.verdict == verdict for one in self.claims)


def check_html(reports: Sequence[Report], least: Severity = "info") -> str:
    """The page for these reports, with findings of at least this severity."""
    pages = [page_of(report, number, least) for number, report in enumerate(reports, 1)]
    return draw("check.html", pages=pages, styles=Markup(styles()), severities=SIGNS, dot=lambda number: shown(number))


def page_of(report: Report, number: int, least: Severity = "info") -> Page:
    """One report made ready for the page."""
    order: tuple[Severity, ...] = ("info", "warning", "error")
    kept = [one for one in report.findings if order.index(one.severity) >= order.index(least)]
    flagged = {cell for one in report.findings if one.severity == "error" for cell in one.cells}
    return Page(
        number=number,
        report=report,
        origin=_ORIGINS[report.source.origin],
        findings=tuple(finding_view(report, one) for one in kept),
        hidden=len(report.findings) - len(kept),
        claims=tuple(claim_view(report, claim) for claim in report.claims),
        facts=tuple((fact, where(fact.place)) for fact in report.facts),
        grid=Markup(grid_html(report, anchor=f"r{number}-", flagged=flagged)),
        legend=Markup(legend_html(report)),
    )


def finding_view(report: Report, one: Finding) -> FindingView:
    """A finding with the words a person reads beside it."""
    sign, word, tone = SIGNS[one.severity]
    form = form_for(report)
    known = {cell for row in form.rows for cell in row.cells} if form else set()
    cells = tuple((cell, cell_name(form, cell)) for cell in one.cells if form and cell in known)
    printed = {report.cells[cell].place: caption for cell, caption in cells if cell in report.cells}
    quotes = tuple(quote_view(quote, printed.get(quote.place, "") if quote.place else "") for quote in one.quotes)
    name = RULES[one.rule].name if one.rule in RULES else one.rule  # a library may hold findings of an older program's rules
    return FindingView(one, name, sign, word, tone, quotes, cells)


def claim_view(report: Report, claim: Claim) -> ClaimView:
    """A claim with the words a person reads beside it."""
    sign, word, tone = VERDICTS[claim.verdict]
    share = claim.metric.startswith("rates.") or (claim.scope == "change" and abs(claim.value) < 10 and claim.value != int(claim.value))
    bound = {"about": "约", "more_than": "多于", "less_than": "不足", "at_least": "至少", "at_most": "至多", "exact": ""}[claim.bound]
    return ClaimView(
        claim,
        metric_name(report, claim.metric),
        sign,
        word,
        tone,
        f"{bound}{shown(claim.value, share=share)}",
        "" if claim.table_value is None else shown(claim.table_value, share=share),
        where(claim.place),
        SCOPES.get(claim.scope, claim.scope),
    )


def metric_name(report: Report, key: str) -> str:
    """What a metric, or a sum of metrics, is called."""
    form = form_for(report)
    names = []
    for part in re.split(r" \+ ", key):
        try:
            metric = metric_of(part, form)
            names.append(cell_name(form, part) if form and metric.kind == "cell" else metric.label.text)
        except FormError:
            names.append(part)
    return " + ".join(names)


def quote_view(quote: Quote, cell: str = "") -> QuoteView:
    """A quote on one line, with its place in words; ``cell`` is the caption of the cell it is printed in."""
    return QuoteView(re.sub(r"\s+", " ", quote.text).strip(), "，".join(word for word in (cell, where(quote.place)) if word))


def where(place: Place | None) -> str:
    """A place in words: page where there are pages, line, row and column of a real table."""
    if place is None:
        return ""
    page = f"第 {place.page} 页 " if place.page else ""
    table = f"，表 {place.table} 第 {place.row} 行" if place.table and place.row else ""
    return f"{page}第 {place.line} 行{table}"


def shown(number: Decimal, *, share: bool = False) -> str:
    """A number without idle zeros; a share as a percentage."""
    number = number * 100 if share else number
    text = f"{number:f}"
    if "." in text:
        text = f"{number.quantize(Decimal('0.01')):f}".rstrip("0").rstrip(".") if share else text.rstrip("0").rstrip(".")
    return f"{text}%" if share else text


def styles() -> str:
    """All styles of the page; the dark colours of the grid follow the system instead of a class."""
    grid = css()
    dark = re.search(r"\.dark\s*\{(?P<body>[^}]*)\}", grid)
    body = dark["body"] if dark else ""
    light = grid.replace(dark.group(), "") if dark else grid
    return f"{light}\n@media (prefers-color-scheme: dark) {{ :root {{ {body} }} }}\n{(HERE / 'check.css').read_text(encoding='utf-8')}"
