"""The tab 问答: a conversation whose every number is a citation that opens its cell or sentence beside it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from extractor.errors import GongkaiError

from .cited import Lines, lines_of, opened, pieces, referenced
from .drawing import view
from .examples import examples
from .page import Page, deed, html
from .shelf import Shelf
from .words import Lang, say

if TYPE_CHECKING:  # imported when the first question is asked, or soon after the page has opened
    from qa.answer import Answer

log = logging.getLogger("gongkai.page")
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

    cut: Lines = ()
    """The lines of the answer, each number with its own citations."""

    @property
    def lines(self) -> list[str]:
        """The lines of the answer to show now."""
        return [text for text, _ in self.cut[: self.shown]]


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

    def on_panel(lang: Lang, talk: Talk, event: gr.EventData) -> tuple[Any, ...]:
        action, at = deed(event)
        if action == "cite":
            return (citation_html(shelf, lang, talk, at), gr.skip(), *[gr.skip()] * len(page.report_views))
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
    panel.click(on_panel, [lang, talk], [panel, page.tabs, *page.report_views], show_progress="hidden")
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
            turn = replace(turn, cut=lines_of(shelf, step.answer)) if step.answer else turn
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
        referenced=lambda found, lines: referenced(found, lines, lang),
    )


def citation_html(shelf: Shelf, lang: Lang, talk: Talk, at: str) -> str:
    """The panel that a chip of the conversation opens; nothing for one that is gone."""
    turn, _, chip = at.partition(":")
    if not turn.isdecimal() or int(turn) >= len(talk.turns):
        return ""
    asked = talk.turns[int(turn)]
    return opened(shelf, lang, asked.answer, asked.cut, turn, chip) if asked.answer else ""
