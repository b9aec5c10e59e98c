"""A report's title, agency, year and date of publication, from its masthead, opening and signature.

The year is the one reported on. Titles misstate it now and then, so the period the text itself names and the date of
publication are weighed against it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..model import Document, Note
from .headings import ordinal_of, plain

_DIGITS = str.maketrans("〇○零一二三四五六七八九Oo", "000123456789" + "00")
_YEAR = r"(?:20\d\d|二[〇○零Oo0][一二][〇○零一二三四五六七八九Oo0])"
_SUBJECT = r"(?:政府信息公开|信息公开|政务公开)"
_TITLE = re.compile(
    rf"(?:{_YEAR}[^。;]{{0,40}}?{_SUBJECT}|[^。;]{{0,60}}?{_SUBJECT})(?:工作)?(?:情况)?(?:的)?"
    rf"(?:\(?{_YEAR}年?度?\)?)?(?:的)?(?:年度)?(?:工作)?(?:年度)?(?:情况)?(?:的)?(?:报告|年报)(?:\({_YEAR}年?度?\)|{_YEAR}年?度?)?"
)
_TAIL = re.compile(rf"{_SUBJECT}.*$")
_NOT_TITLE = re.compile(
    r"[《》。;!?]|根据|按照|关于印发|的通知|编制|现将|现公布|要求|目录|指南|公报|条例|栏目|索引号|发文字号|主题分类|组配分类"
)
_AGENCY = re.compile(
    r"[\u3400-\u9fff·、()]{2,38}?(?:人民政府办公厅|人民政府办公室|政府办公室|人民政府|街道办事处|管理委员会|管委会|委员会|办公厅|办公室|办事处|"
    r"总队|支队|大队|分局|局|厅|委|署|部|院|中心|银行|海关|公司|集团|大学|学院|学校|医院|站|队|社|所|会|馆|办|政府)"
)
_DATE = re.compile(r"(20\d\d)\s*(?:年|-|/|\.)\s*(\d{1,2})\s*(?:月|-|/|\.)\s*(?:(\d{1,2})\s*日?)?(?!\d)")
_DATED = re.compile(
    r"(?:(?:发布|公开|发文|成文|生成|更新|编辑|添加|印发)\s*(?:日期|时间)\s*[::]?|(?<![\u3400-\u9fff])(?:日\s*期|时\s*间)\s*[::])"
)
_PERIOD = (
    re.compile(r"(20\d\d)\s*年\s*1\s*月\s*1\s*日?\s*(?:起)?\s*(?:至|到|—|-|–|~)"),
    re.compile(r"(?:截至|截止|截止到|至|到)\s*(20\d\d)\s*年\s*(?:12\s*月(?:\s*31\s*日)?|年?底|末)"),
)
_SOURCE = re.compile(
    r"(?:来源|发布机构|发布单位|发文单位|公开主体|发文机关|单位名称|编制单位|公开机构|责任部门)\s*[:\s]\s*([\u3400-\u9fff()]{3,30})"
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a report says of itself; None where it does not say."""

    title: str | None
    agency: str | None
    year: int | None
    published: str | None
    title_line: int | None
    """Index of the line on which the title begins."""
    notes: tuple[Note, ...] = ()


def year_of(text: str) -> int | None:
    """The first year in a text, in Arabic or Chinese digits."""
    match = re.search(rf"(?<!\d){_YEAR}(?!\d)", text)
    return int(match.group().translate(_DIGITS)) if match else None


def metadata(document: Document, head: range, body: range, first: range) -> Metadata:
    """Metadata of the report with this masthead (lines before its first section), section one and body."""
    titles = list(_titles(document, head)) or list(_titles(document, range(body.start, min(body.stop, body.start + 3))))
    title, title_line = max(titles, key=lambda found: found[0])[1:] if titles else (None, None)
    if title is None:
        title = _title(squeeze(document.title)) or _quoted_title(document, head, body)
    published = _published(document, head, body)
    year, notes = _year(document, title, published, head, first)
    agency = agency_in(title) if title else None
    if agency is None:
        agency = _agency_elsewhere(document, head, body, title_line)
    elif agency[0] in "省市区县州旗镇乡街":
        agency = _longer(document, head, body, agency)
    return Metadata(title, agency, year, published, title_line, notes)


