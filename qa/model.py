"""What a configured model adds: an open question put under the query's schema, and answers written from cited sentences.

The model cites by number and code resolves the numbers; a statement whose figures its sentences do not contain is dropped. Whatever
the server does, the offline answer stands behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from jinja2 import Environment, StrictUndefined
from pydantic import BaseModel, ConfigDict

from .answer import Claim, Notebook, marks
from .chunks import Chunk, Sentence
from .ground import untraced
from .measures import whole
from .narrate import cite
from .parsed import Parsed
from .query import Kind, Measure, Query, all_metrics, metric
from .tokens import tokens

if TYPE_CHECKING:
    from extractor.llm.log import CallLog
    from extractor.llm.settings import Settings

MOST = 40
"""Sentences given to the model at most."""
NEAR = 0.25
"""Share of a statement's words that its sentences must contain, in Chinese."""
_ENVIRONMENT = Environment(undefined=StrictUndefined, trim_blocks=True, autoescape=False)


class Statement(BaseModel):
    """One statement of the model."""

    model_config = ConfigDict(extra="forbid")

    text: str
    sentences: list[int]


class Written(BaseModel):
    """An answer as the model writes it."""

    model_config = ConfigDict(extra="forbid")

    claims: list[Statement]


class Understood(BaseModel):
    """A question as the model understands it: a closed choice, row and column by key."""

    model_config = ConfigDict(extra="forbid")

    answerable: bool
    kind: Kind
    row: str
    column: str
    order: Literal["desc", "asc"]
    measure: Measure = "value"
    """What a ranking goes by."""


def write(
    parsed: Parsed, question: str, chunks: Sequence[Chunk], settings: Settings, notebook: Notebook, log: CallLog | None = None
) -> list[Claim]:
    """The statements that hold, each with its sentences; empty when the sentences do not answer. Raises ModelError."""
    numbered = [(sentence, chunk) for chunk in chunks for sentence in chunk.sentences][:MOST]
    if not numbered:
        return []
    from extractor.llm.answers import complete
    from extractor.llm.prompts import fence_for
    from extractor.llm.wire import Errand

    shown = "\n".join(f"{number}: {sentence.text.strip()}" for number, (sentence, _) in enumerate(numbered, 1))
    values = {"language": "英文" if parsed.english else "中文", "fence": fence_for(shown), "question": question, "sentences": shown}
    messages = _said("write", **values)
    with _logged(settings, log) as book:
        done = complete(
            messages, Written, settings, book, errand=Errand("answer", "提问"), check=lambda told: _wrong(told, numbered, parsed.english)
        )
    if done.value is None:
        return []
    return [_claim(told, numbered, notebook) for told in done.value.claims if not _complaint(told, numbered, parsed.english)]


def _claim(told: Statement, numbered: Sequence[tuple[Sentence, Chunk]], notebook: Notebook) -> Claim:
    cited = tuple(_cited(*numbered[number - 1], notebook) for number in dict.fromkeys(told.sentences))
    return Claim(text=_clean(told.text) + marks(cited), citations=cited, by="model")


def _cited(sentence: Sentence, chunk: Chunk, notebook: Notebook) -> int:
    return notebook.cite(cite(sentence, chunk), chunk.passage.report_id)


def _clean(text: str) -> str:
    return re.sub(r"[〔〕\x00-\x1f]", "", text).strip()


def _wrong(told: Written, numbered: Sequence[tuple[Sentence, Chunk]], english: bool) -> list[str]:
    return [problem for each in told.claims if (problem := _complaint(each, numbered, english))]


