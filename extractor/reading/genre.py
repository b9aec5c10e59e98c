"""What a text is that is about annual reports and is none: a notice, a rule, a blank form, news, a list of reports, mere headings.

It needs a mark of its own (the words of a notice to its addressees, articles of a rule, blanks for name and year) and nothing that
only a report has: numbers in the statutory tables, or what an agency tells of itself. A doubt speaks for the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..model import Document, Note
from .headings import plain
from .metadata import title_in
from .naming import SUBJECT, squeeze
from .outline import Outline

_REPORT = rf"{SUBJECT}(?:工作)?(?:年度)?(?:工作)?(?:报告|年报)"
_FIGURE = re.compile(
    r"(?<![\d第〔\[.])\d[\d,]*(?:\.\d+)?万?(?:余|多)?(?:件次|条次|人次|件|条|篇|份|次|期|批|场|项|个(?!工作日|月|方面)|宗|起|家|人|户)(?!以内|以上)"
)
_NOTHING = re.compile(r"(?:未|没有|无)(?:收到|发生|产生|接到|受理|出现|引发)|零报告|(?:情况|数量|申请)[:：]无")
_OURS = re.compile(r"我(?:局|镇|乡|县|市|区|省|委|办|院|校|厅|处|所|站|队|街道|中心|单位|机关|公司)")
_TOLD = 3
"""Figures, denials and words of one's own from which on an agency tells of itself."""

_NOTICE = re.compile(rf"关于[^。]{{0,60}}(?:{_REPORT}|年度报告|年报)[^。]{{0,40}}(?:通知|函|意见|通报|方案)(?:\([^()]*\))?$")
_ADDRESSED = re.compile(r"^(?!.*(?:如下|以下|包括|分别))[^。;:]{0,60}各[^。;:]{1,60}[:：]$")
_BIDS = re.compile(
    r"通知如下|印发给你们|请(?:各|你|结合|认真|严格|按|遵照|于)[^。]{0,40}|遵照执行|于?(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|底)?(?:之?前|以前)[^。]{0,40}(?:报送|报|提交|上报|公布|发布|上传)"
)
_RULE = re.compile(
    rf"(?:年度报告|年报|{_REPORT})(?:编制|编写|公布|发布|和|与|、|管理|工作)*(?:制度|办法|规定|规程|细则|规范)(?:\([^()]*\))?$"
)
_ARTICLE = re.compile(r"^第[一二三四五六七八九十]{1,3}条(?!第?\()")
_FORM = re.compile(
    rf"(?:年度报告|年报|{_REPORT})(?:的)?(?:[(（]?(?:参考|统一)?(?:格式|模板|模版|样式|样本|样表|范本|范例|文本|填写说明|编写说明|编制说明)[)）]?)+(?:[(（][^()（）]*[)）])?$"
)
_BLANK = re.compile(
    r"[XxＸ×＊*〇○_]{2,}[\u3400-\u9fff()]{0,12}(?:年|政府信息公开)|20[XxＸ×＊*_]{1,2}年|^年(?:度)?政府信息公开"
    r"|[(（](?:填写|此处填|请填)[^()（）]*[)）]|[(（](?:单位|机关|部门|行政机关)(?:全称|名称)[)）]"
)
_INSTRUCTS = re.compile(
    r"这一(?:项|部分)(?:主要)?(?:报告|填写|反映)|应当(?:包括|写明|报告|说明)|主要(?:包括|填写|填报)|填报?说明|此处(?:填|写)"
)
_NEWS = re.compile(
    rf"(?:近日|日前|今日|今天|昨日|昨天|本报讯|记者|据悉|获悉|通讯员)[^。]{{0,80}}(?:公布|发布|公开|出炉|编制完成)|(?:年度报告|年报|{_REPORT})(?:正式)?(?:出炉|发布|公布|上线)[!！]?$"
)
_OWN_OPENING = re.compile(
    r"现(?:将|就|予|公布|公开|发布|报告|向)|编制(?:了|此|本|形成|并公布)?[^。\n]{0,30}报告|本(?:年度)?报告|特此(?:报告|公布)|(?:公布|报告|汇报)如下"
)
_CONTENTS = re.compile(r"目录|目次")
_PAGED = re.compile(r"[\u3400-\u9fff][.…·\-—]*\(?\d{1,3}\)?$")
_HAN = re.compile(r"[\u3400-\u9fff]")
LISTED = 3
"""Different report titles, each on a line, that make a list."""
SHORT = 1500
"""Characters beyond which no news item is looked for."""

_KINDS = {
    "notice": ("关于年度报告的通知", "a notice about annual reports"),
    "rule": ("关于年度报告的制度", "a rule about annual reports"),
    "form": ("年度报告的格式或空白样本", "a blank form of an annual report"),
    "news": ("年度报告公布的消息", "news of a report's publication"),
    "list": ("年度报告的列表", "a list of annual reports"),
    "mention": ("提到年度报告的另一种文件", "a text that mentions annual reports"),
    "headings": ("只有各部分标题的目录", "headings without a text"),
}


