"""Agencies in English questions: which organ of a place the words around it name."""

from __future__ import annotations

import re

from .organs import called_in_english, named_until
from .places import Mention, is_office, own_part

_KIND_WORDS = re.compile(
    r"(?:'s|\s+(?:district|county|city|municipal|municipality|province|provincial|people's|government|town|township|the))*", re.IGNORECASE
)
_ORGAN_IN_ENGLISH: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\s+(?:bureau|department|commission|office) of (?:[a-z&]+,? ?){1,5}"), "after"),
    (
        re.compile(
            r"\s+(?:(?!(?:in|of|did|does|was|were|is|had|have|receive|refuse|grant|than|or)\b)[a-z&,-]+\s+){1,6}?"
            r"(?:bureau|department|commission|administration|committee)\b"
        ),
        "after",
    ),
    (
        re.compile(
            r"(?:(?:bureau|department|commission|administration|committee) of "
            r"(?:[a-z&,-]+\s+){1,5}?(?:of|in|for|at)|office of)\s+(?:the\s+)?$"
        ),
        "before",
    ),
    (
        re.compile(r"(?:\b(?!the\b|did\b)[a-z&-]+,?\s+){1,5}?(?:bureau|department|commission|office)\s+(?:of|in|for|at)\s+(?:the\s+)?$"),
        "before",
    ),
)
"""Where a department stands beside a place in an English question."""
ANOTHER_ORGAN = re.compile(
    r"\b(?:the )?(?:district|city|municipal|county|provincial|its|same)(?:'s)?"
    r" (?:(?!(?:in|of|did|does|was|were|or|and the)\b)[a-z&,-]+ ){1,6}?"
    r"(?:bureau|department|commission|administration)\b"
)
"""A department named by the kind of its place alone."""


def organ_in_english(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The one of these agencies that an English text calls by its department, without its place (“And the Transport Bureau?”)."""
    fitting = called_in_english(text, [(agency, own_part(agency)) for agency in known])
    return fitting if len(fitting) == 1 else ()


def organ_around(text: str, start: int, end: int, known: tuple[str, ...]) -> Mention:
    """Which of a place's agencies an English text means: a department named beside it, its office, or else its government."""
    tail = _KIND_WORDS.match(text, end)
    end = tail.end() if tail else end
    office = re.match(r"\s+(?:general\s+)?office\b", text[end:])
    if office:
        return _office(known, start, end + office.end())
    owns = [(agency, own_part(agency)) for agency in known]
    for pattern, side in _ORGAN_IN_ENGLISH:
        match = pattern.match(text, end) if side == "after" else pattern.search(text[:start])
        if match is None:
            continue
        if "office" in match.group():
            return _office(known, min(start, match.start()), end)
        span = (start, end + named_until(match.group())) if side == "after" else (match.start(), end)
        if fitting := called_in_english(match.group(), owns):
            return Mention(fitting, "named", *span)
        if not re.search(r"\band\b", match.group()):
            return Mention(known, "stranger", *span)
    governments = tuple(a for a in known if not own_part(a) and not is_office(a))
    return Mention(governments or known, "loose", start, end)


def _office(known: tuple[str, ...], start: int, end: int) -> Mention:
    """The office of a place's government; a stranger that comes near the government where the library has no report of the office."""
    if offices := tuple(agency for agency in known if is_office(agency)):
        return Mention(offices, "named", start, end)
    governments = tuple(agency for agency in known if not own_part(agency))
    return Mention(governments or known, "stranger", start, end)
