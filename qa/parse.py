"""The offline parser: a question becomes a typed query, a route and the words to look for in the narrative.

What a question is about stands in the draft; the rules below settle, one after the other, where its answer comes from. A rule gives
the question as understood, or None and leaves it to the next; some first set aside what the question only seems to measure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from .catalogue import Catalogue
from .clauses import open_clause, other_clause
from .compose import query_of
from .draft import QUANTITY, Draft
from .follow import inherit
from .holdings import asked_of_reports
from .kinds import counted_reports, of_reports
from .limits import other_measure
from .manner import ADVICE, APART, BESIDE, JUDGED, MOVED_OR_HIGH, OPEN, SOMEBODY, SPENT, TOLD_EN, TOPICAL, UNCOMPUTED, WHY
from .measures import APPLICANTS, OVERVIEW, RESULTS, children
from .mentions import named_thing, settled, spoken_of
from .offices import kept, only_other
from .parsed import Parsed
from .query import Route
from .routes import bare, by_ground, candidates, narrative, of_the_reports, parsed, records
from .scan import Piece

_SHORT = 30
"""Reports of which a whole ranking is shown."""


def parse(question: str, catalogue: Catalogue, before: Parsed | None = None, *, today: date | None = None) -> Parsed:
    """Understand a question, on its own or after another one."""
    draft = Draft(question, catalogue, before, today)
    if before is not None:
        inherit(draft, before)
        draft.notes += kept(before.notes, draft.agencies, draft.scan.mentions)
    _default_row(draft)
    found = next(done for rule in _RULES if (done := rule(draft)) is not None)
    return replace(found, mentioned=named_thing(draft)) if found.route in ("out_of_scope", "clarify") else found


# ---------------------------------------------------------------------- what the rules go by
def _strong(draft: Draft) -> bool:
    """Whether particular words name a metric."""
    return bool(draft.metrics) and not draft.measured.weak


def _told(draft: Draft) -> bool:
    """Whether something is wanted that only the narrative tells."""
    return any(intent in ("problems", "plans", "charging") for intent in draft.intents)


def _numbers(draft: Draft) -> bool:
    """Whether a number, or who has it, is asked for."""
    return draft.scan.cue(*QUANTITY, "which", "whiches", "enumerate") or bool(draft.scan.bounds.where)


def _counted(draft: Draft) -> bool:
    """Whether agencies or reports themselves are counted."""
    return counted_reports(draft.scan) and (bool(draft.metrics) or draft.scan.cue("reports"))


def _asks(draft: Draft) -> bool:
    """Whether a question asks for anything that numbers answer."""
    others = ("which", "whiches", "enumerate", "none", "some", "rank_up")
    return draft.scan.cue(*QUANTITY, *others) or bool(draft.scan.bounds.where) or draft.inherited


def _asked(draft: Draft) -> bool:
    """Whether the tables are to answer."""
    if draft.words and draft.measured.weak and not draft.unknown:
        return False
    return _strong(draft) or (bool(draft.metrics) and (_asks(draft) or not draft.words)) or (_counted(draft) and draft.scan.cue("reports"))


def _searched(draft: Draft) -> bool:
    """Whether there is anything to look for in the narrative."""
    return bool(draft.words) or any(intent != "story" for intent in draft.intents)


def _default_row(draft: Draft) -> None:
    """Applicants named without a row are those of new applications; results named without a row belong to reviews or to litigation."""
    columns = draft.measured.columns
    if draft.metrics or draft.before is not None or not columns or other_measure(draft.scan):
        return
    applicants = tuple(column for column in columns if column in APPLICANTS and column != "other")
    if applicants and (draft.agencies or draft.years) and draft.scan.cue("many", "share", "most", "least", "rank"):
        draft.metrics = tuple(f"applications.new_received.{column}" for column in applicants)
    elif set(columns) & {*RESULTS} - {"total", "other"} and not set(draft.intents) & {"problems", "plans"}:
        chosen = next(column for column in columns if column in RESULTS)
        draft.measured = draft.measured.unsure((f"review_litigation.review.{chosen}", f"review_litigation.litigation.{chosen}"))


# ---------------------------------------------------------------------- the rules, in their order
def _elsewhere(draft: Draft) -> Parsed | None:
    """Words of another world (天气, 代码), where nothing particular of these reports is asked for."""
    about = bool(draft.agencies and draft.years and set(draft.intents) & {"problems", "plans"})
    particular = _strong(draft) and not draft.measured.inferred and draft.scan.cue(*QUANTITY)
    return parsed(draft, "out_of_scope", why="out_of_scope") if draft.scan.keys("away") and not about and not particular else None


def _somebody(draft: Draft) -> Parsed | None:
    """“我们局”, where nobody was named before."""
    nobody = not (draft.before is not None or draft.agencies or draft.unknown or draft.scan.region)
    if not (nobody and (draft.metrics or draft.scan.cue("many")) and SOMEBODY.search(draft.scan.blanked)):
        return None
    return parsed(draft, "clarify", options=candidates(draft, draft.catalogue.agencies), why="which_agency")


def _judgement(draft: Draft) -> Parsed | None:
    """Who does best: no number of the form says so."""
    judged = JUDGED.search(draft.scan.blanked) and (not draft.metrics or draft.measured.weak) and draft.before is None
    return parsed(draft, "clarify", options=OVERVIEW[:4], why="what") if judged else None


def _far_apart(draft: Draft) -> None:
    """“A 和 B 差在哪” asks how far two numbers lie apart, not what is wrong."""
    if _strong(draft) and _told(draft) and len(draft.agencies) == 2 and APART.search(draft.scan.blanked):
        draft.intents = ()
        draft.scan.pieces.append(Piece("差", len(draft.scan.text), (("cue", "compare", False),)))


def _only_told(draft: Draft) -> None:
    """Problems, plans and charges asked for without any number are told, whatever row their words name."""
    if _told(draft) and not _numbers(draft) and draft.before is None:
        draft.metrics = ()


def _cause(draft: Draft) -> Parsed | None:
    """Why: the narrative says so, but for the grounds that the table itself divides a number by."""
    if _numbers(draft) or not draft.agencies or not WHY.search(draft.scan.blanked):
        return None
    if _strong(draft) and set(draft.intents) <= {"reasons", "story"}:
        return by_ground(draft) if _divided(draft) else narrative(draft)
    return narrative(draft) if draft.measured.unclear else None


def _divided(draft: Draft) -> bool:
    """Whether a cause is asked for that the table itself divides the number by (为什么不予公开), not why it is high or has changed."""
    plain = not draft.words and len(draft.metrics) == 1 and not draft.scan.cue("trend", "growth", "over_year", "compare", "none")
    return plain and bool(children(draft.metrics[0])) and not MOVED_OR_HIGH.search(draft.scan.blanked)


def _of_reports(draft: Draft) -> Parsed | None:
    """What is asked of the reports themselves."""
    return of_the_reports(draft, matter) if (matter := asked_of_reports(draft)) else None


def _said(draft: Draft) -> Parsed | None:
    """What a report says, and which reports speak of a thing."""
    if draft.agencies and TOLD_EN.search(draft.scan.text):
        return narrative(draft)
    if words := spoken_of(draft):
        return settled(parsed(draft, "narrative"), words, bureaus="局" in draft.scan.keys("unit"))
    return None


def _uncomputed(draft: Draft) -> Parsed | None:
    """What no query computes, and money where the form has none."""
    if draft.metrics and UNCOMPUTED.search(draft.scan.text):
        return parsed(draft, "clarify", options=draft.metrics, why="what")
    if (spent := SPENT.search(draft.scan.blanked)) and draft.metrics and not any("yuan" in key for key in draft.metrics):
        draft.words = draft.words or (spent.group().replace("\x01", ""),)
        return narrative(draft)
    return None


def _beside(draft: Draft) -> Parsed | None:
    """A comparison with something not understood (收到的比受理的多吗)."""
    alone = len(draft.agencies) <= 1 and len(draft.years) <= 1 and len(draft.metrics) == 1 and draft.before is None and not draft.unknown
    other = draft.scan.cue("over_year", "growth", "share", "most", "least", "rank")
    unclear = (draft.incomparable and draft.metrics) or (alone and not other and BESIDE.search(draft.scan.blanked))
    return parsed(draft, "clarify", options=draft.metrics, why="what") if unclear else None


def _advice(draft: Draft) -> Parsed | None:
    """What to do: not for reports to say."""
    return parsed(draft, "out_of_scope", why="out_of_scope") if ADVICE.search(draft.scan.text) else None


def _seeming_metrics(draft: Draft) -> None:
    """Set aside a metric that only general or inferred words name, beside what is told or counted."""
    scanned, general = draft.scan, draft.measured.weak or draft.measured.inferred
    charged = "charging" in draft.intents
    counts = not charged and scanned.cue("many", "most", "least", "rank") and len(draft.measured.keys) == 1 and not draft.words
    if _told(draft) and draft.metrics and general and not counts:
        draft.metrics = ()
    if _counted(draft) and of_reports(scanned) and (not _strong(draft) or draft.measured.inferred):
        draft.metrics = ()


def _open(draft: Draft) -> Parsed | None:
    """An explanation, not a number."""
    explains = _strong(draft) and OPEN.search(draft.scan.blanked) and not _asks(draft) and not draft.intents
    return narrative(draft) if explains else None


def _doubtful(draft: Draft) -> Parsed | None:
    """A mean of one number, and words that fit two rows: asked back."""
    if draft.scan.cue("average") and draft.metrics and len(draft.agencies) == len(draft.years) == 1:
        return parsed(draft, "clarify", options=draft.metrics, why="what")
    if draft.measured.unclear and not draft.words and not draft.metrics:
        return parsed(draft, "clarify", options=draft.measured.unclear, why="which_row")
    return None


def _stranger(draft: Draft) -> Parsed | None:
    """Only agencies that the library does not hold."""
    if not draft.unknown or draft.agencies:
        return None
    if not _asked(draft) and not TOPICAL.search(draft.scan.text):
        return parsed(draft, "out_of_scope", why="out_of_scope")
    if _searched(draft) and not _asked(draft) and only_other(draft.unknown, draft.near) == "office":
        draft.notes.append(("searched", f"{'、'.join(draft.unknown)}={'、'.join(draft.near)}"))
        draft.agencies = draft.near
        return narrative(draft)
    route: Route = "records" if _asked(draft) or not _searched(draft) else "narrative"
    return parsed(draft, route, query=bare(draft), why="unknown_agency")


def _two_clauses(draft: Draft) -> Parsed | None:
    """A number in one clause, and in another what the narrative tells."""
    if not (_asked(draft) and _strong(draft)) or draft.intents:
        return None
    clause = other_clause(draft) if draft.words else open_clause(draft)
    if not clause:
        return None
    words, draft.words = draft.words, ()
    draft.notes = [note for note in draft.notes if not (note[0] == "ignored" and note[1] in clause)]
    found = records(draft, _counted(draft))
    return replace(found, route="both", words=words, search=clause) if found.route == "records" else found


def _both_ends(draft: Draft) -> Parsed | None:
    """“最多和最少的分别是谁”: the whole ranking where it is short, else asked back."""
    if not (draft.metrics and not draft.agencies and draft.scan.cue("most") and draft.scan.cue("least")) or draft.scan.cue("growth"):
        return None
    within = [entry for entry in draft.catalogue.entries if not draft.years or entry.year in draft.years]
    if len(within) > _SHORT:
        return parsed(draft, "clarify", options=draft.metrics, why="what")
    draft.scan.pieces = [piece for piece in draft.scan.pieces if ("cue", "least", False) not in piece.meanings]
    draft.scan.bounds.limit = _SHORT
    return None


def _answerable(draft: Draft) -> Parsed | None:
    """Numbers from the tables, else words from the narrative."""
    if _asked(draft):
        return records(draft, _counted(draft))
    return narrative(draft) if _searched(draft) else None


def _overview(draft: Draft) -> Parsed | None:
    """How it was, with nothing particular: the chief numbers."""
    general = draft.intents and not draft.scan.cue("many")
    if not general or len(draft.agencies) != 1 or draft.measured.columns or draft.scan.mentions[1:]:
        return None
    draft.metrics = OVERVIEW
    return parsed(draft, "records", query=query_of(draft, "value"))


def _unclear(draft: Draft) -> Parsed:
    """Nothing to go by: asked back, or out of scope where nothing at all is about these reports."""
    nothing = not (draft.agencies or draft.years or draft.scan.region or draft.intents or draft.scan.pieces)
    return parsed(draft, "out_of_scope" if nothing else "clarify", why="out_of_scope" if nothing else "what", options=OVERVIEW[:4])


_RULES: tuple[Callable[[Draft], Parsed | None], ...] = (
    _elsewhere,
    _somebody,
    _judgement,
    _far_apart,
    _only_told,
    _cause,
    _of_reports,
    _said,
    _uncomputed,
    _beside,
    _advice,
    _seeming_metrics,
    _open,
    _doubtful,
    _stranger,
    _two_clauses,
    _both_ends,
    _answerable,
    _overview,
    _unclear,
)

__all__ = ["Parsed", "parse"]
