"""A question on its way to being understood: whom, when and what it is about, before kind and route are settled."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from .catalogue import Catalogue
from .infer import inferred, touches
from .limits import counted, limits, other_measure
from .measures import Measures, children, measures
from .offices import stands_in
from .parsed import Parsed
from .places import Mention, clean, places_of
from .query import Condition, Query, metric
from .scan import Piece, Scan, content, scan
from .speech import names_something
from .strangers import apart, strangers
from .terms import light
from .words import Meaning

_THAN_ANOTHER = re.compile(
    r"(?P<zh>超过|高于|多于|低于|少于|不如|比)\x01+的?(?P<still>还|更|要|都)?(?P<way>[多少高低大小])?的?(?:都|又)?有?"
    r"(?:(?:哪些|哪几个|几个|多少个?)?(?:机关|单位|部门|市|区|县|局|厅|地方)|(?(still)(?:的|[?？]|$)|(?!)))"
    r"|(?P<en>more|fewer|less|higher|lower|larger|smaller)\b[^,.?;\x01]{0,50}?\bthan(?: that of| the)? ?\x01+"
)
"""Agencies to be compared with another one's number, which no query does."""
_ORGAN_FOLLOWS = re.compile(r"[a-z&]+(?: and [a-z&]+)? (?:bureau|department|commission)\b")
"""The English name of a department beside the one in characters."""
_MOVED = re.compile(
    r"(?P<up>(?:上升|增加|增长|变多|上涨|走高|增多|涨)了?|\b(?:rose|increased|went up|grew|saw an increase|saw a rise)\b)"
    r"|(?P<down>(?:下降|减少|变少|下滑|回落|走低|降低|降)了?|\b(?:fell|decreased|went down|dropped|declined|saw a decrease|saw a drop)\b)"
)
"""That a number went up or down."""
_LEADING = re.compile(r"\W*(?:after|since|following|once|having been|now that) (?:[^,.?;]{8,90}), (?=(?:what|how|why|where|which)\b)")
"""A clause of an English question that only says when: what is searched for stands after it."""
QUANTITY = ("many", "most", "least", "rank", "share", "trend", "compare", "sum", "over_year", "place", "each", "average", "growth")
"""Cues that a number is asked for."""
_AVERAGED = frozenset({"平均", "average"})


