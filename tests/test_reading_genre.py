"""Texts about annual reports that are none, and reports that look like them: the first are told, the second read as ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.generate import GeneratedReport, generate
from evals.layouts import join, lay_out
from evals.mess import OPERATORS
from evals.sheet import Marks, Paragraph, Sheet, heading_of, statutory_blocks
from evals.world import rng_for
from extractor.forms import form_of
from extractor.model import Report
from extractor.pipeline import extract, extract_file
from extractor.sources import read_bytes

ROOT = Path(__file__).parents[1]
SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))

NOTICE = """澄溪市政务公开办公室关于做好2022年政府信息公开工作年度报告编制工作的通知
各区县政务公开办公室，市直各部门：
2022年政府信息公开工作年度报告即将开始编制，现将有关事项通知如下：
一、提高认识
年度报告是依法应当公布的材料，各单位要安排专人负责。
二、严格格式
年度报告由总体情况、主动公开政府信息情况等六个部分组成，不得增减。
三、按时报送
请各单位于2023年1月15日前将报告电子版报市政务公开办公室，1月31日前在网站公布。
澄溪市政务公开办公室
2022年12月20日"""

NOTICE_WITH_SECTIONS = """关于编制2022年度政府信息公开工作年度报告的通知
局机关各科室、局属各单位：
根据市里部署，请各科室按下列要求准备材料，于1月10日前报送局办公室。
一、总体情况
由办公室起草，写明全年工作的主要做法。
二、主动公开政府信息情况
由法规科填写表格。
三、收到和处理政府信息公开申请情况
由信访科填写表格。
四、政府信息公开行政复议、行政诉讼情况
由法规科填写表格。
五、存在的主要问题及改进情况
由办公室起草。
六、其他需要报告的事项
由财务科说明收费的情况。"""

RULE = """澄溪市政府信息公开工作年度报告制度
第一条 为了规范政府信息公开工作年度报告的编制和公布，制定本制度。
第二条 各行政机关应当在每年1月31日前公布上一年度的政府信息公开工作年度报告。
第三条 年度报告应当包括下列内容：
（一）主动公开政府信息情况；
（二）收到和处理政府信息公开申请情况；
（三）行政复议、行政诉讼情况。
第四条 未按规定公布的，责令改正。
第五条 本制度自2022年3月1日起施行。"""

FORM = """政府信息公开工作年度报告（参考样本）
XX局20XX年政府信息公开工作年度报告
一、总体情况
这一部分主要写明全年工作的做法和成效。
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
这一部分写明不足和下一步打算。
六、其他需要报告的事项
没有的写“无”。"""

NEWS = """澄溪市政府信息公开工作年度报告发布
近日，澄溪市人民政府门户网站集中公布了各部门政府信息公开工作年度报告，市民可以登录网站查阅。
市政务公开办公室负责人表示，年度报告是群众了解政府工作的窗口。"""

LIST = """首页 > 政府信息公开 > 年报
澄溪市教育局2022年政府信息公开工作年度报告 2023-01-20
澄溪市财政局2022年政府信息公开工作年度报告 2023-01-19
澄溪市水利局2022年政府信息公开工作年度报告 2023-01-18
澄溪市民政局2022年政府信息公开工作年度报告 2023-01-18
共4条 第1页 下一页"""

CONTENTS = """澄溪市教育局2022年政府信息公开工作年度报告
目录
一、总体情况……1
二、主动公开政府信息情况……3
三、收到和处理政府信息公开申请情况……4
四、政府信息公开行政复议、行政诉讼情况……6
五、存在的主要问题及改进情况……7
六、其他需要报告的事项……8"""

PLAN = """澄溪市2022年政务公开工作要点
为做好2022年政务公开工作，制定本要点。
一、深化重点领域公开
各单位要公开重大项目信息，按时公布政府信息公开工作年度报告。
二、加强平台建设
及时更新栏目。"""

NO_REPORTS = {
    "plan": (PLAN, "提到年度报告"),
    "notice": (NOTICE, "通知"),
    "notice with the sections": (NOTICE_WITH_SECTIONS, "通知"),
    "rule": (RULE, "制度"),
    "form": (FORM, "空白样本"),
    "news": (NEWS, "消息"),
    "list": (LIST, "列表"),
    "contents": (CONTENTS, "目录"),
}


def read(text: str) -> Report:
    (report,) = extract(read_bytes(text.encode(), "t.txt"))
    return report


def told(report: Report) -> list[str]:
    return [finding.message for finding in report.findings if finding.rule == "source.no_report"]


@pytest.mark.parametrize("name", NO_REPORTS)
def test_a_text_about_reports_is_told_apart_with_the_line_that_shows_it(name: str) -> None:
    text, what = NO_REPORTS[name]
    report = read(text)
    (message,) = told(report)
    assert what in message
    (finding,) = [finding for finding in report.findings if finding.rule == "source.no_report"]
    assert finding.severity == "warning"
    (quote,) = finding.quotes
    assert quote.text in text
    assert not [one.rule for one in report.findings if one.rule.startswith("shape.")]


def blank_form(layout: str, note: str, *, cell: str = "", agency: str = "XX县XX局20XX年", told: str = "（此处填写）") -> str:
    """The statutory form with its tables printed and nothing filled in."""
    form = form_of("2021")
    blocks = [Paragraph(note)]
    for section in range(1, 7):
        blocks.append(heading_of(section))  # type: ignore[arg-type]
        blocks += statutory_blocks(form, lambda path: cell, section) if section in (2, 3, 4) else [Paragraph(told)]  # type: ignore[arg-type]
    sheet = Sheet(f"{agency}政府信息公开工作年度报告", list(blocks))
    marks = Marks()
    return marks.finish(join(lay_out(sheet, layout, marks, rng_for("form", 0))))[0]


@pytest.mark.parametrize("layout", ["tabs", "tabs_anchored", "pipes", "bars", "cell_lines", "spaces"])
def test_a_form_with_blank_tables_is_no_report(layout: str) -> None:
    assert told(read(blank_form(layout, "附件：年度报告模板")))
    assert told(read(blank_form(layout, "")))


def test_a_form_filled_with_zeros_is_no_report_only_where_name_or_year_is_blank() -> None:
    assert told(read(blank_form("tabs", "", cell="0")))
    assert told(read(blank_form("tabs", "年度报告模板", cell="0", agency="澄溪市水利局2022年", told="无。"))) == []
    assert told(read(blank_form("tabs", "", cell="7"))) == []


OWN = """澄溪市水利局2022年政府信息公开工作年度报告
根据《中华人民共和国政府信息公开条例》和《关于做好2022年政府信息公开工作年度报告编制工作的通知》要求，编制本报告。
一、总体情况
2022年我局主动公开信息12条，未收到政府信息公开申请。我局安排专人负责。
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
更新不够及时，下一步我局将加强培训。
六、其他需要报告的事项
无。"""
WRAPPED = f"关于公布2022年政府信息公开工作年度报告的通知\n局机关各科室、局属各单位：\n现将年度报告印发给你们，请遵照执行。\n{OWN}"
TEMPLATE_LEFT = f"附件2\n政府信息公开工作年度报告（模板）\n{OWN}"
PICTURES = """澄溪市水利局2022年政府信息公开工作年度报告
一、总体情况
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
六、其他需要报告的事项"""
EARLY = """澄溪市水利局2012年政府信息公开工作年度报告
近日，我局网站公布了新的办事指南。现将2012年政府信息公开工作报告如下：
一、概述
我局成立了领导小组，全年召开会议4次，公开信息320条。
二、主动公开政府信息的情况
全年公开政策文件12件。
三、依申请公开情况
未收到申请。"""
BARE = "澄溪市水利局2022年政府信息公开工作年度报告\n2022年，全局政府信息公开工作有序开展，公开信息9条，无申请。"


@pytest.mark.parametrize("text", [OWN, WRAPPED, TEMPLATE_LEFT, PICTURES, EARLY, BARE])
def test_a_report_without_tables_stays_a_report(text: str) -> None:
    report = read(text)
    assert told(report) == []
    assert report.agency == "澄溪市水利局"


def test_a_table_with_numbers_is_a_report_whatever_stands_around_it() -> None:
    (made,) = generate(1, 5)
    text = f"年度报告模板\n各县区人民政府，市直各单位：\n请于2023年1月15日前报送。\n{made.text}"
    assert told(read(text)) == []


def checked(made: GeneratedReport) -> None:
    for report in extract(read_bytes(made.data, made.name)):
        assert told(report) == [], made.name


def test_no_generated_report_without_tables_is_taken_for_something_else() -> None:
    for made in generate(200, 31, tables=False):
        checked(made)


@pytest.mark.parametrize("kind", sorted(set(OPERATORS) - {"narrative_wrong"}))
def test_no_damage_makes_a_report_something_else(kind: str) -> None:
    for made in generate(4, 32, mess=[(kind, 1.0)]):
        checked(made)


@pytest.mark.parametrize("path", [*sorted((ROOT / "reports").glob("*.txt")), *SEEDS], ids=lambda path: path.stem)
def test_bundled_and_real_reports_are_reports(path: Path) -> None:
    for report in extract_file(path):
        assert told(report) == []
