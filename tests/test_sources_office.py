"""Word and Excel files become Documents: merged cells, tracked changes, limits on what is packed, LibreOffice for the rest."""

from __future__ import annotations

import io
import shutil
import tracemalloc
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from evals.generate import generate
from evals.render_docx import STYLES, render_docx
from extractor.errors import LimitError, SourceError
from extractor.model import Document
from extractor.pipeline import extract
from extractor.sources import Limits, read_bytes

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(body: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document xmlns:w='{W}'><w:body>{body}</w:body></w:document>")
    return out.getvalue()


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def grid(document: Document) -> list[list[tuple[str, int | None, int]]]:
    return [[(cell.text, cell.column, cell.width) for cell in line.cells] for line in document.lines if line.box == "grid"]


def saved(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("style", STYLES)
def test_generated_word_files_are_read_right_and_verified(style: str) -> None:
    for made in generate(2, seed=41):
        (report,) = extract(read_bytes(render_docx(made, style), "x.docx"))
        assert (report.agency, report.year, report.form) == (made.label.agency, made.label.year, made.label.form)
        for path, values in made.label.rows.items():
            found = [report.value(cell) for cell in report.cells if cell.rpartition(".")[0] == path]
            assert found == list(values), path
        assert all(report.cells[cell].verified for cell in report.cells if not cell.startswith("proactive"))


def test_merged_cells_stand_once_with_their_true_columns() -> None:
    file = docx.Document()
    table = file.add_table(3, 4)
    for row in range(3):
        for column in range(4):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(0, 0).merge(table.cell(2, 0)).text = "三"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "合"
    table.cell(2, 3).text = ""
    assert grid(read_bytes(saved(file), "x.docx")) == [
        [("三", 0, 1), ("合", 1, 2), ("03", 3, 1)],
        [("11", 1, 1), ("12", 2, 1), ("13", 3, 1)],
        [("21", 1, 1), ("22", 2, 1), ("", 3, 1)],
    ]


def test_tracked_deletions_are_left_out_and_insertions_kept() -> None:
    body = "<w:p><w:r><w:t>公开</w:t></w:r><w:del><w:r><w:delText>9</w:delText></w:r></w:del><w:ins><w:r><w:t>12</w:t></w:r></w:ins></w:p>"
    assert read_bytes(word(body), "x.docx").text == "公开12"


def test_content_controls_text_boxes_and_raised_digits() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{p('附注')}</w:txbxContent></w:pict></w:r>"
    raised = "<w:r><w:t>10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>2</w:t></w:r>"
    body = f"<w:sdt><w:sdtContent>{p('一、总体情况')}</w:sdtContent></w:sdt><w:p>{box}<w:r><w:t>正文</w:t></w:r></w:p><w:p>{raised}</w:p>"
    assert read_bytes(word(body), "x.docx").text.split("\n") == ["一、总体情况", "正文", "附注", "10 2"]


def test_page_breaks_that_word_recorded_give_pages() -> None:
    body = p("甲甲") + "<w:p><w:r><w:lastRenderedPageBreak/><w:t>乙乙</w:t></w:r></w:p>" + p("丙丙")
    assert [line.page for line in read_bytes(word(body), "x.docx").lines] == [1, 1, 2]


def test_a_table_that_lays_out_text_is_text() -> None:
    long = "本局认真贯彻落实条例。" * 30
    row = f"<w:tbl><w:tr><w:tc>{p('一、总体情况')}{p(long)}</w:tc></w:tr></w:tbl>"
    document = read_bytes(word(row), "x.docx")
    assert [line.box for line in document.lines] == ["none", "none"]


def test_an_excel_file_with_the_statutory_tables() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["青山县水利局2023年政府信息公开工作年度报告"])
    sheet.append(["二、主动公开政府信息情况"])
    sheet.append(["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"])
    sheet.append(["规章", 0, None, 3.0])
    sheet.append(["行政事业性收费", 1234.5, "=1+1", 7])
    sheet.merge_cells("A1:D1")
    out = io.BytesIO()
    book.save(out)
    document = read_bytes(out.getvalue(), "x.xlsx")
    assert document.source.format == "xlsx"
    assert grid(document)[0] == [("青山县水利局2023年政府信息公开工作年度报告", 0, 4)]
    assert grid(document)[2] == [("规章", 0, 1), ("0", 1, 1), ("", 2, 1), ("3", 3, 1)]
    assert [cell for cell, _, _ in grid(document)[3]] == ["行政事业性收费", "1234.5", "", "7"]
    assert "二、主动公开政府信息情况" in document.text


def test_a_small_file_that_unpacks_into_a_huge_one_is_refused_without_unpacking_it() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as stream:
        for _ in range(60):
            stream.write(b" " * 2**20)
    tracemalloc.start()
    with pytest.raises(LimitError, match="解压后超过上限"):
        read_bytes(out.getvalue(), "bomb.docx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_a_part_or_workbook_beyond_the_limit_is_refused() -> None:
    with pytest.raises(LimitError, match="超过"):
        read_bytes(word(p("字" * 1000)), "x.docx", limits=Limits(part_bytes=1000))
    book = openpyxl.Workbook()
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(LimitError, match="工作簿"):
        read_bytes(out.getvalue(), "x.xlsx", limits=Limits(part_bytes=1000))


def test_entities_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>")
    with pytest.raises(SourceError, match="文档类型声明"):
        read_bytes(out.getvalue(), "x.docx")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04" + b"x" * 100, "已损坏"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "图片"),
        (b"Rar!\x1a\x07" + bytes(100), "压缩包"),
        (word("")[:-40], "已损坏"),
    ],
)
def test_what_cannot_be_read_is_named(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read_bytes(data, "x.docx")


def test_an_empty_word_file_says_so() -> None:
    with pytest.raises(SourceError, match="没有可读的文字"):
        read_bytes(word(""), "x.docx")


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def test_without_libreoffice_an_old_file_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SourceError, match=r"请安装 LibreOffice，或另存为 \.docx"):
        read_bytes(OLE, "x.doc")


def test_libreoffice_converts_an_old_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A stand-in for the program: it writes the Word file that the conversion would make."""
    (tmp_path / "made.docx").write_bytes(word(p("一、总体情况")))
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nfor last; do :; done\ncp '{tmp_path}/made.docx' \"${{last%.*}}.docx\"\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(program))
    document = read_bytes(OLE, "旧文件.wps")
    assert (document.text, document.source.format, document.source.name) == ("一、总体情况", "doc", "旧文件.wps")


def test_a_conversion_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(program))
    with pytest.raises(LimitError, match="转换超过"):
        read_bytes(OLE, "x.doc", limits=Limits(seconds=0.2))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_rich_text_is_read_through_libreoffice() -> None:
    text = "{\\rtf1\\ansi Report 2023\\par Total 12}"
    assert read_bytes(text.encode(), "x.rtf").text.split("\n") == ["Report 2023", "Total 12"]
