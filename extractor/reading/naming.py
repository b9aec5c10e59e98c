"""The agency that a report is of: from its title, else from its opening, its signature, and by whom readers are to ask."""

from __future__ import annotations

import re

from ..model import Document
from .headings import plain

YEAR = r"(?:20\d\d|二[〇○零Oo0][一二][〇○零一二三四五六七八九Oo0])"
SUBJECT = r"(?:政府信息公开|政务信息公开|信息公开|政务公开)"
DATE = re.compile(r"(20\d\d)\s*(?:年|-|/|\.)\s*(\d{1,2})\s*(?:月|-|/|\.)\s*(?:(\d{1,2})\s*日?)?(?!\d)")
_TAIL = re.compile(rf"{SUBJECT}.*$")
_AGENCY = re.compile(
    r"[\u3400-\u9fff·、()]{2,38}?(?:人民政府办公厅|人民政府办公室|政府办公室|人民政府|街道办事处|管理委员会|管委会|委员会|办公厅|办公室|办事处|"
    r"总队|支队|大队|分局|局|厅|委|署|部|院|中心|银行|海关|公司|集团|大学|学院|学校|医院|站|队|社|所|会|馆|办|政府)"
)
_SOURCE = re.compile(
    r"(?:来源|发布机构|发布单位|发文单位|公开主体|发文机关|单位名称|编制单位|公开机构|责任部门)\s*[:\s]\s*([\u3400-\u9fff()]{3,30})"
)


def squeeze(text: str) -> str:
    """Without any white space."""
    return re.sub(r"\s+", "", text)


def agency_in(title: str) -> str | None:
    """The agency that a title names, in its printed form."""
    stem = re.sub(rf"\(?{YEAR}(?:[-—–至]{YEAR})?(?:学年|年)?(?:度)?\)?", " ", title)
    stem = _TAIL.sub("", stem).replace(" ", "")
    stem = re.sub(r"^(?:关于|公布|公开)|(?:关于|的|年度|年)+$", "", stem).strip("、,-—:").rpartition(":")[2]
    stem = stem if stem.count("(") == stem.count(")") else stem.strip("()")
    if re.fullmatch(r"[\u3400-\u9fff][镇乡县市区旗盟]", stem):
        return stem
    if re.match(r"[本我](?:单位|机关|部门|局|委|办|厅|院|中心|公司|校|镇|乡|街道|县|区|市|州|旗)", stem):
        return None
    return stem if 3 <= len(stem) <= 45 and re.search(r"[\u3400-\u9fff]{3}", stem) else None


def with_its_place(document: Document, head: range, body: range, agency: str) -> str:
    """A name that begins with a bare 县 or 市 with its region, where the opening prints it so."""
    opening = "\n".join(squeeze(plain(document, index)) for index in [*head, *list(body)[:4]])
    names = re.findall(rf"(?:^|[^\u3400-\u9fff])([\u3400-\u9fff]{{1,10}}?{re.escape(agency)})", opening)
    names = [name for name in names if not _RUN_IN.search(name[: -len(agency)])]
    return min(names, key=len) if names else agency


_RUN_IN = re.compile(r"[年度月日现将由对为在我本]|公[布开]|发布|根据|按照|要求|关于|编制|汇总|来源")
"""Words that run into a name from before it, and are no place."""


def agency_elsewhere(document: Document, head: range, body: range, title_line: int | None) -> str | None:
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
        rf"(?:现公布|现将|现就|现报告|现公开|公布|由|特编制|编制)((?![我本]){_AGENCY.pattern}){YEAR}年",
        rf"(?:现公布|现将|现就|现公开|公布|特编制|编制)((?![我本])[\u3400-\u9fff]{{2,20}}?(?:镇|乡|街道|县|区|市)){YEAR}年",
        rf"(?:^|[。,])(?:本|该)?报告由({_AGENCY.pattern})(?:根据|按照|依据|编制)",
        rf"[,。]由({_AGENCY.pattern})(?:组织|负责|综合|汇总)?编制",
        rf"{YEAR}年(?:度)?[,，]?(?:在[^。,]{{2,60}}下[,，])?({_AGENCY.pattern})"
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
        if (match := _AGENCY.fullmatch(line)) and DATE.match(following):
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
    rf"|[。,;]({_AGENCY.pattern})(?:联系|咨询)?电话:"
)
_OFFICE = re.compile(r"(?:办公室|办公厅|中心|办|处|队|站|机构)$")
_NO_NAME = re.compile(r"[的可从由与到向]|电子|网站")
_OTHER_BODY = re.compile(r"我[局办委厅院所署部处校队社馆会站司公中单]|本[局办委厅院所署校馆会站司]")


def _by_its_words(text: str) -> str | None:
    """The agency by whom readers are to ask, or the government that a text speaks for: 我县 beside 云岭县人民政府网站.

    An office or centre to be asked is no author: it answers for its government.
    """
    for match in _CONTACT.finditer(text):
        name = match.group(1) or match.group(2)
        if not _OFFICE.search(name) and not name.startswith(("本", "我")):
            return name
    if _OTHER_BODY.search(text):
        return None
    for unit in dict.fromkeys(re.findall(r"我([省市县区旗州盟镇乡])", text)):
        name = rf"(?=(?:^|[^\u3400-\u9fff]|[在从由与到向]|通过|登录|公布|发布)([\u3400-\u9fff]{{2,16}}?{unit}人民政府))"
        names = {str(found) for found in re.findall(name, text) if not (_RUN_IN.search(found) or _NO_NAME.search(found))}
        if len({re.sub(r"^.+(?:省|自治区)(?=.{3})", "", name) for name in names}) == 1:
            return min(names, key=len)
    return None
