"""The shape of a report: sections, form against year, years and names left over, labels, the fee, empty totals."""

from __future__ import annotations

from typing import Any

import pytest
from narrated import told

from extractor.crosscheck import examine
from extractor.crosscheck.rules import FEES, RULES
from extractor.forms import SECTIONS, form_of
from extractor.model import Document, Finding, Passage, Place, Report

ALL = {number: Place(line=1, start=0, end=1) for number in SECTIONS}


def shaped(text: str = "本单位未收取信息处理费。", *, section: int = 6, **traits: Any) -> list[Finding]:
    """What is found about the shape of a report that has all six sections and this one passage."""
    report, document = told(text, section=section, sections=ALL, **traits)
    return shape_of(report, document)


def shape_of(report: Report, document: Document) -> list[Finding]:
    return [finding for finding in examine(report, document).findings if finding.rule.startswith("shape.")]


def ids(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def test_a_report_in_good_shape_has_no_finding() -> None:
    assert shaped() == []


def test_a_missing_section_is_named() -> None:
    report, document = told("未收取信息处理费。", section=6, sections={n: place for n, place in ALL.items() if n != 5})
    (finding,) = shape_of(report, document)
    assert finding.rule == "shape.section_missing"
    assert "存在的主要问题及改进情况" in finding.message


def test_a_document_without_any_section_is_not_told_six_times() -> None:
    report, document = told("信息公开工作。", sections={})
    assert shape_of(report, document) == []


def test_a_section_whose_table_was_read_is_not_missing() -> None:
    report, document = told("未收取信息处理费。", section=6, sections={n: place for n, place in ALL.items() if n != 3})
    assert shape_of(report, document) == []


def test_a_heading_beyond_the_six_is_named_with_its_line() -> None:
    (finding,) = shaped("六、其他需要报告的事项\n未收取信息处理费。\n七、附件与说明\n见附表。")
    assert finding.rule == "shape.section_extra"
    assert "七、附件与说明" in finding.message
    assert finding.quotes[0].place is not None
    assert finding.quotes[0].place.line == 3


@pytest.mark.parametrize(
    ("year", "key", "wrong"),
    [(2022, "2021", False), (2021, "2021", False), (2020, "2019", False), (2022, "2019", True), (2020, "2021", True)],
)
def test_the_form_must_be_that_of_the_year(year: int, key: Any, wrong: bool) -> None:
    assert ("shape.form_year" in ids(shaped("无。未收取信息处理费。", year=year, key=key))) is wrong


def test_a_report_without_tables_is_told_so() -> None:
    report, document = told("未收取信息处理费。", section=6, sections=ALL)
    bare = report.model_copy(update={"proactive": None, "applications": None, "review_litigation": None, "form": None, "cells": {}})
    assert "shape.no_tables" in ids(shape_of(bare, document))


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("本报告所列数据的统计期限为2021年1月1日至12月31日。", 0),
        ("现公布清河县教育局2021年政府信息公开工作年度报告。", 0),
        ("2021年,我局认真落实条例。", 1),
        ("2021年,我局工作取得成效,但仍存在不足。", 5),
        ("2021年度未收取信息处理费。", 6),
    ],
)
def test_a_year_that_is_not_the_reports_is_found(text: str, section: int) -> None:
    (finding,) = (one for one in shaped(text, section=section) if one.rule == "shape.year")
    assert "2021" in finding.message
    assert "2022" in finding.message


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("本报告所列数据的统计期限为2022年1月1日至12月31日。", 0),
        ("根据《2021年政务公开工作要点》开展工作。", 1),
        ("2020年以来,我局持续推进公开。", 1),
        ("2023年,我局将继续努力。", 5),
        ("2021年7月印发的文件继续有效。", 1),
        ("与2021年相比,申请增加。", 1),
        ("2022年,我局工作取得成效。", 1),
        ("2021年,我局存在的问题已完成整改。", 5),
        ("2021年,我局在考核中获评先进。2022年,我局再接再厉。", 1),
        ("依照2021年1月1日起施行的规定收取信息处理费0元。", 6),
        ("根据《2020年政府信息公开信息处理费管理办法》,未收取信息处理费。", 6),
    ],
)
def test_a_year_that_speaks_of_the_past_a_plan_or_a_title_is_none(text: str, section: int) -> None:
    assert "shape.year" not in ids(shaped(text, section=section))


