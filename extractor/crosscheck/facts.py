"""Every quantity of the narrative that no table holds becomes a Fact, named by the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from ..model import Fact
from .context import PAUSE, Spot, change_of
from .locate import Located

_LEAD = re.compile(
    r"^(?:[\s、,，;；:：)）(（]|(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）.、])|[一二三四五六七八九十]{1,2}是|20\d\d\s*年度?(?:以来)?|截[至止](?:20\d\d年)?(?:\d+月)?(?:\d+日)?|年?底"
    r"|全年|本年度?|今年(?:以来)?|一年来|年内|目前|其中|包括|包含|以及|和|并|及|与|同时|已经|已|还|也|又|先后|累计|共计|总计|合计|共|约|近|含|对|将|在|的|为|等|均|各|有)+"
)
_TRAIL = re.compile(
    r"(?:\s|共计|总计|合计|累计|总共|共有|达到|数量为|数量|总数|超过|将近|接近|大约|至少|不少于|为|达|共|约|近|超|逾|的|等|有|是|了|均|各|[:：、,，])++$"
)
_AFTER_STOP = re.compile(r"[，,。；;：:！!？?\n（()）]|\d")
_AFTER_CUT = re.compile(r"(?:的|被|并|纳入|全部|均|已|进行|展示|落实|提供|录制|给予|实现)")
_FEE = re.compile(
    r"(?:未|没有|无|尚未|暂未|未曾)(?:产生|发生|发出|收取|收|征收|有)?(?:过|任何|政府)*(?:收取|征收)?(?:依申请公开|政府信息公开|信息公开|政府信息|申请人?|相关|的|任何)*(?:信息)?(?:处理费|处理费用|费用)"
)
MAX_NAME = 36


def fact_of(spot: Spot, located: Located, earlier: Spot | None = None) -> Iterable[Fact]:
    """The fact that a quantity states; two for a range, none for a bare number or an ordinal of a list."""
    quantity = spot.quantity
    if quantity.unit == "":
        return
    what = _name(spot, earlier)
    start, end = _quoted(spot)
    quote = located.quote(start, end)
    place = quote.place or located.passage.place
    if quantity.low is not None:
        yield Fact(what=what, value=quantity.low, unit=quantity.unit, bound="at_least", quote=quote.text, place=place)
        yield Fact(what=what, value=quantity.value, unit=quantity.unit, bound="at_most", quote=quote.text, place=place)
        return
    sign = change_of(spot)
    value = -quantity.value if sign < 0 else quantity.value
    yield Fact(what=what, value=value, unit=quantity.unit, bound=quantity.bound, quote=quote.text, place=place)


def fee_fact(located: Located) -> Iterable[Fact]:
    """“未收取信息处理费”: nothing was charged, a figure that section six must tell."""
    for match in _FEE.finditer(located.passage.text):
        quote = located.quote(match.start(), match.end())
        yield Fact(
            what="收取信息处理费",
            value=Decimal(0),
            unit="元",
            quote=quote.text,
            place=quote.place or located.passage.place,
        )
        return


def _quoted(spot: Spot) -> tuple[int, int]:
    """The clause around the quantity, without white space at its ends."""
    start, end = spot.clause
    while start < spot.quantity.start and spot.text[start] in " \t、":
        start += 1
    end = min(end, spot.quantity.end + len(spot.after.rstrip()))
    return start, max(end, spot.quantity.end)


def _name(spot: Spot, earlier: Spot | None) -> str:
    """A short noun phrase a person would recognise: the words before the number and the noun after it."""
    before = spot.before
    if earlier is not None and spot.quantity.start - len(before) == earlier.quantity.end:
        before = re.split(r"[、和及]", before, maxsplit=1)[-1]  # the words up to there belong to the quantity before
    before = _clean(before)
    if earlier is not None and change_of(spot) and len(before) < 8:
        before = f"{_clean(earlier.before)}{before}"
    after = _AFTER_STOP.split(spot.after)[0].strip()
    after = _AFTER_CUT.split(after)[0] if before else after
    name = f"{before}{after}".strip("、 ")
    if len(name) < 2:
        name = _clean(PAUSE.split(spot.lead.rstrip("，,:： "))[-1]) + name
    name = re.sub(r"\s+", "", name)
    name = name if len(name) <= MAX_NAME else name[-MAX_NAME:]
    for left, right in ("“”", "《》"):
        name = name.replace(right, "") if right in name and left not in name else name
    return name or spot.quantity.unit


def _clean(text: str) -> str:
    text = _TRAIL.sub("", text.strip())
    return _LEAD.sub("", text).strip()
