"""Bounds and places in a question: more than, at least, between, the first three, the last, the second."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from .numerals import NUMBER, decimal_of, number_of, share_of
from .periods import blank
from .query import Condition, Operator

_MEASURE = r"(%|件|宗|起|项|个|次|份|例|桩|条|元)?"
_WORDS: dict[Operator, str] = {
    "<=": "不超过 没有超过 没超过 未超过 不多于 不高于 不大于 至多 顶多 at_most no_more_than not_more_than",
    ">=": "门槛(?:提|改|调|设|定|降|换|抬|升)?(?:高|低)?(?:到|成|为|在|至)? 不少于 不低于 不小于"
    " 达到或超过 等于或超过 大于等于 大于或等于 不下 至少 达到 达 满 够 上了 起码 at_least no_fewer_than no_less_than",
    ">": "(?<![了到有来经通超])过 过了 超 逾 不止 不只 超过 超出 多于 大于 高于 多过 高过 突破 破"
    " more_than over above exceeding exceeded greater_than",
    "<": "不到 不足 不满 没到 没有达到 未达到 没达到 少于 低于 小于 fewer_than less_than under below",
    "=": "等于 正好是? 恰好是? 刚好是? exactly",
}
_OPERATORS: dict[str, Operator] = {word.replace("_", " "): operator for operator, words in _WORDS.items() for word in words.split()}
_BOUND = re.compile(
    rf"(?P<op>{'|'.join(sorted(_OPERATORS, key=len, reverse=True))})\s*(?:了|过|输了?|收到?|有"
    rf"|拒绝?了?|办|受理|新收|结转|罚|处罚|公开)?\s*(?P<pct>百分之)?\s*{NUMBER}\s*(?P<wan>万|亿)?\s*{_MEASURE}"
    r"(?P<more>以上|以下|以内)?(?!分之|成|半)"
)
_ABOVE = re.compile(rf"(百分之)?{NUMBER}\s*(万|亿)?\s*{_MEASURE}\s*(?:及|或者?)?(以上|以下|以内|更多|更少|or more|or fewer|or less)")
_BETWEEN = re.compile(
    rf"(?:在|介于|between)?\s*{NUMBER}\s*(?:件|宗|起|个|%)?\s*(?:到|至|和|与|-|—|~|and)\s*{NUMBER}\s*(万|亿)?\s*(件|宗|起|个|%)?\s*(?:之间|以内|的?区间)"
    rf"|between\s+{NUMBER}\s+and\s+{NUMBER}"
)
_STRICTLY = re.compile(r"[（(]?(?:不含|不包括|不算|不计)(?:恰好|正好|刚好)?(?:等于)?(?:本数|\d+(?:件|宗|起|个)?)(?:本身|的)?[）)]?")
_HUNDREDS = re.compile(r"(?:上|过|破)(百|千|万)(?=件|宗|起|的|$|[?？])")
_PART = re.compile(
    r"(?P<op>超过|超|过|不到|不足|低于|高于|多于|少于|more than|over|less than|fewer than|under|at least)\s*(?:了)?\s*"
    r"(?P<part>[一二两三四五六七八九十\d]+分之[一二两三四五六七八九十\d]+|[一二两三四五六七八九\d]成半?|一半|半数|半(?!年|个)|half)(?:的|以上|of)?"
    r"|(?P<part2>[一二两三四五六七八九十\d]+分之[一二两三四五六七八九十\d]+|[一二两三四五六七八九\d]成半?|一半|半数)(?P<more>以上|以下|及以上)"
)
_COUNT = r"(\d{1,3}|[一二两三四五六七八九十俩仨]{1,3})"
_TOP = re.compile(
    rf"(?:排在?|位列|名列|排名)?前\s*{_COUNT}\s*(?:名|位|个|家|大|强|的|(?=是|有|分别|$|[?？，,]))|top\s*(\d{{1,3}}|two|three|four|five|ten)\b"
)
_SUPERLATIVE = re.compile(
    rf"(最[多高大强]|最[少低小]|垫底)的?前?(?!一年|一个年|[一二两三\d]+年)(?:是?哪)?{_COUNT}(?:个|家|名|位)|(最[多高大]|最[少低小])的?前{_COUNT}"
)
_BEST_TWO = re.compile(r"数一数二的?(?:两|二)?(?:家|个|名)?")
_LAST = re.compile(rf"(?:倒数|末尾|最后|后|末)前?{_COUNT}(?:名|位|个|家)|bottom\s*(\d{{1,3}}|two|three|four|five)\b")
_NTH = re.compile(
    r"(倒数)第([二三四五六七八九十]|[2-9])(?:名|位)?|(?:排名?在?|位列|位居|名列|居)?第([二三四五六七八九十]|[2-9])(多|高|大|少|低|名|位|的)"
    r"|\b(second|third|fourth)[- ](?:most|highest|largest|fewest|lowest)"
)
_WHICH = re.compile(
    rf"哪(?!一[个家]){_COUNT}(?:个|家)(?!一年)|\b(?:which|what) (two|three|four"
    rf"|five)\b(?=.*\b(?:most|highest|largest|fewest|lowest|smallest|least)\b)"
)
_WHICH_EN = re.compile(
    r"\b(?:which|what|(?:name|list|give) (?:me )?the) (\d{1,2}|two|three|four|five|ten) (?:\w+ ){0,2}?"
    r"(?:agenc|bureau|department|government|cit|district|count|bod|organ|office)"
    r".*\b(?:most|highest|largest|fewest|lowest|smallest|least)\b"
)


@dataclass
class Bounds:
    """What a question demands of the number or of its place."""

    where: Condition | None = None
    also: Condition | None = None
    """The upper end of “between”."""
    money: bool = False
    """Whether the bound is a sum of money, then in yuan."""
    share: bool = False
    """Whether the bound is a share of a whole (过半, 三分之一以上)."""
    limit: int | None = None
    nth: int | None = None
    """The one place of a ranking that is asked for: 2 for 第二多."""
    order: str | None = None
    """``asc`` where the bound itself says from below (倒数三名)."""


def bounds(text: str) -> tuple[Bounds, str]:
    """The bounds of a question, and the question with them blanked."""
    found = Bounds()
    text = _conditions(found, text)
    return found, _places(found, text)


def _conditions(found: Bounds, text: str) -> str:
    if strict := _STRICTLY.search(text):
        text = _conditions(found, blank(text, *strict.span()))
        if found.where is not None and found.where.op in (">=", "<="):
            found.where = Condition(op=">" if found.where.op == ">=" else "<", value=found.where.value)
        return text
    if match := _PART.search(text):
        share = share_of(match["part"] or match["part2"])
        if share is not None:
            below = (match["op"] or "") in ("不到", "不足", "低于", "少于", "less than", "fewer than", "under") or match["more"] == "以下"
            operator: Operator = "<" if below else ">=" if match["more"] in ("以上", "及以上") and share != Decimal("0.5") else ">"
            found.where, found.share = Condition(op=operator, value=share), True
            return blank(text, *match.span())
    if match := _BETWEEN.search(text):
        low, high = match[1] or match[5], match[2] or match[6]
        scale = [match[3], match[4] == "%"]
        found.where = Condition(op=">=", value=_scaled(decimal_of(low), None, scale[1]))
        found.also = Condition(op="<=", value=_scaled(decimal_of(high), match[3], scale[1]))
        return blank(text, *match.span())
    if match := _BOUND.search(text):
        operator = next(op for words, op in _OPERATORS.items() if re.fullmatch(words, match["op"]))
        found.money = match.group().rstrip("以上下内").endswith("元")
        operator = "<=" if match["more"] in ("以下", "以内") else ">=" if match["more"] == "以上" and operator == ">" else operator
        found.where = Condition(op=operator, value=_scaled(decimal_of(match[3]), match["wan"], match["pct"] or "%" in match.group()))
        return blank(text, *match.span())
    if match := _ABOVE.search(text):
        value = _scaled(decimal_of(match[2]), match[3], match[1] or match[4] == "%")
        found.money = match[4] == "元"
        found.where = Condition(op=">=" if match[5] in ("以上", "更多", "or more") else "<=", value=value)
        return blank(text, *match.span())
    if match := _HUNDREDS.search(text):
        found.where = Condition(op=">=", value=Decimal({"百": 100, "千": 1000, "万": 10_000}[match[1]]))
        return blank(text, *match.span())
    return text


def _places(found: Bounds, text: str) -> str:
    text = _BEST_TWO.sub(lambda match: "前二名".ljust(len(match.group()), "\x01"), text)
    if match := _SUPERLATIVE.search(text):
        word, count = match[1] or match[3], match[2] or match[4]
        found.limit = max(1, min(200, number_of(count)))
        return _ranked(text, match, word + " ")
    if match := _LAST.search(text):
        found.limit, found.order = max(1, min(200, number_of(match[1] or match[2]))), "asc"
        return _ranked(text, match, "最少 " if not match[2] else " least ")
    if match := _TOP.search(text):
        found.limit = max(1, min(200, number_of(match[1] or match[2])))
        return _ranked(text, match, " 排名 ")
    if match := _NTH.search(text):
        said = match[2] or match[3]
        found.nth = number_of(said) if said else {"second": 2, "third": 3, "fourth": 4}[match[5]]
        return _ranked(
            text, match, "最少" if match[1] or (match[4] or "") in ("少", "低") or re.search("fewest|lowest", match.group()) else "排名"
        )
    if match := _WHICH.search(text) or _WHICH_EN.search(text):
        found.limit = number_of(match[match.lastindex or 1])
    return text


def _ranked(text: str, match: re.Match[str], word: str) -> str:
    """The text with the words of a place replaced by the plain cue for a ranking, at the same length."""
    size = match.end() - match.start()
    return text[: match.start()] + word.strip().ljust(size, "\x01")[: max(size, len(word.strip()))] + text[match.end() :]


def _scaled(value: Decimal, wan: str | None, percent: object) -> Decimal:
    return value / 100 if percent else value * {"万": 10_000, "亿": 100_000_000}[wan] if wan else value
