"""The tab 问答: a conversation whose every number is a citation that opens its cell or sentence beside it."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from extractor.errors import GongkaiError
from extractor.model import Place, Report
from extractor.view import MARKS, cell_of, equations_of, tables_of

from .drawing import excerpt, safe, view
from .examples import examples
from .page import Page, deed, html
from .shelf import Shelf
from .words import Lang, say

if TYPE_CHECKING:  # imported when the first question is asked, or soon after the page has opened
    from qa.answer import Answer, Citation

log = logging.getLogger("gongkai.page")
_MARK = re.compile(r"〔(\d+)〕")
PACE = 0.06
"""Seconds between two states of an answer that are sent to the browser."""
BEATS = 8
"""States in which an answer comes in at most: half a second in all."""
REMEMBERED = 6
"""Turns that a follow-up question can lean on."""


@dataclass(frozen=True)
class Turn:
    """A question and what has come of it so far."""

    question: str
    steps: tuple[tuple[str, str], ...] = ()
    answer: Answer | None = None
    trouble: str = ""
    done: bool = False
    shown: int | None = None
    """Lines of the answer that are shown while it comes in; None for all."""

    @property
    def lines(self) -> list[str]:
        """The lines of the answer to show now."""
        return self.answer.answer.split("\n")[: self.shown] if self.answer else []


@dataclass
class Talk:
    """One visitor's conversation."""

    turns: list[Turn] = field(default_factory=list)


