"""Answers in the terminal: the text, its citations, and the JSON contract."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from qa.answer import Answer
from qa.ask import Step, ask_stream
from qa.indexing import WAIT, update

from .library import opened

if TYPE_CHECKING:
    from rich.console import Console

    from extractor.llm.settings import Settings
    from qa.query import Route

_SHOWN = 12
"""Citations printed below an answer; the rest are counted."""


def settings(library: Path) -> Settings | None:
    """The model settings for a library, when a model or an embedding model is named."""
    from extractor.library.calls import settings_in

    known = settings_in(library)
    return known if known.active or known.embedding_model else None


def run_ask(
    console: Console, library: Path | None, question: str, *, agency: str | None, year: int | None, route: str | None, as_json: bool
) -> int:
    """Ask and print, on a terminal each statement as it is made; exit status 0 also when the reports do not say."""
    with opened(library) as store:
        steps = ask_stream(question, store, agency=agency, year=year, route=cast("Route | None", route), settings=settings(store.path))
        answer = printed(console, steps) if console.is_terminal and not as_json else last(steps)
    if as_json:
        typer.echo(json.dumps(answer.payload(), ensure_ascii=False, indent=2))
        return 0
    if not console.is_terminal:
        console.print(answer.answer, markup=False)
    print_sources(console, answer)
    return 0


def last(steps: Iterable[Step]) -> Answer:
    """The answer that steps lead to."""
    return [step.answer for step in steps if step.answer is not None][-1]


def printed(console: Console, steps: Iterable[Step]) -> Answer:
    """The answer that steps lead to, each of its statements printed as soon as it is made, the lines that follow them at the end."""
    shown, whole = "", ""
    for step in steps:
        if step.answer is None:
            continue
        answer, whole = step.answer, step.answer.answer
        if answer.claims:
            newest = answer.claims[-1].text
            stands = whole[: whole.rindex(newest) + len(newest)]
            if len(stands) > len(shown) and stands.startswith(shown):
                console.print(stands[len(shown) :].lstrip("\n"), markup=False)
                shown = stands
    if rest := whole.removeprefix(shown).lstrip("\n"):
        console.print(rest, markup=False)
    return answer


def print_sources(console: Console, answer: Answer) -> None:
    """The places that an answer rests on, and what went wrong on the way to it."""
    if answer.citations:
        console.print()
    for number, citation in enumerate(answer.citations[:_SHOWN], 1):
        line = f" 第{citation.place['line']}行" if citation.place.get("line") else ""
        what = citation.path if citation.kind == "cell" else "叙述 (narrative)"
        console.print(
            f"〔{number}〕{citation.source}{line} · {what} · “{citation.quote[:60]}” · {citation.status}", markup=False, style="dim"
        )
    if len(answer.citations) > _SHOWN:
        console.print(f"… 另有 {len(answer.citations) - _SHOWN} 处，见 --json ({len(answer.citations) - _SHOWN} more)", style="dim")
    for note in answer.notes:
        console.print(f"⚠ {note}", style="yellow", markup=False)


def run_index(console: Console, library: Path | None, *, rebuild: bool, wait: float = WAIT) -> int:
    """Bring the index up to date and say what was done; that another program is waited for is said on standard error."""
    with opened(library) as store:
        done = update(store, settings(store.path), rebuild=rebuild, wait=wait, waiting=lambda line: typer.echo(f"… {line}", err=True))
    if done.anew:
        console.print(f"{done.anew}，全部重新编 (all vectors made anew)", markup=False)
    console.print(
        f"索引 {done.reports} 份报告、{done.chunks} 段，新编 {done.added}，移除 {done.removed}，{done.seconds:.1f} 秒"
        f" ({done.reports} reports indexed in {done.chunks} chunks)"
    )
    return 0


def run_mcp(library: Path | None) -> int:
    """Serve the library over MCP on standard input and output, until the client goes."""
    from extractor.library import default_path
    from qa.server import server

    folder = library or default_path()
    server(folder, settings(folder)).run("stdio")
    return 0
