"""Agencies of reports without a title: what the opening, its short names and the contact say, and what they must not be taken for."""

from __future__ import annotations

import pytest

from extractor.model import Report
from extractor.pipeline import extract
from extractor.sources import read_bytes

BODY = "一、总体情况\n{}\n五、存在的主要问题及改进情况\n公开的及时性有待提高。\n六、其他需要报告的事项\n无。\n"
LAW = "根据《中华人民共和国政府信息公开条例》的规定,"
YEAR = "统计期限自2023年1月1日起至12月31日止。"


def read(head: str, first: str = "认真做好政府信息公开工作。") -> Report:
    (found,) = extract(read_bytes((head + "\n" + BODY.format(first)).encode(), "t.txt"))
    return found


@pytest.mark.parametrize(
    ("head", "first", "agency"),
    [
        (
            f"{LAW}特公布国家税务总局澜江市税务局(以下简称“澜江市税务局”,下同)2023年政府信息公开工作年度报告。",
            "",
            "国家税务总局澜江市税务局",
        ),
        (
            f"{LAW}结合国家税务总局青岚区税务局(以下简称“青岚区税务局”)的数据撰写。{YEAR}",
            "2023年,青岚区税务局认真学习条例。",
            "国家税务总局青岚区税务局",
        ),
        (
            f"{LAW}由国家税务总局澜江市税务局第二税务分局编制。{YEAR}",
            "2023年,第二税务分局认真学习条例。",
            "国家税务总局澜江市税务局第二税务分局",
        ),
        (f"{LAW}编制本报告。{YEAR}", "2023年,在区委、区政府的领导下,青岚区石桥街道办事处认真学习条例。", "青岚区石桥街道办事处"),
        (f"{LAW}公布年度报告。{YEAR}如有疑问,请与澜江市公安局(地址:河滨路1号)联系。", "我局主动公开信息9条。", "澜江市公安局"),
        (f"{LAW}公布年度报告。{YEAR}电子版可在云岭县人民政府门户网站下载。", "2023年,我县主动公开信息9条。", "云岭县人民政府"),
        (f"{LAW}公布年度报告。{YEAR}电子版可在云岭县人民政府门户网站下载。", "2023年,我县安排部署,我局主动公开信息9条。", None),
        (f"{LAW}公布年度报告。{YEAR}如有疑问,请联系云岭县政务服务中心。", "主动公开信息9条。", None),
        (f"{LAW}公布2023年度本单位信息公开年度报告。云岭县气象局联系电话:0000000。", "2023年,我局主动公开信息9条。", "云岭县气象局"),
    ],
)
def test_the_agency_of_an_untitled_report(head: str, first: str, agency: str | None) -> None:
    found = read(head, first)
    assert (found.agency, found.year) == (agency, 2023)


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("澜石镇政府2023年信息公开工作年度报告", "澜石镇政府"),
        ("澜江市水利局2023年政务信息公开年度报告", "澜江市水利局"),
        ("澜江海关(本级机关)2023年政府信息公开工作年度报告", "澜江海关(本级机关)"),
        ("某某体育官网平台:澜江市第三中学2023年政府信息公开工作年度报告", "澜江市第三中学"),
    ],
)
def test_the_agency_in_a_title_is_whole_and_alone(title: str, agency: str) -> None:
    assert read(title).agency == agency


@pytest.mark.parametrize(
    ("head", "first", "agency"),
    [
        ("云岭县澜石镇2023年政府信息公开 工作告年度报\n\n来源:县政府办公室", "现将我镇2023年度政府信息公开工作报告如下:", "云岭县澜石镇"),
        (LAW, "现报告澜江市市场监督管理局2023年政府信息公开工作情况。", "澜江市市场监督管理局"),
        (LAW, "现就澜石镇2023年政府信息公开工作情况报告如下:", "澜石镇"),
    ],
)
def test_a_misprinted_title_and_a_bare_town_are_read_and_our_town_is_no_name(head: str, first: str, agency: str) -> None:
    found = read(head, first)
    assert (found.agency, found.year) == (agency, 2023)


