"""What a printed number can stand for: it is told to its last digit times its unit, rounded or cut off there, or within a bound."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from .quantities import Quantity

EXACT = Decimal(0)
"""The grain of a count in a table, which stands for itself only."""
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SCALES = {"": 1, "千": 1_000, "万": 10_000, "百万": 1_000_000, "亿": 100_000_000}
_SCALE = re.compile(r"(千|百万|万|亿)?元")
_WIDE = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


def same(one: Decimal, step: Decimal, other: Decimal, grain: Decimal = EXACT) -> bool:
    """Whether two prints can be of one number: the finer, rounded or cut off to the coarser's last digit, is the coarser.

    ``step`` and ``grain`` are the worth of their last digits; reports both round and cut off.
    """
    coarse, fine, unit = (other, one, grain) if grain > step else (one, other, step)
    return abs(fine - coarse) <= unit / 2 or (fine * coarse >= 0 and 0 <= abs(fine) - abs(coarse) < unit)


def fits(quantity: Quantity, number: Decimal, grain: Decimal = EXACT) -> bool:
    """Whether a stated quantity can be said of a table's number: to the digits of both, or within its bound.

    ``grain`` is the worth of the number's own last digit where it is an amount of money, 0 for a count.
    """
    value = quantity.value
    low, high = number - grain / 2, number + grain
    if quantity.low is not None:
        return quantity.low <= high and low <= value
    match quantity.bound:
        case "exact":
            return same(value, quantity.step, number, grain)
        case "about":
            slack = max(value / 10, quantity.step)
            return low - slack <= value <= high + slack
        case "more_than":
            return value <= high and low <= value * 2
        case "less_than":
            return value / 2 <= high and low <= value
        case "at_least":
            return value <= high
        case "at_most":
            return low <= value


def belies(quantity: Quantity, number: Decimal, grain: Decimal = EXACT) -> bool:
    """Whether a number makes what is stated untrue: 1200 is unusual for 超过500, and no less true; it is not 500余."""
    if fits(quantity, number, grain):
        return False
    beyond = number - quantity.value
    return not (quantity.far and ((quantity.bound == "more_than" and beyond > 0) or (quantity.bound == "less_than" and beyond < 0)))


def rounded(quantity: Quantity, number: Decimal) -> bool:
    """Whether a quantity told as exact is not the very number it was found to fit."""
    return quantity.bound == "exact" and quantity.low is None and quantity.value != number


def grain_of(raw: str | None, value: Decimal, unit: int = 1) -> Decimal:
    """The worth of the last digit of an amount printed so, in the unit of its value: “0.07亿元” of 7,000,000 yuan is told to 1,000,000.

    ``unit`` is the value's own in yuan. 0 where the print and the value are not the same digits, and for a plain 0.
    """
    print_ = (raw or "").translate(_WIDE)
    match = _DIGITS.search(print_)
    if match is None:
        return EXACT
    digits, places = Decimal(match.group().replace(",", "")), len(match.group().partition(".")[2])
    if not digits and not value and places:
        named = _SCALE.search(print_, match.end())
        return Decimal(1).scaleb(-places) * (Decimal(_SCALES[named.group(1) or ""]) / unit if named else 1)
    scale = abs(value) / digits if digits else EXACT
    if scale.normalize().as_tuple().digits != (1,):
        return EXACT
    return Decimal(1).scaleb(-places) * scale


def slack_of(quantities: Iterable[Quantity]) -> Decimal:
    """How far a sum of these quantities may be off because some are told in 万 or 亿; 0 where all are counted to one."""
    return sum((each.step for each in quantities if each.step > 1), EXACT)
