"""A report as the program knows it: record, evidence for every cell, claims, facts, findings.

Field names are part of the interface; evaluation and other tools read them. One JSON object a line in ``records.jsonl``.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..forms import Applications, FormKey, Proactive2019, Proactive2021, ReviewLitigation
from .document import Place, Source

Status = Literal["verified", "read", "deduced", "open", "contested", "blank", "not_applicable", "unreadable", "absent"]
"""``verified``: proven as DESIGN.md defines it. ``read``: plainly read, nothing to prove it with. ``deduced``: forced by the
identities, without a spare one. ``open``: several readings. ``contested``: an identity that contains it fails. ``blank``,
``not_applicable``, ``unreadable``, ``absent``: what is printed instead of a number."""

SETTLED: frozenset[Status] = frozenset({"verified", "read", "deduced"})
"""A value that is taken as it stands."""
DOUBTFUL: frozenset[Status] = frozenset({"open", "contested", "unreadable"})
"""Something is printed, and what it says is not settled. The rest says plainly that there is no number."""

How = Literal["read", "deduced", "llm", "corrected"]
Printed = Literal["number", "blank", "absent", "not_applicable", "unreadable", "impossible"]
Severity = Literal["error", "warning", "info"]
Verdict = Literal["agrees", "explained", "contradicts", "not_comparable"]
Bound = Literal["exact", "about", "at_least", "more_than", "at_most", "less_than"]
Scope = Literal["consolidated", "own", "unknown"]
Level = Literal["national", "provincial", "municipal", "county", "township", "unknown"]


class Frozen(BaseModel):
    """A value that is written once and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(Frozen):
    """Why a cell holds its value."""

    raw: str | None = None
    """The characters as printed; None where nothing is printed."""
    place: Place | None = None
    how: How = "read"
    printed: Printed = "number"
    status: Status = "read"
    verified: bool = False
    by: tuple[str, ...] = ()
    """The readers (``offline``, ``llm:<model>``, ``person``) that support the value."""
    why: str = ""
    """One plain sentence in Chinese."""


class Quote(Frozen):
    """A span of the source, with its own characters."""

    text: str
    place: Place | None = None


class Finding(Frozen):
    """Something a person should know: a mistake in the report, a doubt about the reading, a trait of the file."""

    rule: str
    """Id of the rule; ``gongkai rules`` explains it."""
    severity: Severity
    message: str
    cells: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    suggestion: str = ""


class Passage(Frozen):
    """A paragraph of narrative, or a note between the tables."""

    section: int
    """0 for the preamble, else 1 to 6."""
    heading: tuple[str, ...]
    """Headings above it, outermost first, as printed."""
    text: str
    """Normalised text."""
    place: Place
    kind: Literal["paragraph", "note"] = "paragraph"


class Claim(Frozen):
    """A number in the narrative that restates a metric, compared with the tables."""

    metric: str
    value: Decimal
    bound: Bound = "exact"
    scope: str = "own"
    """``own`` for this report's agency and year, else what it speaks of: a sub-unit, another year."""
    quote: str
    place: Place
    verdict: Verdict
    reading: str = ""
    """The reading of the phrase under which it agrees: “收到 = 新收 + 结转”."""
    table_value: Decimal | None = None
    by: str = "offline"
    """The reader that found it."""


class Fact(Frozen):
    """Any other quantity in the narrative."""

    what: str
    value: Decimal
    unit: str
    bound: Bound = "exact"
    quote: str
    place: Place
    by: str = "offline"
    """The reader that found it."""


class Stated(Frozen):
    """Something a report says of itself: agency, contact, a date, the fee for information."""

    field: str
    """``agency``, ``level``, ``region``, ``published``, ``period``, ``contact``, ``address``, ``information_fee``."""
    value: str
    quote: str
    place: Place
    by: str


class ModelUse(Frozen):
    """What a language model took part in."""

    model: str
    prompts: tuple[str, ...]
    """Hashes of the prompt files that were used."""
    requests: int
    """Answers used, whether asked for now or taken from the call log."""
    tokens_in: int
    tokens_out: int


class Report(Frozen):
    """Everything known about one annual report."""

    source: Source
    title: str | None = None
    agency: str | None = None
    year: int | None = None
    """The year reported on, not the year of publication."""
    form: FormKey | None = None
    scope: Scope = "unknown"
    level: Level = "unknown"
    region: str | None = None
    published: str | None = None
    """ISO date of publication, where the source tells it."""
    proactive: Proactive2019 | Proactive2021 | None = None
    applications: Applications | None = None
    review_litigation: ReviewLitigation | None = None
    narrative: tuple[Passage, ...] = ()
    claims: tuple[Claim, ...] = ()
    facts: tuple[Fact, ...] = ()
    cells: dict[str, Evidence] = Field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    sections: dict[int, Place] = Field(default_factory=dict)
    """Where each statutory section starts."""
    stated: tuple[Stated, ...] = ()
    """What a model read of the report's own particulars, with evidence; empty offline."""
    model_use: ModelUse | None = None
    """None when no model was asked."""

    def value(self, path: str) -> int | Decimal | None:
        """The value of a cell by its dotted path; None where it has none."""
        found: Any = self
        for name in path.split("."):
            found = getattr(found, name, None)
        return found if isinstance(found, int | Decimal) else None

    @property
    def values(self) -> dict[str, int | Decimal | None]:
        """Every cell's value by dotted path."""
        return {path: self.value(path) for path in self.cells}

    @property
    def divided(self) -> bool | None:
        """Whether 其他处理 has three rows; None without section three."""
        return None if self.applications is None else hasattr(self.applications.other_handling, "fee_overdue")
