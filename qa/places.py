"""Names of agencies: the places they begin with, what is left, and what else a question may call them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal

Closeness = Literal["named", "loose", "taken", "office_for_government", "stranger"]
"""``named``: the question says which organ; ``loose``: only the place; ``taken``: an abbreviation mixes names of
one department; ``office_for_government``: the question names the government
and the library has only its office; ``stranger``: it names a department of the place that the library does not have."""
_OFFICE = re.compile(r"(?:人民政府|政府|行政公署|管理委员会|管委会|办事处)?办公[室厅]$")
_GOVERNMENT = re.compile(r"(?:人民政府|行政公署|管理委员会|管委会|(?<=街道)办事处)$")
_BODIES = (
    ("管理委员会", ("管委会", "管理委员会")),
    ("管委会", ("管委会", "管理委员会")),
    ("行政公署", ("行署", "公署", "行政公署")),
    ("办事处", ("办事处", "办")),
)
"""What governs a place that has no people's government, and what it is called."""
_ABBREVIATED = {
    "住房和城乡建设": "住建",
    "住房和建设": "住建",
    "住房城乡建设": "住建",
    "人力资源和社会保障": "人社",
    "医疗保障": "医保",
    "文化广电旅游体育": "文旅",
    "文化广电旅游": "文旅",
    "文化广电和旅游": "文旅",
    "文化和旅游": "文旅",
    "发展和改革": "发改",
    "自然资源和规划": "自规",
    "规划和自然资源": "规自",
    "卫生健康": "卫健",
    "市场监督管理": "市监",
    "城市管理": "城管",
    "交通运输": "交通",
    "应急管理": "应急",
    "生态环境": "环保",
    "工业和信息化": "工信",
    "农业农村": "农业",
    "退役军人事务": "退役军人",
    "国有资产监督管理": "国资",
    "行政审批服务": "审批",
}
"""What people call a department, by the core of its name."""
_KINDS = (
    "特别行政区",
    "自治州",
    "自治县",
    "自治区",
    "自治旗",
    "开发区",
    "新区",
    "地区",
    "街道",
    "省",
    "市",
    "盟",
    "县",
    "区",
    "旗",
    "镇",
    "乡",
)
_PEOPLES = (
    "壮|满|回|苗|维吾尔|土家|彝|蒙古|藏|布依|侗|瑶|朝鲜|白|哈尼|哈萨克|黎|傣|畲|傈僳|仡佬|东乡|高山|拉祜|水|佤|纳西|羌|土|仫佬|锡伯|柯尔克孜"
    "|达斡尔|景颇|毛南|撒拉|布朗|塔吉克|阿昌|普米|鄂温克|怒|京|基诺|德昂|保安|裕固|独龙|鄂伦春|各"
)
"""Peoples whose names stand in those of autonomous places."""
_DROP = re.compile(f"(?:(?:{_PEOPLES})族|维吾尔|蒙古|哈萨克|柯尔克孜|锡伯|塔吉克)*(?:自治州|自治县|自治区|自治旗)$")
_AUTONOMOUS = re.compile(r"族?自治[州县区旗]$")
_SUFFIX = re.compile(f"(?:{'|'.join(_KINDS)})$")
_BRIEF = (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗"), ("特别行政区", "特区"))
_ZONES = re.compile(r"(?P<of>.{2,}?)(?P<of_what>高新|经)(?:技术产业|济技术)开发区$")
"""Kinds of place that are said in short: 大理州, 临江高新区, 临江经开区."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An agency, or several that share a name, found in a question."""

    agencies: tuple[str, ...]
    how: Closeness
    start: int
    end: int


def clean(text: str) -> str:
    """Compatibility forms and spaces gone."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@cache
def places_of(name: str) -> tuple[str, ...]:
    """The places a name begins with, from the largest: 广州市番禺区人民政府 → 广州市, 番禺区; the longest chain, of the most links."""
    name = clean(name)
    best: tuple[str, ...] = ()
    for length in range(2, min(len(name), 20) + 1):
        piece = name[:length]
        if length > 12 and not re.fullmatch(r"[^局厅委办]+族自治[州县旗]", piece):
            continue
        if not any(piece.endswith(kind) and len(piece) > len(kind) for kind in _KINDS) or piece.endswith(
            ("城市", "门市", "城乡", "城镇", "乡镇")
        ):
            continue
        if piece.endswith("乡") and name[length : length + 1] in ("镇", "村", "族"):
            continue  # 乡镇企业局, 乡村振兴局, 东乡族自治县
        chain = (piece, *places_of(name[length:]))
        if (len("".join(chain)), len(chain)) > (len("".join(best)), len(best)):
            best = chain
    return best


def own_part(agency: str) -> str:
    """A department's name without its places: 自然资源局; empty for a government or its office."""
    name = clean(agency)
    places = "".join(places_of(name))
    rest = name[len(places) :] if name.startswith(places) else name
    governs = _OFFICE.fullmatch(rest) or _GOVERNMENT.fullmatch(rest) or (rest == "办事处" and places.endswith("街道"))
    return "" if governs or not rest else rest


def is_office(agency: str) -> bool:
    """Whether an agency is the office of a government."""
    return bool(_OFFICE.search(clean(agency)))


def unit_of(agency: str) -> str:
    """The kind of place an agency belongs to: 区 for 广州市番禺区人民政府; 局 for a department; 办公室 for an office."""
    name = clean(agency)
    if _OFFICE.search(name):
        return "办公室"
    core = _GOVERNMENT.sub("", name)
    if core.endswith(("地区", "自治区", "开发区")):
        return core[-2:]
    return "街道" if core.endswith("街道") else core[-1:]


def names_of(agency: str) -> list[tuple[str, Closeness]]:
    """What a question may call an agency: its full name, and shorter ones by place."""
    name = clean(agency)
    office = bool(_OFFICE.search(name))
    core = _OFFICE.sub("", name) if office else _GOVERNMENT.sub("", name)
    places = places_of(core)
    found: list[tuple[str, Closeness]] = [(name, "named")]
    if not places or "".join(places) != core:
        return found + _department(core, places)
    stems = {core, places[-1], short(places[-1])}
    if len(places) > 1:
        stems |= {short(places[-2]) + places[-1], short(places[-2]) + short(places[-1]), places[-2] + places[-1]}
    stems |= _in_brief(places)
    bodies = ("人民政府", "政府", *_bodies(name, office=office))
    for stem in stems:
        if len(stem) < 2:
            continue
        if office:
            found += [(stem + tail, "named") for tail in (*_OFFICES, *(f"{body}{end}" for body in bodies[2:] for end in ("办公室", "办")))]
            found += [(stem + tail, "office_for_government") for tail in bodies]
        else:
            found += [(stem + tail, "named") for tail in bodies]
        found.append((stem, "loose"))
    kind = next((kind for kind in ("街道", "地区", "自治区") if places[-1].endswith(kind)), places[-1][-1])
    ends = ("政府办公室", "政府办公厅", "政府办", "府办", "府办公室", "府办公厅") if office else bodies
    found += [(kind + body, "office_for_government") for body in bodies] if office else []
    return found + [(kind + end, "loose") for end in ends]


_OFFICES = (
    *(f"{body}{end}" for body in ("人民政府", "政府", "人民政府的", "政府的", "府") for end in ("办公室", "办公厅")),
    *("人民政府办", "政府办", "府办", "办公室", "办公厅"),
)
"""What follows a place when the office of its government is meant."""


def _bodies(name: str, *, office: bool) -> tuple[str, ...]:
    """What governs the place of a government, or of a government's office, other than a people's government."""
    name = re.sub("办公[室厅]$", "", name) if office else name
    return next((called for body, called in _BODIES if name.endswith(body)), ())


def _in_brief(places: tuple[str, ...]) -> set[str]:
    """The last place with its kind said in short (大理州 for 大理白族自治州)."""
    last = places[-1]
    found = {short(last) + brief for kind, brief in _BRIEF if last.endswith(kind) and short(last) != last}
    if zone := _ZONES.match(last):
        found.add(f"{zone['of']}{'高新区' if zone['of_what'] == '高新' else '经开区'}")
    return found


def _department(core: str, places: tuple[str, ...]) -> list[tuple[str, Closeness]]:
    """Names of a department: with its place shortened, or alone (“教育局”)."""
    place = "".join(places)
    if not places or not core.startswith(place):
        return []
    own = core[len(place) :]
    if len(own) < 2:
        return []
    last = places[-1]
    found: list[tuple[str, Closeness]] = []
    for name in (own, *(own.replace(full, short) for full, short in _ABBREVIATED.items() if full in own)):
        for called in (name, name.removesuffix("委员会") + "委") if name.endswith("委员会") else (name,):
            found += [(place + called, "named"), (last + called, "named"), (short(last) + called, "named")]
            found += [(last[-1] + called, "loose"), (called, "loose")]
        if name[-1] in "局厅委":
            found.append((f"{name[:-1]}部门", "loose"))
    return found


def short(place: str) -> str:
    """A place without its kind: 番禺区 → 番禺; unchanged when one character would be left."""
    short = _DROP.sub("", place) or _AUTONOMOUS.sub("", place)
    short = _SUFFIX.sub("", short) if short == place else short
    return short if len(short) >= 2 else place
