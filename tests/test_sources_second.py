"""A PDF read in both ways: lines of text help where ruled cells leave doubt, and never without a place in the first Document."""

from __future__ import annotations

import io
from dataclasses import replace

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import cidfonts, pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from evals.generate import generate
from evals.render_pdf import render_pdf
from extractor.errors import LimitError
from extractor.forms import form_of
from extractor.model import Document, Report, Second
from extractor.pipeline import extract
from extractor.sources import read_bytes

pdfmetrics.registerFont(cidfonts.UnicodeCIDFont("STSong-Light"))
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
HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
TRUTH = {
    cell: value
    for row in FORM.section(3)
    for cell, value in zip(row.cells, NUMBERS.get(row.path.removeprefix("applications."), (0,) * 7), strict=True)
}


def printed(boxes: int = 8, shift: dict[tuple[int, int], float] | None = None) -> bytes:
    """Section three with only the first columns in boxes, and single numbers moved sideways by points, by (row, column)."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=landscape(A4))
    widths = (250.0, *([60.0] * 7))

    def line(y: float, cells: list[str], number: int = -1) -> float:
        x = 60.0
        for column, (cell, wide) in enumerate(zip(cells, widths, strict=True)):
            if column < boxes:
                canvas.rect(x, y - 16, wide, 16)
            canvas.drawString(x + 3 + (shift or {}).get((number, column), 0), y - 12, cell)
            x += wide
        return y - 16

    canvas.setFont("STSong-Light", 9)
    for y, words in ((560, "青山县水利局2023年政府信息公开工作年度报告"), (540, "一、总体情况"), (525, "2023年公开信息12条。")):
        canvas.drawString(60, y, words)
    canvas.drawString(60, 505, "三、收到和处理政府信息公开申请情况")
    y = line(490, ["申请人情况", *HEADS])
    for number, row in enumerate(FORM.section(3)):
        if number == 14:
            canvas.showPage()
            canvas.setFont("STSong-Light", 9)
            y = landscape(A4)[1] - 60
        y = line(y, [row.label.full[:26], *(str(TRUTH[cell]) for cell in row.cells)], number)
    canvas.save()
    return out.getvalue()


def wrong(report: Report) -> list[str]:
    return [cell for cell, value in TRUTH.items() if report.value(cell) != value]


def once(document: Document) -> Report:
    """The report from the ruled cells alone."""
    (report,) = extract(replace(document, second=None))
    return report


def test_values_that_stand_outside_the_ruled_part_are_read_from_the_lines() -> None:
    document = read_bytes(printed(boxes=7), "x.pdf")
    before, (report,) = once(document), extract(document)
    assert wrong(before)
    assert wrong(report) == []
    for evidence in report.cells.values():
        if evidence.place is not None and evidence.raw:
            assert document.quote(evidence.place) == evidence.raw


def test_the_second_reading_never_settles_a_place() -> None:
    document = read_bytes(printed(boxes=7), "x.pdf")
    before, (report,) = once(document), extract(document)
    gained = {cell for cell, evidence in report.cells.items() if evidence.verified and not before.cells[cell].verified}
    assert any(evidence.status == "open" for evidence in before.cells.values())
    assert not any(before.cells[cell].status == "open" for cell in gained)


def test_a_number_cut_by_a_border_has_no_place_and_stays_in_doubt() -> None:
    cut = {(0, 7): -6.0, (0, 1): -5.0, (19, 7): -6.0, (19, 1): -5.0}
    document = read_bytes(printed(shift=cut), "x.pdf")
    before, (report,) = once(document), extract(document)
    assert any(evidence.status == "contested" for evidence in before.cells.values())
    assert report == before
    assert wrong(extract(read_bytes(printed(shift=cut), "x.pdf", rendering="text"))[0]) == []


def test_the_lines_are_not_read_where_the_cells_leave_nothing_in_doubt() -> None:
    def never() -> Second:
        raise AssertionError("read a second time")

    (made,) = generate(1, seed=42)
    document = read_bytes(render_pdf(made), "x.pdf")
    assert document.second is not None
    (report,) = extract(replace(document, second=never))
    assert all(evidence.status in ("verified", "read") for evidence in report.cells.values())


def test_a_second_reading_that_fails_leaves_the_first_as_it_is() -> None:
    def late() -> Second:
        raise LimitError("too late")

    document = read_bytes(printed(boxes=7), "x.pdf")
    (report,) = extract(replace(document, second=late))
    assert report == once(document)


def test_every_carried_character_is_the_same_one_on_the_same_page() -> None:
    (made,) = generate(1, seed=43)
    document = read_bytes(render_pdf(made), "x.pdf")
    assert document.second is not None
    second = document.second()
    assert len(second.places) > 0.9 * sum(not char.isspace() for char in second.document.text)
    for there, here in second.places.items():
        assert second.document.text[there] == document.text[here]
        assert second.document.place(there, there + 1).page == document.place(here, here + 1).page


def test_only_a_ruled_pdf_has_a_second_reading() -> None:
    (made,) = generate(1, seed=43)
    assert read_bytes(render_pdf(made), "x.pdf", rendering="text").second is None
    assert read_bytes(made.data, "x.txt").second is None
