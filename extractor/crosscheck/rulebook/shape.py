"""What a report must have, whatever its numbers."""

from __future__ import annotations

from .rule import FEES, FORMAT_2019, FORMAT_2021, STATUTE, Rule

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
