"""The statutory tables of the annual report, written down once.

Sources: 政府信息公开工作年度报告格式, 国办公开办函〔2019〕60号 (form ``2019``, reports for 2019 and 2020) and
国办公开办函〔2021〕30号 (form ``2021``, reports for 2021 and later), under article 50 of 中华人民共和国政府信息公开条例
(国务院令第711号). Section two follows article 20, sections three and four articles 36 to 39 and 51.

Field names are part of the interface. The order of the fields is the order in which the form prints them.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from .elements import Change, Count, Equation, Label, Money, Part

ITEM_1 = "第二十条第(一)项"
ITEM_5 = "第二十条第(五)项"
ITEM_6 = "第二十条第(六)项"
ITEM_8 = "第二十条第(八)项"
ITEM_9 = "第二十条第(九)项"


# ------------------------------------------------------------------- section two, form 2019
class Documents2019(Part):
    """Rules or normative documents made public, form 2019."""

    created: Annotated[
        Count, Label("本年新制作数量", "made this year", printed=("本年度新制作数量", "新制作数量"), spoken=("新制作", "制定", "印发"))
    ] = None
    disclosed: Annotated[
        Count, Label("本年新公开数量", "newly disclosed this year", printed=("本年度新公开数量", "新公开数量"), spoken=("新公开",))
    ] = None
    total_public: Annotated[Count, Label("对外公开总数量", "disclosed in all", printed=("公开总数量",), spoken=("公开总数",))] = None


class Decisions2019(Part):
    """Items and decisions of one kind of administrative act, form 2019."""

    prior_items: Annotated[Count, Label("上一年项目数量", "items last year", printed=("上年项目数量", "上一年度项目数量"), unit="项")] = (
        None
    )
    change: Annotated[Change, Label("本年增/减", "change this year", printed=("本年增减", "本年度增/减"), unit="项")] = None
    decisions: Annotated[Count, Label("处理决定数量", "decisions", printed=("处理决定数",), spoken=("处理决定", "决定"))] = None


class Fees2019(Part):
    """Administrative fees by number of items, form 2019."""

    prior_items: Annotated[Count, Label("上一年项目数量", "items last year", printed=("上年项目数量", "上一年度项目数量"), unit="项")] = (
        None
    )
    change: Annotated[Change, Label("本年增/减", "change this year", printed=("本年增减", "本年度增/减"), unit="项")] = None


class Procurement2019(Part):
    """Centralised government procurement, form 2019."""

    projects: Annotated[Count, Label("采购项目数量", "projects", spoken=("采购项目",), unit="项")] = None
    amount_yuan: Annotated[Money, Label("采购总金额", "total amount, yuan", spoken=("采购金额",), unit="元")] = None


class Proactive2019(Part):
    """Section two, proactive disclosure, form 2019 (items 1, 5, 6, 8 and 9 of article 20)."""

    rules: Annotated[Documents2019, Label("规章", "rules", under=ITEM_1)] = Documents2019()
    normative_documents: Annotated[Documents2019, Label("规范性文件", "normative documents", printed=("行政规范性文件",), under=ITEM_1)] = (
        Documents2019()
    )
    licensing: Annotated[Decisions2019, Label("行政许可", "licences", under=ITEM_5)] = Decisions2019()
    other_services: Annotated[
        Decisions2019, Label("其他对外管理服务事项", "other services to the public", printed=("其他对外管理服务",), under=ITEM_5)
    ] = Decisions2019()
    penalties: Annotated[Decisions2019, Label("行政处罚", "penalties", under=ITEM_6)] = Decisions2019()
    coercion: Annotated[Decisions2019, Label("行政强制", "coercive measures", under=ITEM_6)] = Decisions2019()
    fees: Annotated[Fees2019, Label("行政事业性收费", "administrative fees", under=ITEM_8)] = Fees2019()
    procurement: Annotated[Procurement2019, Label("政府集中采购", "centralised procurement", printed=("集中采购",), under=ITEM_9)] = (
        Procurement2019()
    )


# ------------------------------------------------------------------- section two, form 2021
class Documents2021(Part):
    """Rules or normative documents, form 2021."""

    issued: Annotated[
        Count,
        Label(
            "本年制发件数",
            "issued this year",
            printed=("本年度制发件数", "制发件数", "本年制发数量"),
            spoken=("制发", "制定", "印发", "公开"),
        ),
    ] = None
    repealed: Annotated[Count, Label("本年废止件数", "repealed this year", printed=("本年度废止件数", "废止件数"), spoken=("废止",))] = None
    in_force: Annotated[Count, Label("现行有效件数", "in force", printed=("现行有效件", "现行有效数"), spoken=("现行有效", "有效"))] = None


class Decisions2021(Part):
    """Decisions of one kind of administrative act, form 2021."""

    decisions: Annotated[
        Count, Label("本年处理决定数量", "decisions this year", printed=("处理决定数量", "本年度处理决定数量"), spoken=("处理决定", "决定"))
    ] = None


class Fees2021(Part):
    """Administrative fees by amount, form 2021."""

    amount_wan_yuan: Annotated[
        Money,
        Label(
            "本年收费金额(单位:万元)",
            "fees this year, 10,000 yuan",
            printed=("本年收费金额", "收费金额"),
            spoken=("收费金额",),
            unit="万元",
        ),
    ] = None


class Proactive2021(Part):
    """Section two, proactive disclosure, form 2021 (items 1, 5, 6 and 8 of article 20)."""

    rules: Annotated[Documents2021, Label("规章", "rules", under=ITEM_1)] = Documents2021()
    normative_documents: Annotated[Documents2021, Label("行政规范性文件", "normative documents", printed=("规范性文件",), under=ITEM_1)] = (
        Documents2021()
    )
    licensing: Annotated[Decisions2021, Label("行政许可", "licences", under=ITEM_5)] = Decisions2021()
    penalties: Annotated[Decisions2021, Label("行政处罚", "penalties", under=ITEM_6)] = Decisions2021()
    coercion: Annotated[Decisions2021, Label("行政强制", "coercive measures", under=ITEM_6)] = Decisions2021()
    fees: Annotated[Fees2021, Label("行政事业性收费", "administrative fees", under=ITEM_8)] = Fees2021()


# ------------------------------------------------------------------- section three
class Applicants(Part):
    """One row of section three: the number of applications by kind of applicant."""

    natural_person: Annotated[Count, Label("自然人", "natural persons", spoken=("自然人", "个人", "公民"))] = None
    business: Annotated[Count, Label("商业企业", "businesses", spoken=("商业企业", "企业"), under="法人或其他组织")] = None
    research: Annotated[Count, Label("科研机构", "research bodies", spoken=("科研机构",), under="法人或其他组织")] = None
    public_interest: Annotated[
        Count,
        Label("社会公益组织", "public-interest bodies", printed=("社会组织",), spoken=("社会公益组织", "公益组织"), under="法人或其他组织"),
    ] = None
    legal_service: Annotated[
        Count, Label("法律服务机构", "legal-service bodies", spoken=("法律服务机构", "律师事务所"), under="法人或其他组织")
    ] = None
    other: Annotated[Count, Label("其他", "other organisations", spoken=("其他组织",), under="法人或其他组织")] = None
    total: Annotated[Count, Label("总计", "total", printed=("合计",))] = None

    equations: ClassVar[tuple[Equation, ...]] = (
        Equation(
            "row",
            "各类申请人之和 = 总计",
            ("natural_person", "business", "research", "public_interest", "legal_service", "other"),
            ("total",),
        ),
    )


class Refused(Part):
    """(三) 不予公开, articles 14 to 16."""

    state_secret: Annotated[Applicants, Label("属于国家秘密", "state secret", "1.", spoken=("国家秘密",))] = Applicants()
    law_prohibits: Annotated[
        Applicants,
        Label(
            "其他法律行政法规禁止公开",
            "prohibited by another law",
            "2.",
            printed=("其他法律、行政法规禁止公开",),
            spoken=("法律行政法规禁止公开",),
        ),
    ] = Applicants()
    endangers_security: Annotated[
        Applicants,
        Label("危及三安全一稳定", "endangers security or stability", "3.", printed=("危及“三安全一稳定”",), spoken=("三安全一稳定",)),
    ] = Applicants()
    third_party_rights: Annotated[
        Applicants, Label("保护第三方合法权益", "rights of third parties", "4.", spoken=("第三方合法权益", "商业秘密", "个人隐私"))
    ] = Applicants()
    internal_affairs: Annotated[
        Applicants, Label("属于三类内部事务信息", "internal affairs", "5.", spoken=("内部事务信息", "内部事务"))
    ] = Applicants()
    process_information: Annotated[Applicants, Label("属于四类过程性信息", "process information", "6.", spoken=("过程性信息",))] = (
        Applicants()
    )
    enforcement_files: Annotated[
        Applicants,
        Label("属于行政执法案卷", "enforcement files", "7.", printed=("属于行政执法案卷信息",), spoken=("行政执法案卷", "执法案卷")),
    ] = Applicants()
    administrative_inquiry: Annotated[
        Applicants,
        Label("属于行政查询事项", "administrative inquiry", "8.", printed=("属于行政查询事项信息",), spoken=("行政查询事项", "行政查询")),
    ] = Applicants()


class Unavailable(Part):
    """(四) 无法提供, article 36 (4) and (5)."""

    not_held: Annotated[
        Applicants, Label("本机关不掌握相关政府信息", "not held", "1.", spoken=("不掌握相关政府信息", "本机关不掌握", "信息不存在"))
    ] = Applicants()
    needs_creation: Annotated[
        Applicants,
        Label(
            "没有现成信息需要另行制作",
            "would have to be created",
            "2.",
            printed=("没有现成信息需另行制作",),
            spoken=("没有现成信息", "需要另行制作"),
        ),
    ] = Applicants()
    still_unclear: Annotated[
        Applicants, Label("补正后申请内容仍不明确", "still unclear after correction", "3.", spoken=("补正后仍不明确", "申请内容不明确"))
    ] = Applicants()


class NotProcessed(Part):
    """(五) 不予处理, articles 36 (6), 35, 38 and 39."""

    petition: Annotated[Applicants, Label("信访举报投诉类申请", "petition or complaint", "1.", spoken=("信访举报投诉",))] = Applicants()
    duplicate: Annotated[Applicants, Label("重复申请", "duplicate application", "2.", spoken=("重复申请",))] = Applicants()
    publication: Annotated[Applicants, Label("要求提供公开出版物", "asks for a publication", "3.", spoken=("公开出版物",))] = Applicants()
    abusive_repeats: Annotated[
        Applicants, Label("无正当理由大量反复申请", "many repeats without reason", "4.", spoken=("大量反复申请",))
    ] = Applicants()
    reconfirmation: Annotated[
        Applicants,
        Label(
            "要求行政机关确认或重新出具已获取信息",
            "asks to confirm or reissue",
            "5.",
            printed=("要求行政机关确认或者重新出具已获取信息",),
            spoken=("确认或重新出具",),
        ),
    ] = Applicants()


class OtherUndivided(Part):
    """(六) 其他处理 as one row (form 2019 and mixed forms)."""

    undivided: Annotated[Applicants, Label("其他处理", "other handling", "(六)", spoken=("其他处理",))] = Applicants()


class OtherDivided(Part):
    """(六) 其他处理 in three rows (form 2021)."""

    correction_overdue: Annotated[
        Applicants,
        Label(
            "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
            "not corrected in time",
            "1.",
            printed=("申请人无正当理由逾期不补正",),
            spoken=("逾期不补正",),
        ),
    ] = Applicants()
    fee_overdue: Annotated[
        Applicants,
        Label(
            "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
            "fee not paid in time",
            "2.",
            printed=("申请人逾期未按收费通知要求缴纳费用",),
            spoken=("逾期未缴费", "未缴纳费用"),
        ),
    ] = Applicants()
    other: Annotated[Applicants, Label("其他", "other", "3.")] = Applicants()


OUTCOMES = ("granted", "partially_granted", "refused", "unavailable", "not_processed", "other_handling")


class Applications(Part):
    """Section three: applications received and how they were dealt with."""

    new_received: Annotated[
        Applicants,
        Label(
            "本年新收政府信息公开申请数量",
            "received this year",
            "一、",
            printed=("本年新收政府信息公开申请",),
            spoken=("新收", "本年新收", "新收到", "新受理", "收到", "受理"),
        ),
    ] = Applicants()
    carried_in: Annotated[
        Applicants,
        Label(
            "上年结转政府信息公开申请数量",
            "carried over from last year",
            "二、",
            printed=("上年结转政府信息公开申请",),
            spoken=("上年结转", "上年度结转", "结转上年"),
        ),
    ] = Applicants()
    granted: Annotated[Applicants, Label("予以公开", "granted", "(一)", spoken=("予以公开", "同意公开", "公开"))] = Applicants()
    partially_granted: Annotated[
        Applicants,
        Label(
            "部分公开(区分处理的,只计这一情形,不计其他情形)",
            "partially granted",
            "(二)",
            printed=("部分公开",),
            spoken=("部分公开", "区分处理"),
        ),
    ] = Applicants()
    refused: Annotated[Refused, Label("不予公开", "refused", "(三)", spoken=("不予公开", "拒绝公开", "不公开"))] = Refused()
    unavailable: Annotated[Unavailable, Label("无法提供", "unavailable", "(四)", spoken=("无法提供",))] = Unavailable()
    not_processed: Annotated[NotProcessed, Label("不予处理", "not processed", "(五)", spoken=("不予处理",))] = NotProcessed()
    other_handling: Annotated[OtherDivided | OtherUndivided, Label("其他处理", "other handling", "(六)", spoken=("其他处理",))] = (
        OtherDivided()
    )
    outcomes_total: Annotated[
        Applicants, Label("总计", "outcomes in all", "(七)", printed=("合计",), spoken=("办结", "答复", "办理", "办理结果总计"))
    ] = Applicants()
    carried_forward: Annotated[
        Applicants,
        Label(
            "结转下年度继续办理",
            "carried over to next year",
            "四、",
            printed=("结转下年继续办理", "结转下年度继续办理数量"),
            spoken=("结转下年度", "结转下年", "结转至下年"),
        ),
    ] = Applicants()

    equations: ClassVar[tuple[Equation, ...]] = (
        Equation("column", "(一)至(六)各项之和 = (七)总计", OUTCOMES, ("outcomes_total",)),
        Equation("balance", "一 + 二 = (七)总计 + 四", ("new_received", "carried_in"), ("outcomes_total", "carried_forward")),
    )


# ------------------------------------------------------------------- section four
class Results(Part):
    """The results of one kind of review or litigation."""

    upheld: Annotated[Count, Label("结果维持", "upheld", printed=("维持",), spoken=("结果维持", "维持"))] = None
    corrected: Annotated[Count, Label("结果纠正", "corrected", printed=("纠正",), spoken=("结果纠正", "纠正", "败诉"))] = None
    other: Annotated[Count, Label("其他结果", "other result", spoken=("其他结果",))] = None
    pending: Annotated[Count, Label("尚未审结", "pending", printed=("未审结",), spoken=("尚未审结", "未审结"))] = None
    total: Annotated[Count, Label("总计", "total", printed=("合计",))] = None

    equations: ClassVar[tuple[Equation, ...]] = (
        Equation("group", "维持 + 纠正 + 其他 + 尚未审结 = 总计", ("upheld", "corrected", "other", "pending"), ("total",)),
    )


class ReviewLitigation(Part):
    """Section four: administrative review and litigation over disclosure."""

    review: Annotated[Results, Label("行政复议", "administrative review", spoken=("行政复议", "复议"))] = Results()
    litigation_direct: Annotated[
        Results, Label("未经复议直接起诉", "litigation without review", spoken=("未经复议直接起诉", "直接起诉"), under="行政诉讼")
    ] = Results()
    litigation_after_review: Annotated[
        Results, Label("复议后起诉", "litigation after review", spoken=("复议后起诉",), under="行政诉讼")
    ] = Results()


SECTIONS = {
    1: "总体情况",
    2: "主动公开政府信息情况",
    3: "收到和处理政府信息公开申请情况",
    4: "政府信息公开行政复议、行政诉讼情况",
    5: "存在的主要问题及改进情况",
    6: "其他需要报告的事项",
}
"""The six statutory sections and their headings."""
