"""Web pages become Documents: charsets, spans, layout tables, menus and hidden text, Markdown with HTML tables."""

from __future__ import annotations

import hashlib

import pytest

from evals.generate import generate
from evals.render_html import STYLES, render_html
from extractor.errors import LimitError, SourceError
from extractor.model import Document
from extractor.pipeline import extract
from extractor.reading.outline import outlines, passages
from extractor.sources import Limits, read_bytes

TITLE = "青山县水利局2023年政府信息公开工作年度报告"
SECTIONS = (
    "<p>一、总体情况</p><p>2023年，本局公开信息12条。</p><p>二、主动公开政府信息情况</p>{table}"
    "<p>三、收到和处理政府信息公开申请情况</p><p>六、其他需要报告的事项</p><p>无。</p>"
)
TABLE = (
    "<table><tr><td colspan=4>第二十条第（一）项</td></tr><tr><td>信息内容</td><td>本年制<br>发件数</td><td>本年废止件数</td>"
    "<td>现行有效件数</td></tr><tr><td>规章</td><td>0</td><td>&nbsp;</td><td>3</td></tr></table>"
)


def page(body: str, head: str = "<meta charset='utf-8'>") -> bytes:
    return f"<html><head>{head}<title>{TITLE}</title></head><body>{body}</body></html>".encode()


def grid(document: Document) -> list[list[tuple[str, int | None, int]]]:
    return [[(cell.text, cell.column, cell.width) for cell in line.cells] for line in document.lines if line.box == "grid"]


def texts(document: Document) -> list[str]:
    return [line.cells[0].text for line in document.lines if line.box == "none"]


@pytest.mark.parametrize("style", STYLES)
def test_generated_pages_are_read_right_and_verified(style: str) -> None:
    for made in generate(2, seed=40):
        (report,) = extract(read_bytes(render_html(made, style), "x.html"))
        assert (report.title, report.agency, report.year, report.form) == (
            made.label.title, made.label.agency, made.label.year, made.label.form,
        )  # fmt: skip
        for path, values in made.label.rows.items():
            found = [report.value(cell) for cell in report.cells if cell.rpartition(".")[0] == path]
            assert found == list(values), path
        assert all(report.cells[cell].verified for cell in report.cells if not cell.startswith("proactive"))


def test_spans_keep_true_columns_and_nbsp_is_blank() -> None:
    document = read_bytes(page(SECTIONS.format(table=TABLE)), "x.html")
    assert grid(document) == [
        [("第二十条第(一)项", 0, 4)],
        [("信息内容", 0, 1), ("本年制 发件数", 1, 1), ("本年废止件数", 2, 1), ("现行有效件数", 3, 1)],
        [("规章", 0, 1), ("0", 1, 1), ("", 2, 1), ("3", 3, 1)],
    ]


def test_a_cell_spanning_rows_stands_in_its_first_row_only() -> None:
    rows = "<tr><td rowspan=2>三</td><td colspan=2>(一)予以公开</td><td>1</td></tr><tr><td>(三)</td><td>1.</td><td>0</td></tr>"
    document = read_bytes(page(f"<table>{rows}</table>"), "x.html")
    assert grid(document) == [[("三", 0, 1), ("(一)予以公开", 1, 2), ("1", 3, 1)], [("(三)", 1, 1), ("1.", 2, 1), ("0", 3, 1)]]


def test_a_cell_knows_its_table_row_and_column() -> None:
    document = read_bytes(page(SECTIONS.format(table=TABLE)), "x.html")
    line = next(line for line in document.lines if line.cells[0].text == "规章")
    place = document.place(line.cells[3].start, line.cells[3].end)
    assert (place.table, place.row, place.column, document.quote(place)) == (1, 3, 3, "3")


def test_a_layout_table_is_text_and_the_table_inside_it_a_table() -> None:
    menu = "<ul><li><a href=/>首页</a></li><li><a href=/x>2021年政府信息公开工作年度报告</a></li></ul>"
    body = f"<table><tr><td>{menu}</td><td><h1>{TITLE}</h1>{SECTIONS.format(table=TABLE)}</td></tr></table>"
    document = read_bytes(page(body), "x.html")
    assert len(grid(document)) == 3
    assert "一、总体情况" in texts(document)
    assert not any("2021年" in text for text in texts(document))
    assert "source.menus" in dict(document.notes)


@pytest.mark.parametrize(("encoding", "declared"), [("gb18030", "gb2312"), ("utf-8", "gb2312"), ("gbk", ""), ("utf-8", ""), ("utf-16", "")])
def test_the_charset_is_found_whatever_is_declared(encoding: str, declared: str) -> None:
    meta = f"<meta charset='{declared}'>" if declared else ""
    data = page(SECTIONS.format(table=TABLE), meta).decode().encode(encoding)
    assert "2023年,本局公开信息12条。" in texts(read_bytes(data, "x.html"))


def test_a_traditional_page_in_big5_is_read() -> None:
    text = (
        "<html><meta charset=big5><body>"
        + "<p>青山縣開展政務公開工作，對應當公開的資訊進行審核，總計辦結申請三件，請監督機關與業務處室關注。</p>" * 3
    )
    assert texts(read_bytes(text.encode("big5"), "x.html"))[0].startswith("青山县开展政务公开工作")


