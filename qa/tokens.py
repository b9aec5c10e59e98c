"""How text becomes search tokens: single Han characters and bigrams, Latin words and numbers whole."""

from __future__ import annotations

import re
import unicodedata

VERSION = 1
"""Counts up when tokens change; part of the name of everything indexed with them."""

STOP = frozenset("的了和与及在是对为等并也就都而着把被让给其之以于中上下")
"""Characters too common to tell passages apart; bigrams with them stay."""

_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z]+|\d+(?:,\d{3})*(?:\.\d+)?%?")


def tokens(text: str) -> list[str]:
    """The tokens of a text, in its order, repetitions included."""
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if "\u3400" <= run[0] <= "\u9fff":
            found += [char for char in run if char not in STOP]
            found += [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            found.append(run.replace(",", "") if run[0].isdigit() else run)
    return found
