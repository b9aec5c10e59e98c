"""The tab 总览: what the library covers, how much of it is proven, which rules fire, which cells a person should look at first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import gradio as gr

from extractor.view import MARKS, english_caption

from .drawing import view
from .files import write_all
from .page import Page, deed, hands_over, html, waiting
from .shelf import Shelf
from .words import Lang, say

AGENCIES = 60
"""Rows of the coverage table; the rest are found by searching."""
FIRING = 20
"""Reports listed below a rule that is opened."""
AllKind = Literal["xlsx", "csv"]
ALL: tuple[AllKind, ...] = ("xlsx", "csv")
"""Formats in which the whole library is handed over."""
QUEUE = 40
"""Cells listed for a person's eye."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A cell that a person should look at."""

    report_id: str
    agency: str
    year: int | None
    path: str
    caption: str
    state: str
    why: str

    @property
    def english(self) -> str:
        """The caption in English."""
        return english_caption(self.path)


@dataclass(frozen=True, slots=True)
class Counts:
    """The library in numbers."""

    reports: int
    agencies: int
    verified: int
    provable: int
    """Cells of sections three and four."""
    looked: int
    """Cells that a person should look at."""
    findings: tuple[tuple[Any, ...], ...]
    """Rule, severity, findings, reports; the gravest first."""
    failures: int


def build(page: Page) -> None:
    """Lay the tab out and wire it."""
    shelf, lang = page.shelf, page.lang
    with gr.Row(elem_id="gk-take-all"):
        buttons = {
            kind: page.label(
                gr.Button(say("zh", f"download.all.{kind}"), size="sm", elem_id=f"gk-all-{kind}", scale=0, min_width=150),
                value=f"download.all.{kind}",
            )
            for kind in ALL
        }
        ready = waiting("gk-all-ready")
    shown = html("gk-overview", view("wait.html", "zh"))
    visited = gr.State(False)

    def on_click(lang: Lang, event: gr.EventData) -> tuple[Any, ...]:
        action, at = deed(event)
        if action == "report" and page.open_report is not None:
            return gr.Tabs(selected="reports"), *page.open_report(lang, at)
        return tuple([gr.skip()] * (1 + len(page.report_views)))

    def on_rule(lang: Lang, event: gr.EventData) -> Any:
        action, at = deed(event)
        return overview_html(shelf, lang, at) if action == "rule" else gr.skip()

    def on_visit(lang: Lang) -> tuple[str, bool]:
        return overview_html(shelf, lang), True

    def on_language(lang: Lang, visited: bool) -> Any:
        return overview_html(shelf, lang) if visited else gr.skip()

    shown.click(on_click, lang, [page.tabs, *page.report_views], show_progress="hidden")
    shown.click(on_rule, lang, shown, show_progress="hidden")
    for kind, button in buttons.items():
        hands_over(page, button, f"download.all.{kind}", ready, lambda folder, kind=kind: write_all(shelf, kind, folder), [])
    page.refresh(on_visit, [lang], [shown, visited])
    page.redraw(on_language, [lang, visited], [shown])


def overview_html(shelf: Shelf, lang: Lang, rule: str = "") -> str:
    """The whole overview; of one rule also the reports in which it fires."""
    from extractor.crosscheck.rules import RULES

    found = counted(shelf)
    if not found.reports:
        return view("empty.html", lang)
    names = {rule.id: (rule.name if lang == "zh" else rule.english) for rule in RULES.values()}
    years = list(reversed(shelf.years()[:12]))
    return view(
        "overview.html",
        lang,
        found=found,
        errors=sum(count for _, severity, count, _ in found.findings if severity == "error"),
        years=years,
        coverage=coverage(shelf, years),
        rest=max(0, found.agencies - AGENCIES),
        rules=[(names.get(rule, rule), rule, severity, count, reports) for rule, severity, count, reports in found.findings],
        most=max((count for _, _, count, _ in found.findings), default=1),
        queue=queue(shelf),
        chosen=rule,
        firing=firing(shelf, rule) if rule else [],
    )


def counted(shelf: Shelf) -> Counts:
    """Count the library; nothing is read that the overview does not show."""
    reports, agencies, verified, provable = shelf.rows(
        "SELECT count(*), count(DISTINCT agency_key), sum(verified), sum(provable) FROM reports"
    )[0]
    looked = shelf.rows("SELECT count(*) FROM cells WHERE status IN ('open', 'contested', 'unreadable')")[0][0]
    findings = shelf.rows(
        "SELECT rule, any_value(severity), count(*), count(DISTINCT report_id) FROM findings GROUP BY 1 "
        "ORDER BY CASE any_value(severity) WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, 3 DESC, 1"
    )
    failures = shelf.rows("SELECT count(*) FROM failures")[0][0]
    return Counts(reports, agencies, int(verified or 0), int(provable or 0), looked, tuple(findings), failures)


def firing(shelf: Shelf, rule: str) -> list[tuple[str, str, int | None, str | None]]:
    """Reports in which a rule fires: id, agency, year, and the first cell concerned; the latest first."""
    rows = shelf.rows(
        "SELECT f.report_id, any_value(coalesce(r.agency, r.source_name)), any_value(r.year), any_value(f.cells[1]) FROM findings f "
        "JOIN reports r USING (report_id) WHERE f.rule = ? GROUP BY f.report_id ORDER BY 3 DESC NULLS LAST, 2 LIMIT ?",
        [rule, FIRING],
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def coverage(shelf: Shelf, years: list[int]) -> list[tuple[str, list[tuple[str, float] | None]]]:
    """Agencies with, for every year, the report's id and the share of its provable cells that are verified."""
    chosen = [
        row[0]
        for row in shelf.rows(
            "SELECT agency FROM reports WHERE agency IS NOT NULL GROUP BY agency "
            "ORDER BY count(*) DESC, sum(cells - verified) DESC, agency LIMIT ?",
            [AGENCIES],
        )
    ]
    if not chosen:
        return []
    marks = ", ".join("?" for _ in chosen)
    rows = shelf.rows(f"SELECT agency, year, report_id, verified, provable FROM reports WHERE agency IN ({marks})", chosen)
    cells = {(agency, year): (report_id, verified / provable if provable else 0.0) for agency, year, report_id, verified, provable in rows}
    return [(agency, [cells.get((agency, year)) for year in years]) for agency in chosen]


def queue(shelf: Shelf) -> list[Queued]:
    """Cells in doubt, most consequential first: totals that other figures hang on, then row totals, then single cells."""
    totals = [f"applications.{row}.total" for row in ("new_received", "outcomes_total", "carried_forward", "carried_in", "granted")]
    totals += [f"review_litigation.{row}.total" for row in ("review", "litigation_direct", "litigation_after_review")]
    marks = ", ".join("?" for _ in totals)
    rows = shelf.rows(
        "SELECT report_id, agency, year, path, caption, status, why FROM cells WHERE status IN ('open', 'contested', 'unreadable') "
        f"ORDER BY CASE WHEN path IN ({marks}) THEN 0 WHEN \"column\" = 'total' THEN 1 ELSE 2 END, "
        "year DESC, agency, section, path LIMIT ?",
        [*totals, QUEUE],
    )
    return [Queued(*row) for row in rows if row[5] in MARKS]
