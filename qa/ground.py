"""What an answer rests on: quotes looked up in the reports, numbers traced to quotes and cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

QuoteStatus = Literal["exact", "normalised", "elsewhere", "absent"]
"""``exact``: stands as quoted in the passage cited; ``normalised``: but for width, spaces and punctuation, digits alike;
``elsewhere``: in another passage of the reports searched; ``absent``: nowhere."""

_NUMBER = re.compile(r"(?<![\d.])-?\d+(?:,\d{3})*(?:\.\d+)?(?!\d)\s*(亿|万)?\s*(%|个百分点|percentage points)?")
_MARK = re.compile(r"〔\d+〕")
_LOOSE = re.compile(r"[^\w%.+-]|_")
_ROUNDED = Decimal("0.00005")
"""What a percentage with two decimals may be off."""
_SCALES = {"亿": Decimal(10) ** 8, "万": Decimal(10) ** 4}


def check_quote(quote: str, passage: str, others: Iterable[str] = ()) -> QuoteStatus:
    """Whether a quote stands where it is said to stand."""
    if quote and quote in passage:
        return "exact"
    loose = _loosened(quote)
    if not loose:
        return "absent"
    if _stands(loose, _loosened(passage)):
        return "normalised"
    return "elsewhere" if any(quote in other or _stands(loose, _loosened(other)) for other in others) else "absent"


def _loosened(text: str) -> str:
    """Width, spaces and punctuation gone; points, signs and percent stay, since they belong to numbers."""
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", unicodedata.normalize("NFKC", text))
    text = _LOOSE.sub("", text)
    return re.sub(r"(?<!\d)\.|\.(?!\d)|(?<!\w)-(?!\d)", "", text)


def _stands(needle: str, text: str) -> bool:
    """Whether it occurs without cutting a number at either end: 43 does not stand in 1431."""
    at = text.find(needle)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(needle) : at + len(needle) + 1]
        cut = (needle[0].isdigit() and before.isdigit()) or (needle[-1].isdigit() and after.isdigit())
        if not cut:
            return True
        at = text.find(needle, at + 1)
    return False


def numbers(text: str) -> list[tuple[str, Decimal]]:
    """The numbers of a text as written, with their values: 万 and 亿 multiplied out, percentages as shares."""
    found = []
    for match in _NUMBER.finditer(_MARK.sub("", unicodedata.normalize("NFKC", text))):
        digits = re.match(r"-?[\d,]+(?:\.\d+)?", match.group())
        assert digits is not None
        value = Decimal(digits.group().replace(",", "")) * _SCALES.get(match[1] or "", Decimal(1))
        found.append((match.group().strip(), value / 100 if match[2] else value))
    return found


def figures(text: str) -> set[Decimal]:
    """Every value that the numbers of a text can mean: 7,012 万元 is 7012 in 万元 and 70,120,000 in 元."""
    found = set()
    for token, value in numbers(text):
        found.add(value)
        if token.endswith(("万", "亿")):
            found.add(Decimal(token.rstrip("万亿 ").replace(",", "")))
    return found


def untraced(text: str, quotes: Sequence[str], values: Iterable[Decimal], known: Iterable[int] = ()) -> list[str]:
    """The numbers of a statement that neither its quotes nor the values behind it contain.

    ``known``: years and counts that are not figures of a report. Percentages are compared as printed, to two decimals.
    """
    allowed = {*(value for quote in quotes for value in figures(quote)), *values, *(Decimal(year) for year in known)}
    missing = []
    for token, value in numbers(text):
        meant = figures(token) | {value}
        traced = any(one in allowed or abs(one) in allowed for one in meant)
        if not traced and token.endswith(("%", "个百分点", "percentage points")):
            traced = any(abs(abs(value) - abs(other)) <= _ROUNDED for other in allowed)
        if not traced:
            missing.append(token)
    return missing
