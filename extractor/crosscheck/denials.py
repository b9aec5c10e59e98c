"""What the narrative denies: 未收到申请 and 未发生复议 say 0 without a digit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from .classify import About
from .context import PAUSE, SENTENCE_END, Spot
from .phrases import Meaning
from .quantities import Quantity
from .topics import Topic, topic_in

_NONE = re.compile(
    r"(?:均)?(?:未|没有|从未|暂未|尚未|没|无|暂无|不存在)(?:新)?(?:收到|接到|接收到?|受理|发生|产生|出现|涉及|引发|引起|有|存在|被|办理)?过?"
    r"(?P<object>(?>政府信息|政务信息|信息公开|政务公开|依申请|申请人?|公开|工作|答复|任何|形式|公民|个人|法人|其[他它]|组织|、|和|或者?|及|与|以及|的|因|由于|针对|有关|关于|涉及|相关"
    r"|本机关|本单位|我[局办委街镇]|引起|引发|产生|导致|提起|提请|提出|被|而|类|案件|案|事件|件|事项|情况|现象|行政|复议|诉讼|向|等|结转|转入|下一?年度?|上一?年度?|20\d\d年度?|继续办理|办理|至|到|\s){2,40}+)"
    r"(?=[,，。;；)）]|$)"
)


def denials(text: str) -> Iterator[Spot]:
    """Every denial of a passage as a quantity of 0 with the unit “none”."""
    for match in _NONE.finditer(text):
        start, end = match.span()
        head = max((m.end() for m in SENTENCE_END.finditer(text) if m.end() <= start), default=0)
        tail = min((m.start() for m in SENTENCE_END.finditer(text) if m.start() >= end), default=len(text))
        left = max((m.end() for m in PAUSE.finditer(text) if m.end() <= start), default=0)
        quantity = Quantity(Decimal(0), "none", "exact", start, end)
        yield Spot(quantity, text, (head, tail), (max(head, left), end), text[max(head, left) : start], "")


def denied(spot: Spot, report_year: int | None) -> tuple[About, ...]:
    """What a denial says is zero."""
    words = spot.text[spot.quantity.start : spot.quantity.end]
    until = spot.quantity.end
    year = report_year or 0
    topic = topic_in(words)

    def zero(key: str, name: str, about: Topic) -> About:
        return About((Meaning(name, (key,)),), True, about, until)

    if re.search(r"结转|转入", words):
        forward = re.search(r"下一?年|" + str(year + 1), words)
        key = "applications.carried_forward.total" if forward else "applications.carried_in.total"
        return (zero(key, "结转", "applications"),)
    if topic == "both" or {"复议", "诉讼"} <= set(re.findall("复议|诉讼", words)):
        return (
            zero("review_litigation.review.total", "复议·总计", "review"),
            zero("review_litigation.litigation.total", "诉讼·总计", "litigation"),
        )
    if topic == "review":
        return (zero("review_litigation.review.total", "复议·总计", "review"),)
    if topic == "litigation":
        return (zero("review_litigation.litigation.total", "诉讼·总计", "litigation"),)
    if topic == "applications" and re.match(r"(?:均)?(?:未|没有|从未|没)(?:新)?(?:收到|接到|接收|受理)", words):
        return (zero("applications.new_received.total", "收到 = 新收", "applications"),)
    return ()
