"""PDF files become Documents: ruled tables, rotated pages, page breaks, margins, scans, damage."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from reportlab.lib import pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import cidfonts, pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from evals.generate import generate
from evals.render_pdf import available, render_pdf
from evals.sheet import Paragraph
from extractor.errors import LimitError, SourceError
from extractor.model import Document
from extractor.pipeline import extract
from extractor.reading.outline import outlines, passages
from extractor.sources import Limits, read_bytes
from extractor.sources.normalise import normalise

pdfmetrics.registerFont(cidfonts.UnicodeCIDFont("STSong-Light"))


def pdf(*pages: Callable[[Canvas], None], **options: object) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, **{"pagesize": A4, **options})
    for draw in pages:
        canvas.setFont("STSong-Light", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def text(y: float, words: str, x: float = 72) -> Callable[[Canvas], None]:
    return lambda canvas: canvas.drawString(x, y, words)


def both(*draws: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for each in draws:
            each(canvas)

    return draw


def ruled(y: float, rows: list[list[str]], *, x: float = 72, width: float = 60, height: float = 20) -> Callable[[Canvas], None]:
    """A table with every line drawn."""

    def draw(canvas: Canvas) -> None:
        columns = len(rows[0])
        for row in range(len(rows) + 1):
            canvas.line(x, y - row * height, x + columns * width, y - row * height)
        for column in range(columns + 1):
            canvas.line(x + column * width, y, x + column * width, y - len(rows) * height)
        for row, cells in enumerate(rows):
            for column, words in enumerate(cells):
                for line, part in enumerate(words.split("\n")):
                    canvas.drawString(x + column * width + 4, y - row * height - 9 - 9 * line, part)

    return draw


def grid(document: Document) -> list[list[tuple[str, int | None, int]]]:
    return [[(cell.text, cell.column, cell.width) for cell in line.cells] for line in document.lines if line.box == "grid"]


def lines(document: Document) -> list[str]:
    return [line.cells[0].text for line in document.lines if line.box == "none"]


@pytest.mark.parametrize(("style", "rendering"), [("ruled", "grid"), ("ruled", "text"), ("open", "grid")])
def test_generated_pdfs_are_read_right_and_nothing_wrong_is_verified(style: str, rendering: str) -> None:
    for made in generate(2, seed=42):
        document = read_bytes(render_pdf(made, "reportlab", style), "x.pdf", rendering=rendering)  # type: ignore[arg-type]
        (report,) = extract(document)
        assert (report.title, report.agency, report.year) == (made.label.title, made.label.agency, made.label.year)
        for path, values in made.label.rows.items():
            found = [report.value(cell) for cell in report.cells if cell.rpartition(".")[0] == path]
            assert found == list(values), path
        if rendering == "grid" and style == "ruled":
            assert all(report.cells[cell].verified for cell in report.cells if not cell.startswith("proactive"))


@pytest.mark.parametrize("producer", ["chromium", "libreoffice"])
def test_pdfs_of_other_producers_are_read_right(producer: str) -> None:
    if not available(producer):
        pytest.skip(f"{producer} is not installed")
    (made,) = generate(1, seed=43)
    (report,) = extract(read_bytes(render_pdf(made, producer), "x.pdf"))
    for path, values in made.label.rows.items():
        assert [report.value(cell) for cell in report.cells if cell.rpartition(".")[0] == path] == list(values), path


@pytest.mark.parametrize("producer", ["reportlab", "chromium"])
def test_wrapped_lines_are_whole_paragraphs_again(producer: str) -> None:
    if not available(producer):
        pytest.skip(f"{producer} is not installed")
    (made,) = generate(1, seed=61)
    document = read_bytes(render_pdf(made, producer), "x.pdf")
    (outline,) = outlines(document)
    found = {re.sub(r"\s", "", item.text) for item in passages(document, outline)}
    told = {re.sub(r"\s", "", normalise(block.text).text) for block in made.sheet.blocks if isinstance(block, Paragraph)}
    assert told <= found


def test_a_ruled_table_is_read_cell_by_cell_with_blanks() -> None:
    document = read_bytes(
        pdf(both(text(700, "二、主动公开政府信息情况"), ruled(680, [["规章", "0", "", "3"], ["文件", "12", "1", "345"]]))), "x.pdf"
    )
    assert grid(document) == [
        [("规章", 0, 1), ("0", 1, 1), ("", 2, 1), ("3", 3, 1)],
        [("文件", 0, 1), ("12", 1, 1), ("1", 2, 1), ("345", 3, 1)],
    ]
    assert lines(document) == ["二、主动公开政府信息情况"]


def test_lines_that_are_missing_inside_merge_cells() -> None:
    def draw(canvas: Canvas) -> None:
        for y in (680, 640):
            canvas.line(72, y, 252, y)
        canvas.line(132, 660, 252, 660)  # the first column spans both rows
        for x in (72, 132, 252):
            canvas.line(x, 680, x, 640)
        canvas.line(192, 660, 192, 640)  # the first row spans two columns
        for x, y, words in ((76, 655, "三"), (136, 665, "合"), (136, 645, "1"), (196, 645, "2")):
            canvas.drawString(x, y, words)

    assert grid(read_bytes(pdf(draw), "x.pdf")) == [[("三", 0, 1), ("合", 1, 2)], [("1", 1, 1), ("2", 2, 1)]]


def test_lines_drawn_as_thin_filled_shapes_rule_a_table_and_backgrounds_do_not() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.9, 0.9, 0.9)
        canvas.rect(60, 600, 300, 100, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        for y in (680, 660, 640):
            canvas.rect(72, y, 120, 0.5, stroke=0, fill=1)
        for x in (72, 132, 192):
            canvas.rect(x, 640, 0.5, 40, stroke=0, fill=1)
        for x, y, words in ((76, 665, "甲"), (136, 665, "1"), (76, 645, "乙"), (136, 645, "2")):
            canvas.drawString(x, y, words)

    assert grid(read_bytes(pdf(draw), "x.pdf")) == [[("甲", 0, 1), ("1", 1, 1)], [("乙", 0, 1), ("2", 1, 1)]]


def test_a_frame_around_the_page_is_no_table_and_double_borders_are_one() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(40, 40, 515, 760)
        for offset in (0, 3):
            canvas.rect(72 - offset, 640 - offset, 120 + 2 * offset, 40 + 2 * offset)
        canvas.line(132, 640, 132, 680)
        canvas.line(72, 660, 192, 660)
        for x, y, words in ((76, 665, "甲"), (136, 665, "1"), (76, 645, "乙"), (136, 645, "2"), (72, 720, "二、主动公开政府信息情况")):
            canvas.drawString(x, y, words)

    document = read_bytes(pdf(draw), "x.pdf")
    assert grid(document) == [[("甲", 0, 1), ("1", 1, 1)], [("乙", 0, 1), ("2", 1, 1)]]
    assert lines(document) == ["二、主动公开政府信息情况"]


def test_a_table_without_side_borders_keeps_its_outer_columns() -> None:
    def draw(canvas: Canvas) -> None:
        for y in (680, 660, 640):
            canvas.line(72, y, 252, y)
        for x in (132, 192):
            canvas.line(x, 640, x, 680)
        for x, y, words in ((76, 665, "规章"), (136, 665, "1"), (196, 665, "2"), (76, 645, "文件"), (196, 645, "4")):
            canvas.drawString(x, y, words)

    rows = grid(read_bytes(pdf(draw), "x.pdf"))
    assert rows == [[("规章", 0, 1), ("1", 1, 1), ("2", 2, 1)], [("文件", 0, 1), ("", 1, 1), ("4", 2, 1)]]


def test_an_underlined_word_does_not_rule_a_table() -> None:
    document = read_bytes(pdf(both(text(700, "正文正文"), lambda canvas: canvas.line(72, 698, 112, 698))), "x.pdf")
    assert grid(document) == []
    assert lines(document) == ["正文正文"]


def test_a_page_turned_on_its_side_reads_the_same() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.saveState()
        canvas.translate(A4[0], 0)
        canvas.rotate(90)
        both(text(500, "二、主动公开政府信息情况"), ruled(480, [["规章", "0", "3"]]))(canvas)
        canvas.restoreState()

    document = read_bytes(pdf(draw), "x.pdf")
    assert lines(document) == ["二、主动公开政府信息情况"]
    assert grid(document) == [[("规章", 0, 1), ("0", 1, 1), ("3", 2, 1)]]


def test_a_table_over_a_page_break_stays_one_table_with_one_count_of_columns() -> None:
    first = ruled(200, [["一", "5"], ["二", "6"]], width=90)
    second = ruled(780, [["三", "7", "8"]], width=60)
    document = read_bytes(pdf(both(text(700, "三、收到和处理政府信息公开申请情况"), first), both(second, text(600, "完"))), "x.pdf")
    rows = [line for line in document.lines if line.box == "grid"]
    assert [(line.page, line.table, line.row) for line in rows] == [(1, 1, 1), (1, 1, 2), (2, 1, 3)]
    assert grid(document) == [[("一", 0, 2), ("5", 2, 2)], [("二", 0, 2), ("6", 2, 2)], [("三", 0, 1), ("7", 1, 2), ("8", 3, 1)]]


def test_running_heads_and_page_numbers_go_and_values_stay() -> None:
    pages = [both(text(810, "青山县水利局年度报告"), text(500, f"第{n}段正文在这里。"), text(20, str(n), 290)) for n in (1, 2, 3, 4)]
    document = read_bytes(pdf(*pages), "x.pdf")
    assert lines(document) == [f"第{n}段正文在这里。" for n in (1, 2, 3, 4)]
    same = [both(text(500, f"正文在这里{'甲乙丙丁'[n]}。"), text(20, "7", 290)) for n in range(4)]
    assert lines(read_bytes(pdf(*same), "x.pdf")).count("7") == 4


def test_a_number_that_fills_its_cell_goes_on_and_two_numbers_stay_two() -> None:
    row = [["规章", "16570\n07", "1\n2"]]
    document = read_bytes(pdf(ruled(680, row, width=32, height=30)), "x.pdf")
    assert [cell for cell, _, _ in grid(document)[0]] == ["规章", "1657007", "1 2"]


def test_the_text_rendering_reads_the_same_cells_as_lines() -> None:
    document = read_bytes(pdf(ruled(680, [["规章", "0", "3"]])), "x.pdf", rendering="text")
    assert lines(document) == ["规章  0  3"]


def test_pages_without_text_are_reported_as_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.sources.ocr.available", lambda: False)
    document = read_bytes(pdf(text(700, "一、总体情况"), lambda canvas: canvas.rect(50, 50, 400, 600, fill=1)), "x.pdf")
    assert dict(document.notes)["source.scan"].startswith("第 2 页没有文字")
    with pytest.raises(SourceError, match="扫描件"):
        read_bytes(pdf(lambda canvas: canvas.rect(50, 50, 400, 600, fill=1)), "x.pdf")


def test_an_encrypted_pdf_says_so() -> None:
    locked = pdf(text(700, "一、总体情况"), encrypt=pdfencrypt.StandardEncryption("secret"))
    with pytest.raises(SourceError, match="加了密码"):
        read_bytes(locked, "x.pdf")


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"%PDF-1.7\n" + b"\0garbage" * 100])
def test_a_damaged_pdf_says_so(data: bytes) -> None:
    with pytest.raises(SourceError, match="PDF 已损坏"):
        read_bytes(data, "x.pdf")


def test_too_many_pages_and_too_much_time_are_refused() -> None:
    many = pdf(*[text(700, "正文正文正文")] * 5)
    with pytest.raises(LimitError, match="5 页，超过 3 页"):
        read_bytes(many, "x.pdf", limits=Limits(pages=3))
    with pytest.raises(LimitError, match="秒"):
        read_bytes(many, "x.pdf", limits=Limits(seconds=-1))
