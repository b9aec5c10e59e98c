"""Questions for a whole and its part, for shares and rates, for what the tables do not hold: over the project's own reports."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from itertools import groupby

import pytest
from small_qa import library_in

from extractor.library import Library
from qa import ask


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A city in three years, its water and land bureaus, a district, another city's bureau."""
    files = (
        "linlan-2020.txt",
        "linlan-2021.txt",
        "linlan-2022.txt",
        "linlan-water-2022.txt",
        "linlan-land-2022.txt",
        "wangting-district-2022.txt",
        "songai-education-2021.txt",
    )
    with library_in(tmp_path_factory.mktemp("parts") / "library", files) as made:
        yield made


@pytest.mark.parametrize(
    ("question", "metrics"),
    [
        (
            "临澜市2022年新收多少件，其中自然人多少",
            ("applications.new_received.total", "applications.new_received.natural_person"),
        ),
        ("临澜市2022年被复议几件，其中被纠正几件", ("review_litigation.review.total", "review_litigation.review.corrected")),
        ("临澜市2020年集中采购几个项目，多少钱", ("proactive.procurement.projects", "proactive.procurement.amount_yuan")),
        ("临澜市2022年自然人新收多少件", ("applications.new_received.natural_person",)),
        ("临澜市2020年集中采购花了多少钱", ("proactive.procurement.amount_yuan",)),
    ],
)
def test_a_clause_for_the_whole_and_one_for_its_part_are_both_answered(library: Library, question: str, metrics: tuple[str, ...]) -> None:
    found = ask(question, library)
    assert found.query is not None and found.query.metrics == metrics
    assert len(found.values) == len(metrics)


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("临澜市2022年部分公开率", "rates.partially_granted"),
        ("临澜市2022年公开率（含部分公开）", "rates.granted_or_partial"),
        ("临澜市2022年复议维持率", "rates.review_upheld"),
        ("2022年自然人申请占比最高的是哪个机关", "rates.natural_person"),
        ("2022年复议被纠正的比例最高的是谁", "rates.review_corrected"),
    ],
)
def test_shares_with_a_name_of_their_own_are_rates(library: Library, question: str, metric: str) -> None:
    found = ask(question, library)
    assert found.query is not None and found.query.metrics == (metric,)
    assert "%" in found.answer


def test_a_rate_of_one_kind_of_applicant_is_a_share_of_its_own_cells(library: Library) -> None:
    found = ask("临澜市2022年个人申请的办结率", library)
    assert found.query is not None
    assert (found.query.metrics, found.query.over) == (
        ("applications.outcomes_total.natural_person",),
        "applications.handled.natural_person",
    )


def test_rates_differ_by_percentage_points(library: Library) -> None:
    assert "个百分点" in ask("临澜市2021年和2022年的不予公开率相差多少", library).answer
    assert "percentage points" in ask("How did the refusal rate of 临澜市 change from 2021 to 2022?", library).answer


@pytest.mark.parametrize(
    "question",
    ["临澜市2022年行政处罚罚款总额", "临澜市2022年人均采购金额", "哪个机关办理得最快？", "临澜市2022年新收占全库的比例"],
)
def test_what_no_table_holds_is_not_answered_with_another_number(library: Library, question: str) -> None:
    assert not ask(question, library).values


def test_a_part_named_after_a_number_is_divided_by_the_whole_named_now(library: Library) -> None:
    found = ask("占不予公开的多少？", library, history=["临澜市2022年以保护第三方合法权益为由不予公开几件"])
    assert found.query is not None
    assert (found.query.metrics, found.query.over) == (("applications.refused.third_party_rights.total",), "applications.refused.total")


def test_the_grounds_of_the_table_answer_why_something_was_refused(library: Library) -> None:
    found = ask("临澜市2022年为什么不予公开", library)
    assert found.route == "both" and "构成" in found.answer
    assert ask("临澜市2022年不予公开为什么这么多", library).route == "narrative"


def test_the_commonest_ground_is_that_of_the_agency_asked_about(library: Library) -> None:
    found = ask("临澜市2022年无法提供的最多原因", library)
    assert {value.agency for value in found.values} == {"临澜市人民政府"}
    assert found.values[0].metric == "applications.unavailable.not_held.total"


@pytest.mark.parametrize(
    ("question", "bound"),
    [("2022年结转下年度不为零的机关有哪些", (">", 0)), ("2022年行政复议总计为零的机关有哪些", ("=", 0))],
)
def test_nought_and_not_nought_are_bounds(library: Library, question: str, bound: tuple[str, int]) -> None:
    found = ask(question, library)
    assert found.query is not None and found.query.where is not None
    assert (found.query.where.op, found.query.where.value) == bound


def test_results_without_a_row_are_asked_back_in_their_own_words(library: Library) -> None:
    found = ask("临澜市2022年维持了几件？", library)
    assert found.route == "clarify" and "结转" not in found.answer


