"""Figures of the narrative held against their sentence: a number stands there as a whole, and each printing counts once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz import fuzz

from ..forms import Metric
from .sentences import Sentence
from .shapes import Figure

_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "千": Decimal(1000), "百万": Decimal(1_000_000), "千万": Decimal(10_000_000)}
_AFTER = re.compile(r"\s*(?:余|多|几)?\s*(百万|千万|万|亿|千)?")
_PAUSE = re.compile(r"[,，;；。、]")
_HAN = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_NUMERAL = "零〇一二两三四五六七八九十百千万亿"


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure whose number was found in its sentence."""

    figure: Figure
    value: Decimal
    """With 万 and 亿 expanded."""
    sentence: Sentence
    start: int
    end: int
    """Span in the sentence of the number with its scale and unit."""


def grounded(figures: Sequence[Figure], given: Mapping[int, Sentence], metrics: Mapping[str, Metric]) -> tuple[list[Standing], list[str]]:
    """The figures that stand where they are cited, and what is wrong with the others, one sentence each."""
    found: list[Standing] = []
    wrong: list[str] = []
    used: set[tuple[int, int, str | None]] = set()
    for figure in figures:
        sentence = given.get(figure.sentence)
        if sentence is None:
            wrong.append(f"没有编号为 {figure.sentence} 的句子（“{figure.number}”引自那里）")
            continue
        if figure.metric is not None and figure.metric not in metrics:
            wrong.append(f"第 {figure.sentence} 句的“{figure.number}”：没有 {figure.metric} 这个指标，请用清单中的键或 null")
            continue
        places = list(_places(sentence.text, figure.number))
        # One number may be said of two metrics (各 3 件, 1 件被纠正); of one metric, or as a plain fact, it counts once.
        free = [at for at in places if (sentence.number, at, figure.metric) not in used]
        place = _nearest(free, figure.what, sentence.text)
        if place is None:
            numbers = "、".join(re.findall(r"\d+(?:[.,]\d+)*", sentence.text)) or "没有数字"
            once = "只印了一次，已经用过" if places else "没有印"
            wrong.append(f"第 {figure.sentence} 句{once}“{figure.number}”；那里印的是 {numbers}")
            continue
        value = _value(figure.number)
        if value is None:
            wrong.append(f"第 {figure.sentence} 句的“{figure.number}”不是一个数")
            continue
        used.add((sentence.number, place, figure.metric))
        after = _AFTER.match(sentence.text, place + len(figure.number))
        scale = after.group(1) if after else None
        end = after.end() if after and scale else place + len(figure.number)
        tail = sentence.text[end : end + 12]
        unit = figure.unit.removeprefix(scale or "")
        at = tail.find(unit) if unit else -1
        if at >= 0 and at <= 2:
            end += at + len(unit)
        found.append(Standing(figure, value * _SCALES.get(scale or "", Decimal(1)), sentence, place, end))
    return found, wrong


def _nearest(places: Sequence[int], what: str, text: str) -> int | None:
    """The place nearest to the words that say what the number is, in their clause if it can be; the first without such words."""
    if len(places) < 2 or len(what.strip()) < 2:
        return next(iter(places), None)
    match = fuzz.partial_ratio_alignment(what.strip(), text, score_cutoff=60)
    if match is None:
        return places[0]
    start, end = match.dest_start, match.dest_end

    def distance(at: int) -> tuple[int, int]:
        between = text[at:start] if at < start else text[end:at]
        return len(_PAUSE.findall(between)), len(between)

    return min(places, key=distance)


def _places(text: str, number: str) -> Iterator[int]:
    """Where a number stands whole: no digit, point or separator on either side belongs to it."""
    number = number.strip()
    if not number:
        return
    han = all(sign in _NUMERAL for sign in number)
    at = text.find(number)
    while at >= 0:
        before, after = text[max(0, at - 2) : at], text[at + len(number) : at + len(number) + 2]
        if han:
            whole = not (before[-1:] in _NUMERAL and before[-1:]) and not (
                after[:1] in _NUMERAL.replace("万", "").replace("亿", "") and after[:1]
            )
        else:
            whole = not re.search(r"\d[.,]?$|[A-Za-z]$", before) and not re.match(r"[.,]?\d", after)
        if whole:
            yield at
        at = text.find(number, at + 1)


def _value(number: str) -> Decimal | None:
    plain = number.strip().replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return Decimal(plain)
    return _han(plain)


def _han(numeral: str) -> Decimal | None:
    """A Chinese numeral below ten thousand."""
    if not numeral or any(sign not in "零〇一二两三四五六七八九十百千" for sign in numeral):
        return None
    total, digit = 0, 0
    for sign in numeral:
        if sign in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
        else:
            digit = _HAN[sign]
    return Decimal(total + digit)
