"""The kind of query a question asks for, from its cues and from how many agencies, years and metrics it names."""

from __future__ import annotations

import re

from .draft import Draft
from .measures import APPLICANTS, children, on_row, parts_of, rate_as_share
from .query import Kind, Measure
from .scan import Piece, Scan

_COUNTED = re.compile(
    r"(?:(?<!哪)几|多少|how many)\s*(?:个|家|份)*\s*(?:的)?(?:\x01*的?)?(?:区"
    r"|县|市|省|镇|街道|机关|单位|部门|政府(?!集中|采购|规章|信息|网站)|机构|地方|局|厅"
    r"|年报|报告"
    r"|年度报告|annual report|agenc|district|count|cit|depart|bod|report|governments)"
    r"|(?:(?<!哪)几|多少)\s*(?:家(?!的?申请)|份(?=.{0,12}(?:年报|报告)))"
    r"|(?:年报|报告)(?:一共|总共|总计|合计|共)?有?(?:几|多少)份"
    r"|有几个(?=不|没|超|行|新|予)"
    r"|的(?:单位|机关|部门|地方|区|县|市|局|报告)个?(?:数|数量|总数|家数)(?:$|[?？。])"
    r"|^\W*count (?:up )?(?:the |all )?(?:bodies|agencies|reports|bureaus|departments|organs|governments)"
    r"|(?:年报|报告)(?:当中|之中|中|里)[^。？?]{0,30}(?:有|是)?(?:几|多少)份|数一数(?:有)?(?:几|多少)|(?:几|多少)份(?:年报|报告)"
    r"|\bof (?:all )?(?:the |these )?(?:\x01| )*(?:annual )?reports\b[^?]{0,40}\bhow many\b(?! (?:applications|requests|cases))"
    r"|how many of (?:the |these |all )?(?:\x01| )*(?:annual )?reports"
    r"|(?:机关|单位|部门|区|县|市|政府|厅局|地方|机构)(?:一共|总共|共)?有?(?:几|多少)(?:个|家)(?!申请)"
    r"|的(?:机关|单位|部门|地方|区|县|局)(?:一共|总共|共)?有(?:多少|几家|几个)(?:$|[?？])"
)
_WHICH_KIND = re.compile(
    r"(?:理由|原因|依据|情形|类型)[^，。,]{0,4}(?:排个?序|排名|排一?下|从[高多大]到[低少小])|最(?:多|常|主要|普遍|集中)[^，。,]{0,6}?的?(?:理由|原因|情形|依据|由头)|哪一?[类种项](?:不予公开|无法提供|不予处理|拒绝)的?最[多少]|(?:哪一?[类种个项]|什么|何种|哪些)(?:不予公开|无法提供|不予处理)?的?(?:情形|理由|原因|申请人|申请主体|主体|人|群体|类型|情况|结果)"
    r"|which (?:ground|reason|applicant|outcome)"
)
_WHICH_YEAR = re.compile(r"哪一?个?年|(?:是|在)几几年|which year|in what year")
_BY_HOW_MUCH = re.compile(
    r"(?:增加|增长|减少|下降|上升|上涨|增多)了?(?:多少|几|没有|吗)|是增加?还是减|增加还是减少|是多了还是少了|是升是降|增减(?:多少|情况|几)"
    r"|\b(?:how much|by how many|by how much)\b.*\b(?:increase|decrease|rise|fall|grow|drop|change)"
    r"|\bdid .* (?:increase|decrease|rise|fall|go up|go down)"
)
"""What asks for the change from the year before of one number."""
_TOGETHER = re.compile(r"(?:合计|一共|总共|总计)[^，。,]{0,6}?(?:几|多少)")
"""What asks for several rows added up."""
_SHARE_OF = re.compile(r"占(?!比|了上风)[^。；;]{1,40}?(?:的|里|中)(?:多少|几成)(?!件|宗|起|份|条|个|项)")
"""A share asked for without the word (占…新收的多少)."""
_EACH_YEAR = re.compile(r"年均|每年|每一年|一年平均|平均(?:一|每)年|各年|per year|a year|annual average|yearly")
_BY_WHAT_SHARE = re.compile(r"(?:多|少|高|低)(?:了|出)?(?:百分之(?:几|多少)|几成|几倍|多少倍|(?:几|多少)个?百分点)|\bby what per ?cent")
"""By what share one number is more than another."""
_RATIO = re.compile(r"率|幅|速|快|慢|倍|百分|比例|fastest|rate|percent|sharpest")
_RATES = {
    **{f"applications.{name}.total": f"rates.{name}" for name in ("granted", "partially_granted", "refused", "unavailable")},
    "applications.new_received.natural_person": "rates.natural_person",
    **{f"review_litigation.{kind}.{name}": f"rates.{kind}_{name}" for kind in ("review", "litigation") for name in ("upheld", "corrected")},
}
"""Shares of their whole that the forms know as rates, so that agencies and years can be compared by them."""


