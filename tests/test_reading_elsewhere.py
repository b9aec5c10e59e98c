"""Captions worded like another section's heading, headings printed again, and tables that stand outside their section."""

from __future__ import annotations

import pytest
from test_reading_rows import other_year
from test_reading_tables import APPLICANT_HEAD, FORM, RESULT_HEAD, group_at, reading_of, report, table_rows, values

from evals.generate import generate
from extractor.model import Reading
from extractor.pipeline import extract
from extractor.reading.outline import outlines
from extractor.reading.signs import sign_of
from extractor.sources import read_bytes

ROWS = FORM.section(3)
SAME = 1
"""The row that is the same in both years."""
FOUR = "\t".join(map(str, range(1, 16)))
OTHER_FOUR = "\t".join(map(str, range(31, 46)))
APPLICATIONS = "收到和处理政府信息公开申请情况"
REVIEW = "政府信息公开行政复议、行政诉讼情况"


def two_tables(first: str, second: str, *, own_first: bool) -> str:
    """A report for 2022 whose section three holds two tables with these lines above them."""
    tables = [table_rows(FORM), other_year()] if own_first else [other_year(), table_rows(FORM)]
    head = "\n".join([*([first] if first else []), APPLICANT_HEAD])
    return report([*tables[0], *([second] if second else []), APPLICANT_HEAD, *tables[1]], head=head, four=FOUR)


def undecided(reading: Reading) -> bool:
    """Whether only the row that is the same in both tables is certain."""
    return [group_at(reading, row.path).placed for row in ROWS] == [n == SAME for n in range(len(ROWS))]


@pytest.mark.parametrize("own_first", [True, False])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("", f"四、{REVIEW}"),
        ("", REVIEW),
        ("", "二、主动公开政府信息情况"),
        ("", f"三、{APPLICATIONS}"),
        (APPLICATIONS, APPLICATIONS),
        (f"四、{REVIEW}", f"四、{REVIEW}"),
        ("", "五、存在的主要问题及改进情况"),
        ("", "其他需要报告的事项"),
        ("总体情况", "总体情况"),
        ("", f"四、{REVIEW}\n有关情况见下表。"),
        ("", "五、存在的主要问题及改进情况\n有关情况见下表。"),
        ("", "（二）"),
    ],
)
def test_a_caption_worded_like_a_heading_does_not_hide_one_of_two_tables(first: str, second: str, own_first: bool) -> None:
    text = two_tables(first, second, own_first=own_first)
    assert undecided(reading_of(text))
    (found,) = extract(read_bytes(text.encode(), "x.txt"))
    three = {path: cell for path, cell in found.cells.items() if path.startswith("applications.")}
    agreed = set(ROWS[SAME].cells)
    assert not [path for path, cell in three.items() if cell.verified and path not in agreed]


@pytest.mark.parametrize("caption", [f"（二）2021年{REVIEW}", f"四、2021年{REVIEW}", "附：2021年主动公开政府信息情况"])
def test_a_year_in_such_a_caption_still_tells_which_table_is_the_reports(caption: str) -> None:
    reading = reading_of(two_tables("", caption, own_first=True))
    assert [values(group_at(reading, row.path), row.path)[0] for n, row in enumerate(ROWS) if n != SAME] == [
        n + 1 for n in range(len(ROWS)) if n != SAME
    ]
    assert all(group_at(reading, row.path).placed for row in ROWS)


def test_section_four_printed_again_under_another_heading_is_undecided() -> None:
    text = report(table_rows(FORM), four=f"{FOUR}\n三、{APPLICATIONS}\n{RESULT_HEAD}\n{OTHER_FOUR}")
    (found,) = extract(read_bytes(text.encode(), "x.txt"))
    assert not any(cell.verified for path, cell in found.cells.items() if path.startswith("review_litigation."))
    assert any(cell.verified for path, cell in found.cells.items() if path.startswith("applications."))


@pytest.mark.parametrize("own_first", [True, False])
def test_sections_printed_again_with_their_headings_are_one_report_that_settles_nothing(own_first: bool) -> None:
    text = report(table_rows(FORM), four=FOUR)
    again = "\n".join([f"三、{APPLICATIONS}", APPLICANT_HEAD, *other_year(), f"四、{REVIEW}", RESULT_HEAD, OTHER_FOUR, ""])
    at = text.index("五、") if own_first else text.index("三、收到")
    text = text[:at] + again + text[at:]
    document = read_bytes(text.encode(), "x.txt")
    (outline,) = outlines(document)
    assert list(outline.sections) == sorted(outline.sections)
    assert undecided(reading_of(text))
    (found,) = extract(document)
    assert not any(cell.verified for path, cell in found.cells.items() if path.startswith("review_litigation."))


def test_the_same_table_printed_again_takes_nothing_away() -> None:
    text = report(table_rows(FORM), four=FOUR)
    again = "\n".join(["附表", f"三、{APPLICATIONS}", APPLICANT_HEAD, *table_rows(FORM), ""])
    once, twice = reading_of(text), reading_of(text + again)
    for row in ROWS:
        assert group_at(twice, row.path).placed
        assert values(group_at(twice, row.path), row.path) == values(group_at(once, row.path), row.path)


def test_a_heading_copied_and_not_changed_leaves_each_table_its_own_section() -> None:
    text = report(table_rows(FORM), four=FOUR)
    copied = text.replace(f"四、{REVIEW}", f"三、{APPLICATIONS}")
    assert copied != text
    for one, other in zip(reading_of(text).groups, reading_of(copied).groups, strict=True):
        assert (one.cells, [way.tokens and way.tokens[0] and way.tokens[0].raw for way in one.alternatives]) == (
            other.cells,
            [way.tokens and way.tokens[0] and way.tokens[0].raw for way in other.alternatives],
        )


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ("第二十条第（一）项", 2),
        ("信息内容\t本年制发件数", 2),
        ("申请人情况", 3),
        ("行政复议\t行政诉讼", 4),
        ("结果维持 结果纠正 其他结果", 4),
        (f"四、{REVIEW}", 0),
        ("二、主动公开政府信息情况", 0),
        ("全年行政复议案件0件。", 0),
    ],
)
def test_what_is_printed_tells_whose_table_begins(line: str, section: int) -> None:
    document = read_bytes(line.encode(), "x.txt")
    assert sign_of(document.text) == section


@pytest.mark.parametrize("kind", ["other_year_misworded", "other_year_sections"])
def test_nothing_that_two_years_say_differently_is_verified(kind: str) -> None:
    for made in generate(12, 31, mess=[(kind, 0.5)]):
        for found in extract(read_bytes(made.data, made.name)):
            verified = {path for path, cell in found.cells.items() if cell.verified}
            assert not verified & set(made.label.not_provable)
            for row, numbers in made.label.rows.items():
                for cell, number in zip(made_cells(found.form, made.label.divided, row), numbers, strict=True):
                    assert cell not in verified or found.value(cell) == number


def made_cells(key: str | None, divided: bool | None, row: str) -> tuple[str, ...]:
    """The cells of a row of the form with this key."""
    from extractor.forms import form_of

    return form_of("2021" if key == "2021" else "2019", divided).row(row).cells
