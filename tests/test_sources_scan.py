"""Pictures of pages become Documents: tables, lone digits, seals, pages askew or on their side; ink never becomes a blank."""

from __future__ import annotations

import io

import numpy as np
import pytest
from test_sources_pdf import both, pdf, ruled, text

from evals.generate import generate
from evals.render_pdf import render_pdf
from evals.render_scan import scanned
from extractor.errors import LimitError, SourceError
from extractor.forms import form_of
from extractor.model import Document
from extractor.pipeline import extract
from extractor.sources import Limits, ocr, read_bytes

recogniser = pytest.mark.skipif(not ocr.available(), reason="没有安装识别组件 gongkai[ocr] (the recogniser is not installed)")
pytestmark = pytest.mark.xdist_group("scan")

ROWS = [["一、本年新收", "12", "0", "", "3", "45"], ["二、上年结转", "1", "1", "", "0", "2"]]


def page() -> bytes:
    """One page with a heading, a table with lone digits and blanks, and a sentence."""
    heading, closing = "三、收到和处理政府信息公开申请情况", "以上数据统计期限为2022年1月1日至12月31日。"
    return pdf(both(text(740, heading), ruled(700, ROWS, width=80, height=26), text(600, closing)))


def grid(document: Document) -> list[list[str]]:
    return [[cell.text for cell in line.cells] for line in document.lines if line.box == "grid"]


def picture(data: bytes, kind: str, *, turn: int = 0, dpi: int = 200, mark: bool = False) -> bytes:
    """The first page of a PDF as a picture file; ``mark`` draws a red seal over the table."""
    import pypdfium2 as pdfium
    from PIL import ImageDraw

    image = pdfium.PdfDocument(data)[0].render(scale=dpi / 72).to_pil().convert("RGB")
    if mark:
        draw, x, y = ImageDraw.Draw(image), round(4.5 * dpi), round(1.9 * dpi)
        draw.ellipse((x, y, x + 1.6 * dpi, y + 1.6 * dpi), outline=(215, 40, 40), width=dpi // 25)
        draw.line((x, y + 0.8 * dpi, x + 1.6 * dpi, y + 0.8 * dpi), fill=(215, 40, 40), width=dpi // 25)
    out = io.BytesIO()
    image.rotate(90 * turn, expand=True).save(out, kind)
    return out.getvalue()


@recogniser
def test_a_scanned_table_keeps_its_cells_and_its_blanks() -> None:
    document = read_bytes(scanned(page(), dpi=150, askew=0.8), "x.pdf")
    assert [row[1:] for row in grid(document)] == [row[1:] for row in ROWS]
    assert grid(document)[0][0] == ROWS[0][0]
    assert any("三、收到和处理政府信息公开申请情况" in line.cells[0].text for line in document.lines)
    assert document.source.origin == "recognised"
    assert document.second is None
    assert dict(document.notes)["source.recognised"].startswith("第 1 页是图片")


@recogniser
@pytest.mark.parametrize(("kind", "turn"), [("PNG", 0), ("JPEG", 1), ("TIFF", 2)])
def test_pictures_of_any_kind_are_set_upright(kind: str, turn: int) -> None:
    document = read_bytes(picture(page(), kind, turn=turn), "x")
    assert [row[1:] for row in grid(document)] == [row[1:] for row in ROWS]
    assert document.source.format == "picture"


@recogniser
def test_a_small_screenshot_is_enlarged_and_a_long_one_is_cut_between_lines() -> None:
    small = read_bytes(picture(page(), "PNG", dpi=96), "x.png")
    assert [row[1:] for row in grid(small)] == [row[1:] for row in ROWS]
    many = [[f"{n}、规范性文件", str(n), "0"] for n in range(1, 26)]
    long = pdf(ruled(1780, many, width=100, height=66), pagesize=(400, 1842))
    document = read_bytes(picture(long, "PNG", dpi=160), "x.png")
    assert [row[1:] for row in grid(document)] == [row[1:] for row in many]


@recogniser
def test_a_seal_over_the_table_does_not_hide_its_figures() -> None:
    document = read_bytes(picture(page(), "PNG", mark=True), "x.png")
    assert [row[1:] for row in grid(document)] == [row[1:] for row in ROWS]


@recogniser
def test_ink_that_cannot_be_read_is_unread_and_never_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    from extractor.sources import scan

    seen = ocr.recognise
    monkeypatch.setattr(scan.ocr, "recognise", lambda crop: () if crop.shape[1] < 40 else seen(crop))
    rows = grid(read_bytes(scanned(page(), askew=0.0), "x.pdf"))
    assert [row[1:] for row in rows] == [["�", "�", "", "�", "�"], ["�", "�", "", "�", "�"]]


@recogniser
def test_a_doubtful_digit_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from extractor.sources import scan

    seen = ocr.recognise

    def unsure(crop: ocr.Picture) -> tuple[ocr.Glyph, ...]:
        return tuple(ocr.Glyph(glyph.text, glyph.at, 0.4 if glyph.text == "5" else glyph.sure) for glyph in seen(crop))

    monkeypatch.setattr(scan.ocr, "recognise", unsure)
    assert grid(read_bytes(scanned(page(), askew=0.0), "x.pdf"))[0][1:] == ["12", "0", "", "3", "4�"]


@recogniser
def test_a_scanned_report_is_read_and_proven() -> None:
    (made,) = generate(1, 31)
    (report,) = extract(read_bytes(scanned(render_pdf(made)), made.name))
    label = made.label
    assert (report.agency, report.year, report.form) == (label.agency, label.year, label.form)
    assert label.form is not None
    cells = {
        cell: value
        for path, values in label.rows.items()
        for cell, value in zip(form_of(label.form, label.divided).row(path).cells, values, strict=True)
    }
    assert [cell for cell, evidence in report.cells.items() if evidence.verified and report.value(cell) != cells[cell]] == []
    proven = [cell for cell in cells if not cell.startswith("proactive") and report.cells[cell].verified]
    assert len(proven) > 0.9 * sum(not cell.startswith("proactive") for cell in cells)
    assert any(finding.rule == "source.recognised" for finding in report.findings)


@recogniser
def test_a_blank_page_among_pages_of_text_makes_no_scan() -> None:
    document = read_bytes(pdf(text(700, "一、总体情况"), lambda canvas: None), "x.pdf")
    assert document.source.origin == "native"
    assert document.notes == ()


@recogniser
def test_damaged_and_too_many_pictures_are_refused_in_words() -> None:
    with pytest.raises(SourceError, match="图片已损坏"):
        read_bytes(picture(page(), "PNG")[:3000], "x.png")
    with pytest.raises(SourceError, match="没有可读的文字"):
        read_bytes(_blank(), "x.png")
    with pytest.raises(LimitError, match="2 页扫描件"):
        read_bytes(scanned(pdf(text(700, "一"), text(700, "二"))), "x.pdf", limits=Limits(scans=1))


def test_without_the_recogniser_a_picture_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    with pytest.raises(SourceError, match=r"gongkai\[ocr\]"):
        read_bytes(_blank(), "x.png")


def _blank() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(np.full((600, 400), 255, np.uint8)).save(out, "PNG")
    return out.getvalue()
