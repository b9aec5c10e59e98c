"""Labels and sets of values: paired where the print leaves no doubt, in every admissible way where it does."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_reading_tables import APPLICANT_HEAD, FORM, group_at, reading_of, report, table_rows, values

from extractor.model import Group, Reading

ROWS = FORM.section(3)
TRUTH = {cell: value for n, row in enumerate(ROWS, start=1) for cell, value in zip(row.cells, (n, 0, 0, 0, 0, 0, n), strict=True)}


def at(start: str) -> int:
    """The number of the row whose label begins so."""
    return next(n for n, row in enumerate(ROWS) if row.label.full.startswith(start))


def label(n: int) -> str:
    return ROWS[n].label.full


def numbers(n: int) -> str:
    return f"{n + 1}\t0\t0\t0\t0\t0\t{n + 1}"


def admits_the_truth(group: Group) -> bool:
    """Whether some alternative prints in every cell what was printed for it."""
    wanted = [TRUTH[cell] for cell in group.cells]
    return any([t.value if t else None for t in way.tokens] == wanted for way in group.alternatives)


def three(reading: Reading) -> list[Group]:
    return [group for group in reading.groups if group.cells[0].startswith("applications.")]


# ------------------------------------------------------------------------------------ single stretches
def test_values_left_over_above_labels_that_share_a_cell_compete_for_them_too() -> None:
    lines = table_rows(FORM)
    n = at("4.保护")
    lines[n - 1] = f"\t{numbers(n - 1)}"
    lines[n : n + 2] = [f"{label(n)} {label(n + 1)}\t{numbers(n)}", f"\t{numbers(n + 1)}"]
    group = group_at(reading_of(report(lines)), ROWS[n].path)
    assert group.row == "competing"
    assert set(group.cells) == {cell for row in ROWS[n - 1 : n + 2] for cell in row.cells}
    assert admits_the_truth(group)


def test_a_label_that_runs_on_into_the_cell_of_the_next_shares_its_values() -> None:
    lines = table_rows(FORM)
    n = at("3.要求提供")
    head, tail = label(n)[:-2], label(n)[-2:]
    lines[n : n + 2] = [head, f"{tail} {label(n + 1)}\t{numbers(n)}"]
    group = group_at(reading_of(report(lines)), ROWS[n].path)
    assert group.row == "competing"
    assert set(group.cells) == {cell for row in ROWS[n : n + 2] for cell in row.cells}


def test_every_row_without_a_label_near_a_line_of_values_may_be_its_row() -> None:
    lines = table_rows(FORM)
    n = at("2.重复申请")
    lines[n : n + 2] = [f"\t{numbers(n + 1)}"]
    reading = reading_of(report(lines))
    group = group_at(reading, ROWS[n + 1].path)
    assert group.row == "unlabelled"
    assert {values(group, ROWS[n].path, way)[0] for way in range(len(group.alternatives))} == {None, n + 2}


def test_a_line_of_values_for_which_no_label_is_left_competes_with_the_row_above() -> None:
    lines = table_rows(FORM)
    n = at("(二)")
    lines.insert(n + 1, f"\t{numbers(n + 40)}")
    group = group_at(reading_of(report(lines)), ROWS[n].path)
    assert group.row == "competing"
    assert [values(group, ROWS[n].path, way)[0] for way in (0, 1)] == [n + 1, n + 41]
    assert group_at(reading_of(report(lines)), ROWS[n + 1].path).row == "same_line"


def test_lines_that_look_alike_are_exchanged_only_once() -> None:
    zeros = "\t".join("0" * 7)
    lines = [f"{row.label.full}\t{zeros}" for row in ROWS]
    n = at("3.危及")
    names = " ".join(label(k) for k in range(n, n + 5))
    lines[n : n + 5] = [f"{names}\t{zeros}", *[f"\t{zeros}"] * 3, f"\t{numbers(n + 4)}"]
    group = group_at(reading_of(report(lines)), ROWS[n].path)
    assert group.complete
    assert len(group.alternatives) == 5


def test_more_pairings_than_can_be_listed_leave_the_printed_order_and_say_so() -> None:
    lines = table_rows(FORM)
    n = at("2.其他法律")
    names = " ".join(label(k) for k in range(n, n + 6))
    lines[n : n + 6] = [f"{names}\t{numbers(n)}", *(f"\t{numbers(k)}" for k in range(n + 1, n + 6))]
    group = group_at(reading_of(report(lines)), ROWS[n].path)
    assert not group.complete
    assert admits_the_truth(group)


def test_where_every_cell_has_a_line_of_its_own_a_lost_label_leaves_the_rows_below_alone() -> None:
    lines = table_rows(FORM)
    n = at("3.危及")
    lines[n] = f"某某事项\t{numbers(n)}"
    reading = reading_of(report([piece for line in lines for piece in line.split("\t")]))
    assert not group_at(reading, ROWS[n].path).placed
    assert all(group_at(reading, row.path).row == "precedes" for row in ROWS[n + 1 :])


def test_values_that_all_stand_before_their_labels_pair_with_no_label_for_certain() -> None:
    lines = [line for n in range(len(ROWS)) for line in (numbers(n).replace("\t", "  "), label(n))]
    reading = reading_of(report(lines))
    groups = three(reading)
    assert {cell for group in groups for cell in group.cells} == set(TRUTH)
    assert not any(group.placed for group in groups)
    assert all(admits_the_truth(group) for group in groups)


def test_the_heading_of_the_section_is_not_a_misspelt_label_of_its_first_row() -> None:
    lines = table_rows(FORM)
    lines[0] = f"\t\t\t{numbers(0)}"
    text = report(lines).replace("三、收到和处理政府信息公开申请情况", "三、2018年收到和处理政府信息公开申请情况")
    assert not any(group.placed for group in reading_of(text).groups if group.cells == ROWS[0].cells)


# ------------------------------------------------------------------------------------ any arrangement
def plain(n: int, _: Random) -> list[str]:
    return [f"{label(n)}\t{numbers(n)}"]


def wrapped(n: int, rng: Random) -> list[str]:
    """The label on two lines, the values on either."""
    cut = rng.randrange(4, max(5, len(label(n)) - 1))
    first, second = label(n)[:cut], label(n)[cut:]
    return rng.choice([[f"{first}\t{numbers(n)}", second], [first, f"{second}\t{numbers(n)}"]])


def below(n: int, _: Random) -> list[str]:
    return [label(n), f"\t{numbers(n)}"]


def above(n: int, _: Random) -> list[str]:
    return [f"\t{numbers(n)}", label(n)]


def unlabelled(n: int, _: Random) -> list[str]:
    return [f"\t{numbers(n)}"]


def merged(rows: list[int], rng: Random) -> list[str]:
    """Labels of neighbouring rows in one cell, now and then broken between lines; their values one below the other."""
    names = " ".join(label(n) for n in rows)
    cut = rng.randrange(4, 8) if rng.random() < 0.5 else 0
    head = [names[:cut]] if cut else []
    return [*head, f"{names[cut:]}\t{numbers(rows[0])}", *(f"\t{numbers(n)}" for n in rows[1:])]


def arranged(rng: Random) -> list[str]:
    """The table with some of its rows set in other ways; no line of values is lost."""
    lines: list[str] = []
    n, odd = 0, rng.choice([0.1, 0.3])
    while n < len(ROWS):
        if n and n + 3 < len(ROWS) and rng.random() < odd / 3:
            size = rng.choice([2, 3])
            lines += merged(list(range(n, n + size)), rng)
            n += size
            continue
        ways = (wrapped, wrapped, below, above, unlabelled) if n and rng.random() < odd else (plain,)
        lines += rng.choice(ways)(n, rng)
        n += 1
    return lines


@given(st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_what_was_printed_for_a_row_is_among_its_admissible_readings(seed: int) -> None:
    reading = reading_of(report(arranged(Random(seed))))
    for group in three(reading):
        if group.complete:
            assert admits_the_truth(group), (group.row, group.cells, group.why)
        assert group.complete or not group.placed


# ------------------------------------------------------------------------------------ a table printed twice
def other_year() -> list[str]:
    """Another year's table: every row with other numbers, but 二、 the same."""
    return [f"{label(n)}\t{n + 1 + 30 * (n != 1)}\t0\t0\t0\t0\t0\t{n + 1 + 30 * (n != 1)}" for n in range(len(ROWS))]


@pytest.mark.parametrize("last_year_first", [False, True])
@pytest.mark.parametrize("separator", ["\t", "\n"])
def test_a_table_printed_twice_settles_only_the_rows_that_agree(last_year_first: bool, separator: str) -> None:
    tables = [table_rows(FORM), other_year()]
    first, second = reversed(tables) if last_year_first else tables
    lines = [line.replace("\t", separator) for line in [*first, "另一张表如下", APPLICANT_HEAD, *second]]
    reading = reading_of(report(lines, head=APPLICANT_HEAD.replace("\t", separator)))
    for n, row in enumerate(ROWS):
        group = group_at(reading, row.path)
        assert group.placed == (n == 1)
        found = {values(group, row.path, way)[0] for way in range(len(group.alternatives))}
        assert found == ({2} if n == 1 else {n + 1, n + 31})
