"""What a question says besides what it asks: sentences that lead up to it (我在写论文。…) and clauses about whoever asks (我要核对口径)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

SENTENCE = re.compile(r"[。:;?!](?=.)|\.(?= )")
CLAUSE = re.compile(r"[。:;?!,](?=.)|\.(?= )")
_ASKER = re.compile(r"我们?|咱们?|本人|委托人|客户|领导|老师|导师|学生|论文|谢谢|\b(?:i|we|my|our|me|us|co-author|thanks?)\b")
"""Whoever asks, or for whom."""
_PURPOSE = re.compile(r"^(?:手头|手上)?(?:正|正在)?在?(?:整理|撰写|起草|统计|研究|汇总)|对一对|对一下|核对|拿去|交差|比对一下")
"""What for."""
DENIED = re.compile(
    r"(?:的|那类|那些|那部分|那种|这类|先|都|统统)(?:不算|不管|不看|不要|不计|不论|撇开|除外|不含|别算|不用算|不谈|不说|放一边|排除)(?:在内|进去|了)?$"
    r"|^(?:不算|不管|不看|不要|不计|撇开|排除|不谈)[^,]*$|^ ?leaving [^,]{2,40} aside$|^ ?(?:rather than|instead of"
    r"|leaving aside|ignoring|setting aside|not counting|excluding) "
)
"""A clause that only says what is not counted."""
_QUESTION = re.compile(r"什么|怎么|怎样|如何|哪|多少|几(?!乎)|为何|为啥|啥|咋|吗|呢|谁|\b(?:what|why|how|which|who|whether|did|does)\b")
_QUOTED = re.compile(r"[“\"「][^”\"」]*[”\"」]")
ASKING = frozenset(
    {
        "many", "most", "least", "rank", "rank_up", "place", "share", "trend",
        "average", "growth", "over_year", "which", "whiches", "enumerate", "list",
    }
)  # fmt: skip
"""Cues of words that ask."""


def asides(text: str, asking: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """The spans of a question that ask nothing, beside others that do.

    ``text`` has agencies, years and bounds blanked by U+0001, ``asking`` are the places of words that ask. A sentence is an aside when it
    names no agency, year or bound; a clause when it moreover speaks of whoever asks, or of what the answer is for.
    """
    places = tuple(asking)
    found = []
    for pattern in (SENTENCE, CLAUSE):
        for start, end in _parts(pattern, text):
            part = _QUOTED.sub("", text[start:end])
            asks = any(start <= at < end for at in places) and not _PURPOSE.search(part)
            if not places or asks or _QUESTION.search(part):
                continue
            if pattern is CLAUSE and DENIED.search(part.strip(" ,?!")):
                found.append((start, end))
                continue
            nobody = "\x01" not in part
            if _PURPOSE.search(part) or (nobody and (pattern is SENTENCE or _ASKER.search(part))):
                found.append((start, end))
    return tuple(found)


def _parts(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    ends = [0, *(match.end() for match in pattern.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(ends) if end > start]
