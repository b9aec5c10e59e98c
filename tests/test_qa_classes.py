"""Questions by class: mixed short names, implied bounds, another agency's number, agencies left out, follow-ups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from small_qa import BUREAU, CITY, DISTRICT, OFFICE, TOWN, library_in

from extractor.library import Library
from qa import ask
from qa.catalogue import Catalogue, catalogue_of
from qa.organs import akin
from qa.parse import parse
from qa.parsed import Parsed
from qa.query import Condition, Query

NEW = "applications.new_received.total"
LITIGATION = "review_litigation.litigation.total"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_in(tmp_path_factory.mktemp("classes") / "library") as made:
        yield made


@pytest.fixture(scope="module")
def catalogue(library: Library) -> Catalogue:
    return catalogue_of(library)


def understood(question: str, catalogue: Catalogue, *before: str) -> Parsed:
    last: Parsed | None = None
    for earlier in before:
        last = parse(earlier, catalogue, last, today=date(2023, 6, 1))
    return parse(question, catalogue, last, today=date(2023, 6, 1))


def query_of(question: str, catalogue: Catalogue, *before: str) -> Query:
    parsed = understood(question, catalogue, *before)
    assert parsed.route == "records", parsed
    assert parsed.query is not None
    return parsed.query


@pytest.mark.parametrize(
    ("short", "own", "same"),
    [
        ("资规局", "自然资源局", True),
        ("自规厅", "自然资源厅", True),
        ("文体旅游局", "文化广电旅游局", True),
        ("财税局", "财政局", False),
        ("教育局", "财政局", False),
        ("资规厅", "自然资源局", False),
    ],
)
def test_a_mixed_short_name_means_the_department_of_that_family(short: str, own: str, same: bool) -> None:
    assert akin(short, own) is same


def test_a_department_called_without_its_kind_is_named_in_the_answer(library: Library) -> None:
    answer = ask("松霭教育2021年新收多少件", library)
    assert {value.agency for value in answer.values} == {BUREAU}
    assert f"按{BUREAU}理解" in answer.answer


def test_a_court_is_where_disputes_go_not_who_is_asked_about(catalogue: Catalogue) -> None:
    query = query_of("2022年被告上法院最多的是哪个机关", catalogue)
    assert (query.kind, query.metrics, query.agencies) == ("rank", (LITIGATION,), ())


@pytest.mark.parametrize(
    ("question", "bound"),
    [
        ("2022年哪些单位有行政诉讼", Condition(op=">", value=Decimal(0))),
        ("2022年哪些机关收到过信访类的申请", Condition(op=">", value=Decimal(0))),
        ("2022年哪些单位没有一件行政诉讼", Condition(op="=", value=Decimal(0))),
        ("2022年哪些机关年底清零没有结转下年的", Condition(op="=", value=Decimal(0))),
        ("List the agencies with fewer than 50 newly received applications in 2022", Condition(op="<", value=Decimal(50))),
        ("Which agencies had at least 30 new applications in 2022?", Condition(op=">=", value=Decimal(30))),
        ("2022年各机关分别新收多少件", None),
    ],
)
def test_who_has_some_who_has_none_and_who_passes_a_bound(question: str, bound: Condition | None, catalogue: Catalogue) -> None:
    query = query_of(question, catalogue)
    assert query.kind == "list"
    assert query.where == bound


def test_a_list_of_those_that_have_some_lists_no_zero(library: Library) -> None:
    answer = ask("2022年哪些单位有行政诉讼", library)
    assert answer.values
    assert all(value.value is not None and value.value > 0 for value in answer.values)


def test_another_agencys_number_is_computed_and_cited(library: Library) -> None:
    answer = ask(f"2022年新收申请超过{OFFICE}的机关有哪些", library)
    own = ask(f"{OFFICE}2022年新收多少件", library).values[0].value
    assert answer.query is not None
    assert answer.query.where == Condition(op=">", value=own or Decimal(0))
    assert {value.agency for value in answer.values} == {DISTRICT}
    assert OFFICE in {citation.agency for citation in answer.citations}


def test_another_agencys_number_without_a_year_is_asked_back(catalogue: Catalogue) -> None:
    assert understood(f"新收申请比{OFFICE}多的机关有哪些", catalogue).route == "clarify"


def test_agencies_are_left_out_by_name(library: Library) -> None:
    answer = ask(f"2022年不算{DISTRICT}，哪个机关新收最多", library)
    assert answer.query is not None
    assert answer.query.without == (DISTRICT,)
    assert [value.agency for value in answer.values] == [OFFICE]
    assert f"不含{DISTRICT}" in answer.answer


def test_a_sum_of_both_kinds_of_litigation_is_that_of_all_litigation(library: Library) -> None:
    answer = ask(f"{BUREAU}2019年至2021年三年的行政诉讼总计多少件（直接起诉和复议后起诉都算）", library)
    assert answer.query is not None
    assert answer.query.metrics == (LITIGATION,)
    assert not answer.abstained


def test_a_sum_over_two_rows_names_both(library: Library) -> None:
    answer = ask(f"{CITY}2020年到2021年不予公开和部分公开加起来多少件", library)
    assert "不予公开" in answer.claims[0].text
    assert "部分公开" in answer.claims[0].text


def test_the_change_that_form_2019_prints_is_read_from_its_column(catalogue: Catalogue) -> None:
    query = query_of(f"{CITY}2020年行政处罚项目数量同上一年相比增减多少项", catalogue)
    assert (query.kind, query.metrics) == ("value", ("proactive.penalties.change",))
    assert query_of(f"{CITY}2021年新收同上一年相比增减多少件", catalogue).kind == "compare"


@pytest.mark.parametrize(
    "question",
    [
        f"{BUREAU}2021年新收里法人或其他组织（不是个人）多少件",
        f"How many new applications did {BUREAU} receive in 2021 from organisations (not individuals)?",
    ],
)
def test_persons_named_only_to_be_left_out_are_left_out(question: str, catalogue: Catalogue) -> None:
    assert query_of(question, catalogue).metrics == ("applications.new_received.organisations",)


def test_reports_are_counted_however_the_number_is_asked_for(library: Library) -> None:
    answer = ask("库里2022年度的年报一共有几份", library)
    assert answer.values[0].value == 3


@pytest.mark.parametrize(
    ("before", "question", "kind", "agencies"),
    [
        ("2022年哪个机关新收最多？", "那2021年呢？", "rank", ()),
        ("2022年哪些单位没有行政诉讼？", "2021年的呢", "list", ()),
        (f"How many new applications did {DISTRICT} receive in 2022?", "And its General Office?", "value", (OFFICE,)),
        (f"{OFFICE}2022年新收多少件", "那政府本身呢？", "value", (DISTRICT,)),
        (f"{CITY}2020年结转下年多少件？", "到2021年，结转下年度继续办理的又是多少？", "value", (CITY,)),
    ],
)
def test_a_follow_up_keeps_its_kind_and_its_place(
    before: str, question: str, kind: str, agencies: tuple[str, ...], catalogue: Catalogue
) -> None:
    query = query_of(question, catalogue, before)
    assert (query.kind, query.agencies) == (kind, agencies)


def test_a_romanised_gloss_names_no_second_agency(catalogue: Catalogue) -> None:
    query = query_of("How many new applications did the Songai Education Bureau (Songai Jiaoyu Ju) receive in 2021?", catalogue)
    assert query.agencies == (BUREAU,)


@pytest.mark.parametrize(
    "question",
    ["起诉状应该怎么写？", "How do I appeal a refusal?", "Which city is nicer to live in, Linlan or Songai?", "我想申请公开，应该找谁"],
)
def test_advice_is_out_of_scope(question: str, catalogue: Catalogue) -> None:
    assert understood(question, catalogue).route == "out_of_scope"


def test_a_cause_is_asked_of_the_narrative(catalogue: Catalogue) -> None:
    assert understood(f"{CITY}2021年年末结转为啥偏多", catalogue).route == "narrative"
    assert understood(f"{CITY}2021年年末结转有多少", catalogue).route != "narrative"


def test_what_is_not_understood_of_a_comparison_is_asked_back(catalogue: Catalogue) -> None:
    assert understood(f"{CITY}2021年收到的申请比受理的多吗", catalogue).route == "clarify"
    assert query_of(f"{CITY}2021年复议比诉讼多吗", catalogue).kind == "compare"


def test_those_who_speak_of_something_are_quoted_one_by_one(library: Library) -> None:
    answer = ask("哪些机关的报告提到了公示牌", library)
    assert {citation.agency for citation in answer.citations} == {TOWN}
    assert all("公示牌" in citation.quote and citation.status == "exact" for citation in answer.citations)
    assert ask("哪些机关提到了海绵城市", library).abstained


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("How many households did 白苇镇 publish as receiving relief in 2022?", "186"),
        ("How many government social-media accounts were left in Linlan at the end of 2020 after the clean-up?", "121"),
    ],
)
def test_english_questions_reach_the_figures_of_chinese_narrative(question: str, figure: str, library: Library) -> None:
    answer = ask(question, library)
    assert figure in answer.answer
    assert not answer.abstained


def test_followers_are_no_accounts(library: Library) -> None:
    assert ask("How many WeChat accounts does the Songai Education Bureau have in 2021?", library).abstained


def test_still_pending_at_the_end_of_the_year_is_carried_forward(catalogue: Catalogue) -> None:
    query = query_of("How many applications were still pending at the end of 2021 in Linlan?", catalogue)
    assert query.metrics == ("applications.carried_forward.total",)


def test_those_whose_number_rose_are_ranked_by_their_change(catalogue: Catalogue) -> None:
    query = query_of("2021年哪些机关的新收增加了", catalogue)
    assert (query.kind, query.measure, query.where) == ("rank", "change", Condition(op=">", value=Decimal(0)))


def test_a_list_says_its_place_once(catalogue: Catalogue) -> None:
    entries = [
        replace(catalogue.entries[0], agency=name) for name in ("松霭市教育局", "松霭市财政局", "松霭市生态环境局", "松霭市人民政府")
    ]
    query = query_of("松霭市教育局、财政局和环保局，2021年谁新收的申请最少", Catalogue(tuple(replace(e, year=2021) for e in entries)))
    assert (query.kind, query.order, query.agencies) == ("rank", "asc", ("松霭市教育局", "松霭市财政局", "松霭市生态环境局"))


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        (f"{CITY}2020年没办完、转到下一年接着办的申请还剩多少件", "applications.carried_forward.total"),
        ("For Linlan, how many requests were carried into 2021 from the year before?", "applications.carried_in.total"),
        ("What was the refusal rate of Linlan in 2021?", "rates.refused"),
        (
            f"{BUREAU}2019年依据《条例》第十五条、为保护第三方合法权益而不予公开的申请共多少件",
            "applications.refused.third_party_rights.total",
        ),
    ],
)
def test_turns_of_phrase_name_their_row(question: str, metric: str, catalogue: Catalogue) -> None:
    assert query_of(question, catalogue).metrics == (metric,)


def test_which_three_agencies_is_a_ranking_of_three(catalogue: Catalogue) -> None:
    query = query_of("Which three agencies received the most new requests in 2021?", catalogue)
    assert (query.kind, query.order, query.limit) == ("rank", "desc", 3)


def test_the_other_end_of_a_ranking_keeps_who_was_asked_about(catalogue: Catalogue) -> None:
    first = query_of("2021年哪个市政府新收的申请最多？", catalogue)
    assert first.unit == "市"
    assert query_of("最少的是哪个？", catalogue, "2021年哪个市政府新收的申请最多？") == first.with_(order="asc")


@pytest.mark.parametrize("link", ["同", "与", "和"])
def test_two_agencies_are_compared_whatever_joins_them(link: str, catalogue: Catalogue) -> None:
    query = query_of(f"望汀区政府{link}区政府办公室比，2022年不予公开的各有几件", catalogue)
    assert (query.kind, set(query.agencies)) == ("compare", {DISTRICT, OFFICE})


def test_both_kinds_of_suits_together_are_compared_not_added_up(catalogue: Catalogue) -> None:
    query = query_of("望汀区政府与望汀区政府办公室2022年行政诉讼结果纠正的件数对比（两类起诉合计）", catalogue)
    assert (query.kind, query.metrics) == ("compare", ("review_litigation.litigation.corrected",))


def test_a_count_and_what_went_wrong_are_both_answered(catalogue: Catalogue) -> None:
    assert understood(f"{CITY}2021年有几件在复议里被纠正？错在什么地方？", catalogue).route == "both"


def test_what_a_law_firm_charges_is_not_in_these_reports(catalogue: Catalogue) -> None:
    assert understood("What would a law firm charge to appeal a refusal of information?", catalogue).route == "out_of_scope"
    assert query_of(f"{CITY}2021年律所之类的法律服务机构新提了多少件申请", catalogue).metrics == (
        "applications.new_received.legal_service",
    )


def test_trainees_are_no_full_time_staff(library: Library) -> None:
    assert ask(f"{CITY}2021年从事政府信息公开的专职工作人员有多少人？", library).abstained


def test_the_largest_and_its_own_problems_are_asked_of_tables_and_narrative(catalogue: Catalogue) -> None:
    parsed = understood("2021年三个市政府谁不予公开最多，它在报告里承认自己有哪些问题？", catalogue)
    assert parsed.route == "both"
    assert parsed.query is not None
    assert (parsed.query.kind, parsed.query.metrics, parsed.query.unit) == ("rank", ("applications.refused.total",), "市")
