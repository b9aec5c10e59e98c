"""Averages, growth and the figures of the narrative: computed, rendered with their coverage, and cited."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from small_qa import BUREAU, library_in

from extractor.library import Library
from qa.ask import ask
from qa.ground import figures
from qa.query import Condition, Query
from qa.records import run

NEW = "applications.new_received.total"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_in(tmp_path_factory.mktemp("measure") / "library") as made:
        yield made


def values_of(library: Library, **slots: object) -> list[Decimal]:
    return [row.value for row in run(Query(kind="value", metrics=(NEW,), **slots), library).rows if row.value is not None]  # type: ignore[arg-type]


def test_an_average_is_the_mean_of_the_cells_it_cites(library: Library) -> None:
    answer = ask("松霭市教育局2019到2021年平均每年新收多少件？", library)
    own = values_of(library, agencies=(BUREAU,))
    mean = sum(own, Decimal(0)) / len(own)
    assert answer.values[0].value == mean
    assert mean.quantize(Decimal("0.01")) in {figure.quantize(Decimal("0.01")) for figure in figures(answer.answer)}
    assert sum(citation.kind == "cell" for citation in answer.citations) == 3
    assert answer.coverage["used"] == 3


def test_growth_states_both_numbers_and_cites_both_reports(library: Library) -> None:
    answer = ask("2021年新收申请增长最快的机关", library)
    assert answer.query is not None and answer.query.measure == "growth"
    assert answer.values[0].agency is not None
    assert {citation.year for citation in answer.citations} == {2020, 2021}
    later, earlier = (values_of(library, agencies=(answer.values[0].agency,), years=(year,))[0] for year in (2021, 2020))
    assert {later, earlier, abs(later - earlier)} <= figures(answer.answer)


def test_a_change_is_measured_from_the_year_that_the_question_names(library: Library) -> None:
    found = run(Query(kind="rank", metrics=(NEW,), measure="change", base=2019, years=(2021,), limit=1), library)
    (row,) = found.rows
    first, last = values_of(library, agencies=(BUREAU,), years=(2019,))[0], values_of(library, agencies=(BUREAU,), years=(2021,))[0]
    assert (row.agency, row.before, row.measured) == (BUREAU, first, last - first)


def test_a_bound_on_growth_is_no_bound_on_the_number(library: Library) -> None:
    bound = Condition(op=">", value=Decimal(1000))
    assert run(Query(kind="rank", metrics=(NEW,), measure="growth", years=(2021,), where=bound), library).rows == ()


def test_a_bound_on_two_sides_leaves_out_both_ends(library: Library) -> None:
    low, high = Condition(op=">=", value=Decimal(5)), Condition(op="<=", value=Decimal(50))
    rows = run(Query(kind="list", metrics=(NEW,), years=(2022,), where=low, also=high), library).rows
    assert rows
    assert all(row.value is not None and 5 <= row.value <= 50 for row in rows)


def test_the_second_place_is_not_the_first(library: Library) -> None:
    first = run(Query(kind="rank", metrics=(NEW,), years=(2022,), limit=1), library).rows[0]
    second = run(Query(kind="rank", metrics=(NEW,), years=(2022,), nth=2), library).rows
    assert all(row.place == 2 and row.agency != first.agency for row in second)


def test_a_figure_of_the_narrative_is_stated_with_its_words(library: Library) -> None:
    answer = ask("临澜市2020年召开新闻发布会多少场？", library)
    assert answer.route == "narrative"
    assert any(citation.kind == "sentence" and "34" in citation.quote for citation in answer.citations)


def test_a_question_in_two_clauses_is_answered_from_tables_and_narrative(library: Library) -> None:
    answer = ask("临澜市2020年新收多少件申请？开了多少场新闻发布会？", library)
    assert answer.route == "both"
    assert {Decimal(1396), Decimal(34)} <= figures(answer.answer)
    assert {citation.kind for citation in answer.citations} == {"cell", "sentence"}