def squeeze(text: str) -> str:
    """Without any white space."""
    return re.sub(r"\s+", "", text)


# ------------------------------------------------------------------------------------- title and agency
_FILE = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|ofd|zip|rar)(?![a-z0-9])", re.I)
"""The ending of a file: behind 附件 it makes a title the name of an attachment."""


def _titles(document: Document, lines: range) -> Iterable[tuple[float, str, int]]:
    """Everything that may be the title, with its weight and line."""
    for index in lines:
        if (title := _leading_title(plain(document, index))) is not None:
            yield 0.7 + 0.6 * (agency_in(title) is not None) + 0.4 * (year_of(title) is not None), title, index
        text = ""
        for count in range(4):
            if index + count not in lines:
                break
            part = squeeze(plain(document, index + count))
            if count and (ordinal_of(part)[0] or len(part) > 40):
                break
            text += part
            if len(text) > 110:
                break
            if (title := _title(text)) is not None:
                weight = 1.0 - 0.08 * count + 0.02 * (index - lines.start) / max(1, len(lines))
                weight += 0.6 * (agency_in(title) is not None) + 0.4 * (year_of(title) is not None)
                yield weight, title, index
                break


def _leading_title(line: str) -> str | None:
    """The title with which a long line begins, where the page ran together into one line and a blank follows the title."""
    if len(line) < 30:
        return None
    for space in re.finditer(r"\s+", line[:120]):
        if (match := _TITLE.fullmatch(squeeze(line[: space.start()]))) and not re.search(rf"{_NOT_TITLE.pattern}|[>»›]", match.group()):
            return match.group()
    return None


def _quoted_title(document: Document, head: range, body: range) -> str | None:
    """The title as the opening quotes it: 现发布《…》, 现公布…2023年政府信息公开工作年度报告."""
    opening = squeeze("".join(plain(document, index) for index in [*head, *list(body)[:3]]))
    for pattern in (
        rf"《([^《》]*{_YEAR}[^《》]*?(?:报告|年报))》",
        rf"(?:现公布|现将|现公开|现发布|公布|编制(?:形成)?了?)([^。,;《》]*?{_YEAR}年[^。,;《》]*?(?:报告|年报))",
        r"(?:制定|编制|编写|发布|公布|形成)了?《([^《》]*?(?:报告|年报))》",
    ):
        for match in re.finditer(pattern, opening):
            title = match.group(1).rpartition(":")[2]
            if (found := _TITLE.fullmatch(title)) and agency_in(title):
                return found.group()
    return None


def _title(text: str) -> str | None:
    """The title in a line of a masthead, without breadcrumbs, bullets and site names."""
    text = (
        re.split(r"[>»›|】]|打印(?=\S)|当前位置:|(?:^|\b)(?:标题|名称|信息名称|文件名称):", text.rstrip("】]"))[-1]
        .lstrip("-•·*#●■◆【[")
        .rstrip("】]")
    )
    match = _TITLE.search(text)
    if match is None or _NOT_TITLE.search(match.group()):
        return None
    rest = text[match.end() :]
    if rest.startswith(("的", "格式", "模板", "样式", "范本")) or (_FILE.match(rest) and "附件" in text[: match.start()] + match.group()):
        return None
    if len(rest) > 12 and not rest.startswith(("-", "_", "(", "来源", "发布", "时间", "日期", "字")):
        return None
    found = match.group()
    return found if len(found) <= 70 else None


def agency_in(title: str) -> str | None:
    """The agency that a title names, in its printed form."""
    stem = re.sub(rf"\(?{_YEAR}(?:[-—–至]{_YEAR})?(?:学年|年)?(?:度)?\)?", " ", title)
    stem = _TAIL.sub("", stem).replace(" ", "")
    stem = re.sub(r"^(?:关于|公布|公开)|(?:关于|的|年度|年)+$", "", stem).strip("、,-—:").rpartition(":")[2]
    stem = stem if stem.count("(") == stem.count(")") else stem.strip("()")
    if re.fullmatch(r"[\u3400-\u9fff][镇乡县市区旗盟]", stem):
        return stem
    return stem if 3 <= len(stem) <= 45 and re.search(r"[\u3400-\u9fff]{3}", stem) else None


