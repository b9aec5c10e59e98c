"""Where a quantity stands in its sentence: the words before and after it, the topic, and whose figure of which year it is."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import Literal

from ..model import Report
from .quantities import Quantity
from .topics import Topic, topic_in

SENTENCE_END = re.compile(r"[。！!？?\n]|(?<=[^0-9])\.(?=\s|$)")
PAUSE = re.compile(r"[，,。；;：:！!？?\n（()）]")
"""Ends a clause; the enumeration comma 、 does not, since labels contain it."""

FILLER = re.compile(
    r"予以|主动|剩余|加上|另有|另外|公众|群众|市民|社会各界|来自|超过|超出|将近|接近|大约|大概|至少|不少于|不足|突破|超|逾|近|约|共计|总共|合计|累计|总计|总数量|总数|总量|总件数|件数|数量|案件数?|案子|案|事项|情况|分别|其中|包括|包含|含|当年|本年度?|今年|全年|一年来|年度|20\d\d\s*年度?|年内|以来"
    r"|达到|达|共|均|都|各类|各|有|为|是|了|的|数|量|件|已经|已|并|被|总|全部|依法|按照|规定|截至|截止|年底|\d{1,2}月底?|\d{1,2}[日号]|产生|发生|引发|引起|涉及|因|对|中|新|而|由|于|申请人|提出|提交|提起"
    r"|向|在|到|政府信息公开工作|政府信息公开|政府信息|政府|政务公开|信息公开|信息|公开|公民|法人和其[他它]组织|法人或者?其[他它]组织|、|和|或|及|与|类|行政|不服|复议机关|法院|人民"
    r"|全[区市县省镇乡街州旗盟系][统]?|我[区市县省镇乡局委办厅街州院]|本[区市县省镇乡局委办厅街州]|本机关|本单位|我单位|本行政机关|各级|答复|作出|所作|做出|宗|份|个|\"|“|”|\s|[，,：:；;（）()。]"
)
"""Words that change nothing about what is counted."""

_CHANNEL = re.compile(r"网络|网上|在线|线上|信函|邮寄|邮件|当面|现场|传真|窗口|书面|平台|系统|邮箱|快递|信件|微信|EMS")
_QUALIFIED = re.compile(r"涉及|关于|有关|方面|针对|领域|类(?!案)")
_PART_YEAR = re.compile(
    r"上半年|下半年|截[至止]\s*(?:20\d\d\s*年\s*)?(?:[1-9]|1[01])\s*月|[一二三四1-4]季度|前三季度|(?<!\d)\d{1,2}\s*[-—至到]\s*\d{1,2}月|每[年月季周日天]|平均|历年|近[三五两几十]?年|自20\d\d年|20\d\d年以来|“?十[二三四]五”?|历史|累计至今|成立以来"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年(?!\s*\d{1,2}\s*月(?!底|末))(度)?(?!以来|起|印发|制定|出台|修订)")
_LAST_YEAR = re.compile(r"(?<!结转)(?<!转入)上一?年(?!度?的?(?:未办结)?(?:结转|转结|转入|遗留))|去年(?!度?结转)|上年同期|前一年")
_ASIDE = re.compile(r"[（(][^（()）]*[)）]")
"""A remark in brackets that is over: a year named there is not the sentence's own."""
_COMPARED = re.compile(r"(?:较|相?比)\s*20\d\d\s*年[^,，;；。]*[,，;；]")
"""A comparison with another year that is over."""
_CHANGE = re.compile(
    r"(?:同比|环比|较|比|与|相比|相较)[^，,；;。]{0,14}?(?P<way>增长|上升|增加|提高|提升|增|下降|减少|降低|降|减)[^，,；;。]{0,4}$|(?:同比|较上一?年度?|比上一?年度?|较去年|比去年)(?P<way2>[^，,；;。]{0,6})$"
)
_FUTURE = re.compile(r"下一步|计划|拟于|力争|目标|预计|将(?:要|会|继续|在|于)|争取")
_ORGAN = (
    r"[一-鿿]{1,12}?(?:管理局|分局|[^公格布]局|委员会|管委会|[^常专党组]委|(?:人民)?政府办公(?:室|厅)|(?:人民)?政府办(?!理|公)|人民政府(?!办)|政府(?!办|信息|网|采购|规章|性|门户|公报|及其|文件|系统|部门)|办公室|办公厅|办事处"
    r"|街道(?!办)|[^城乡]镇(?!街|政府|人民政府)|乡(?!镇|村|政府|人民政府)|支队|总队|中心|法院|公司|学院|大学|医院|本级)"
)
_SUBJECT = re.compile(_ORGAN)
_TERRITORY = re.compile(r"[全我本][区市县省镇乡街州旗盟]|全系统|各级")
_OURS = re.compile(r"[我本](?:街道|街道办事处|办事处|镇|乡|中心|公司|医院|学院|大学|支队|总队|分局|管委会|委员会|办公室)")
_GOVERNS = re.compile(r"(?:政府|办事处|管委会|管理委员会)$")
"""Agencies that can speak for a whole territory; a bureau's 全市 is more than its own."""
_WITHIN = re.compile(r"[区市县省州]直(?:各)?(?:部门|单位|机关)|镇街|街镇|乡镇(?!人民政府)|(?:职能|政府|工作)部门|各单位|各部门")
"""Bodies within a consolidated report, named without a name of their own."""
_ORDINAL = re.compile(r"^\s*(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．是)）]|[①-⑳]|第[一二三四五六七八九十][,，、]?)\s*")
_PLACE = re.compile(r"^[\s、,，]*(?:[一-鿿]{1,6}?[省市县区州旗盟])+")
_WHOLE = re.compile(
    r"全[区市县省镇乡街州旗盟局厅委院](?!面)|全系统|各级|我[区市县省镇乡局委办厅街州院]|本[区市县省镇乡局委办厅街州](?!年|次|报告)|本机关|本单位|我单位|本行政机关|本部门"
)

