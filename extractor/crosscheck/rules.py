"""Every rule that a finding can name, as data: id, name, what it asks, how grave it is, where it comes from, an example.

``gongkai rules`` and ``docs/rules.md`` are printed from this table; a finding whose rule is not here is a mistake of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import FormError
from ..model import Finding, Quote, Severity

FORMAT_2021 = "政府信息公开工作年度报告格式（国办公开办函〔2021〕30号）"
FORMAT_2019 = "政府信息公开工作年度报告格式（国办公开办函〔2019〕60号）"
STATUTE = "政府信息公开条例（国务院令第711号）第五十条"
FEES = "政府信息公开信息处理费管理办法（国办函〔2020〕109号），自2021年1月1日起施行"
ARITHMETIC = "算术"

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")
"""From least to most grave. ``error``: the report contradicts itself. ``warning``: a person should look. ``info``: worth knowing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be found."""

    id: str
    """``room.what``: the family, a dot, the matter."""
    name: str
    """A few words in Chinese."""
    english: str
    description: str
    """What is compared, and when the rule keeps silent."""
    severity: Severity
    """The usual severity; a finding may be milder, never graver."""
    source: str
    """The statute, form or arithmetic that the rule rests on."""
    example: str
    """A message as a person meets it."""


NARRATIVE = (
    Rule(
        "narrative.contradicts",
        "正文与表格不符",
        "narrative contradicts the tables",
        "正文中的数与表格对应项比较；“收到”“办理”“复议”等词的每种通行口径都试过，没有一种相符。口径相符的不报；范围或年份不同的不报。",
        "error",
        f"{STATUTE}；{FORMAT_2021}",
        "正文称新收申请 118 件，表三“一、本年新收政府信息公开申请数量·总计”为 120 (narrative 118, table 120)",
    ),
    Rule(
        "narrative.unproven",
        "正文与尚未核实的格不符",
        "narrative differs from a cell that is not proven",
        "正文的数与表格不符，但表中该格有多种读法、读不清或所在等式不成立，因此不断言矛盾，只请人核对。",
        "warning",
        STATUTE,
        "正文称办结 96 件，表三“(七)总计”读作 90，但该格未能核实，请对照原件 (cell not proven)",
    ),
    Rule(
        "narrative.disagrees",
        "正文前后不一",
        "two statements in the narrative differ",
        "同一项在正文两处给出不同的数，而没有一种口径能使两处都成立。表格能断定哪一处有误时，由“正文与表格不符”报告，不再重复。",
        "warning",
        ARITHMETIC,
        "正文两处说到行政复议：第 12 行为 3 件，第 80 行为 4 件 (3 at line 12, 4 at line 80)",
    ),
    Rule(
        "narrative.parts",
        "分项之和与总数不符",
        "parts do not add up to the stated total",
        "“其中”“分别为”之后同单位的各分项相加，与所说总数比较。分项之和小于总数只有在列出了“其他”或“其余”时才报；带“余、近、约”的不报。",
        "warning",
        ARITHMETIC,
        "共公开信息 320 条，分项 8 + 42 + 212 + 7 + 52 = 321 (parts add up to 321, total says 320)",
    ),
    Rule(
        "narrative.share",
        "占比与数量不符",
        "a percentage does not follow from the counts",
        "“N 件，占 P%”中的百分比用文中总数和表中总数重算；四舍五入和截尾都算相符，没有一个分母能得出所写比例才报。",
        "warning",
        ARITHMETIC,
        "予以公开 50 件，写作占 45.0%，按总数 120 件应为 41.7% (50 of 120 is 41.7 %, not 45.0 %)",
    ),
    Rule(
        "narrative.year_on_year",
        "同比与上年报告不符",
        "a change against last year does not follow from last year's report",
        "“同比增长 P%”“较上年减少 N 件”用本年与上年报告的同一项重算，容许最后一位的四舍五入或截尾；没有上年报告时不判。",
        "warning",
        ARITHMETIC,
        "正文称申请量同比增长 20%，上年 100 件、本年 130 件，应为 30% (30 %, not 20 %)",
    ),
    Rule(
        "narrative.previous",
        "所述上年数与上年报告不符",
        "a figure given for last year differs from last year's report",
        "正文对上一年的数与上年报告比较；没有上年报告时不判。",
        "warning",
        ARITHMETIC,
        "正文称 2021 年收到申请 98 件，2021 年报告为 100 (98 here, 100 in the report for 2021)",
    ),
)

SHAPE = (
    Rule(
        "shape.section_missing",
        "缺少法定部分",
        "a statutory section is missing",
        "六个法定部分应当齐全；整篇没有识别出任何部分的文件不逐一报告。",
        "warning",
        f"{STATUTE}；{FORMAT_2021}",
        "没有找到第五部分“存在的主要问题及改进情况” (section five not found)",
    ),
    Rule(
        "shape.section_extra",
        "多出一级标题",
        "a heading beyond the six sections",
        "格式规定六个部分，不得自行增加；六个部分之后或之间又有“七、”一类标题时报。",
        "info",
        FORMAT_2021,
        "六个法定部分之外还有“七、附件”（第 210 行） (a seventh section)",
    ),
    Rule(
        "shape.no_tables",
        "没有法定表格",
        "no statutory tables",
        "报告中没有找到第二至第四部分的表格，正文照常保留。",
        "warning",
        FORMAT_2021,
        "没有找到法定表格，只保留正文 (no statutory tables found)",
    ),
    Rule(
        "shape.form_year",
        "表式与年份不符",
        "the form is not the one for the year",
        "2019、2020 年度用 2019 年表式，2021 年度起用 2021 年表式；第二、三部分表式不一的（混合）同样指出。",
        "warning",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "2022 年度报告仍用 2019 年表式 (form 2019 used for 2022)",
    ),
    Rule(
        "shape.year",
        "文中年份不是报告年份",
        "a year in the text is not the report's",
        "统计期限、报告名称、各部分开头的年份与报告年份比较；说明过去、文件名称和今后计划的年份不报。",
        "warning",
        STATUTE,
        "第五部分开头写“2020年”，报告年份为 2021 (2020 in a report for 2021)",
    ),
    Rule(
        "shape.other_agency",
        "残留其他机关的称呼",
        "another agency's name left in",
        "自称（我局、我镇、我委……）与报告机关的性质不符，或“现公布……年度报告”中的机关不是本机关。",
        "warning",
        STATUTE,
        "报告机关是“某某区人民政府”，文中却自称“我局” (a government calls itself a bureau)",
    ),
    Rule(
        "shape.label",
        "表内项目名称与法定格式不一",
        "a row label differs from the statutory wording",
        "表中项目名称与格式逐字比较，只报一两个字的出入；换行、缺字和常见异写不报。",
        "info",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "“属于行政执法案件”应为“属于行政执法案卷” (label misprinted)",
    ),
    Rule(
        "shape.fee_silent",
        "未说明信息处理费",
        "section six is silent on the processing fee",
        "自 2021 年度起，第六部分应报告收取信息处理费的情况，没有收取也应写明；2020 年度及以前不要求。",
        "info",
        f"{FEES}；{FORMAT_2021}",
        "第六部分没有说明收取信息处理费的情况 (no word on the processing fee)",
    ),
    Rule(
        "shape.total_empty",
        "总计列空白",
        "the total column is empty",
        "第三部分各行有数而总计全部空白。",
        "warning",
        FORMAT_2021,
        "表三各行的总计都没有填写 (no totals in section three)",
    ),
)

RULES: dict[str, Rule] = {rule.id: rule for rule in (*NARRATIVE, *SHAPE)}
"""Every rule by id, in the order in which they are listed."""


def rule_of(id: str) -> Rule:
    """The rule with this id."""
    if id not in RULES:
        raise FormError(f"没有名为“{id}”的规则，可用 gongkai rules 查看全部 (no rule called {id!r})")
    return RULES[id]


def finding(
    id: str,
    message: str,
    *,
    cells: Iterable[str] = (),
    quotes: Iterable[Quote] = (),
    suggestion: str = "",
    severity: Severity | None = None,
) -> Finding:
    """A finding under a rule, with the rule's severity unless a milder one is given."""
    return Finding(
        rule=id,
        severity=severity or rule_of(id).severity,
        message=message,
        cells=tuple(cells),
        quotes=tuple(quotes),
        suggestion=suggestion,
    )
