"""Whole reports made by hand in styles that the generator does not write, from file to verified cells."""

from __future__ import annotations

import io
from collections.abc import Iterator

import docx
import pytest
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import cidfonts, pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from extractor.forms import form_of
from extractor.model import Report
from extractor.pipeline import extract
from extractor.sources import read_bytes

FORM = form_of("2021")
NUMBERS = {
    "new_received": (12, 3, 0, 1, 0, 2, 18),
    "carried_in": (1, 0, 0, 0, 0, 0, 1),
    "granted": (7, 1, 0, 1, 0, 1, 10),
    "refused.third_party_rights": (1, 0, 0, 0, 0, 0, 1),
    "unavailable.not_held": (3, 2, 0, 0, 0, 1, 6),
    "outcomes_total": (11, 3, 0, 1, 0, 2, 17),
    "carried_forward": (2, 0, 0, 0, 0, 0, 2),
}
RESULTS = (1, 0, 0, 1, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1)
HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
TITLE = "青山县水利局2023年政府信息公开工作年度报告"


def rows() -> Iterator[tuple[list[str], list[int]]]:
    """Labels, outermost first, and values of every row of section three."""
    for row in FORM.section(3):
        key = row.path.removeprefix("applications.")
        yield [*(label.full for label in row.groups), row.label.full], list(NUMBERS.get(key, (0,) * 7))


def check(report: Report) -> None:
    assert (report.title, report.agency, report.year, report.form) == (TITLE, "青山县水利局", 2023, "2021")
    for row in FORM.section(3):
        values = NUMBERS.get(row.path.removeprefix("applications."), (0,) * 7)
        assert tuple(report.value(cell) for cell in row.cells) == values, row.path
        assert all(report.cells[cell].verified for cell in row.cells), row.path
    cells = [cell for row in FORM.section(4) for cell in row.cells]
    assert tuple(report.value(cell) for cell in cells) == RESULTS
    assert all(report.cells[cell].verified for cell in cells)


def test_a_page_of_font_tags_with_a_table_for_every_row_and_labels_in_one_column() -> None:
    def table(*cells: object) -> str:
        inside = "".join(f"<th><font face=宋体><span>{cell}</span></font></th>" for cell in cells)
        return f"<table cellpadding=0><colgroup><col></colgroup><thead><tr>{inside}</tr></thead></table><br>"

    parts = [f"<center><font size=5>{TITLE}</font></center>", "<b>（一）总体情况</b><br>2023年公开信息12条。<br>"]
    parts += ["<b>（三）收到和处理政府信息公开申请情况</b>", table("项目", *HEADS)]
    parts += [table("·".join(labels), *values) for labels, values in rows()]
    parts += [
        "<b>（四）政府信息公开行政复议、行政诉讼情况</b>",
        table("行政复议", "行政诉讼"),
        table(*("结果维持", "结果纠正", "其他结果")),
    ]
    parts += [table(*RESULTS), "<b>（六）其他需要报告的事项</b><br>无。"]
    (report,) = extract(read_bytes(f"<body bgcolor=white>{''.join(parts)}</body>".encode("gbk"), "x.htm"))
    check(report)
    assert sorted(report.sections) == [1, 3, 4, 6]


def test_a_page_on_which_the_whole_report_is_one_table() -> None:
    body = f"<tr><td colspan=9>{TITLE}</td></tr><tr><td colspan=9>一、总体情况</td></tr>"
    body += f"<tr><td colspan=9>{'2023年，本局推进信息公开。' * 30}</td></tr><tr><td colspan=9>三、收到和处理政府信息公开申请情况</td></tr>"
    body += "<tr><td colspan=2>申请人情况</td>" + "".join(f"<td>{head}</td>" for head in HEADS) + "</tr>"
    for labels, values in rows():
        group = labels[0] if len(labels) > 1 else "&nbsp;"
        body += f"<tr><td>{group}</td><td>{labels[-1]}</td>" + "".join(f"<td>&nbsp;{value}</td>" for value in values) + "</tr>"
    body += "<tr><td colspan=9>四、政府信息公开行政复议、行政诉讼情况</td></tr></table><table>"
    body += "<tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr><tr>" + "".join(f"<td>{n}</td>" for n in RESULTS) + "</tr>"
    (report,) = extract(read_bytes(f"<html><body><table>{body}</table></body></html>".encode(), "x.html"))
    check(report)
    assert report.narrative[0].text.startswith("2023年,本局推进信息公开。")


def test_a_word_file_whose_labels_and_groups_share_a_column() -> None:
    file = docx.Document()
    for words in (TITLE, "总体情况", "2023年公开信息12条。", "收到和处理政府信息公开申请情况"):
        file.add_paragraph(words, style="Heading 1")
    table = file.add_table(1, 8)
    for cell, words in zip(table.rows[0].cells, ("", *HEADS), strict=True):
        cell.text = words
    last = ""
    for labels, values in rows():
        if len(labels) > 1 and labels[0] != last:
            last = labels[0]
            table.add_row().cells[0].text = last
        for cell, value in zip(table.add_row().cells, (labels[-1], *values), strict=True):
            cell.text = str(value)
    file.add_paragraph("政府信息公开行政复议、行政诉讼情况")
    results = file.add_table(2, 15)
    for cell, words, value in zip(range(15), ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3, RESULTS, strict=True):
        results.cell(0, cell).text, results.cell(1, cell).text = words, str(value)
    out = io.BytesIO()
    file.save(out)
    (report,) = extract(read_bytes(out.getvalue(), "x.docx"))
    check(report)


@pytest.mark.parametrize("rendering", ["grid", "text"])
def test_a_landscape_pdf_whose_table_repeats_its_heads_after_the_break(rendering: str) -> None:
    pdfmetrics.registerFont(cidfonts.UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    width, height = landscape(A4)
    canvas = Canvas(out, pagesize=(width, height))
    widths = (250.0, *([60.0] * 7))

    def line(y: float, cells: list[str]) -> float:
        x = 60.0
        for cell, wide in zip(cells, widths, strict=True):
            canvas.rect(x, y - 16, wide, 16)
            canvas.drawString(x + 3, y - 12, cell)
            x += wide
        return y - 16

    canvas.setFont("STSong-Light", 9)
    for y, words in ((560, TITLE), (540, "一、总体情况"), (525, "2023年公开信息12条。"), (505, "三、收到和处理政府信息公开申请情况")):
        canvas.drawString(60, y, words)
    y = line(490, ["申请人情况", *HEADS])
    for count, (labels, values) in enumerate(rows()):
        if count == 14:
            canvas.drawString(width / 2, 25, "第 1 页")
            canvas.showPage()
            canvas.setFont("STSong-Light", 9)
            y = line(height - 60, ["申请人情况", *HEADS])
        y = line(y, [labels[-1][:26], *map(str, values)])
    canvas.drawString(60, y - 30, "四、政府信息公开行政复议、行政诉讼情况")
    for x, (words, value) in enumerate(zip(("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3, RESULTS, strict=True)):
        for row, text in enumerate((words, str(value))):
            canvas.rect(60 + 45 * x, y - 66 - 16 * row, 45, 16)
            canvas.drawString(63 + 45 * x, y - 62 - 16 * row, text)
    canvas.save()
    (report,) = extract(read_bytes(out.getvalue(), "x.pdf", rendering=rendering))  # type: ignore[arg-type]
    check(report)
