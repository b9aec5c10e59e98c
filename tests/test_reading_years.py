"""Section three printed twice: captions that tell of which year each table is, and lines that do not."""

from __future__ import annotations

import pytest
from test_reading_rows import label, other_year
from test_reading_tables import APPLICANT_HEAD, FORM, RESULT_HEAD, group_at, reading_of, report, table_rows, values

from evals.generate import generate
from extractor.crosscheck.rules import rule_of
from extractor.model import Reading
from extractor.pipeline import extract
from extractor.sources import read_bytes

ROWS = FORM.section(3)
OWN, OTHER = 0, 30
"""What a row's numbers are raised by in the report's own table and in the other one."""


def printed(first: str, second: str, *, own_first: bool, below: str = "") -> str:
    """A report for 2022 whose section three holds two tables with these lines above them."""
    tables = [table_rows(FORM), other_year()] if own_first else [other_year(), table_rows(FORM)]
    head = "\n".join([*([first] if first else []), APPLICANT_HEAD])
    between = [*([second] if second else []), APPLICANT_HEAD]
    return report([*tables[0], *between, *tables[1], *([below] if below else [])], head=head)


def chosen(reading: Reading) -> int | None:
    """How much the numbers are raised in the table that was read; None where nothing settles it."""
    raised = set()
    for n, row in enumerate(ROWS):
        group = group_at(reading, row.path)
        if not group.placed or len(group.alternatives) > 1:
            return None
        if n != 1:
            raised.add((values(group, row.path)[0] or 0) - n - 1)
    (found,) = raised
    return found


@pytest.mark.parametrize(
    ("first", "second", "own_first"),
    [
        ("", "上年度", True),
        ("", "2021年情况", True),
        ("", "附：2020年", True),
        ("", "附：2021年度收到和处理政府信息公开申请情况", True),
        ("", "附表1：2021年同期数据，供参考", True),
        ("2022年情况", "2021年情况", True),
        ("（一）2022年", "（二）2021年", True),
        ("1.2021年情况", "2.2022年情况", False),
        ("上年度", "本年度", False),
        ("青岚县2021年收到和处理政府信息公开申请情况", "青岚县2022年收到和处理政府信息公开申请情况", False),
        ("二〇二一年情况", "二〇二二年情况", False),
    ],
)
def test_captions_tell_which_table_is_the_reports(first: str, second: str, own_first: bool) -> None:
    reading = reading_of(printed(first, second, own_first=own_first))
    assert chosen(reading) == OWN
    (note,) = reading.notes
    assert rule_of(note.rule).id == "reading.other_year"
    assert f"第 {1 if own_first else 2} 张" in note.message


@pytest.mark.parametrize(
    ("first", "second", "below"),
    [
        ("", "", ""),
        ("", "单位：件", ""),
        ("", "本年度", ""),
        ("", "2022年情况", ""),
        ("", "注：上表为2021年数据", ""),
        ("", "2021年、2022年情况", ""),
        ("", "与2021年对比情况", ""),
        ("", "2023年情况", ""),
        ("", "2021年12月31日", ""),
        ("", "说明：2021年口径有调整", ""),
        ("", "青岚县人民政府2021年政府信息公开工作年度报告", ""),
        ("2021年情况", "", ""),
        ("2021年情况", "2020年情况", ""),
        ("2022年情况", "本年度", ""),
        ("", "2021年情况", "2022年情况"),
        ("2022年情况", "二、上年度", ""),
    ],
)
@pytest.mark.parametrize("own_first", [True, False])
def test_a_line_that_may_mean_something_else_settles_nothing(first: str, second: str, below: str, own_first: bool) -> None:
    reading = reading_of(printed(first, second, own_first=own_first, below=below))
    assert chosen(reading) is None
    assert [group_at(reading, row.path).placed for row in ROWS] == [n == 1 for n in range(len(ROWS))]
    assert reading.notes == ()


def test_a_year_that_the_report_itself_leaves_in_doubt_tells_nothing() -> None:
    text = printed("", "2021年情况", own_first=True)
    assert chosen(reading_of(text)) == OWN
    doubted = text.replace("一、总体情况\n", "2022年1月20日\n一、总体情况\n本报告数据的统计期限为2021年1月1日至2021年12月31日。\n")
    assert chosen(reading_of(doubted)) is None


def test_of_three_tables_the_two_of_other_years_are_left_out() -> None:
    older = [line.replace("\t3", "\t8") for line in other_year()]
    lines = [*table_rows(FORM), "2021年情况", APPLICANT_HEAD, *other_year(), "2020年情况", APPLICANT_HEAD, *older]
    assert chosen(reading_of(report(lines))) == OWN
    unclear = [line for line in lines if line != "2021年情况"]
    assert chosen(reading_of(report(unclear))) is None


