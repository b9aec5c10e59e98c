"""Follow-up questions: what a short question takes over from the one before it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from .english import organ_in_english
from .kinds import part_of
from .measures import APPLICANTS, columns_of, on_row
from .numerals import number_of
from .places import is_office, own_part, places_of

if TYPE_CHECKING:
    from .draft import Draft
    from .parsed import Parsed
    from .query import Query

_PERSON = re.compile(r"谁|什么人|哪位|\bwho\b", re.IGNORECASE)
_KEPT = ("rank", "list", "count", "sum", "average")
"""Kinds of query over many agencies, which stay what they are when only the year changes."""
_QUANTITY = ("many", "share", "trend", "compare", "over_year", "each", "average", "growth")
_POINTS = re.compile(r"[它其]|该|这个|那个|这家|那家|\b(?:its|it|their|they|that one)\b")
_OFFICE = re.compile(r"\b(?:general )?office\b|办公[室厅]|[府]办(?!理|公|法|结|件|事)")
_ITSELF = re.compile(r"政府(?:本身|本级|自己)|\bgovernment itself\b")
_EVERYONE = re.compile(r"全库|全部|所有|各|\b(?:all|every|library)\b")
_NTH = re.compile(r"\W*(?:那|那么)?(?:排)?第([二三四五六七八九十]|[2-9])(?:名|位|个|多|高|大)?的?(?:又?是(?:谁|哪[个家]))?呢?\W*")
"""The next place of the ranking before (第二呢)."""
_WIDE = ("most", "least", "rank", "rank_up", "whiches", "enumerate", "sum", "all", "place")


def inherit(draft: Draft, before: Parsed) -> None:
    """Fill what the question leaves out from the query before, when it is a follow-up."""
    query = before.query
    _own_organ(draft, before)
    if not _follows(draft):
        _whose(draft, before)
        return
    if query is None:
        draft.agencies = draft.agencies or before.agencies
        draft.years = draft.years or before.years
        return
    scanned = draft.scan
    named = draft.agencies
    wide = scanned.cue(*_WIDE) and not scanned.cue("then", "its")
    if draft.measured.columns and (not draft.metrics or draft.measured.inferred) and query.metrics:
        fitting = tuple(c for c in draft.measured.columns if c in columns_of(query.metrics[0].rpartition(".")[0]))
        draft.metrics = on_row(query.metrics[0], fitting) or draft.metrics
        draft.inherited = bool(fitting)
    if draft.measured.weak and scanned.cue("its", "then") and query.metrics and (named_columns := scanned.keys("column")):
        row = query.metrics[0].rpartition(".")[0]
        fitting = tuple(column for column in dict.fromkeys(named_columns) if column in columns_of(row))
        draft.metrics = on_row(query.metrics[0], fitting) or draft.metrics
    divides = (scanned.cue("share") and scanned.cue("over")) or part_of(scanned)
    if divides and re.match(r"\W*(?:那|这|它|这些|又)*占", scanned.text) and draft.metrics and query.metrics:
        draft.metrics = (query.metrics[0], draft.metrics[0])
        draft.inherited = True
    if query.kind in _KEPT and _only_when(draft) and query.metrics:
        draft.kept = query.with_(years=draft.years or _shifted(draft, query))
        draft.metrics, draft.years, draft.inherited = query.metrics, draft.kept.years, True
        return
    if query.kind == "rank" and query.metrics and (place := _NTH.fullmatch(scanned.text)):
        draft.kept = query.with_(nth=number_of(place[1]), limit=None, focus=None)
        draft.metrics, draft.years, draft.inherited = query.metrics, query.years, True
        return
    if query.kind == "rank" and query.metrics and _only_turned(draft):
        order: Literal["asc", "desc"] = "asc" if scanned.cue("least") else "desc"
        draft.kept = query.with_(order=order, limit=scanned.bounds.limit or query.limit)
        draft.metrics, draft.years, draft.inherited = query.metrics, query.years, True
        return
    if query.kind in ("list", "count", "rank") and query.metrics and query.where is not None and _only_how_many(draft):
        draft.kept = query.with_(where=scanned.bounds.where, also=scanned.bounds.also)
        draft.metrics, draft.years, draft.inherited = query.metrics, query.years, True
        return
    if (
        query.kind in _KEPT
        and not query.agencies
        and scanned.without
        and not (draft.metrics or draft.agencies or draft.years or draft.words)
    ):
        draft.kept = query.with_(without=tuple(dict.fromkeys((*query.without, *scanned.without))))
        draft.metrics, draft.years, draft.inherited = query.metrics, query.years, True
        return
    if query.kind == "rank" and not query.agencies and scanned.cue("which") and _only_what(draft):
        draft.kept = query.with_(metrics=draft.metrics[:1])
        return
    if query.kind in _KEPT[1:] and not query.agencies and _only_what(draft):
        draft.kept = query.with_(metrics=draft.metrics[:1])
        return
    if not draft.metrics and not draft.words and not any(intent not in ("story", "reasons") for intent in draft.intents):
        draft.metrics = query.metrics
        draft.inherited = True
    elif draft.metrics and (same := _same_column(draft, query)):
        draft.metrics, draft.inherited = same, True
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


def _same_column(draft: Draft, query: Query) -> tuple[str, ...]:
    """The column asked for before, in a row of sections two or four that a short question names alone (那规范性文件呢); else nothing."""
    scanned = draft.scan
    if (
        len(draft.metrics) != 1
        or len(query.metrics) != 1
        or draft.agencies
        or draft.years
        or scanned.keys("column")
        or scanned.keys("rate")
    ):
        return ()
    section, column = draft.metrics[0].partition(".")[0], query.metrics[0].rpartition(".")[2]
    if section == "applications" or not query.metrics[0].startswith(f"{section}.") or scanned.cue("total", "sum", *_QUANTITY[1:]):
        return ()
    return on_row(draft.metrics[0], (column,))


def _only_when(draft: Draft) -> bool:
    """Whether a question gives another year, and nothing else that would change whom or what is asked about."""
    scanned = draft.scan
    other = draft.metrics or draft.words or draft.intents or draft.agencies or draft.unknown or scanned.region or scanned.keys("unit")
    return bool(draft.years or scanned.times.relative) and not (other or _POINTS.search(scanned.text) or scanned.cue(*_QUANTITY, *_WIDE))


def _only_turned(draft: Draft) -> bool:
    """Whether a question asks for the other end of the ranking before (最少的是哪个？), and for nothing else."""
    scanned = draft.scan
    other = draft.metrics or draft.words or draft.intents or draft.agencies or draft.unknown or scanned.region or draft.years
    turned = scanned.cue("most", "least") and not scanned.cue("growth", "falling", "share", "average", "sum", "place")
    return bool(turned) and not (other or scanned.keys("unit") or scanned.times.relative or scanned.bounds.nth or scanned.bounds.where)


def _only_what(draft: Draft) -> bool:
    """Whether a question gives another metric, and nothing else that would change whom or when is asked about."""
    scanned = draft.scan
    other = draft.years or draft.words or draft.intents or draft.agencies or draft.unknown or scanned.region or scanned.keys("unit")
    asks = scanned.cue(*_QUANTITY, *_WIDE, "some", "none") or bool(scanned.bounds.where)
    return bool(draft.metrics) and not draft.measured.weak and not (other or asks or _POINTS.search(scanned.text))


def _only_how_many(draft: Draft) -> bool:
    """Whether a question gives another bound (门槛提到100件呢), and nothing else that would change what is asked about."""
    scanned = draft.scan
    other = draft.metrics or draft.agencies or draft.unknown or scanned.region or draft.years or draft.intents or scanned.keys("unit")
    return scanned.bounds.where is not None and not (other or scanned.cue("most", "least", "growth", "share", "average"))


def _shifted(draft: Draft, query: Query) -> tuple[int, ...]:
    return tuple(year + draft.scan.times.relative for year in query.years)


def _own_organ(draft: Draft, before: Parsed) -> None:
    """“And its General Office?”, “那政府本身呢？”: another organ of the place spoken of before, where the library has just one."""
    spoken = (before.query.agencies if before.query else ()) or before.agencies or before.subject
    if not spoken or any(not _OFFICE.search(name) for name in draft.unknown):
        return
    places = places_of(spoken[-1])
    here = [agency for agency in draft.catalogue.agencies if places and places_of(agency) == places]
    if len(draft.ambiguous()) > 1:
        same = tuple(agency for agency in draft.ambiguous() if agency in here)
        draft.scan.mentions = [replace(m, agencies=same) if len(m.agencies) > 1 and len(same) == 1 else m for m in draft.scan.mentions]
        draft.agencies = tuple(dict.fromkeys(a for m in draft.usable() for a in m.agencies[:1]))
        return
    if not draft.agencies and not draft.scan.region and (fitting := organ_in_english(draft.scan.blanked, tuple(here))):
        draft.agencies, draft.words = fitting, ()
        return
    if draft.agencies or draft.scan.region or draft.metrics or not (_OFFICE.search(draft.scan.text) or _ITSELF.search(draft.scan.text)):
        return
    office = bool(_OFFICE.search(draft.scan.text))
    found = [agency for agency in here if is_office(agency) == office and not own_part(agency)]
    if len(found) == 1:
        draft.agencies, draft.unknown, draft.near = (found[0],), (), ()
        draft.words = tuple(word for word in draft.words if not _OFFICE.search(word))


def _whose(draft: Draft, before: Parsed) -> None:
    """The agency spoken of before, for a question that names what and when but nobody, and asks for no list of agencies."""
    scanned = draft.scan
    spoken = before.query.agencies if before.query else before.agencies
    nobody = not (draft.agencies or draft.unknown or scanned.region or scanned.keys("unit") or scanned.cue(*_WIDE, "which"))
    if nobody and draft.metrics and len(spoken) == 1 and not _EVERYONE.search(scanned.text):
        draft.agencies = spoken


def _follows(draft: Draft) -> bool:
    """Whether a question leans on the one before: it says so, or leaves out both who and when, or both what and who."""
    scanned = draft.scan
    if scanned.cue("then", "its") or scanned.times.relative:
        return True
    who, when = bool(draft.agencies or draft.unknown or scanned.region), bool(draft.years)
    what = bool(draft.metrics or draft.words or draft.intents)
    if not what and scanned.bounds.where is None and _PERSON.search(scanned.text) and not scanned.cue(*_WIDE):
        return False  # “市长是谁” asks for a person, whatever was counted before
    return (not who and not when) or (not what and not (who and when)) or (scanned.cue("compare") and not what)
