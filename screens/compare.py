"""The tab 比较: any years of one agency, or any agencies of one year, chosen and drawn side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import gradio as gr

from extractor.errors import QueryError

from .beside import MOST, compared
from .page import Page, deed, hands_over, html, waiting
from .sheet import write_comparison
from .shelf import Shelf
from .words import Lang, say

By = Literal["years", "agencies"]
FIRST = 5
"""Agencies shown when a year is chosen; any others can be chosen instead."""


def build(page: Page) -> None:
    """Lay the tab out and wire it."""
    shelf, lang = page.shelf, page.lang

    def label(component: Any, key: str) -> Any:
        return page.label(component, label=key)

    by = gr.Radio(ways("zh"), value="years", label=say("zh", "tab.compare"), show_label=False, container=False, elem_id="gk-compare-way")
    with gr.Row(elem_id="gk-compare-by"):
        agency = label(
            gr.Dropdown([], label=say("zh", "agency"), allow_custom_value=True, elem_id="gk-compare-agency", scale=2, min_width=200),
            "agency",
        )
        years = label(
            gr.Dropdown(
                [], multiselect=True, max_choices=MOST, label=say("zh", "compare.years"), elem_id="gk-compare-years", scale=3, min_width=240
            ),
            "compare.years",
        )
        year = label(gr.Dropdown([], label=say("zh", "year"), visible=False, elem_id="gk-compare-year", scale=1, min_width=120), "year")
        among = label(
            gr.Dropdown(
                [],
                multiselect=True,
                max_choices=MOST,
                allow_custom_value=True,
                label=say("zh", "compare.among"),
                visible=False,
                elem_id="gk-compare-among",
                scale=4,
                min_width=240,
            ),
            "compare.among",
        )
        every = label(
            gr.Checkbox(False, label=say("zh", "compare.every"), elem_id="gk-compare-every", scale=1, min_width=110), "compare.every"
        )
        get = page.label(
            gr.Button(say("zh", "download.comparison"), size="sm", elem_id="gk-compare-get", scale=0, min_width=150),
            value="download.comparison",
        )
        ready = waiting("gk-compare-ready")
    shown = html("gk-compared")
    visited = gr.State(False)
    picked = [lang, by, agency, years, year, among, every]

    def chosen(by: By, agency: str | None, years: list[str], year: str | None, among: list[str]) -> list[str]:
        if by == "years":
            return shelf.ids(agency=agency, years=[int(one) for one in years or () if one.isdecimal()]) if agency and years else []
        return shelf.ids(year=int(year), among=[shelf.called(one) or one for one in among]) if year and among else []

    def draw(lang: Lang, by: By, agency: str | None, years: list[str], year: str | None, among: list[str], every: bool) -> str:
        return compared(shelf, lang, chosen(by, agency, years, year, among), every=every, years=by == "years")

    def take(lang: Lang, by: By, agency: str, years: list[str], year: str | None, among: list[str], every: bool, folder: Path) -> Path:
        ids = chosen(by, agency, years, year, among)
        if not ids:
            raise QueryError(say("zh", "compare.pick") + f" ({say('en', 'compare.pick')})")
        return write_comparison(shelf, lang, ids, folder, every=every, years=by == "years")

    def on_way(lang: Lang, by: By, agency: str, years: list[str], year: str | None, among: list[str], every: bool) -> tuple[Any, ...]:
        of_years = by == "years"
        if not of_years and not year:
            year = str(shelf.comparable_year() or "") or None
        choices, usual = agencies_of(shelf, year)
        among = among or usual
        one, other = gr.Dropdown(visible=of_years), gr.Dropdown(visible=not of_years, value=year)
        some = gr.Dropdown(visible=not of_years, choices=choices, value=among)
        return one, one, other, some, draw(lang, by, agency, years, year, among, every)

    def on_agency(lang: Lang, agency: str | None, every: bool) -> tuple[Any, ...]:
        agency = shelf.called(agency or "")
        choices = [str(one) for one in shelf.years_of(agency)] if agency else []
        drawn = draw(lang, "years", agency, choices[:MOST], None, [], every)
        return agency, gr.Dropdown(choices=choices, value=choices[:MOST]), drawn

    def on_year(lang: Lang, year: str | None, every: bool) -> tuple[Any, ...]:
        choices, chosen = agencies_of(shelf, year)
        return gr.Dropdown(choices=choices, value=chosen), draw(lang, "agencies", None, [], year, chosen, every)

    def on_visit(
        lang: Lang, by: By, agency: str | None, years: list[str], year: str | None, among: list[str], every: bool
    ) -> tuple[Any, ...]:
        known, all_years = list(shelf.agencies()), [str(one) for one in shelf.years()]
        fresh = not agency or not shelf.called(agency)
        agency = shelf.longest_series() if fresh else agency
        choices = [str(one) for one in shelf.years_of(agency)] if agency else []
        years = choices[:MOST] if fresh else [one for one in years if one in choices]
        first = shelf.comparable_year()
        if fresh and len(choices) < 2 and first and len(shelf.agencies_of(first)) > 1:  # no agency has two years to compare
            by, year = "agencies", str(first)
        of_years = by == "years"
        others, usual = agencies_of(shelf, year)
        among = among or usual
        drawn = draw(lang, by, agency, years, year, among, every)
        one = gr.Dropdown(choices=known, value=agency, visible=of_years)
        which = gr.Dropdown(choices=choices, value=years, visible=of_years)
        when = gr.Dropdown(choices=all_years, value=year, visible=not of_years)
        some = gr.Dropdown(choices=others, value=among, visible=not of_years)
        return by, one, which, when, some, drawn, True

    def on_language(lang: Lang, visited: bool, *rest: Any) -> tuple[Any, ...]:
        return gr.Radio(choices=ways(lang), label=say(lang, "tab.compare")), draw(lang, *rest) if visited else gr.skip()

    def on_click(lang: Lang, event: gr.EventData) -> tuple[Any, ...]:
        action, at = deed(event)
        if action == "report" and page.open_report is not None:
            return gr.Tabs(selected="reports"), *page.open_report(lang, at)
        return tuple([gr.skip()] * (1 + len(page.report_views)))

    # What is picked while the last pick is being drawn counts as well: the table never shows less than the fields say.
    last: dict[str, Any] = {"show_progress": "minimal", "trigger_mode": "always_last"}
    by.input(on_way, picked, [agency, years, year, among, shown], **last)
    agency.input(on_agency, [lang, agency, every], [agency, years, shown], **last)
    year.input(on_year, [lang, year, every], [among, shown], **last)
    gr.on([years.input, among.input, every.input], draw, picked, shown, **last)
    shown.click(on_click, lang, [page.tabs, *page.report_views], show_progress="hidden")
    page.refresh(on_visit, picked, [by, agency, years, year, among, shown, visited])
    hands_over(page, get, "download.comparison", ready, take, picked)
    page.redraw(on_language, [lang, visited, *picked[1:]], [by, shown])


def ways(lang: Lang) -> list[tuple[str, str]]:
    """What can stand side by side."""
    return [(say(lang, "compare.agency"), "years"), (say(lang, "compare.year"), "agencies")]


def agencies_of(shelf: Shelf, year: str | None) -> tuple[list[str], list[str]]:
    """The agencies of a year to choose from, and those that are shown at first."""
    names: Sequence[str] = shelf.agencies_of(int(year)) if year else ()
    return list(names), list(names[:FIRST])