def test_scripts_and_hidden_spam_are_left_out() -> None:
    body = SECTIONS.format(table=TABLE) + "<div style='display:none'>送礼金</div><script>document.write('一、总体情况')</script>"
    document = read_bytes(page(f"<div>{body}</div><p>最新网址，欢迎注册。</p>"), "x.html")
    assert not any(word in document.text for word in ("礼金", "document", "注册"))


def test_content_that_the_page_shows_by_script_is_found() -> None:
    hidden = f"<div id=c style='display:none'>{SECTIONS.format(table=TABLE)}</div>"
    assert "一、总体情况" in texts(read_bytes(page(hidden), "x.html"))
    stored = f"<textarea>{SECTIONS.format(table=TABLE)}</textarea>".replace("<p>", "&lt;p&gt;").replace("</p>", "&lt;/p&gt;")
    assert "一、总体情况" in texts(read_bytes(page(stored), "x.html"))


def test_kangxi_radicals_are_mended() -> None:
    assert read_bytes(page("<p>⽂件公开⼯作，⼈⺠政府</p>"), "x.html").text == "文件公开工作,人民政府"


def test_attachments_are_listed_and_never_fetched() -> None:
    body = (
        SECTIONS.format(table=TABLE) + "<p>附件：<a href='/files/report.pdf'>全文</a> <a href='http://example.gov.cn/a.docx?x=1'></a></p>"
    )
    document = read_bytes(page(body), "x.html")
    assert document.attachments == ("全文 </files/report.pdf>", "http://example.gov.cn/a.docx?x=1")


def test_the_date_in_the_page_head_is_the_date_of_publication() -> None:
    head = "<meta charset=utf-8><meta name='PubDate' content='2024-01-15 10:00'>"
    (outline,) = outlines(read_bytes(page(f"<h1>{TITLE}</h1>" + SECTIONS.format(table=TABLE), head), "x.html"))
    assert (outline.agency, outline.year, outline.published) == ("青山县水利局", 2023, "2024-01-15")


def test_definition_lists_and_divs_unlike_any_style_read_too() -> None:
    cells = "<div class=r><span>规章</span> <span>0</span> <span>1</span> <span>3</span></div>"
    body = f"<dl><dt>一、总体情况</dt><dd>2023年公开12条。</dd><dt>二、主动公开政府信息情况</dt><dd>{cells}</dd></dl>"
    document = read_bytes(page(f"<center><b>{TITLE}</b></center>{body}"), "x.html")
    (outline,) = outlines(document)
    assert list(outline.sections) == [1, 2]
    assert "规章 0 1 3" in texts(document)
    assert next(item.text for item in passages(document, outline)) == "2023年公开12条。"


def test_a_web_archive_is_the_page_inside_it() -> None:
    inner = page(SECTIONS.format(table=TABLE)).decode()
    archive = (
        f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html; charset=utf-8\n\n{inner}\n--x--\n"
    )
    document = read_bytes(archive.encode(), "x.doc")
    assert document.source.format == "html"
    assert document.source.sha256 == hashlib.sha256(archive.encode()).hexdigest()
    assert "一、总体情况" in texts(document)


def test_the_hash_is_that_of_the_file_pictures_inside_the_page_included() -> None:
    data = page(SECTIONS.format(table=TABLE) + f"<img src='data:image/png;base64,{'A' * 400}'>")
    document = read_bytes(data, "x.html")
    assert document.source.sha256 == hashlib.sha256(data).hexdigest()
    assert "AAAA" not in document.original


def test_deep_wide_and_endless_pages_are_refused_or_bounded() -> None:
    with pytest.raises(LimitError, match="嵌套"):
        read_bytes(b"<html><body>" + b"<div>" * 100_000, "deep.html")
    with pytest.raises(LimitError, match="嵌套"):
        read_bytes(b"<html><body>" + b"<table><tr><td>" * 2_000, "tables.html")
    with pytest.raises(LimitError):
        read_bytes(b"<html><body>" + b"<p>1</p>" * 500, "long.html", limits=Limits(lines=100))
    wide = read_bytes(b"<html><body><table>" + b"<tr><td colspan=9999 rowspan=9999>1</td></tr>" * 50 + b"</table>", "wide.html")
    assert max(cell.width for line in wide.lines for cell in line.cells) <= 200


def test_a_page_without_text_says_so() -> None:
    with pytest.raises(SourceError, match="没有可读的文字"):
        read_bytes(page("<img src=a.png>"), "x.html")


def test_markdown_with_html_tables_has_real_tables() -> None:
    text = f"# {TITLE}\n\n**一、总体情况**\n\n公开12条。\n\n二、主动公开政府信息情况\n\n{TABLE}\n"
    document = read_bytes(text.encode(), "x.md")
    assert document.source.format == "markdown"
    assert texts(document) == [TITLE, "一、总体情况", "公开12条。", "二、主动公开政府信息情况"]
    assert grid(document)[2] == [("规章", 0, 1), ("0", 1, 1), ("", 2, 1), ("3", 3, 1)]


def test_markdown_with_a_table_for_every_row_keeps_its_rows() -> None:
    row = "| 列1 | 列2 |\n| --- | --- |\n| 规章 | 0 |\n\n"
    document = read_bytes(("# 报告\n\n" + row * 2).encode(), "x.md")
    assert document.source.format == "markdown"
    assert [[cell.text for cell in line.cells] for line in document.lines][1:] == [["列1", "列2"], ["规章", "0"]] * 2
