"""Where an answer comes from: a question understood so far is finished as a query, a search, both, or a question back."""

from __future__ import annotations

import re

from .compose import query_of
from .draft import Draft
from .holdings import existence, place_asked
from .kinds import kind_of
from .manner import TOPICAL
from .measures import OVERVIEW, children
from .parsed import Matter, Parsed
from .query import Query, Route
from .shares import of_everyone


def parsed(draft: Draft, route: Route, **more: object) -> Parsed:
    """A question as understood, with its route."""
    return Parsed(
        draft.scan.text,
        draft.scan.english,
        route,
        intents=draft.intents,
        unknown=draft.unknown,
        near=draft.near,
        words=draft.words,
        notes=tuple(draft.notes),
        agencies=draft.agencies,
        years=draft.years,
        region=draft.region() if not draft.agencies else None,
        search=draft.search(),
        wording=draft.scan.blanked.replace("\x01", " "),
        figure=_figure(draft),
        ascending=draft.scan.cue("least", "rank_up") or draft.scan.bounds.order == "asc",
        top=draft.scan.bounds.limit or (1 if draft.scan.cue("most", "least") else 0),
        number=draft.scan.cue("many", "share"),
        **more,  # type: ignore[arg-type]
    )


def narrative(draft: Draft) -> Parsed:
    """A question for the narrative; asked back where a name is not clear, out of scope where nothing is about these reports."""
    if not (draft.agencies or draft.years or draft.scan.region or draft.intents or TOPICAL.search(draft.scan.text)):
        return parsed(draft, "out_of_scope", why="out_of_scope")
    if ambiguous := draft.ambiguous():
        return parsed(draft, "clarify", options=ambiguous, why="which_agency")
    near = query_of(draft, "value") if draft.metrics and draft.agencies else None
    return parsed(draft, "narrative", query=near, why="words" if near else "")


def records(draft: Draft, counted: bool) -> Parsed:
    """A question for the tables, and for the narrative where it also asks for what only that tells.

    ``counted``: whether reports or agencies themselves are counted.
    """
    if draft.kept is not None:
        return parsed(draft, "records", query=draft.kept)
    kind = kind_of(draft, counted)
    if not draft.metrics and draft.scan.bounds.where is not None:
        return parsed(draft, "clarify", why="what", options=OVERVIEW[:4])
    if (ambiguous := draft.ambiguous()) and kind == "rank" and draft.scan.cue("which") and draft.scan.keys("unit"):
        draft.agencies, ambiguous = (), ()  # “三个市的市政府相比，哪个市政府…最高” names a kind of agency, none in particular
    if ambiguous:
        return parsed(draft, "clarify", options=ambiguous, why="which_agency")
    if kind in ("value", "share", "trend", "compare") and not draft.agencies and not draft.unknown:
        agencies = draft.below() if draft.scan.region else draft.catalogue.agencies
        everyone = of_everyone(draft.scan, kind)
        if everyone is None and len(agencies) != 1:
            return parsed(draft, "clarify", options=candidates(draft, agencies), why="which_agency", query=query_of(draft, kind))
        kind, draft.agencies = everyone or kind, agencies if everyone is None else ()
    query = query_of(draft, kind)
    if kind == "share" and not query.agencies and query.limit is None and draft.scan.cue("most", "least"):
        query = query.with_(limit=1)
    if draft.words and not any(intent != "story" for intent in draft.intents):
        return parsed(draft, "narrative", query=query, why="words")
    wanted = [intent for intent in draft.intents if intent not in ("story", "reasons")]
    reasons = "reasons" in draft.intents and not draft.broken_down
    grounds = children(query.metrics[0]) if reasons and query.metrics else ()
    route: Route = "both" if wanted or (reasons and not grounds) else "records"
    return parsed(draft, route, query=query, grounds=grounds)


def by_ground(draft: Draft) -> Parsed:
    """The number with the rows that divide it, and what the narrative says of it."""
    query = query_of(draft, "value")
    return parsed(draft, "both", query=query, grounds=children(query.metrics[0]))


def of_the_reports(draft: Draft, matter: Matter) -> Parsed:
    """What is asked of the reports themselves: which there are of the place and year asked for, their mistakes, when and by whom."""
    draft.metrics = ()
    if ambiguous := draft.ambiguous():
        return parsed(draft, "clarify", options=ambiguous, why="which_agency")
    if matter == "reports" and not existence(draft.scan) and (place := place_asked(draft)):
        draft.scan.region, draft.agencies = place, ()
    counted = matter == "reports" and re.search("几|多少|how many|number of", draft.scan.blanked)
    return parsed(draft, "records", query=query_of(draft, "count" if counted else "list"), matter=matter)


def bare(draft: Draft) -> Query | None:
    """The query for agencies that the library does not hold."""
    return Query(kind="value", metrics=draft.metrics, agencies=draft.unknown, years=draft.years) if draft.metrics else None


def candidates(draft: Draft, agencies: tuple[str, ...]) -> tuple[str, ...]:
    """Agencies to choose from; only those with a report of the year where there are any."""
    if draft.years:
        agencies = tuple(a for a in agencies if any(e.year in draft.years for e in draft.catalogue.by_agency[a])) or agencies
    return agencies[:8]


def _figure(draft: Draft) -> str:
    """How a figure of the narrative is wanted."""
    scanned = draft.scan
    if scanned.cue("share", "growth", "compare", "over_year") or scanned.bounds.where is not None:
        return ""
    if scanned.cue("average"):
        return "average"
    if scanned.cue("most", "least", "rank", "rank_up"):
        return "rank" if len(draft.agencies) != 1 or not draft.years else ""
    if scanned.cue("sum") or (scanned.cue("total") and not draft.agencies):
        return "sum"
    if len(draft.agencies) == 1 and (len(draft.years) != 1 or scanned.cue("trend")):
        return "trend" if scanned.cue("many", "trend", "each") else ""
    return "value" if scanned.cue("many") and len(draft.agencies) == 1 else ""
