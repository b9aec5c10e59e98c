"""The comparison: lines in the groups of the form with their subtotals, and what changed most with the cells behind it."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from extractor.library.compare import Comparison, Line, Side, side_by_side
from screens.beside import compared
from screens.changes import MOST, most_changed
from screens.grouping import Level, Node, grouped, levels
from screens.shelf import Shelf
from screens.words import Lang

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("linlan-2020", "linlan-2021", "linlan-2022", "songai-education-2021", "songai-education-2019", "songai-education-2020")
CITY, BUREAU = "临澜市人民政府", "松霭市教育局"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A city and a bureau over three years, whose reports follow both forms."""
    made = Shelf(tmp_path_factory.mktemp("compare") / "library")
    for _ in made.take_in([ROOT / "reports" / f"{name}.txt" for name in NAMES]):
        pass
    return made


def tree(shelf: Shelf, section: int, *, every: bool, lang: Lang = "zh") -> list[Level]:
    found = side_by_side(shelf.library, shelf.ids(agency=CITY), every=every)
    start = "applications." if section == 3 else "review_litigation."
    return list(levels(grouped(lang, section, {line.key: line for line in found.lines if line.key.startswith(start)})))


def names(nodes: list[Node]) -> list[str]:
    return [node.label for node in nodes]


# ---------------------------------------------------------------- groups
@pytest.mark.parametrize("section", [3, 4])
@pytest.mark.parametrize("every", [False, True])
def test_every_line_stands_in_the_tree_exactly_once(shelf: Shelf, section: int, every: bool) -> None:
    found = side_by_side(shelf.library, shelf.ids(agency=CITY), every=every)
    start = "applications." if section == 3 else "review_litigation."
    keys = sorted(line.key for line in found.lines if line.key.startswith(start))
    shown = sorted(level.node.line.key for level in tree(shelf, section, every=every) if level.node.line)
    assert shown == keys


def test_groups_come_in_printed_order_with_their_subtotal_above_their_rows(shelf: Shelf) -> None:
    found = tree(shelf, 3, every=False)
    tops = [level.node.label for level in found if level.depth == 0]
    assert tops == [
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "新收与结转合计",
        "(一)予以公开",
        "(二)部分公开",
        "(三)不予公开",
        "(四)无法提供",
        "(五)不予处理",
        "(六)其他处理",
        "(七)总计",
        "四、结转下年度继续办理",
    ]
    refused = next(level.node for level in found if level.node.label == "(三)不予公开")
    assert refused.subtotal and refused.line is not None and refused.line.key == "applications.refused.total"
    assert names(list(refused.children))[0] == "1.属于国家秘密" and len(refused.children) == 8


def test_a_subtotal_is_the_sum_of_the_rows_below_it(shelf: Shelf) -> None:
    for level in tree(shelf, 3, every=False):
        node = level.node
        if node.subtotal and node.children and node.line is not None:
            for place, side in enumerate(node.line.sides):
                rows = [child.line.sides[place].value for child in node.children if child.line is not None]
                known = [value for value in rows if value is not None]  # one form divides 其他处理, the other does not
                assert side.value == sum(known)


def test_with_every_cell_the_columns_are_folded_below_their_row_and_organisations_under_their_sum(shelf: Shelf) -> None:
    found = tree(shelf, 3, every=True)
    by_key = {level.node.key: level for level in found}
    row = by_key["applications.refused.state_secret"]
    assert names(list(row.node.children)) == ["自然人", "法人或其他组织"] or names(list(row.node.children))[:2] == [
        "自然人",
        "法人或其他组织",
    ]
    assert by_key["applications.refused.state_secret.natural_person"].hidden
    assert by_key["applications.refused.state_secret.business"].within[-1] == "applications.refused.state_secret.organisations"
    assert not by_key["applications.refused.state_secret"].hidden
    assert by_key["applications.refused.natural_person"].within == ("applications.refused", "applications.refused.by")


def test_litigation_is_a_group_of_the_two_ways_to_sue(shelf: Shelf) -> None:
    found = tree(shelf, 4, every=False)
    assert [(level.depth, level.node.label) for level in found if level.node.line and level.node.line.key.endswith(".total")] == [
        (0, "行政复议"),
        (0, "行政诉讼"),
        (1, "未经复议直接起诉"),
        (1, "复议后起诉"),
    ]


def test_a_line_that_no_form_knows_stands_at_the_end() -> None:
    line = Line("applications.new.total", "新项目", "cell", "件", (Side(1, True, ""),))
    assert [node.line for node in grouped("zh", 3, {line.key: line})] == [line]


def test_the_table_can_be_folded_and_its_head_and_names_stay_in_sight(shelf: Shelf) -> None:
    html = compared(shelf, "zh", shelf.ids(agency=CITY), every=True, years=True)
    assert re.search(r'data-node="applications\.refused\.state_secret\.business"[^>]*data-within="[^"]*"[^>]* hidden', html)
    assert 'aria-expanded="true">(三)不予公开<' in html and 'aria-expanded="false">1.属于国家秘密<' in html
    css = (ROOT / "screens" / "page.css").read_text(encoding="utf-8")
    assert re.search(r"\.gk-tall thead th \{ position: sticky; top: 0", css)


