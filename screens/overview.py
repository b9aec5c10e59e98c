"""The tab 总览: what the library covers, how much of it is proven, which rules fire, which cells a person should look at first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from extractor.view import MARKS, english_caption

from .drawing import view
from .page import Page, deed, html
from .shelf import Shelf
from .words import Lang

AGENCIES = 60
"""Rows of the coverage table; the rest are found by searching."""
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


def build(page: Page) -> None:
    """Lay the tab out and wire it."""
    shelf, lang = page.shelf, page.lang
    shown = html("gk-overview")
    visited = gr.State(False)

    def on_click(lang: Lang, event: gr.EventData) -> tuple[Any, ...]:
        action, at = deed(event)
        if action == "report" and page.open_report is not None:
            return gr.Tabs(selected="reports"), *page.open_report(lang, at)
        return tuple([gr.skip()] * (1 + len(page.report_views)))

    def on_visit(lang: Lang) -> tuple[str, bool]:
        return overview_html(shelf, lang), True

    def on_language(lang: Lang, visited: bool) -> Any:
        return overview_html(shelf, lang) if visited else gr.skip()

    shown.click(on_click, lang, [page.tabs, *page.report_views], show_progress="hidden")
    page.refresh(on_visit, [lang], [shown, visited])
    page.redraw(on_language, [lang, visited], [shown])


def overview_html(shelf: Shelf, lang: Lang) -> str:
    """The whole overview."""
    from extractor.crosscheck.rules import RULES
    from extractor.library.stats import stats

    found = stats(shelf.library)
    if not found.reports:
        return view("empty.html", lang)
    names = {rule.id: (rule.name if lang == "zh" else rule.english) for rule in RULES.values()}
    looked = sum(found.states.get(state, 0) for state in ("open", "contested", "unreadable"))
    years = list(reversed(shelf.years()[:12]))
    return view(
        "overview.html",
        lang,
        found=found,
        looked=looked,
        errors=sum(count for _, severity, count, _ in found.findings if severity == "error"),
        years=years,
        coverage=coverage(shelf, years),
        rest=max(0, found.agencies - AGENCIES),
        rules=[(names.get(rule, rule), rule, severity, count, reports) for rule, severity, count, reports in found.findings],
        most=max((count for _, _, count, _ in found.findings), default=1),
        queue=queue(shelf),
    )


def coverage(shelf: Shelf, years: list[int]) -> list[tuple[str, list[tuple[str, float] | None]]]:
    """Agencies with, for every year, the report's id and the share of its provable cells that are verified."""
    chosen = [
        row[0]
        for row in shelf.library.rows(
            "SELECT agency FROM reports WHERE agency IS NOT NULL GROUP BY agency "
            "ORDER BY count(*) DESC, sum(cells - verified) DESC, agency LIMIT ?",
            [AGENCIES],
        )
    ]
    if not chosen:
        return []
    marks = ", ".join("?" for _ in chosen)
    rows = shelf.library.rows(f"SELECT agency, year, report_id, verified, provable FROM reports WHERE agency IN ({marks})", chosen)
    cells = {(agency, year): (report_id, verified / provable if provable else 0.0) for agency, year, report_id, verified, provable in rows}
    return [(agency, [cells.get((agency, year)) for year in years]) for agency in chosen]


def queue(shelf: Shelf) -> list[Queued]:
    """Cells in doubt, most consequential first: totals that other figures hang on, then row totals, then single cells."""
    totals = [f"applications.{row}.total" for row in ("new_received", "outcomes_total", "carried_forward", "carried_in", "granted")]
    totals += [f"review_litigation.{row}.total" for row in ("review", "litigation_direct", "litigation_after_review")]
    marks = ", ".join("?" for _ in totals)
    rows = shelf.library.rows(
        "SELECT report_id, agency, year, path, caption, status, why FROM cells WHERE status IN ('open', 'contested', 'unreadable') "
        f"ORDER BY CASE WHEN path IN ({marks}) THEN 0 WHEN \"column\" = 'total' THEN 1 ELSE 2 END, "
        "year DESC, agency, section, path LIMIT ?",
        [*totals, QUEUE],
    )
    return [Queued(*row) for row in rows if row[5] in MARKS]
