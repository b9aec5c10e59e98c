"""The tab 报告: files taken in with progress, the list, one report cell by cell, its place in the source, corrections, downloads."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from extractor.drawing import grid_html, legend_html
from extractor.errors import GongkaiError
from extractor.view import IN_DOUBT, tables_of

from .cells import effect_of, form_updates, line_html, panel_html, preview_html
from .drawing import own, safe, view
from .english import reading_in_english
from .files import KINDS, write
from .page import Page, deed, hands_over, html, waiting
from .said import contradicting, marks
from .shelf import Doubt, Shelf
from .taking import Taken
from .unpack import unpacked
from .words import Lang, say

AT_ONCE = 50
"""Files taken in at once; a folder of thousands is for the command line."""
LARGEST_MB = 50
"""Size of a file that is taken in; the server itself refuses what is four times as large."""
FIRST = 40
"""Reports in the list before “more” is asked for."""
DOUBTS: tuple[Doubt, ...] = ("all", "clean", "doubt", "contradiction", "corrected")
SAMPLES = Path(__file__).resolve().parent.parent / "reports"


def build(page: Page) -> None:
    """Lay the tab out and wire it."""
    shelf, lang, opened = page.shelf, page.lang, page.opened
    shown = gr.State(FIRST)
    cell = gr.State("")
    stale = gr.State(0)  # counts the times that the list has to be drawn again for another reason than its filters
    with gr.Row(elem_id="gk-reports"):
        with gr.Column(elem_id="gk-shelf", scale=1, min_width=280):
            upload = page.label(
                gr.File(label=say("zh", "upload"), show_label=False, file_count="multiple", height=120, elem_id="gk-upload"), label="upload"
            )
            progress = gr.HTML(elem_id="gk-progress", apply_default_css=False, padding=False)
            search = page.label(
                gr.Textbox(placeholder=say("zh", "search"), show_label=False, container=False, elem_id="gk-search", max_lines=1),
                placeholder="search",
            )
            with gr.Row(elem_id="gk-filters"):
                year = page.label(gr.Dropdown(["—"], value="—", label=say("zh", "year"), min_width=90, elem_id="gk-year"), label="year")
                doubt = gr.Dropdown(doubts("zh"), value="all", label=say("zh", "state"), min_width=120, elem_id="gk-doubt")
            listing = html("gk-list")
        with gr.Column(elem_id="gk-main", scale=3, min_width=320):
            with gr.Row(elem_id="gk-downloads", visible=False) as downloads:
                buttons = {
                    kind: page.label(
                        gr.Button(say("zh", f"download.{kind}"), size="sm", elem_id=f"gk-get-{kind}"), value=f"download.{kind}"
                    )
                    for kind in KINDS
                }
                ready = waiting("gk-ready")
            report = html("gk-report")
            samples = page.label(gr.Button(say("zh", "samples"), visible=False, variant="primary", elem_id="gk-samples"), value="samples")
        with gr.Column(elem_id="gk-side", scale=1, min_width=300):
            panel = html("gk-panel")
            with gr.Column(visible=False, elem_id="gk-correct") as form:
                title = gr.HTML(elem_id="gk-correct-title", apply_default_css=False, padding=False)
                value = page.label(
                    gr.Textbox(
                        label=say("zh", "correct.value"), placeholder=say("zh", "correct.empty"), max_lines=1, elem_id="gk-correct-value"
                    ),
                    label="correct.value",
                    placeholder="correct.empty",
                )
                preview = gr.HTML(elem_id="gk-preview", apply_default_css=False, padding=False)
                why = page.label(gr.Textbox(label=say("zh", "correct.why"), max_lines=2, elem_id="gk-correct-why"), label="correct.why")
                save = page.label(
                    gr.Button(say("zh", "correct.save"), variant="primary", size="sm", elem_id="gk-save"), value="correct.save"
                )

    page.report_views = [opened, listing, report, downloads, panel, form]

    def open_from_elsewhere(lang: Lang, report_id: str) -> tuple[Any, ...]:
        return report_id, draw_list(lang, "", "—", "all", FIRST, report_id), *open_report(shelf, lang, report_id)

    page.open_report = open_from_elsewhere
    filters = [lang, search, year, doubt, shown, opened]
    one = [report, downloads, panel, form]

    def draw_list(lang: Lang, text: str, year: str, doubt: Doubt, limit: int, current: str) -> str:
        return list_html(shelf, lang, text, year, doubt, limit, current)

    def on_list(lang: Lang, text: str, year: str, doubt: Doubt, limit: int, current: str, event: gr.EventData) -> tuple[Any, ...]:
        action, at = deed(event)
        if action == "open":
            return (draw_list(lang, text, year, doubt, limit, at), limit, at, *open_report(shelf, lang, at))
        if action == "more":
            limit += 5 * FIRST
            return (draw_list(lang, text, year, doubt, limit, current), limit, current, *[gr.skip()] * 4)
        return tuple([gr.skip()] * 7)

    def take(paths: list[Path], lang: Lang, current: str) -> Iterator[tuple[Any, ...]]:
        last: tuple[Taken, ...] = ()
        with tempfile.TemporaryDirectory(prefix="zip-", dir=os.environ.get("GRADIO_TEMP_DIR")) as folder:
            fit = [path for path in paths if path.stat().st_size <= LARGEST_MB * 1_000_000]
            found = list(unpacked(fit, Path(folder), AT_ONCE))
            large = [Taken(path.name, "failed", say(lang, "too.large", size=LARGEST_MB)) for path in paths if path not in fit]
            unread = (*large, *(Taken(one[0], "failed", one[1]) for one in found if isinstance(one, tuple)))
            for taken in shelf.take_in([one for one in found if isinstance(one, Path)]):
                last = (*taken, *unread)
                done = sum(one.stage in ("done", "failed") for one in last)
                waiting = gr.skip() if current else view("reading.html", lang, done=done, total=len(last))
                yield (view("progress.html", lang, taken=last), *[gr.skip()] * 4, gr.Button(visible=False), waiting, *[gr.skip()] * 3)
            last = last or unread
        fresh = [report_id for taken in last for report_id in taken.reports]
        current = fresh[0] if fresh else current
        drawn = open_report(shelf, lang, current) if fresh else tuple([gr.skip()] * 4)
        if not (fresh or current):  # what stood there before the files were read
            drawn = (placeholder(shelf, lang), *[gr.skip()] * 3)
        left = view("progress.html", lang, taken=[taken for taken in last if taken.stage == "failed"])
        years, hidden = gr.Dropdown(choices=year_choices(shelf), value="—"), gr.Button(visible=not shelf.listing(limit=1).total)
        yield (left, draw_list(lang, "", "—", "all", FIRST, current), None, current, years, hidden, *drawn)

    def on_upload(files: list[str] | None, lang: Lang, current: str) -> Iterator[tuple[Any, ...]]:
        if len(files or ()) > AT_ONCE:
            gr.Warning(say(lang, "too.many", count=AT_ONCE), title=say(lang, "toast.warning"))
        yield from take([Path(file) for file in (files or ())[:AT_ONCE]], lang, current)

    def on_samples(lang: Lang, current: str) -> Iterator[tuple[Any, ...]]:
        yield from take(sorted(SAMPLES.glob("*.txt")), lang, current)

    def on_report(lang: Lang, current: str, event: gr.EventData) -> tuple[Any, ...]:
        action, at = deed(event)
        try:
            if action == "cell":
                return (at, panel_html(shelf, lang, current, at), *form_updates(shelf, current, at), gr.skip())
            if action == "close":
                return ("", "", gr.Column(visible=False), *[gr.skip()] * 4)
            if action == "line":
                return ("", line_html(shelf, lang, current, int(at)), gr.Column(visible=False), gr.skip(), gr.skip(), gr.skip(), gr.skip())
            if action in ("confirmed", "false-alarm"):
                shelf.decide(at, action)
                gr.Info(say(lang, "verdict.saved"), title=say(lang, "toast.done"))
                return (*[gr.skip()] * 6, report_html(shelf, lang, current))
            if action == "withdraw":
                effect = effect_of(*shelf.withdraw(current, at))
                gr.Info(say(lang, "withdraw.saved"), title=say(lang, "toast.done"))
                form_now = form_updates(shelf, current, at)
                return at, panel_html(shelf, lang, current, at, effect), *form_now, report_html(shelf, lang, current, effect.changed)
            if action == "restore":
                shelf.restore(current, int(at))
                gr.Info(say(lang, "restore.saved"), title=say(lang, "toast.done"))
                return "", view("hint.html", lang), gr.Column(visible=False), *[gr.skip()] * 3, report_html(shelf, lang, current)
        except GongkaiError as error:
            gr.Warning(own(lang, str(error)), title=say(lang, "toast.warning"))
        return tuple([gr.skip()] * 7)

    def on_preview(lang: Lang, current: str, path: str, text: str) -> str:
        return preview_html(shelf, lang, current, path, text) if current and path else ""

    def on_save(lang: Lang, current: str, path: str, text: str, reason: str) -> tuple[Any, ...]:
        if not reason.strip():
            gr.Warning(say(lang, "correct.reason"), title=say(lang, "toast.warning"))
            return tuple([gr.skip()] * 4)
        try:
            effect = effect_of(*shelf.correct(current, path, text, reason))
        except GongkaiError as error:
            gr.Warning(own(lang, str(error)), title=say(lang, "toast.warning"))
            return tuple([gr.skip()] * 4)
        gr.Info(say(lang, "correct.saved"), title=say(lang, "toast.done"))
        return report_html(shelf, lang, current, effect.changed), panel_html(shelf, lang, current, path, effect), "", ""

    def on_language(lang: Lang, current: str, path: str, times: int) -> tuple[Any, ...]:
        years = gr.Dropdown(choices=year_choices(shelf), label=say(lang, "year"))
        states = gr.Dropdown(choices=doubts(lang), label=say(lang, "state"))
        empty = gr.Button(visible=not shelf.listing(limit=1).total, value=say(lang, "samples"))
        return (times + 1, years, states, view("correct.html", lang), empty, *redrawn(shelf, lang, current, path))

    # One event, one at a time: two of them under way could answer in the wrong order and leave a list that is not what the filters
    # say. A correction or a verdict changes the report and may change what the list says.
    gr.on(
        [search.change, year.change, doubt.change, report.change, stale.change],
        draw_list,
        filters,
        listing,
        show_progress="hidden",
        trigger_mode="always_last",
        concurrency_limit=1,
    )
    listing.click(on_list, filters, [listing, shown, opened, *one], show_progress="hidden")
    taken = [progress, listing, upload, opened, year, samples, *one]
    upload.upload(on_upload, [upload, lang, opened], taken, show_progress="hidden", concurrency_limit=2, concurrency_id="taking")
    samples.click(on_samples, [lang, opened], taken, show_progress="hidden", concurrency_id="taking")
    gr.on(
        [report.click, panel.click],
        on_report,
        [lang, opened],
        [cell, panel, form, value, preview, why, report],
        show_progress="hidden",
        trigger_mode="multiple",  # a second cell clicked at once is not lost, and answered after the first
        concurrency_limit=1,
    )
    value.input(on_preview, [lang, opened, cell, value], preview, show_progress="hidden", trigger_mode="always_last")
    gr.on([save.click, why.submit], on_save, [lang, opened, cell, value, why], [report, panel, why, preview], show_progress="minimal")
    page.redraw(on_language, [lang, opened, cell, stale], [stale, year, doubt, title, samples, report, panel])
    for kind, button in buttons.items():
        hands_over(
            page, button, f"download.{kind}", ready, lambda current, folder, kind=kind: write(shelf, current, kind, folder), [opened]
        )


# ---------------------------------------------------------------- what is shown
def doubts(lang: Lang) -> list[tuple[str, str]]:
    """The choices of the state filter."""
    return [(say(lang, f"state.{key}"), key) for key in DOUBTS]


def year_choices(shelf: Shelf) -> list[str]:
    """The choices of the year filter; a dash stands for all."""
    return ["—", *map(str, shelf.years())]


def list_html(shelf: Shelf, lang: Lang, text: str, year: str | None, doubt: Doubt, limit: int, current: str) -> str:
    """The list of reports that fit."""
    chosen = int(year) if year and year.isdecimal() else None
    found = shelf.listing(text=text or "", year=chosen, doubt=doubt or "all", limit=limit)
    empty = not (found.total or text or chosen or (doubt or "all") != "all")
    return view("list.html", lang, listing=found, empty=empty, corrected=shelf.corrected(), current=current)


def placeholder(shelf: Shelf, lang: Lang) -> str:
    """What stands where a report will be."""
    return view("pick.html" if shelf.listing(limit=1).total else "empty.html", lang)


def report_html(shelf: Shelf, lang: Lang, report_id: str, changed: Collection[str] = ()) -> str:
    """A whole report; ``changed`` are the cells that a correction has just changed."""
    report = shelf.report(report_id)
    cells = [cell for table in tables_of(report) for row in table.rows for cell in row.cells]
    findings = shelf.findings(report_id)
    said = marks(lang, report, contradicting(report, findings))
    return view(
        "report.html",
        lang,
        id=report_id,
        report=report,
        findings=findings,
        said=list(said),
        reading=reading_in_english,
        doubtful=[cell.path for cell in cells if cell.state in IN_DOUBT],
        legend=safe(legend_html(report, lang=lang)),
        grid=safe(grid_html(report, lang=lang, live=True, changed=changed, said=said, explain=partial(own, lang))),
        versions=shelf.library.versions(report_id)[::-1],
    )


def open_report(shelf: Shelf, lang: Lang, report_id: str) -> tuple[Any, ...]:
    """The report, its downloads, an empty panel, no form; the error in words when it cannot be opened."""
    try:
        drawn = report_html(shelf, lang, report_id)
    except GongkaiError as error:
        return view("trouble.html", lang, message=str(error)), gr.Row(visible=False), "", gr.Column(visible=False)
    return drawn, gr.Row(visible=True), view("hint.html", lang), gr.Column(visible=False)


def redrawn(shelf: Shelf, lang: Lang, report_id: str, path: str) -> tuple[str, str]:
    """Report and panel as they stand, in another language; what is open stays open."""
    try:
        if not report_id:
            return placeholder(shelf, lang), ""
        return report_html(shelf, lang, report_id), panel_html(shelf, lang, report_id, path) if path else view("hint.html", lang)
    except GongkaiError as error:
        return view("trouble.html", lang, message=str(error)), ""
