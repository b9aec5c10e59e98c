"""What an unexplained word does to a question: it limits what is counted, it is itself what is counted, or it only says how it is asked."""

from __future__ import annotations

import re

from .scan import Run, Scan
from .speech import names_something

_OF = re.compile(r"\b(?:by|from|about|regarding|concerning|on|via|through|using|involving) (?:the )?$")
_BY = re.compile("(?:通过|利用|采用|关于|涉及|针对|有关|以|用|由|经)$")
_KIND = re.compile("(?:类|人|者|群体|方式|领域|行业|渠道|途径|系统|性质|方面|国籍|企业|组织|机构|单位)$")
_FILES = re.compile(
    r"[\x01 ]*(?:向|对|在|从|通过)?[\u3400-\u9fff\x01]{0,6}?(?:提出|提交|递交|递来|寄|申请|发起|发来|提了|要求公开|报送|投递)"
)
_COUNTED = re.compile(r"(?:多少|几|哪些|哪几[个件]|什么|哪种)(?:个|件|条|篇|次|场|期|份|名|位|家|项|所|张|封|只|台|套|种|类|户|处|部)?的?$")
_COUNT = re.compile(
    r"的?(?:数量|总数|人数|次数|件数|数|总量|总额|金额)?(?:一?共|总共|总计|合计|大概|到底)?(?:有|是|达|为)?(?:多少|几(?!件|宗|起|份))|的?(?:数量|总数|人数|次数)"
)
_OTHER_MEASURE = re.compile(
    r"(?:多少|几)(?:篇|场|期|封|通|天|人次|个?工作日|分钟|小时|平方米|公里|名|位|条|元|万元|本|台|套|户|钱)(?!\w*(?:规章|文件))"
)
PUBLIC = frozenset(
    {
        "群众", "公众", "市民", "民众", "人民群众", "社会公众", "老百姓", "百姓",
        "大家", "人们", "外界", "居民", "社会各界", "各界", "申请人", "社会",
        "广大群众", "当事人", "群众们",
    }
)  # fmt: skip
"""Who files applications anyway: to name them limits nothing."""


def limits(scanned: Scan, run: Run) -> bool:
    """Whether an unexplained run narrows what is counted (教育类的…, 以信函…, from foreigners), not just says how it is asked."""
    text = scanned.blanked
    if run.text in PUBLIC:
        return False
    after, before = text[run.end :], text[: run.start]
    if re.search(r"[a-z]", run.text):
        return bool(_OF.search(before))
    if _BY.search(before):
        return True
    apart = after[:1] == "的" or _KIND.search(run.text) or _FILES.match(after)
    return bool(apart) and names_something(text.replace("\x01", " "), run.start, run.end)


def counted(scanned: Scan, run: Run) -> bool:
    """Whether an unexplained run is what the question counts (多少个专栏, 专栏有多少)."""
    if run.text in PUBLIC:
        return False
    text = scanned.blanked
    if re.search(r"[a-z]", run.text):
        return bool(
            re.search(
                r"(?:how (?:many|much)|number of) (?:(?:government|official|public|municipal|of|the|new|such|different) )*$",
                text[: run.start],
            )
        )
    return bool(_COUNTED.search(text[: run.start]) or _COUNT.match(text[run.end :]))


def other_measure(scanned: Scan) -> bool:
    """Whether the measure word is one that applications and cases never have (多少篇, 几场, 多少人次)."""
    return bool(_OTHER_MEASURE.search(scanned.blanked))