def counted_reports(scanned: Scan) -> bool:
    """Whether agencies or reports themselves are counted."""
    return bool(_COUNTED.search(scanned.blanked))


def of_reports(scanned: Scan) -> bool:
    """Whether it is reports that are counted (几份年报, how many annual reports)."""
    return bool(
        re.search(
            r"(?:年报|报告)(?:一共|总共|共)?有?(?:几|多少)份|(?:几|多少)份[^，。]{0,14}(?:年报|报告)|how many (?:annual |yearly )?reports",
            scanned.blanked,
        )
    )


def of_years(scanned: Scan) -> bool:
    """Whether the answer is a year (哪一年最多)."""
    return bool(_WHICH_YEAR.search(scanned.blanked))


def measure_of(scanned: Scan) -> Measure:
    """Whether agencies are ranked by the number itself, by its change from the year before, or by its growth rate."""
    if not scanned.cue("growth"):
        return "value"
    return "growth" if _RATIO.search(scanned.blanked) else "change"


def kind_of(draft: Draft, counted: bool) -> Kind:
    """The kind of query."""
    scanned = draft.scan
    if draft.than is not None:
        return "count" if counted else "list"
    several = len(draft.agencies) > 1 or len(draft.years) > 1
    unit = bool(scanned.keys("unit"))
    if scanned.cue("place"):
        return "rank"
    if _WHICH_KIND.search(scanned.text) and len(draft.agencies) == 1 and scanned.cue("most", "least", "rank") and draft.metrics:
        who = re.search("申请人|主体|群体|的?人|applicant", scanned.text)
        parts = on_row(draft.metrics[0], tuple(column for column in APPLICANTS if column not in ("total", "organisations"))) if who else ()
        draft.metrics = parts or children(draft.metrics[0]) or draft.metrics
        draft.broken_down = True
        return "compare"
    if scanned.cue("parts") and len(draft.agencies) == 1 and len(draft.years) == 1 and (parts := parts_of(draft.metrics, scanned.text)):
        draft.metrics, draft.broken_down = parts, True
        return "compare"
    if scanned.cue("average") and draft.metrics and not scanned.cue("most", "least", "rank", "rank_up"):
        return "average"
    if scanned.cue("growth") and scanned.bounds.where and len(draft.agencies) != 1:
        return "rank"
    ranked = scanned.cue("most", "least", "rank", "rank_up") or bool(scanned.bounds.limit or scanned.bounds.nth)
    if (
        len(draft.agencies) == 2
        and len(draft.years) <= 1
        and not scanned.cue("most", "least", "sum", "share", "growth")
        and scanned.cue("which")
    ):
        return "compare"
    beside = several and scanned.cue("compare", "which")
    if (scanned.cue("share") and ((ranked and len(draft.agencies) != 1) or beside)) or scanned.bounds.share:
        draft.metrics = tuple(_RATES.get(key, key) for key in draft.metrics)
    if part_of(scanned) and not scanned.cue("share"):
        scanned.pieces.append(Piece("占", scanned.blanked.find("占"), (("cue", "share", False),)))
    if scanned.cue("share") and {"applications.granted.total", "applications.partially_granted.total"} <= set(draft.metrics):
        draft.metrics = ("rates.granted_or_partial",)
    rates = bool(draft.metrics) and draft.metrics[0].startswith("rates.")
    if rates and draft.measured.columns and (split := rate_as_share(draft.metrics[0], draft.measured.columns[0])):
        draft.metrics, draft.whole = split[:1], split[1]
        return "share"
    if scanned.cue("growth") and not (ranked and (len(draft.agencies) != 1 or of_years(scanned))) and len(draft.agencies) == 1:
        return "compare" if len(draft.years) <= 2 else "trend"
    changes = scanned.cue("growth", "over_year") or (several and (scanned.cue("compare") or bool(_BY_WHAT_SHARE.search(scanned.blanked))))
    if scanned.cue("share") and not rates and not changes:
        return "share"
    if ranked and not (counted and scanned.bounds.where):
        return "rank"
    if counted and not (scanned.cue("each") and not scanned.bounds.where) and not (scanned.cue("sum") and draft.metrics):
        return "count"
    together = several and not scanned.cue("each") and bool(_TOGETHER.search(scanned.blanked))
    if scanned.cue("trend") and len(draft.agencies) == 1 and not scanned.cue("sum", "over_year") and not together:
        return "trend"
    if len(draft.metrics) > 1 and _TOGETHER.search(scanned.blanked) and not scanned.cue("each"):
        return "sum"
    apart = scanned.cue("each") and len(draft.agencies) > 1 and not re.search("[相加总]加|加起来|加在", scanned.text)
    if (scanned.cue("sum") and not apart) or (
        _totalled(scanned)
        and not (scanned.cue("each", "compare") and draft.agencies)
        and not _total_of_each(draft)
        and (several or _open_years(draft) or (not draft.agencies and not scanned.bounds.where))
    ):
        return "sum"
    if scanned.cue("over_year") or _compares(draft, several):
        return "compare"
    if scanned.cue("trend") and len(draft.agencies) <= 1:
        return "trend"
    if not draft.agencies and (scanned.cue("whiches", "enumerate") or (scanned.cue("each", "all") and unit) or _meets(scanned)):
        return "list"
    if scanned.cue("which") and not draft.agencies and unit:
        return "rank"
    if not draft.agencies and scanned.cue("all") and scanned.cue("many") and not scanned.bounds.where:
        return "sum"
    if several:
        return "trend" if len(draft.agencies) == 1 else "compare"
    return "value"