def test_in_english_names_of_groups_and_rows_are_english(shelf: Shelf) -> None:
    labels = [level.node.label for section in (3, 4) for level in tree(shelf, section, every=True, lang="en")]
    assert not [label for label in labels if re.search(r"[\u3400-\u9fff]", label)]


# ---------------------------------------------------------------- what changed most
def line(key: str, *values: int | None, kind: str = "cell") -> Line:
    return Line(key, key, kind, "比率" if kind == "rate" else "件", tuple(Side(value, True, "") for value in values))


def changes_of(shelf: Shelf, lines: list[Line], *, years: bool = True):  # type: ignore[no-untyped-def]
    reports = [shelf.report(one) for one in shelf.ids(agency=CITY)][: len(lines[0].sides)]
    named = {one.key: (one.key, "") for one in lines}
    return most_changed("zh", Comparison(("",), ("",), tuple(lines)), reports, named, years=years)


def test_changes_are_ordered_by_number_and_by_share_and_a_small_base_is_marked_and_last(shelf: Shelf) -> None:
    lines = [
        line("applications.new_received.total", 1000, None, 1100),
        line("applications.granted.total", 10, 12, 30),
        line("applications.carried_in.total", 2, 0, 9),
        line("applications.carried_forward.total", 5, 5, 5),
        line("applications.partially_granted.total", 0, 1, 8),
    ]
    found = changes_of(shelf, lines)
    assert [(one.key.split(".")[1], one.difference) for one in found.by_number] == [
        ("new_received", "+100"),
        ("granted", "+20"),
        ("partially_granted", "+8"),
        ("carried_in", "+7"),
    ]
    assert [(one.key.split(".")[1], one.share, one.small) for one in found.by_share] == [
        ("granted", "+200.0%", False),
        ("new_received", "+10.0%", False),
        ("carried_in", "+350.0%", True),
    ]
    assert next(one for one in found.by_number if one.key.startswith("applications.partially")).share == ""


def test_what_did_not_change_or_has_no_figure_at_an_end_is_not_listed(shelf: Shelf) -> None:
    found = changes_of(shelf, [line("applications.granted.total", 7, 9, 7), line("applications.carried_in.total", None, 9, 7)])
    assert found.by_number == found.by_share == found.in_rates == ()


def test_of_several_agencies_the_lowest_and_the_highest_are_named(shelf: Shelf) -> None:
    found = changes_of(shelf, [line("applications.granted.total", 40, 10, 30)], years=False)
    assert (found.by_number[0].reports, found.by_number[0].values, found.by_share[0].share) == ((1, 0), ("10", "40"), "4.0 倍")


def test_a_change_of_a_group_shows_its_rows_and_of_a_rate_both_sides_of_the_fraction(shelf: Shelf) -> None:
    ids = shelf.ids(agency=CITY)
    reports, found = [shelf.report(one) for one in ids], side_by_side(shelf.library, ids)
    made = most_changed("zh", found, reports, {one.key: (one.key, "") for one in found.lines}, years=True)
    rate = next(one for one in made.in_rates if one.key == "rates.refused")
    assert (rate.values, rate.difference) == (("8.1%", "9.5%"), "+1.4 百分点")
    assert [part.below for part in rate.parts] == [False] * 8 + [True]
    assert sum(int(part.values[1]) for part in rate.parts if not part.below) == 162
    first, last = reports[0], reports[-1]
    for one in (*made.by_number, *made.by_share):
        for place, report in enumerate((first, last)):
            whole = sum((Decimal(report.value(part.path) or 0) for part in one.parts), Decimal(0))
            assert f"{whole:,f}" == one.values[place]
    assert len(made.by_number) == MOST


def test_a_rate_over_a_handful_of_cases_is_marked_and_stands_behind(shelf: Shelf) -> None:
    ids = shelf.ids(agency=BUREAU)[:2]
    reports, found = [shelf.report(one) for one in ids], side_by_side(shelf.library, ids)
    chosen = tuple(one for one in found.lines if one.key in ("rates.review_corrected", "rates.refused"))
    made = most_changed(
        "zh", Comparison(found.names, found.reports, chosen), reports, {one.key: (one.key, "") for one in chosen}, years=True
    )
    assert [(one.key, one.small) for one in made.in_rates] == [("rates.refused", False), ("rates.review_corrected", True)]
    gaps = [abs(one.difference or 0) for one in (next(line for line in chosen if line.key == made.key) for made in made.in_rates)]
    assert gaps[0] < gaps[1]


def test_a_change_opens_its_cells_in_both_reports(shelf: Shelf) -> None:
    ids = shelf.ids(agency=CITY)
    html = compared(shelf, "zh", ids, every=False, years=True)
    for report_id in (ids[0], ids[-1]):
        assert f'data-do="report" data-at="{report_id}" data-cell="applications.refused.enforcement_files.total"' in html
    assert "(三)不予公开 7.属于行政执法案卷" in html and "+94.1%" in html
    english = compared(shelf, "en", ids, every=False, years=True)
    assert "What changed most" in english and not re.search(r"[\u3400-\u9fff]", english.replace(CITY, ""))
