"""A question taken apart: agencies, years, bounds and known phrases, and the words that nothing explains."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache

from .catalogue import Catalogue, Mention, places_of
from .query import Condition, Operator
from .words import Sort, lexicon, longest

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "十": 10}
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)(?:\s*年度?)?")
_SPAN = re.compile(
    r"(?:从|自|from\s+)?\s*((?:19|20)\d\d)\s*年?度?\s*(?:到|至|~|-|—|–|through|to|and up to)\s*((?:19|20)\d\d)(?!\d)"
    r"\s*(?:年度?)?(?:间|期间)?"
)
_PUBLISHED = re.compile(
    r"((?:19|20)\d\d)\s*年?(?:\d{1,2}月)?(?:份)?(?:对外|公开)?(?:所)?(?:发布|公布|刊登|挂网|发出)(?:出来)?的(?:那份|这份|那个)?(?=.{0,12}(?:年报|报告))"
    r"|published in\s+(20\d\d)"
)
_HAN_YEAR = re.compile(r"([二2][〇零○0一1][〇零○一二三四五六七八九\d]{2})年")
_NUMBER = r"(\d[\d,]*(?:\.\d+)?|[一二两三四五六七八九十百千]+)"
_MEASURE = r"(%|件|宗|起|项|个|次|份)?"
_BOUND = re.compile(
    r"(超过|超出|多于|大于|高于|不少于|不低于|至少|达到|不到|不足|少于|低于|小于|不超过|不多于|至多|等于|more than|over|above|at least"
    r"|exceeding|fewer than|less than|under|below|at most|exactly)"
    rf"\s*(?:了)?\s*(百分之)?\s*{_NUMBER}\s*(万)?\s*{_MEASURE}(以上|以下|以内)?"
)
_ABOVE = re.compile(rf"(\d[\d,]*(?:\.\d+)?)\s*(万)?\s*{_MEASURE}\s*(?:及)?(以上|以下)")
_TOP = re.compile(r"前\s*(\d{1,3}|[一二两三四五六七八九十]{1,2})\s*(?:名|位|个|家|大)|top\s*(\d{1,3})")
_BEFORE = re.compile(r"(?:前一年|上一年|上年)度?(?=呢|的?情况|$|[?？])|the year before|previous year")
_AFTER = re.compile(r"(?:后一年|下一年|第二年|次年)度?(?=呢|的?情况|$|[?？])|the year after|following year")
_EXCEPT = re.compile(r"除了?(?:自然人|个人|公民)(?:以外|之外|外)的?")
_UNITS_OF = re.compile(
    r"(?:的)?(?:各个?|所有的?|全部|下属的?|[一二两三四五六七八九十几\d]+个|哪个|哪些|哪几个|多少个|哪一个)(?:市直|区直)?(?:区县|区|县|局|部门|单位|镇|街道|机关)"
)
"""What follows a place when its units are meant, not its government."""
_LONE = frozenset("的了是有在和与及吗呢多少几个件次条项份年中里被把对向从到以为因占比各每总共和谁哪那它其区市县省镇数以内上下不未没无起宗")
"""Single characters that stay query words beside an unexplained run."""
_BOUNDS: dict[str, Operator] = {
    **dict.fromkeys(("超过", "超出", "多于", "大于", "高于", "more than", "over", "above", "exceeding"), ">"),
    **dict.fromkeys(("不少于", "不低于", "至少", "达到", "at least"), ">="),
    **dict.fromkeys(("不到", "不足", "少于", "低于", "小于", "fewer than", "less than", "under", "below"), "<"),
    **dict.fromkeys(("不超过", "不多于", "至多", "at most"), "<="),
    **dict.fromkeys(("等于", "exactly"), "="),
}


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
    years: list[int] = field(default_factory=list)
    ranged: bool = False
    """Whether the years came as a range."""
    published: int | None = None
    """The year of publication the question speaks of, if it does."""
    recent: int = 0
    """The last so many years (近三年)."""
    relative: int = 0
    """Years from the year spoken of before: -1 for “前一年呢”."""
    where: Condition | None = None
    limit: int | None = None
    pieces: list[Piece] = field(default_factory=list)
    residual: list[Run] = field(default_factory=list)
    """Runs of words that nothing explains."""
    blanked: str = ""
    """The question with years, bounds and agencies blanked by U+0001."""

    def keys(self, sort: Sort) -> list[str]:
        """The keys of one sort, in the order of the question."""
        return [key for piece in self.pieces for kind, key, _ in piece.meanings if kind == sort]

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
    text = normalise(question)
    letters, han = len(re.findall(r"[a-z]", text)), len(re.findall(f"[{_HAN}]", text))
    found = Scan(text, english=letters > 2 * han)
    text = _years(found, text, catalogue, today or date.today())
    text = _bounds(found, text)
    text = _EXCEPT.sub(lambda match: "法人".ljust(len(match.group()), "\x01"), text)
    found.mentions = catalogue.mentions(text)
    for mention in list(found.mentions):
        if mention.how == "loose" and _UNITS_OF.match(text[mention.end :]) and places_of(text[mention.start : mention.end]):
            found.region = text[mention.start : mention.end]
            found.mentions.remove(mention)
    for mention in found.mentions:
        text = _blank(text, mention.start, mention.end)
    if found.region is not None:
        at = text.find(found.region)
        text = _blank(text, at, at + len(found.region))
    elif (region := catalogue.region_in(text)) is not None:
        found.region = region[0]
        text = _blank(text, region[1], region[2])
    _phrases(found, text)
    return found


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + "\x01" * (end - start) + text[end:]


def _years(found: Scan, text: str, catalogue: Catalogue, today: date) -> str:
    for match in _HAN_YEAR.finditer(text):
        digits = "".join(str(_DIGITS.get(c, c)) for c in match[1])
        text = text[: match.start(1)] + digits + text[match.end(1) :]
    if (date_of := _PUBLISHED.search(text)) is not None:
        found.published = int(date_of[1] or date_of[2])
        text = _blank(text, *date_of.span())
    for match in _SPAN.finditer(text):
        first, last = sorted((int(match[1]), int(match[2])))
        found.years += range(first, last + 1)
        found.ranged = True
        text = _blank(text, *match.span())
    for match in _YEAR.finditer(text):
        found.years.append(int(match[1]))
        text = _blank(text, *match.span())
    for match in re.finditer(r"(?:近|最近|过去)([一二两三四五六七八九\d])年(?:来|间)?|(?:last|past) (\d|two|three|four|five) years", text):
        word = match[1] or match[2]
        number = {"two": 2, "three": 3, "four": 4, "five": 5}.get(word) or number_of(word)
        found.recent = number
        found.ranged = True
        text = _blank(text, *match.span())
    relative = {"前年": -2, "去年": -1, "今年": 0, "last year": -1, "this year": 0}
    for match in re.finditer(r"(?<!上年)(去年|今年|前年|last year|this year)(?!结转)", text):
        if match.group() != "今年" or not found.years:
            found.years.append(today.year + relative[match.group()])
        text = _blank(text, *match.span())
    for step, words in ((-1, _BEFORE), (1, _AFTER)):
        if (shift := words.search(text)) is not None:
            found.relative = step
            text = _blank(text, *shift.span())
            break
    found.years = list(dict.fromkeys(found.years))
    return text


def number_of(word: str) -> int:
    """A number written in digits or in Chinese up to 999."""
    if word.isdigit():
        return int(word)
    total = current = 0
    for char in word:
        if char in "十百千":
            total += (current or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            current = 0
        else:
            current = _DIGITS.get(char, 0)
    return total + current


def _bounds(found: Scan, text: str) -> str:
    if match := _BOUND.search(text):
        raw = match[3].replace(",", "")
        value = Decimal(raw) if raw[0].isdigit() else Decimal(number_of(raw))
        operator = _BOUNDS[match[1]]
        operator = "<=" if match[6] in ("以下", "以内") else operator
        found.where = Condition(op=operator, value=_scaled(value, match[4], match[2] or (match[5] == "%")))
        text = _blank(text, *match.span())
    elif match := _ABOVE.search(text):
        value = _scaled(Decimal(match[1].replace(",", "")), match[2], match[3] == "%")
        found.where = Condition(op=">=" if match[4] == "以上" else "<=", value=value)
        text = _blank(text, *match.span())
    if match := _TOP.search(text):
        found.limit = max(1, min(200, number_of(match[1] or match[2])))
        text = text[: match.start()] + " 排名 ".ljust(match.end() - match.start(), "\x01") + text[match.end() :]
    return text


def _scaled(value: Decimal, wan: str | None, percent: object) -> Decimal:
    return value / 100 if percent else value * 10_000 if wan else value


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