@dataclass(frozen=True)
class _Text:
    """A text by its lines without white space."""

    lines: Sequence[tuple[int, str]]
    outline: Outline

    @cached_property
    def head(self) -> Sequence[tuple[int, str]]:
        """The first lines, in which a text says what it is."""
        return self.lines[:20]

    @cached_property
    def whole(self) -> str:
        return "\n".join(text for _, text in self.lines)

    @cached_property
    def told(self) -> int:
        """How often an agency tells of itself: figures with units, denials, 我局."""
        return sum(len(pattern.findall(self.whole)) for pattern in (_FIGURE, _NOTHING, _OURS))

    @cached_property
    def sections(self) -> int:
        return len(self.outline.sections)

    def first(self, pattern: re.Pattern[str], lines: Sequence[tuple[int, str]]) -> int | None:
        """The first of these lines in which the pattern stands."""
        return next((index for index, text in lines if pattern.search(text)), None)


def no_report(document: Document, outline: Outline) -> Note | None:
    """What a text without numbers in statutory tables is instead of a report, as a note; None for a report, and in doubt."""
    lines = [(index, text) for index in outline.span if (text := squeeze(plain(document, index)))]
    if not lines or (document.title and title_in(squeeze(document.title))):
        return None
    found = next(_kinds(_Text(lines, outline)), None)
    return _told(document, *found) if found else None


def empty_form(document: Document, outline: Outline) -> Note | None:
    """That a text whose tables hold nothing but 0 is a form, where it leaves the agency's name or the year blank."""
    text = _Text([(index, words) for index in outline.span if (words := squeeze(plain(document, index)))], outline)
    index = text.first(_BLANK, text.head) if text.told < _TOLD else None
    return None if index is None else _told(document, "form", index)


def _told(document: Document, kind: str, index: int) -> Note:
    what, english = _KINDS[kind]
    line = document.lines[index]
    printed = plain(document, index).strip()
    shown = printed if len(printed) <= 40 else f"{printed[:39]}…"
    message = (
        f"这份文件像是{what}，不是年度报告本身：法定表格没有填数，也没有机关自己的情况；见第 {line.number} 行“{shown}” "
        f"({english}, not a report)"
    )
    return Note("source.no_report", message, start=line.start, end=line.end)


def _kinds(text: _Text) -> Iterator[tuple[str, int]]:
    """What the text may be, with the line that shows it; the surest first."""
    if (index := _list(text)) is not None:
        yield "list", index
    if (index := _headings(text)) is not None:
        yield "headings", index
    if text.told >= _TOLD * (1 if text.sections >= 3 else 3):
        return
    named = text.first(_RULE, text.head)
    if _articles(text) >= LISTED:
        yield "rule", named if named is not None else next(index for index, line in text.lines if _ARTICLE.match(line))
    if _BIDS.search(text.whole):
        index = text.first(_NOTICE, text.head)
        addressed = text.first(_ADDRESSED, text.head)
        if index is not None and (addressed is not None or text.sections < 3):
            yield "notice", index
        if addressed is not None and text.sections < 3:
            yield "notice", addressed
    if text.told < _TOLD and (index := _form(text)) is not None:
        yield "form", index
    short = text.sections == 0 and len(text.whole) < SHORT and not _OWN_OPENING.search(text.whole)
    if short and (index := text.first(_NEWS, text.lines)) is not None:
        yield "news", index
    if text.sections == 0 and text.told < _TOLD and not _OWN_OPENING.search(text.whole) and not any(map(_titled, text.lines)):
        index = text.first(re.compile(_REPORT), text.lines)
        yield "mention", index if index is not None else text.lines[0][0]


def _titled(line: tuple[int, str]) -> bool:
    """Whether a line is a report's title, and not a sentence that speaks of one."""
    _, words = line
    return len(words) <= 60 and not re.search(r"[。,;]", words) and title_in(words) is not None


def _articles(text: _Text) -> int:
    return len({line[:6] for _, line in text.lines if _ARTICLE.match(line)})


def _form(text: _Text) -> int | None:
    """The line that names the text a form, or leaves name or year blank; instructions where a report would tell."""
    named = text.first(_FORM, text.head)
    blank = text.first(_BLANK, text.head)
    instructs = text.first(_INSTRUCTS, text.lines)
    if named is not None and (text.told == 0 or instructs is not None or blank is not None):
        return named
    return blank if blank is not None and text.sections >= 3 else None


def _list(text: _Text) -> int | None:
    """The first of several lines that are titles of different reports, in a text with no section and hardly a sentence."""
    if text.sections or text.whole.count("。") > 2:
        return None
    titles = {title: index for index, line in reversed(text.lines) if (title := title_in(line)) is not None}
    return min(titles.values()) if len(titles) >= LISTED else None


def _headings(text: _Text) -> int | None:
    """The first section's line, where a table of contents is all there is: headings, the pages they stand on, nothing else.

    Headings without pages are a report whose text is pictures.
    """
    if text.sections < 3:
        return None
    starts = [lines.start for lines in text.outline.sections.values()]
    after = [line for index, line in text.lines if index >= starts[0] and index not in starts]
    paged = [line for index, line in text.lines if index in starts and _PAGED.search(line)]
    contents = any(_CONTENTS.fullmatch(line) for _, line in text.head)
    prose = sum(len(_HAN.findall(line)) for line in after)
    return starts[0] if (contents or len(paged) >= 3) and prose < 15 and not text.told else None
