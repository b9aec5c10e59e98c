"""Which statutory table begins on a line, by what is printed there: no wording of a heading above it can change that."""

from __future__ import annotations

import re

from ..model import Document
from .headings import Heading, plain

_SIGNS = (
    (2, re.compile(r"^第二十条第\(?[一二三四五六七八九1-9]\)?项|^信息内容|本年制发件数|本年新制作数量")),
    (3, re.compile(r"勾稽关系|申请人情况|法人或其他组织|^一、?本年新收政府信息公开申请")),
    (4, re.compile(r"^(?:行政复议)+(?:行政诉讼)+$|^结果维持|未经复议直接起诉|复议后起诉$")),
)
_POINTS = re.compile(r"如下|下表|见表|附表")
"""Words of a sentence that belongs to the table below it."""
LONGEST = 80
"""Characters of the longest line that is taken for a table's head; longer ones are text."""
NEAR = 8
"""Lines between a heading and the table below it, none of them a sentence but one that points to the table."""


def sign_of(text: str) -> int:
    """The section whose table's head or first row this line is; 0 for none."""
    squeezed = re.sub(r"\s", "", text)
    if len(squeezed) > LONGEST:
        return 0
    return next((section for section, pattern in _SIGNS if pattern.search(squeezed)), 0)


def in_place(document: Document, candidates: list[Heading]) -> list[Heading]:
    """The candidates without those that stand directly above another section's table, where their own section has another heading.

    A caption between the tables of two years is at times worded like a section's heading; so is a heading copied and not changed.
    """
    edges = {heading.line for heading in candidates if not heading.anchor}
    below = {heading: table_below(document, heading, edges) for heading in candidates if not heading.anchor}
    foreign = {heading for heading, table in below.items() if table not in (0, heading.section)}
    homes = {heading.section for heading in candidates if heading not in foreign}
    return [heading for heading in candidates if heading not in foreign or heading.section not in homes]


def table_below(document: Document, heading: Heading, edges: set[int]) -> int:
    """The section of the table under a heading, with no other heading and no sentence of anything else between; 0 for none."""
    first = heading.line + heading.lines
    for index in range(first, min(first + NEAR, len(document.lines))):
        text = plain(document, index)
        if sign := sign_of(text):
            return sign
        if index in edges or ("。" in text and not _POINTS.search(text)):
            return 0
    return 0
