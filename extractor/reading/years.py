"""Of which year a table is that a section prints more than once: what the lines before it say, where they say nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..model import Document, Note
from .headings import ordinal_of, plain
from .metadata import year_of
from .naming import YEAR, squeeze
from .outline import Outline

Year = Literal["own", "other"]
"""The report's own year, or one before it."""

LONGEST = 40
"""Characters of the longest caption."""
BACK = 10
"""Years before the report's that a table beside its own may be of."""
_LAST = r"(?:上一?|去|前一)年度?"
_THIS = r"(?:本|今|当)年度?"
_WHEN = re.compile(rf"(?P<year>(?<!\d){YEAR})年度?|(?P<last>{_LAST})|(?P<this>{_THIS})")
_NUMBERED = re.compile(r"^\d{1,2}[.、](?=20\d\d年)")
"""A number that runs into the year: 1.2020年情况."""
_SAID = re.compile(
    r"附[件表]?[一二三四五六七八九十\d]?|表格?[一二三四五六七八九十]?|其中|下列|以下|如下|具体|相关|有关|各项|为|是|的|同期|情况|数据|数字|统计|汇总|一览|详见|对照|供|仅|参考"
    r"|收到|办理|处理|和|与|及|行政复议|行政诉讼|复议|诉讼|主动公开|依申请公开|申请公开|政府信息公开|政府信息|信息公开|申请|工作|我[局委办厅镇乡县市区院校]|本(?:机关|单位|部门)"
    r"|[^\u3400-\u9fff\d]"
)
"""Words of a caption beside its year; 注, 上表, 报告 or 对比 may speak of something else, and their line settles nothing."""


@dataclass(frozen=True, slots=True)
class Printing:
    """One printing of a table by its labels' lines, indices into ``Document.lines``."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Settled:
    """Which of several printings is the report's, and the lines that are read for it."""

    number: int
    lines: range
    note: Note


def settled(document: Document, outline: Outline, number: int, section: range, printings: Sequence[Printing]) -> Settled | None:
    """The printing that is the report's by the captions before them; None unless they leave no doubt.

    Either one caption alone names the report's year and every other one a year before it, or the first printing stands under the
    statutory heading alone and every other one under a year before. A caption below the last printing shows that captions may
    stand below their tables.
    """
    heading = squeeze(plain(document, section.start))
    starts = [section.start + 1, *(one.last + 1 for one in printings)]
    spaces = [range(start, one.first) for start, one in zip(starts, printings, strict=False)]
    captions = [_caption(document, outline, space, heading) for space in spaces]
    if _caption(document, outline, range(starts[-1], section.stop), heading) is not None or "mixed" in [c and c[0] for c in captions]:
        return None
    years = [caption and caption[0] for caption in captions]
    own = years.index("own") if "own" in years else 0
    told = years.count("own") == 1 or years[0] is None
    if not told or any(year != "other" for at, year in enumerate(years) if at != own):
        return None
    lines = [caption[1] if caption else section.start for caption in captions]
    stop = lines[own + 1] if own + 1 < len(lines) else section.stop
    decisive = next(caption for at, caption in enumerate(captions) if caption and (at == own or years[own] is None))
    line = document.lines[decisive[1]]
    message = (
        f"表{'二三四'[number - 2]}印了 {len(printings)} 张，按“{plain(document, decisive[1]).strip()}”一行，以第 {own + 1} 张为本年度的 "
        f"({len(printings)} tables in section {number}, number {own + 1} is the report's by its caption)"
    )
    return Settled(own, range(lines[own], stop), Note("reading.other_year", message, start=line.start, end=line.end))


def _caption(document: Document, outline: Outline, lines: range, heading: str) -> tuple[Year | Literal["mixed"], int] | None:
    """What the lines before a table say of its year, with the first line that says it; None where they say nothing."""
    found = [
        (year, index)
        for index in lines
        if squeeze(plain(document, index)) != heading and (year := year_told(plain(document, index), outline)) is not None
    ]
    if not found:
        return None
    years = {year for year, _ in found}
    return (found[0][0] if len(years) == 1 else "mixed"), found[0][1]


def year_told(text: str, outline: Outline) -> Year | Literal["mixed"] | None:
    """What a line says of the year of the table below it; ``mixed`` for a later year or several, None for a line that is no caption."""
    style, _, rest = ordinal_of(text)
    words = _NUMBERED.sub("", squeeze(rest))
    whens = list(_WHEN.finditer(words))
    if not whens or len(words) > LONGEST:
        return None
    left = _SAID.sub("", _WHEN.sub("", words))
    if left and (len(left) < 2 or left not in (outline.agency or "")):
        return None
    years = {_year(when, outline) for when in whens}
    if style and all(when["year"] is None for when in whens):
        return None  # 二、上年…, 三、本年度…: the beginning of a label
    return years.pop() if len(years) == 1 else "mixed"


def _year(when: re.Match[str], outline: Outline) -> Year | Literal["mixed"]:
    if when["last"]:
        return "other"
    if when["this"]:
        return "own"
    year = year_of(when["year"])
    doubted = outline.year is None or any(note.rule == "metadata.year" for note in outline.notes)
    if doubted or year is None or outline.year is None:
        return "mixed"
    if year == outline.year:
        return "own"
    return "other" if outline.year - BACK <= year < outline.year else "mixed"
