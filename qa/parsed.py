"""What a question was understood to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .query import Query, Route

Matter = Literal["", "reports", "lacking", "faults", "published", "author"]
"""What is asked of the reports themselves: nothing, which there are, whose is missing, their mistakes, when published, by whom."""


@dataclass(frozen=True)
class Parsed:
    """What a question was understood to ask."""

    text: str
    """The normalised question."""
    english: bool
    route: Route
    query: Query | None = None
    intents: tuple[str, ...] = ()
    """What of the narrative is wanted: problems, plans, reasons, charging, story."""
    grounds: tuple[str, ...] = ()
    """Metrics that break the answer down (不予公开的依据)."""
    unknown: tuple[str, ...] = ()
    """Names of agencies that the library does not have, as the question writes them."""
    near: tuple[str, ...] = ()
    """Agencies of the library that come near an unknown one."""
    options: tuple[str, ...] = ()
    """What a clarifying question offers."""
    why: str = ""
    """Key of the message that says why it must be clarified, or cannot be answered."""
    words: tuple[str, ...] = ()
    """Words of the question that limit it and that neither forms nor query words explain."""
    notes: tuple[tuple[str, str], ...] = ()
    """Things to say beside the answer, as (message key, detail)."""
    agencies: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    """Whom and which years the question is about, whatever the route."""
    region: str | None = None
    search: str = ""
    """What to look for in the narrative: the question without agencies, years and query words; “，” parts its clauses."""
    wording: str = ""
    """The question in its own words, with a space where an agency or a year stood."""
    figure: str = ""
    """How a figure of the narrative is wanted: value, trend, rank, sum or average; empty where none is."""
    ascending: bool = False
    """Whether the smallest figure comes first."""
    top: int = 0
    """How many places of a ranking are wanted; 0 for as many as are shown."""
    mentioned: str = ""
    """What it asks which reports speak of; empty where it asks something else."""
    matter: Matter = ""
    bureaus: bool = False
    """Whether only departments are meant by that."""
    number: bool = False
    """Whether a number is asked for."""
    subject: tuple[str, ...] = ()
    """The agencies that the answer named, for a follow-up that speaks of “it”."""
