"""An answer: claims, each with its citations, and what it could draw on."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .parsed import Parsed
from .query import Query, Route


class Frozen(BaseModel):
    """A value written once."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Citation(Frozen):
    """A place that a claim rests on."""

    kind: Literal["cell", "sentence"]
    source: str
    """File name of the report."""
    agency: str | None
    year: int | None
    path: str
    """Dotted path of the cell, or ``narrative.<passage>.<sentence>``."""
    place: dict[str, int | None]
    """Line and page of the original, from 1, and offsets of the span."""
    quote: str
    status: str
    """A cell's state, or whether the quote stands there: exact, normalised, elsewhere, absent."""


class Claim(Frozen):
    """A statement with its citations."""

    text: str
    citations: tuple[int, ...] = ()
    """Numbers into ``Answer.citations``, from 1."""
    by: Literal["template", "quote", "model"] = "template"


class Value(Frozen):
    """A number that a claim states."""

    agency: str | None
    year: int | None
    metric: str
    value: Decimal | None


class Answer(Frozen):
    """The answer to one question."""

    question: str
    answer: str
    """The text for a person; 〔n〕 are numbers of citations."""
    route: Route
    query: Query | None = None
    citations: tuple[Citation, ...] = ()
    coverage: dict[str, Any] = Field(default_factory=dict)
    abstained: bool = False
    """Whether nothing is stated: the reports do not say, or the question must be put otherwise."""
    claims: tuple[Claim, ...] = ()
    values: tuple[Value, ...] = ()
    """The numbers stated, in order; the sum, share or count first."""
    retrieved: tuple[str, ...] = ()
    """Ids of the passages looked at, best first."""
    language: Literal["zh", "en"] = "zh"
    notes: tuple[str, ...] = ()
    """Things that went wrong on the way and what was done instead: a model that could not be reached."""
    parsed: Parsed | None = Field(None, repr=False)
    """How the question was understood; follow-ups start from it."""

    def payload(self) -> dict[str, Any]:
        """The JSON contract: answer, route, query, citations, coverage, abstained, notes."""
        return {
            "answer": self.answer,
            "route": self.route,
            "query": None if self.query is None else self.query.model_dump(mode="json"),
            "citations": [citation.model_dump(mode="json") for citation in self.citations],
            "coverage": self.coverage,
            "abstained": self.abstained,
            "notes": list(self.notes),
        }


class Notebook:
    """Citations gathered while claims are written; the same place is cited once.

    ``printed`` puts the citation of a sentence in the words and the place of its original, given the report's id.
    """

    def __init__(self, printed: Callable[[Citation, str], Citation] | None = None) -> None:
        self.citations: list[Citation] = []
        self._known: dict[tuple[str, str, str], int] = {}
        self._printed = printed

    def cite(self, citation: Citation, report_id: str = "") -> int:
        """The number of a citation, from 1; with the report's id a quoted sentence is given as its file prints it."""
        if report_id and self._printed is not None:
            citation = self._printed(citation, report_id)
        key = (citation.source, citation.path, citation.quote)
        if key not in self._known:
            self.citations.append(citation)
            self._known[key] = len(self.citations)
        return self._known[key]


def marks(numbers: tuple[int, ...]) -> str:
    """Citation marks: at most three are printed, the rest are in the list."""
    shown = numbers if len(numbers) <= 3 else (numbers[0], numbers[-1])
    return "".join(f"〔{n}〕" for n in shown) if len(numbers) <= 3 else f"〔{shown[0]}〕–〔{shown[1]}〕"
