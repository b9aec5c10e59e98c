"""What the narrative says, beside the tables and itself."""

from __future__ import annotations

from .rule import ARITHMETIC, FORMAT_2021, STATUTE, Rule

NARRATIVE = (
    Rule(
        "narrative.contradicts",
        "正文与表格不符",
        "narrative contradicts the tables",
        "正文中的数与表格对应项比较；“收到”“办理”“复议”等词的每种通行口径都试过，没有一种相符。"
        "数按印出的位数比较（0.07亿元印到百万元），四舍五入、截尾都算相符；“超过”“近”“余”“约”按其所说的范围比较。"
        "口径相符的不报；范围或年份不同的不报。",
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
        "“N 件，占 P%”中的百分比用文中总数和表中总数重算；与最后一位相差不超过一个单位都算相符，没有一个分母能得出所写比例才报。",
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