def test_one_of_two_figures_is_answered_with_the_number(library: Library) -> None:
    found = ask("临澜市2022年申请量1669还是1670？", library)
    assert [value.value for value in found.values] == [1670]


def test_several_general_words_each_in_a_clause_are_all_answered(library: Library) -> None:
    found = ask("临澜市2022年答复了几件，公开了几件", library)
    assert [value.metric for value in found.values] == ["applications.outcomes_total.total", "applications.granted.total"]


def test_a_mean_of_one_number_is_asked_back(library: Library) -> None:
    found = ask("临澜市2022年平均新收多少件", library)
    assert found.route == "clarify" and not found.values


def test_several_numbers_of_all_agencies_stand_on_a_line_for_each(library: Library) -> None:
    found = ask("列一下2022年各机关的新收和办结", library)
    lines = [line for line in found.answer.splitlines() if line.startswith("·")]
    assert len(lines) == 4
    assert all("本年新收" in line and "办理结果" in line for line in lines)


def test_numbers_of_different_years_are_compared_with_their_years(library: Library) -> None:
    found = ask("松霭市教育局2021年新收比临澜市水务局2022年多百分之几", library)
    assert found.query is not None and found.query.kind == "compare"
    assert any(claim.text.startswith("松霭市教育局2021年比临澜市水务局2022年多") for claim in found.claims), found.answer


def test_the_kind_of_refusal_that_is_commonest_is_one_of_the_agency_asked_about(library: Library) -> None:
    found = ask("临澜市2022年哪类不予公开最多", library)
    assert {value.agency for value in found.values} == {"临澜市人民政府"} and len(found.values) > 4


@pytest.mark.parametrize(
    ("history", "question", "slots"),
    [
        (["2022年新收最多的是谁"], "第二呢", {"kind": "rank", "nth": 2}),
        (["临澜市2022年新收"], "比2021年多还是少", {"kind": "compare", "years": (2021, 2022)}),
    ],
)
def test_short_questions_lean_on_the_one_before(library: Library, history: list[str], question: str, slots: dict[str, object]) -> None:
    found = ask(question, library, history=history)
    assert found.query is not None
    assert {name: getattr(found.query, name) for name in slots} == slots
    assert found.query.metrics == ("applications.new_received.total",)


def test_what_was_received_in_all_is_what_came_in(library: Library) -> None:
    found = ask("临澜市三年来一共收了多少件申请", library)
    assert found.query is not None and found.query.metrics == ("applications.new_received.total",)


def test_english_counts_one_report_as_one(library: Library) -> None:
    assert "1 reports" not in ask("How many applications did Linlan receive in 2022?", library).answer


def test_every_meaning_has_one_place_in_the_word_list() -> None:
    lines = files("qa").joinpath("words.txt").read_text("utf-8").splitlines()
    heads = [line.partition(":")[0] for line in lines if line and not line.startswith("#")]
    assert len({*heads}) == len(list(groupby(heads)))


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("临澜市和青浦区2022年新收谁多", "青浦区"),
        ("临澜市、青浦区、望汀区2022年新收各多少", "青浦区"),
        ("临澜市2022年新收比青浦区多多少", "青浦区"),
        ("青浦区卫健委2022年新收比临澜市水务局多几件", "青浦区卫健委"),
        ("锦川市教育局和松霭市教育局2021年谁收的多", "锦川市教育局"),
    ],
)
def test_an_agency_beside_a_known_one_that_is_not_there_is_said_to_be_missing(library: Library, question: str, absent: str) -> None:
    found = ask(question, library)
    assert found.values
    assert f"没有“{absent}”的报告" in found.answer


def test_a_city_compared_with_its_district_is_itself(library: Library) -> None:
    found = ask("临澜市2021年新收比望汀区2022年多几件", library)
    assert found.query is not None
    assert set(found.query.agencies) == {"临澜市人民政府", "临澜市望汀区人民政府"}


def test_a_number_is_taken_apart_as_the_question_says(library: Library) -> None:
    outcomes = ask("临澜市2022年的申请都是怎么处理的", library)
    assert {value.metric.split(".")[1] for value in outcomes.values} == {
        *("granted", "partially_granted", "refused", "unavailable", "not_processed", "other_handling")
    }
    applicants = ask("临澜市2022年新收的申请按申请人类型拆开看", library)
    assert len(applicants.values) == 6 and applicants.values[0].metric == "applications.new_received.natural_person"
    grounds = ask("临澜市2022年不予公开的构成", library)
    assert len(grounds.values) == 8 and sum(value.value or 0 for value in grounds.values) == 162


def test_reports_must_meet_a_bound_in_every_number_named(library: Library) -> None:
    both = ask("2022年有几个机关既没有复议也没有诉讼", library)
    assert [value.value for value in both.values] == [0]
    each = ask("2022年复议和诉讼都超过5件的机关有哪些", library)
    assert {value.agency for value in each.values} == {"临澜市人民政府", "临澜市自然资源局", "临澜市望汀区人民政府"}