def build(page: Page) -> None:
    """Lay the tab out and wire it."""
    shelf, lang = page.shelf, page.lang
    talk = gr.State(Talk())
    with gr.Row(elem_id="gk-ask"):
        with gr.Column(elem_id="gk-talk-side", scale=3, min_width=320):
            shown = html("gk-talk", talk_html(shelf, "zh", Talk()))  # stands there before the first event has come and gone
            with gr.Row(elem_id="gk-prompt"):
                question = page.label(
                    gr.Textbox(
                        placeholder=say("zh", "ask.placeholder"), show_label=False, container=False, max_lines=4, scale=8, elem_id="gk-q"
                    ),
                    placeholder="ask.placeholder",
                )
                send = page.label(
                    gr.Button(say("zh", "ask.send"), variant="primary", scale=1, min_width=80, elem_id="gk-send"), value="ask.send"
                )
            anew = page.label(gr.Button(say("zh", "ask.new"), size="sm", elem_id="gk-new"), value="ask.new")
        with gr.Column(elem_id="gk-evidence", scale=2, min_width=300):
            panel = html("gk-cited")

    def on_ask(text: str, talk: Talk, lang: Lang) -> Iterator[tuple[Any, ...]]:
        if not text.strip():
            yield gr.skip(), talk, gr.skip()
            return
        for state in paced(answer(shelf, text.strip(), talk)):
            yield talk_html(shelf, lang, state), state, ""

    def on_talk(talk: Talk, lang: Lang, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        action, at = deed(event)
        if action == "ask":
            for state in paced(answer(shelf, at, talk)):
                yield talk_html(shelf, lang, state), state, gr.skip()
        elif action == "cite":
            yield gr.skip(), gr.skip(), citation_html(shelf, lang, talk, at)
        else:
            yield gr.skip(), gr.skip(), gr.skip()

    def on_panel(lang: Lang, event: gr.EventData) -> tuple[Any, ...]:
        action, at = deed(event)
        if action == "report" and page.open_report is not None:
            return ("", gr.Tabs(selected="reports"), *page.open_report(lang, at))
        return ("" if action == "close" else gr.skip(), gr.skip(), *[gr.skip()] * len(page.report_views))

    def on_new(lang: Lang) -> tuple[Any, ...]:
        return talk_html(shelf, lang, Talk()), Talk(), "", ""

    def on_load(lang: Lang, talk: Talk, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        linked = str(request.query_params.get("ask") or "")[:2000].strip()
        if linked and not talk.turns:
            for state in paced(answer(shelf, linked, talk)):
                yield talk_html(shelf, lang, state), state
        else:
            yield talk_html(shelf, lang, talk), gr.skip()

    gr.on([send.click, question.submit], on_ask, [question, talk, lang], [shown, talk, question], show_progress="hidden")
    shown.click(on_talk, [talk, lang], [shown, talk, panel], show_progress="hidden")
    panel.click(on_panel, lang, [panel, page.tabs, *page.report_views], show_progress="hidden")
    anew.click(on_new, lang, [shown, talk, panel, question], show_progress="hidden")
    page.redraw(on_load, [lang, talk], [shown, talk])


def answer(shelf: Shelf, question: str, talk: Talk) -> Iterator[Talk]:
    """The conversation with one more question, as its answer grows; an error becomes part of the conversation."""
    from qa.ask import ask_stream

    before = [turn.answer for turn in talk.turns if turn.answer is not None][-REMEMBERED:]
    turn = Turn(question)
    yield Talk([*talk.turns, turn])
    try:
        for step in ask_stream(question, shelf.library, history=before, settings=shelf.model()):
            steps = turn.steps if step.name == "answer" else (*turn.steps, (step.name, step.text))
            before_it = len(turn.lines)
            turn = replace(turn, steps=steps, answer=step.answer or turn.answer)
            for shown in growing(before_it, len(turn.lines)):
                yield Talk([*talk.turns, replace(turn, shown=shown)])
            yield Talk([*talk.turns, turn])
    except GongkaiError as error:
        turn = replace(turn, trouble=str(error))
    except Exception as error:
        log.exception("internal error while answering")
        turn = replace(turn, trouble=f"程序内部错误 {error!r}，请带上问题报告 (internal error, please report it)")
    yield Talk([*talk.turns, replace(turn, done=True)])


def paced(states: Iterator[Talk]) -> Iterator[Talk]:
    """The states of a conversation no faster than a reader can follow, and a browser draw."""
    for state in states:
        yield state
        if state.turns[-1].shown is not None:
            time.sleep(PACE)


def growing(held: int, lines: int) -> range:
    """The numbers of lines to show one after the other until an answer stands there; a long one comes in several at a time."""
    return range(held + 1, lines, max(1, (lines - held) // BEATS))


# ---------------------------------------------------------------- what is shown
def talk_html(shelf: Shelf, lang: Lang, talk: Talk) -> str:
    """The whole conversation, or how to begin one."""
    return view(
        "talk.html",
        lang,
        turns=talk.turns,
        examples=() if talk.turns else examples(shelf, lang),
        pieces=pieces,
        state_of=state_of,
        cited_as=lambda cited: f"{cited.agency or cited.source} {cited.year or ''}：{cited.quote}",
        referenced=lambda found: referenced(found, lang),
    )


def pieces(text: str) -> list[str | int]:
    """A line of an answer as text and numbers of citations."""
    parts = _MARK.split(text)
    return [int(part) if place % 2 else part for place, part in enumerate(parts) if part]


def state_of(cited: Citation) -> str:
    """The state whose colour a citation has: the cell's own, or by how its quote was found."""
    if cited.kind == "cell":
        return cited.status if cited.status in MARKS else "read"
    return {"exact": "verified", "normalised": "read", "elsewhere": "open"}.get(cited.status, "contested")


def referenced(found: Answer, lang: Lang) -> str:
    """An answer with its references, to be pasted elsewhere."""
    lines = [found.answer]
    for number, cited in enumerate(found.citations, 1):
        line = cited.place.get("line")
        where = "，" + say(lang, "source.line", line=line) if line else ""
        lines.append(f"〔{number}〕{cited.agency or ''}{cited.year or ''} {cited.source}{where}：“{cited.quote}”")
    return "\n".join(lines)


def citation_html(shelf: Shelf, lang: Lang, talk: Talk, at: str) -> str:
    """What a citation rests on: the cell in its row and line, or the sentence in its paragraph."""
    turn, _, number = at.partition(":")
    try:
        found = talk.turns[int(turn)].answer
        cited = found.citations[int(number) - 1] if found else None
    except (ValueError, IndexError):
        cited = None
    if cited is None:
        return ""
    about: dict[str, Any] = {"cell": None, "row": "", "equations": (), "excerpt": "", "report_id": ""}
    report_id = shelf.id_of(cited.source, cited.agency, cited.year)
    if report_id:
        report = shelf.report(report_id)
        document = shelf.document(report)
        about["report_id"] = report_id
        place = _place(cited)
        if cited.kind == "cell":
            about["cell"] = cell_of(report, cited.path)
            about["equations"] = equations_of(report, cited.path)
            about["row"] = safe(_row_html(report, lang, cited.path))
            place = about["cell"].evidence.place
        if document and place:
            about["excerpt"] = excerpt(document, place, lang)
    return view("citation.html", lang, cited=cited, number=number, state=state_of(cited), **about)


def _row_html(report: Report, lang: Lang, path: str) -> str:
    """The row of the form in which a cell stands, one column a line, the cell marked."""
    row = next((row for table in tables_of(report) for row in table.rows if row.path == path.rpartition(".")[0]), None)
    return view("row.html", lang, row=row, path=path) if row else ""


def _place(cited: Citation) -> Place | None:
    place = cited.place
    if place.get("line") is None or place.get("start") is None:
        return None
    return Place(line=place["line"] or 1, start=place["start"] or 0, end=place.get("end") or place["start"] or 0, page=place.get("page"))
