"""The sums of the form, the cells that a mistake may stand in, and what a number cannot be."""

from __future__ import annotations

from .rule import ARITHMETIC, FORMAT_2019, FORMAT_2021, Rule

TABLES = (
    Rule(
        "tables.row",
        "行内各项之和不等于总计",
        "a row of section three does not add up",
        "表三每一行：六类申请人之和应等于总计。有空格时，已读出的各项已超过总计也算不成立；无法判断的不报。",
        "error",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "表三 第3行 (一)予以公开：3 + 4 = 7，总计写 8 (section 3, row 3: parts 3 + 4 = 7, printed total 8)",
    ),
    Rule(
        "tables.column",
        "办理结果各项之和不等于(七)总计",
        "a column of outcomes does not add up",
        "表三每一列：(一)至(六)各项之和应等于(七)总计。",
        "error",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "表三 自然人列：(一)至(六)各项之和 3 + 4 = 7，(七)总计 8 (natural persons: outcomes 7, outcomes total 8)",
    ),
    Rule(
        "tables.balance",
        "收到与办理、结转不平",
        "received and carried in differ from handled and carried forward",
        "表三每一列：第一项加第二项之和，应等于第三项加第四项之和。",
        "error",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "表三 自然人列：一 + 二 10 + 1 = 11，(七)总计 + 四 9 + 1 = 10 (natural persons: 11 against 10)",
    ),
    Rule(
        "tables.group",
        "复议诉讼各项之和不等于总计",
        "a group of section four does not add up",
        "表四每一组：结果维持、结果纠正、其他结果、尚未审结之和应等于总计。",
        "error",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "表四 第1行 行政复议：2 + 1 = 3，总计写 4 (section 4, row 1: parts 2 + 1 = 3, printed total 4)",
    ),
    Rule(
        "tables.clash",
        "几条等式不能同时成立",
        "no reading satisfies these sums together",
        "有空格或有几种读法时，任何一种填法、读法都不能使这几条等式同时成立。",
        "warning",
        ARITHMETIC,
        "怎样读都不能使“表三 自然人列”与其余等式同时成立 (no reading satisfies these sums together)",
    ),
)

SUSPECTS = (
    Rule(
        "tables.suspect",
        "可能有误的格",
        "the cells that may be wrong",
        "等式不成立的表，找出使全部等式成立的最小改动：先看单格，再看互换、错位、连写、漏填总计等整体差错，再求改动最少的格；几种改法一样小就都列出。"
        "原数保留不动。",
        "warning",
        ARITHMETIC,
        "原数保留未改：若表三 第3行 (一)予以公开·商业企业为 4（现为 3），则全部等式成立 (the smallest change that reconciles the sums)",
    ),
)

PLAUSIBLE = (
    Rule(
        "tables.negative_items",
        "项目数量减成负数",
        "fewer than no items",
        "2019 年表式第二部分：上一年项目数量加本年增/减不应小于 0。",
        "warning",
        FORMAT_2019,
        "表二 第3行 行政许可：上一年项目数量 3，本年增/减 -5，合计 -2 为负 (last year 3, change -5: below 0)",
    ),
    Rule(
        "tables.public_total",
        "公开总数少于本年新公开",
        "fewer documents in all than this year",
        "2019 年表式第二部分：对外公开总数量不应少于本年新公开数量。",
        "warning",
        FORMAT_2019,
        "表二 第2行 规范性文件：本年新公开 17，对外公开总数量 7，总数少于本年 (disclosed this year 17, in all 7)",
    ),
    Rule(
        "tables.rules_body",
        "无权制定规章的机关填了规章",
        "rules by a body that may make none",
        "规章由国务院部门、省级政府和设区的市、自治州政府制定；县级以下政府和地方部门填了本年制发的规章时请人核对。级别不明或汇总下级的报告不报。",
        "warning",
        "立法法第九十一条、第九十三条",
        "表二 规章·本年制发件数填 13，但“某某镇人民政府”不是可以制定规章的机关，可能把规范性文件填成了规章 "
        "(rules: 13, by a body that may make none)",
    ),
)
