"""The offline parser: a question becomes a typed query, a route and the words to look for in the narrative."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import get_args

from .catalogue import Catalogue, Entry, Mention, clean, unit_of
from .measures import OVERVIEW, Measures, children, measures, whole
from .query import Condition, Kind, Query, Route, Unit, all_metrics, counterpart, known_to, metric
from .scan import Run, Scan, content, scan
from .terms import light

_COUNTED = re.compile(
    r"(?:几|多少|how many)\s*(?:个|家|份)*\s*(?:的)?(?:\x01*的?)?(?:区|县|市|省|镇|街道|机关|单位|部门|政府|机构|地方|局|厅|年报|报告"
    r"|年度报告|agenc|district|count|cit|depart|bod|report|govern)|(?:几|多少)\s*(?:家(?!的?申请)|份(?=.{0,12}(?:年报|报告)))|有几个(?=不|没|超|行|新|予)"
    r"|(?:机关|单位|部门|区|县|市|政府|厅局|地方|机构)(?:一共|总共|共)?有?(?:几|多少)(?:个|家)(?!申请)"
)
_ORGAN = re.compile(
    r"(?!(?:[一二两三四五六七八九十几每哪这那\d]+个|各|所有|哪|这些|全部|下属))[\u3400-\u9fff]{1,10}?(?:局|厅|委员会|委|国防部|院|中心|支队|大队|办公室|街道|公司|学校|大学)(?!部)"
)
_BUREAU = re.compile(r"(?: (?!and |or |in |of )[a-z]+){1,4} (?:bureau|department|commission|committee)")
_WHICH_KIND = re.compile(
    r"(?:哪一?[类种个项]|什么|何种)(?:不予公开|无法提供|不予处理)?的?(?:情形|理由|原因|申请人|类型|情况|结果)"
    r"|which (?:ground|reason|applicant|outcome)"
)
_RATES = {f"applications.{name}.total": f"rates.{name}" for name in ("granted", "refused", "unavailable")}
"""Shares of all outcomes that the forms know as rates, so that agencies can be ranked by them."""


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
    """Words of the question that neither forms nor query words explain."""
    notes: tuple[tuple[str, str], ...] = ()
    """Things to say beside the answer, as (message key, detail)."""
    agencies: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    """Whom and which years the question is about, whatever the route."""
    region: str | None = None
    search: str = ""
    """What to look for in the narrative: the question without agencies, years and query words; “，” parts its clauses."""
    number: bool = False
    """Whether a number is asked for."""
    subject: tuple[str, ...] = ()
    """The agencies that the answer named, for a follow-up that speaks of “it”."""


def parse(question: str, catalogue: Catalogue, before: Parsed | None = None, *, today: date | None = None) -> Parsed:
    """Understand a question, on its own or after another one."""
    from .follow import inherit

    found = scan(question, catalogue, today=today)
    measured = measures(found)
    draft = _Draft(found, measured, catalogue, before)
    if before is not None:
        inherit(draft, before)
    return draft.finish()


@dataclass
class _Draft:
    """A question on its way to being understood."""

    scan: Scan
    measured: Measures
    catalogue: Catalogue
    before: Parsed | None

    def __post_init__(self) -> None:
        self.metrics: tuple[str, ...] = self.measured.keys
        self.intents = tuple(dict.fromkeys(self.scan.keys("intent")))
        self.unknown, self.near = self._unknown()
        self.agencies: tuple[str, ...] = tuple(dict.fromkeys(a for m in self._usable() for a in _one(m)))
        self.years: tuple[int, ...] = tuple(self.scan.years)
        self.inherited = False
        self.notes: list[tuple[str, str]] = []
        if self.scan.published is not None and not self.years:
            self.years = (self.scan.published - 1,)
            self.notes.append(("published", str(self.scan.published)))
        topics = tuple(piece.text for piece in self.scan.pieces if any(sort == "topic" for sort, _, _ in piece.meanings))
        self.words = (
            tuple(run.text for run in self.scan.residual if content(run.text) and run.text not in self.unknown and run.text not in light())
            + topics
        )
        self.words = tuple(word for word in self.words if not self._labelled(word))
        if self.metrics and not self.measured.weak:
            loose = tuple(run.text for run in self.scan.residual if run.text in self.words and not _restricts(self.scan, run))
            self.words = tuple(word for word in self.words if word not in loose)
            loose = tuple(word for word in loose if not self._narrowed(word))
            self.notes += [("ignored", word) for word in loose]
        self.years = self.years or self._recent()
        self.kind_words = self._kind_words()

    def _labelled(self, word: str) -> bool:
        """Whether a word is part of what the form calls a metric asked for."""
        return any(word in clean(metric(key).label.text) for key in self.metrics)

    def _narrowed(self, word: str) -> bool:
        """Whether a word belongs to the name of just one row of the group asked for; then that row is meant."""
        pairs = [word[at : at + 2] for at in range(len(word) - 1)]
        rows = [key for key in children(self.metrics[0]) if any(pair in clean(metric(key).label.text) for pair in pairs)]
        if len(rows) == 1:
            self.metrics = (rows[0], *self.metrics[1:])
        return len(rows) == 1

    def _recent(self) -> tuple[int, ...]:
        """“近三年” counted back from the last report of the agency asked about."""
        if not self.scan.recent:
            return ()
        own = [e.year for a in self.agencies for e in self.catalogue.by_agency.get(a, ()) if e.year] or list(self.catalogue.years)
        latest = max(own, default=0)
        return tuple(range(latest - self.scan.recent + 1, latest + 1))

    def _usable(self) -> list[Mention]:
        """Mentions that name an agency, not one whose department the library lacks, nor a government for its office."""
        kept = []
        for mention in self.scan.mentions:
            name = self.scan.text[mention.start : mention.end]
            if mention.how != "office_for_government" and not any(u != name and u.startswith(name) for u in self.unknown):
                kept.append(mention)
        return kept

    def _unknown(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of agencies that the library lacks, and those it has that come near."""
        scanned = self.scan
        names: list[str] = []
        near: list[str] = []
        for mention in scanned.mentions:
            name = scanned.text[mention.start : mention.end]
            rest = _ORGAN.match(scanned.blanked[mention.end :])
            if mention.how == "office_for_government":
                names.append(name)
                near += mention.agencies
            elif mention.how == "loose" and (other := _BUREAU.match(scanned.blanked[mention.end :])):
                names.append(name + other.group())
                near += mention.agencies
            elif rest and mention.how == "loose" and not _explained(scanned, mention.end, mention.end + rest.end()):
                names.append(name + rest.group())
                near += mention.agencies
        if scanned.mentions:
            return tuple(names), tuple(dict.fromkeys(near))
        places = (piece for piece in scanned.pieces if any(sort == "place" for sort, _, _ in piece.meanings))
        names += [piece.text + _unit_after(scanned, piece.start + len(piece.text)) for piece in places]
        for run in scanned.residual:
            if unit := _unit_after(scanned, run.end):
                names.append(run.text + unit)
            elif self._names_someone(run):
                names.append(run.text)
        return tuple(names), ()

    def _names_someone(self, run: Run) -> bool:
        """Whether an unexplained run stands where a question names its agency: before the year, or ends like an organ."""
        text = self.scan.blanked
        if not re.search(r"[\u3400-\u9fff]{2}", run.text):
            return False
        return bool(_ORGAN.fullmatch(run.text)) or (run.start == 0 and text[run.end : run.end + 1] == "\x01" and bool(self.scan.years))

    def _kind_words(self) -> bool:
        return self.scan.cue("many", "most", "least", "rank", "share", "trend", "compare", "sum", "over_year", "place", "each", "rank_up")

    def finish(self) -> Parsed:
        """The finished understanding."""
        scanned = self.scan
        away = bool(scanned.keys("away"))
        strong = bool(self.metrics) and not self.measured.weak
        if away and not strong:
            return self._parsed("out_of_scope", why="out_of_scope")
        counted = bool(_COUNTED.search(scanned.blanked)) and (bool(self.metrics) or scanned.cue("reports"))
        asked = strong or (bool(self.metrics) and (self._asks() or not self.words)) or (counted and scanned.cue("reports"))
        narrative = bool(self.words) or any(intent != "story" for intent in self.intents)
        if self.measured.unclear and not self.words:
            return self._parsed("clarify", options=self.measured.unclear, why="which_row")
        if self.words and self.measured.weak and not self.unknown:
            asked = False
        if self.unknown and not self.agencies and not asked and not _of_reports(scanned):
            return self._parsed("out_of_scope", why="out_of_scope")
        if self.unknown and not self.agencies:
            return self._parsed("records" if asked or not narrative else "narrative", query=self._bare(), why="unknown_agency")
        if asked:
            return self._records(counted)
        if narrative:
            return self._narrative()
        if (
            self.agencies
            and not self.measured.columns
            and (self.intents or scanned.cue("many"))
            and len(self.agencies) == 1
            and not scanned.mentions[1:]
        ):
            self.metrics = OVERVIEW
            return self._parsed("records", query=self._query("value"))
        nothing = not (self.agencies or self.years or scanned.region or self.intents or scanned.pieces)
        return self._parsed("out_of_scope" if nothing else "clarify", why="out_of_scope" if nothing else "what", options=OVERVIEW[:4])

    def _search(self) -> str:
        """The words left when agencies, years, cues and noise are taken out."""
        text = list(self.scan.blanked)
        kept = {at for run in self.scan.residual for at in range(run.start, run.end)}
        for piece in self.scan.pieces:
            if piece.start not in kept and all(
                sort in ("cue", "noise", "unit", "intent", "away", "place") for sort, _, _ in piece.meanings
            ):
                text[piece.start : piece.start + len(piece.text)] = [" "] * len(piece.text)
        return re.sub(r"[\s\x01]+", " ", re.sub(r"[,;，；]+", "，", re.sub(r"[.?!:。？！：、“”]", " ", "".join(text)))).strip(" ，")

    def _asks(self) -> bool:
        return self.kind_words or bool(self.scan.where) or self.scan.cue("which", "whiches", "enumerate", "none", "some") or self.inherited

    def _bare(self) -> Query | None:
        return Query(kind="value", metrics=self.metrics, agencies=self.unknown, years=self.years) if self.metrics else None

    def _narrative(self) -> Parsed:
        if not (self.agencies or self.years or self.scan.region or self.intents or _of_reports(self.scan)):
            return self._parsed("out_of_scope", why="out_of_scope")
        ambiguous = [m for m in self._usable() if len(m.agencies) > 1]
        if ambiguous:
            return self._parsed("clarify", options=ambiguous[0].agencies, why="which_agency")
        near = self._query("value") if self.metrics and self.agencies else None
        return self._parsed("narrative", query=near, why="words" if near else "")

    def _records(self, counted: bool) -> Parsed:
        kind = self._kind(counted)
        ambiguous = [m for m in self._usable() if len(m.agencies) > 1]
        if ambiguous:
            return self._parsed("clarify", options=ambiguous[0].agencies, why="which_agency")
        if kind in ("value", "share", "trend", "compare") and not self.agencies and not self.unknown:
            chosen = self._sole()
            if not chosen:
                return self._parsed("clarify", options=self._candidates(), why="which_agency", query=self._query(kind))
            self.agencies = chosen
        query = self._query(kind)
        if self.words and not any(intent != "story" for intent in self.intents):
            return self._parsed("narrative", query=query, why="words")
        wanted = [intent for intent in self.intents if intent not in ("story", "reasons")]
        grounds = children(query.metrics[0]) if "reasons" in self.intents and query.metrics else ()
        route: Route = "both" if wanted or ("reasons" in self.intents and not grounds) else "records"
        return self._parsed(route, query=query, grounds=grounds)

    def _sole(self) -> tuple[str, ...]:
        """The only agency that can be meant, when the library, or the place named, has just one."""
        agencies = self._below() if self.scan.region else self.catalogue.agencies
        return agencies if len(agencies) == 1 else ()

    def _below(self) -> tuple[str, ...]:
        region = self.scan.region or ""
        return self.catalogue.regions.get(region) or tuple(a for a in self.catalogue.agencies if a.startswith(region))

    def _candidates(self) -> tuple[str, ...]:
        agencies = self._below() if self.scan.region else self.catalogue.agencies
        if self.years:
            agencies = tuple(a for a in agencies if any(e.year in self.years for e in self.catalogue.by_agency[a])) or agencies
        return agencies[:8]

    def _kind(self, counted: bool) -> Kind:
        scanned = self.scan
        several = len(self.agencies) > 1 or len(self.years) > 1
        unit = bool(scanned.keys("unit"))
        if scanned.cue("place"):
            return "rank"
        if _WHICH_KIND.search(scanned.text) and len(self.agencies) == 1 and scanned.cue("most", "least") and self.metrics:
            self.metrics = children(self.metrics[0]) or self.metrics
            return "compare"
        if scanned.cue("share") and scanned.cue("most", "least", "rank", "rank_up") and len(self.agencies) != 1:
            self.metrics = tuple(_RATES.get(key, key) for key in self.metrics)
        rates = bool(self.metrics) and self.metrics[0].startswith("rates.")
        if scanned.cue("share") and not rates:
            return "share"
        if scanned.cue("most", "least", "rank", "rank_up") and not (counted and scanned.where):
            return "rank"
        if counted and not (scanned.cue("each") and not scanned.where):
            return "count"
        if scanned.cue("sum") or (scanned.cue("total") and (several or self._open_years() or (not self.agencies and not scanned.where))):
            return "sum"
        if scanned.cue("over_year") or self._compares(several):
            return "compare"
        if scanned.cue("trend") and len(self.agencies) <= 1:
            return "trend"
        if not self.agencies and (scanned.cue("whiches", "enumerate") or (scanned.cue("each", "all") and unit) or self._which_meets()):
            return "list"
        if scanned.cue("which") and not self.agencies and unit:
            return "rank"
        if several:
            return "trend" if len(self.agencies) == 1 else "compare"
        return "value"

    def _open_years(self) -> bool:
        """Whether one agency is asked about without a year, and the library has several of its reports."""
        return not self.years and len(self.agencies) == 1 and len(self.catalogue.by_agency.get(self.agencies[0], ())) > 1

    def _which_meets(self) -> bool:
        return self.scan.cue("which") and (bool(self.scan.where) or self.scan.cue("none", "some"))

    def _compares(self, several: bool) -> bool:
        scanned = self.scan
        many = several or len(self.metrics) > 1
        if not many and len(self.years) == 1 and re.search(r"(?:增加|增长|减少|下降|多|少)了", scanned.text) and not scanned.cue("sum"):
            return len(self.agencies) == 1 and bool(re.search("比|较", scanned.text))
        return many and (scanned.cue("compare", "which") or bool(re.search("比(?!例|重|率)|较", scanned.text)))

    def _query(self, kind: Kind) -> Query:
        scanned, metrics, years, agencies = self.scan, self.metrics, self.years, self.agencies
        over: str | None = None
        where = scanned.where
        focus: str | None = None
        if kind == "share":
            metrics, over = self._share(metrics)
        alone = len(years) == 1 and (scanned.cue("over_year") or (len(agencies) == 1 and len(metrics) == 1))
        if kind == "compare" and alone:
            years = (years[0] - 1, years[0])
        if kind == "compare":
            years = tuple(sorted(years))
        if kind in ("count", "list") and where is None and metrics and not scanned.cue("each"):
            where = _implied(scanned, kind)
        if kind == "rank" and len(agencies) == 1 and (scanned.cue("place") or years):
            focus, agencies = agencies[0], ()
        if kind == "value" and not years and agencies:
            years = tuple(sorted({e.year for a in agencies for e in self.catalogue.by_agency.get(a, ()) if e.year}))
            kind = "trend" if len(years) > 1 and len(agencies) == 1 and metrics is not OVERVIEW else kind
            years = () if kind == "trend" else years[-1:] if metrics is OVERVIEW else years
        unit, scope = self._unit(agencies)
        return Query(
            kind=kind,
            metrics=_in_form(metrics, self._entries(agencies, years)),
            over=over,
            agencies=agencies,
            focus=focus,
            region=self._region() if not agencies else None,
            unit=unit,
            scope=scope,
            years=years,
            order="asc" if scanned.cue("least", "rank_up") else "desc",
            limit=scanned.limit or (1 if kind == "rank" and not focus and scanned.cue("most", "least", "which") else None),
            where=where,
        )

    def _share(self, metrics: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
        """Numerator and denominator: “X 占 Y 的比例”, or “Y 中 X 的占比”."""
        groups = [
            key for key in dict.fromkeys(self.scan.keys("row")) if any(m.startswith(f"{key}.") and f"{key}.total" != m for m in metrics)
        ]
        parent = next(
            (f"{key}.total" for key in groups if f"{key}.total" in all_metrics() and metrics[0].count(".") > key.count(".") + 1), None
        )
        if parent:
            return metrics[:1], parent
        if len(metrics) == 2:
            divided = re.search("占(?!比|了|多)", self.scan.text) is not None
            return (metrics[:1], metrics[1]) if divided else (metrics[1:], metrics[0])
        return metrics[:1], whole(metrics[0]) if metrics else None

    def _region(self) -> str | None:
        if self.scan.region is None:
            return None
        below = self.catalogue.regions.get(self.scan.region, ())
        return next((p for a in below if (p := _prefix(a, self.scan.region))), self.scan.region)

    def _unit(self, agencies: tuple[str, ...]) -> tuple[Unit | None, None]:
        """The kind of agency asked for; none where particular agencies are named, or the library has none of that kind."""
        units = [unit for unit in self.scan.keys("unit") if unit != "any"]
        if agencies or not units:
            return None, None
        here = {unit_of(agency) for agency in self.catalogue.agencies}
        chosen = next((unit for unit in units if unit in here), None)
        return (chosen if chosen in get_args(Unit) else None), None  # type: ignore[return-value]

    def _entries(self, agencies: tuple[str, ...], years: tuple[int, ...]) -> list[Entry]:
        pool = [e for a in agencies for e in self.catalogue.by_agency.get(a, ())] if agencies else list(self.catalogue.entries)
        return [entry for entry in pool if not years or entry.year in years]

    def _parsed(self, route: Route, **more: object) -> Parsed:
        return Parsed(
            self.scan.text,
            self.scan.english,
            route,
            intents=self.intents,
            unknown=self.unknown,
            near=self.near,
            words=self.words,
            notes=tuple(self.notes),
            agencies=self.agencies,
            years=self.years,
            region=self._region() if not self.agencies else None,
            search=self._search(),
            number=self.scan.cue("many", "share"),
            **more,  # type: ignore[arg-type]
        )


def _one(mention: Mention) -> tuple[str, ...]:
    """The agency of a mention; for several, the first, since an ambiguous mention is clarified before it is used."""
    return mention.agencies[:1]


def _prefix(agency: str, region: str) -> str | None:
    at = agency.find(region)
    return agency[: at + len(region)] if at >= 0 else None


def _explained(scanned: Scan, start: int, end: int) -> bool:
    """Whether a row, rate or column of the forms begins within this span."""
    return any(
        start <= piece.start < end and any(sort in ("row", "rate", "column") and not weak for sort, _, weak in piece.meanings)
        for piece in scanned.pieces
    )


def _unit_after(scanned: Scan, end: int) -> str:
    """The kind of place written directly after a name: 区 after 天河."""
    for piece in scanned.pieces:
        if piece.start == end and any(sort == "unit" and key for sort, key, _ in piece.meanings) and len(piece.text) <= 2:
            return piece.text if piece.text in ("省", "市", "区", "县", "镇", "乡", "政府", "街道", "局") else ""
    return ""


def _restricts(scanned: Scan, run: Run) -> bool:
    """Whether an unexplained run narrows what is counted (教育类的…, 以信函…, from foreigners), not just says how it is asked."""
    text = scanned.blanked
    if re.search(r"[a-z]", run.text):
        return bool(re.search(r"\b(?:by|from|about|regarding|concerning|on|via|through|using|involving) (?:the )?$", text[: run.start]))
    after, before = text[run.end : run.end + 1], text[: run.start]
    return bool(
        after == "的"
        or re.search("(?:类|人|者|群体|方式|领域|行业|渠道|途径|系统|性质|方面)$", run.text)
        or re.search("(?:通过|利用|采用|关于|涉及|针对|有关|以|用|由)$", before)
    )


def _of_reports(scanned: Scan) -> bool:
    return bool(re.search("报告|年报|公开|申请|政务|政府|复议|诉讼|信息|report|disclos|applicat|agenc", scanned.text))


def _implied(scanned: Scan, kind: Kind) -> Condition | None:
    if scanned.cue("none"):
        return Condition(op="=", value=Decimal(0))
    return Condition(op=">", value=Decimal(0)) if kind == "count" or scanned.cue("some") else None


def _in_form(metrics: tuple[str, ...], entries: list[Entry]) -> tuple[str, ...]:
    """The metrics in the wording of the form that the reports follow: 制发 is 新制作 in form 2019."""
    forms = {entry.form for entry in entries if entry.form in ("2019", "2021")}
    if len(forms) != 1:
        return metrics
    (form,) = forms
    chosen = []
    for key in metrics:
        other = counterpart(key)
        fits = known_to(key, form) is not None or other is None or known_to(other, form) is None  # type: ignore[arg-type]
        chosen.append(key if fits or other is None else other)
    return tuple(dict.fromkeys(chosen))


__all__ = ["Parsed", "parse"]