def test_a_row_that_only_one_of_two_tables_holds_is_not_taken_for_the_reports() -> None:
    lost = table_rows(FORM)[1:]
    reading = reading_of(report([*lost, APPLICANT_HEAD, *other_year()]))
    group = group_at(reading, ROWS[0].path)
    assert not group.placed
    assert not group.complete


def test_two_tables_on_one_line_agree_only_where_they_are_alike() -> None:
    rows = [*table_rows(FORM), APPLICANT_HEAD, *other_year()]
    reading = reading_of(report([" ".join(row.replace("\t", " ") for row in rows)]))
    assert not any(group_at(reading, row.path).placed for n, row in enumerate(ROWS) if n != 1)


def test_a_chain_of_labels_that_runs_through_both_tables_is_taken_apart() -> None:
    misprinted = [line.replace(label(n)[:6], "〇〇〇") if n > 12 else line for n, line in enumerate(table_rows(FORM))]
    other = [line.replace(label(n)[:6], "〇〇〇") if n in range(1, 9) else line for n, line in enumerate(other_year())]
    reading = reading_of(report([*misprinted, APPLICANT_HEAD, *other]))
    assert not any(group_at(reading, row.path).placed for n, row in enumerate(ROWS) if n != 1 and reading.groups)


@pytest.mark.parametrize("kind", ["other_year_captioned", "other_year_bare"])
def test_generated_reports_with_a_table_of_another_year_are_read_as_their_captions_say(kind: str) -> None:
    for made in generate(30, 21, mess=[(kind, 0.5)]):
        (report_,) = extract(read_bytes(made.data, made.name))
        told = [finding.rule for finding in report_.findings if finding.rule == "reading.other_year"]
        assert bool(told) == (kind == "other_year_captioned")
        for row, numbers in made.label.rows.items():
            for cell, number in zip(report_.cells.keys() & {f"{row}.total"}, numbers[-1:], strict=False):
                assert report_.value(cell) == number or (kind == "other_year_bare" and not report_.cells[cell].verified)


def whole(number: int, first: str, second: str, *, own_first: bool) -> Reading:
    """A report for 2022 in which section two or four prints a second table, every number of it greater by 30, below these lines."""
    text = report(table_rows(FORM), four="\t".join(map(str, range(1, 16))))
    if number == 2:
        head = "第二十条第（一）项\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n"
        table = head + "规章\t{}\t0\t0\n行政规范性文件\t{}\t1\t9\n行政许可\t{}\n行政处罚\t{}\n行政强制\t{}"
        own, other = table.format(1, 2, 3, 4, 5), table.format(31, 32, 33, 34, 35)
        start, stop = text.index("第二十条"), text.index("三、收到和处理")
    else:
        own = "\n".join([RESULT_HEAD, "\t".join(map(str, range(1, 16)))])
        other = "\n".join([RESULT_HEAD, "\t".join(map(str, range(31, 46)))])
        start, stop = text.index(RESULT_HEAD), text.index("五、存在")
    tables = [own, other] if own_first else [other, own]
    lines = [line for pair in zip((first, second), tables, strict=True) for line in pair if line]
    return reading_of(text[:start] + "\n".join(lines) + "\n" + text[stop:])


def first_values(reading: Reading, number: int) -> list[int | None]:
    row = FORM.section(number)[0]
    group = group_at(reading, row.path)
    return [values(group, row.path, choice)[0] for choice in range(len(group.alternatives))]


@pytest.mark.parametrize("number", [2, 4])
def test_captions_tell_in_sections_two_and_four_as_well(number: int) -> None:
    for first, second, own_first in (("", "附：2021年", True), ("2021年情况", "2022年情况", False)):
        reading = whole(number, first, second, own_first=own_first)
        assert first_values(reading, number) == [1]
        assert [note.rule for note in reading.notes] == ["reading.other_year"]
        assert f"表{'二三四'[number - 2]}印了 2 张" in reading.notes[0].message


@pytest.mark.parametrize("own_first", [True, False])
def test_two_tables_of_section_two_that_nothing_tells_apart_are_both_listed(own_first: bool) -> None:
    reading = whole(2, "", "", own_first=own_first)
    assert sorted(first_values(reading, 2), key=str) == [1, 31]
    assert not group_at(reading, "proactive.licensing").placed


def test_two_tables_of_section_four_that_nothing_tells_apart_are_not_proven() -> None:
    reading = whole(4, "", "另一张表", own_first=True)
    group = group_at(reading, "review_litigation.review")
    assert len(group.alternatives) > 1 or not group.complete
