"""Pages that ran together into one line, tables whose spans a converter dropped, and signs and dashes as offices print them."""

from __future__ import annotations

import re

import pytest

from extractor.model import Report
from extractor.pipeline import extract
from extractor.reading.tokens import token_of
from extractor.sources import read_bytes

TITLE = "云岭县林业局2022年政府信息公开工作年度报告"
LABELS = [
    "一、本年新收政府信息公开申请数量",
    "二、上年结转政府信息公开申请数量",
    "三、本年度办理结果 （一）予以公开",
    "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    "（三）不予公开 1.属于国家秘密",
    "2.其他法律行政法规禁止公开",
    "3.危及“三安全一稳定”",
    "4.保护第三方合法权益",
    "5.属于三类内部事务信息",
    "6.属于四类过程性信息",
    "7.属于行政执法案卷",
    "8.属于行政查询事项",
    "（四）无法提供 1.本机关不掌握相关政府信息",
    "2.没有现成信息需要另行制作",
    "3.补正后申请内容仍不明确",
    "（五）不予处理 1.信访举报投诉类申请",
    "2.重复申请",
    "3.要求提供公开出版物",
    "4.无正当理由大量反复申请",
    "5.要求行政机关确认或重新出具已获取信息",
    "（六）其他处理",
    "（七）总计",
    "四、结转下年度继续办理",
]
GRANTED, NOT_HELD, TOTAL, CARRIED = 2, 12, 21, 22


def rows(natural: dict[int, int]) -> list[list[int]]:
    """Section three of the 2019 form with applications by natural persons only, one business granted access."""
    found = [[natural.get(number, 0), 0, 0, 0, 0, 0, natural.get(number, 0)] for number in range(len(LABELS))]
    for number in (0, GRANTED, TOTAL):
        found[number][1] += 3
        found[number][6] += 3
    return found


NATURAL = {0: 30, 1: 2, GRANTED: 17, 4: 1, NOT_HELD: 12, TOTAL: 30, CARRIED: 2}
TWO = (
    "第二十条第（一）项 信息内容 本年新制作数量 本年新公开数量 对外公开总数量 规章 0 0 0 规范性文件 4 4 36 "
    "第二十条第（五）项 信息内容 上一年项目数量 本年增/减 处理决定数量 行政许可 16 +3 780 其他对外管理服务事项 22 0 889 "
    "第二十条第（六）项 信息内容 上一年项目数量 本年增/减 处理决定数量 行政处罚 53 --53 0 行政强制 0 0 0 "
    "第二十条第（八）项 信息内容 上一年项目数量 本年增/减 行政事业性收费 7 0 "
    "第二十条第（九）项 信息内容 采购项目数量 采购总金额 政府集中采购 9 1033879元"
)
HEAD = "自然人 法人或其他组织 总计 商业企业 科研机构 社会公益组织 法律服务机构 其他"
FOUR = " ".join(["结果维持 结果纠正 其他结果 尚未审结 总计"] * 3)


def read(text: str, name: str = "t.txt") -> Report:
    (found,) = extract(read_bytes(text.encode(), name))
    return found


def one_line(two: str = TWO) -> str:
    three = " ".join(f"{label} {' '.join(map(str, values))}" for label, values in zip(LABELS, rows(NATURAL), strict=True))
    return (
        f"{TITLE} {TITLE} 发布时间：2023-01-20 来源：县林业局 根据《中华人民共和国政府信息公开条例》编制本报告。 "
        "一、总体情况 2022年认真做好政府信息公开工作。 "
        f"二、主动公开政府信息情况 {two} 三、收到和处理政府信息公开申请情况 申请人情况 {HEAD} {three} "
        f"四、政府信息公开行政复议、行政诉讼情况 行政复议 行政诉讼 未经复议直接起诉 复议后起诉 {FOUR} {' '.join(['0'] * 15)} "
        "五、存在的主要问题及改进情况 公开的及时性有待提高。 六、其他需要报告的事项 无。"
    )


def test_a_page_in_one_line_gives_its_title_its_tables_and_no_finding_about_the_order_of_columns() -> None:
    found = read(one_line())
    assert (found.title, found.agency, found.published) == (TITLE, "云岭县林业局", "2023-01-20")
    assert [found.value(f"proactive.licensing.{name}") for name in ("prior_items", "change", "decisions")] == [16, 3, 780]
    assert [found.value(f"proactive.rules.{name}") for name in ("created", "disclosed", "total_public")] == [0, 0, 0]
    assert [found.value(f"proactive.fees.{name}") for name in ("prior_items", "change")] == [7, 0]
    assert found.value("applications.new_received.total") == 33
    assert found.cells["applications.unavailable.not_held.natural_person"].verified
    assert "reading.column_order" not in {finding.rule for finding in found.findings}


