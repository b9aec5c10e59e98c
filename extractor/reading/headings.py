"""Where the statutory sections begin: by the wording of their headings more than by any number.

Published reports number headings (1), misprint the number, number the narrative apart from the tables, break a heading
over two lines or run it into its text. So every line is weighed against the six statutory wordings, and the best
sequences in statutory order are chosen together; a second sequence is a second report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz

from ..forms import SECTIONS
from ..model import Document

_OTHER_WORDINGS = {
    1: ("总体情况概述", "工作总体情况", "政府信息公开工作总体情况"),
    2: ("主动公开政府信息的情况", "政府信息主动公开情况", "主动公开信息情况"),
    3: ("收到和处理政府信息公开申请的情况", "政府信息公开申请收到和处理情况", "收到和处理依申请公开情况", "收到和办理政府信息公开申请情况"),
    4: (
        "政府信息公开行政复议和行政诉讼情况",
        "因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "行政复议、行政诉讼情况",
        "政府信息公开行政复议、诉讼情况",
    ),
    5: (
        "存在的主要问题和改进情况",
        "存在的主要问题及改进措施",
        "存在的主要问题和改进措施",
        "存在的问题及改进情况",
        "存在问题及改进措施",
        "主要问题及改进情况",
        "工作存在的主要问题及改进情况",
    ),
    6: ("其他需要报告事项", "其他需要报告的情况", "需要报告的其他事项", "其他需报告的事项"),
}
_WEAK_WORDINGS = {
    1: ("概述", "基本情况", "概况", "工作情况", "工作开展情况"),
    2: ("主动公开情况", "主动公开"),
    3: ("依申请公开情况", "依申请公开政府信息情况", "政府信息公开申请办理情况", "申请公开情况"),
    4: ("行政复议和诉讼情况", "复议诉讼情况", "行政复议、提起行政诉讼情况"),
    5: ("存在问题和下一步打算", "存在的不足及改进措施", "存在的困难和问题", "问题与改进", "下一步工作"),
    6: ("其他事项", "其他情况", "附则", "需要说明的事项"),
}
"""Wordings that sub-headings use too: they count only under the section's own number."""

_NUMERALS = "一二三四五六七八九十"
_ORDINAL = re.compile(
    r"(?:[-•·*●■◆▶►\s]*)"
    r"(?:第(?P<part>[一二三四五六七八九十])(?:部分|章|项)[、:.,]?"
    r"|(?P<main>[一二三四五六七八九十]{1,2})[、.,,:;·\s]"
    r"|\((?P<sub>[一二三四五六七八九十]{1,2}|\d{1,2})\)[、.]?|(?P<half>[一二三四五六七八九十]{1,2})\)"
    r"|[【〔\[](?P<boxed>[一二三四五六七八九十]{1,2})[】〕\]][、.]?"
    r"|(?P<digit>\d{1,2})[、.,)](?!\d))\s*"
)
_SPACE = re.compile(r"\s+")
_SHARP = re.compile(r"[\s、,.:;·“”\"()《》]+")
_YEAR = re.compile(r"^(?:本年度?|20\d\d年度?)(?=[总主收政存其])")
"""A year before the heading's own wording, and it need not be the report's."""
_ANY_YEAR = re.compile(r"20\d\d年度?")
_KEYWORDS = ("情况", "公开", "事项", "问题", "总体", "概", "改进", "复议", "下一步", "附则")
"""One of these survives in any heading; lines without them are not weighed."""
LONGEST = 48
"""Characters of the longest line that is weighed as a heading of its own."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that may begin a section."""

    line: int
    """Index into ``Document.lines``."""
    section: int
    weight: float
    """From 0 to 1."""
    lines: int = 1
    """Lines over which it is broken."""
    end: int = 0
    """Offset in ``Document.text`` after the heading's own words; text run into it begins here."""
    anchor: bool = False
    """True where no heading stands but the first row of the section's table."""


def plain(document: Document, index: int) -> str:
    """A line's words without the blanks between its cells."""
    return " ".join(cell.text for cell in document.lines[index].cells if cell.text)


def ordinal_of(text: str) -> tuple[str, int, str]:
    """Style, number and remaining text of a numbered line: ``("main", 5, "监督保障方面")``; style "" without a number."""
    match = _ORDINAL.match(text)
    if match is None or match.lastgroup is None:
        return "", 0, text
    raw = match[match.lastgroup]
    style = {"half": "sub", "boxed": "main"}.get(match.lastgroup, match.lastgroup)
    return style, int(raw) if raw.isdecimal() else _numeral(raw), text[match.end() :]


def headings(document: Document) -> list[Heading]:
    """Every line that may begin a section, in printed order."""
    found: list[Heading] = []
    for index, line in enumerate(document.lines):
        filled = [cell for cell in line.cells if cell.text]
        if not filled:
            continue
        if section := _anchor(document, index):
            found.append(Heading(index, section, 0.3, end=line.start, anchor=True))
        elif len(filled) <= 2 and (heading := _heading(document, index)):
            found.append(heading)
    return found


def chains(document: Document, candidates: Sequence[Heading]) -> list[list[Heading]]:
    """The sequences in statutory order that explain most candidates; each is the skeleton of one report.

    A table of contents is a sequence too; it is left out when nothing stands between its headings.
    """
    best: dict[int, _Path] = {0: _Path(0.0)}
    for heading in candidates:
        options = []
        for last, path in best.items():
            if last < heading.section:
                options.append(_Path(path.value + heading.weight, heading, path.heading is None, path))
            elif not heading.anchor:
                options.append(_Path(path.value + heading.weight - 1.5, heading, True, path))
        found_best = max(options, key=lambda path: path.value, default=_Path(-1.0))
        if found_best.value > (best[heading.section].value if heading.section in best else -1.0):
            best[heading.section] = found_best
    found: list[list[Heading]] = []
    for heading, new in max(best.values(), key=lambda path: path.value).steps():
        if new:
            found.append([])
        found[-1].append(heading)
    real = [chain for chain in found if not _is_contents(document, chain)]
    return real or found[-1:]


