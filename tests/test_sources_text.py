"""Text files become Documents: encodings, normalisation with the way back, lines and cells, clutter, limits."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import LimitError, SourceError
from extractor.sources import Limits, read, read_bytes
from extractor.sources.normalise import normalise

SENTENCE = "青山县水利局2023年主动公开政府信息12条，收到申请3件。\n"
TRADITIONAL = "青山縣水務局開展政務公開工作，對應當公開的資訊進行審核，總計辦結申請三件，還請監督機關與業務處室關注這項實際問題。\n"


def cells(text: str) -> list[list[str]]:
    return [[cell.text for cell in line.cells] for line in read_bytes(text.encode(), "x.txt").lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_a_text_reads_the_same_in_every_encoding(encoding: str) -> None:
    document = read_bytes((SENTENCE * 3).encode(encoding), "x.txt")
    assert document.lines[0].cells[0].text == "青山县水利局2023年主动公开政府信息12条,收到申请3件。"
    assert len(document.lines) == 3


def test_big5_is_told_from_gb18030() -> None:
    document = read_bytes((TRADITIONAL * 3).encode("big5"), "x.txt")
    assert "青山县水务局开展政务公开工作" in document.text


def test_a_few_damaged_bytes_do_not_make_a_file_unreadable() -> None:
    document = read_bytes((SENTENCE * 20).encode() + b"\xff\xfe\n", "x.txt")
    assert "source.damaged" in dict(document.notes)
    assert len(document.lines) == 21


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("①12件", "①12件"),
        ("10²", "10²"),
        ("17，266", "17，266"),
        ("12，其中", "12,其中"),
        ("⒈2020年", "1. 2020年"),
        ("12⒈", "12 1."),
        ("⑴3件", "(1)3件"),
        ("㎡½", "㎡½"),
        ("１２３", "123"),
        ("⽂⼈⺠政府", "文人民政府"),
        ("10<sup>2</sup>", "10 2"),
        ("−52", "-52"),
        ("（一）", "(一)"),
        ("2…5", "2…5"),
        ("<i>C</i> 1", "C 1"),
        ("**一是**推进", "一是推进"),
        ("1&nbsp;234", "1 234"),
        ("1\\. 属于", "1. 属于"),
        ("政\u200b府", "政府"),
        ("<http://example.gov.cn>", "<http://example.gov.cn>"),
    ],
)
def test_normalising_mends_forms_and_makes_no_false_numbers(printed: str, kept: str) -> None:
    assert normalise(printed).text == kept


@given(st.text(alphabet="政府12，①²⒈（）\t|\n\r<i></i>&nbsp;*１ \u200b⽂q(ū)", max_size=120))
@settings(max_examples=300, deadline=None)
def test_every_character_knows_its_way_back(text: str) -> None:
    normal = normalise(text)
    assert len(normal.offsets) == len(normal.text) + 1
    places = list(normal.offsets)
    assert places == sorted(places)
    assert places[-1] <= len(text)
    for char, place in zip(normal.text, places, strict=False):
        if char.isdecimal():
            assert normalise(text[place]).text.strip(". ()") == char


def test_a_cell_quotes_the_original_characters() -> None:
    text = "说明\r\n⽂件\t１２３\t**45**\r\n"
    document = read_bytes(text.encode(), "x.txt")
    cell = document.lines[1].cells[1]
    place = document.place(cell.start, cell.end)
    assert (place.line, document.quote(place)) == (2, "１２３")
    last = document.lines[1].cells[2]
    assert document.quote(document.place(last.start, last.end)) == "45"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a\t\tb", [["a", "", "b"]]),
        ("\t规章\t", [["", "规章", ""]]),
        ("甲\n\t\t", [["甲"], ["", "", ""]]),
        ("| 规章 | 0 | |", [["规章", "0", ""]]),
        ("规章 | 0 | 0 |", [["规章", "0", "0"]]),
        ("规章 |", [["规章"]]),
        ("第二十条第(一)项 | |||", [["第二十条第(一)项", "", "", ""]]),
        ("|||", [["", ""]]),
        ("| 规章 | 0 |\n|---|:-:|\n| - | - |", [["规章", "0"], ["-", "-"]]),
        ("规章  0  0", [["规章  0  0"]]),
        ("规章\n|\n0\n|\n|\n6\n|", [["规章"], ["0"], [""], ["6"]]),
        ("规章 |\n0 |\n|\n6 |", [["规章"], ["0"], [""], ["6"]]),
        ("┌──┬──┐\n│规章│ 0│\n└──┴──┘", [["规章", "0"]]),
    ],
)
def test_lines_are_split_into_cells(line: str, expected: list[list[str]]) -> None:
    assert cells(line) == expected


@pytest.mark.parametrize("line", ["- 5 -", "— 3 —", "－12－", "第 3 页 共 9 页", "第3页", "共9页 第3页", "Page 3 of 9"])
def test_page_numbers_are_left_out(line: str) -> None:
    document = read_bytes(f"甲\n{line}\n乙\n".encode(), "x.txt")
    assert document.text == "甲\n乙"
    assert [item.number for item in document.lines] == [1, 3]


@pytest.mark.parametrize("line", ["5", "-5", "- 5", "0 / 0", "12", "—"])
def test_what_could_be_a_value_is_never_a_page_number(line: str) -> None:
    assert cells(f"甲\n{line}\n乙") == [["甲"], [line], ["乙"]]


def test_form_feeds_count_pages() -> None:
    document = read_bytes("甲甲\f乙乙\n丙丙\f丁丁".encode(), "x.txt")
    assert [line.page for line in document.lines] == [1, 2, 2, 3]


def test_a_traditional_document_is_simplified_and_its_pinyin_left_out() -> None:
    glossed = TRADITIONAL.replace("務", "務(wù)").replace("總計", "總計(jì)")
    document = read_bytes((glossed * 2).encode(), "x.txt")
    assert "青山县水务局开展政务公开工作,对应当公开" in document.text
    assert "source.traditional" in dict(document.notes)
    at = document.text.index("开展")
    assert document.quote(document.place(at, at + 2)) == "開展"


def test_pinyin_without_tones_goes_only_where_there_is_much_of_it() -> None:
    assert normalise("共和(he)(he)国政(zheng)府(fu)信息公(gong)开(kai)工(gong)作(zuo)年(nian)度").text == "共和国政府信息公开工作年度"
    assert normalise("附件(a)和(b)").text == "附件(a)和(b)"


def test_names_in_simplified_text_are_never_converted() -> None:
    assert "乾安县" in read_bytes(("乾安县人民政府\n" + SENTENCE * 3).encode(), "x.txt").text


def test_a_flattened_page_gets_a_line_for_each_section() -> None:
    text = "统计期限为2023年1月1日到12月31日。 一、总体情况 2023年，我镇推进公开。 二、主动公开政府信息情况 第二十条第（一）项 规章 0 0 0"
    assert [line.cells[0].text[:6] for line in read_bytes(text.encode(), "x.txt").lines] == ["统计期限为2", "一、总体情况", "二、主动公开"]


@pytest.mark.parametrize("data", [b"", b" \n\t\n", "\ufeff".encode()])
def test_an_empty_file_says_so(data: bytes) -> None:
    with pytest.raises(SourceError, match=r"空文件\.txt：文件是空的"):
        read_bytes(data, "空文件.txt")


def test_a_binary_file_says_so() -> None:
    with pytest.raises(SourceError, match="不是文本文件"):
        read_bytes(bytes(range(256)) * 40, "x.bin")


def test_fifty_megabytes_of_digits_are_refused() -> None:
    with pytest.raises(LimitError, match="上限"):
        read_bytes(b"1" * 50_000_000, "digits.txt")


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(LimitError, match="行"):
        read_bytes(b"1\n" * 200, "x.txt", limits=Limits(lines=100))


def test_a_file_that_cannot_be_opened_says_so(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SourceError, match=r"没有\.txt：打不开文件"):
        read(tmp_path / "没有.txt")


def test_rows_apart_by_commas_are_cells_and_prose_with_commas_is_none() -> None:
    table = '规章,1,2,3\n"行政规范性文件,含通知",4,5,6\n行政许可,7,,\n'
    prose = "今年,本局,认真,学习。\n成立小组,明确分工,落实责任,加强检查。\n公开10条,20条,30条,40条。\n"
    found = read_bytes((prose + "\n" + table).encode(), "t.txt")
    rows = [[cell.text for cell in line.cells] for line in found.lines if line.box == "tabs"]
    assert rows == [["规章", "1", "2", "3"], ["行政规范性文件,含通知", "4", "5", "6"], ["行政许可", "7", "", ""]]
    for line in found.lines:
        assert all(found.text.startswith(cell.text, cell.start) for cell in line.cells)


@pytest.mark.parametrize("shape", ["object", "lines", "escaped"])
def test_a_text_inside_json_or_with_line_breaks_written_out_is_read_as_itself(shape: str) -> None:
    text = "青山县水利局2023年政府信息公开工作年度报告\n" + SENTENCE * 25
    packed = {
        "object": json.dumps({"url": "http://x", "text": text}, ensure_ascii=False, indent=1),
        "lines": json.dumps({"id": 1, "text": text}) + "\n" + json.dumps({"id": 2, "text": text}),
        "escaped": text.replace("\n", "\\n"),
    }[shape]
    found = read_bytes(packed.encode(), "x.txt")
    lines = [found.text[line.start : line.end] for line in found.lines]
    assert lines == [cell for row in cells(text) for cell in row] * (2 if shape == "lines" else 1)


def test_text_that_only_begins_like_json_stays_as_it_is() -> None:
    assert cells("[附件]\n{说明}\n青山县\n") == [["[附件]"], ["{说明}"], ["青山县"]]