class Draft:
    """What is known of a question so far; follow-ups fill in what it leaves out."""

    def __init__(self, question: str, catalogue: Catalogue, before: Parsed | None, today: date | None) -> None:
        self.scan: Scan = scan(question, catalogue, today=today)
        self.catalogue = catalogue
        self.before = before
        found = inferred(self.scan, measures(self.scan))
        self.measured: Measures = found.measured
        self.metrics: tuple[str, ...] = self.measured.keys
        self.intents = tuple(dict.fromkeys(self._intents()))
        self.scan.mentions = _settled(self.scan.mentions)
        self.scan.mentions = apart(self.scan)
        self.unknown, self.near = strangers(self.scan)
        self.agencies: tuple[str, ...] = tuple(dict.fromkeys(a for m in self.usable() for a in m.agencies[:1]))
        self.years: tuple[int, ...] = tuple(self.scan.times.years)
        self.inherited = False
        self.incomparable = False
        """Whether agencies are compared with another one's number in a way that no query does."""
        self.than: str | None = None
        """The agency whose number others are compared with."""
        self.kept: Query | None = None
        """The query before with only its years changed, for a follow-up that asks no more than that."""
        self.whole: str | None = None
        """The denominator of a share, where the question itself settles it."""
        self.broken_down = False
        """Whether the largest or smallest part of a whole is asked for."""
        self.notes: list[tuple[str, str]] = []
        self.notes += [
            ("taken", f"{self.scan.spelt(m.start, m.end)}={m.agencies[0]}") for m in self.scan.mentions if m.how == "taken" and m.agencies
        ]
        self.notes += [
            ("office_only", f"{government}={m.agencies[0]}")
            for m in self.scan.mentions
            if (government := stands_in(self.scan.text[m.start : m.end], m))
        ]
        self._moved()
        self._period()
        self.words: tuple[str, ...] = ()
        """Words that limit the question, or are themselves what it counts."""
        self._weigh({run.start for run in found.explained})
        self.years = self.years or self._recent()

    def _intents(self) -> list[str]:
        """What of the narrative is wanted; “我打算…” tells of whoever asks."""
        own = re.compile(r"(?:我们?|咱们?|本人)(?:正|也|还|是)?$")
        pieces = [piece for piece in self.scan.pieces if not own.search(self.scan.blanked[: piece.start])]
        return [key for piece in pieces for sort, key, _ in piece.meanings if sort == "intent"]

    # ------------------------------------------------------------------ whom and when
    def usable(self) -> list[Mention]:
        """Mentions that name an agency, not one whose department the library lacks, nor a government for its office."""
        kept = []
        for mention in self.scan.mentions:
            name = self.scan.text[mention.start : mention.end]
            if mention.how not in ("office_for_government", "stranger") and not any(u != name and u.startswith(name) for u in self.unknown):
                kept.append(mention)
        return kept

    def ambiguous(self) -> tuple[str, ...]:
        """The agencies that a name can mean alike; empty when every name is clear."""
        return next((mention.agencies for mention in self.usable() if len(mention.agencies) > 1), ())

    def _period(self) -> None:
        found = self.scan.times
        if found.published is not None and not self.years:
            self.years = (found.published - 1,)
            self.notes.append(("published", str(found.published)))
        if found.today is not None:
            self.notes.append(("today", f"{found.today[0]}={found.today[1]}"))

    def _recent(self) -> tuple[int, ...]:
        """“近三年” counted back from the last report of the agency asked about, “最早一年” from the first."""
        count = self.scan.times.recent
        if not count:
            return ()
        own = [e.year for a in self.agencies for e in self.catalogue.by_agency.get(a, ()) if e.year] or list(self.catalogue.years)
        if count < 0:
            return (min(own),) if own else ()
        latest = max(own, default=0)
        return tuple(range(latest - count + 1, latest + 1))

    # ------------------------------------------------------------------ words
    def _weigh(self, explained: set[int]) -> None:
        """Sort the words that nothing explains into those that limit the question and those that do not."""
        scanned = self.scan
        named = [piece for piece in scanned.pieces if not self._passing(piece)]
        topics = [piece.text for piece in named if any(sort == "topic" for sort, _, _ in piece.meanings)]
        if self.metrics and scanned.cue("average"):
            topics = [word for word in topics if word not in _AVERAGED]
        topics += self._dropped()
        beside = _THAN_ANOTHER.search(scanned.blanked)
        if beside and not (beside["en"] and len(self.agencies) != 1) and not self._beside(beside):
            topics.append(beside.group().replace("\x01", ""))
            self.incomparable = True
        topics += [piece.text for piece in named if any(sort == "limit" for sort, _, _ in piece.meanings)]
        blocking, loose = list(topics), []
        if self.measured.weak and other_measure(scanned):
            self.metrics, self.measured = (), Measures()
        for run in scanned.residual:
            if not content(run.text) or any(run.text in name for name in self.unknown) or run.text in light() or run.start in explained:
                continue
            if self.metrics and scanned.aside(run.start):
                continue
            if self._labelled(run.text) or (self.metrics and not self.measured.weak and self._narrowed(run.text)):
                continue
            general = self.measured.weak or (self.measured.inferred and not touches(run.text, self.metrics))
            other = general and (counted(scanned, run) or not scanned.cue(*QUANTITY))
            if scanned.mentions and _ORGAN_FOLLOWS.match(scanned.blanked, run.start):
                continue
            if (
                self.before is not None
                and not self.metrics
                and not names_something(scanned.blanked.replace("\x01", " "), run.start, run.end)
            ):
                continue
            if not self.metrics or other or limits(scanned, run):
                blocking.append(run.text)
            else:
                loose.append(run.text)
        self.words = tuple(dict.fromkeys(word for word in blocking if not self._labelled(word)))
        self.notes += [("ignored", word) for word in loose]

    def _passing(self, piece: Piece) -> bool:
        """Whether a piece is only part of another word (整天), or stands beside what is asked."""
        cut = len(piece.text) == 1 and not re.search(r"[\d多少几一二三四五六七八九十两每均]$", self.scan.blanked[: piece.start])
        return cut or (bool(self.metrics) and self.scan.aside(piece.start))

    def _moved(self) -> None:
        """“哪些单位的复议上升了”: agencies by the sign of their change from the year before."""
        scanned = self.scan
        match = _MOVED.search(scanned.blanked)
        who = scanned.cue("whiches", "which", "enumerate") and bool(scanned.keys("unit")) and not self.agencies
        if match is None or not who or scanned.bounds.where is not None or scanned.cue("most", "least", "rank", "growth"):
            return
        down = match["down"] is not None
        scanned.bounds.where = Condition(op="<" if down else ">", value=Decimal(0))
        meanings: tuple[Meaning, ...] = (("cue", "growth", False), *((("cue", "falling", False),) if down else ()))
        scanned.pieces.append(Piece(match.group(), match.start(), meanings))

    def _beside(self, match: re.Match[str]) -> bool:
        """Whether agencies are asked for by another one's number in one year, which is then noted as the bound."""
        scanned = self.scan
        inside = [m for m in self.usable() if match.start() <= m.start < match.end()]
        who = scanned.cue("whiches", "which", "enumerate", "many") and bool(scanned.keys("unit"))
        if len(inside) != 1 or len(inside[0].agencies) != 1 or len(self.agencies) != 1 or len(self.years) != 1 or len(self.metrics) != 1:
            return False
        if not who or scanned.bounds.where is not None or scanned.cue("most", "least", "rank", "growth", "share"):
            return False
        word = match["zh"] or match["en"]
        low = word in ("低于", "少于", "不如", "fewer", "less", "lower", "smaller") or (match["way"] or "") in ("少", "低", "小")
        if word == "比" and not match["way"]:
            return False
        self.than, self.agencies = inside[0].agencies[0], ()
        scanned.residual = [run for run in scanned.residual if not match.start() <= run.start < match.end()]
        scanned.bounds.where = Condition(op="<" if low else ">", value=Decimal(0))
        return True

    def _dropped(self) -> list[str]:
        """Outcomes of applications named beside section four, which does not divide its cases by them (因不予公开引起的复议)."""
        if not self.metrics or not all(key.startswith("review_litigation.") for key in self.metrics):
            return []
        outcomes = ("applications.refused", "applications.granted", "applications.unavailable", "applications.not_processed")
        return [
            piece.text
            for piece in self.scan.pieces
            if any(sort == "row" and not weak and key.startswith(outcomes) for sort, key, weak in piece.meanings)
            and not any(sort == "column" for sort, _, _ in piece.meanings)
        ]

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

    def search(self, start: int = 0, end: int | None = None) -> str:
        """The words left when agencies, years, cues and noise are taken out; of the whole question, or of one clause."""
        text = list(self.scan.blanked)
        if lead := _LEADING.match(self.scan.blanked):
            text[: lead.end()] = " " * lead.end()
        kept = {at for run in self.scan.residual for at in range(run.start, run.end)}
        for piece in self.scan.pieces:
            if (
                piece.start not in kept
                and ("cue", "carried", False) not in piece.meanings
                and all(sort in ("cue", "noise", "unit", "intent", "away", "place") for sort, _, _ in piece.meanings)
            ):
                text[piece.start : piece.start + len(piece.text)] = " " * len(piece.text)
        return re.sub(r"[\s\x01]+", " ", re.sub(r"[,;，；]+", "，", re.sub(r"[.?!:。？！：、“”]", " ", "".join(text[start:end])))).strip(
            " ，"
        )

    # ------------------------------------------------------------------ places
    def below(self) -> tuple[str, ...]:
        """The agencies below the place named."""
        region = self.scan.region or ""
        return self.catalogue.regions.get(region) or tuple(a for a in self.catalogue.agencies if a.startswith(region))

    def region(self) -> str | None:
        """How the names of the agencies below the place named begin."""
        if self.scan.region is None:
            return None
        below = self.catalogue.regions.get(self.scan.region, ())
        return next((p for a in below if (p := _prefix(a, self.scan.region))), self.scan.region)


def _settled(mentions: list[Mention]) -> list[Mention]:
    """The mentions with “the city's office” taken as that of the place that another mention names, where only one fits."""
    sure = [places_of(mention.agencies[0])[:1] for mention in mentions if len(mention.agencies) == 1]
    settled = []
    for mention in mentions:
        fitting = tuple(a for a in mention.agencies if any(places and places_of(a)[:1] == places for places in sure))
        settled.append(replace(mention, agencies=fitting) if len(mention.agencies) > 1 and len(fitting) == 1 else mention)
    return settled


def _prefix(agency: str, region: str) -> str | None:
    at = agency.find(region)
    return agency[: at + len(region)] if at >= 0 else None
