"""A question taken apart: agencies, years, bounds and known phrases, and the words that nothing explains."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise

from .asides import ASKING, asides
from .bounds import Bounds, bounds
from .catalogue import Catalogue, Mention, is_office, own_part, places_of
from .periods import Times, blank, times
from .spelling import canonical, spelt_right
from .words import Sort, lexicon, longest

MANY = 500
"""Agencies up to which a question's misspelt names are looked for among all of them."""
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_EXCEPT = re.compile(
    r"(?:除了?|除开|除去|不算|刨去|刨除|去掉|撇开|不计|不含|扣除|减去)(?:自然人|个人|公民)(?:申请人?)?(?:以外|之外|外)?[的，,]?(?:其他的?)?(?:法人(?:和|或|及|与)其他组织)?"
)
_NOT_PERSONS = re.compile(
    r"(?<=组织|法人|企业|公司|单位|机构)[，,]?[（(]?[，,]?(?:而?不是|并?非|而非|不含|不包括|排除|不算|不计|除去)(?:自然人|个人|公民|老百姓)(?:的|申请)*[）)]?"
    r"|(?:自然人|个人|公民)(?:不算|除外|不计|不含|不在内)"
    r"|[（(,]? ?(?:not|rather than|and not|excluding|as opposed to|except) (?:by |from |for )?"
    r"(?:natural persons?|individuals?|(?:private )?citizens?|people)[）)]?"
)
"""Persons named only to say that organisations are meant."""
_UNITS_OF = re.compile(
    r"\x01*(?:市|省|县|区)?(?:的|下属的?|所属的?|直属的?|下设的?|下面的?|底下的?|所辖的?|下辖的?|辖内的?|辖区内?的?|范围内的?|里的?|内的?|这边的?|那边的?|这里的?|这头的?)?(?:那|这|都|共|一共)?有?"
    r"(?:各个?|所有的?|全部|下属的?|[一二两三四五六七八九十几\d]+[个家]|哪个|哪些|哪几个|多少个|哪一个|哪家|每个)(?:市直|区直|市属|省直|政府)?"
    r"(?:区县|县区|区|县|委办局|局委办|局|厅|部门|单位|镇|街道|机关)"
    r"|的(?:厅局|委办局|局|厅|区县|县区|区|县|镇|部门)(?:里面?|里头|中|当中|之中)"
    r"|,? ?(?:(?:which|how many|what) )?(?:municipal |own )?(?:agencies|bureaus|departments|districts|offices)\b"
)
"""What follows a place when its units are meant, not its government."""
_UNITS_IN = re.compile(
    r"(?:^|\b(?:which|what|how many|the|all|two|three|four|five|six|\d+|list|each|every|among|between|of|any) )(?:of )?(?:the )?(?:\w+ )?"
    r"(?:agencies|bureaus?|departments|districts|counties|towns|bodies|organs|offices|units)\b"
    r"[^,.?;]{0,20}? (?:in|of|within|under|below|across) (?:the )?$"
)
"""What stands before a place in an English question when its units are meant."""
_UNITS_LAST = re.compile(
    r"的(?:机关|单位|部门|局委办|委办局|厅局|局|厅|镇|街道|区县)(?:都?有(?:哪些|哪几个|谁|几个|多少个?|几家|多少家)|名单|是(?:哪些|谁))?[?？。]?$"
)
"""The agencies that meet a bound, at the end of a question."""
_GOVERNMENTS = re.compile(
    r"(?P<all>各个?|所有的?|几个|哪一?个|哪几?家|哪些|哪几个|[一二两三四五六七八九十\d]个|每个|全部的?|全体|其他)(?P<kind>[省市区县镇])(?:级)?的?(?:人民)?政府"
    r"(?!办|的办公)"
)
_GOVERNMENTS_LAST = re.compile(
    r"的(?P<kind>[省市区县镇])(?:级)?(?:人民)?政府(?=[,，]?[^,，。]{0,10}(?:有哪些|是哪些|有谁|是谁|有几个|有多少个|有哪几|名单|列))"
)
"""Governments of one kind, not one of them."""
_POINTED_BACK = re.compile(r"[这该此那]一?[项类种条款]|上述|前述|\b(?:that|this|such) (?:ground|item|kind|category|type)\b")
"""What points to a row named before."""
_GROUP = re.compile(r"(?:那|这|下面的?|底下的?|的|下辖的?)(?:那|这)?几个(?=区县|县区|区|县|委办局|局委办|局|厅|部门|单位|镇|街道|机关)")
"""Agencies spoken of as a group (那几个局), which asks for no count."""
_SEVERAL = re.compile(
    r"(?:这|那|上述|以上)?[两二三四五六七八九十]\s*(?:家|个(?:机关|单位|部门|局|地方|区|市|县|试点)|者)(?:单位|机关|试点|部门)?"
)
"""Agencies counted after they were named (这三家)."""
_NOT_GOVERNMENT = re.compile(
    r"[（(]?(?:局、厅，)?(?:不算|不含|不包括|不计|剔除|排除|撇开|除去|除了?)(?:各?[市区省县]的?)?(?:人民)?政府(?:本级|本身|那份|自己|的)?(?:报告)?(?:以?外|之外|在内)?[）)]?"
    r"|(?:[市区省县])?(?:人民)?政府(?:本级|本身|那份|自己)?(?:的)?(?:别算|不算|不要算|别计|不计|除外|不含)(?:进来|进去|在内|入)?"
)
"""That governments themselves are to be left out."""
_IN_HAN = re.compile(r"(?<=[a-z]) ?[（(]([\u3400-\u9fff]{2,12})[）)]")
"""A romanised place written once more in characters."""
_GLOSS = re.compile(
    r"\s*[（(]\s*(?:i\.?e\.?|aka|also|即|简称|又称|the)?\s*(?:[a-z' -]{3,60}|[\u3400-\u9fff]{2,20})\s*[）)]"
    r"|[a-z' ]{0,24}, ?(?:i\.?e\.?|that is|namely),? ?(?:the )?(?:[a-z' -]{3,60}|[\u3400-\u9fff]{2,20})(?=,|\?| in | for |$)"
)
_ORGAN_WORD = re.compile(r"bureau|department|office|government|commission|\bju\b|zhengfu|\bting\b|bangong|[局厅府办委]\s*[）)]")
_WHERE_ASIDE = re.compile(
    r"[（(](?:说的)?(?:都|均|全)?(?:是)?(?:指的?是?|属于?|归|在|位于)\x02+的?[）)]|(?:^|,)(?:同|都|均)(?:在|属|为|是)\x02+的?(?=,)"
)
"""A place that only says where the agencies named beside it are."""
_OWN_OFFICE = re.compile(
    r"(?:本级|本身|自己)?(?:、|和|与|跟|同|及其?|以及|,| and| or)? ?(?:它|其|他|自己|本级)?(?:自己)?的?(?:its |the |their )?(?:own )?"
    r"(?P<office>(?:政府|府)?办公[厅室]|(?:政)?府办(?!理|公|法|结|件|事)|general office|office)"
)
"""A government's own office, named after it."""
_LEFT_OUT = re.compile(
    r"(?:除了?|除开|除去|不算上?|不含|不包括|不计|剔除|排除|撇开|刨去|刨除|去掉|抛开)$"
    r"|\b(?:excluding|except(?: for)?|other than|apart from|leaving out|not counting|without counting|besides) (?:the )?$"
)
_LEFT_OUT_END = re.compile(r"(?:本级)?(?:以外|之外|外|的话|在内)?的?(?:[，,]|(?:所有|其他|其余|剩下的?))?")
"""What stands around an agency that is to be left out."""
_LONE = frozenset("的了是有在和与及吗呢多少几个件次条项份年中里被把对向从到以为因占比各每总共和谁哪那它其区市县省镇数以内上下不未没无起宗说讲")
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
    text = _GOVERNMENTS.sub(lambda match: (match["all"] + match["kind"]).ljust(len(match.group()), "\x01"), text)
    text = _GOVERNMENTS_LAST.sub(lambda match: ("的" + match["kind"]).ljust(len(match.group()), "\x01"), text)
    found.mentions = catalogue.mentions(text)
    if found.english:
        found.mentions = [catalogue.organ_of(text, mention) for mention in found.mentions]
    text = _glosses(found, text)
    if found.english:
        for other in catalogue.romanised(text):
            same = [m for m in found.mentions if m.start >= other.end and set(m.agencies) & set(other.agencies)]
            if same and re.fullmatch(r"\s*[（(]\s*", text[other.end : same[0].start]):
                text = blank(text, other.start, other.end)
    text = _possessed(found, text)
    found.mentions = _with_own_offices(_without_bare_places(found.mentions, text), text, catalogue)
    text = _departments_only(found, text)
    text = _SEVERAL.sub(lambda match: "\x01" * len(match.group()), text) if len(found.mentions) > 1 else text
    for mention in list(found.mentions):
        place = _place_meant(text, mention)
        if place and mention.how == "loose" and _of_its_units(text, mention, found):
            found.region = place
            found.mentions.remove(mention)
            text = blank(text, mention.start, mention.end)
            text = _GROUP.sub(lambda match: "\x01" * len(match.group()), text)
    for mention in found.mentions:
        text = blank(text, mention.start, mention.end)
    if found.region is not None:
        pass
    elif (region := catalogue.region_in(text)) is not None:
        found.region = region[0]
        text = blank(text, region[1], region[2])
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
    rows = rows and not _POINTED_BACK.search(found.blanked)
    places = [piece for piece in found.pieces if found.aside(piece.start) and any(sort in ("row", "column", "rate") for sort, _, _ in piece.meanings)]
    found.pieces = sorted((*outside, *(() if rows else places)), key=lambda piece: piece.start)


