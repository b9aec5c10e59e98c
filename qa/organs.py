"""Departments by what people call them: abbreviations that a full name spells out in order, and English names."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TAILS = {
    "局": ("局",),
    "厅": ("厅",),
    "委": (
        "委员会",
        "委",
    ),
    "委员会": ("委员会",),
    "办": (
        "办公室",
        "办公厅",
        "办",
    ),
    "院": ("院",),
    "中心": ("中心",),
    "署": ("署",),
    "部门": (
        "局",
        "厅",
        "委员会",
        "委",
    ),
    "管委会": ("管理委员会",),
    "处": (
        "处",
        "办事处",
    ),
}
"""How an abbreviated organ may end in full."""
SHORT = re.compile(
    rf"(?!(?:哪|各|每|几|该|本|这|那|所有|全部|下属|一))[\u3400-\u9fff]{{1,6}}?(?:{'|'.join(sorted(_TAILS, key=len, reverse=True))})"
)
"""What may be an abbreviated organ."""
FORMER = {
    "国土": "自然资源",
    "国土资源": "自然资源",
    "规划": "自然资源",
    "环保": "生态环境",
    "环境保护": "生态环境",
    "工商": "市场监督管理",
    "质监": "市场监督管理",
    "食药监": "市场监督管理",
    "药监": "药品监督管理",
    "安监": "应急管理",
    "卫计": "卫生健康",
    "卫生": "卫生健康",
    "劳动": "人力资源和社会保障",
    "社保": "人力资源和社会保障",
    "人事": "人力资源和社会保障",
    "房管": "住房和城乡建设",
    "建设": "住房和城乡建设",
    "水利": "水务",
    "水务": "水利",
    "文广旅": "文化广电旅游",
    "旅游": "文化和旅游",
    "文化": "文化",
    "体育": "体育",
    "教委": "教育",
    "农委": "农业农村",
    "经信": "工业和信息化",
    "城管": "城市管理",
    "交警": "公安",
    "警察": "公安",
    "税务": "税务",
}
"""What departments were called before, or are called in short without their own characters."""
_ENGLISH: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "生态环境",
        (
            "ecolog",
            "environment",
        ),
    ),
    (
        "自然资源",
        (
            "natural resources",
            "land and resources",
            "planning and natural resources",
        ),
    ),
    (
        "住房",
        (
            "housing",
            "urban-rural development",
            "urban rural development",
            "construction",
        ),
    ),
    (
        "人力资源",
        (
            "human resources",
            "social security",
        ),
    ),
    (
        "医疗保障",
        (
            "healthcare security",
            "medical insurance",
            "medical security",
            "health insurance",
        ),
    ),
    (
        "卫生健康",
        (
            "health commission",
            "health bureau",
            "public health",
            "health department",
        ),
    ),
    (
        "市场监督",
        (
            "market regulation",
            "market supervision",
            "administration for market",
        ),
    ),
    ("应急", ("emergency",)),
    (
        "交通运输",
        (
            "transport",
            "communications",
        ),
    ),
    (
        "财政",
        (
            "finance",
            "financial",
        ),
    ),
    ("审计", ("audit",)),
    ("教育", ("education",)),
    (
        "水务",
        (
            "water affairs",
            "water authority",
            "water bureau",
        ),
    ),
    (
        "水利",
        (
            "water resources",
            "water conservancy",
            "water bureau",
        ),
    ),
    (
        "公安",
        (
            "public security",
            "police",
        ),
    ),
    ("民政", ("civil affairs",)),
    (
        "司法",
        (
            "justice",
            "judicial",
        ),
    ),
    ("农业农村", ("agricultur",)),
    ("文化", ("culture",)),
    ("旅游", ("tourism",)),
    ("统计", ("statistics",)),
    ("发展和改革", ("development and reform",)),
    ("科学技术", ("science and technology",)),
    ("工业和信息化", ("industry and information",)),
    ("商务", ("commerce",)),
    (
        "城市管理",
        (
            "urban management",
            "city management",
            "urban administration",
        ),
    ),
    ("退役军人", ("veterans",)),
    ("林业", ("forestry",)),
    (
        "税务",
        (
            "taxation",
            "tax ",
        ),
    ),
    ("国有资产", ("state-owned assets",)),
    ("气象", ("meteorolog",)),
    (
        "行政审批",
        (
            "administrative approval",
            "administrative examination",
        ),
    ),
    (
        "政务服务",
        (
            "government services",
            "government affairs service",
        ),
    ),
    (
        "信访",
        (
            "petitions bureau",
            "letters and calls",
        ),
    ),
    ("体育", ("sports",)),
    (
        "园林",
        (
            "landscap",
            "parks",
        ),
    ),
)
"""English words for the cores of departments' names."""
_FAMILIES: tuple[tuple[str, ...], ...] = (
    ("自然资源", "自然资源和规划", "规划和自然资源", "自然资源规划", "国土资源和规划", "国土资源"),
    ("住房和城乡建设", "住房和建设", "住房城乡建设", "住房保障和房产管理", "住房和城市建设", "建设交通"),
    ("人力资源和社会保障", "人力资源社会保障", "劳动和社会保障"),
    ("文化广电旅游", "文化广电和旅游", "文化和旅游", "文化广电旅游体育", "文化广电新闻出版", "文化体育和旅游", "文化旅游体育"),
    ("市场监督管理", "市场监管", "工商行政管理和质量监督", "食品药品监督管理"),
    ("卫生健康", "卫生和计划生育", "卫生健康和计划生育"),
    ("医疗保障", "医疗保险"),
    ("生态环境", "环境保护"),
    ("应急管理", "安全生产监督管理"),
    ("交通运输", "交通和运输", "交通"),
    ("农业农村", "农业和农村", "农牧", "农林畜牧"),
    ("工业和信息化", "经济和信息化", "科技和工业信息化"),
    ("发展和改革", "发展改革", "发展和改革委员"),
    ("城市管理", "城市管理和综合执法", "城市综合管理", "综合行政执法"),
    ("水务", "水利", "水利水务"),
    ("行政审批服务", "政务服务和数据管理", "政务服务数据管理"),
    ("教育", "教育体育", "教育和体育", "教育科技"),
    ("退役军人事务", "退役军人"),
)
"""Names that the same department has in different places and years; people mix them (资规局 where the name is 自然资源局)."""
_ORGAN = re.compile(r"\b(?:bureau|department|commission|committee|administration|authority|office of|agency for)\b")