def _complaint(told: Statement, numbered: Sequence[tuple[Sentence, Chunk]], english: bool) -> str:
    """What is wrong with a statement; empty when it holds."""
    text = _clean(told.text)
    if not text:
        return "有一条陈述是空的 (an empty statement)"
    outside = [number for number in told.sentences if not 1 <= number <= len(numbered)]
    if outside or not told.sentences:
        return f"“{text[:30]}”引用的句子编号不存在：{outside or '无'} (no such sentence)"
    quotes = [numbered[number - 1][0].text for number in told.sentences]
    years = {chunk.passage.year for _, chunk in (numbered[number - 1] for number in told.sentences) if chunk.passage.year}
    if missing := untraced(text, quotes, (), years):
        return f"“{text[:30]}”里的 {'、'.join(missing)} 不在所引句子里 (figures that the sentences do not contain)"
    said = {token for token in tokens(text) if len(token) > 1}
    if not english and said and len(said & {token for quote in quotes for token in tokens(quote)}) < NEAR * len(said):
        return f"“{text[:30]}”与所引句子说的不是一回事 (the sentences do not say this)"
    return ""


# ---------------------------------------------------------------------- understanding
def open_question(parsed: Parsed) -> bool:
    """Whether the offline parser was in doubt about what the tables could answer."""
    return bool(parsed.agencies or parsed.years) and (parsed.route == "clarify" or (parsed.route == "narrative" and parsed.why == "words"))


def understand(parsed: Parsed, question: str, settings: Settings, log: CallLog | None = None) -> Parsed:
    """The question with the query that the model chooses; as it was when the tables cannot answer it. Raises ModelError.

    Agencies and years stay those that the question names: the model chooses row, column and kind, nothing else.
    """
    from extractor.llm.answers import complete
    from extractor.llm.wire import Errand

    rows, columns = _rows(), _columns()
    listed = {"rows": "\n".join(f"{k}：{v}" for k, v in rows.items()), "columns": "\n".join(f"{k}：{v}" for k, v in columns.items())}
    with _logged(settings, log) as book:
        done = complete(
            _said("understand", question=question, **listed), Understood, settings, book, errand=Errand("question", "提问"), check=_unknown
        )
    told = done.value
    if (
        told is None
        or not told.answerable
        or _unknown(told)
        or (not parsed.agencies and told.kind in ("value", "trend", "share", "compare"))
    ):
        return parsed
    key = f"{told.row}.{told.column}" if told.column != "rate" else told.row
    query = Query(
        kind=told.kind,
        metrics=(key,),
        over=whole(key) if told.kind == "share" else None,
        agencies=parsed.agencies,
        years=parsed.years,
        order=told.order,
        measure=told.measure if told.kind == "rank" and parsed.years else "value",
        limit=1 if told.kind == "rank" else None,
    )
    return replace(parsed, route="records", query=query, why="", words=())


def _unknown(told: Understood) -> list[str]:
    key = told.row if told.column == "rate" else f"{told.row}.{told.column}"
    if not told.answerable or key in all_metrics():
        return []
    return [f"没有“{told.row}”与“{told.column}”这一格，请从所列的行和列里选 (no such cell)"]


@cache
def _rows() -> dict[str, str]:
    found: dict[str, str] = {}
    for key in all_metrics():
        stem = key if key.startswith("rates.") else key.rpartition(".")[0]
        name = metric(key).label.text
        found.setdefault(stem, name if stem == key else name.rpartition("·")[0] or name)
    return found


@cache
def _columns() -> dict[str, str]:
    found = {"rate": "（比率没有列）"}
    for key in all_metrics():
        if not key.startswith("rates."):
            found.setdefault(key.rpartition(".")[2], metric(key).label.text.rpartition("·")[2])
    return found


# ---------------------------------------------------------------------- calls
def _said(name: str, **values: object) -> list[dict[str, str]]:
    folder = files(__package__) / "prompts"
    texts = [(folder / f"{file}.md").read_text("utf-8") for file in (name, f"{name}_data")]
    system, user = (_ENVIRONMENT.from_string(text).render(**values).strip() for text in texts)
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]


@contextmanager
def _logged(settings: Settings, log: CallLog | None) -> Iterator[CallLog]:
    from extractor.llm.log import CallLog

    if log is not None:
        yield log
        return
    own = CallLog(settings.log_path)
    try:
        yield own
    finally:
        own.close()
