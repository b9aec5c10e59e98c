"""The tab 评测: measure the reader on labelled reports while one watches; the metrics with their denominators, the worst cases."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from extractor.errors import GongkaiError

from .drawing import view
from .page import Page
from .words import Lang, say

if TYPE_CHECKING:  # the harness is imported when a run begins: the page opens sooner
    from evals.harness import Run

SETS = ("bundled", "generated:60", "mistakes:40")
SHOWN = ("silent_errors", "verified_of_provable", "cells_right", "cells_right_damaged", "records_right", "places_right", "agency_right",
         "year_right", "form_right", "claims_found", "claim_verdicts", "mistakes_found", "findings_true")  # fmt: skip


def build(page: Page) -> None:
    """Lay the tab out and wire it."""
    lang = page.lang
    with gr.Row(elem_id="gk-evaluate-by"):
        chosen = page.label(
            gr.Dropdown(sets("zh"), value="bundled", label=say("zh", "evaluate.set"), elem_id="gk-set", scale=3), label="evaluate.set"
        )
        start = page.label(gr.Button(say("zh", "evaluate.run"), variant="primary", elem_id="gk-run", scale=1), value="evaluate.run")
    shown = gr.HTML(elem_id="gk-evaluated", apply_default_css=False, padding=False)
    last = gr.State(None)

    def on_run(name: str, lang: Lang) -> Iterator[tuple[Any, ...]]:
        try:
            for done, total, result in measured(name):
                yield (
                    view("evaluated.html", lang, done=done, total=total, rows=(), worst=())
                    if result is None
                    else results_html(lang, result),
                    result,
                )
        except GongkaiError as error:
            yield view("trouble.html", lang, message=str(error)), None

    def on_language(lang: Lang, result: Run | None) -> tuple[Any, ...]:
        drawn = results_html(lang, result) if result else view("evaluated.html", lang, done=0, total=0, rows=(), worst=())
        return gr.Dropdown(choices=sets(lang), label=say(lang, "evaluate.set")), drawn

    start.click(on_run, [chosen, lang], [shown, last], show_progress="hidden", concurrency_limit=1)
    page.redraw(on_language, [lang, last], [chosen, shown])


def sets(lang: Lang) -> list[tuple[str, str]]:
    """The sets to choose from."""
    named = []
    for name in SETS:
        kind, _, count = name.partition(":")
        named.append((say(lang, f"evaluate.{kind}", count=count) if count else say(lang, f"evaluate.{kind}"), name))
    return named


def measured(name: str) -> Iterator[tuple[int, int, Run | None]]:
    """Measure a set in a thread of its own; gives how far it is, and in the end the result. Raises what the run raised."""
    from evals.harness import run

    told: queue.Queue[tuple[int, int, Run | None] | Exception] = queue.Queue()

    def work() -> None:
        try:
            result = run([name], progress=lambda done, total: told.put((done, total, None)))
            told.put((len(result.results), len(result.results), result))
        except Exception as error:
            told.put(error)

    threading.Thread(target=work, daemon=True, name="gongkai-evaluate").start()
    while True:
        item = told.get()
        while not told.empty():
            newer = told.get()
            item = newer
            if isinstance(item, Exception) or item[2] is not None:
                break
        if isinstance(item, Exception):
            raise item
        yield item
        if item[2] is not None:
            return


def results_html(lang: Lang, done: Run) -> str:
    """Metrics with denominators and intervals, then the worst cases cell by cell."""
    from evals.metrics import METRICS, measure_all
    from evals.show import worst_cases

    names = {info.key: (info.name if lang == "zh" else info.english) for info in METRICS}
    values = measure_all(done.results, resamples=400)
    rows = []
    for key in SHOWN:
        one = values.get(key)
        if one is None:
            continue
        share = "—" if one.value is None else f"{one.value:.2%}"
        interval = "" if one.low is None or one.high is None or key == "silent_errors" else f"{one.low:.1%} – {one.high:.1%}"
        rows.append(
            {
                "name": names[key],
                "value": str(one.hits) if key == "silent_errors" else share,
                "of": f"{one.hits} / {one.of}",
                "interval": interval,
                "bad": key == "silent_errors" and one.hits > 0,
                "good": key == "silent_errors" and one.hits == 0,
            }
        )
    total = len(done.results)
    return view("evaluated.html", lang, done=total, total=total, rows=rows, worst=worst_cases(done.results)[:8])