@dataclass(frozen=True, slots=True)
class _Path:
    """The best sequence of headings so far, linked backwards."""

    value: float
    heading: Heading | None = None
    new: bool = False
    """Whether the heading begins another report."""
    before: _Path | None = None

    def steps(self) -> list[tuple[Heading, bool]]:
        """Headings from the first to the last."""
        found: list[tuple[Heading, bool]] = []
        path: _Path | None = self
        while path is not None and path.heading is not None:
            found.append((path.heading, path.new))
            path = path.before
        return found[::-1]


def _is_contents(document: Document, chain: Sequence[Heading]) -> bool:
    """Whether the headings follow one another without text between."""
    if len(chain) < 3:
        return False
    own = {heading.line + k for heading in chain for k in range(heading.lines)}
    between = sum(len(plain(document, index)) for index in range(chain[0].line, chain[-1].line) if index not in own)
    return between < 15 * len(chain)


def _heading(document: Document, index: int) -> Heading | None:
    text = plain(document, index)
    line = document.lines[index]
    style, number, rest = ordinal_of(text)
    compact = _SPACE.sub("", text)
    if not any(word in compact for word in _KEYWORDS):
        return None
    told = style and line.box == "none" and text.endswith(("。", ";"))
    if told and (heading := _run_in(document, index, text, rest, style, number)):
        return heading
    if len(compact) <= LONGEST:
        core = _SHARP.sub("", rest)
        section, score = _best(core, style, number)
        if score >= 0.97:
            return Heading(index, section, score, end=line.end)
        following = plain(document, index + 1) if index + 1 < len(document.lines) else ""
        if following and style and len(following) <= 24 and not ordinal_of(following)[0] and not text.endswith(("。", "；")):
            other, joined = _best(core + _SHARP.sub("", following), style, number)
            if joined > max(score + 0.05, 0.75):
                return Heading(index, other, joined, 2, document.lines[index + 1].end)
        if score >= 0.4:
            return Heading(index, section, score, end=line.end)
    if style and line.box == "none":
        return _run_in(document, index, text, rest, style, number)
    return None


@cache
def _spaced(words: str) -> re.Pattern[str]:
    """A wording with white space or commas anywhere in it, perhaps behind a year."""
    return re.compile(r"(?:20\d\d年度?)?" + r"[\s、]*".join(map(re.escape, words.replace("、", ""))))


def _run_in(document: Document, index: int, text: str, rest: str, style: str, number: int) -> Heading | None:
    """A heading whose text follows on the same line."""
    line = document.lines[index]
    for section, wording in SECTIONS.items():
        for words in (wording, *_OTHER_WORDINGS[section]):
            match = _spaced(words).match(rest)
            if match is None:
                continue
            after = rest[match.end() : match.end() + 1]
            own = number == section and style in ("main", "part")
            if own or (after and after in " 。.:;,，\t"):
                skipped = len(text) - len(rest) + match.end()
                first = line.cells[0].start if line.cells else line.start
                return Heading(index, section, 0.75, end=first + skipped)
    return None


@lru_cache(maxsize=4096)
def _best(core: str, style: str, number: int) -> tuple[int, float]:
    """The section whose wording is nearest, and how much that counts."""
    core = _ANY_YEAR.sub("", _YEAR.sub("", core))
    if not 2 <= len(core) <= 40:
        return 0, 0.0
    best, section = 0.0, 0
    for key, wording in SECTIONS.items():
        for words in (wording, *_OTHER_WORDINGS[key]):
            score = fuzz.ratio(core, _SHARP.sub("", words)) / 100
            if score < 0.9 and len(words) >= 8 and len(core) <= len(words) + 12 and _SHARP.sub("", words) in core:
                score = 0.9
            if score > best:
                best, section = score, key
    if best >= 0.8:
        return section, best * _numbered(style, number, section)
    if style in ("main", "part") and number in SECTIONS:
        near = max(
            (fuzz.ratio(core, _SHARP.sub("", words)) / 100 for words in (*_WEAK_WORDINGS[number], *_OTHER_WORDINGS[number])), default=0.0
        )
        if near >= 0.6:
            return number, 0.55 * near
    return 0, 0.0


def _numbered(style: str, number: int, section: int) -> float:
    """A heading counts fully under its own number, less under another or none."""
    if style in ("main", "part"):
        return 1.0 if number == section else 0.9
    return 0.85 if style else 0.8


_ANCHORS = (
    (2, re.compile(r"第二十条第\(?[一1]\)?项")),
    (3, re.compile(r"本列数据的?勾稽关系|申请人情况$|^一?、?本年新收政府信息公开申请")),
    (4, re.compile(r"^行政复议\s*行政诉讼$")),
)


def _anchor(document: Document, index: int) -> int:
    """The section whose table begins on this line, where no heading may stand; 0 for none."""
    text = plain(document, index)
    if len(text) > 80:
        return 0
    squeezed = _SPACE.sub("", text)
    for section, pattern in _ANCHORS:
        if pattern.search(text) or pattern.search(squeezed) or (section == 4 and squeezed == "行政复议行政诉讼"):
            return section
    return 0


def _numeral(text: str) -> int:
    """一 to 二十 as a number."""
    if len(text) == 1:
        return _NUMERALS.index(text) + 1
    tens, ones = (_NUMERALS.index(char) + 1 for char in text)
    return 10 + ones if tens == 10 else tens * 10 if ones == 10 else tens * 10 + ones