def test_a_list_of_several_numbers_is_written_in_english_without_odd_spaces(library: Library) -> None:
    found = ask("List agencies with no reviews and no lawsuits in 2022", library)
    assert found.query is not None and found.query.kind == "list" and len(found.query.metrics) == 2
    assert "  " not in found.answer


def test_both_ends_of_a_short_ranking_are_shown(library: Library) -> None:
    found = ask("2022年新收最多和最少的机关分别是谁", library)
    assert "临澜市人民政府" in found.answer and "临澜市水务局" in found.answer


@pytest.mark.parametrize("question", ["2022年各机关新收的中位数", "2020到2022年临澜市新收年均增长率"])
def test_what_no_query_computes_is_asked_back(library: Library, question: str) -> None:
    assert ask(question, library).route == "clarify"


def test_the_last_kind_of_applicants_is_told_from_all_organisations(library: Library) -> None:
    other, every = (ask(f"临澜市2022年{who}新收几件", library).query for who in ("“其他”类组织", "法人或其他组织"))
    assert other is not None and other.metrics == ("applications.new_received.other",)
    assert every is not None and every.metrics == ("applications.new_received.organisations",)


def test_a_second_rate_without_its_row_is_of_the_same_row(library: Library) -> None:
    found = ask("临澜市2022年行政复议维持率和纠错率分别是多少", library)
    assert [value.metric for value in found.values] == ["rates.review_upheld", "rates.review_corrected"]


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("把自然人剔掉，临澜市2022年新收里法人或其他组织一共提了多少件", "applications.new_received.organisations"),
        ("加上结转的旧件，临澜市2022年总共收办多少件", "applications.handled.total"),
        ("临澜市2022年没能办完、要挪到2023年接着办的申请有几件", "applications.carried_forward.total"),
        ("临澜市2022年手上有多少件是前一年没办完带过来的", "applications.carried_in.total"),
        ("先过复议、再上法院的，临澜市2022年总计几件", "review_litigation.litigation_after_review.total"),
        ("考核要算复议纠错率，临澜市2022年的是百分之多少", "rates.review_corrected"),
        ("临澜市2022年行政复议中既非维持亦非纠正、归入其他结果的案件数", "review_litigation.review.other"),
    ],
)
def test_turns_of_phrase_name_one_row(library: Library, question: str, metric: str) -> None:
    found = ask(question, library)
    assert found.query is not None and found.query.metrics == (metric,)
    assert len(found.values) == 1


def test_a_kind_of_agency_named_twice_is_no_agency(library: Library) -> None:
    found = ask("几个局相比，2022年不予公开率最高的是哪个局", library)
    assert found.query is not None and (found.query.kind, found.query.unit, found.query.agencies) == ("rank", "局", ())


def test_a_second_clause_that_asks_what_goes_to_the_narrative(library: Library) -> None:
    found = ask("临澜市水务局2022年新收多少件，它说来年要先做什么", library)
    assert found.route == "both" and found.values


@pytest.mark.parametrize(
    ("question", "kind", "where"),
    [
        ("2022年度，新收申请不足100件的单位数", "count", ("<", 100)),
        ("哪些机关2022年在复议里被纠正了两件或更多？", "list", (">=", 2)),
        ("Count the bodies whose new applications in 2022 exceeded 50.", "count", (">", 50)),
    ],
)
def test_bounds_and_counts_in_other_words(library: Library, question: str, kind: str, where: tuple[str, int]) -> None:
    found = ask(question, library)
    assert found.query is not None and found.query.where is not None
    assert (found.query.kind, found.query.where.op, found.query.where.value) == (kind, *where)


def test_what_was_left_over_to_a_year_is_what_that_year_began_with(library: Library) -> None:
    found = ask("前一年没办完、留到2022年接着处理的申请，临澜市手上有多少件？", library)
    assert found.query is not None
    assert (found.query.metrics, found.query.years) == (("applications.carried_in.total",), (2022,))


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("上年剩下没办完的也算进来，临澜市2022年总共要办多少件申请？", "applications.handled.total"),
        ("复议走完仍不服、接着起诉到法院的案子，临澜市2022年总共几件？", "review_litigation.litigation_after_review.total"),
        ("How many requests did Linlan carry into 2022 from the previous year?", "applications.carried_in.total"),
        (
            "How many requests newly received by Linlan in 2022 were filed by legal service organisations?",
            "applications.new_received.legal_service",
        ),
    ],
)
def test_more_turns_of_phrase_name_one_row(library: Library, question: str, metric: str) -> None:
    found = ask(question, library)
    assert found.query is not None and found.query.metrics == (metric,)
    assert len(found.values) == 1


def test_days_asked_for_are_not_answered_with_cases(library: Library) -> None:
    found = ask("临澜市2022年办一件申请平均几天答复？", library)
    assert not found.values and "件" not in "".join(claim.text for claim in found.claims)
