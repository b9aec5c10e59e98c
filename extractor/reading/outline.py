"""Which reports a document holds, where each begins and ends, and where its six sections stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..model import Document, Level, Note, Scope
from .headings import Heading, chains, headings, plain
from .metadata import Metadata, mentions_report, metadata
from .naming import squeeze
from .narrative import passages
from .regions import describe
from .signs import in_place, sign_of, table_below

__all__ = ["Outline", "outlines", "passages"]


@dataclass(frozen=True, slots=True)
class Outline:
    """The skeleton of one report; ranges are indices into ``Document.lines``."""

    title: str | None
    """Without white space; None where no title stands."""
    agency: str | None
    """As printed, without white space; 办公室 and 办公厅 stay."""
    year: int | None
    """The year reported on."""
    published: str | None
    """ISO date, or ISO month where the day is not given."""
    level: Level
    region: str | None
    scope: Scope
    sections: dict[int, range]
    """By number 1 to 6, heading line included; a section whose heading is missing is missing, unless its table stands there."""
    preamble: range
    """From the title to the first section."""
    span: range
    """All lines of the report, masthead included, attachments and site furniture after it not."""
    notes: tuple[Note, ...] = ()
    heading_ends: dict[int, int] = field(default_factory=dict)
    """By section, the offset in ``Document.text`` after the heading's own words; empty heading where only a table stands."""


def outlines(document: Document) -> tuple[Outline, ...]:
    """One Outline for each report; none for a text that is no such report at all."""
    candidates = in_place(document, headings(document))
    found = chains(document, candidates) if candidates else []
    found = [chain for chain in found if sum(heading.weight for heading in chain) >= 0.55]
    found = _joined(document, found)
    count = len(document.lines)
    if not found:
        if not mentions_report([plain(document, index) for index in range(min(count, 400))]):
            return ()
        return (_outline(document, range(count), []),)
    starts = [0, *(_masthead(document, before, after) for before, after in pairwise(found))]
    return tuple(
        _outline(document, range(start, stop), chain) for start, stop, chain in zip(starts, [*starts[1:], count], found, strict=True)
    )


def _joined(document: Document, found: Sequence[list[Heading]]) -> list[list[Heading]]:
    """Chains that are parts of one report: the tables stand after the narrative, are numbered apart from it, or stand there twice.

    A sub-heading of section one that reads like the heading of section two gives way to the heading of the table itself.
    """
    result: list[list[Heading]] = []
    for chain in found:
        weights = {heading.section: heading.weight for heading in chain}
        if not result or _titled(document, result[-1], chain):
            result.append(chain)
            continue
        kept = [h for h in result[-1] if h.weight >= weights.get(h.section, 0.0)]
        if kept and weights.keys().isdisjoint(h.section for h in kept):
            result[-1] = [*kept, *chain]
        elif 1 not in weights:
            result[-1] = [*result[-1], *chain]
        else:
            result.append(chain)
    return result


def _once(document: Document, chain: Sequence[Heading]) -> tuple[list[Heading], list[int]]:
    """For each section its heading, the first of those that count most, and the lines at which tables printed again begin."""
    best: dict[int, Heading] = {}
    for heading in chain:
        if heading.section not in best or heading.weight > best[heading.section].weight:
            best[heading.section] = heading
    chosen = [heading for heading in chain if best[heading.section] is heading]
    edges = {heading.line for heading in chain if not heading.anchor}
    return chosen, [h.line for h in chain if h not in chosen and table_below(document, h, edges)]


def _titled(document: Document, before: Sequence[Heading], after: Sequence[Heading]) -> bool:
    """Whether a title of its own stands between two chains."""
    lines = range(before[-1].line + 1, after[0].line)
    return metadata(document, lines, range(after[0].line, after[0].line), range(0)).title_line is not None


def _outline(document: Document, span: range, chain: Sequence[Heading]) -> Outline:
    stop = _end(document, span, chain)
    chain, again = _once(document, chain)
    edges = sorted({*(heading.line for heading in chain), *again, stop})
    sections = {heading.section: range(heading.line, next((edge for edge in edges if edge > heading.line), stop)) for heading in chain}
    body = range(chain[0].line, span.stop) if chain else span
    head = range(span.start, body.start) if chain else range(span.start, min(span.stop, span.start + 12))
    first = sections.get(1) or range(body.start, min(body.stop, body.start + 12))
    meta: Metadata = metadata(document, head, body, first)
    agency = describe(meta.agency)
    start = meta.title_line if meta.title_line is not None and meta.title_line < body.start else span.start
    return Outline(
        title=meta.title,
        agency=meta.agency,
        year=meta.year,
        published=meta.published,
        level=agency.level,
        region=agency.region,
        scope=agency.scope,
        sections=sections,
        preamble=range(start, body.start) if chain else range(span.start, stop),
        span=range(span.start, stop),
        notes=meta.notes,
        heading_ends={heading.section: heading.end for heading in chain},
    )


def _masthead(document: Document, before: Sequence[Heading], after: Sequence[Heading]) -> int:
    """The line at which the second of two reports begins: its title, else the line after the first one's last section."""
    lines = range(before[-1].line + 1, after[0].line)
    found = metadata(document, lines, range(after[0].line, after[0].line), range(0)).title_line
    if found is not None:
        return found
    return after[0].line


_FURNITURE = re.compile(
    r"^(?:相关(?:附件|新闻|链接|文章|信息|阅读|稿件|推荐|解读)|附件(?:下载|列表)?(?:[\d一二三四五六七八九十]*[::]|$)|扫一扫|分享(?:到|至|:|$)|【?(?:打印|关闭|返回|字体|大|中|小|收藏|纠错)"
    r"|(?:打印|关闭|返回)(?:本页|窗口|顶部|列表)?$|上一篇|下一篇|上一条|下一条|责任编辑|编辑:|来源:|版权所有|主办单位|承办单位|技术支持|网站地图|网站标识码|友情链接|联系我们|关于我们"
    r"|.{0,20}ICP备|.{0,6}公网安备|Copyright|©|您的位置|当前位置|首页$|浏览次数|点击数|阅读次数|信息来源|温馨提示|Produced|关注[·:])"
)
"""What sites print after a report: share bars, neighbours, attachments, imprints."""


def _end(document: Document, span: range, chain: Sequence[Heading]) -> int:
    """The line after the report's last one; what follows section six is site furniture, spam or attachments."""
    if not chain or chain[-1].section < 5:
        return span.stop
    last = chain[-1].line + chain[-1].lines - 1
    short = 0
    prose = False
    for index in range(last + 1, span.stop):
        text = plain(document, index)
        squeezed = squeeze(text)
        if _FURNITURE.match(squeezed):
            return index - short
        if sign_of(text):
            short, prose = 0, False
        elif re.search(r"[。;,!?:]", squeezed) or len(squeezed) > 30 or not squeezed:
            prose = prose or "。" in squeezed
            short = 0
        elif prose:
            short += 1
            if short >= 4:
                return index - short + 1
    return span.stop
