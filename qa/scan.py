"""A question taken apart: agencies, years, bounds and known phrases, and the words that nothing explains."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from .asides import ASKING, asides
from .bounds import Bounds, bounds
from .catalogue import Catalogue
from .periods import Times, times
from .places import Mention
from .spelling import canonical, spelt_right
from .whom import whom
from .words import Sort, lexicon, longest

MANY = 500
"""Agencies up to which a question's misspelt names are looked for among all of them."""
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_EXCEPT = re.compile(
    r"(?:除了?|除开|除去|不算|刨去|刨除|去掉|撇开|不计|不含|扣除|减去)(?:自然人|个人|公民)(?:申请人?)?(?:以外|之外|外)?[的，,]?(?:其他的?)?(?:法人(?:和|或|及|与)其他组织)?"
)
_NOT_PERSONS = re.compile(
    r"(?<=组织|法人|企业|公司|单位|机构)[，,]?[（(]?[，,]?(?:而?不是|并?非|而非|不含|不包括|排除|不算|不计|除去)(?:自然人|个人|公民|老百姓)(?:的|申请)*[）)]?"
    r"|leaving (?:natural persons?|individuals?|(?:private )?citizens?) aside,?|(?:自然人|个人|公民)(?:不算|除外|不计|不含|不在内)"
    r"|[（(,]? ?(?:not|rather than|and not|excluding|as opposed to|except) (?:by |from |for )?"
    r"(?:natural persons?|individuals?|(?:private )?citizens?|people)[）)]?"
)
"""Persons named only to say that organisations are meant."""
_POINTED_BACK = re.compile(
    r"\bsuch (?:requests|applications|cases|ones)\b|[这该此那]一?[项类种条款]"
    r"|上述|前述|\b(?:that|this|such) (?:ground|item|kind|category|type)\b"
)
"""What points to a row named before."""
_IN_HAN = re.compile(r"(?<=[a-z]) ?[（(]([\u3400-\u9fff]{2,12})[）)]")
"""A romanised place written once more in characters."""
_LONE = frozenset(
    "的了是有在和与及吗呢多少几个件次条项份年中里被把对向从到以为因占比各每总共和谁哪那它其区市县省镇数以内上下不未没无起宗说讲"
)
"""Single characters that stay query words beside an unexplained run."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A known phrase in the question."""

    text: str
    start: int
    meanings: tuple[tuple[Sort, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Words that nothing explains, with where they stand in ``Scan.blanked``."""

    text: str
    start: int
    end: int


@dataclass
class Scan:
    """Everything found in one question."""

    text: str
    """The normalised question."""
    english: bool
    mentions: list[Mention] = field(default_factory=list)
    region: str | None = None
    departments: bool = False
    """Whether governments themselves are to be left out."""
    without: tuple[str, ...] = ()
    """Agencies to be left out."""
    times: Times = field(default_factory=Times)
    bounds: Bounds = field(default_factory=Bounds)
    pieces: list[Piece] = field(default_factory=list)
    residual: list[Run] = field(default_factory=list)
    """Runs of words that nothing explains."""
    rows_outside: bool = True
    """Whether what asks names a row itself."""
    asides: tuple[tuple[int, int], ...] = ()
    """What the question says besides what it asks."""
    blanked: str = ""
    """The question with years, bounds and agencies blanked by U+0001."""

    def aside(self, at: int) -> bool:
        """Whether a place lies in what the question says besides what it asks."""
        return any(start <= at < end for start, end in self.asides)

    def keys(self, sort: Sort) -> list[str]:
        """The keys of one sort, in the order of the question."""
        return [key for piece in self.pieces for kind, key, _ in piece.meanings if kind == sort]

    def spelt(self, start: int, end: int) -> str:
        """How the question itself writes a span."""
        return self.text[start:end].strip("\x01")

    def cue(self, *names: str) -> bool:
        """Whether any of these cues was found."""
        return any(name in names for name in self.keys("cue"))


def normalise(text: str) -> str:
    """Compatibility forms, lower case, simplified where it is traditional, no spaces between Han."""
    text = unicodedata.normalize("NFKC", text).strip().lower()
    simple = _simplified(text)
    text = simple if sum(a != b for a, b in zip(text, simple, strict=False)) >= 2 else text
    text = re.sub(rf"(?<=[{_HAN}\d])\s+(?=[{_HAN}])|(?<=[{_HAN}])\s+(?=\d)", "", text)
    text = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text)
    return re.sub(r"\s+", " ", text)


def scan(question: str, catalogue: Catalogue, *, today: date | None = None) -> Scan:
    """Take a question apart."""
    text = canonical(spelt_right(normalise(question), catalogue.agencies if len(catalogue.agencies) <= MANY else ()))
    letters, han = len(re.findall(r"[a-z]", text)), len(re.findall(f"[{_HAN}]", text))
    found = Scan(text, english=letters > 2 * han)
    if found.english:
        text = _IN_HAN.sub(lambda match: match.group() if match[1] in catalogue.names else " " * len(match.group()), text)
    found.times, text = times(text, catalogue.years, today or date.today())
    found.bounds, text = bounds(text)
    if re.search(r"法人|组织|企业|公司|单位|organi[sz]ation|compan|legal person|entit", text):
        text = _NOT_PERSONS.sub(lambda match: "\x01" * len(match.group()), text)
    text = _EXCEPT.sub(lambda match: "法人".ljust(len(match.group()), "\x01"), text)
    meant, text = whom(text, catalogue, english=found.english, bounded=found.bounds.where is not None)
    found.mentions, found.region, found.departments, found.without = meant.mentions, meant.region, meant.departments, meant.without
    _phrases(found, text)
    _set_aside(found)
    return found


def _set_aside(found: Scan) -> None:
    """Take out of the question what it says besides what it asks: cues always, rows and agencies where what asks has its own."""
    asking = [
        piece.start
        for piece in found.pieces
        if any((sort == "cue" and key in ASKING) or sort in ("rate", "intent") for sort, key, _ in piece.meanings)
    ]
    found.asides = asides(found.blanked, asking)
    if not found.asides:
        return
    kept = [mention for mention in found.mentions if not found.aside(mention.start)]
    found.mentions = kept or found.mentions
    outside = [piece for piece in found.pieces if not found.aside(piece.start)]
    rows = any(sort in ("row", "rate") and not weak for piece in outside for sort, _, weak in piece.meanings)
    found.rows_outside = rows = rows and not _POINTED_BACK.search(found.blanked)
    places = [
        piece
        for piece in found.pieces
        if found.aside(piece.start) and any(sort in ("row", "column", "rate") for sort, _, _ in piece.meanings)
    ]
    found.pieces = sorted((*outside, *(() if rows else places)), key=lambda piece: piece.start)


def _phrases(found: Scan, text: str) -> None:
    known, limit = lexicon(), longest()
    found.blanked = text
    at, start = 0, -1

    def close(end: int) -> None:
        nonlocal start
        if start >= 0 and (run := text[start:end].strip(" ,.?!:;'\"、，。？！“”《》()「」")):
            found.residual.append(Run(run, start, end))
        start = -1

    while at < len(text):
        if text[at] in '\x01 ,.?!:;"、，。？！：；“”《》()「」…~':
            close(at)
            at += 1
            continue
        latin = bool(re.match(r"[a-z0-9]", text[at]))
        if latin and at and re.match(r"[a-z0-9]", text[at - 1]):
            at += 1
            continue
        for length in range(min(limit, len(text) - at), 0, -1):
            phrase = text[at : at + length]
            if phrase in known and not (latin and re.match(r"[a-z0-9]", text[at + length : at + length + 1])):
                close(at)
                found.pieces.append(Piece(phrase, at, known[phrase]))
                at += length
                break
        else:
            start = at if start < 0 else start
            at += 1
    close(len(text))
    found.residual = [_widened(found, run) for run in found.residual]


def _widened(found: Scan, run: Run) -> Run:
    """A run with the single characters beside it that only looked like query words: 外国 + 人, 人 + 工智 + 能."""
    ends = {p.start + len(p.text): p for p in found.pieces if len(p.text) == 1}
    starts = {p.start: p for p in found.pieces if len(p.text) == 1}
    start, end = run.start, run.end
    if (before := ends.get(start)) is not None and before.text not in _LONE:
        start -= 1
    if (after := starts.get(end)) is not None and after.text not in _LONE:
        end += 1
    return Run(found.blanked[start:end], start, end)


def content(run: str) -> bool:
    """Whether an unexplained run of words carries meaning: two Han characters, or three letters."""
    return len(re.findall(f"[{_HAN}]", run)) >= 2 or bool(re.search(r"[a-z]{3}", run))


@cache
def _converter() -> object:
    from opencc import OpenCC

    return OpenCC("t2s")


def _simplified(text: str) -> str:
    return str(_converter().convert(text)).replace("干安县", "乾安县")  # type: ignore[attr-defined]
