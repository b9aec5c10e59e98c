"""Mastheads as sites print them: rows of catalogue data, tools, breadcrumbs, and reports whose title stands only in a sentence."""

from __future__ import annotations

import pytest

from extractor.model import Report
from extractor.pipeline import extract
from extractor.sources import read_bytes

BODY = """
一、总体情况
认真贯彻落实《中华人民共和国政府信息公开条例》。
二、主动公开政府信息情况
规章 | 0 | 0 | 0 |
行政规范性文件 | 1 | 0 | 2 |
三、收到和处理政府信息公开申请情况
一、本年新收政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
五、存在的主要问题及改进情况
公开的及时性有待提高。
六、其他需要报告的事项
无。
"""
LAW = "根据《中华人民共和国政府信息公开条例》规定,"
TOOLS = "【字体:      】  打印\n"
CATALOGUE = (
    "索 引 号 | 014416330/2018-04736 | 分 类 | 政府信息公开年报 综合政务,文秘工作 其他 |\n发布机构 | 市政府办 | 发文日期 | 2018-02-28 |\n"
)


def read(masthead: str) -> Report:
    (found,) = extract(read_bytes((masthead + BODY).encode(), "t.txt"))
    return found


@pytest.mark.parametrize(
    ("masthead", "agency", "year"),
    [
        (f"{TOOLS}2022年度澜镇政府信息公开工作年度报告\n来源:原创  发布时间:2023-01-31 13:24\n", "澜镇", 2022),
        (f"{CATALOGUE}{LAW}现公布澜江市人民政府2017年政府信息公开工作年度报告。\n", "澜江市人民政府", 2017),
        ("登录| 注册\n\n2024年市残联政府信息公开工作年度报告\n发布日期:2025-01-02\n", "市残联", 2024),
        (
            "石桥街道2023年度政府信息公开工作年度报告\n发布机构:政务服务管理局\n"
            "索引号 620702074/2024-00047 发文字号 石桥街道2023年度政府信息公开工作年度报告号\n生成日期 2024-01-26 15:35:23\n",
            "石桥街道",
            2023,
        ),
        (f"{LAW}由澜江市青岚区规划和自然资源局编制。统计期限自2023年1月1日起至2023年12月31日止。\n", "澜江市青岚区规划和自然资源局", 2023),
        (f"{LAW}现公布区统计局2023年政府信息公开工作年度报告。\n", "区统计局", 2023),
        ("市残联政府信息公开工作年度报告\n2025年,市残联认真做好工作。现将2025年度市残联政府信息公开工作报告如下:\n", "市残联", 2025),
        (f"{LAW}制定《青岚区统计局政府信息公开工作年度报告》。统计期限为2019年1月1日至12月31日。\n", "青岚区统计局", 2019),
        ("县林业局2022年政府信息公开工作年度报告\n云岭县林业局认真做好工作。\n", "云岭县林业局", 2022),
    ],
)
def test_the_agency_is_a_name_and_nothing_that_ran_into_it(masthead: str, agency: str, year: int) -> None:
    found = read(masthead)
    assert (found.agency, found.year) == (agency, year)


def test_the_date_of_filing_is_no_date_of_publication() -> None:
    assert read("归档时间:2023-06-15\n云岭县林业局2020年政府信息公开工作年度报告\n").published is None
    assert read("发布时间:2021-01-15\n云岭县林业局2020年政府信息公开工作年度报告\n").published == "2021-01-15"


@pytest.mark.parametrize(
    ("date", "iso"),
    [
        ("二〇二一年一月二十日", "2021-01-20"),
        ("二○二一年三月三十一日", "2021-03-31"),
        ("二〇二一年二月", "2021-02"),
        ("二零二一年一月十日", "2021-01-10"),
    ],
)
def test_a_date_in_chinese_numerals_is_a_date(date: str, iso: str) -> None:
    assert read(f"云岭县林业局2020年政府信息公开工作年度报告\n{date}\n").published == iso


NAMES = [
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
]


@pytest.mark.parametrize("gap", ["", " "])
def test_headings_with_a_space_between_all_characters_are_headings(gap: str) -> None:
    text = "云岭县林业局2022年政府信息公开工作年度报告\n"
    for ordinal, name in zip("一二三四五六", NAMES, strict=True):
        text += gap.join(f"{ordinal}、{name}") + "\n认真做好政府信息公开工作，公开的及时性有待提高。\n"
    (found,) = extract(read_bytes(text.encode(), "t.txt"))
    assert sorted(found.sections) == [1, 2, 3, 4, 5, 6]


def test_a_year_inside_a_heading_and_half_a_bracket_are_allowed() -> None:
    text = BODY.replace("五、存在的主要问题及改进情况", "五、2022年政府信息公开工作存在的主要问题及2023年改进措施")
    text = text.replace("认真贯彻", "一)主动公开\n主动公开信息四十余条。\n二)依申请公开\n认真贯彻")
    (found,) = extract(read_bytes(f"云岭县林业局2022年政府信息公开工作年度报告{text}".encode(), "t.txt"))
    assert 5 in found.sections
    assert [passage.heading[-1] for passage in found.narrative if passage.section == 1] == ["一)主动公开", "二)依申请公开"]


def test_the_name_of_an_attachment_is_no_title_of_a_second_report() -> None:
    narrative = (
        "澜江市教育局2023年政府信息公开工作年度报告\n一、总体情况\n认真贯彻落实条例。\n二、存在的主要问题及改进情况\n队伍有待加强。\n"
    )
    attached = "扫一扫在手机打开当前页\n附件1：2023年政府信息公开工作年度报告.pdf\n相关附件\n附表\n"
    tables = (
        "一、主动公开政府信息情况\n" + BODY.partition("二、主动公开政府信息情况\n")[2].replace("三、收到", "二、收到").partition("五、")[0]
    )
    (found,) = extract(read_bytes((narrative + attached + tables).encode(), "t.txt"))
    assert (found.agency, found.value("proactive.normative_documents.in_force")) == ("澜江市教育局", 2)


@pytest.mark.parametrize("form", ["【{}】{}", "> ## {}、{}", "    ## {}、{}", "第{}部分 {}", "★{}、{}"])
def test_headings_in_other_dress_are_headings(form: str) -> None:
    text = "云岭县林业局2022年政府信息公开工作年度报告\n"
    for ordinal, name in zip("一二三四五六", NAMES, strict=True):
        text += f"{form.format(ordinal, name)}\n认真做好政府信息公开工作,公开的及时性有待提高。\n"
    (found,) = extract(read_bytes(text.encode(), "t.txt"))
    assert sorted(found.sections) == [1, 2, 3, 4, 5, 6]
