"""What a question asks of the reports themselves, and which reports, agencies and years the library holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from .answer import Claim, Value
from .draft import Draft
from .faults import asks_for_faults
from .parsed import Matter
from .places import is_office, own_part, places_of
from .records import Result
from .scan import Scan, content
from .strings import say

SHOWN = 30
"""Agencies listed; the others are counted."""
_KIND = (
    r"(?:市直|省直|区直|县直|市属|直属|党政)?(?:委办局|局委办|厅局|行政机关|政府部门|职能部门|机关|单位|部门|机构|政府|地方|地区|街道办事处|街道|乡镇|镇街|区县|县区|县市区"
    r"|局|厅|委|区|县|旗|州|盟|市|省|乡|镇)"
)
_REPORT = r"(?:政府信息公开)?(?:工作)?(?:年度)?(?:年报|报告|报表|资料|数据|材料)"
_YEARS = r"(?:哪|几|多少)(?:些|几|个)?个?年(?:份|度|头)?"
_WHICH = r"(?:哪些|哪几[个家份篇]|什么|几[个家份篇]|多少[个家份篇]?)"
_KEEPS = r"(?:收录|收了|装了|包含|包括|涵盖|覆盖|存|查|查到|看|看到|入库|收集|囊括)"
_PATTERNS = (
    rf"(?:都|一共|总共|共|全都|现在|目前|能|可以)?(?:有|{_KEEPS})(?:了|着|得?到)?{_WHICH}(?:的)?"
    rf"(?:{_KIND}(?:的)?(?:{_REPORT})?|{_REPORT})(?:可以?(?:查|看|用))?",
    rf"(?:都|一共|总共|共|全都|现在|目前|能|可以)?{_KEEPS}(?:了|着|得?到)?(?:哪些|什么)",
    rf"(?:都|一共|总共)?(?:有|收录|收了|是|存了?|查到)?(?:哪些人|哪几家|谁)(?:家)?的?{_REPORT}",
    rf"{_WHICH}(?:的)?{_KIND}(?:的)?(?:{_REPORT})?(?:在|入)库(?:里|中|内)?(?:了|的)?",
    rf"{_WHICH}(?:的)?{_KIND}(?:都)?(?:已经?)?(?:有|交了?|报了?|出了?|发布了?|公布了?|提交了?|编了?)[\x01的]*(?:{_REPORT})",
    rf"最[早晚新近后][^，。？]{{0,6}}(?:哪|几)一?年(?:的)?(?:{_REPORT})?(?:的)?",
    rf"(?:{_KIND}|年份|{_REPORT})(?:都|一共|总共)?(?:有|是)(?:哪些|哪几[个家份]|谁|几[个家份]|多少[个家份]?)",
    rf"(?:列出?|列举|列一?列|列一?下|罗列|给出|给我|报一?下|显示|展示|看看|说说)[^，。？]{{0,10}}(?:{_KIND}|{_REPORT}|年份)(?:的?(?:名单|清单|目录|列表|名字|名称|名录))?(?:列?出来)?",
    rf"(?:{_KIND}|{_REPORT})的?(?:名单|清单|目录|列表|名录)(?:是什么|有吗|呢)?",
    rf"(?:{_KIND}|{_REPORT})[^，。？]{{0,4}}(?:列|拉|给|出|做|开)(?:一)?[个份张](?:清单|名单|表|目录|列表)(?:出来|给我)?",
    rf"(?:有|收录|收了|覆盖|涵盖|包含|包括|是|存了?)(?:了|着)?{_YEARS}的?(?:{_REPORT})?",
    rf"(?:{_REPORT})?(?:从|自)?(?:哪|几)一?年(?:开始)?(?:到|至)(?:哪|几)一?年(?:的)?",
    r"(?:库|资料库|数据库|系统|你|这|这里|那)(?:里|中|内|里面|里头|里边|这里|这儿|那里)?(?:都|一共|总共)?(?:有|收录|收了|装了|存了?)(?:了|着)?(?:些)?(?:什么|啥|哪些)(?:东西|内容)?",
    rf"有没有[\x01的]*(?:{_KIND}的?)?{_REPORT}|[\x01的]+{_REPORT}(?:库里|库中)?(?:有没有|有吗|有么|在不在|在库里吗|在吗)|有[\x01的]+{_REPORT}(?:吗|么|没有|没)",
)
_END = r"(?:呢|啊|呀|吗|吧|了)?[\s?？。.！!]*$"
_HOLDS = re.compile(
    r"(?:年报|报告)[^，。,]{0,8}(?:收齐|收到|收了|报了|报送|交了|上报|公布|发布|入库)了?(?:几|多少)[份个家]"
    r"|(?:报了|报送了?|交了|上报了?|公布了?|发布了?|提交了?|出了)[^，。,]{0,8}(?:年报|报告)的?(?:单位|机关|部门|局|有哪些|有几|名单)"
    r"|(?:单位|机关|部门|局)[^，。,]{0,4}(?:报了|报送了|交了|上报了|公布了|发布了|提交了|出了)[^，。,]{0,8}(?:年报|报告)"
    r"|\b(?:agencies|bodies|bureaus|departments|governments|organs|offices) (?:that )?(?:have |had )?"
    r"(?:handed in|filed|published|submitted|issued|released|sent in) (?:a |an |their |its |any |the )?(?:annual )?reports?"
    r"|(?:库(?:里|中|内)?|资料库).{0,8}(?:哪些|哪几|几个|几份|多少|什么)(?:个|家|份)?(?:机关|单位|年份|年度|报告|年报|地方|部门)"
    r"|(?:年报|报告)(?:一共|总共|共)?有?(?:几|多少)份"
)
"""What asks for the reports that the library holds, wherever it stands."""
_ASKED = re.compile("|".join(f"(?:{pattern}){_END}" for pattern in _PATTERNS))
_KIND_EN = (
    r"(?:agenc(?:y|ies)|bodies|body|bureaus?|departments?|commissions?|districts?|cities|counties|governments?|organs?|offices?"
    r"|towns(?:hips)?|provinces)"
)
_HELD_EN = (
    r"(?:library|corpus|collection|data ?set|database|archive|index|you(?:r| have| hold| got)|on file|available|covered|included"
    r"|stored|in store"
    r"|there|here)"
)
_ASKED_EN = re.compile(
    rf"\b(?:what|which|whose|how many|list|show|name|enumerate|give)\b[^.?]{{0,40}}\b(?:{_KIND_EN}|reports?|years?)\b"
    rf"[^?]{{0,50}}\b{_HELD_EN}\b[^?]*$"
    rf"|^(?:please )?(?:list|show|name|enumerate|give)(?: me| us)?(?: a list of)?(?: all)?(?: of)?(?: the)? (?:\w+ )?"
    rf"(?:{_KIND_EN}|reports|years)(?: (?:for|of|in|with|by|from|on)\b[^?]*)?[.? \x01]*$"
    rf"|^(?:what|which|how many) (?:{_KIND_EN}|years?)(?: have| has| with)?(?: filed)? (?:annual )?reports?\b[^?]*$"
    rf"|\bwhat(?:'s| is| do you have) in (?:the|your) {_HELD_EN}|\bdo you have\b[^?]*\breports?\b"
    rf"|\b(?:is|are) there (?:an?|any)\b[^?]*\breports?\b|^what do you (?:have|hold|cover|know)$"
    rf"|^who (?:has |have )?(?:published|issued|filed|submitted|handed in)(?: an?| their| its| any)? (?:annual )?reports?\b"
)
_LACKING = re.compile(
    rf"(?:谁|哪[些个几家]|多少|几)[^，。？]{{0,8}}(?:还)?(?:没有?|未)(?:[交报出编]|发布|公布|公开|提交|上报|报送)(?:过|了)?[\x01的]*{_REPORT}"
    rf"|(?:还)?缺(?:了|少)?(?:谁|哪[些个几家])|{_REPORT}(?:还)?(?:缺|少)(?:了)?(?:谁|哪[些个几家])|(?:谁|哪[些个几家])[^，。？]{{0,6}}(?:还)?(?:缺|少)[\x01的]*{_REPORT}"
    r"|\b(?:who|which \w+) (?:has not|have not|hasn't|haven't|did not|didn't|is missing|are missing|lacks?)\b[^?]*\breports?\b"
    r"|\bwhich reports? (?:is|are) missing\b|\bmissing reports?\b"
)
"""What asks whose report is not there."""
_YEARS_ASKED = re.compile(
    rf"{_YEARS}|年份|(?:哪|几)一?年[到至]|最[早晚新近后][^，。？]{{0,6}}(?:哪|几)一?年"
    rf"|\b(?:what|which|list|how many)[^.?]{{0,20}}\byears?\b"
)
_AGENCIES_ASKED = re.compile(rf"(?:几|多少)[个家]?(?:的)?{_KIND}|\bhow many {_KIND_EN}")
_EXISTS = re.compile(
    r"有没有|[有在](?:吗|么|没有|没)|有[\x01的]+[^，。？]{0,8}(?:吗|么|没有|没)[?？]?$|\bdo you have\b|\b(?:is|are) there\b"
)
_WRITTEN = r"(?:公布|发布|公开|印发|刊登|挂网|挂出|挂上网|上网|发出|出炉|出台|上传|放到?网上|出(?:的|来)|形成|落款|成文|出具)"
_WHEN = r"(?:什么时候|什么时间|何时|哪一?天|几月几[日号]?|几号|几月份?|哪个?月份?|哪年哪月|哪一?年|什么日子|啥时候|多会儿|(?:是)?哪一?日)"
_PUBLISHED = re.compile(
    rf"{_REPORT}[^，。？]{{0,8}}{_WHEN}[^，。？]{{0,6}}{_WRITTEN}|{_WHEN}[^，。？]{{0,6}}{_WRITTEN}[^，。？]{{0,14}}{_REPORT}"
    rf"|{_REPORT}[^，。？]{{0,4}}(?:的)?(?:公布|发布|落款|成文|印发|公开)的?(?:日期|时间)|{_REPORT}[^，。？]{{0,8}}(?:公布|发布|挂)(?:得|的)?(?:最|更|比较)?[早晚迟]"
    rf"|(?:最早|最晚|最先|最后|最迟)(?:公布|发布)[^，。？]{{0,10}}{_REPORT}"
    r"|\bwhen (?:was|were|did)\b[^?]*\breports?\b[^?]*\b(?:published|released|issued|posted|come out|put online|dated)"
    r"|\b(?:publication|release|issue) dates?\b|\bwhat date\b[^?]*\breport\b"
    r"|\bwhen (?:was|were)\b[^?]*\b(?:published|released|posted)\b[^?]*\breport"
)
_AUTHOR = re.compile(
    rf"{_REPORT}[^，。？]{{0,4}}(?:是|由)?(?:谁|哪个(?:机关|单位|部门|人|局|科室|处室)|哪家(?:单位|机关)?|什么(?:单位|机关|部门|人))[^，。？]{{0,4}}"
    r"(?:写|编|撰写|起草|执笔|拟|做|制作|发布|公布|出具|出|负责|署名)|谁(?:写|编写|编制|起草|撰写|执笔|发布|公布)的?[^，。？]{0,12}(?:年报|报告)"
    r"|\bwho (?:wrote|prepared|drafted|compiled|authored|published|issued|signed|is the author of)\b(?! an?\b| reports)[^?]*\breports?\b"
    r"|\breport\b[^?]*\b(?:written|prepared|drafted|compiled|issued|published) by (?:whom|who|which)"
)


def asked_of_reports(draft: Draft) -> Matter:
    """What a question asks of the reports themselves, not of what they tell."""
    scanned = draft.scan
    text = scanned.blanked
    if (draft.metrics and not draft.measured.weak and not draft.measured.inferred) or scanned.bounds.where is not None:
        return ""
    faults = not set(draft.intents) & {"plans", "charging"} and asks_for_faults(text, english=scanned.english)
    if _LACKING.search(text) and not faults:
        return "lacking"
    if _HOLDS.search(text) and not faults:
        return "reports"
    if draft.unknown and not draft.agencies:
        return ""
    if _PUBLISHED.search(text):
        return "published"
    if _AUTHOR.search(text):
        return "author"
    if faults:
        return "faults"
    asked = (_ASKED_EN if scanned.english else _ASKED).search(text.rstrip(" ?？.。!"))
    if asked is None or set(draft.intents) - {"story"} or scanned.cue("most", "least", "rank", "share", "growth"):
        return ""
    return "reports" if not _besides(scanned, asked.start(), asked.end()) else ""


def _besides(scanned: Scan, start: int, end: int) -> bool:
    """Whether words with a meaning stand outside what asks for the reports."""
    named = any(
        sort in ("topic", "limit", "row", "rate", "column") and not start <= piece.start < end
        for piece in scanned.pieces
        for sort, _, _ in piece.meanings
    )
    return named or any(content(run.text) and not start <= run.start < end for run in scanned.residual)


def existence(scanned: Scan) -> bool:
    """Whether it is asked if there is a report of the agency named."""
    return bool(_EXISTS.search(scanned.blanked))


def place_asked(draft: Draft) -> str | None:
    """The place whose reports are meant where its government alone is named (临澜市有哪些单位的年报); None for every other question."""
    if draft.scan.region or len(draft.agencies) != 1 or own_part(draft.agencies[0]) or is_office(draft.agencies[0]):
        return None
    return "".join(places_of(draft.agencies[0])) or None


# ---------------------------------------------------------------------- which there are
def described(result: Result, text: str, scope: str, *, english: bool) -> tuple[list[Claim], list[Value]]:
    """The reports that the library holds of what is asked: by agency with their years, or by year."""
    rows = result.rows
    agencies: dict[str, list[int]] = {}
    years: dict[int, int] = {}
    for row in rows:
        agencies.setdefault(row.agency, []).extend([row.year] if row.year is not None else [])
        if row.year is not None:
            years[row.year] = years.get(row.year, 0) + 1
    joint = ", " if english else "、"
    if _YEARS_ASKED.search(text):
        items = joint.join(say("held_year", english, year=year, count=years[year]) for year in sorted(years))
    elif len(result.query.years) == 1:
        items = joint.join(list(agencies)[:SHOWN])
    else:
        items = joint.join(f"{name} ({years_of(held, english)})" if english else f"{name}（{years_of(held, english)}）"
                           for name, held in list(agencies.items())[:SHOWN])  # fmt: skip
    more = len(agencies) - SHOWN
    items += "" if more <= 0 or _YEARS_ASKED.search(text) else f", … {more} more" if english else f"等，另有 {more} 个机关"
    names = (f": {items}" if english else f"：{items}") if items else ""
    key = "holdings" if rows else "holdings_none"
    claim = Claim(text=say(key, english, scope=scope, count=len(rows), agencies=len(agencies), names=names))
    if result.query.kind == "list":
        return [claim], [Value(agency=row.agency, year=row.year, metric="", value=None) for row in rows]
    counted = len(agencies) if _AGENCIES_ASKED.search(text) else len(years) if _YEARS_ASKED.search(text) else len(rows)
    return [claim], [Value(agency=None, year=None, metric="", value=Decimal(counted))]


def years_of(held: Sequence[int], english: bool) -> str:
    """The years of an agency's reports: 2019—2021 where none between is missing."""
    known = sorted(set(held))
    if not known:
        return "no year" if english else "年份不详"
    if len(known) > 2 and known[-1] - known[0] == len(known) - 1:
        return f"{known[0]}–{known[-1]}" if english else f"{known[0]}—{known[-1]}年"
    return ", ".join(map(str, known)) if english else "、".join(map(str, known)) + "年"


