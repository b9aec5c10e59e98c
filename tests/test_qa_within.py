"""An agency and a year given beside a question are limits: what lies outside is neither stated nor quoted, and the answer says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scripted_server import ScriptedServer
from small_qa import BUREAU, CITY, DISTRICT, OFFICE, library_in
from typer.testing import CliRunner

from cli import app
from extractor.errors import QueryError
from extractor.library import Library
from extractor.llm.settings import Settings
from qa.answer import Answer
from qa.ask import ask


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_in(tmp_path_factory.mktemp("within") / "library") as made:
        yield made


def places(answer: Answer) -> set[tuple[str | None, int | None]]:
    return {(citation.agency, citation.year) for citation in answer.citations}


def test_a_question_about_another_agency_is_not_answered(library: Library) -> None:
    answer = ask("临澜市2021年新收多少", library, agency=BUREAU)
    assert answer.abstained
    assert not answer.citations
    assert BUREAU in answer.answer
    assert CITY in answer.answer
    assert "1,557" not in answer.answer


def test_a_question_about_another_year_is_not_answered(library: Library) -> None:
    answer = ask("2021年新收多少", library, agency=CITY, year=2020)
    assert answer.abstained
    assert "2021年不在其中" in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "有什么问题",
        "新收多少申请",
        "哪个机关不予公开最多，依据是什么",
        "哪些机关提到了公开",
        "开了多少次培训",
        "新收一共多少",
        "哪些机关没有行政复议",
        "What problems were there?",
        "How many applications were received?",
    ],
)
@pytest.mark.parametrize(("agency", "year"), [(BUREAU, 2020), (CITY, 2021)])
def test_nothing_outside_the_limits_is_cited(library: Library, question: str, agency: str, year: int) -> None:
    answer = ask(question, library, agency=agency, year=year)
    assert places(answer) <= {(agency, year)}
    assert {value.agency for value in answer.values} <= {agency, None}
    assert answer.coverage["within"] == {"agency": agency, "year": year}


@pytest.mark.parametrize("question", ["哪个机关新收最多", "有什么问题", "哪些机关提到了公开", "新收合计多少", "临澜市新收多少"])
def test_a_year_alone_is_a_limit_too(library: Library, question: str) -> None:
    answer = ask(question, library, year=2021)
    assert answer.citations
    assert {year for _, year in places(answer)} == {2021}


def test_a_question_that_names_nobody_is_about_the_agency_given(library: Library) -> None:
    assert "1,557" in ask("新收多少申请", library, agency=CITY, year=2021).answer
    assert "1,557" in ask("How many applications were received?", library, agency=CITY, year=2021).answer


def test_of_two_agencies_asked_about_only_the_one_inside_is_stated(library: Library) -> None:
    answer = ask("临澜市和松霭市教育局2021年新收各多少", library, agency=CITY)
    assert places(answer) == {(CITY, 2021)}
    assert f"{BUREAU}不在其中" in answer.answer


def test_a_growth_that_needs_the_year_before_is_not_computed_from_outside(library: Library) -> None:
    answer = ask("新收增长最多的是哪个机关", library, year=2021)
    assert answer.abstained
    assert "2020年不在其中" in answer.answer


def test_agencies_of_another_kind_are_outside(library: Library) -> None:
    assert ask("各区新收多少", library, agency=BUREAU).abstained
    assert ask("除松霭市教育局外哪个机关新收最多", library, agency=BUREAU).abstained
    assert ask("新收比临澜市多的机关有哪些", library, agency=BUREAU, year=2021).abstained


def test_a_short_name_is_understood_as_in_a_question(library: Library) -> None:
    for called in ("松霭市教育局", "松霭教育局", "市教育局", "教育局"):
        assert places(ask("2021年新收多少", library, agency=called)) >= {(BUREAU, 2021)}
    assert {agency for agency, _ in places(ask("2021年新收多少", library, agency="临澜市"))} == {CITY}
    assert {agency for agency, _ in places(ask("新收多少", library, agency="望汀区政府办"))} == {OFFICE}


def test_an_ambiguous_name_in_the_question_means_the_agency_given(library: Library) -> None:
    assert {agency for agency, _ in places(ask("望汀区政府2022年新收多少", library, agency=DISTRICT))} == {DISTRICT}


@pytest.mark.parametrize("question", ["有什么问题", "新收多少申请"])
def test_an_agency_that_the_library_lacks_is_refused_with_those_near(library: Library, question: str) -> None:
    with pytest.raises(QueryError, match=r"临澜市卫生健康局.*相近的有.*临澜市人民政府"):
        ask(question, library, agency="临澜市卫生健康局")
    with pytest.raises(QueryError, match=r"不存在局.*库中有"):
        ask(question, library, agency="不存在局")


def test_a_name_of_several_agencies_is_refused(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", ("linlan-water-2022.txt", "songai-education-2021.txt")) as few:
        with pytest.raises(QueryError, match="没有机关"):
            ask("新收多少", few, agency="财政局")
        assert {agency for agency, _ in places(ask("新收多少", few, agency="水务局"))} == {"临澜市水务局"}
        answer = ask("新收多少", few, agency="临澜市水利局")
        assert "“临澜市水利局”按临澜市水务局理解" in answer.answer
    with library_in(tmp_path / "other", ("songai-education-2021.txt", "wangting-office-2022.txt")) as few, pytest.raises(QueryError):
        ask("新收多少", few, agency="松霭市教育局和望汀区政府办")


def test_a_follow_up_stays_within_the_limits(library: Library) -> None:
    assert places(ask("那2021年呢？", library, agency=BUREAU, history=["临澜市2020年新收多少"])) >= {(BUREAU, 2021)}
    assert places(ask("那不予公开呢？", library, agency=CITY, year=2021, history=["新收多少申请"])) == {(CITY, 2021)}
    assert places(ask("那前一年呢？", library, year=2020, history=["临澜市2021年新收多少"])) == {(CITY, 2020)}
    late = ask("那前一年呢？", library, year=2021, history=["临澜市2021年新收多少"])
    assert late.abstained
    assert "2020年不在其中" in late.answer


def test_the_latest_year_is_the_latest_within(library: Library) -> None:
    assert places(ask("松霭市教育局最新一年新收多少", library, year=2020)) == {(BUREAU, 2020)}


def test_a_model_that_understands_the_question_stays_within_the_limits(library: Library, tmp_path: Path) -> None:
    told = {"answerable": True, "kind": "rank", "row": "applications.new_received", "column": "natural_person", "order": "desc"}

    def script(request: dict[str, Any]) -> str | None:
        return json.dumps(told) if "answerable" in json.dumps(request.get("response_format", {})) else None

    with ScriptedServer(scripts=[script]) as server:
        settings = Settings(
            OPENAI_BASE_URL=server.url, GONGKAI_MODEL="scripted", GONGKAI_STRUCTURED="json_schema", GONGKAI_BACKOFF=0,
            GONGKAI_LLM_LOG=tmp_path / "log.sqlite",
        )  # fmt: skip
        answer = ask("老乡们递来的新收申请几件？", library, agency=CITY, year=2021, settings=settings)
        assert server.seen
        assert answer.query is not None
        assert answer.query.metrics == ("applications.new_received.natural_person",)
        assert places(answer) == {(CITY, 2021)}
        told["measure"] = "growth"
        grown = ask("2021年老乡们递来的新收申请几件呢？", library, agency=CITY, year=2021, settings=settings)
        assert grown.abstained
        assert "2020年不在其中" in grown.answer
        asked = len(server.seen)
        assert ask("松霭市教育局老乡们递来的新收申请几件？", library, agency=CITY, settings=settings).abstained
        assert len(server.seen) == asked


def test_the_limits_are_said_in_english_too(library: Library) -> None:
    answer = ask("How many applications did Linlan receive in 2020?", library, year=2021)
    assert answer.abstained
    assert answer.answer == "Only 2021 is looked at; the question's 2020 is not part of it."


def test_the_command_refuses_an_unknown_agency_and_keeps_to_a_known_one(library: Library) -> None:
    folder = str(library.path)
    refused = CliRunner().invoke(app, ["ask", "新收多少", "--agency", "不存在局", "--library", folder])
    assert refused.exit_code == 2
    assert "没有机关“不存在局”" in refused.output
    kept = CliRunner().invoke(app, ["ask", "新收多少", "--agency", "教育局", "--year", "2021", "--library", folder])
    assert kept.exit_code == 0, kept.output
    assert f"{BUREAU}2021年" in kept.output
