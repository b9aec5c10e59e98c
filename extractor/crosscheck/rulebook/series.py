"""What reports of several years and agencies say together."""

from __future__ import annotations

from .rule import ARITHMETIC, FORMAT_2019, FORMAT_2021, STATUTE, Rule

SERIES = (
    Rule(
        "series.carried",
        "上年结转与上年报告不符",
        "carried in differs from what last year carried forward",
        "同一机关相邻两年：上一年“四、结转下年度继续办理”应等于本年“二、上年结转”，七列逐一比较；缺一方不判。",
        "error",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "自然人：2021 年结转下年度 5，2022 年上年结转 3 (carried forward 5, carried in 3)",
    ),
    Rule(
        "series.in_force",
        "现行有效件数接不上",
        "documents in force do not follow from last year",
        "2021 年表式相邻两年：上年现行有效 + 本年制发 - 本年废止，应等于本年现行有效。清理、补报可使其不等，故为警告。",
        "warning",
        FORMAT_2021,
        "行政规范性文件：2021 年现行有效 30 + 2022 年制发 5 - 废止 2 = 33，2022 年现行有效写 31 (in force 31, expected 33)",
    ),
    Rule(
        "series.prior_items",
        "上一年项目数量接不上",
        "items of last year differ from last year's report",
        "2019 年表式相邻两年：上年报告的“上一年项目数量”加“本年增/减”，应等于本年报告的“上一年项目数量”。",
        "warning",
        FORMAT_2019,
        "行政许可：2019 年报告上一年项目 100 + 本年增减 -4 = 96，2020 年报告上一年项目写 95 (prior items 95, expected 96)",
    ),
    Rule(
        "series.unit_slip",
        "金额与历年相差约一万倍",
        "an amount is about 10,000 times that of other years",
        "收费、采购金额与同一机关其他年度的中位数相差四千至两万五千倍，疑为元与万元之误；其他年度不足两年不判。",
        "warning",
        ARITHMETIC,
        "行政事业性收费·本年收费金额：2022 年 4052237，其他年度中位数 405.2，相差约 10000 倍 (yuan for 10,000 yuan?)",
    ),
    Rule(
        "series.texts_differ",
        "同一报告的两个文本不一",
        "two texts of one report differ",
        "同一机关、同一年度的两个文本逐格比较；以发布日期较晚的为准，两个都保留。",
        "warning",
        STATUTE,
        "某县人民政府2022年报告有两个文本，2 格不同 (two texts of one report differ in 2 cells)",
    ),
    Rule(
        "series.units",
        "汇总与各单位之和不符",
        "a parent's figure is not the sum of its units",
        "指定了全部下属单位、且各单位该格都有数时，上级报告表三、表四应等于各单位之和。",
        "warning",
        STATUTE,
        "予以公开·总计：12 个单位之和 130，某区人民政府2022年报告写 128 (sum of 12 units 130, parent 128)",
    ),
    Rule(
        "series.reused",
        "沿用往年文字",
        "narrative reused from an earlier report",
        "去掉数字后，四十字以上的段落与同一机关以前的报告完全相同，或与上年同一部分的段落九成以上相同。",
        "info",
        STATUTE,
        "第5部分一段（第 88 行）与某局2021年报告第 90 行除数字外完全相同 (the same as a paragraph of 2021, numbers aside)",
    ),
)
