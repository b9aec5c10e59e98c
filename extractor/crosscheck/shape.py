"""What can be said of a report's shape: sections, form, years, names, labels, the fee, empty totals."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from ..forms import SECTIONS, Form, Row, form_of
from ..model import Document, Finding, Passage, Quote, Report
from .locate import locate
from .rules import finding

FEE_YEAR = 2021
"""The first year whose reports owe a word on the fee: the rules on it took effect on 2021-01-01."""
FORM_2021 = 2021
"""The first year for which the form of 国办公开办函〔2021〕30号 holds."""

_EXTRA = re.compile(r"^\s*(?:#+\s*)?\**\s*([七八九十])[、.．]\s*(\S[^,，。;；:：]{1,28})\s*\**$")
_TITLE = re.compile(r"(?:年度报告|工作报告)\s*$")
_PERIOD = re.compile(
    r"统计(?:的)?(?:期限|时限|时间|周期|范围|期间)[^。;；]{0,10}?(20\d\d)\s*年\s*1\s*月\s*1\s*日|(20\d\d)\s*年\s*1\s*月\s*1\s*日[^。]{0,6}至[^。]{0,8}12\s*月\s*31\s*日"
)
_NAMED = re.compile(
    r"(?:公布|编制|发布|公开|撰写|形成)(?:了|的)?(?P<who>[^,，。;；《》“”0-9]{0,30}?)(?P<year>20\d\d)\s*年度?\s*(?:的)?政府信息公开(?:工作)?(?:年度)?(?:报告|年报)"
)
_OPENING = re.compile(r"^(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）.、]\s*)?(?:一是)?(20\d\d)\s*年度?\s*(?=[,，]|我|本|在|全)")
_HEADING_YEAR = re.compile(r"^[^。,，\d]{0,6}(20\d\d)\s*年度?(?!\s*\d{1,2}\s*月)[^。,，;；]{2,24}(?:情况|事项)")
_FEE_YEAR = re.compile(r"(20\d\d)\s*年度?(?!\s*\d{1,2}\s*月)[^。;；《》]{0,24}信息处理费(?!管理)")
_LOOKING_BACK = re.compile(r"整改|上年|去年|上一年|回顾|以来")
_FEE_TOLD = re.compile(r"信息处理费|(?:信息公开|依申请公开)(?:工作)?(?:的|相关)*(?:任何)?费用")
_FEE_WORD = re.compile(r"处理费|收费|收取|费用")
_SELF = re.compile(r"(?<![一-鿿])?(?:我|本)(局|委(?!员|托|会)|厅(?!级)|镇|乡|街道|县|旗)")
_SELF_IN = {"局": "局", "委": "委", "厅": "厅", "镇": "镇", "乡": "乡", "街道": "街", "县": "县", "旗": "旗"}
_REGION = re.compile(r"[一-鿿]{2,5}?(?:自治州|自治县|街道|[省市区县旗镇乡])")
_SUBJECT = re.compile(
    r"^(?:[(（]?[一二三四五六七八九十]{1,2}[)）]?[、.]?)?(?:20\d\d年度?(?:以来)?[,，]?\s*)(?P<who>[一-鿿]{2,14}?(?:区|县|镇|乡|街道))(?:人民政府|政府|办事处)?(?:办公室)?"
    r"(?=坚持|认真|深入|严格|以习近平|全面|紧紧|积极|高度|按照|扎实|围绕|切实|持续|始终|牢牢|在)"
)
_HAN = re.compile(r"[^㐀-鿿]")


def check_shape(report: Report, document: Document) -> Iterator[Finding]:
    """Every finding about the shape of a report; none of a text that is found to be no report."""
    if any(one.rule == "source.no_report" for one in report.findings):
        return
    yield from _sections(report, document)
    yield from _form(report)
    yield from _years(report, document)
    yield from _names(report, document)
    yield from _fee(report)
    if report.applications is not None:
        yield from _totals(report)
    yield from _labels(report, document)


# ------------------------------------------------------------------- sections and form
def _sections(report: Report, document: Document) -> Iterator[Finding]:
    if not report.sections:
        return
    for number, name in SECTIONS.items():
        if number in report.sections or (number in (2, 3, 4) and _has_table(report, number)):
            continue
        yield finding(
            "shape.section_missing",
            f"没有找到第{'一二三四五六'[number - 1]}部分“{name}” (section {number} not found)",
            suggestion="对照原件，看是报告缺这一部分，还是标题写法特别",
        )
    last = report.sections.get(6)
    if last is None:
        return
    start = document.line_at(bisect_left(document.offsets, last.start))
    for line in document.lines[start + 1 : start + 80]:
        text = document.text[line.start : line.end].strip()
        if _TITLE.search(text):
            return
        match = _EXTRA.match(text)
        if match:
            place = document.place(line.start, line.end)
            yield finding(
                "shape.section_extra",
                f"六个法定部分之外还有“{match[1]}、{match[2]}”（第 {line.number} 行） (a section beyond the six)",
                quotes=(Quote(text=document.quote(place), place=place),),
                suggestion="格式要求不增加部分，内容可并入第六部分",
            )


def _has_table(report: Report, number: int) -> bool:
    return {2: report.proactive, 3: report.applications, 4: report.review_litigation}[number] is not None


def _form(report: Report) -> Iterator[Finding]:
    if report.proactive is None and report.applications is None and report.review_litigation is None:
        yield finding(
            "shape.no_tables",
            "没有找到法定表格，只保留正文 (no statutory tables found)",
            suggestion="表格可能是图片或附件；2019 年度以前的报告本来没有这种表格",
        )
        return
    if report.form is None or report.year is None:
        return
    expected = "2021" if report.year >= FORM_2021 else "2019"
    form = form_of(report.form, report.divided)
    if report.form != expected:
        yield finding(
            "shape.form_year",
            f"{report.year} 年度报告的第二部分用的是 {report.form} 年表式，应当用 {expected} 年表式"
            f" (form {report.form} used for {report.year})",
            suggestion="按当年的格式重填第二部分，或核对报告年份",
        )
    elif form.mixed and report.applications is not None:
        rows = "一行" if form.key == "2021" else "三行"
        yield finding(
            "shape.form_year",
            f"第二部分是 {form.key} 年表式，第三部分的“其他处理”却是{rows}，两种表式混用 (sections two and three follow different forms)",
            suggestion="按当年的格式统一两张表",
            severity="info",
        )


# ------------------------------------------------------------------- years
def _years(report: Report, document: Document) -> Iterator[Finding]:
    if report.year is None:
        return
    for place in report.sections.values():
        heading = _HEADING_YEAR.match(document.quote(place))
        if heading and int(heading[1]) != report.year:
            yield finding(
                "shape.year",
                f"第 {place.line} 行标题写 {heading[1]} 年，报告年份为 {report.year} ({heading[1]} in a report for {report.year})",
                quotes=(Quote(text=document.quote(place)[:60], place=place),),
                suggestion=f"如为沿用上年文本，把 {heading[1]} 改为 {report.year}",
            )
    opened: set[int] = set()
    for passage in report.narrative:
        yield from _year_in(passage, report.year, document, first=passage.section not in opened)
        opened.add(passage.section)


def _year_in(passage: Passage, year: int, document: Document, *, first: bool) -> Iterator[Finding]:
    for match in _PERIOD.finditer(passage.text):
        named = int(match[1] or match[2])
        if named != year:
            yield _wrong_year(passage, match, named, year, document, "统计期限")
            return
    for match in _NAMED.finditer(passage.text):
        if int(match["year"]) != year and passage.section in (0, 1):
            yield _wrong_year(passage, match, int(match["year"]), year, document, "报告名称")
            return
    opening = _OPENING.match(passage.text) if first and passage.section in (1, 5) else None
    back = opening and ((passage.section == 5 and int(opening[1]) > year) or _LOOKING_BACK.search(passage.text[:60]))
    past = opening is not None and int(opening[1]) < year and f"{year}年" in passage.text
    if opening and int(opening[1]) != year and not back and not past:
        yield _wrong_year(passage, opening, int(opening[1]), year, document, "这一部分开头")
        return
    fee = _FEE_YEAR.search(passage.text) if passage.section == 6 else None
    if fee and int(fee[1]) != year:
        yield _wrong_year(passage, fee, int(fee[1]), year, document, "信息处理费的年份")


def _wrong_year(passage: Passage, match: re.Match[str], named: int, year: int, document: Document, what: str) -> Finding:
    quote = locate(passage, document).quote(match.start(), match.end())
    line = quote.place.line if quote.place else passage.place.line
    return finding(
        "shape.year",
        f"第 {line} 行{what}写 {named} 年，报告年份为 {year} ({named} in a report for {year})",
        quotes=(quote,),
        suggestion=f"如为沿用上年文本，把 {named} 改为 {year}",
    )


# ------------------------------------------------------------------- names
def _names(report: Report, document: Document) -> Iterator[Finding]:
    if not report.agency:
        return
    agency = report.agency
    seen: set[str] = set()
    for passage in report.narrative:
        plain = re.sub(r"“[^”]*”|《[^》]*》", lambda found: "\0" * len(found.group()), passage.text)
        for match in _SELF.finditer(plain):
            if _SELF_IN[match[1]] in agency or match.group() in seen:
                continue
            if match[1] in ("县", "旗", "镇", "乡", "街道") and (not _REGION.search(agency) or _inside(match[1], report)):
                continue
            seen.add(match.group())
            yield _stray(passage, match.start(), match.end(), document, f"自称“{match.group()}”", agency)
        for match in _NAMED.finditer(passage.text):
            if passage.section in (0, 1) and _elsewhere(match["who"], agency):
                yield _stray(passage, match.start("who"), match.end("who"), document, f"写作“{match['who'].strip()}”的报告", agency)
        subject = _SUBJECT.match(passage.text) if passage.section in (1, 5) else None
        if subject and _elsewhere(subject["who"], agency):
            yield _stray(passage, subject.start("who"), subject.end("who"), document, f"说的是“{subject['who']}”", agency)


def _inside(kind: str, report: Report) -> bool:
    """Whether the agency lies in such a unit although its name does not say so: a county's bureau says 我县."""
    region = report.region or ""
    return _SELF_IN[kind] in region or (kind in ("县", "旗") and not re.search(r"[市区]", report.agency or ""))


