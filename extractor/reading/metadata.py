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
from .naming import DATE, SUBJECT, YEAR, agency_elsewhere, agency_in, squeeze, with_its_place

_DIGITS = str.maketrans("〇○零一二三四五六七八九Oo", "000123456789" + "00")
_TITLE = re.compile(
    rf"(?:{YEAR}[^。;]{{0,40}}?{SUBJECT}|[^。;]{{0,60}}?{SUBJECT})(?:工作)?(?:情况)?(?:的)?"
    rf"(?:\(?{YEAR}年?度?\)?)?(?:的)?(?:年度)?(?:工作)?(?:年度)?(?:情况)?(?:的)?(?:报告|年报)(?:\({YEAR}年?度?\)|{YEAR}年?度?)?"
)
_NOT_TITLE = re.compile(
    r"[《》。;!?]|根据|按照|关于印发|的通知|编制|现将|现公布|要求|目录|指南|公报|条例|第[一二三四五六七八九十]+条|应当|栏目|索引号|发文字号|主题分类|组配分类"
)
_DATED = re.compile(
    r"(?:(?:发布|公开|发文|成文|生成|更新|编辑|添加|印发)\s*(?:日期|时间)\s*[::]?|(?<![\u3400-\u9fff])(?:日\s*期|时\s*间)\s*[::])"
)
_PERIOD = (
    re.compile(r"(20\d\d)\s*年\s*1\s*月\s*1\s*日?\s*(?:起)?\s*(?:至|到|—|-|–|~)"),
    re.compile(r"(?:截至|截止|截止到|至|到)\s*(20\d\d)\s*年\s*(?:12\s*月(?:\s*31\s*日)?|年?底|末)"),
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
    match = re.search(rf"(?<!\d){YEAR}(?!\d)", text)
    return int(match.group().translate(_DIGITS)) if match else None


def metadata(document: Document, head: range, body: range, first: range) -> Metadata:
    """Metadata of the report with this masthead (lines before its first section), section one and body."""
    titles = list(_titles(document, head)) or list(_titles(document, range(body.start, min(body.stop, body.start + 3))))
    title, title_line = max(titles, key=lambda found: found[0])[1:] if titles else (None, None)
    if title is None:
        title = title_in(squeeze(document.title)) or _quoted_title(document, head, body)
    if title is None:
        title, title_line = _misprinted_title(document, head)
    published = _published(document, head, body)
    year, notes = _year(document, title, published, head, first, body)
    agency = agency_in(title) if title else None
    if agency is None:
        agency = agency_elsewhere(document, head, body, title_line)
    elif agency[0] in "省市区县州旗镇乡街":
        agency = with_its_place(document, head, body, agency)
    return Metadata(title, agency, year, published, title_line, notes)


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
            if (title := title_in(text)) is not None:
                weight = 1.0 - 0.08 * count + 0.02 * (index - lines.start) / max(1, len(lines))
                weight += 0.6 * (agency_in(title) is not None) + 0.4 * (year_of(title) is not None)
                weight -= 0.3 * text.endswith(("。", ";", ":"))
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
        rf"《([^《》]*{YEAR}[^《》]*?(?:报告|年报))》",
        rf"(?:现公布|现将|现公开|现发布|公布|编制(?:形成)?了?)([^。,;《》]*?{YEAR}年[^。,;《》]*?(?:报告|年报))",
        r"(?:制定|编制|编写|发布|公布|形成)了?《([^《》]*?(?:报告|年报))》",
    ):
        for match in re.finditer(pattern, opening):
            title = match.group(1).rpartition(":")[2]
            if (found := _TITLE.fullmatch(title)) and agency_in(title) and not re.match(r"[我本][\u3400-\u9fff]", title):
                return found.group()
    return None


def _misprinted_title(document: Document, head: range) -> tuple[str | None, int | None]:
    """A line that begins as titles do and does not end as they do: …2023年政府信息公开工作告年度报."""
    for index in head:
        text = re.split(r"[>»›|]", squeeze(plain(document, index)))[-1]
        if len(text) <= 50 and _BEGINNING.match(text) and not _NOT_TITLE.search(text):
            return text, index
    return None, None


_BEGINNING = re.compile(rf"[\u3400-\u9fff()·]{{3,40}}?{YEAR}年度?{SUBJECT}工作")


