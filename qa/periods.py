"""The years a question speaks of: written out, as a range, counted back from today or from the last report, or by publication."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import ge, gt, lt

from .numerals import DIGITS, number_of

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)(?:\s*年度?)?")
_SHORT_YEAR = re.compile(r"(?<![\d第近过])(1[5-9]|2\d)\s*年(?![间来内以期])度?")
_SPAN = re.compile(
    r"(?:从|自|from\s+|between\s+)?\s*((?:19|20)\d\d)\s*年?度?\s*(?:一直|干|做|办|起)?(?:到|至|~|-|—|–|through|to|and up to)+"
    r"\s*((?:19|20)\d\d|\d\d(?=\s*年))(?!\d)"
    r"\s*(?:年度?)?(?:间|期间|这?[一二两三四五六七八九\d]年(?:里|间|内)?)?"
)
_SHORT_SPAN = re.compile(r"(?<!\d)(1[5-9]|2\d)\s*年?度?\s*(?:到|至|~|-|—|–)+\s*(1[5-9]|2\d)\s*年(?:间|期间|[一二两三四五六七八九\d]年)?")
_SHORT_LIST = re.compile(r"(?<![\d第])(?:1[5-9]|2\d)(?:\s*[、,]\s*(?:1[5-9]|2\d))+(?!\d)(?=\s*(?:年|\)|三年|两年|这))")
_BETWEEN = re.compile(r"between\s+((?:19|20)\d\d)\s+and\s+((?:19|20)\d\d)(?!\d)")
_SINCE = re.compile(r"(?:自|从)?((?:19|20)\d\d)\s*年?度?(以来|起|之后|以后|以前|之前)|since\s+((?:19|20)\d\d)")
_PUBLISHED = re.compile(
    r"((?:19|20)\d\d)\s*年?(?:\d{1,2}月)?(?:份|初|春天|上半年)?(?:对外|公开|向社会)?(?:所)?"
    r"(?:发布|公布|刊登|挂网|挂到网上|挂上网|挂在网上|放到网上|发出|晒出|出炉|上网)(?:出来)?的?(?:那份|这份|那个)?(?=.{0,12}(?:年报|报告))"
    r"|((?:19|20)\d\d)\s*年?(?:\d{1,2}月(?:\d{1,2}[日号]|底|初|中旬|上旬|下旬|份)?|年初|初|春节前?后?|一季度)"
    r"(?:所|对外|向社会)?(?:发布|公布|公开|刊登|挂网|挂到网上|挂上网|挂在网上|放到网上|贴出来?|挂出来?|发出|晒出|上网|出炉)?(?:出来)?的?(?:那份|这份|那个)?(?=[^，。？]{0,14}(?:年报|报告))"
    r"|(?:published|released|issued) in\s+(20\d\d)"
)
_CARRIED_TO = re.compile(
    r"((?:结转|留|转|拖|顺延|推|挪|移|延)(?:到|至|入|给)了?)((?:19|20)\d\d)年度?(?:继续)?(?:办理|处理)?"
    r"|(?:carry|carried|carrying|rolled) (?:over|forward)(?: \w+)? ?(?:in)?to ((?:19|20)\d\d)"
)
_CARRIED_FROM = re.compile(
    r"(?:从|由)((?:19|20)\d\d)年度?(?:结转|转|留|遗留)(?:过来|而来|来|下来|至今)?"
    r"|(?:carried|brought) (?:over|in|forward) from ((?:19|20)\d\d)"
)
_ASIDE = re.compile(r"[（(](?:19|20)\d\d年?(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:发布|公布|公开|上网|挂网|刊登)的?[）)]")
"""A year of publication beside the year reported."""
_HAN_YEAR = re.compile(r"([二2][〇零○0一1][〇零○一二三四五六七八九\d]{2})年")
_RECENT = re.compile(
    r"(?:(?:近|最近|过去)([一二两三四五六七八九\d])|前([二两三四五六七八九2-9]))个?(?:年度?|期)(?:来|间|里)?"
    r"|(?:last|past) (\d|two|three|four|five) years"
)
_LATEST = re.compile(
    r"(?:最新|最近|最晚|最后)的?(?:一年|一个年度|年度|那年|一期|一份(?:年报|报告)|一次|(?=年报|报告))度?"
    r"|(?:latest|most recent) (?:year|report|annual report)"
)
_EARLIEST = re.compile(r"最早的?(?:一年|一份(?:年报|报告)|那年)|earliest (?:year|report)")
_RELATIVE = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "last year": -1, "this year": 0}
_RELATIVE_YEAR = re.compile(rf"(?<!上年)(?<!较)(?<!比)({'|'.join(_RELATIVE)})度?(?!结转)")
_BEFORE = re.compile(
    r"(?:再?往前(?:推|数)?一年|再早一年|再前一年|更早一年|前一年|上一年|上年)度?(?=呢"
    r"|的?情况|又?是多少|$|[?？])|the year before|previous year"
)
_AFTER = re.compile(
    r"(?<![到至入转往给])(?:再?往后(?:推|数)?一年|再晚一年|后一年|下一年|第二年|次年)度?(?=呢"
    r"|的?情况|又?是多少|$|[?？])|the year after|following year"
)


@dataclass
class Times:
    """The years found in one question."""

    years: list[int] = field(default_factory=list)
    ranged: bool = False
    """Whether the years came as a range."""
    published: int | None = None
    """The year of publication the question speaks of, if it does."""
    recent: int = 0
    """The last so many years (近三年; 1 for 最新一年); negative counts from the first."""
    relative: int = 0
    """Years from the year spoken of before: -1 for “前一年呢”."""
    onward: int = 0
    """The year that applications were carried over to; the report is of the year before."""
    inward: int = 0
    """The year that applications were carried over from; the report is of the year after."""
    today: tuple[str, int] | None = None
    """A word that counts from today (去年) with the year it means."""


def times(text: str, known: Sequence[int], today: date) -> tuple[Times, str]:
    """The years of a normalised question, and the question with them blanked; ``known`` are the years of the library."""
    found = Times()
    for match in _HAN_YEAR.finditer(text):
        digits = "".join(str(DIGITS.get(c, c)) for c in match[1])
        text = text[: match.start(1)] + digits + text[match.end(1) :]
    if len(_YEAR.findall(text)) > 1:
        text = _ASIDE.sub(lambda match: "\x01" * len(match.group()), text)
    if (date_of := _PUBLISHED.search(text)) is not None:
        found.published = int(date_of[1] or date_of[2] or date_of[3])
        text = blank(text, *date_of.span())
    for match in _CARRIED_TO.finditer(text):
        found.onward = int(match[2] or match[3])
        word = "结转下年" if match[2] else "carried forward"
        text = text[: match.start()] + word.ljust(match.end() - match.start(), "\x01")[: match.end() - match.start()] + text[match.end() :]
    for match in _CARRIED_FROM.finditer(text):
        found.inward = int(match[1] or match[2])
        text = text[: match.start()] + (" 上年结转" if match[1] else "carried in").ljust(len(match.group()), "\x01") + text[match.end() :]
    text = _SHORT_LIST.sub(lambda match: re.sub(r"\d\d", lambda year: f"20{year.group()}年", match.group()), text)
    text = _SHORT_SPAN.sub(lambda match: f"20{match[1]}到20{match[2]}年", text)
    for match in (*_BETWEEN.finditer(text), *_SPAN.finditer(text)):
        if "\x01" in text[match.start() : match.end()]:
            continue
        last = int(match[2]) if len(match[2]) == 4 else int(match[1]) // 100 * 100 + int(match[2])
        first, last = sorted((int(match[1]), last))
        if last - first > 60:
            continue
        found.years += range(first, last + 1)
        found.ranged = True
        text = blank(text, *match.span())
    for match in _SINCE.finditer(text):
        year, word = int(match[1] or match[3]), match[2] or "以来"
        tests = {"以来": ge, "起": ge, "之后": gt, "以后": gt, "以前": lt, "之前": lt}
        if held := [one for one in known if tests[word](one, year)]:
            found.years += held
            found.ranged = True
            text = blank(text, *match.span())
    for pattern, century in ((_YEAR, 0), (_SHORT_YEAR, 2000)):
        for match in pattern.finditer(text):
            found.years.append(century + int(match[1]))
            text = blank(text, *match.span())
    text = _counted(found, text, today)
    found.years = list(dict.fromkeys(found.years))
    if not found.years and (found.onward or found.inward):
        found.years = [found.onward - 1 if found.onward else found.inward + 1]
    return found, text


def _counted(found: Times, text: str, today: date) -> str:
    """Years counted from the last report, from today, or from the year spoken of before."""
    for match in _RECENT.finditer(text):
        found.recent = number_of(match[1] or match[2] or match[3])
        found.ranged = True
        text = blank(text, *match.span())
    for pattern, count in ((_LATEST, 1), (_EARLIEST, -1)):
        if (match_of := pattern.search(text)) is not None and not found.years:
            found.recent = count
            text = blank(text, *match_of.span())
    for match in _RELATIVE_YEAR.finditer(text):
        if match[1] != "今年" or not found.years:
            found.years.append(today.year + _RELATIVE[match[1]])
            found.today = (match[1], found.years[-1])
        text = blank(text, *match.span())
    for step, words in ((-1, _BEFORE), (1, _AFTER)):
        if (shift := words.search(text)) is not None:
            found.relative = step
            text = blank(text, *shift.span())
            break
    return text


def blank(text: str, start: int, end: int) -> str:
    """The text with a span blanked by U+0001, so that nothing else is found there."""
    return text[:start] + "\x01" * (end - start) + text[end:]
