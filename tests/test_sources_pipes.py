"""Pipe tables as converters of web pages print them: rows over several lines, glued pipes that fill rows up, cells in two pipes each."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from extractor.forms import form_of
from extractor.model import Report
from extractor.pipeline import extract
from extractor.sources import read_bytes
from extractor.sources.pipes import unfold
from tests.small_reports import figures

TWO = [
    ["第二十条第（一）项"],
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "0", "0", "0"],
    ["行政规范性文件", "3", "1", "9"],
    ["第二十条第（五）项"],
    ["信息内容", "本年处理决定数量"],
    ["行政许可", "412"],
    ["第二十条第（六）项"],
    ["信息内容", "本年处理决定数量"],
    ["行政处罚", "27"],
    ["行政强制", "5"],
    ["第二十条第（八）项"],
    ["信息内容", "本年收费金额（单位：万元）"],
    ["行政事业性收费", "0"],
]
NAMES = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]


def three() -> list[list[str]]:
    """Section three with merged label cells as a page has them: one label cell in some rows, two or three in others."""
    values = figures(3)
    rows = [["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "申请人情况"]]
    rows += [["自然人", "法人或其他组织", "总计"], NAMES[1:6]]
    last = ""
    for row in form_of("2021").section(3):
        heads = [f"{row.label.ordinal}{row.label.text}"]
        group = row.groups[0] if row.groups else None
        if group is not None and group.text != last:
            heads.insert(0, f"{group.ordinal}{group.text}")
        if row.path.endswith("granted") and "partially" not in row.path:
            heads.insert(0, "三、本年度办理结果")
        last = group.text if group is not None else ""
        rows.append([*heads, *(str(values[cell]) if values[cell] or cell.endswith("total") else "" for cell in row.cells)])
    return rows


def four() -> list[list[str]]:
    return [["行政复议", "行政诉讼"], [*RESULTS, "未经复议直接起诉", "复议后起诉"], RESULTS * 2, ["1", "0", "0", "2", "3", *["0"] * 10]]


def on_lines(rows: Sequence[Sequence[str]], columns: int) -> str:
    """Cells end in a pipe; a blank cell is a line break and a pipe; a row is filled up with glued pipes."""
    lines = []
    for row in rows:
        text = "".join(f"{cell} | " if cell else "\n| " for cell in row).replace(" \n", "\n").rstrip()
        lines.append(text + (" " + "|" * (columns - len(row)) if len(row) < columns else ""))
    return "\n".join(lines)


def cell_by_cell(rows: Sequence[Sequence[str]], columns: int) -> str:
    """Every cell on its own line."""
    lines = []
    for row in rows:
        lines += [f"{cell} |" if cell else "|" for cell in row]
        if len(row) < columns:
            lines[-1] += " " + "|" * (columns - len(row))
    return "\n".join(lines)


def opened(rows: Sequence[Sequence[str]], columns: int) -> str:
    """Every cell on its own line, and before each row but the first a pipe on a line of its own."""
    return "\n|\n".join(cell_by_cell([row], columns) for row in rows)


def report(manner: str) -> str:
    write = {"on_lines": on_lines, "cell_by_cell": cell_by_cell, "opened": opened}[manner]
    parts = [
        "云岭县林业局2022年政府信息公开工作年度报告",
        "一、总体情况",
        "云岭县林业局认真做好政府信息公开工作。",
        "二、主动公开政府信息情况",
        write(TWO, 4),
        "三、收到和处理政府信息公开申请情况",
        write(three(), 10),
        "四、政府信息公开行政复议、行政诉讼情况",
        write(four(), 15),
        "五、存在的主要问题及改进情况",
        "公开的及时性有待提高。",
        "六、其他需要报告的事项",
        "无。",
    ]
    return "\n".join(parts)


def read(text: str) -> Report:
    (found,) = extract(read_bytes(text.encode(), "t.txt"))
    return found


@pytest.mark.parametrize("manner", ["on_lines", "cell_by_cell", "opened"])
def test_folded_rows_with_blank_cells_are_read_and_proved(manner: str) -> None:
    found = read(report(manner))
    assert found.agency == "云岭县林业局"
    assert [found.value(f"proactive.normative_documents.{name}") for name in ("issued", "repealed", "in_force")] == [3, 1, 9]
    assert found.value("proactive.licensing.decisions") == 412
    assert found.value("review_litigation.review.pending") == 2
    for cell, value in figures(3).items():
        if cell.startswith("applications."):
            assert found.value(cell) == value, cell
            assert found.cells[cell].verified, cell
    assert not [f for f in found.findings if f.severity == "error"]


def test_a_folded_row_keeps_its_blank_cells_and_loses_its_fillers() -> None:
    text = "一、本年新收 | 25 |\n|\n|\n| 25 | ||\n二、上年结转 |\n|\n|\n|\n| 0 | ||\n（七）总计 | 25 | 1 | 2 | 3 | 31 | ||\n"
    lines = [line for line in unfold(text).split("\n") if line.strip()]
    assert [[cell.strip() for cell in line.strip().rstrip("|").split("|")] for line in lines] == [
        ["一、本年新收", "25", "", "", "", "25"],
        ["二、上年结转", "", "", "", "", "0"],
        ["（七）总计", "25", "1", "2", "3", "31"],
    ]
    assert len(unfold(text)) == len(text)


def test_cells_in_two_pipes_each_have_no_blank_cells_between_them() -> None:
    text = "|信息内容||本年制发件数||本年废止件数||现行有效件数|\n|规章||0||0||0|\n|行政规范性文件||3||1||9|\n"
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in unfold(text).split("\n") if line.strip()]
    assert rows[1:] == [["规章", "0", "0", "0"], ["行政规范性文件", "3", "1", "9"]]


@pytest.mark.parametrize(
    "text",
    [
        "| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n|---|---|---|---|\n| 规章 | 0 | | |\n| 行政许可 | 5 | | |\n",
        "|规章||0|\n|行政许可||5|\n|行政处罚||7|\n",
        "规章 |\n0 |\n0 |\n|\n行政规范性文件 |\n3 |\n1 |\n9 |\n",
        "没有表格的一行\n",
    ],
)
def test_other_tables_stay_as_they_are(text: str) -> None:
    assert unfold(text) == text


def cell_lines(rows: Sequence[Sequence[str]], blank: str, gap: str = "\n") -> str:
    """Every cell on its own line, a blank one with nothing but a no-break space."""
    return gap.join(cell or blank for row in rows for cell in row)


def report_in_lines(blank: str, gap: str = "\n") -> str:
    return "\n".join(
        [
            "云岭县林业局2022年政府信息公开工作年度报告",
            "一、总体情况",
            "云岭县林业局认真做好政府信息公开工作。",
            blank,
            "二、主动公开政府信息情况",
            cell_lines(TWO, blank, gap),
            "三、收到和处理政府信息公开申请情况",
            cell_lines(three(), blank, gap),
            "四、政府信息公开行政复议、行政诉讼情况",
            cell_lines(four(), blank, gap),
            "五、存在的主要问题及改进情况",
            "公开的及时性有待提高。",
        ]
    )


@pytest.mark.parametrize("gap", ["\n", "\n\n        "])
@pytest.mark.parametrize("blank", ["\u00a0", "&nbsp;"])
def test_a_line_with_a_no_break_space_is_a_blank_cell_between_cells_on_lines(blank: str, gap: str) -> None:
    found = read(report_in_lines(blank, gap))
    for cell, value in figures(3).items():
        if cell.startswith("applications."):
            assert found.value(cell) == value, cell
            assert found.cells[cell].verified, cell
    assert found.cells["applications.refused.state_secret.business"].printed in ("blank", "printed")


def test_no_break_spaces_that_only_keep_cells_apart_are_no_blank_cells() -> None:
    full = [[cell or "0" for cell in row] for row in three()]
    text = report_in_lines("\u00a0").replace(cell_lines(three(), "\u00a0"), cell_lines(full, "\u00a0", "\n\u00a0\n"))
    text = text.replace(cell_lines(TWO, "\u00a0"), cell_lines(TWO, "\u00a0", "\n\u00a0\n")).replace(cell_lines(four(), "\u00a0"), "无。")
    found = read(text)
    for cell, value in figures(3).items():
        if cell.startswith("applications."):
            assert found.value(cell) == value, cell


def test_two_tabs_between_all_cells_are_one_boundary() -> None:
    rows = [["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"], ["规章", "0", "\u00a0", "0"], ["行政规范性文件", "3", "", "9"]]
    text = "\n".join("\t\t".join(row) for row in rows)
    assert [[cell.strip() for cell in line.split("\t")] for line in unfold(text).split("\n")][1:] == [
        ["规章", "0", "", "0"],
        ["行政规范性文件", "3", "", "9"],
    ]
    single = text.replace("规章\t\t0", "规章\t0")
    assert unfold(single) == single


def test_rows_behind_a_page_break_are_filled_up_as_those_before_it() -> None:
    before = "收到申请 | 5 |\n|\n|\n| 2 | 7 | ||\n上年结转 | 1 |\n|\n|\n| 0 | 1 | ||\n"
    after = "总计 | 4 |\n|\n|\n| 2 | 6 | ||\n"
    found = read_bytes(f"{before}\n（续表）\n\n{after}".encode(), "t.txt")
    rows = [[cell.text for cell in line.cells] for line in found.lines if line.box == "pipes"]
    assert rows[-1] == ["总计", "4", "", "", "", "2", "6"]
