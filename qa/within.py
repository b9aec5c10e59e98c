"""Limits given beside a question: the one agency, the one year that an answer may draw on, whatever the question itself names.

A question is understood against the whole library, so that what it names outside the limits is known for what it is; the understanding is
then confined: records and narrative are asked for what lies inside and nothing else.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractor.errors import QueryError

from .catalogue import Catalogue
from .draft import Draft
from .parse import parse
from .parsed import Parsed
from .places import clean, places_of
from .query import Query
from .records import in_scope

if TYPE_CHECKING:
    from extractor.library import Library

NEAR = 5
"""Agencies offered instead of one that the library does not have."""
_WIDE = ("rank", "list", "count", "sum", "average")
"""Kinds of query over many agencies or years, which a question asks for without naming any."""


@dataclass(frozen=True, slots=True)
class Within:
    """What an answer may draw on."""

    agency: str | None = None
    """By its full name as the library has it; None for all."""
    year: int | None = None
    """Report year; None for all."""
    called: str = ""
    """What the limit calls the agency, where that does more than shorten its name: 水利局 for 水务局; else empty."""

    def __bool__(self) -> bool:
        return self.agency is not None or self.year is not None

    def payload(self) -> dict[str, str | int | None]:
        """The limits as the coverage of an answer names them."""
        return {"agency": self.agency, "year": self.year}

    def told(self, english: bool) -> str:
        """The limits in words."""
        if english:
            return " ".join(str(part) for part in (self.agency, self.year) if part is not None)
        return f"{self.agency or ''}{'' if self.year is None else f'{self.year}年'}"


EVERYTHING = Within()
"""No limits."""


@dataclass(frozen=True, slots=True)
class Confined:
    """A question understood within limits."""

    parsed: Parsed
    outside: tuple[str, ...] = ()
    """What the question asks about that lies outside, in its order: agencies, places, years."""
    empty: bool = False
    """Whether nothing that it asks about lies inside."""


def limits(agency: str | None, year: int | None, catalogue: Catalogue) -> Within:
    """The limits that a person gives, the agency by a full or a short name.

    Raises QueryError when the library has no such agency, or several that are called so.
    """
    if agency is None or not agency.strip():
        return Within(None, year)
    wanted = clean(agency)
    if whole := [name for name in catalogue.agencies if clean(name) == wanted]:
        return Within(whole[0], year)
    named = Draft(agency, catalogue, None, None)
    meant = named.ambiguous() or named.agencies
    if named.unknown or named.years or not meant:
        near = _near(wanted, catalogue, named.near)
        few = "、".join(catalogue.agencies[:NEAR]) + ("等" if len(catalogue.agencies) > NEAR else "")
        held = f"；相近的有：{'、'.join(near)}" if near else f"；库中有：{few}" if few else ""
        raise QueryError(f"库中没有机关“{agency}”的报告{held} (the library has no report of this agency)")
    if len(meant) > 1:
        several = "、".join(meant[:NEAR]) + ("等" if len(meant) > NEAR else "")
        raise QueryError(f"“{agency}”可指 {several}，请写全名 (more than one agency is called so)")
    return Within(meant[0], year, "" if _abbreviates(wanted, meant[0]) else agency.strip())


def _abbreviates(called: str, name: str) -> bool:
    """Whether a name only leaves out characters of another one."""
    rest = iter(clean(name))
    return all(char in rest for char in called)


def _near(wanted: str, catalogue: Catalogue, known: tuple[str, ...]) -> tuple[str, ...]:
    """The agencies whose names come nearest: of the same place, or alike in their characters."""
    alike = difflib.get_close_matches(wanted, catalogue.agencies, NEAR, 0.5)
    own = [name for name in catalogue.agencies if places_of(wanted) and places_of(name)[:1] == places_of(wanted)[:1]]
    return tuple(dict.fromkeys((*known, *alike, *own)))[:NEAR]


def understood(question: str, catalogue: Catalogue, before: Parsed | None, within: Within, library: Library) -> Confined:
    """A question, understood on its own or after another one, and confined to these limits."""
    if not within:
        return Confined(parse(question, catalogue, before))
    named = Draft(question, catalogue, None, None)
    groups = [mention.agencies for mention in named.usable() if mention.agencies]
    region = named.scan.region if not groups else None
    inside = any(within.agency in group for group in groups) or (region is not None and within.agency in named.below())
    outside: tuple[str, ...] = ()
    if within.agency is not None:
        outside = tuple(group[0] for group in groups if within.agency not in group)
        outside += (region,) if region and not inside else ()
        if within.agency in named.scan.without or (outside and not inside):
            whole = parse(question, catalogue, before)
            return Confined(whole, outside or (("其他机关", "other agencies")[whole.english],), True)
    one = within.agency is not None and not outside and region is None
    latest = within.year is not None and named.scan.times.recent and not named.scan.times.years
    pool = _inside(catalogue, within.agency if one else None, within.year if latest else None)
    first = parse(question, catalogue, before)
    parsed = first if _wide(first) else _beside(question, pool, before, within, named, bool(groups or region or named.unknown))
    return _with_outside(confined(parsed, within, library, dated=_dated(named, before)), outside)


def _dated(named: Draft, before: Parsed | None) -> bool:
    """Whether a question says which years it is about; “最新一年” is the latest one within the limits."""
    found = named.scan.times
    return bool(found.years or found.published or (before is not None and found.relative))


def _wide(parsed: Parsed) -> bool:
    """Whether a question is about all agencies or years there are, so that it needs nothing told beside it."""
    query = parsed.query
    return bool(parsed.mentioned) or (query is not None and query.kind in _WIDE and not query.agencies and query.than is None)


def _inside(catalogue: Catalogue, agency: str | None, year: int | None) -> Catalogue:
    """The reports of an agency and a year; of all of them where none is given."""
    if agency is None and year is None:
        return catalogue
    return Catalogue(tuple(e for e in catalogue.entries if agency in (None, e.agency) and year in (None, e.year)))


def _beside(question: str, pool: Catalogue, before: Parsed | None, within: Within, named: Draft, whose: bool) -> Parsed:
    """The question understood with the limits told beside it, where it leaves open whom and when it is about."""
    alone = parse(question, pool, before)
    dated = _dated(named, before) or named.scan.times.recent
    year = "" if within.year is None or dated else f"{within.year} " if alone.english else f"{within.year}年"
    agency = "" if whose or within.agency is None else within.agency
    told = parse(f"{year}{question}", pool, before) if year else alone
    if not agency or (alone.english and told.route not in ("clarify", "out_of_scope")):
        return told
    return replace(parse(f"{agency}{year or ' '}{question}", pool, before), english=alone.english)


def confined(parsed: Parsed, within: Within, library: Library, *, dated: bool = True) -> Confined:
    """An understanding with everything outside the limits taken from it; ``dated`` when its years are those of the question."""
    outside: list[str] = []
    empty = False
    query = parsed.query
    years = parsed.years
    if within.agency is not None and query is not None and not _meets(query, within.agency, library):
        outside, empty = list(query.agencies or ((query.unit,) if query.unit else ())), True
    if within.year is not None:
        asked = tuple(dict.fromkeys((*(parsed.years if dated else ()), *_needed(query, within.year, dated=dated))))
        outside += [f"{year}年" if not parsed.english else str(year) for year in asked if year != within.year]
        grows = query is not None and query.measure != "value"
        empty = empty or (bool(asked) and (grows or within.year not in asked))
        years = (within.year,)
    agencies = parsed.agencies if within.agency is None else (within.agency,)
    if query is not None:
        query = _narrowed(query, within)
    kept = replace(parsed, agencies=agencies, years=years, query=query, region=None if within.agency else parsed.region)
    return Confined(kept, tuple(dict.fromkeys(outside)), empty)


def _meets(query: Query, agency: str, library: Library) -> bool:
    """Whether an agency is one of those that a query is about."""
    if query.agencies:
        return agency in query.agencies
    if query.than is not None and query.than != agency:
        return False
    return not (query.unit or query.region or query.without) or agency in in_scope(query.with_(years=()), library)


def _needed(query: Query | None, year: int, *, dated: bool) -> tuple[int, ...]:
    """The years whose reports a query needs; for a change or growth also those it is measured from."""
    if query is None:
        return ()
    years = query.years if dated or len(query.years) > 1 else ()
    if query.measure == "value":
        return years
    later = years or (year,)
    return (*later, *([one - 1 for one in later] if query.base is None else [query.base]))


def _narrowed(query: Query, within: Within) -> Query:
    """A query over what lies inside the limits; what was set side by side over years or agencies and is now alone is a value."""
    changes: dict[str, object] = {}
    if within.agency is not None:
        changes |= {"agencies": (within.agency,), "region": None, "unit": None}
    if within.year is not None:
        changes["years"] = (within.year,)
    narrowed = query.with_(**changes)
    alone = len(narrowed.agencies) == len(narrowed.years) == len(narrowed.metrics) == 1
    return narrowed.with_(kind="value") if alone and query.kind in ("trend", "compare") else narrowed


def _with_outside(found: Confined, outside: tuple[str, ...]) -> Confined:
    return replace(found, outside=tuple(dict.fromkeys((*outside, *found.outside))))
