"""Parts of speech of a question's words, by ``rjieba``: which words name something that could be counted apart."""

from __future__ import annotations

import re
from functools import lru_cache

_NAMES = re.compile(r"^(?:n|vn|an|s$|t$|b$|j$|i$|eng)")
"""Nouns, verbs and adjectives used as nouns, places, times, attributes that only stand before nouns, set phrases, Latin words."""
_EMPTY = frozenset(
    {
        "事", "事情", "时候", "人家", "一点", "有点", "方面", "情况", "地方", "意思",
        "说法", "数", "数据", "数字", "数目", "口径", "结果", "总数", "总量", "问",
        "关心", "件", "宗", "起", "样", "样子", "那边", "这边", "手", "手头", "门前",
        "整理", "核算", "压根", "明白", "报", "报出", "清楚", "口头", "全年", "年度",
    }
)  # fmt: skip
"""Nouns by the dictionary that name nothing to be counted apart."""


@lru_cache(maxsize=512)
def _tagged(text: str) -> tuple[tuple[str, str, int], ...]:
    import rjieba

    found, at = [], 0
    for word, tag in rjieba.tag(text):
        found.append((word, tag, at))
        at += len(word)
    return tuple(found)


def names_something(text: str, start: int, end: int) -> bool:
    """Whether a span of a text has a noun that lies in it by more than half."""
    for word, tag, at in _tagged(text):
        inside = min(end, at + len(word)) - max(start, at)
        if 2 * inside > len(word) and _NAMES.match(tag) and word not in _EMPTY:
            return True
    return False