def _elsewhere(who: str, agency: str) -> bool:
    """Whether a name speaks of another place of the same kind as the agency's: 番禺区 in a report of 从化区."""
    theirs, ours = _last_region(who), _last_region(agency)
    return bool(theirs and ours and theirs[-1] == ours[-1] and theirs not in agency and ours not in who)


def _last_region(name: str) -> str:
    units = _REGION.findall(name)
    return units[-1] if units else ""


def _stray(passage: Passage, start: int, end: int, document: Document, what: str, agency: str) -> Finding:
    located = locate(passage, document)
    quote = located.quote(max(0, start - 6), min(len(passage.text), end + 10))
    line = quote.place.line if quote.place else passage.place.line
    return finding(
        "shape.other_agency",
        f"第 {line} 行{what}，报告机关是“{agency}” (another agency's name or self-reference)",
        quotes=(quote,),
        suggestion="看是否沿用了其他机关的文本",
    )


# ------------------------------------------------------------------- the fee, totals, labels
def _fee(report: Report) -> Iterator[Finding]:
    if report.year is None or report.year < FEE_YEAR or 6 not in report.sections:
        return
    text = "".join(passage.text for passage in report.narrative if passage.section == 6)
    everywhere = "".join(passage.text for passage in report.narrative)
    if _FEE_WORD.search(text) or _FEE_TOLD.search(everywhere):
        return
    yield finding(
        "shape.fee_silent",
        f"第六部分没有说明收取信息处理费的情况；自 {FEE_YEAR} 年度起，没有收取也应写明 (no word on the processing fee)",
        quotes=(Quote(text=SECTIONS[6], place=report.sections[6]),),
        suggestion="补写，例如：本年度未收取信息处理费",
    )