def title_in(text: str) -> str | None:
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
    if rest.startswith(("的", "格式", "模板", "样式", "范本", "制度", "办法", "工作规程")) or (
        _FILE.match(rest) and "附件" in text[: match.start()] + match.group()
    ):
        return None
    if len(rest) > 12 and not rest.startswith(("-", "_", "(", "来源", "发布", "时间", "日期", "字")):
        return None
    found = re.sub(r"^(?:现(?:就|将|公布|公开|发布)|特(?:编制|公布|发布)|兹将)", "", match.group())
    return found if len(found) <= 70 else None


# ------------------------------------------------------------------------------------- year and date
def _year(
    document: Document, title: str | None, published: str | None, head: range, first: range, body: range
) -> tuple[int | None, tuple[Note, ...]]:
    """The year reported on; a title that the text and the date of publication both deny is overruled, with a note."""
    votes: Counter[int] = Counter()
    named = year_of(title) if title else None
    if named:
        votes[named] += 30
    opening = "\n".join(plain(document, index) for index in [*head, *first])
    for year in {int(match.group(1)) for pattern in _PERIOD for match in pattern.finditer(opening)}:
        votes[year] += 22
    if title is None and (about := Counter(int(match.translate(_DIGITS)) for match in _ABOUT.findall(squeeze(opening)))):
        votes[about.most_common(1)[0][0]] += 20
    told = "\n".join(plain(document, index) for index in first)
    mentioned = Counter(int(match) for match in re.findall(r"(?<!\d)(20[12]\d)\s*年", told))
    if mentioned:
        votes[mentioned.most_common(1)[0][0]] += 10
    if published and int(published[5:7]) <= 4:
        votes[int(published[:4]) - 1] += 15
    if not votes and (mentioned := Counter(int(match) for match in re.findall(r"(?<!\d)(20[12]\d)\s*年", opening))):
        votes[mentioned.most_common(1)[0][0]] += 5
    if not votes and not year_of(document.title):
        told = "\n".join(plain(document, index) for index in body)
        votes.update(int(match) for match in re.findall(r"(?<![\d〔\[])(20[12]\d)\s*年(?!\d*月?\d*日)", told))
    if not votes:
        name = re.search(rf"(?<![0-9A-Za-z]){YEAR}(?![0-9A-Za-z])", document.source.name)
        return year_of(document.title) or (year_of(name.group()) if name else None), ()
    year = max(votes, key=lambda key: (votes[key], -key))
    if named and year != named:
        message = f"标题写 {named} 年，正文的统计期与发布日期说明报告的是 {year} 年 (title says {named}, the text reports on {year})"
        return year, (Note("metadata.year", message),)
    return year, ()


_ABOUT = re.compile(rf"({YEAR})年度?[\u3400-\u9fff]{{0,20}}?{SUBJECT}(?:工作)?(?:年度)?(?:工作)?(?:报告|年报)")


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


_CHINESE_DATE = re.compile(rf"({YEAR})年([一二三四五六七八九十]{{1,2}})月(?:([一二三四五六七八九十]{{1,3}})日)?")


def _arabic(date: re.Match[str]) -> str:
    """二〇二四年一月二十日 as 2024年1月20日."""
    year, month, day = date.groups()
    return f"{year.translate(_DIGITS)}年{_count(month)}月" + (f"{_count(day)}日" if day else "")


def _count(numeral: str) -> int:
    """一 to 三十一 as a number."""
    tens, ten, ones = numeral.rpartition("十")
    units = "一二三四五六七八九".find(ones) + 1 if ones else 0
    return units if not ten else 10 * ("一二三四五六七八九".find(tens) + 1 if tens else 1) + units


def _iso(text: str) -> str | None:
    match = DATE.search(_CHINESE_DATE.sub(_arabic, text))
    if match is None:
        return None
    year, month, day = int(match.group(1)), int(match.group(2)), int(match.group(3) or 0)
    if not 1 <= month <= 12 or not 0 <= day <= 31:
        return None
    return f"{year:04}-{month:02}-{day:02}" if day else f"{year:04}-{month:02}"


def mentions_report(lines: Sequence[str]) -> bool:
    """Whether a text without headings is at least about such a report."""
    text = squeeze("".join(lines[:400]))
    return bool(re.search(rf"{SUBJECT}(?:工作)?(?:年度)?(?:工作)?(?:报告|年报)", text))