def spelt(short: str, own: str) -> bool:
    """Whether an organ's own name spells out an abbreviation: 资规局 is 自然资源和规划局, character by character in order."""
    for tail, fulls in sorted(_TAILS.items(), key=lambda item: -len(item[0])):
        if short.endswith(tail) and len(short) > len(tail):
            core = short[: -len(tail)]
            full = next((end for end in sorted(fulls, key=len, reverse=True) if own.endswith(end)), None)
            if full is None:
                return False
            body = own[: -len(full)]
            return _in_order(core, body) or (core in FORMER and FORMER[core] in body)
    return False


def akin(short: str, own: str) -> bool:
    """Whether a name of the same department elsewhere spells out an abbreviation, its characters in any order: 资规局 for 自然资源局."""
    for tail, fulls in sorted(_TAILS.items(), key=lambda item: -len(item[0])):
        if short.endswith(tail) and len(short) > len(tail):
            core = short[: -len(tail)]
            full = next((end for end in sorted(fulls, key=len, reverse=True) if own.endswith(end)), None)
            if full is None or len(core) < 2:
                return False
            body = own[: -len(full)]
            names = [body, *(name for family in _FAMILIES if any(member in body for member in family) for name in family)]
            return any(_in_order(core, name) or (len(set(core)) == len(core) and set(core) <= set(name)) for name in names)
    return False


def _in_order(core: str, body: str) -> bool:
    """Whether every character of the abbreviation occurs in the name, in order, from the name's first character or a later word's."""
    if len(core) < 2 and core != body:
        return False
    at = -1
    for char in core:
        at = body.find(char, at + 1)
        if at < 0:
            return False
    return True


def called_in_english(text: str, owns: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The agencies of ``owns`` (name, own part) whose department an English text names; empty when it names none of them."""
    if not _ORGAN.search(text):
        return ()
    cores = [core for core, words in _ENGLISH if any(word in text for word in words)]
    return tuple(name for name, own in owns if any(core in own for core in cores))


def named_until(text: str) -> int:
    """Where the words that name a department end; the whole text where none is known."""
    ends = [match.end() for _, words in _ENGLISH for word in words for match in re.finditer(re.escape(word) + "[a-z]*", text)]
    ends += [match.end() for match in _ORGAN.finditer(text)]
    return max(ends, default=len(text))
