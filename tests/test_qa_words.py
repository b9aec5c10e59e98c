"""Questions in words that no list has: what a row means, how departments are called, homophones, and what limits a count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from small_qa import BUREAU, CITY, DISTRICT, OFFICE, library_in

from extractor.library import Library
from qa.catalogue import Catalogue, catalogue_of
from qa.explain import rows_meant
from qa.organs import spelt
from qa.parse import parse
from qa.parsed import Parsed
from qa.query import Query
from qa.spelling import canonical, spelt_right

NEW = "applications.new_received.total"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_in(tmp_path_factory.mktemp("words") / "library") as made:
        yield made


@pytest.fixture(scope="module")
def catalogue(library: Library) -> Catalogue:
    return catalogue_of(library)


def query_of(question: str, catalogue: Catalogue) -> Query:
    parsed = understood(question, catalogue)
    assert parsed.query is not None, parsed
    assert parsed.route == "records", parsed
    return parsed.query


def understood(question: str, catalogue: Catalogue) -> Parsed:
    return parse(question, catalogue, today=date(2023, 6, 1))


@pytest.mark.parametrize(
    ("words", "row"),
    [
        ("手上没有信息所以给不了", "applications.unavailable.not_held"),
        ("影响社会稳定", "applications.refused.endangers_security"),
        ("需要加工分析才能给", "applications.unavailable.needs_creation"),
        ("没交费而不再办理", "applications.other_handling.fee_overdue"),
        ("前一年遗留下来", "applications.carried_in"),
        ("罚了多少次", "proactive.penalties"),
        ("internal affairs and personnel", "applications.refused.internal_affairs"),
    ],
)
def test_words_of_everyday_speech_mean_a_row(words: str, row: str) -> None:
    found = rows_meant(words)
    assert found is not None
    assert found.key == row


@pytest.mark.parametrize("words", ["外国人提出的", "政府网站有多少栏目", "通过信函寄来的", "年终联欢会节目"])
def test_words_that_no_row_has_mean_none(words: str) -> None:
    assert rows_meant(words) is None


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("临澜市2021年以隐私为由拒绝的有几件？", "applications.refused.third_party_rights.total"),
        ("临澜市2021年公司申请被拒了多少件？", "applications.refused.business"),
        ("临澜市2021年在法院输了几场？", "review_litigation.litigation.corrected"),
        ("临澜市2021年未经复议直接打官司的有几件？", "review_litigation.litigation_direct.total"),
        ("临澜市2021年先复议、后起诉的有几件？", "review_litigation.litigation_after_review.total"),
        ("临澜市2021年废了几部规章？", "proactive.rules.repealed"),
        ("临澜市2021年从前一年带过来没办完的申请是几件？", "applications.carried_in.total"),
        ("临澜市2021年结转到2022年的申请几件？", "applications.carried_forward.total"),
        ("临澜市2021年新收申请，除去自然人，法人和其他组织一共提了多少件？", "applications.new_received.organisations"),
    ],
)
def test_rows_and_columns_are_put_together_from_unlisted_words(question: str, metric: str, catalogue: Catalogue) -> None:
    query = query_of(question, catalogue)
    assert (query.kind, query.metrics, query.agencies, query.years) == ("value", (metric,), (CITY,), (2021,))


@pytest.mark.parametrize(
    "question",
    [
        "临澜市2021年外国人提出的申请有多少件？",
        "临澜市2021年通过邮寄收到的申请有多少件？",
        "临澜市2021年按时答复了多少件？",
        "临澜市2021年教育类申请有几件？",
        "临澜市2021年公众号发了多少篇文章？",
    ],
)
def test_what_no_column_has_is_not_counted_as_if_it_did(question: str, catalogue: Catalogue) -> None:
    assert understood(question, catalogue).route == "narrative"


def test_a_column_without_a_row_is_asked_back(catalogue: Catalogue) -> None:
    parsed = understood("临澜市2021年维持了几件？", catalogue)
    assert parsed.route == "clarify"
    assert parsed.options == ("review_litigation.review.upheld", "review_litigation.litigation.upheld")


def test_a_number_of_nothing_is_asked_back(catalogue: Catalogue) -> None:
    assert understood("临澜市2021年有多少件？", catalogue).route == "clarify"


@pytest.mark.parametrize(
    ("short", "own", "is_it"),
    [
        ("资规局", "自然资源和规划局", True),
        ("卫健委", "卫生健康委员会", True),
        ("人社局", "人力资源和社会保障局", True),
        ("国土局", "自然资源局", True),
        ("水务局", "教育局", False),
        ("局", "教育局", False),
    ],
)
def test_an_abbreviation_is_spelt_out_by_the_full_name(short: str, own: str, is_it: bool) -> None:
    assert spelt(short, own) is is_it


@pytest.mark.parametrize(
    ("question", "agency"),
    [
        ("How many applications did the Songai Education Bureau receive in 2020?", BUREAU),
        ("How many applications did the Education Bureau of Songai receive in 2020?", BUREAU),
        ("How many applications did the office of Wangting receive in 2022?", OFFICE),
        ("How many applications did Wangting District receive in 2022?", DISTRICT),
        ("区府办2022年新收申请多少件？", OFFICE),
        ("松霭市教育据2020年新收申请多少件？", BUREAU),
    ],
)
def test_agencies_are_found_by_their_other_names(question: str, agency: str, catalogue: Catalogue) -> None:
    query = query_of(question, catalogue)
    assert (query.metrics, query.agencies) == ((NEW,), (agency,))


def test_a_department_that_the_library_lacks_is_not_its_government(catalogue: Catalogue) -> None:
    parsed = understood("How many applications did the Linlan Water Affairs Bureau receive in 2021?", catalogue)
    assert parsed.why == "unknown_agency"


def test_homophones_are_put_right_and_right_spelling_stays() -> None:
    assert spelt_right("2022年不与公开率") == "2022年不予公开率"
    assert spelt_right("不予处理和不予公开") == "不予处理和不予公开"


def test_a_ground_named_as_a_ground_is_the_row_itself() -> None:
    assert canonical("以个人隐私为由不公开的") == "个人隐私不公开的"


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("松霭市教育局近两年新收多少？", (2020, 2021)),
        ("松霭市教育局最新一年新收多少？", (2021,)),
        ("松霭市教育局19到21年每年新收多少？", (2019, 2020, 2021)),
        ("松霭市教育局2021年1月底挂出来的那份年报，新收多少？", (2020,)),
        ("松霭市教育局去年新收多少？", (2022,)),
        ("松霭市教育局21年新收多少？", (2021,)),
    ],
)
def test_years_are_heard_however_they_are_said(question: str, years: tuple[int, ...], catalogue: Catalogue) -> None:
    assert understood(question, catalogue).years == years


def test_last_year_is_said_to_count_from_today(catalogue: Catalogue) -> None:
    assert ("today", "去年=2022") in understood("松霭市教育局去年新收多少？", catalogue).notes


@pytest.mark.parametrize(
    ("question", "slots"),
    [
        ("2022年新收申请最多的三个机关", {"kind": "rank", "limit": 3, "order": "desc"}),
        ("2022年新收申请倒数两家是谁", {"kind": "rank", "limit": 2, "order": "asc"}),
        ("2022年新收申请第二多的机关", {"kind": "rank", "nth": 2, "limit": None}),
        ("2022年平均每个机关新收多少申请？", {"kind": "average"}),
        ("2021年新收申请增长最快的机关", {"kind": "rank", "measure": "growth", "years": (2021,)}),
        ("从2019到2021年新收申请增加最多的机关", {"kind": "rank", "measure": "change", "base": 2019, "years": (2021,)}),
        ("松霭市教育局哪一年新收最多？", {"kind": "rank", "agencies": (BUREAU,), "focus": None}),
        ("2022年库里全部机关一共新收多少件？", {"kind": "sum"}),
    ],
)
def test_superlatives_averages_and_growth_are_told_apart(question: str, slots: dict[str, object], catalogue: Catalogue) -> None:
    query = query_of(question, catalogue)
    assert {name: getattr(query, name) for name in slots} == slots


def test_a_bound_on_both_sides_is_kept(catalogue: Catalogue) -> None:
    query = query_of("2022年新收申请在5到50件之间的机关有哪些？", catalogue)
    assert query.where is not None and query.also is not None
    assert (query.where.op, query.where.value, query.also.op, query.also.value) == (">=", 5, "<=", 50)


def test_more_than_half_is_a_bound_on_the_rate(catalogue: Catalogue) -> None:
    query = query_of("2022年过半申请不予公开的机关有哪些？", catalogue)
    assert query.metrics == ("rates.refused",)
    assert query.where is not None and str(query.where.value) == "0.5"


def test_the_citys_office_is_that_of_the_place_named_beside_it(catalogue: Catalogue) -> None:
    query = query_of("望汀区政府和区政府办2022年新收对比一下", catalogue)
    assert set(query.agencies) == {DISTRICT, OFFICE}
