"""Numbers as reports write them: digits, Chinese numerals, 万 and 亿, bounds such as 近, 超 and 余."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from extractor.model import Bound

_DIGITS = "零一二三四五六七八九"


def hanzi(number: int) -> str:
    """A whole number below 10⁸ in Chinese numerals: 1205 → 一千二百零五."""
    if number >= 10_000:
        rest = number % 10_000
        gap = "零" if 0 < rest < 1000 else ""
        return f"{hanzi(number // 10_000)}万{gap}{hanzi(rest) if rest else ''}"
    if number < 10:
        return _DIGITS[number]
    text = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += _DIGITS[digit] + name
        elif text and number and not text.endswith("零"):
            text += "零"
    text = text.rstrip("零")
    return text[1:] if text.startswith("一十") else text


@dataclass(frozen=True, slots=True)
class Stated:
    """A number as written, with what it says."""

    before: str
    """What stands before the number: 近, 超过, 约."""
    number: str
    after: str
    """What stands between number and unit: 余, 多."""
    value: Decimal
    bound: Bound

    @property
    def text(self) -> str:
        """The number with its bounds."""
        return f"{self.before}{self.number}{self.after}"


def state(rng: np.random.Generator, number: int, *, rounding: float = 0.15) -> Stated:
    """The number written in one of the usual ways; never says anything untrue."""
    if number >= 60 and rng.random() < rounding:
        return _rounded(rng, number)
    if 0 < number <= 30 and rng.random() < 0.12:
        return Stated("", hanzi(number), "", Decimal(number), "exact")
    if number >= 20_000 and number % 100 == 0 and rng.random() < 0.5:
        return Stated("", f"{_short(Decimal(number) / 10_000)}万", "", Decimal(number), "exact")
    if number >= 1000 and number % 13 == 5:  # by the number itself: the random source stays as it is
        return Stated("", f"{number:,}", "", Decimal(number), "exact")
    return Stated("", str(number), "", Decimal(number), "exact")


def _rounded(rng: np.random.Generator, number: int) -> Stated:
    unit = 10 ** (len(str(number)) - 2)
    below = number // unit * unit
    if below == number:
        return Stated("", str(number), "", Decimal(number), "exact")
    way = rng.integers(5)
    if way == 0:
        above = below + unit
        return Stated(str(rng.choice(["近", "接近"])), _large(rng, above), "", Decimal(above), "less_than")
    if way == 1:
        return Stated(str(rng.choice(["超", "超过", "逾"])), _large(rng, below), "", Decimal(below), "more_than")
    if way in (2, 3):
        return Stated("", _large(rng, below), str(rng.choice(["余", "多"])), Decimal(below), "more_than")
    nearest = below if number - below < unit / 2 else below + unit
    return Stated("约", _large(rng, nearest), "", Decimal(nearest), "about")


def _large(rng: np.random.Generator, number: int) -> str:
    if number >= 10_000 and number % 1000 == 0 and rng.random() < 0.7:
        return f"{_short(Decimal(number) / 10_000)}万"
    if number % 100 == 0 and number < 10_000 and rng.random() < 0.15:
        return hanzi(number)
    return str(number)


def _short(amount: Decimal) -> str:
    text = format(amount.normalize(), "f")
    return text


def money(rng: np.random.Generator, yuan: Decimal) -> str:
    """An exact amount of yuan in yuan, 万元 or 亿元."""
    if yuan >= 10**8 and rng.random() < 0.4:
        return f"{_short(yuan / 10**8)}亿元" if yuan % 10_000 == 0 else f"{_short(yuan)}元"
    if yuan >= 10_000 and rng.random() < 0.5:
        return f"{_short(yuan / 10_000)}万元" if yuan % 1 == 0 else f"{_short(yuan)}元"
    return f"{_short(yuan)}元"


def percent(share: Decimal, digits: int = 1) -> tuple[str, Decimal]:
    """A share as a percentage rounded to some digits, and the share that the text states."""
    rounded = (share * 100).quantize(Decimal(1).scaleb(-digits))
    return f"{rounded}%", rounded / 100
