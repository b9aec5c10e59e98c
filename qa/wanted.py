"""What kind of thing a question wants to hear: a figure in its unit, money, a date, a person, a company, a place, a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .parsed import Parsed

_UNIT = re.compile(r"(?:多少|几)个?(工作日|小时|分钟|天|日|[人名户家所篇场条期次件项份个块元回堂趟宗道套级])|(?:多少|几)(?:块|毛|元)?(钱)")
_UNITS = {
    "天": "天日",
    "日": "天日",
    "工作日": "天日",
    "小时": "时",
    "分钟": "分",
    "名": "人名",
    "人": "人名",
    "条": "条件",
    "件": "件宗",
    "块": "元",
    "钱": "元",
    "次": "次场期",
    "场": "场次期",
    "期": "期次场",
    "个": "个家项",
    "篇": "篇条",
    "回": "次场期轮宗件",
    "堂": "次场期",
    "趟": "次",
    "宗": "宗件",
    "道": "道级轮",
    "级": "级道",
    "套": "套个项",
}
"""Units in which a report may count what a question counts in this one."""
_COUNTED = (
    (r"people|persons|visitors|participants|trainees|staff|officials|attendees|villagers|residents", "人名"),
    (r"accounts|columns|units|tasks|schools|websites|zones|agencies|departments|items of work", "个项家所"),
    (r"times|sessions|meetings|conferences|interviews|hearings|courses|inspections", "次场期"),
    (r"articles|posts|messages|items|pieces|interpretations|documents", "篇条件份"),
    (r"issues of|gazettes", "期"),
)
"""What is counted in English, and the units in which a report counts it."""
_HOW_MANY = re.compile(r"\bhow many ([a-z -]{3,40})")
_STAFF = re.compile(r"专职|兼职|在编|编制|工作人员|\b(?:staff|employ|full-time|part-time)")
"""What asks for people that work somewhere, who are not counted by their visits."""
_SHARE_ASKED = re.compile(r"比例|占比|百分之|几成|比重|\b(?:proportion|share|percentage|percent|per cent)\b")
_SHARE = re.compile(r"(?:\d|[一二三四五六七八九])\s*[%％成]|百分之")
_DIGIT = r"(?:\d|(?<![每同这那某])[一二三四五六七八九十百千万余多])\s*(?:[余多]\s*)?"
FIGURE = re.compile(r"(?<!\d)\d+(?!\d|\s*年)|[一二三四五六七八九十两百]+(?=[个次期场件项条份名人家所张篇册级道轮宗])")
_MONEY_ASKED = re.compile(r"(?:多少|几)(?:钱|元|块|毛(?!病)|角(?!度|色)|万元|经费|资金|预算)|(?:经费|预算|费用)[^,，。;；?？]{0,4}多少")
_MONEY = re.compile(r"元|[收免零]费|未收|没有收|不收|无收|分文")
_FEES_ASKED = re.compile(
    r"(?:信息)?处理费|工本费|(?:收没收|要不要|用不用|需不需要|[收交缴付给要掏])[^,，。;；?？]{0,8}?(?:钱|费用|费(?!时|力|心|劲))|收费|免费"
    r"|\b(?:fees?|charged?|charges|free of charge|pay(?:ing)?|paid)\b"
)
"""What asks whether information costs its applicants anything."""
FEES = re.compile(
    r"处理费|收费通知|(?:收取|收缴)[^,，。;；]{0,8}费|(?:未|没有?|不|无|免)(?:予|曾)?(?:收取?|产生|发生)[^,，。;；]{0,8}费|收费情况|免费(?:提供|向申请人)"
)
"""What a report says of that."""
_FEE_WORDS = re.compile(
    r"钱|费|收|交|缴|付|给|要|掏|拿|申请|信息|资料|文件|材料|检索|复制|邮寄|打印|复印|查|政府|公开|条例|法|规定|允许|提供|实际|元|块"
    r"|\b(?:fees?|charg|pa(?:y|id)|free|cost|applica|inform|process|request|disclos|cop(?:y|ies)|search|record|access|document)"
)
"""What a question that asks only this is made of, beside the words with which one asks."""
_WHY = re.compile(r"为什么|为何|为啥|怎么会|原因|缘故|缘由|\b(?:why|causes?|caused|reasons?|blamed?|due to|went wrong)\b")
BECAUSE = re.compile(r"因为|由于|原因|出在|因此|所致|源于|导致|缘于|主要是|是因")
_THINGS = (
    (r"电话|号码|\bphone|telephone number", r"\d{7,}"),
    (r"什么时候|何时|几[月号日]|什么(?:时间|日期)|哪一?[天月]|\bwhen\b", r"\d+\s*[月日年]|季度|[一二三四五六七八九十]+月"),
    (
        r"谁|哪位|哪些?人|什么人|\bwho(?:m|se)?\b",
        r"律师|专家|主任|[局区市县镇处科组][长]|教授|代表|委员|骨干|队|人员|领导|秘书|顾问|志愿者|负责人",
    ),
    (
        r"哪一?(?:家|所)|哪个(?:公司|单位|法院)|\bwhich (?:law )?(?:firm|company|court)",
        r"公司|企业|法院|事务所|机构|大学|学院|医院|研究院|协会",
    ),
    (
        r"(?:哪里|哪儿|什么地方|哪些?地方)(?![^,，。?？]{0,4}(?:不|没|差|欠|薄弱))|哪些?(?:场所|地点)|\bwhere\b",
        r"中心|馆|[车客货]站|大厅|园区|村|社区|学校|广场|窗口|点|室|店|专区|网|栏|环节",
    ),
)
"""What asks for a kind of thing, and what names one."""
_NAME = re.compile(
    r"谁|哪一?[家位天名所]|哪[个一](?:人|律师|公司|企业|法院|学校|医院|天|月)|几[月号日]|什么(?:时候|名字|日期)|叫什么|多大年纪"
    r"|(?:^ *|[,;] |\band )(?:who|when)\b|\b(?:whom|whose|which (?:law )?(?:firm|company|court|person|date|day|month|lawyer|judge))\b"
)


def wanted(parsed: Parsed) -> re.Pattern[str] | None:
    """What an answer must hold somewhere; nothing where no kind of thing is asked for."""
    wording = parsed.wording
    if _MONEY_ASKED.search(wording):
        return _MONEY
    if parsed.number:
        if _SHARE_ASKED.search(wording):
            return _SHARE
        unit = _unit(wording)
        if not unit:
            return FIGURE
        visits = "人" in unit and not _STAFF.search(wording)
        return re.compile(rf"{_DIGIT}(?:人次|[{unit}](?!次))" if visits else rf"{_DIGIT}[{unit}](?!次)")
    return next((re.compile(thing) for asking, thing in _THINGS if re.search(asking, wording)), None)


def _unit(wording: str) -> str:
    """The units in which what is counted may be told; of the last thing asked for."""
    if chinese := list(_UNIT.finditer(wording)):
        asked = chinese[-1]
        return _UNITS.get(asked[1] or asked[2], asked[1]) or ""
    if english := list(_HOW_MANY.finditer(wording)):
        found = [(match.start(), units) for words, units in _COUNTED if (match := re.search(rf"\b(?:{words})\b", english[-1][1]))]
        return min(found)[1] if found else ""
    return ""


def percentage(parsed: Parsed) -> bool:
    """Whether a share is asked for."""
    return parsed.number and bool(_SHARE_ASKED.search(parsed.wording))


def why(parsed: Parsed) -> bool:
    """Whether a reason is asked for."""
    return bool(_WHY.search(parsed.wording))


def fees(wording: str, words: Sequence[str]) -> bool:
    """Whether it is asked what information costs its applicants, and nothing else: none of the content words speaks of other matters."""
    return bool(_FEES_ASKED.search(wording)) and all(_FEE_WORDS.search(word) for word in words)
