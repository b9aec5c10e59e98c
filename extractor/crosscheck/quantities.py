"""Finds every quantity in a narrative text: number, unit, bound and span; dates, names, articles and addresses are no quantities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..model import Bound

_WIDE = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
"""One character for one, so that offsets stay."""

UNITS = re.split(
    r"\s+",
    """个工作日 个百分点 个方面 大方面 平方米 平方公里 人次 件次 条次 家次 场次 批次 篇次 方面 分钟 小时 公里
    件 份 宗 条 篇 个 项 次 期 人 场 家 部 户 名 类 种 本 册 台 处 轮 例 起 批 幅 段 位 所 支 块 张 套 只 版 天 字 页 卷 款
    座 间 亩 吨 元 % ％""",
)
CASES = frozenset({"件", "份", "宗", "条", "个", "项", "次", "例", "起", "人次", "件次", "条次", ""})
"""Units in which applications, reviews and lawsuits are counted; the empty one is a bare number."""

_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "千": Decimal(1000), "百万": Decimal(1_000_000), "千万": Decimal(10_000_000)}
_LAST = {"千": Decimal(1000), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
"""A Chinese numeral that ends so is told to the nearest thousand or more; 三百 and 二十 are counted to one."""
MOST_DIGITS = 15
"""Longer strings of digits are numbers of things, not numbers of anything."""
_SCALE = "百万|千万|万|亿|千"

_NUMBER = re.compile(
    rf"(?:(?P<arabic>(?<![\d.A-Za-z〔\[])(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?:\.\d+)?)|(?P<han>(?<![零〇一二两三四五六七八九十百千万亿])[零〇一二两三四五六七八九十百千万亿]{{1,16}}(?![零〇一二两三四五六七八九十百千万亿])))"
    rf"[ \t]*(?P<scale>{_SCALE})?[ \t]*(?P<tail>余|多|几)?[ \t]*(?P<scale2>{_SCALE})?[ \t]*"
    rf"(?:(?P<unit>{_UNIT})(?P<after>左右|上下|以上|及以上|以内|以下)?|(?=[ \t]*(?:[,，;；。、)）(（]|$|占)))"
)
_PERCENT = re.compile(r"百分之(?P<han>[零〇一二两三四五六七八九十百]+(?:点[零〇一二两三四五六七八九]+)?)")
_SKIP = re.compile(
    r"<?https?://[^\s>)），。]+|www\.[^\s>)），。]+|[\w.]+@[\w.]+"  # addresses of pages and mail
    r"|《[^》]*》"  # names of documents keep their own years and numbers
    r"|[〔\[﹝][^〕\]﹞]{2,8}[〕\]﹞]\s*\d+\s*号|[(（]?第\s*[\d一二三四五六七八九十百零、,，至(（)）]+\s*[条款章节届批次期号项位名个][)）]?"
    r"(?:第?[(（]?[一二三四五六七八九十\d]+[)）]?[款项条])*"
    r"|\d{2,4}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"  # dates
    r"|(?<!\d)0\d{2,3}[-—–]?\d{7,8}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)|(?:邮编|邮政编码|电话|传真)[:：]?\s*[\d\-—、]+"
    r"|\d+\s*[×xX]\s*\d+\s*小时|(?<!\d)5[·.]15(?!\d)"
)
_BEFORE: tuple[tuple[re.Pattern[str], Bound], ...] = (
    (re.compile(r"(?:(?<![最附就])近|将近|接近|不足|不到|少于)\s*$"), "less_than"),
    (re.compile(r"(?:超过|超出|(?<![赶])超|逾|突破|多于|大于)\s*$"), "more_than"),
    (re.compile(r"(?:(?<![节制条合预])约|大约|大概|大致)\s*$"), "about"),
    (re.compile(r"(?:至少|不少于|不低于)\s*$"), "at_least"),
    (re.compile(r"(?:至多|最多|不超过|不高于|不多于)\s*$"), "at_most"),
)
_FAR = re.compile(r"(?:超过|超出|(?<![赶])超|逾|突破|多于|大于|不足|不到|少于)\s*$")
"""Bounds that are no less true of a number far away."""
_AFTER: dict[str, Bound] = {
    "左右": "about",
    "上下": "about",
    "以上": "at_least",
    "及以上": "at_least",
    "以内": "at_most",
    "以下": "at_most",
}
_RANGE = re.compile(rf"(?P<low>\d+(?:\.\d+)?)\s*(?P<scale>{_SCALE})?\s*(?:{_UNIT})?\s*[-—–~～至到]\s*$")
_NAMED = re.compile(  # words whose numeral counts nothing that a report would state as a figure
    r"一(?:件事|次性|站式|网|体|件|个|项|批|家|条|份|篇|期|场|部|本|类|种|处|轮|起|套|段|张|支|位|名|步|次|户|款|块|只|页|所|人|号|方面|天|版)"
    r"|[三四]类(?:内部|过程)|三安全|三公|两会|两微|两个维护|两个确立|四个意识|四个自信|三定|三重一大|三审|三校|两个(?:方面)?$|几"
)
_ALONE = re.compile(r"一(?:件|份|宗|起|例|次|项|条|期|个|场|篇|部|人)(?=[,，;；。、)）(（]|其中|结转|被|正在|尚|按|$)")
_BARE_BEFORE = re.compile(r"(?:[一-鿿]|[:：])\s*$")
_PEOPLE = re.compile(r"人(?:数|口)(?:为|达到?|共|约|近|超过?|突破|\s)*$")
_BARE_NOT = re.compile(r"(?:[年月日号第点时路街楼层栋室至编码话真Aa级届]|电话[:：]?|邮编[:：]?|传真[:：]?)\s*$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit at a span of a text."""

    value: Decimal
    """The number, 万 and 亿 expanded; the upper end of a range."""
    unit: str
    """As printed; empty for a bare number; ``%`` for percentages; ``元`` for money of any scale."""
    bound: Bound
    start: int
    end: int
    """Span in the text, from the first digit to the end of the unit."""
    step: Decimal = Decimal(1)
    """The worth of the last printed digit: 3.4万 is told to the nearest 1,000."""
    low: Decimal | None = None
    """The lower end of a range; None for a single number."""
    far: bool = False
    """Whether its bound says nothing of how near the number is: 超过 and 不足 do not, 余 and 近 do."""


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity of a text in printed order."""
    plain = text.translate(_WIDE)
    hidden = _SKIP.sub(lambda match: "\0" * len(match.group()), plain)
    found = [*_numbers(plain, hidden), *_percents(hidden)]
    return tuple(sorted(found, key=lambda quantity: quantity.start))


def chinese(numeral: str) -> Decimal | None:
    """The value of a Chinese numeral, also digit by digit (二〇二一); None where it is not well formed."""
    for sign, scale in (("亿", 100_000_000), ("万", 10_000)):
        head, found, rest = numeral.rpartition(sign)
        if found:
            high, low = chinese(head), chinese(rest) if rest else Decimal(0)
            return None if high is None or low is None else high * scale + low
    if not numeral or not all(sign in _DIGITS or sign in _POWERS for sign in numeral):
        return None
    if not any(sign in _POWERS for sign in numeral):
        return Decimal("".join(str(_DIGITS[sign]) for sign in numeral))
    total, digit = 0, -1
    for sign in numeral:
        if sign in _POWERS:
            total += (1 if digit < 0 else digit) * _POWERS[sign]
            digit = -1
        elif sign in "零〇":
            digit = -1
        elif digit >= 0:
            return None
        else:
            digit = _DIGITS[sign]
    return Decimal(total + max(digit, 0))


def _numbers(plain: str, hidden: str) -> Iterator[Quantity]:
    quoted = _quoted(plain)
    for match in _NUMBER.finditer(hidden):
        start, unit = match.start(), match["unit"] or ""
        left = hidden[:start]
        if match["han"]:
            if not unit or not _counts(match, hidden, quoted):
                continue
            value = chinese(match["han"])
            step = Decimal(1) if len(match["han"]) == 1 else _LAST.get(match["han"][-1], Decimal(1))
            if value is None:
                continue
        else:
            digits = match["arabic"].replace(",", "")
            if len(digits) > MOST_DIGITS:
                continue
            value = Decimal(digits)
            step = Decimal(1).scaleb(-len(digits.partition(".")[2]))
            if not unit and not _is_bare(left, match, hidden):
                continue
        if not unit and match["scale"]:
            unit = "人"
        scale = _SCALES.get(match["scale"] or "", Decimal(1)) * _SCALES.get(match["scale2"] or "", Decimal(1))
        low = _low(left, scale)
        yield Quantity(
            value=_plain(value * scale),
            unit="个方面" if unit == "大方面" else "%" if unit == "％" else unit,
            bound=_bound(left, match["tail"], match["after"]),
            start=start,
            end=match.end(),
            step=step * scale,
            low=low,
            far=not match["tail"] and bool(_FAR.search(left[-6:])),
        )


def _percents(hidden: str) -> Iterator[Quantity]:
    for match in _PERCENT.finditer(hidden):
        whole, _, part = match["han"].partition("点")
        value = chinese(whole)
        if value is None:
            continue
        if part:
            value += Decimal("0." + "".join(str(_DIGITS[sign]) for sign in part))
        step = Decimal(1).scaleb(-len(part))
        left = hidden[: match.start()]
        yield Quantity(value, "%", _bound(left, None, None), match.start(), match.end(), step, far=bool(_FAR.search(left[-6:])))


def _counts(match: re.Match[str], hidden: str, quoted: list[tuple[int, int]]) -> bool:
    """Whether a Chinese numeral counts something: 四次 does, 一件事 and “三公” do not."""
    start, unit = match.start(), match["unit"]
    if hidden[:start].endswith(("第", "每", "同", "这", "那", "某", "任", "唯", "统", "进", "百分之", "之")) or any(
        a <= start < b for a, b in quoted
    ):
        return False
    if len(match["han"]) == 1 and _NAMED.match(hidden, start):
        often = re.search(r"[每半][年季月周天日]?度?$", hidden[:start])
        return (
            bool(_ALONE.match(hidden, start))
            and not often
            and not hidden[:start].endswith("、" if unit in ("件", "宗", "份") else ("、", "的"))
        )
    if match["han"][0] in "百千万亿零〇":
        return False
    return not hidden.startswith(("级", "位一体") if match["unit"] != "部" else ("分", "门", "级"), match.end())


def _is_bare(left: str, match: re.Match[str], hidden: str) -> bool:
    """Whether a number without a unit stands where a count would: after words, before a pause, not in a date or address."""
    if match["scale"]:
        return bool(_PEOPLE.search(left))  # 关注人数8.3万
    return (
        not match["tail"]
        and "." not in match["arabic"]
        and len(match["arabic"]) <= 7
        and bool(_BARE_BEFORE.search(left))
        and not _BARE_NOT.search(left)
    )


def _bound(left: str, tail: str | None, after: str | None) -> Bound:
    if after:
        return _AFTER[after]
    near = left[-6:]
    said: Bound = next((bound for pattern, bound in reversed(_BEFORE) if pattern.search(near)), "exact")
    if tail:
        return "about" if said in ("about", "less_than") else "more_than"  # 近500余件 may be 490 or 510
    return said


def _low(left: str, scale: Decimal) -> Decimal | None:
    match = _RANGE.search(left[-16:])
    if not match:
        return None
    own = _SCALES.get(match["scale"] or "", scale if not match["scale"] else Decimal(1))
    return Decimal(match["low"]) * own


def _plain(value: Decimal) -> Decimal:
    """The same number without idle zeros: 3.40万 is 34000."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _quoted(text: str) -> list[tuple[int, int]]:
    """Spans inside quotation marks, in which Chinese numerals are names."""
    return [match.span() for match in re.finditer(r"“[^”]{0,40}”|\"[^\"]{0,40}\"|‘[^’]{0,40}’", text)]