def test_the_year_of_an_untitled_report_is_that_of_the_report_it_calls_itself() -> None:
    head = f"{LAW}澜江市教育局编制了2021年政府信息公开年度报告。统计期限自2020年1月1日起至2020年12月31日止。"
    found = read(head, "2021年,澜江市教育局按照要求推进各项工作。")
    assert found.year == 2021
    assert [each.rule for each in found.findings if each.rule == "shape.year"] == ["shape.year"]


@pytest.mark.parametrize(
    "line",
    ["澜江市人民政府政府信息公开工作年度报告制度(试行)", "第三条 政府信息公开年度报告应当包括下列内容:", "政府信息公开工作年度报告格式"],
)
def test_rules_about_reports_are_no_title(line: str) -> None:
    assert read(line).title is None


@pytest.mark.parametrize(
    ("name", "level", "scope"), [("商务部", "national", "own"), ("海关总署(本级机关)", "national", "own"), ("县委宣传部", "unknown", "own")]
)
def test_ministries_are_national(name: str, level: str, scope: str) -> None:
    found = read(f"{name}2023年政府信息公开工作年度报告")
    assert (found.level, found.scope) == (level, scope)


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("桐乡市水务集团有限公司", "municipal"),
        ("金乡县水利局", "county"),
        ("石桥镇市场监督管理所", "township"),
        ("景德镇市昌江区政府", "county"),
    ],
)
def test_a_city_whose_name_holds_乡_or_镇_is_no_township(name: str, level: str) -> None:
    assert read(f"{name}2023年政府信息公开工作年度报告").level == level


def test_a_year_that_only_a_later_section_names_is_the_reports() -> None:
    text = "一、总体情况\n认真学习条例,做好政府信息公开工作年度报告。\n二、主动公开政府信息情况\n2018年主动公开信息9条。\n"
    (found,) = extract(read_bytes(text.encode(), "t.txt"))
    assert found.year == 2018


def test_columns_called_by_the_other_forms_heads_are_in_doubt() -> None:
    heads = "信息内容 | 本年新\n制作数量 | 本年新\n公开数量 | 对外公开总数量 |\n"
    text = (
        f"澜江市教育局2021年政府信息公开工作年度报告\n一、总体情况\n认真学习条例。\n二、主动公开政府信息情况\n第二十条第（一）项 |\n{heads}"
        "规章 | 0 | 0 | 0 |\n规范性文件 | 1 | 2 | 3 |\n第二十条第（五）项 |\n信息内容 | 本年处理决定数量 |\n行政许可 | 4 |\n"
        "第二十条第（六）项 |\n信息内容 | 本年处理决定数量 |\n行政处罚 | 5 |\n行政强制 | 0 |\n第二十条第（八）项 |\n"
        "信息内容 | 本年收费金额（单位：万元） |\n行政事业性收费 | 6 |\n"
    )
    (found,) = extract(read_bytes(text.encode(), "t.txt"))
    assert (found.form, found.value("proactive.licensing.decisions")) == ("2021", 4)
    assert found.cells["proactive.normative_documents.repealed"].status == "open"
    assert found.cells["proactive.licensing.decisions"].status == "read"


def test_breadcrumbs_are_no_title() -> None:
    found = read(f"您的位置:首页 > 政府信息公开 > 政府信息公开年报 > 关区年报\n{LAW}编制澜江海关2023年政府信息公开工作年度报告。{YEAR}")
    assert (found.title, found.agency) == ("澜江海关2023年政府信息公开工作年度报告", "澜江海关")


def test_the_words_of_a_gateway_for_taiwan_are_those_of_the_form() -> None:
    text = (
        "澜江市税務局2023年政府資訊公開工作年度報告\n一、總體情況\n認真學習條例，對機關進行監督，實際開展各類業務。\n"
        "二、主動公開政府資訊情況\n第二十條第(一)項\n資訊內容 | 本年制發件數 | 本年廢止件數 | 現行有效件數 |\n規章 | 0 | 1 | 2 |\n"
        "行政規範性檔案 | 3 | 4 | 5 |\n三、收到和處理政府資訊公開申請情況\n一、本年新收政府資訊公開申請數量 | 1 | 0 | 0 | 0 | 0 | 0 | 1 |\n"
        "五、存在的主要問題及改進情況\n隊伍有待加強。\n六、其他需要報告的事項\n無。\n"
    )
    (found,) = extract(read_bytes(text.encode(), "t.txt"))
    assert found.title == "澜江市税务局2023年政府信息公开工作年度报告"
    assert found.value("proactive.normative_documents.in_force") == 5
    assert not [each for each in found.findings if each.rule == "shape.label"]


