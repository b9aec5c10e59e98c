"""What an agency's own name says of its region, level and scope; what it does not say stays unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model import Level, Scope

_MUNICIPALITIES = ("北京市", "上海市", "天津市", "重庆市")
_AUTONOMOUS = ("内蒙古自治区", "广西壮族自治区", "西藏自治区", "宁夏回族自治区", "新疆维吾尔自治区", "新疆生产建设兵团")
_NATIONAL = re.compile(r"^(?:中华人民共和国|国务院|国家|中国(?:人民银行|证券监督|气象局|地震局|民用航空))")
_MINISTRY = re.compile(
    r"(?:外交|国防|教育|科学技术|工业和信息化|公安|民政|司法|财政|人力资源和社会保障|自然资源|生态环境|住房和城乡建设|交通运输|水利"
    r"|农业农村|商务|文化和旅游|退役军人事务|应急管理)部|(?:海关总|审计)署(?:\(.*\))?"
)
_UNIT = re.compile(
    r"[\u3400-\u9fff]{1,9}?(?:特别行政区|自治州|自治县|自治旗|省|市|地区|盟|林区|矿区|新区|县|旗|区|镇(?!市(?!场)|县|区)|(?<!家)乡(?!市(?!场)|县|区)|街道(?=办事处|$)|街(?=道办事处))"
)
_NOT_A_PLACE = re.compile(
    r"(?:城市|都市|开发区|示范区|试验区|保护区|度假区|保税区|园区|景区|合作区|高新区|功能区|实验区|管理区|名胜区|社区|片区|灌区|库区|林业局|辖区|地市|超市|军区|小区|校区|校镇|城镇|乡镇|城乡|市区|街区)$"
)
_LEVELS: tuple[tuple[Level, tuple[str, ...]], ...] = (
    ("township", ("镇", "乡", "街道", "街")),
    ("county", ("自治县", "自治旗", "县", "旗", "林区", "矿区", "区")),
    ("municipal", ("自治州", "地区", "盟", "市")),
    ("provincial", ("省", "特别行政区")),
)


@dataclass(frozen=True, slots=True)
class Agency:
    """What follows from a name."""

    region: str | None
    level: Level
    scope: Scope


def describe(name: str | None) -> Agency:
    """Region, level and scope of an agency by its name."""
    if not name:
        return Agency(None, "unknown", "unknown")
    scope = scope_of(name)
    bare = re.sub(r"^(?:国家税务总局|中国气象局|国家统计局|中华人民共和国)(?=[\u3400-\u9fff]+?[省市区县州])", "", name)
    units = _units(bare)
    if not units:
        national = bool(_NATIONAL.match(name) or _MINISTRY.fullmatch(name)) and bare == name
        return Agency(None, "national" if national else "unknown", scope)
    return Agency("".join(units), _level(units), scope)


def scope_of(name: str) -> Scope:
    """``consolidated`` for a government's own report, ``own`` for an office, department or branch."""
    bare = re.sub(r"\([^)]*\)$", "", name)
    if name.endswith(("(本级)", "(本级机关)", "本级", "(机关)")):
        return "own"
    if re.search(r"(?:人民政府|[省市区县州旗镇乡]政府)$", bare) or "".join(_units(bare)) == bare:
        return "consolidated"
    own = r"(?:办公厅|办公室|办事处|局|厅|委员会|委|署|中心|队|所|站|院|部|司|处|办|会|公司|集团|学校|大学|学院|医院|银行|海关|馆|社)$"
    return "own" if re.search(own, bare) else "unknown"


def _units(name: str) -> list[str]:
    """The administrative units with which the name begins, outermost first."""
    units: list[str] = []
    for whole in _AUTONOMOUS:
        if name.startswith(whole):
            units.append(whole)
            name = name[len(whole) :]
    while match := _UNIT.match(name):
        unit = match.group()
        if _NOT_A_PLACE.search(unit) or (len(unit) == 2 and unit[0] in "本全我各省市区县") or _is_body(unit, name[match.end() :]):
            break
        units.append(unit)
        name = re.sub(r"^人民政府(?=[\u3400-\u9fff]+(?:街道|镇|乡))", "", name[match.end() :])
    return units


def _is_body(unit: str, rest: str) -> bool:
    """Whether the match runs through a body's name: 人民政府…, 公安局…区, 教育局."""
    return bool(re.search(r"人民政府|局|委员会|厅|管理|办公|中心|总队|支队", unit)) or rest.startswith(("管局", "政局"))


def _level(units: list[str]) -> Level:
    last = units[-1]
    if last in _MUNICIPALITIES or last in _AUTONOMOUS:
        return "provincial"
    if last.endswith("市") and any(unit.endswith(("市", "自治州", "地区", "盟")) for unit in units[:-1]):
        return "county"
    for level, endings in _LEVELS:
        if last.endswith(endings):
            return level
    return "unknown"
