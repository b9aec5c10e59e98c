"""The offline parser: a question becomes a typed query, a route and the words to look for in the narrative."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from .catalogue import Catalogue
from .compose import query_of
from .draft import QUANTITY, Draft
from .follow import inherit
from .holdings import asked_of_reports, existence, place_asked
from .kinds import counted_reports, kind_of, of_reports
from .limits import other_measure
from .measures import APPLICANTS, OVERVIEW, RESULTS, children
from .mentions import named_thing, settled, spoken_of
from .offices import only_other
from .parsed import Matter, Parsed
from .query import Query, Route
from .scan import Piece, Scan
from .shares import of_everyone

_ASKS = re.compile(r"多少|几|什么|怎么|哪|如何|how|what")
_OPEN = re.compile(r"什么地方|为什么|为何|为啥|咋|怎么(?!样)|怎样|如何(?!$|[?？])|哪里|哪儿|哪一步|何处|\bwhy\b|\bwhere\b")
"""What asks for an explanation, not for a number."""


_WHY = re.compile(r"为啥|为什么|为何|怎么会|怎么这么|咋|什么原因|何以|因何|\bwhy\b|how come|what caused|for what reason")
"""What asks for a cause; the tables have none, but for the grounds of refusals."""
_APART = re.compile(r"差(?:距|别|异)?(?:在|到底在|究竟在)?(?:哪|多)[里儿些]?[?？]?$")
"""How far two agencies lie apart, not what is wrong with them."""
_MOVED_OR_HIGH = re.compile(r"多|少|高|低|大|小|增|减|升|降|涨|没|\b(?:more|fewer|high|low|rise|rose|fall|fell|increase|decrease)")
"""That a number is high, low or has moved: the table does not say why."""
_CAUSE = re.compile(r"为什么|因为什么|为何|为啥|什么原因|什么缘故|\bwhy\b")
_SPENT = re.compile(
    r"(?:花|用|罚)了?多少(?:钱|元|万元)|罚款?的?(?:总额|金额|数额|总数额)|多少罚款"
    r"|\bhow much\b[^,.?]{0,60}\b(?:spen[dt]|cost|pay|paid)\b[^,.?]{0,24}"
)
"""Money asked for that the tables have only under 收费 and 采购."""
_JUDGED = re.compile(
    r"做得(?:好|差)(?:一?点|一?些)|最(?:好|差|糟|棒|优秀|烂|不像话|透明|积极|认真)(?!的?(?:办法|做法|例子))|(?:谁|哪[个家])[^，。]{0,6}(?:更|比较)(?:好|差|透明)|\b(?:best|worst)\b"
)
"""A judgement that no number of the form stands for."""
_SOMEBODY = re.compile(
    r"^(?:局|厅)里(?!面?(?:谁|哪|最))|(?:我们?|贵|你们?)(?:局|厅|市|区|县|单位|机关|部门)|他们家?|它们|(?:该|这个|那个"
    r"|这家|那家)(?:机关|单位|局|厅|部门|区|市|县|镇)|\b(?:this|that) (?:agency|bureau|department)\b"
)
"""Somebody spoken of before, where nobody was."""
_TOLD_EN = re.compile(
    r"^(?!.*\b(?:how (?:many|much)|number|percent|percentage|share|proportion|total|most|fewest|highest|lowest)\b)"
    r".*\b(?:what|which|how)\b.*\b(?:say|said|promise|promised|admit|admitted|blame|blamed|conceded?|commit|pledged?|propose|proposed|acknowledged?|explain|explained)\b"
)
"""English questions for what a report says."""
_WHEREIN = re.compile(
    r"什么地方|哪里|哪儿|何处|哪一?(?:个环节|一?类|步|方面|块|处)|哪个(?:环节|步骤|方面)|什么(?:法子|办法|原因|问题|措施|招)|靠什么"
    r"|凭什么|怎么(?!样|变)|怎么回事|为什么|为啥|什么原因|因为什么|什么缘故|咋回事|\b(?:where|why|what went wrong)\b"
)
"""What asks for the place or cause of what the numbers say."""
_ADVICE = re.compile(
    r"(?:起诉状|诉状|申请书|申请表|复议书|材料|投诉信|上诉状)[^，。]{0,6}(?:怎么|如何|怎样|咋)(?:写|填|准备|交)"
    r"|(?:怎么|如何|怎样|咋)(?:写|填)(?!的|进|入)|(?:该|应该|要|可以)(?:去)?找(?:谁|哪)"
    r"|(?:我|咱|本人|老百姓|普通人)(?:们)?(?:应该|该|要|想|可以|能|怎么|如何)[^，。]{0,8}(?:起诉|打官司|告(?!知)|提交申请|申请公开|投诉|维权|写)"
    r"|(?:要不要|该不该|怎么|如何|哪里|可以|能不能)[^，。]{0,6}(?:找|请)律师|(?:怎么|如何|怎样)打赢官司(?!的)"
    r"|(?:规定|可以|应当|必须)[^，。]{0,8}(?:多少|几)(?:天|日|个?工作日)(?:之内|以内|内)|(?:多少|几)(?:天|日|个?工作日)(?:之内|以内|内)[^，。]{0,6}(?:可以|应当|必须|申请复议|起诉)"
    r"|\b(?:law firm|lawyer|attorney|solicitor)s?\b[^,.?]{0,40}?\b(?:charge|cost|fee)s?\b"
    r"|\bhow (?:do|can|should|could) (?:i|we|one|someone|citizens)\b|\bwhat should (?:i|we)\b|\bcan i\b"
)
"""What asks for advice, not for what a report says."""
_UNCOMPUTED = re.compile(
    r"有[^，。]{1,12}(?:但是?|却|而)(?:又|都)?(?:没|无|不)|没有?[^，。]{1,12}(?:但是?|却|而)(?:又|都)?有"
    r"|最[多高大][^，。]{0,8}比[^，。]{0,6}最[少低小]|最[少低小][^，。]{0,8}比[^，。]{0,6}最[多高大]"
    r"|占(?:库|全库|所有|各|整个|这?[两三四五六七八九十\d]+个?)[^，。占]{0,10}?(?:机关|单位|部门|机构|库|合计|总和|总量)"
    r"|占(?:全库|库里|整个库)"
    r"|(?:高于|低于|超过|不到|多于|少于|above|below|more than|less than)[^，。]{0,6}(?:平均|均值|average|mean)"
)
"""What no query computes: two tests at once, the span from most to least, a share of the library, what is above the mean."""
_BESIDE = re.compile(
    r"比(?!上|去|前|例|重|率|较|一比|起)[\u3400-\u9fff]{1,8}?的?(?:件数|数量|数)?(?:还|更|要)?(?:多|少|高|低)(?:吗|么|不|还是|[?？]|$)"
)


def parse(question: str, catalogue: Catalogue, before: Parsed | None = None, *, today: date | None = None) -> Parsed:
    """Understand a question, on its own or after another one."""
    draft = Draft(question, catalogue, before, today)
    if before is not None:
        inherit(draft, before)
    parsed = _finished(draft)
    return replace(parsed, mentioned=named_thing(draft)) if parsed.route in ("out_of_scope", "clarify") else parsed


def _finished(draft: Draft) -> Parsed:
    scanned = draft.scan
    _default_row(draft)
    strong = bool(draft.metrics) and not draft.measured.weak
    about = bool(draft.agencies and draft.years and set(draft.intents) & {"problems", "plans"})
    if scanned.keys("away") and not about and not (strong and not draft.measured.inferred and scanned.cue(*QUANTITY)):
        return _parsed(draft, "out_of_scope", why="out_of_scope")
    if (
        draft.before is None
        and draft.metrics
        and not draft.agencies
        and not draft.unknown
        and not scanned.region
        and _SOMEBODY.search(scanned.blanked)
    ):
        return _parsed(draft, "clarify", options=_candidates(draft, draft.catalogue.agencies), why="which_agency")
    if _JUDGED.search(scanned.blanked) and (not draft.metrics or draft.measured.weak) and draft.before is None:
        return _parsed(draft, "clarify", options=OVERVIEW[:4], why="what")
    told = any(intent in ("problems", "plans", "charging") for intent in draft.intents)
    if strong and told and len(draft.agencies) == 2 and _APART.search(scanned.blanked):
        draft.intents, told = (), False
        scanned.pieces.append(Piece("差", len(scanned.text), (("cue", "compare", False),)))
    numbers = scanned.cue(*QUANTITY, "which", "whiches", "enumerate") or bool(scanned.bounds.where)
    if told and not numbers and draft.before is None:
        draft.metrics, strong = (), False
    if strong and not numbers and _WHY.search(scanned.blanked) and set(draft.intents) <= {"reasons", "story"} and draft.agencies:
        return _grounds(draft) if _by_ground(draft) else _narrative(draft)
    if draft.measured.unclear and _WHY.search(scanned.blanked) and draft.agencies and not numbers:
        return _narrative(draft)
    if matter := asked_of_reports(draft):
        return _of_the_reports(draft, matter)
    if draft.agencies and _TOLD_EN.search(scanned.text):
        return _narrative(draft)
    if words := spoken_of(draft):
        return settled(_parsed(draft, "narrative"), words, bureaus="局" in scanned.keys("unit"))
    if draft.metrics and _UNCOMPUTED.search(scanned.text):
        return _parsed(draft, "clarify", options=draft.metrics, why="what")
    if (spent := _SPENT.search(scanned.blanked)) and draft.metrics and not any("yuan" in key for key in draft.metrics):
        draft.words = draft.words or (spent.group().replace("\x01", ""),)
        return _narrative(draft)
    if draft.incomparable and draft.metrics:
        return _parsed(draft, "clarify", options=draft.metrics, why="what")
    if (beside := _compared_with(draft)) is not None:
        return _parsed(draft, "clarify", options=beside, why="what")
    if _ADVICE.search(scanned.text):
        return _parsed(draft, "out_of_scope", why="out_of_scope")
    counts = (
        "charging" not in draft.intents
        and scanned.cue("many", "most", "least", "rank")
        and len(draft.measured.keys) == 1
        and not draft.words
    )
    if told and draft.metrics and (draft.measured.weak or draft.measured.inferred) and not counts:
        draft.metrics, strong = (), False
    counted = counted_reports(scanned) and (bool(draft.metrics) or scanned.cue("reports"))
    if counted and of_reports(scanned) and (not strong or draft.measured.inferred):
        draft.metrics, strong = (), False
    if strong and _OPEN.search(scanned.blanked) and not _asks(draft) and not draft.intents:
        return _narrative(draft)
    if scanned.cue("average") and draft.metrics and len(draft.agencies) == len(draft.years) == 1:
        return _parsed(draft, "clarify", options=draft.metrics, why="what")
    asked = strong or (bool(draft.metrics) and (_asks(draft) or not draft.words)) or (counted and scanned.cue("reports"))
    narrative = bool(draft.words) or any(intent != "story" for intent in draft.intents)
    if draft.measured.unclear and not draft.words and not draft.metrics:
        return _parsed(draft, "clarify", options=draft.measured.unclear, why="which_row")
    if draft.words and draft.measured.weak and not draft.unknown:
        asked = False
    if draft.unknown and not draft.agencies and not asked and not _of_reports(scanned):
        return _parsed(draft, "out_of_scope", why="out_of_scope")
    if draft.unknown and not draft.agencies:
        if narrative and not asked and only_other(draft.unknown, draft.near) == "office":
            draft.notes.append(("searched", f"{'、'.join(draft.unknown)}={'、'.join(draft.near)}"))
            draft.agencies = draft.near
            return _narrative(draft)
        return _parsed(draft, "records" if asked or not narrative else "narrative", query=_bare(draft), why="unknown_agency")
    if asked and strong and not draft.intents and (clause := _other_clause(draft) if draft.words else _open_clause(draft)):
        told_words, draft.words = draft.words, ()
        found = _records(draft, counted)
        return replace(found, route="both", words=told_words, search=clause) if found.route == "records" else found
    if asked:
        return _records(draft, counted)
    if narrative:
        return _narrative(draft)
    if _wants_overview(draft):
        draft.metrics = OVERVIEW
        return _parsed(draft, "records", query=query_of(draft, "value"))
    nothing = not (draft.agencies or draft.years or scanned.region or draft.intents or scanned.pieces)
    return _parsed(draft, "out_of_scope" if nothing else "clarify", why="out_of_scope" if nothing else "what", options=OVERVIEW[:4])


def _of_the_reports(draft: Draft, matter: Matter) -> Parsed:
    """What is asked of the reports themselves: which there are of the place and year asked for, their mistakes, when and by whom."""
    draft.metrics = ()
    if ambiguous := draft.ambiguous():
        return _parsed(draft, "clarify", options=ambiguous, why="which_agency")
    if matter == "reports" and not existence(draft.scan) and (place := place_asked(draft)):
        draft.scan.region, draft.agencies = place, ()
    counted = matter == "reports" and re.search("几|多少|how many|number of", draft.scan.blanked)
    return _parsed(draft, "records", query=query_of(draft, "count" if counted else "list"), matter=matter)


def _compared_with(draft: Draft) -> tuple[str, ...] | None:
    """The metric of a question that compares it with something not understood (收到的比受理的多吗); None for every other question."""
    alone = len(draft.agencies) <= 1 and len(draft.years) <= 1 and len(draft.metrics) == 1
    if not alone or draft.before is not None or draft.scan.cue("over_year", "growth", "share", "most", "least", "rank"):
        return None
    return draft.metrics if _BESIDE.search(draft.scan.blanked) else None


def _other_clause(draft: Draft) -> str:
    """A clause that asks the narrative for something, beside one that asks the tables for a number; empty where there is none."""
    text = draft.scan.blanked
    rows = {piece.start for piece in draft.scan.pieces if any(sort in ("row", "rate") and not weak for sort, _, weak in piece.meanings)}
    start = 0
    found, tables = "", False
    for clause in re.split(r"(?<=[？?。；;，,])", text):
        end = start + len(clause)
        words = [word for word in draft.words if word in clause]
        asks = bool(_ASKS.search(clause))
        if any(start <= at < end for at in rows):
            if words:
                return ""
            tables = tables or asks
        elif words and asks:
            found = draft.search(start, end)
        elif words:
            return ""
        start = end
    return found if tables else ""


def _open_clause(draft: Draft) -> str:
    """A clause that asks where or why (栽在什么地方), after one that asks the tables for a number; empty where there is none."""
    text, start, tables = draft.scan.blanked, 0, False
    for clause in re.split(r"(?<=[？?。；;，,])", text):
        end = start + len(clause)
        inside = [piece for piece in draft.scan.pieces if start <= piece.start < end]
        sorts = ("row", "rate") if _CAUSE.search(clause) else ("row", "rate", "column")
        rows = any(sort in sorts and not weak for piece in inside for sort, _, weak in piece.meanings)
        if tables and not rows and "\x01" not in clause and _WHEREIN.search(clause):
            return draft.search(start, end) or clause.strip(" ,，?？。")
        tables = tables or (rows and bool(_ASKS.search(clause)))
        start = end
    return ""


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


def _wants_overview(draft: Draft) -> bool:
    """Whether a question asks how it was, with nothing particular."""
    general = draft.intents and not draft.scan.cue("many")
    return len(draft.agencies) == 1 and not draft.measured.columns and bool(general) and not draft.scan.mentions[1:]


def _asks(draft: Draft) -> bool:
    kinds = (
        "many",
        "most",
        "least",
        "rank",
        "share",
        "trend",
        "compare",
        "sum",
        "over_year",
        "place",
        "each",
        "rank_up",
        "average",
        "growth",
    )
    others = ("which", "whiches", "enumerate", "none", "some")
    return draft.scan.cue(*kinds, *others) or bool(draft.scan.bounds.where) or draft.inherited


def _bare(draft: Draft) -> Query | None:
    return Query(kind="value", metrics=draft.metrics, agencies=draft.unknown, years=draft.years) if draft.metrics else None


def _narrative(draft: Draft) -> Parsed:
    if not (draft.agencies or draft.years or draft.scan.region or draft.intents or _of_reports(draft.scan)):
        return _parsed(draft, "out_of_scope", why="out_of_scope")
    if ambiguous := draft.ambiguous():
        return _parsed(draft, "clarify", options=ambiguous, why="which_agency")
    near = query_of(draft, "value") if draft.metrics and draft.agencies else None
    return _parsed(draft, "narrative", query=near, why="words" if near else "")


def _records(draft: Draft, counted: bool) -> Parsed:
    if draft.kept is not None:
        return _parsed(draft, "records", query=draft.kept)
    kind = kind_of(draft, counted)
    if not draft.metrics and draft.scan.bounds.where is not None:
        return _parsed(draft, "clarify", why="what", options=OVERVIEW[:4])
    if ambiguous := draft.ambiguous():
        return _parsed(draft, "clarify", options=ambiguous, why="which_agency")
    if kind in ("value", "share", "trend", "compare") and not draft.agencies and not draft.unknown:
        agencies = draft.below() if draft.scan.region else draft.catalogue.agencies
        everyone = of_everyone(draft.scan, kind)
        if everyone is None and len(agencies) != 1:
            return _parsed(draft, "clarify", options=_candidates(draft, agencies), why="which_agency", query=query_of(draft, kind))
        kind, draft.agencies = everyone or kind, agencies if everyone is None else ()
    query = query_of(draft, kind)
    if kind == "share" and not query.agencies and query.limit is None and draft.scan.cue("most", "least"):
        query = query.with_(limit=1)
    if draft.words and not any(intent != "story" for intent in draft.intents):
        return _parsed(draft, "narrative", query=query, why="words")
    wanted = [intent for intent in draft.intents if intent not in ("story", "reasons")]
    reasons = "reasons" in draft.intents and not draft.broken_down
    grounds = children(query.metrics[0]) if reasons and query.metrics else ()
    route: Route = "both" if wanted or (reasons and not grounds) else "records"
    return _parsed(draft, route, query=query, grounds=grounds)


def _by_ground(draft: Draft) -> bool:
    """Whether a cause is asked for that the table itself divides the number by (为什么不予公开), not why it is high or has changed."""
    plain = not draft.words and len(draft.metrics) == 1 and not draft.scan.cue("trend", "growth", "over_year", "compare", "none")
    return plain and bool(children(draft.metrics[0])) and not _MOVED_OR_HIGH.search(draft.scan.blanked)


def _grounds(draft: Draft) -> Parsed:
    """The number with the rows that divide it, and what the narrative says of it."""
    query = query_of(draft, "value")
    return _parsed(draft, "both", query=query, grounds=children(query.metrics[0]))


def _candidates(draft: Draft, agencies: tuple[str, ...]) -> tuple[str, ...]:
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


def _of_reports(scanned: Scan) -> bool:
    return bool(re.search("报告|年报|公开|申请|政务|政府|复议|诉讼|信息|report|disclos|applicat|agenc", scanned.text))


def _parsed(draft: Draft, route: Route, **more: object) -> Parsed:
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


__all__ = ["Parsed", "parse"]