TWO = """
二、主动公开政府信息情况
第二十条第（一）项 |
信息内容 | 本年新制作数量（统计到年底） | 本年新公开数量 | 对外公开总数量 |
规章（设区的市才填写） | 1 | 2 | 3 |
规范性文件：包括决定、意见、办法，不含规章。 | 4 | 5 | 6 |
{}第二十条第（五）项 |
信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量 |
行政许可 | 7 | 0 | 8 |
"""


@pytest.mark.parametrize("added", ["", "以本机关名义签发的其余公文（统计到年底） | 70 | 80 | 90 |\n"])
def test_notes_behind_labels_and_rows_of_an_agencys_own_leave_the_rows_of_the_form_as_they_are(added: str) -> None:
    text = f"澜江市教育局2020年政府信息公开工作年度报告\n一、总体情况\n认真学习条例。{TWO.format(added)}"
    (found,) = extract(read_bytes(text.encode(), "t.txt"))
    stem = "proactive.{}.{}"
    rows = [
        [found.value(stem.format(row, c)) for c in ("created", "disclosed", "total_public")] for row in ("rules", "normative_documents")
    ]
    assert rows == [[1, 2, 3], [4, 5, 6]]
    assert not [each for each in found.findings if each.rule == "reading.competing"]


def test_a_merged_cell_printed_in_every_place_it_spans_is_one_value() -> None:
    text = "澜江市教育局2020年政府信息公开工作年度报告\n一、总体情况\n认真学习条例。\n二、主动公开政府信息情况\n"
    for item, heads, row in (
        ("第二十条第（一）项", "本年新制作数量|本年新公开数量|对外公开总数量", "规章|1|2|3"),
        ("第二十条第（八）项", "上一年项目数量|本年增/减|本年增/减", "行政事业性收费|4|0|0"),
        ("第二十条第（九）项", "采购项目数量|采购总金额|采购总金额", "政府集中采购|5|60元|60元"),
    ):
        text += f"|{'|'.join([item] * 4)}|\n|信息内容|{heads}|\n|{row}|\n"
    (found,) = extract(read_bytes(text.encode(), "t.txt"))
    values = [
        found.value(f"proactive.{path}") for path in ("rules.total_public", "fees.prior_items", "fees.change", "procurement.amount_yuan")
    ]
    assert values == [3, 4, 0, 60]


def test_a_group_called_其他处理_beside_every_row_is_not_the_row_其他() -> None:
    rows = ("1.申请人无正当理由逾期不补正", "2.申请人愈期未按收费通知要求缴纳费用", "3.其他")
    text = "澜江市教育局2023年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n"
    text += "|一、本年新收政府信息公开申请数量|一、本年新收政府信息公开申请数量|6|0|0|0|0|0|6|\n"
    text += "".join(f"|(六)其他处理|{label}|{n}|0|0|0|0|0|{n}|\n" for n, label in enumerate(rows, 1))
    (found,) = extract(read_bytes(text.encode(), "t.txt"))
    stem = "applications.other_handling.{}.natural_person"
    assert [found.value(stem.format(name)) for name in ("correction_overdue", "fee_overdue", "other")] == [1, 2, 3]


def test_the_rest_of_a_sentence_on_a_line_of_its_own_is_no_title_beside_one() -> None:
    found = read(
        f"澜江市青岚区交通运输局2023年政府信息公开工作年度报告\n{LAW}现公布澜江市青岚区交通\n运输局2023年政府信息公开工作年度报告。"
    )
    assert found.agency == "澜江市青岚区交通运输局"