Scope = Literal["own", "near", "unit", "previous", "other_year", "part_year", "change"]
"""``own``: this report's agency and year. ``near``: perhaps the agency, perhaps a body within it (区政府 in a district's
consolidated report). ``unit``: another body. ``previous``, ``other_year``, ``part_year``: another time. ``change``: a difference."""


REACH = 600
"""Characters that a sentence's topic, year and subject carry; it also bounds the work on endless sentences."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A quantity with the words around it."""

    quantity: Quantity
    text: str
    sentence: tuple[int, int]
    clause: tuple[int, int]
    """From the pause before the quantity to the pause after it."""
    before: str
    """The clause up to the quantity, from the quantity before it if that is nearer."""
    after: str
    """The clause after the quantity, up to the next quantity or enumeration comma."""

    @property
    def lead(self) -> str:
        """The sentence up to this quantity's own words, as far back as it matters."""
        end = self.quantity.start - len(self.before)
        return self.text[max(self.sentence[0], end - REACH) : end]

    @property
    def earlier(self) -> str:
        """What the passage says before this sentence, as far back as it matters."""
        return self.text[max(0, self.sentence[0] - REACH) : self.sentence[0]]

    @property
    def said(self) -> str:
        """The sentence up to the quantity, as far back as it matters."""
        return self.text[max(self.sentence[0], self.quantity.start - REACH) : self.quantity.start]


def spots(text: str, found: tuple[Quantity, ...]) -> tuple[Spot, ...]:
    """Every quantity with its surroundings."""
    ends = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    pauses = [-1, *(match.start() for match in PAUSE.finditer(text)), len(text)]
    made = []
    for index, quantity in enumerate(found):
        head = ends[bisect_right(ends, quantity.start) - 1]
        tail = ends[min(bisect_right(ends, quantity.end), len(ends) - 1)]
        left = max(pauses[bisect_left(pauses, quantity.start) - 1] + 1, head)
        right = pauses[bisect_left(pauses, quantity.end)]
        earlier = found[index - 1].end if index else 0
        later = found[index + 1].start if index + 1 < len(found) else len(text)
        after = text[quantity.end : min(right, later)]
        made.append(
            Spot(
                quantity,
                text,
                (head, tail),
                (left, right),
                text[max(left, earlier) : quantity.start],
                after.partition("、")[0] if later < right else after,
            )
        )
    return _shared_out(made)


def _shared_out(made: list[Spot]) -> tuple[Spot, ...]:
    """“A、B、C分别为1件、2件、3件”: each number gets the name that is its own; a list that does not come out even gets none."""
    shared = list(made)
    for index, spot in enumerate(made):
        named, found, rest = spot.before.partition("分别")
        if not found or residue(rest):
            continue
        last = index + 1
        while last < len(made) and made[last].sentence == spot.sentence and not residue(made[last].before) and len(made[last].before) <= 2:
            last += 1
        names = [name for name in re.split(r"[、,，]|和|及|与", named) if name.strip()]
        count = last - index
        own = names[-count:] if len(names) >= count else [""] * count
        for place, name in zip(range(index, last), own, strict=True):
            shared[place] = replace(made[place], before=name, after="")
    return tuple(shared)


def topic_of(spot: Spot, heading: str) -> tuple[Topic | None, bool]:
    """The topic of a quantity, and whether its own clause names it."""
    for text in (spot.before, spot.after):
        topic = topic_in(text)
        if topic:
            return topic, True
    topic = topic_in(spot.lead)
    if topic:
        return topic, False
    topic = topic_in(spot.earlier)
    return (topic or topic_in(heading)), False


def residue(text: str) -> str:
    """What is left of a stretch of text when filler is taken away: a qualifier, another object, a name."""
    return FILLER.sub("", text)


def without_subject(text: str) -> str:
    """The start of a clause without the body it speaks of: “清河县教育局共”, “清河县2022年”, “各部门、镇街”."""
    text = re.sub(r"20\d\d\s*年度?", "", _ORDINAL.sub("", text))
    text = _SUBJECT.sub("", re.sub(r"各?(?:职能)?(?:部门|单位|镇街|乡镇|街道|行政机关|机关)", "", text))
    return _PLACE.sub("", text)


