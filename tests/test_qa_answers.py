"""Answers: numbers from cells, sentences from the narrative, coverage, contradictions, abstention."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from small_qa import BUREAU, CITY, DISTRICT, OFFICE, TOWN, library_in

from extractor.errors import QueryError
from extractor.library import Library
from qa.answer import Answer
from qa.ask import ask, ask_stream
from qa.ground import figures
from qa.query import Query
from qa.records import run

NEW = "applications.new_received.total"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_in(tmp_path_factory.mktemp("answers") / "library") as made:
        yield made


def test_a_value_cites_its_cell_as_printed(library: Library) -> None:
    answer = ask("临澜市2020年新收多少件申请？", library)
    assert answer.values[0].value == 1396
    (citation,) = answer.citations
    assert (citation.kind, citation.path, citation.quote, citation.status) == ("cell", NEW, "1396", "verified")
    assert citation.place["line"]


def test_the_json_contract_has_exactly_its_fields(library: Library) -> None:
    payload = ask("临澜市2020年新收多少件申请？", library).payload()
    assert list(payload) == ["answer", "route", "query", "citations", "coverage", "abstained", "notes"]
    assert list(payload["citations"][0]) == ["kind", "source", "agency", "year", "path", "place", "quote", "status"]


def test_a_sum_over_rows_cites_every_row(library: Library) -> None:
    answer = ask("临澜市2020年不予公开多少件？", library)
    assert answer.values[0].value == 112
    assert len(answer.citations) == 8


def test_ties_share_a_place(library: Library) -> None:
    answer = ask("2022年哪个机关的大量反复申请最多？", library)
    assert {value.agency for value in answer.values} == {DISTRICT, OFFICE, TOWN}
    assert "并列" in answer.answer


def test_a_ranking_can_be_asked_from_below(library: Library) -> None:
    assert [v.agency for v in ask("2022年新收申请最少的单位", library).values] == [TOWN]


def test_a_difference_is_stated_with_its_direction(library: Library) -> None:
    answer = ask("临澜市2021年新收申请比2020年多了多少？", library)
    assert "2021年比2020年多 161 件" in answer.answer


def test_a_share_names_both_numbers(library: Library) -> None:
    answer = ask("临澜市2020年本机关不掌握占无法提供的比例", library)
    assert answer.values[0].value == Decimal(390) / Decimal(452)
    assert {Decimal(390), Decimal(452)} <= figures(answer.answer)


def test_what_was_missing_is_listed(library: Library) -> None:
    answer = ask("2022年各机关行政强制决定多少件？", library)
    assert {"agency": TOWN, "year": 2022, "reason": "blank"} in answer.coverage["missing"]
    assert "空白" in answer.answer


def test_a_blank_is_not_zero(library: Library) -> None:
    answer = ask("白苇镇2022年行政强制决定多少件？", library)
    assert answer.abstained
    assert "空白不等于 0" in answer.answer


def test_an_item_the_form_does_not_have_is_said_to_be_so(library: Library) -> None:
    answer = ask("临澜市2021年政府采购金额多少？", library)
    assert answer.abstained
    assert "表式没有这一项" in answer.answer


def test_a_year_the_library_lacks_is_said_with_those_it_has(library: Library) -> None:
    answer = ask("松霭市教育局2018年新收多少件？", library)
    assert answer.abstained
    assert "2019" in answer.answer


def test_an_unknown_agency_is_named(library: Library) -> None:
    answer = ask("天河区2020年新收多少件？", library)
    assert answer.abstained
    assert "天河区" in answer.answer


def test_narrative_and_table_are_shown_side_by_side_when_they_differ(library: Library) -> None:
    answer = ask("松霭市教育局2021年新收多少件申请？", library)
    assert {Decimal(56), Decimal(58)} <= figures(answer.answer)
    assert {citation.kind for citation in answer.citations} == {"cell", "sentence"}


def test_a_sentence_answers_what_the_tables_do_not_ask(library: Library) -> None:
    answer = ask("临澜市2020年开了多少场新闻发布会？", library)
    assert answer.route == "narrative"
    assert any("34" in citation.quote and citation.status == "exact" for citation in answer.citations)


def test_nothing_is_answered_when_the_reports_do_not_say(library: Library) -> None:
    answer = ask("临澜市2021年政务公开专职人员有多少名？", library)
    assert answer.abstained
    assert not answer.citations
    assert "报告没有说明" in answer.answer


def test_a_limit_the_tables_do_not_know_is_not_ignored(library: Library) -> None:
    answer = ask("临澜市2020年外国人提出的申请有多少件？", library)
    assert answer.abstained
    assert "外国人" in answer.answer


def test_numbers_and_plans_come_together(library: Library) -> None:
    answer = ask("2022年哪个区不予公开最多，依据是什么，下一步怎么改进？", library)
    assert answer.route == "both"
    assert {citation.kind for citation in answer.citations} == {"cell", "sentence"}
    assert {citation.agency for citation in answer.citations} == {DISTRICT}


def test_an_answer_is_in_the_language_of_the_question(library: Library) -> None:
    answer = ask("How many applications did Linlan receive in 2021?", library)
    assert answer.language == "en"
    assert "1,557" in answer.answer
    assert "件" not in answer.answer


def test_a_question_for_a_person_takes_nothing_over_from_a_count(library: Library) -> None:
    first = ask("2022年哪个机关不予公开最多？", library)
    answer = ask("临澜市市长是谁？", library, history=[first])
    assert answer.abstained and not answer.values


def test_follow_ups_lean_on_answers_questions_or_messages(library: Library) -> None:
    first = ask("临澜市2021年新收多少件？", library)
    for history in ([first], ["临澜市2021年新收多少件？"], [{"role": "user", "content": "临澜市2021年新收多少件？"}]):
        assert ask("那2020年呢？", library, history=history).values[0].value == 1396


def test_it_is_the_agency_that_the_ranking_named(library: Library) -> None:
    first = ask("2022年哪个机关新收最多？", library)
    answer = ask("它的行政诉讼呢？", library, history=[first])
    assert answer.query is not None
    assert answer.query.agencies == (DISTRICT,)


def test_a_forced_route_is_kept(library: Library) -> None:
    answer = ask("临澜市2020年新收多少件申请？", library, route="narrative")
    assert answer.route == "narrative"
    assert any("1396" in citation.quote for citation in answer.citations)


def test_agency_and_year_can_be_given_beside_the_question(library: Library) -> None:
    assert ask("新收多少件申请？", library, agency=CITY, year=2020).values[0].value == 1396


def test_the_steps_end_with_the_answer(library: Library) -> None:
    steps = list(ask_stream("临澜市2021年不予公开多少件，下一步怎么改进？", library))
    assert [step.name for step in steps if step.name != "answer"] == ["understand", "records", "search"]
    assert steps[-1].name == "answer"
    assert isinstance(steps[-1].answer, Answer)


def test_the_answer_grows_by_one_claim_at_a_time(library: Library) -> None:
    steps = list(ask_stream("临澜市2021年不予公开多少件，下一步怎么改进？", library))
    sizes = [len(step.answer.claims) for step in steps if step.name == "answer" and step.answer is not None]
    assert sizes == [*range(1, max(sizes) + 1), max(sizes)]


@pytest.mark.parametrize("question", ["", "   ", "问" * 3000])
def test_a_question_that_is_none_is_refused(question: str, library: Library) -> None:
    with pytest.raises(QueryError):
        ask(question, library)


@pytest.mark.parametrize("question", ["'; DROP TABLE reports; --", "{{ 7 * 7 }}", "\x00\x01", "〔1〕〔2〕", "2020" * 50, "？" * 20])
def test_strange_questions_get_an_answer_and_no_traceback(question: str, library: Library) -> None:
    assert ask(question, library).abstained


def test_what_the_other_form_calls_the_same_is_found_and_said(library: Library) -> None:
    answer = ask("临澜市2020年到2021年制发规范性文件的变化", library)
    assert [value.value for value in answer.values] == [31, 27]
    assert "新制作" in answer.answer


def test_an_empty_result_is_an_answer(library: Library) -> None:
    result = run(Query(kind="list", metrics=(NEW,), years=(2022,), where={"op": ">", "value": 10**6}), library)  # type: ignore[arg-type]
    assert not result.empty
    assert not result.rows


def test_the_agencies_bureau_is_not_the_city(library: Library) -> None:
    assert ask("松霭市教育局2020年新收多少件？", library).citations[0].agency == BUREAU


def test_a_share_can_be_ranked(library: Library) -> None:
    answer = ask("2020年不予公开占比最高的机关", library)
    assert answer.query is not None
    assert (answer.query.kind, answer.query.metrics) == ("rank", ("rates.refused",))


def test_the_commonest_ground_is_asked_among_grounds(library: Library) -> None:
    answer = ask("临澜市2020年哪种不予公开的理由最多？", library)
    assert max(answer.values, key=lambda value: value.value or 0).metric == "applications.refused.process_information.total"
