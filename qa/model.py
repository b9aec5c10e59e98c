"""What a configured model is asked, and a question that the parser left open put under the query's schema.

Whatever the server does, the offline understanding stands behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from jinja2 import Environment, StrictUndefined
from pydantic import BaseModel, ConfigDict

from .measures import whole
from .parsed import Parsed
from .query import Kind, Measure, Query, all_metrics, metric

if TYPE_CHECKING:
    from extractor.llm.log import CallLog
    from extractor.llm.settings import Settings

_ENVIRONMENT = Environment(undefined=StrictUndefined, trim_blocks=True, autoescape=False)


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


def open_question(parsed: Parsed) -> bool:
    """Whether the offline parser was in doubt about what the tables could answer."""
    return bool(parsed.agencies or parsed.years) and (parsed.route == "clarify" or (parsed.route == "narrative" and parsed.why == "words"))


def understand(parsed: Parsed, question: str, settings: Settings, log: CallLog | None = None) -> Parsed:
    """The question with the query that the model chooses; as it was when the tables cannot answer it.

    Agencies and years stay those that the question names: the model chooses row, column and kind, nothing else.
    Raises ModelError when the server cannot be had or none of its answers is a query.
    """
    from extractor.llm.answers import complete, several
    from extractor.llm.structured import AnswerError
    from extractor.llm.wire import Errand

    rows, columns = _rows(), _columns()
    listed = {"rows": "\n".join(f"{k}：{v}" for k, v in rows.items()), "columns": "\n".join(f"{k}：{v}" for k, v in columns.items())}
    with logged(settings, log) as book:
        done = complete(
            said("understand", question=question, **listed), Understood, settings, book, errand=Errand("question", "提问"), check=_unknown
        )
    told = done.value
    if told is None or (told.answerable and _unknown(told)):
        raise AnswerError(f"模型对问题的理解没有采用：{several(done.complaints)} (what the model understood was not used)")
    if not told.answerable or (not parsed.agencies and told.kind in ("value", "trend", "share", "compare")):
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
def said(name: str, **values: object) -> list[dict[str, str]]:
    """The messages of a prompt file with these values in them."""
    folder = files(__package__) / "prompts"
    texts = [(folder / f"{file}.md").read_text("utf-8") for file in (name, f"{name}_data")]
    system, user = (_ENVIRONMENT.from_string(text).render(**values).strip() for text in texts)
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]


@contextmanager
def logged(settings: Settings, log: CallLog | None) -> Iterator[CallLog]:
    """This call log, or the one that the settings name for as long as it is needed."""
    from extractor.llm.log import CallLog

    if log is not None:
        yield log
        return
    own = CallLog(settings.log_path)
    try:
        yield own
    finally:
        own.close()
