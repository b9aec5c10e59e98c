"""Pages that ran together into one line: rows, headings and paragraphs stand apart again, and nothing moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.generate import one
from extractor.pipeline import extract
from extractor.sources import read_bytes
from extractor.sources.flattened import unflatten

ROWS = ["规章 | 1 | 2 | 3 |", "行政规范性文件 | 4 | 5 | 6 |", "第二十条第(五)项 |", "信息内容 | 本年处理决定数量 |", "行政许可 | 7 |"] * 4


def test_a_row_begins_between_a_value_and_a_label() -> None:
    lines = unflatten(" ".join(ROWS)).split("\n")
    assert [line.strip() for line in lines[:3]] == [
        "规章 | 1 | 2 | 3 |",
        "行政规范性文件 | 4 | 5 | 6 |",
        "第二十条第(五)项 | 信息内容 | 本年处理决定数量 | 行政许可 | 7 |",
    ]


@given(st.text(alphabet="规章一(二)、12 |\t.\n元/", max_size=400))
def test_nothing_moves(text: str) -> None:
    found = unflatten(text)
    assert len(found) == len(text)
    assert all(old == new or new == "\n" for old, new in zip(text, found, strict=True))


@pytest.mark.parametrize("layout", ["spaces", "bars", "cell_lines", "cell_bars", "folded", "tabs", "pipes"])
def test_a_report_in_one_line_is_read_as_one_in_lines(layout: str) -> None:
    made = one(77, 1, layout=layout, mess=[("page_flattened", 0.5)])
    assert made.text.count("\n") == 1
    (found,) = extract(read_bytes(made.data, made.name))
    assert sorted(found.sections) == [1, 2, 3, 4, 5, 6]
    assert {path: found.value(path) for path in made.label.values} == made.label.values


def test_the_last_line_may_be_a_heading_with_its_text() -> None:
    text = (
        "澜江市教育局2023年政府信息公开工作年度报告\n一、总体情况\n认真学习条例。\n六、其他需要报告的事项 2023年,我局没有收取信息处理费。"
    )
    (found,) = extract(read_bytes(text.encode(), "t.txt"))
    assert sorted(found.sections) == [1, 6]
    assert found.narrative[-1].text.startswith("2023年")


def test_a_page_in_traditional_characters_is_parted_too() -> None:
    made = one(77, 1, layout="spaces", mess=[("page_flattened", 0.5), ("traditional", 0.5)])
    (found,) = extract(read_bytes(made.data, made.name))
    assert sorted(found.sections) == [1, 2, 3, 4, 5, 6]
    assert {path: found.value(path) for path in made.label.values} == made.label.values
