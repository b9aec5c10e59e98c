"""Reports, sections, metadata and narrative are found whatever the numbering and whatever stands around the text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractor.model import Document
from extractor.reading.outline import Outline, outlines, passages
from extractor.reading.regions import describe
from extractor.sources import read, read_bytes

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
LABELS = sorted((SHARED / "labels").glob("*.json")) if SHARED.exists() else []

BODY = """一、总体情况
{year}年，本局认真贯彻落实条例，
主动公开信息12条。
二、主动公开政府信息情况
第二十条第（一）项
规章 0 0 0
注：规章由上级制定，本局无此项数据。
三、收到和处理政府信息公开申请情况
一、本年新收政府信息公开申请数量 1 0 0 0 0 0 1
三、本年度办理结果
四、结转下年度继续办理 0 0 0 0 0 0 0
四、政府信息公开行政复议、行政诉讼情况
0 0 0 0 0
五、存在的主要问题及改进情况
存在不足。
六、其他需要报告的事项
无。
"""


def one(text: str) -> tuple[Document, Outline]:
    document = read_bytes(text.encode(), "x.txt")
    (outline,) = outlines(document)
    return document, outline


def starts(document: Document, outline: Outline) -> dict[int, str]:
    return {number: document.lines[lines.start].cells[0].text for number, lines in outline.sections.items()}


@pytest.mark.skipif(not LABELS, reason="seed reports are not here")
@pytest.mark.parametrize("label", LABELS, ids=lambda path: path.stem)
def test_title_agency_year_and_sections_of_the_seed_reports(label: Path) -> None:
    truth = json.loads(label.read_text(encoding="utf-8"))
    document = read(SHARED / "seeds" / truth["source"])
    (outline,) = outlines(document)
    assert (outline.title, outline.agency, outline.year) == (truth["title"], truth["agency"], truth["year"])
    found = {str(number): document.lines[lines.start].number for number, lines in outline.sections.items()}
    assert found == truth["sections"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("三、收到", "（三）收到"),
        ("五、存在", "六、存在"),
        ("二、主动公开政府信息情况", "主动公开政府信息情况"),
        ("四、政府信息公开行政复议、行政诉讼情况", "四、政府信息公开行政复议、\n行政诉讼情况"),
        ("四、政府信息公开行政复议、行政诉讼情况", "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况"),
        ("三、收到和处理政府信息公开申请情况", "三、收到和处理政府信息公升申请情况"),
        ("五、存在的主要问题及改进情况", "五、政府信息公开工作存在的主要问题及改进情况"),
        ("六、其他需要报告的事项\n", "六、其他需要报告的事项。"),
        ("一、总体情况\n", "第一部分 总体情况\n"),
    ],
)
def test_sections_are_found_by_their_wording(old: str, new: str) -> None:
    document, outline = one("青山县水利局2023年政府信息公开工作年度报告\n" + BODY.format(year=2023).replace(old, new))
    assert list(outline.sections) == [1, 2, 3, 4, 5, 6]
    assert document.lines[outline.sections[3].stop].cells[0].text.startswith(("四、政府", "四、因"))


def test_a_subheading_numbered_five_is_not_section_five() -> None:
    text = BODY.format(year=2023).replace("二、主动", "五、监督保障方面\n加强监督。\n二、主动")
    document, outline = one("青山县水利局2023年政府信息公开工作年度报告\n" + text)
    assert starts(document, outline)[5] == "五、存在的主要问题及改进情况"
    inside = [item for item in passages(document, outline) if item.text == "加强监督。"]
    assert inside[0].heading == ("一、总体情况", "五、监督保障方面")


def test_two_reports_in_one_file_are_two_outlines() -> None:
    first = "青山县人民政府2020年政府信息公开工作年度报告\n" + BODY.format(year=2020)
    second = "白水县教育局2021年政府信息公开工作年度报告\n" + BODY.format(year=2021)
    document = read_bytes((first + second).encode(), "x.txt")
    found = outlines(document)
    assert [(item.agency, item.year, len(item.sections)) for item in found] == [("青山县人民政府", 2020, 6), ("白水县教育局", 2021, 6)]
    assert found[0].span.stop <= found[1].span.start


def test_a_table_of_contents_is_not_a_report() -> None:
    contents = "总体情况\n主动公开政府信息情况\n收到和处理政府信息公开申请情况\n存在的主要问题及改进情况\n"
    document, outline = one("青山县人民政府2020年政府信息公开工作年度报告\n" + contents + BODY.format(year=2020))
    assert starts(document, outline)[1] == "一、总体情况"


def test_a_heading_repeated_after_a_page_break_stays_one_section() -> None:
    text = BODY.format(year=2020).replace("三、本年度办理结果\n", "三、收到和处理政府信息公开申请情况\n三、本年度办理结果\n")
    _, outline = one("青山县人民政府2020年政府信息公开工作年度报告\n" + text)
    assert list(outline.sections) == [1, 2, 3, 4, 5, 6]
    assert len(outline.sections[3]) == 5


@pytest.mark.parametrize(
    ("masthead", "title", "agency", "year"),
    [
        ("青山县水利局\n2023年政府信息公开\n工作年度报告\n", "青山县水利局2023年政府信息公开工作年度报告", "青山县水利局", 2023),
        ("首页 > 年报 > 2023年度青山县水利局政府信息公开年报\n", "2023年度青山县水利局政府信息公开年报", "青山县水利局", 2023),
        ("二〇二三年青山县水利局政府信息公开工作年度报告\n", "二〇二三年青山县水利局政府信息公开工作年度报告", "青山县水利局", 2023),
        ("2023年政府信息公开工作年度报告\n青山县水利局\n", "2023年政府信息公开工作年度报告", "青山县水利局", 2023),
        ("青山县人民政府办公室关于2023年政府信息公开工作的年度报告\n", None, "青山县人民政府办公室", 2023),
        ("现发布《青山县望水镇2023年政府信息公开工作年度报告》。\n", "青山县望水镇2023年政府信息公开工作年度报告", "青山县望水镇", 2023),
        ("名 称： 青山县水利局2023年度 政府信息公开工作年度报告\n", "青山县水利局2023年度政府信息公开工作年度报告", "青山县水利局", 2023),
    ],
)
def test_title_agency_and_year_are_read_from_the_masthead(masthead: str, title: str | None, agency: str, year: int) -> None:
    _, outline = one(masthead + BODY.format(year=2023))
    assert (outline.agency, outline.year) == (agency, year)
    assert title is None or outline.title == title


def test_a_year_in_the_title_that_the_text_denies_is_overruled_with_a_note() -> None:
    text = "青山县水利局2019年政府信息公开工作年度报告\n发布日期：2021-01-20\n统计期限自2020年1月1日起至2020年12月31日止，如下。\n"
    _, outline = one(text + BODY.format(year=2020))
    assert outline.year == 2020
    assert [note.rule for note in outline.notes] == ["metadata.year"]


def test_a_stale_period_alone_does_not_overrule_the_title() -> None:
    text = "青山县水利局2023年政府信息公开工作年度报告\n统计期限自2022年1月1日起至2022年12月31日止，如下。\n"
    _, outline = one(text + BODY.format(year=2023))
    assert (outline.year, outline.notes) == (2023, ())


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("发布日期：2024-01-15 来源：县水利局", "2024-01-15"),
        ("（2024年1月）", "2024-01"),
        ("2024年2月3日", "2024-02-03"),
        ("来源：局办公室", None),
    ],
)
def test_the_date_of_publication(line: str, date: str | None) -> None:
    _, outline = one(f"青山县水利局2023年政府信息公开工作年度报告\n{line}\n" + BODY.format(year=2023))
    assert outline.published == date
    assert outline.year == 2023


@pytest.mark.parametrize(
    ("name", "region", "level", "scope"),
    [
        ("广东省教育厅", "广东省", "provincial", "own"),
        ("广州市番禺区人民政府", "广州市番禺区", "county", "consolidated"),
        ("延边朝鲜族自治州延吉市人民政府", "延边朝鲜族自治州延吉市", "county", "consolidated"),
        ("北京市海淀区中关村街道办事处", "北京市海淀区中关村街道", "township", "own"),
        ("上海市人民政府办公厅", "上海市", "provincial", "own"),
        ("国家税务总局广州市税务局", "广州市", "municipal", "own"),
        ("利辛县望疃镇", "利辛县望疃镇", "township", "consolidated"),
        ("深圳市市场监督管理局", "深圳市", "municipal", "own"),
        ("区住房和城乡建设局", None, "unknown", "own"),
        ("国务院办公厅", None, "national", "own"),
        (None, None, "unknown", "unknown"),
    ],
)
def test_a_name_tells_region_level_and_scope(name: str | None, region: str | None, level: str, scope: str) -> None:
    agency = describe(name)
    assert (agency.region, agency.level, agency.scope) == (region, level, scope)


def test_lines_cut_by_a_page_break_are_whole_paragraphs_and_tables_are_not_narrative() -> None:
    text = BODY.format(year=2023).replace("存在不足。", "一是公开还不够\n\n- 4 -\n\n及时。\n二是解读少。")
    document, outline = one("青山县水利局2023年政府信息公开工作年度报告\n" + text)
    found = [(item.section, item.kind, item.text) for item in passages(document, outline)]
    assert found == [
        (1, "paragraph", "2023年,本局认真贯彻落实条例,主动公开信息12条。"),
        (2, "note", "注:规章由上级制定,本局无此项数据。"),
        (5, "paragraph", "一是公开还不够及时。"),
        (5, "paragraph", "二是解读少。"),
        (6, "paragraph", "无。"),
    ]


def test_a_passage_quotes_its_place_in_the_original() -> None:
    document, outline = one("青山县水利局2023年政府信息公开工作年度报告\n" + BODY.format(year=2023))
    first = passages(document, outline)[0]
    assert document.quote(first.place) == "2023年，本局认真贯彻落实条例，\n主动公开信息12条。"
    assert first.place.line == 3


def test_menus_and_attachments_after_section_six_are_left_out() -> None:
    tail = "附件：\n1.全文.pdf\n上一篇：通知\n最新彩票平台注册送礼金，欢迎光临。\n"
    document, outline = one("青山县水利局2023年政府信息公开工作年度报告\n" + BODY.format(year=2023) + tail)
    assert [item.text for item in passages(document, outline) if item.section == 6] == ["无。"]
    assert len(outline.sections[6]) == 2


def test_tables_without_headings_still_make_sections() -> None:
    received = "一、本年新收政府信息公开申请数量\t1\t0\t0\t0\t0\t0\t1"
    text = f"第二十条第（一）项\n规章\t0\t0\t0\n申请人情况\n{received}\n行政复议\t行政诉讼\n0\t0\t0\t0\t0"
    _, outline = one(text)
    assert {number: lines.start for number, lines in outline.sections.items()} == {2: 0, 3: 2, 4: 4}
    assert (outline.title, outline.agency, outline.year) == (None, None, None)


def test_half_a_report_gives_what_is_there() -> None:
    half = BODY.format(year=2023).split("四、结转")[0]
    _, outline = one("青山县水利局2023年政府信息公开工作年度报告\n" + half)
    assert list(outline.sections) == [1, 2, 3]


def test_a_report_without_any_heading_has_metadata_and_no_sections() -> None:
    document, outline = one("青山县水利局2016年政府信息公开工作年度报告\n本局2016年主动公开信息若干，详情见网站。\n")
    assert (outline.agency, outline.year, outline.sections) == ("青山县水利局", 2016, {})
    assert [item.section for item in passages(document, outline)] == [0]


def test_a_novel_is_no_report() -> None:
    assert outlines(read_bytes(("他说了很多话，然后走了。\n第二天\n" * 200).encode(), "x.txt")) == ()
