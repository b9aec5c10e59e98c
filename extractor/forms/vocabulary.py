"""What questions call the places of the form: every wording of the form and its looser aliases, Chinese and English.

``Label.spoken`` holds what reports and questions both say; the words below are said by questions only, so that the narrative
reader never takes them for a claim. Queries know metrics by this vocabulary and by nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from .elements import Label
from .layout import form_of
from .metrics import metrics_of

Role = Literal["row", "column", "rate"]

ROWS: dict[str, str] = {
    "proactive.rules": "rules|government rules|regulations",
    "proactive.normative_documents": "规范文件|normative document|normative documents",
    "proactive.licensing": "许可|licenses|license|permits|licensing",
    "proactive.other_services": "对外管理服务|other services",
    "proactive.penalties": "处罚|罚单|administrative penalties|penalty|fines",
    "proactive.coercion": "强制措施|coercive measure|coercion|enforcement measures",
    "proactive.fees": "事业性收费|行政收费|administrative charges|administrative fees|charges",
    "proactive.procurement": "政府采购|采购|procurement|government procurement",
    "applications.refused.state_secret": "涉密|state secrets",
    "applications.refused.law_prohibits": "法律禁止公开|法律法规禁止|prohibited by law",
    "applications.refused.endangers_security": "危及国家安全|危及安全稳定|endangering security|national security",
    "applications.refused.third_party_rights": "第三方权益|第三方权利|第三方|trade secrets|privacy|third parties|third-party rights",
    "applications.refused.internal_affairs": "内部信息|内部管理信息|internal matters",
    "applications.refused.process_information": "过程信息|process-related information|deliberative",
    "applications.refused.enforcement_files": "案卷信息|law enforcement files|case files",
    "applications.refused.administrative_inquiry": "查询事项|inquiry matters|administrative inquiries",
    "applications.unavailable.not_held": "不掌握|没有掌握|未掌握|没掌握|没有这些信息|information not held|do not hold|did not hold",
    "applications.unavailable.needs_creation": "需另行制作|另行制作|另外制作|requires creation|had to be created",
    "applications.unavailable.still_unclear": "仍不明确|补正后还不清楚|内容不明确|unclear after correction",
    "applications.not_processed.petition": "信访|举报投诉|信访投诉|petitions|complaints",
    "applications.not_processed.duplicate": "重复提出|重复提交|duplicates|duplicate applications|repeated applications",
    "applications.not_processed.publication": "出版物|publications",
    "applications.not_processed.abusive_repeats": "反复申请|大量申请|abusive repeats|abusive applications",
    "applications.not_processed.reconfirmation": "确认或者重新出具|重新出具|reconfirmation|reissue",
    "applications.other_handling.correction_overdue": "逾期未补正|不补正|not corrected in time|failed to correct",
    "applications.other_handling.fee_overdue": "逾期不缴费|没有缴费|未缴费|逾期未缴纳|fees not paid|unpaid fees",
    "applications.new_received": (
        "申请|政府信息公开申请|信息公开申请|公开申请|申请量|申请数量|申请数|申请件|新申请|收件|接收|接到|申请公开|收了|收到的申请|提出的申请|提交的申请|提了|"
        "applications|requests|applications received|requests received|new applications|new requests|received|receive|applications filed|"
        "applications submitted|received this year"
    ),
    "applications.carried_in": (
        "上一年结转|上一年度结转|去年结转|前一年结转|年初结转|结转过来|结转而来|往年结转|carried over from|carried in|"
        "brought forward|backlog from"
    ),
    "applications.granted": "全部公开|完全公开|同意|准予公开|granted in full|grant|approved|fully disclosed|full disclosure",
    "applications.partially_granted": (
        "一部分公开|partly granted|granted in part|partially disclosed|partial disclosure|partially granted"
    ),
    "applications.refused": "拒绝|不给公开|不同意公开|驳回|refuse|refusals|refusal|rejected|reject|denied|deny|denials|withheld",
    "applications.unavailable": "不能提供|没法提供|提供不了|not available|could not be provided|unable to provide|cannot be provided",
    "applications.not_processed": "不处理|未予处理|declined to process|not handled",
    "applications.other_handling": "其他方式处理|other outcomes|handled otherwise",
    "applications.outcomes_total": (
        "办理完|办完|处理完|处理了|回复|办理结果|completed|concluded|decided|answered|processed|outcomes|dealt with|closed"
    ),
    "applications.carried_forward": (
        "结转到下|结转至下|结转下一年|结转到次年|转到下一年|转入下一年|转到下年|留到下一年|没办完|未办结|"
        "carried forward|carried over to|rolled over"
    ),
    "review_litigation.review": "申请复议|administrative reviews|reviews|reconsideration|administrative reconsideration",
    "review_litigation.litigation_direct": "不经复议|没有复议就起诉|direct litigation|sued directly|without review",
    "review_litigation.litigation_after_review": "经复议后起诉|复议后再起诉|复议后提起诉讼|after review|post-review litigation",
    "applications.handled": (
        "新收和结转|新收加结转|新收加上结转|新收与结转|新收及结转|新收加上上年结转|总共要办理|需要办理|应办理|应办|"
        "总共受理|共受理|to be handled|received and carried over|workload"
    ),
    "review_litigation.litigation": (
        "打官司|官司|被起诉|被告上法庭|被告|行政诉讼案件|诉讼案件|lawsuit|lawsuits|litigation|court cases|litigation cases|sued"
    ),
}
"""Words for rows and groups of rows, by dotted path without the column."""

COLUMNS: dict[str, str] = {
    "organisations": "法人或其他组织|法人和其他组织|法人及其他组织|法人|单位申请人|organisations|organizations|legal persons",
    "created": "新出台|出台|制发|发文|created|issued|adopted",
    "disclosed": "newly disclosed",
    "total_public": "对外公开总数|总公开|累计公开|public in total|disclosed in total",
    "prior_items": "上年项目|项目数量|项目数",
    "change": "增减|比上年增减",
    "projects": "采购了多少个项目|个项目|procurement projects|projects",
    "amount_yuan": "采购额|采购花了|总金额|金额|amount|value",
    "issued": "新出台|出台|发文|issued|adopted",
    "repealed": "废除|失效|repealed|abolished",
    "in_force": "有效件|仍然有效|in force|in effect|currently valid",
    "amount_wan_yuan": "收费总额|收了多少钱|金额|amount",
    "natural_person": "普通人|群众个人|natural person|individuals|individual|citizens|private persons",
    "business": "公司|business|companies|company|enterprises|enterprise|firms|corporate",
    "research": "科研院所|研究机构|research institutions|research institutes",
    "public_interest": "ngo|ngos|charities|public interest organisations|public interest organizations",
    "legal_service": "律所|律师|law firms|law firm|lawyers|legal service agencies|legal service providers",
    "upheld": "胜诉|维持原|sustained|affirmed|won",
    "corrected": "被纠错|纠错|被撤销|撤销|overturned|reversed|lost|lose|败诉",
    "other": "其他结果|other results|other outcome|其他组织",
    "pending": "没审结|没有审结|未结|在审|审理中|未审完|unresolved|undecided|still pending",
}
"""Words for columns, by their key."""

RATES: dict[str, str] = {
    "rates.granted": "予以公开比率|予以公开比例|完全公开率|grant rate|granting rate|approval rate|disclosure rate",
    "rates.granted_or_partial": "公开和部分公开率|全部或部分公开率|rate of full or partial disclosure",
    "rates.partially_granted": "部分公开比率|部分公开比例|partial disclosure rate|rate of partial disclosure",
    "rates.refused": "不公开率|不予公开比率|不予公开比例|拒绝公开率|refusal rate|rejection rate|denial rate",
    "rates.unavailable": "无法提供比率|无法提供比例|unavailable rate",
    "rates.completed": "结案率|办理完成率|completion rate|closing rate",
    "rates.natural_person": "自然人占比|自然人申请比例|个人申请占比|自然人申请占比",
    "rates.review_upheld": "行政复议维持率|review uphold rate|rate of reviews upheld",
    "rates.review_corrected": "行政复议纠正率|复议被纠错率|复议撤销率|review reversal rate|review correction rate|reversal rate",
    "rates.litigation_upheld": "行政诉讼维持率|诉讼胜诉率|win rate|litigation win rate",
    "rates.litigation_corrected": "诉讼败诉率|诉讼纠错率|败诉比例|loss rate|litigation loss rate",
}
"""Words for rates, by metric key."""

_WEAK = """
申请 政府信息公开申请 信息公开申请 公开申请 applications requests
公开 收到 受理 接收 接到 收了 提了 答复 办理 回复 处理了 办理结果 申请公开 申请量 申请数量 申请数 申请件 收件 同意 决定 有效
收到的申请 提出的申请 提交的申请 received receive grant processed answered decided closed outcomes completed concluded
"""
WEAK = frozenset(_WEAK.split())
"""Words so general that any more particular word in the same question outweighs them."""

_TOO_SHORT = frozenset({"总计", "合计", "其他", "total", "other"})


@dataclass(frozen=True, slots=True)
class Word:
    """A phrase by which a question can name a place of the form."""

    phrase: str
    role: Role
    key: str
    """Row path, column key or metric key."""
    weak: bool = False


@cache
def vocabulary() -> tuple[Word, ...]:
    """Every word for every row, group, column and rate of both forms, without repetition."""
    found: dict[tuple[str, Role, str], Word] = {}

    def add(role: Role, key: str, phrases: tuple[str, ...]) -> None:
        for phrase in phrases:
            text = phrase.strip().lower()
            if text and text not in _TOO_SHORT:
                found.setdefault((text, role, key), Word(text, role, key, text in WEAK))

    for form in (form_of("2021"), form_of("2019")):
        for row in form.rows:
            if not row.path.endswith(".undivided") and not row.path.endswith("other_handling.other"):
                add("row", row.path, (*_phrases(row.label), *_listed(ROWS, row.path)))
            for depth, label in enumerate(row.groups, start=2):
                path = ".".join(row.path.split(".")[:depth])
                add("row", path, (*_phrases(label), *_listed(ROWS, path)))
            for column in row.columns:
                add("column", column.key, (*_phrases(column.label), *_listed(COLUMNS, column.key)))
        for metric in metrics_of(form).values():
            if metric.kind == "rate":
                add("rate", metric.key, (*_phrases(metric.label), *_listed(RATES, metric.key)))
            elif metric.key in ("applications.handled.total", "review_litigation.litigation.total"):
                path = metric.key.rpartition(".")[0]
                add("row", path, (*metric.label.spoken, *_listed(ROWS, path)))
            elif metric.key == "applications.new_received.organisations":
                add("column", "organisations", _listed(COLUMNS, "organisations"))
    return tuple(found.values())


def _phrases(label: Label) -> tuple[str, ...]:
    return (label.text, label.english, *label.printed, *label.spoken)


def _listed(words: dict[str, str], key: str) -> tuple[str, ...]:
    return tuple(words.get(key, "").split("|"))