def lacking(result: Result, known: Sequence[tuple[str, int | None]], *, english: bool) -> list[Claim]:
    """The agencies of the library that have a report of another year and none of those asked for; all gaps where no year is asked for.

    ``known``: every agency and year the library holds.
    """
    held = {(row.agency, row.year) for row in result.rows}
    own: dict[str, list[int]] = {}
    for agency, year in known:
        own.setdefault(agency, []).extend([year] if year is not None else [])
    joint = ", " if english else "、"
    gaps: list[str] = []
    for agency, years in own.items():
        wanted = result.query.years or range(min(years, default=0), max(years, default=-1) + 1)
        missing = [year for year in wanted if (agency, year) not in held and year not in years]
        if missing and _within(agency, result):
            gaps.append(agency if len(result.query.years) == 1 else f"{agency} ({years_of(missing, english)})" if english
                        else f"{agency}（{years_of(missing, english)}）")  # fmt: skip
    items = joint.join(gaps[:SHOWN]) + (" …" if len(gaps) > SHOWN else "")
    asked = joint.join(map(str, result.query.years))
    when = (f" of {asked}" if english else f"{asked}年的") if asked else ""
    return [Claim(text=say("unreported" if gaps else "all_reported", english, year=when, count=len(gaps), names=items))]


def _within(agency: str, result: Result) -> bool:
    query = result.query
    return (not query.agencies or agency in query.agencies) and (not query.region or agency.startswith(query.region))