def _longer(document: Document, head: range, body: range, agency: str) -> str:
    """A name that begins with a bare 县 or 市 with its region, where the opening prints it so."""
    opening = "\n".join(squeeze(plain(document, index)) for index in [*head, *list(body)[:4]])
    names = re.findall(rf"(?:^|[^\u3400-\u9fff])([\u3400-\u9fff]{{1,10}}?{re.escape(agency)})", opening)
    names = [name for name in names if not _RUN_IN.search(name[: -len(agency)])]
    return min(names, key=len) if names else agency


_RUN_IN = re.compile(r"[年度月日现将由对为在我本]|公[布开]|发布|根据|按照|要求|关于|编制|汇总|来源")
"""Words that run into a name from before it, and are no place."""


def _agency_elsewhere(document: Document, head: range, body: range, title_line: int | None) -> str | None:
    """The agency from the line above the title, the opening, the source line or the signature."""
    lines = [squeeze(plain(document, index)) for index in head]
    if title_line is not None:
        for index in (title_line - head.start - 1, title_line - head.start + 1):
            if 0 <= index < len(lines) and (match := _AGENCY.fullmatch(lines[index].strip("()"))):
                return match.group()
    opening = "".join(lines) + "".join(squeeze(plain(document, index)) for index in list(body)[:4])
    shorts = {match["short"]: _LED.sub("", match["full"]) for match in _SHORT.finditer(opening)}
    opening = _CALLED.sub("", opening)
    patterns = (
        rf"(?:现公布|现将|现公开|公布|由|特编制|编制)({_AGENCY.pattern}){_YEAR}年",
        rf"(?:^|[。,])(?:本|该)?报告由({_AGENCY.pattern})(?:根据|按照|依据|编制)",
        rf"[,。]由({_AGENCY.pattern})(?:组织|负责|综合|汇总)?编制",
        rf"{_YEAR}年(?:度)?[,，]?(?:在[^。,]{{2,60}}下[,，])?({_AGENCY.pattern})"
        r"(?:认真|严格|深入|坚持|以|在|全面|紧紧|贯彻|按照|高度|积极|进一步|始终|持续|政府信息)",
    )
    for pattern in patterns:
        if match := re.search(pattern, opening):
            return shorts.get(name := str(match.group(1)), name)
    for line in (plain(document, index) for index in [*head, *list(body)[-12:]]):
        if match := _SOURCE.search(line):
            return match.group(1)
    tail = [squeeze(plain(document, index)) for index in list(body)[-8:]]
    for line, following in zip(tail, [*tail, ""][1:], strict=True):
        if (match := _AGENCY.fullmatch(line)) and _DATE.match(following):
            return match.group()
    return _by_its_words(opening + "".join(squeeze(plain(document, index)) for index in list(body)[4:12]))


_CALLED = re.compile(r"\([^()]{0,8}(?:以下|下文|下同)?(?:统称|简称|称)[:为]?[“\"《]?[^()]{0,40}\)")
_SHORT = re.compile(
    r"(?P<full>[\u3400-\u9fff·]{4,40})\((?:以下|下文)?(?:统一)?(?:简称|称)[:为]?[“\"]?(?P<short>[\u3400-\u9fff]{2,20})[”\"]?[^()]*\)"
)
_LED = re.compile(r"^.*(?:结合|公布|公开|现将|发布|编制|[由是])(?=[\u3400-\u9fff]{4})")
"""Where a text says by which short name it calls an agency."""

_CONTACT = re.compile(
    rf"请(?:直接)?(?:与|联系|向|致电)({_AGENCY.pattern})(?=[(,。;:]|联系|政务公开|政府信息公开|信息公开|党政|综合|咨询|电话|地址|反映)"
)
_OFFICE = re.compile(r"(?:办公室|办公厅|中心|办|处|队|站|机构)$")
_OTHER_BODY = re.compile(r"我[局办委厅院所署部处校队社馆会站司公中单]|本[局办委厅院所署校馆会站司]")


