"""The tab 比较: years of one agency, or agencies of one year, side by side with charts of trend and composition."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from extractor.errors import GongkaiError
from extractor.view import number

from .charts import Series, lines, stacks
from .drawing import view
from .page import Page, deed, html
from .shelf import Shelf
from .words import Lang, say

if TYPE_CHECKING:
    from extractor.library.compare import Comparison, Line, Side

MOST = 12
"""Reports side by side; more would not fit on any screen."""
OUTCOMES = ("granted", "partially_granted", "refused", "unavailable", "not_processed", "other_handling")
TREND = ("new_received", "outcomes_total", "carried_forward")
RATES = ("rates.granted", "rates.refused", "rates.unavailable")


def build(page: Page) -> None:
    """Lay the tab out and wire it."""
    shelf, lang = page.shelf, page.lang
    with gr.Row(elem_id="gk-compare-by"):
        agency = page.label(
            gr.Dropdown([], label=say("zh", "compare.agency"), elem_id="gk-compare-agency", scale=2), label="compare.agency"
        )
        year = page.label(gr.Dropdown([], label=say("zh", "compare.year"), elem_id="gk-compare-year", scale=1), label="compare.year")
        among = page.label(
            gr.Dropdown([], multiselect=True, max_choices=MOST, label=say("zh", "compare.among"), elem_id="gk-compare-among", scale=3),
            label="compare.among",
        )
        every = page.label(gr.Checkbox(False, label=say("zh", "compare.every"), elem_id="gk-compare-every", scale=1), label="compare.every")
    shown = html("gk-compared")
    visited = gr.State(False)

    def by_agency(lang: Lang, agency: str | None, every: bool) -> tuple[Any, ...]:
        return compared(shelf, lang, shelf.ids(agency=agency) if agency else [], every=every, years=True), None, []

    def by_year(lang: Lang, year: str | None, every: bool) -> tuple[Any, ...]:
        names = shelf.agencies_of(int(year)) if year else ()
        chosen = list(names[:6])
        drawn = compared(shelf, lang, shelf.ids(year=int(year), among=chosen) if year else [], every=every, years=False)
        return drawn, None, gr.Dropdown(choices=list(names), value=chosen)

    def redraw(lang: Lang, agency: str | None, year: str | None, among: list[str], every: bool) -> str:
        if agency:
            return compared(shelf, lang, shelf.ids(agency=agency), every=every, years=True)
        ids = shelf.ids(year=int(year), among=among) if year and among else []
        return compared(shelf, lang, ids, every=every, years=False)

    def on_visit(lang: Lang, agency: str | None, year: str | None, among: list[str], every: bool) -> tuple[Any, ...]:
        agencies, years = list(shelf.agencies()), [str(one) for one in shelf.years()]
        if not agency and not year:
            agency = shelf.longest_series()
        agency = agency if agency in agencies else None
        drawn = redraw(lang, agency, year, among, every)
        return gr.Dropdown(choices=agencies, value=agency), gr.Dropdown(choices=years), drawn, True

    def on_language(lang: Lang, visited: bool, agency: str | None, year: str | None, among: list[str], every: bool) -> Any:
        return redraw(lang, agency, year, among, every) if visited else gr.skip()

    def on_click(lang: Lang, event: gr.EventData) -> tuple[Any, ...]:
        action, at = deed(event)
        if action == "report" and page.open_report is not None:
            return gr.Tabs(selected="reports"), *page.open_report(lang, at)
        return tuple([gr.skip()] * (1 + len(page.report_views)))

    agency.input(by_agency, [lang, agency, every], [shown, year, among], show_progress="minimal")
    year.input(by_year, [lang, year, every], [shown, agency, among], show_progress="minimal")
    gr.on([among.input, every.input], redraw, [lang, agency, year, among, every], shown, show_progress="minimal")
    shown.click(on_click, lang, [page.tabs, *page.report_views], show_progress="hidden")
    page.refresh(on_visit, [lang, agency, year, among, every], [agency, year, shown, visited])
    page.redraw(on_language, [lang, visited, agency, year, among, every], [shown])


def compared(shelf: Shelf, lang: Lang, ids: Sequence[str], *, every: bool, years: bool) -> str:
    """Reports side by side: charts, then metric by metric."""
    from extractor.library.compare import side_by_side

    if not ids:
        return view("compare.html", lang, found=None)
    try:
        found = side_by_side(shelf.library, list(ids)[:MOST], every=every)
    except GongkaiError as error:
        return view("trouble.html", lang, message=str(error))
    names = [name.rpartition(" ")[2] if years else name.rpartition(" ")[0] or name for name in found.names]
    return view(
        "compare.html",
        lang,
        found=found,
        names=names,
        span=f"{names[0]}→{names[-1]}" if years and len(names) > 1 else "",
        rows=[_row(line) for line in found.lines],
        charts=_charts(lang, found, names, years=years),
        opens=list(zip(names, found.reports, strict=True)),
    )


def _row(line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "label": line.label,
        "kind": line.kind,
        "sides": [{"text": _shown(side, line), "settled": side.settled} for side in line.sides],
        "difference": _signed(line.difference, line),
        "change": "—" if line.change is None else f"{line.change:+.1%}",
    }


def _shown(side: Side, line: Line) -> str:
    if side.value is None:
        return "—"
    return f"{side.value:.1%}" if line.kind == "rate" else number(side.value)


def _signed(value: int | Decimal | None, line: Line) -> str:
    if value is None:
        return "—"
    if line.kind == "rate":
        return f"{value * 100:+.1f}"
    return f"+{number(value)}" if value > 0 else number(value)


def _charts(lang: Lang, found: Comparison, names: Sequence[str], *, years: bool) -> Markup:
    by_key = {line.key: line for line in found.lines}

    def series(key: str) -> Series | None:
        line = by_key.get(key)
        if line is None:
            return None
        values = tuple(None if side.value is None else float(side.value) for side in line.sides)
        return Series(say(lang, f"metric.{key.rpartition('.')[2] if key.startswith('rates.') else key.split('.')[1]}"), values)

    def of(keys: Sequence[str]) -> list[Series]:
        return [one for one in map(series, keys) if one is not None]

    outcomes = of([f"applications.{key}.total" for key in OUTCOMES])
    drawn = stacks(names, outcomes, title=say(lang, "chart.outcomes"))
    if years and len(names) > 1:
        drawn = lines(names, of([f"applications.{key}.total" for key in TREND]), title=say(lang, "chart.trend")) + drawn
        drawn += lines(names, of(RATES), title=say(lang, "chart.rates"), percent=True)
    return drawn