def _of_its_units(text: str, mention: Mention, found: Scan) -> bool:
    """Whether a place is named for the agencies in it: they follow it, stand before it, or are what meets a bound."""
    if _UNITS_OF.match(text[mention.end :]) or _UNITS_IN.search(text[: mention.start]):
        return True
    return len(found.mentions) == 1 and found.bounds.where is not None and bool(_UNITS_LAST.search(text[mention.end :]))


def _place_meant(text: str, mention: Mention) -> str:
    """The place that a mention is no more than; empty where it names an organ, or several places."""
    name = text[mention.start : mention.end]
    if places_of(name):
        return name
    places = {"".join(places_of(agency)) for agency in mention.agencies}
    return places.pop() if len(places) == 1 and re.match("[a-z]", name) else ""


def _glosses(found: Scan, text: str) -> str:
    """The text without a bracket in which an agency just named is named once more, in another spelling."""
    for before in list(found.mentions):
        match = _GLOSS.match(text, before.end)
        if match is None or before not in found.mentions:
            continue
        inside = [mention for mention in found.mentions if match.start() <= mention.start < match.end()]
        places = {places_of(agency)[:1] for agency in before.agencies}
        same = all({places_of(agency)[:1] for agency in mention.agencies} & places for mention in inside)
        if same and (inside or _ORGAN_WORD.search(match.group())):
            found.mentions = [mention for mention in found.mentions if mention not in inside]
            text = blank(text, *match.span())
    return text