def test_in_a_page_of_one_line_values_above_their_label_compete_with_those_behind_it() -> None:
    data = rows({**NATURAL, 4: 0, 7: 1})
    ordered = [f"{label} {' '.join(map(str, values))}" for label, values in zip(LABELS, data, strict=True)]
    for number in (6, 7):
        ordered[number] = f"{' '.join(map(str, data[number]))} {LABELS[number]}"
    plainly = " ".join(f"{label} {' '.join(map(str, values))}" for label, values in zip(LABELS, rows(NATURAL), strict=True))
    assert plainly in one_line()
    found = read(one_line().replace(plainly, " ".join(ordered)))
    assert not found.cells["applications.refused.endangers_security.total"].verified
    assert not found.cells["applications.refused.third_party_rights.total"].verified
    assert found.cells["applications.outcomes_total.total"].verified


def test_a_sign_printed_twice_is_one_sign() -> None:
    token = token_of("--53", 0)
    assert token is not None and token.value == -53
    assert read(one_line()).value("proactive.penalties.change") == -53
    dash = token_of("--", 0)
    assert dash is not None and dash.kind == "not_applicable"


def test_an_underscore_stands_for_nothing_to_report() -> None:
    found = read(one_line(TWO.replace("规章 0 0 0", "规章 _ _ _")))
    assert found.cells["proactive.rules.created"].status == "not_applicable"
    assert found.value("proactive.normative_documents.total_public") == 36


def spanless() -> str:
    """A Markdown table in which spans to the right became blank cells and spans downwards nothing, zeros and totals left blank."""
    lines = ["| 信息内容 | 本年新制作数量 | 本年新公开数量 | 对外公开总数量 |", "| --- | --- | --- | --- |"]
    lines += ["| 规章 | 0 | 0 | 0 |", "| 行政事业性收费 | 7 | 0 | |", "| 政府集中采购 | 9 | 1033879元 | |"]
    three = []
    for number, (label, values) in enumerate(zip(LABELS, rows(NATURAL), strict=True)):
        heads = re.sub(r"(结果|公开|提供|处理) (?=[（(\d])", r"\1|", label).split("|")
        printed = [
            "" if not value or (place == 6 and number not in (0, 1, TOTAL, CARRIED)) else str(value) for place, value in enumerate(values)
        ]
        spare = 2 if number in (0, 1, CARRIED) else 1 if number in (GRANTED, 3, 20, TOTAL) else 0
        three.append("| " + " | ".join([*heads, *[""] * spare, *printed]) + " |")
    return "\n".join(
        [
            f"# {TITLE}",
            "一、总体情况",
            "认真做好政府信息公开工作。",
            "二、主动公开政府信息情况",
            *lines,
            "",
            "三、收到和处理政府信息公开申请情况",
            "",
            "| 申请人情况 | | | | | | | | | |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
            "| 自然人 | 法人或其他组织 | | | | | 总计 |",
            "| 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 |",
            *three,
            "",
            "四、政府信息公开行政复议、行政诉讼情况",
            "无。",
            "五、存在的主要问题及改进情况",
            "公开的及时性有待提高。",
        ]
    )


def test_rows_of_different_length_are_not_filled_up_at_their_end() -> None:
    found = read(spanless(), "t.md")
    assert found.value("applications.granted.natural_person") == 17
    assert found.value("applications.granted.business") == 3
    assert not [finding for finding in found.findings if finding.severity == "error"]


@pytest.mark.parametrize("source", ["来源：青岚县林业局 根据要求编制", "来源:青岚县林业局  浏览次数:12"])
def test_the_source_line_ends_where_its_words_end(source: str) -> None:
    text = f"政府信息公开工作年度报告\n{source}\n一、总体情况\n认真做好工作。\n二、主动公开政府信息情况\n规章 0 0 0\n"
    assert read(text).agency == "青岚县林业局"


def test_page_numbers_of_a_leafed_book_are_no_values() -> None:
    page = "Page 8 - 2022年报_林业局\nP. 8\n"
    text = (
        one_line()
        .replace("三、收到和处理", f"\n{page}三、收到和处理")
        .replace("四、政府信息公开行政复议", f"\n{page}四、政府信息公开行政复议")
    )
    found = read(text)
    assert found.cells["applications.carried_forward.total"].verified
    assert found.value("proactive.procurement.projects") == 9


def test_a_question_mark_in_place_of_a_blank_is_no_digit() -> None:
    found = read(spanless().replace("| 规章 | 0 | 0 | 0 |", "| 规章 | 0 | ? 0 | 3 |"), "t.md")
    assert [found.value(f"proactive.rules.{name}") for name in ("created", "disclosed", "total_public")] == [0, 0, 3]


def test_a_school_year_is_no_part_of_the_name() -> None:
    text = "云岭师范学院2022-2023学年信息公开工作年度报告\n一、概述\n学校高度重视信息公开工作。\n三、依申请公开情况\n收到申请2件。\n"
    assert read(text).agency == "云岭师范学院"