@pytest.mark.parametrize(
    ("heading", "wrong"),
    [("一、2021年总体情况", True), ("一、2022年总体情况", False), ("一、总体情况 2021年,情况良好。", False), ("一、总体情况", False)],
)
def test_a_year_in_a_heading_must_be_the_reports(heading: str, wrong: bool) -> None:
    text = f"{heading}\n未收取信息处理费。"
    report, document = told(text, section=6, sections={**ALL, 1: Place(line=1, start=0, end=len(heading))})
    assert ("shape.year" in ids(shape_of(report, document))) is wrong


def test_a_self_reference_of_another_kind_of_body_is_found_once() -> None:
    text = "针对我局工作的不足,我局将改进。"
    (finding,) = (one for one in shaped(text, section=5, agency="清河县人民政府") if one.rule == "shape.other_agency")
    assert "我局" in finding.message
    assert "清河县人民政府" in finding.message
    assert "shape.other_agency" not in ids(shaped(text, section=5, agency="清河县教育局"))


def test_another_agencys_report_named_in_the_preamble_is_found() -> None:
    text = "现公布东山县2022年政府信息公开工作年度报告。"
    assert "shape.other_agency" in ids(shaped(text, section=0, agency="清河县人民政府"))
    assert "shape.other_agency" not in ids(shaped(text, section=0, agency="东山县人民政府"))
    assert "shape.other_agency" not in ids(shaped("现公布我局2022年政府信息公开工作年度报告。", section=0))


def test_another_place_as_the_subject_is_found() -> None:
    assert "shape.other_agency" in ids(shaped("2022年,东山县坚持以公开促落实。", section=1, agency="清河县人民政府"))
    assert "shape.other_agency" not in ids(shaped("2022年,清河县坚持以公开促落实。", section=1, agency="清河县人民政府"))
    assert "shape.other_agency" not in ids(shaped("在县委领导下,按照全市要求推进。", section=1, agency="清河县人民政府"))


def test_section_six_owes_a_word_on_the_fee_from_2021_on() -> None:
    silent = "本年度没有其他需要报告的事项。"
    (finding,) = (one for one in shaped(silent, year=2021) if one.rule == "shape.fee_silent")
    assert finding.severity == "info"
    assert FEES in RULES["shape.fee_silent"].source
    assert "shape.fee_silent" not in ids(shaped(silent, year=2020, key="2019"))
    assert "shape.fee_silent" not in ids(shaped("未收取信息处理费。", year=2021))
    assert "shape.fee_silent" not in ids(shaped("我局未收取政府信息公开费用。", section=1, year=2021))
    assert "shape.fee_silent" not in ids(shaped("发出收费通知0件,总金额0元。", year=2023))


def test_empty_totals_beside_filled_columns_are_found() -> None:
    totals = tuple(cell for row in form_of("2021").section(3) for cell in row.cells if cell.endswith(".total"))
    assert ids(shaped(blank=totals)) == ["shape.total_empty"]
    assert shaped(blank=totals[:3]) == []


@pytest.mark.parametrize(
    ("label", "wrong"),
    [
        ("7.属于行政执法案件", "属于行政执法案件"),
        ("7.属于行政执法案卷", ""),
        ("7.属于行政执法案卷信息", ""),
        ("7.属于行政执法", ""),
        ("7.属于行政查询事项", ""),
    ],
)
def test_a_label_a_letter_or_two_away_from_the_form_is_found(label: str, wrong: str) -> None:
    text = f"表格\n{label}\t9\t0\t0\t0\t0\t0\t9\n未收取信息处理费。"
    report, document = told(text, section=6, sections=ALL)
    start = text.index("\t9") + 1
    row = form_of("2021").row("applications.refused.enforcement_files").cells[0]
    evidence = report.cells[row].model_copy(update={"place": document.place(start, start + 1), "raw": "9"})
    others = {path: one.model_copy(update={"place": None}) for path, one in report.cells.items()}
    report = report.model_copy(update={"cells": {**others, row: evidence}})
    found = [finding.message for finding in shape_of(report, document) if finding.rule == "shape.label"]
    assert len(found) == bool(wrong)
    assert all(wrong in message for message in found)


def test_a_passage_whose_words_are_lost_still_has_a_place() -> None:
    report, document = told("2021年,我局认真落实条例。", section=1, sections=ALL)
    strange = Passage(section=1, heading=(), text="2021年,我局从严落实规定。", place=report.narrative[0].place)
    (finding,) = (one for one in shape_of(report.model_copy(update={"narrative": (strange,)}), document) if one.rule == "shape.year")
    assert finding.quotes[0].place == strange.place