def _by_its_words(text: str) -> str | None:
    """The agency by whom readers are to ask, or the government that a text speaks for: 我县 beside 云岭县人民政府网站.

    An office or centre to be asked is no author: it answers for its government.
    """
    for match in _CONTACT.finditer(text):
        if not _OFFICE.search(match.group(1)) and not match.group(1).startswith(("本", "我")):
            return match.group(1)
    if _OTHER_BODY.search(text):
        return None
    for unit in dict.fromkeys(re.findall(r"我([省市县区旗州盟镇乡])", text)):
        names: list[str] = re.findall(rf"(?=(?:^|[^\u3400-\u9fff]|[在从由与到向]|通过|登录|公布|发布)([\u3400-\u9fff]{{2,16}}?{unit}人民政府))", text)
        names = [name for name in names if not _RUN_IN.search(name) and not re.search(r"[的可从由与到向]|电子|网站", name)]
        if len({re.sub(r"^.+(?:省|自治区)(?=.{3})", "", name) for name in names}) == 1:
            return min(names, key=len)
    return None


# ------------------------------------------------------------------------------------- year and date
def _year(document: Document, title: str | None, published: str | None, head: range, first: range) -> tuple[int | None, tuple[Note, ...]]:
    """The year reported on; a title that the text and the date of publication both deny is overruled, with a note."""
    votes: Counter[int] = Counter()
    named = year_of(title) if title else None
    if named:
        votes[named] += 30
    opening = "\n".join(plain(document, index) for index in [*head, *first])
    for year in {int(match.group(1)) for pattern in _PERIOD for match in pattern.finditer(opening)}:
        votes[year] += 22
    told = "\n".join(plain(document, index) for index in first)
    mentioned = Counter(int(match) for match in re.findall(r"(?<!\d)(20[12]\d)\s*年", told))
    if mentioned:
        votes[mentioned.most_common(1)[0][0]] += 10
    if published and int(published[5:7]) <= 4:
        votes[int(published[:4]) - 1] += 15
    if not votes and (mentioned := Counter(int(match) for match in re.findall(r"(?<!\d)(20[12]\d)\s*年", opening))):
        votes[mentioned.most_common(1)[0][0]] += 5
    if not votes:
        return year_of(document.title) or year_of(document.source.name), ()
    year = max(votes, key=lambda key: (votes[key], -key))
    if named and year != named:
        message = f"标题写 {named} 年，正文的统计期与发布日期说明报告的是 {year} 年 (title says {named}, the text reports on {year})"
        return year, (Note("metadata.year", message),)
    return year, ()


def _published(document: Document, head: range, body: range) -> str | None:
    """The date of publication: a labelled one, else a line of its own in the masthead, else the signature's."""
    near = [plain(document, index) for index in head]
    tail = [plain(document, index) for index in list(body)[-10:]]
    for text in (*near, *tail):
        if (label := _DATED.search(text)) and (date := _iso(text[label.end() :])):
            return date
    for text in (*near, *reversed(tail)):
        if len(squeeze(text)) <= 24 and (date := _iso(text)) and not re.search(r"报告|年报|至|申请|归档", text):
            return date
    return None


def _iso(text: str) -> str | None:
    match = _DATE.search(text)
    if match is None:
        return None
    year, month, day = int(match.group(1)), int(match.group(2)), int(match.group(3) or 0)
    if not 1 <= month <= 12 or not 0 <= day <= 31:
        return None
    return f"{year:04}-{month:02}-{day:02}" if day else f"{year:04}-{month:02}"


def mentions_report(lines: Sequence[str]) -> bool:
    """Whether a text without headings is at least about such a report."""
    text = squeeze("".join(lines[:400]))
    return bool(re.search(rf"{_SUBJECT}(?:工作)?(?:年度)?(?:工作)?(?:报告|年报)", text))
