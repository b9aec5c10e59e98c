"""Rules across years and agencies: each on planted differences, and silent on clean series."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from small_reports import figures, small_report

from extractor.crosscheck.series import Account, Across, Paragraph, differing_texts, masked, over_years, reused, sums_of_units
from extractor.errors import LibraryError
from extractor.forms import FormKey, form_of
from extractor.library import Library
from extractor.library.across import across, across_id
from extractor.library.compare import compare, rollup
from extractor.library.stats import read_roster, roll_call, stats
from extractor.model import Place

PLACE = Place(line=5, start=1, end=9)
LONG = (
    "本年我机关坚持以公开为常态、不公开为例外，健全制度机制，完善平台建设，共发布信息{}条，同比增长{}%，办理申请{}件，群众满意度不断提高。"
)


def account(
    year: int, key: FormKey = "2021", *, seed: int = 3, state: str = "verified", paragraphs: tuple[str, ...] = (), **changed: object
) -> Account:
    values = dict(figures(seed, key, carried_in=2, carried_forward=2))
    stem = "proactive.normative_documents"
    if key == "2021":
        for part in ("proactive.rules", stem):
            values |= {f"{part}.issued": 5, f"{part}.repealed": 5, f"{part}.in_force": 30}
    else:
        values |= {path: 0 for path in values if path.endswith(".change")}
    values |= {name.replace("__", "."): value for name, value in changed.items()}  # type: ignore[misc]
    return Account(
        f"r{year}",
        "清河县人民政府",
        year,
        key,
        key == "2021",
        values,
        dict.fromkeys(values, state),
        tuple(Paragraph(5, text, PLACE) for text in paragraphs),
    )


def rules(found: list[Across]) -> list[str]:
    return sorted(one.finding.rule for one in found)


@pytest.mark.parametrize("key", ["2019", "2021"])
def test_years_that_follow_from_each_other_say_nothing(key: FormKey) -> None:
    assert list(over_years([account(year, key) for year in (2019, 2020, 2021)])) == []


def test_carried_forward_must_be_carried_in_in_every_column() -> None:
    after = account(2022, applications__carried_in__natural_person=7, applications__carried_in__total=7)
    found = list(over_years([account(2021), after]))
    assert rules(found) == ["series.carried", "series.carried"]
    assert {one.finding.cells for one in found} == {
        (f"applications.carried_in.{key}", f"applications.carried_forward.{key}") for key in ("natural_person", "total")
    }
    assert found[0].reports == ("r2022", "r2021") and found[0].finding.severity == "error"
    assert "2021 年结转下年度 2，2022 年上年结转 7" in found[0].finding.message


def test_a_difference_that_rests_on_unproven_cells_is_a_warning_that_says_so() -> None:
    after = account(2022, state="open", applications__carried_in__total=7)
    (found,) = over_years([account(2021), after])
    assert found.finding.severity == "warning" and "未证实" in found.finding.message


def test_years_that_do_not_follow_and_missing_values_say_nothing() -> None:
    assert list(over_years([account(2020), account(2022, applications__carried_in__total=9)])) == []
    assert list(over_years([account(2021), account(2022, applications__carried_in__total=None)])) == []


def test_documents_in_force_follow_from_last_year() -> None:
    after = account(2022, proactive__normative_documents__issued=9)
    (found,) = over_years([account(2021), after])
    assert found.finding.rule == "series.in_force" and "30 + 2022 年制发 9 - 废止 5 = 34" in found.finding.message


def test_items_of_last_year_follow_in_the_older_form() -> None:
    before = account(2019, "2019", proactive__licensing__prior_items=100, proactive__licensing__change=-4)
    after = account(2020, "2019", proactive__licensing__prior_items=95, proactive__licensing__change=0)
    (found,) = over_years([before, after])
    assert found.finding.rule == "series.prior_items" and "100 + 本年增减 -4 = 96" in found.finding.message


def test_yuan_for_ten_thousand_yuan_is_suspected_against_history() -> None:
    path = "proactive__fees__amount_wan_yuan"
    years = [
        account(2021, **{path: Decimal("405.2")}),
        account(2022, **{path: Decimal("4052237")}),
        account(2023, **{path: Decimal("398")}),
    ]
    (found,) = over_years(years)
    assert (found.finding.rule, found.reports) == ("series.unit_slip", ("r2022",))
    assert list(over_years(years[:2])) == []


def test_two_texts_of_one_report_are_compared_cell_by_cell() -> None:
    assert list(differing_texts([account(2022), account(2022)])) == []
    (found,) = differing_texts([account(2022), account(2022, applications__granted__total=99)])
    assert found.finding.rule == "series.texts_differ" and "1 格不同" in found.finding.message


def test_a_parent_is_compared_with_all_its_units_or_not_at_all() -> None:
    units = [account(2022, seed=1), account(2022, seed=2)]
    values = {path: units[0].values[path] + units[1].values[path] for path in units[0].values}  # type: ignore[operator]
    parent = Account("p", "清河市人民政府", 2022, "2021", True, values, dict.fromkeys(values, "verified"))
    assert list(sums_of_units(parent, units)) == []
    wrong = Account("p", "清河市人民政府", 2022, "2021", True, {**values, "applications.granted.total": 1}, parent.states)
    (found,) = sums_of_units(wrong, units)
    assert found.finding.cells == ("applications.granted.total",)
    gap = account(2022, seed=2, applications__granted__total=None)
    assert list(sums_of_units(wrong, [units[0], gap])) == []


def test_reused_paragraphs_are_found_with_numbers_masked() -> None:
    years = [account(2021, paragraphs=(LONG.format(120, 3.5, 40),)), account(2022, paragraphs=(LONG.format("1,310", "4", 51),))]
    (found,) = reused(years)
    assert found.finding.rule == "series.reused" and "除数字外完全相同" in found.finding.message
    assert found.finding.quotes[0].place == PLACE and found.reports == ("r2022", "r2021")


def test_reworked_paragraphs_of_the_year_before_are_found_and_new_or_short_ones_are_not() -> None:
    old = LONG.format(1, 2, 3)
    assert rules(
        list(reused([account(2021, paragraphs=(old,)), account(2022, paragraphs=(old.replace("群众满意度", "公众满意程度"),))]))
    ) == ["series.reused"]
    other = "今年重点推进行政许可和行政处罚结果的公示，梳理了权责清单，并对外公布了办事指南，方便企业和群众查阅办理。"
    assert list(reused([account(2021, paragraphs=(old,)), account(2022, paragraphs=(other,))])) == []
    assert list(reused([account(2021, paragraphs=("无。",)), account(2022, paragraphs=("无。",))])) == []


def test_a_preamble_may_be_the_same_every_year() -> None:
    years = [account(2021), account(2022)]
    years = [replace(one, paragraphs=(Paragraph(0, LONG, PLACE),)) for one in years]
    assert list(reused(years)) == []


def test_masking_keeps_words_and_drops_numbers() -> None:
    assert masked("共 1,234 条，增长3.5%") == "共#条，增长#"


# ------------------------------------------------------------------------------ over a library
@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "library")


def test_a_library_is_examined_agency_by_agency(library: Library) -> None:
    carried = {"applications.carried_in.total": 9}
    first = library.add(*small_report(1, 2021))
    second = library.add(*small_report(1, 2022, changed=carried))  # type: ignore[arg-type]
    library.add(*small_report(2, 2022))
    found = [one for one in across(library) if one.finding.rule == "series.carried"]
    assert {one.reports for one in found} == {(second, first)}
    assert {across_id(one) for one in across(library)} == {across_id(one) for one in across(library, agency="清河一县人民政府")}


def test_agencies_whose_name_several_places_have_are_compared_with_a_warning(library: Library) -> None:
    library.add(*small_report(1, 2021, agency="鼓楼区人民政府"))
    library.add(*small_report(1, 2022, agency="鼓楼区人民政府", changed={"applications.carried_in.total": 9}))
    found = [one.finding for one in across(library) if one.finding.rule == "series.carried"]
    assert {one.severity for one in found} == {"warning"} and all("不止一处" in one.suggestion for one in found)
    library.add(*small_report(2, 2022, agency="鼓楼区人民政府"))
    assert [one for one in across(library) if one.finding.rule == "series.carried"] == []


def test_texts_of_one_report_in_a_library_are_compared(library: Library) -> None:
    library.add(*small_report(1, text="甲", published="2023-01-01"))
    library.add(*small_report(1, text="乙", published="2023-02-01", changed={"applications.granted.total": 99}))
    assert "series.texts_differ" in rules(list(across(library)))


def test_comparison_gives_differences_formulas_and_states(library: Library) -> None:
    a, _ = small_report(1, 2021)
    b, document = small_report(1, 2022, changed={"applications.new_received.total": 50}, doubtful=("applications.granted.total",))
    library.add(*small_report(1, 2021))
    library.add(b, document)
    lines = {line.key: line for line in compare(library, "清河一县人民政府 2021", "清河一县人民政府 2022").lines}
    received = lines["applications.new_received.total"]
    assert received.difference == 50 - int(a.value("applications.new_received.total") or 0)
    rate = lines["rates.granted"]
    assert rate.sides[0].formula == "(applications.granted.total) / (applications.outcomes_total.total)"
    assert (rate.sides[0].settled, rate.sides[1].settled) == (True, False)
    assert [len(line.sides) for line in compare(library, "清河一县人民政府").lines][:1] == [2]
    with pytest.raises(LibraryError, match="没有“白水县”的报告"):
        compare(library, "白水县")


def test_harmonised_series_compare_both_forms(library: Library) -> None:
    library.add(*small_report(1, 2020, key="2019"))
    library.add(*small_report(1, 2021))
    lines = {line.key: line for line in compare(library, "清河一县人民政府").lines}
    made = lines["series.normative_documents.made"].sides
    assert [one.formula for one in made] == ["proactive.normative_documents.created", "proactive.normative_documents.issued"]
    assert all(one.value is not None for one in lines["applications.other_handling.total"].sides)


def test_rollup_sums_units_lists_what_is_missing_and_compares_the_parent(library: Library) -> None:
    gap = "applications.granted.research"
    library.add(*small_report(1))
    library.add(*small_report(2, blank=(gap,), doubtful=("applications.granted.business",)))
    one, two = figures(1), figures(2)
    total = {path: one[path] + two[path] for path in form_of("2021").cells}
    library.add(*small_report(5, agency="清河市人民政府", changed={**total, "applications.granted.total": 1}))
    units = ["清河一县人民政府 2022", "清河二县人民政府 2022"]
    made = rollup(library, units, parent="清河市人民政府 2022")
    sums = {item.key: item for item in made.sums}
    assert sums[gap].missing == ("清河二县人民政府",) and not sums[gap].complete and sums[gap].difference is None
    assert sums["applications.granted.business"].unproven == ("清河二县人民政府",)
    assert [item.key for item in made.differing] == ["applications.granted.total"]
    assert [one.finding.cells for one in made.findings] == [("applications.granted.total",)]
    assert sums["applications.other_handling.total"].total == sum(
        one[f"applications.other_handling.{row}.total"] + two[f"applications.other_handling.{row}.total"]
        for row in ("correction_overdue", "fee_overdue", "other")
    )
    with pytest.raises(LibraryError, match="两次"):
        rollup(library, [units[0], units[0]])
    library.add(*small_report(1, 2021))
    with pytest.raises(LibraryError, match="不是同一年度"):
        rollup(library, [units[0], "清河一县人民政府 2021"])


def test_stats_count_what_is_there(library: Library) -> None:
    for seed, year, key in ((1, 2020, "2019"), (1, 2021, "2021"), (2, 2021, "2021")):
        library.add(*small_report(seed, year, key=key))  # type: ignore[arg-type]
    found = stats(library)
    assert (found.reports, found.agencies, found.forms) == (3, 2, {"2019": 1, "2021": 2})
    assert found.verified == found.provable and sum(found.states.values()) == found.cells
    assert [row[:2] for row in found.years] == [(2020, 1), (2021, 2)]
    assert found.findings == (("identity.row", "error", 3, 3),)


def test_a_roster_tells_who_has_not_published(library: Library, tmp_path: Path) -> None:
    library.add(*small_report(1, agency="清河县人民政府"))
    library.add(*small_report(2, agency="白水县教育和体育局"))
    library.add(*small_report(3, 2021, agency="石桥县人民政府"))
    roster = tmp_path / "roster.csv"
    roster.write_text("机关,联系人\n清河县 人民政府,甲\n白水县教育体育局,乙\n石桥县人民政府,丙\n", "utf-8-sig")
    roll = roll_call(library, roster, 2022)
    assert (roll.expected, roll.present) == (3, ("清河县 人民政府",))
    assert [(one.agency, one.perhaps) for one in roll.absent] == [("白水县教育体育局", ("白水县教育和体育局",)), ("石桥县人民政府", ())]
    assert roll.unlisted == ("白水县教育和体育局",)
    roster.write_bytes("清河县人民政府\n".encode("gb18030"))
    assert read_roster(roster) == ["清河县人民政府"]
    roster.write_text("")
    with pytest.raises(LibraryError, match="空的"):
        read_roster(roster)
