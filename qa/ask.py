"""Asking: understand, query the records, search the narrative, state what holds; step by step for a page that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from extractor.errors import QueryError

from .answer import Answer
from .catalogue import Catalogue, catalogue_of
from .parse import parse
from .parsed import Parsed
from .query import Route
from .ready import index_of
from .records import run
from .talk import Step, Talk
from .within import EVERYTHING, Within, limits, understood

if TYPE_CHECKING:
    from extractor.library import Library
    from extractor.llm.settings import Settings

Turn = Answer | str | Mapping[str, Any]
"""An earlier turn: an answer, a question, or a chat message with ``role`` and ``content``."""


def ask(
    question: str,
    library: Library,
    *,
    agency: str | None = None,
    year: int | None = None,
    route: Route | None = None,
    history: Sequence[Turn] = (),
    settings: Settings | None = None,
) -> Answer:
    """Answer a question from a library.

    ``agency`` (by a full or a short name) and ``year`` are limits: what lies outside is not consulted, and a question about it is
    answered by saying so. ``route`` forces where the answer comes from, ``history`` are earlier turns, oldest first.
    Without ``settings`` naming a model everything is done offline. Raises QueryError for an empty question, an unknown route, and an
    agency that the library does not have or that can be several.
    """
    last: Answer | None = None
    for step in ask_stream(question, library, agency=agency, year=year, route=route, history=history, settings=settings):
        last = step.answer or last
    assert last is not None
    return last


def ask_stream(
    question: str,
    library: Library,
    *,
    agency: str | None = None,
    year: int | None = None,
    route: Route | None = None,
    history: Sequence[Turn] = (),
    settings: Settings | None = None,
) -> Iterator[Step]:
    """Answer a question step by step: an ``answer`` step comes with each claim made, the last one holds the whole answer."""
    if not question.strip():
        raise QueryError("问题是空的 (the question is empty)")
    if len(question) > 2000:
        raise QueryError(f"问题太长：{len(question)} 字，至多 2000 字 (the question has {len(question)} characters, at most 2000)")
    if route is not None and route not in get_args(Route):
        raise QueryError(f"没有名为“{route}”的路径，可选：{'、'.join(get_args(Route))} (no such route)")
    catalogue = catalogue_of(library)
    within = limits(agency, year, catalogue)
    before = recall(history, library, catalogue, within)
    found = understood(question, catalogue, before, within, library)
    parsed = found.parsed if found.empty else _limited(found.parsed, route)
    talk = Talk(question, parsed, library, settings, catalogue, within, found.outside, found.empty)
    if not found.empty:
        talk.consult(route)
    yield Step("understand", describe(talk.parsed))
    yield from talk.steps()


# ---------------------------------------------------------------------- what is asked about
def recall(history: Sequence[Turn], library: Library, catalogue: Catalogue, within: Within = EVERYTHING) -> Parsed | None:
    """How the last question before this one was understood, each in the light of those before it and within the same limits."""
    before: Parsed | None = None
    for turn in history:
        if isinstance(turn, Answer):
            before = turn.parsed or before
            continue
        if isinstance(turn, Mapping):
            if turn.get("role", "user") != "user" or not isinstance(turn.get("content"), str):
                continue
            turn = str(turn["content"])
        if turn.strip():
            found = understood(turn, catalogue, before, within, library)
            before = parse(turn, catalogue, before) if found.outside else found.parsed
            if found.outside:  # asked before these limits were set: what it was about, and nothing looked up
                continue
            if before.query is not None and before.query.kind == "rank" and before.query.metrics:
                leading = tuple(dict.fromkeys(row.agency for row in run(before.query, library).rows))
                before = replace(before, subject=leading[:3])
    return before


def _limited(parsed: Parsed, route: Route | None) -> Parsed:
    """The understanding with its route forced."""
    if route is None or route == parsed.route:
        return parsed
    if route in ("records", "both") and parsed.query is None:
        raise QueryError("没有听出要查的指标，不能按表格回答；可换个说法，或用 --route narrative (no metric in the question)")
    return replace(parsed, route=route, why="")


def describe(parsed: Parsed) -> str:
    """How a question was understood, in one line."""
    parts: list[str] = [parsed.route]
    if parsed.query is not None:
        query = parsed.query
        parts += [query.kind, "、".join(query.metrics[:3]), "、".join(query.agencies[:3]), "、".join(map(str, query.years))]
    return " · ".join(part for part in parts if part)


__all__ = ["Step", "Turn", "ask", "ask_stream", "describe", "index_of", "recall"]