def qualified(spot: Spot, phrase: str) -> bool:
    """Whether the clause, its phrase aside, speaks of some kind or some channel of things only."""
    near = (spot.before + spot.after).replace(phrase, "")
    return bool(_CHANNEL.search(near) or _QUALIFIED.search(near.replace("涉及政府信息公开", "").replace("信息公开类", "")))


def change_of(spot: Spot) -> int:
    """1 for an increase against another year, -1 for a decrease, 0 for a plain figure."""
    head = max(spot.sentence[0], spot.quantity.start - 26)
    match = _CHANGE.search(PAUSE.split(spot.text[head : spot.quantity.start])[-1])
    if not match:
        return 0
    way = match["way"] or match["way2"] or ""
    if not match["way"] and not re.search(r"[增升提降减]", way):
        return 0
    return -1 if re.search(r"[降减]", way) else 1


def scope_of(spot: Spot, report: Report) -> tuple[Scope, str]:
    """Whose figure it is, and the words that say so."""
    if change_of(spot):
        return "change", "同比"
    clause = spot.text[spot.clause[0] : spot.clause[1]]
    said = _opened_before(spot) + _COMPARED.sub("", _ASIDE.sub("", spot.said))
    opening = "".join(part for part in PAUSE.split(said)[:-1] if len(part) <= 16)  # “2022年上半年,全县…”
    if _PART_YEAR.search(clause) or _PART_YEAR.search(opening):
        return "part_year", "部分时段"
    if _LAST_YEAR.search(spot.before):
        return "previous", "上年"
    named = [int(match.group(1)) for match in _YEAR.finditer(said)]
    if named and report.year and named[-1] != report.year:
        carried = re.search(r"结转|转入|转结|继续办理", spot.before + spot.after) and abs(named[-1] - report.year) == 1
        if not carried:
            return ("previous" if named[-1] == report.year - 1 else "other_year"), f"{named[-1]}年"
        named = named[:-1]
        if named and named[-1] != report.year:
            return "other_year", f"{named[-1]}年"
    if _FUTURE.search(said[-30:]):
        return "other_year", "计划"
    return _body(spot, said, report)


def _opened_before(spot: Spot) -> str:
    """The time that the sentence before opened with, when this one only goes on with its parts: “2022年上半年,…。其中…”."""
    sentence = spot.text[spot.sentence[0] : spot.quantity.start].lstrip()
    if not sentence.startswith("其中"):
        return ""
    head = max((match.end() for match in SENTENCE_END.finditer(spot.earlier.rstrip("。\n "))), default=0)
    first, _, rest = spot.earlier[head:].partition(",")
    first = first.partition("，")[0].strip()
    return f"{first}," if rest and len(first) <= 16 else ""


def _body(spot: Spot, said: str, report: Report) -> tuple[Scope, str]:
    """The body that the sentence names last before the quantity."""
    agency = report.agency or ""
    clause = PAUSE.split(said)[-1]
    within = _WITHIN.search(clause)
    if within and not _WHOLE.search(clause) and not (agency and within.group() in agency):
        return "unit", within.group()
    organs = [(match.end(), match.group()) for match in _SUBJECT.finditer(said)]
    wholes = [(match.end(), match.group()) for match in _WHOLE.finditer(said)]
    if not organs or (wholes and wholes[-1][0] >= organs[-1][0]):
        wider = wholes and _TERRITORY.match(wholes[-1][1]) and agency and report.scope != "consolidated" and not _GOVERNS.search(agency)
        return ("near", wholes[-1][1]) if wider else ("own", "")
    name = _trim(organs[-1][1])
    if not name or _OURS.fullmatch(name):
        return "own", ""
    if agency and (name in agency or agency in name) and (agency.endswith(name) or name.endswith(agency)):
        township = re.search(r"[镇乡道](?:人民政府|办事处)$", agency)
        consolidated = not township and (report.scope == "consolidated" or agency.endswith("人民政府"))
        return ("near" if consolidated and name != agency else "own"), name
    if _same_office(name, agency):
        return "own", name
    if re.search(r"政府(?:办(?:公室|公厅)?)?$|本级$", name):
        own = name in ("镇政府", "乡政府") and agency.endswith(("镇人民政府", "乡人民政府"))
        return ("own" if own else "near"), name
    return "unit", name


def _trim(name: str) -> str:
    """A body's name without the words that ran into it."""
    name = re.split(r"年度?|向|对|由|在|和|与|及|中|为|有|的|从|是|通过|经|以|被|因|其|至|并|含|涉及", name)[-1]
    return "" if name in ("政府", "人民政府", "本级", "该局") and len(name) < 3 else name


def _same_office(name: str, agency: str) -> bool:
    """Whether a short form (区府办, 市政府办公室, 市教育局) can stand for the agency."""
    if not agency:
        return False
    tail = name.lstrip("省市县区州旗盟镇乡街道")
    if len(tail) >= 2 and agency.endswith(tail) and not tail.startswith(("人民政府", "政府")):
        return True
    return name.endswith(("政府办", "政府办公室", "政府办公厅", "办公室", "办公厅", "府办")) and agency.endswith(("办公室", "办公厅"))