def _totals(report: Report) -> Iterator[Finding]:
    cells = {path: evidence for path, evidence in report.cells.items() if path.startswith("applications.")}
    totals = [evidence for path, evidence in cells.items() if path.endswith(".total")]
    others = [evidence for path, evidence in cells.items() if not path.endswith(".total")]
    if (
        totals
        and all(evidence.printed in ("blank", "absent") for evidence in totals)
        and any(evidence.printed == "number" for evidence in others)
    ):
        yield finding(
            "shape.total_empty",
            "表三各行的总计都没有填写 (no totals in section three)",
            cells=(path for path in cells if path.endswith(".total")),
            suggestion="补填总计列",
        )


def _labels(report: Report, document: Document) -> Iterator[Finding]:
    """Row labels a letter or two away from the statutory wording, in the line where the row's cells stand."""
    if report.form is None:
        return
    form = form_of(report.form, report.divided)
    known = _wordings(form)
    for row in form.rows:
        place = next((e.place for e in (report.cells.get(cell) for cell in row.cells) if e and e.place and e.raw), None)
        if place is None:
            continue
        line = document.lines[document.line_at(bisect_left(document.offsets, place.start))]
        printed = _HAN.sub("", document.text[line.start : line.end])
        found = _misprint(row, printed, known)
        if found:
            where = document.place(line.start, line.end)
            yield finding(
                "shape.label",
                f"第 {where.line} 行的项目名称“{found}”应为“{row.label.text}” (label differs from the statutory wording)",
                cells=row.cells,
                quotes=(Quote(text=found, place=where),),
                suggestion="对照格式改正；如是转换或识别造成，可不理会",
            )


@cache
def _wordings(form: Form) -> frozenset[str]:
    """Every accepted wording of every row, in Han characters only."""
    names = (name for row in form.rows for name in (row.label.text, *row.label.printed))
    return frozenset(_HAN.sub("", name) for name in names)


def _misprint(row: Row, printed: str, known: frozenset[str]) -> str:
    """The stretch of a printed line that is this row's label with one or two wrong characters; empty when there is none."""
    wanted = [_HAN.sub("", name) for name in (row.label.text, *row.label.printed)]
    if any(name in printed for name in wanted):
        return ""
    for name in wanted:
        size = len(name)
        allowed = 2 if size >= 8 else 1
        if size < 5:
            continue
        for start in range(len(printed) - size + 1):
            window = printed[start : start + size]
            wrong = sum(a != b for a, b in zip(window, name, strict=True))
            if wrong <= allowed and window not in known and (window[0] == name[0] or window[-1] == name[-1]):
                return window
    return ""