def _total_of_each(draft: Draft) -> bool:
    """Whether “total” in English only belongs to the name of a number of each year (total cases in 2020 and in 2022)."""
    alone = draft.scan.english and len(draft.agencies) == 1 and len(draft.years) < 3 and not draft.scan.times.ranged
    return alone and bool(re.search(r"\btotal (?!of\b)[a-z]", draft.scan.text))


def _totalled(scanned: Scan) -> bool:
    """Whether several numbers are to be added up by 一共, 合计, in total; 行政复议总数 is one number, the row's own total."""
    rows = {piece.start + len(piece.text) for piece in scanned.pieces if any(sort == "row" for sort, _, _ in piece.meanings)}
    for piece in scanned.pieces:
        if ("cue", "total", False) not in piece.meanings:
            continue
        before = re.sub(r"(?:案件|申请|案子|件|的)+$", "", scanned.blanked[: piece.start])
        own = ("总数", "总量", "总", *(("总计", "合计") if scanned.cue("none") or scanned.bounds.where else ()))
        if piece.text not in own or len(before) not in rows:
            return True
    return False


def _open_years(draft: Draft) -> bool:
    """Whether one agency is asked about without a year, and the library has several of its reports."""
    return not draft.years and len(draft.agencies) == 1 and len(draft.catalogue.by_agency.get(draft.agencies[0], ())) > 1


def _meets(scanned: Scan) -> bool:
    """Whether agencies that meet a bound are asked for."""
    bound = bool(scanned.bounds.where) or scanned.cue("none", "some")
    return bound and (scanned.cue("which") or bool(scanned.keys("unit")))


def _compares(draft: Draft, several: bool) -> bool:
    scanned = draft.scan
    many = several or len(draft.metrics) > 1
    if not many and len(draft.years) == 1 and re.search(r"(?:增加|增长|减少|下降|多|少)了", scanned.text) and not scanned.cue("sum"):
        return len(draft.agencies) == 1 and bool(re.search("比|较", scanned.text) or _BY_HOW_MUCH.search(scanned.blanked))
    if not many and len(draft.years) == 1 and len(draft.agencies) == 1 and _BY_HOW_MUCH.search(scanned.blanked):
        return True
    return many and (
        scanned.cue("compare", "which")
        or bool(_BY_WHAT_SHARE.search(scanned.blanked))
        or bool(re.search("比(?!例|重|率)|较", scanned.text))
    )


def part_of(scanned: Scan) -> bool:
    """Whether a share is asked for without the word (占不予公开的多少)."""
    return bool(_SHARE_OF.search(scanned.blanked))


def each_year(scanned: Scan) -> bool:
    """Whether an average is one over years, not over agencies."""
    return bool(_EACH_YEAR.search(scanned.text))
