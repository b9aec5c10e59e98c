"""Numbers as questions write them: in digits, in Chinese, in English words, as fractions."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "十": 10, "俩": 2, "仨": 3}
NUMBER = (
    r"(\d[\d,]*(?:\.\d+)?|[一二两三四五六七八九十百千零〇]+"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|a hundred|half)\b)"
)
"""A number in any of the writings, one group."""
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "hundred": 100, "a hundred": 100, "thousand": 1000,
}  # fmt: skip
_PART = re.compile(r"([一二两三四五六七八九十\d]+)分之([一二两三四五六七八九十\d]+)")
_TENTHS = re.compile(r"([一二两三四五六七八九\d])成半?")


def number_of(word: str) -> int:
    """A number written in digits, in Chinese up to 9,999, or in an English word up to ten."""
    if word.isdigit():
        return int(word)
    if word in _WORDS:
        return _WORDS[word]
    total = current = 0
    for char in word:
        if char in "十百千":
            total += (current or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            current = 0
        else:
            current = DIGITS.get(char, 0)
    return total + current


def decimal_of(word: str) -> Decimal:
    """A number with its decimals, thousands separators dropped."""
    return Decimal(word.replace(",", "")) if word[0].isdigit() else Decimal("0.5") if word == "half" else Decimal(number_of(word))


def share_of(text: str) -> Decimal | None:
    """A share written as a fraction (三分之一), in tenths (八成) or as a half; None when there is none."""
    if match := _PART.search(text):
        below = number_of(match[1])
        return Decimal(number_of(match[2])) / below if below else None
    if match := _TENTHS.search(text):
        return Decimal(number_of(match[1])) / 10 + (Decimal("0.05") if match.group().endswith("半") else 0)
    return Decimal("0.5") if re.search("一半|半数|半(?!年|个)|half", text) else None
