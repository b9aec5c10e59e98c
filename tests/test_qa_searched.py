"""What a narrative answer was looked for in stands in its coverage and in its words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from small_qa import BUREAU, CITY, FILES, library_in

from extractor.library import Library
from qa.ask import ask
from qa.searched import Searched


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_in(tmp_path_factory.mktemp("searched") / "library") as made:
        yield made


def held(library: Library, where: str) -> tuple[int, int]:
    return tuple(library.rows(f"SELECT count(DISTINCT report_id), count(*) FROM passages WHERE {where}")[0])  # type: ignore[return-value]


def test_one_report_is_named(library: Library) -> None:
    answer = ask("临澜市2021年有什么问题", library)
    reports, passages = held(library, f"agency = '{CITY}' AND year = 2021")
    told = f"（已查 1 份报告、{passages} 段叙述：{CITY}，2021年。）"
    assert answer.coverage["narrative"] == {
        "reports": reports, "passages": passages, "agencies": [CITY], "more_agencies": 0, "years": [2021], "text": told,
    }  # fmt: skip
    assert answer.coverage["passages"] == passages
    assert told in answer.answer


def test_the_years_of_an_agency_are_listed(library: Library) -> None:
    answer = ask("松霭市教育局有什么问题", library)
    assert answer.coverage["narrative"]["years"] == [2019, 2020, 2021]
    assert f"{BUREAU}，2019、2020、2021年。" in answer.answer


def test_a_year_alone_counts_only_its_own_reports(library: Library) -> None:
    found = ask("2022年的报告反映了哪些问题", library).coverage
    assert (found["narrative"]["reports"], found["passages"]) == held(library, "year = 2022")
    assert found["narrative"]["years"] == [2022]


def test_the_whole_library_is_counted_in_reports_and_agencies(library: Library) -> None:
    answer = ask("哪些机关提到了培训", library)
    assert answer.coverage["narrative"]["reports"] == len(FILES)
    assert f"已查 {len(FILES)} 份报告" in answer.answer
    assert "5 个机关，2019—2022年" in answer.answer


def test_what_the_reports_do_not_say_names_what_was_searched(library: Library) -> None:
    answer = ask("临澜市2021年接待了多少外宾", library)
    assert answer.abstained
    assert f"已查{CITY}2021年的 1 份报告、{answer.coverage['passages']} 段叙述" in answer.answer


def test_a_report_that_the_library_lacks_is_not_one_that_says_nothing(library: Library) -> None:
    answer = ask("临澜市2019年有什么问题", library)
    assert answer.abstained
    assert answer.coverage["narrative"]["reports"] == 0
    assert f"库中没有{CITY}2019年的报告，有 2020、2021 年的" in answer.answer


def test_numbers_and_narrative_have_each_their_coverage(library: Library) -> None:
    found = ask("2021年哪个机关不予公开最多，打算怎么改进？", library).coverage
    assert {"library", "reports", "used", "missing", "text", "passages", "narrative"} <= found.keys()
    assert found["narrative"]["reports"] == 1


@pytest.mark.parametrize("question", ["新收多少申请", "今天天气怎么样"])
def test_a_question_asked_back_covers_nothing(library: Library, question: str) -> None:
    assert ask(question, library).coverage == {}


def test_many_agencies_are_counted_and_years_with_gaps_are_no_span() -> None:
    many = Searched(40, 400, tuple(f"第{n}市人民政府" for n in range(30)), (2015, 2019, 2020, 2021))
    assert many.told(False) == "（已查 40 份报告、400 段叙述：30 个机关，2015 … 2021年。）"
    assert len(many.payload(False)["agencies"]) == 20
    assert many.payload(False)["more_agencies"] == 10
    assert "30 agencies" in many.told(True)