def _possessed(found: Scan, text: str) -> str:
    """The text without a place that only says whose department is named after it (霁筠的应急局)."""
    for mention, after in pairwise(list(found.mentions)):
        here, whose = {places_of(agency) for agency in mention.agencies}, text[mention.end : after.start]
        if mention.how == "loose" and whose in ("的", "'s ") and len(after.agencies) == 1 and places_of(after.agencies[0]) in here:
            found.mentions.remove(mention)
            text = blank(text, mention.start, after.start)
    return text


def _without_bare_places(mentions: list[Mention], text: str) -> list[Mention]:
    """The mentions without a place alone between commas that only says where the departments named beside it are (…水务局，临澜，2022)."""
    places = {places_of(mention.agencies[0]) for mention in mentions if len(mention.agencies) == 1 and own_part(mention.agencies[0])}
    marked = text
    for mention in mentions:
        if mention.how == "loose" and not own_part(mention.agencies[0]):
            marked = marked[: mention.start] + "\x02" * (mention.end - mention.start) + marked[mention.end :]
    beside = [match.span() for match in _WHERE_ASIDE.finditer(marked)]
    kept = [mention for mention in mentions if not any(start <= mention.start < end for start, end in beside)] or mentions
    return [
        mention
        for mention in kept
        if not (
            mention.how == "loose"
            and not own_part(mention.agencies[0])
            and places_of(mention.agencies[0]) in places
            and re.search(r"(?:^|,) ?$", text[: mention.start])
            and re.match(r" ?(?:,|$)", text[mention.end :])
        )
    ]


def _with_own_offices(mentions: list[Mention], text: str, catalogue: Catalogue) -> list[Mention]:
    """The mentions with the office of a government named as its own (X市政府和它的办公室)."""
    found = list(mentions)
    for mention in mentions:
        own = _OWN_OFFICE.match(text, mention.end)
        if own is None or len(mention.agencies) != 1 or any(other.start < own.end() and own.start("office") < other.end for other in mentions):
            continue
        places = places_of(mention.agencies[0])
        offices = tuple(a for a in catalogue.agencies if is_office(a) and places_of(a) == places)
        if len(offices) == 1 and offices != mention.agencies:
            found.append(Mention(offices, "named", own.start("office"), own.end()))
    return sorted(found, key=lambda mention: mention.start)


def _departments_only(found: Scan, text: str) -> str:
    """The text without “not counting the government itself”, which is noted."""
    for match in _NOT_GOVERNMENT.finditer(text):
        inside = [mention for mention in found.mentions if match.start() <= mention.start < match.end()]
        alone = len(inside) == len(found.mentions) == 1 and len(inside[0].agencies) == 1
        if alone and not re.search("本级|本身|自己|各", match.group()):
            found.without = inside[0].agencies
        else:
            found.departments = True
        found.mentions = [mention for mention in found.mentions if mention not in inside]
        text = blank(text, *match.span())
    for mention in list(found.mentions):
        before = _LEFT_OUT.search(text[: mention.start])
        if before is None or len(mention.agencies) != 1 or mention.how == "stranger":
            continue
        after = _LEFT_OUT_END.match(text, mention.end)
        found.without = (*found.without, *mention.agencies)
        found.mentions.remove(mention)
        text = blank(text, before.start(), after.end() if after else mention.end)
    return text


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
