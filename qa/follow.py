"""Follow-up questions: what a short question takes over from the one before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .measures import APPLICANTS, RESULTS, on_row

if TYPE_CHECKING:
    from .draft import Draft
    from .parsed import Parsed

_PERSON = re.compile(r"谁|什么人|哪位|\bwho\b", re.IGNORECASE)
_WIDE = ("most", "least", "rank", "rank_up", "whiches", "enumerate", "sum", "all", "place")


def inherit(draft: Draft, before: Parsed) -> None:
    """Fill what the question leaves out from the query before, when it is a follow-up."""
    query = before.query
    if not _follows(draft):
        return
    if query is None:
        draft.agencies = draft.agencies or before.agencies
        draft.years = draft.years or before.years
        return
    scanned = draft.scan
    named = draft.agencies
    wide = scanned.cue(*_WIDE) and not scanned.cue("then", "its")
    if draft.measured.columns and not draft.metrics and query.metrics:
        fitting = tuple(c for c in draft.measured.columns if c in APPLICANTS or c in RESULTS)
        draft.metrics = on_row(query.metrics[0], fitting)
        draft.inherited = bool(draft.metrics)
    if scanned.cue("share") and scanned.cue("over") and re.match(r"\W*那?它?占", scanned.text) and draft.metrics and query.metrics:
        draft.metrics = (query.metrics[0], draft.metrics[0])
        draft.inherited = True
    if not draft.metrics and not draft.words and not any(intent not in ("story", "reasons") for intent in draft.intents):
        draft.metrics = query.metrics
        draft.inherited = True
    elif draft.metrics and (draft.measured.weak or (draft.measured.columns and set(draft.measured.columns) <= set(APPLICANTS))):
        draft.inherited = True
    if scanned.cue("compare") and named and query.agencies:
        draft.agencies = tuple(dict.fromkeys((*query.agencies, *named)))
    elif not named and not draft.unknown and not wide and not (scanned.cue(*_WIDE) and not query.agencies):
        draft.agencies = query.agencies or ((query.focus,) if query.focus else ()) or before.subject
    if scanned.cue("most", "least", "rank") and not named:
        draft.agencies = ()
    if scanned.times.relative and query.years:
        draft.years = tuple(year + scanned.times.relative for year in query.years)
    elif scanned.cue("compare") and draft.years and query.years:
        draft.years = tuple(sorted({*query.years, *draft.years}))
    elif not draft.years:
        draft.years = query.years


def _follows(draft: Draft) -> bool:
    """Whether a question leans on the one before: it says so, or leaves out both who and when, or both what and who."""
    scanned = draft.scan
    if scanned.cue("then", "its") or scanned.times.relative:
        return True
    who, when = bool(draft.agencies or draft.unknown or scanned.region), bool(draft.years)
    what = bool(draft.metrics or draft.words or draft.intents)
    if not what and _PERSON.search(scanned.text) and not scanned.cue(*_WIDE):
        return False  # “市长是谁” asks for a person, whatever was counted before
    return (not who and not when) or (not what and not (who and when)) or (scanned.cue("compare") and not what)
