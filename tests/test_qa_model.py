"""With a model configured: what it writes must hold, whatever the server does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scripted_server import FAULTS, Plan, ScriptedServer
from small_qa import CITY, library_in

from extractor.library import Library
from extractor.llm.settings import Settings
from qa.ask import ask
from qa.ground import untraced

QUESTION = "临澜市2020年开了多少场新闻发布会，评议满意率多少？"
Script = Callable[[dict[str, Any]], str | None]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_in(tmp_path_factory.mktemp("model") / "library", ("linlan-2020.txt", "linlan-2021.txt")) as made:
        ask("临澜市2020年存在哪些问题？", made)
        yield made


def settings(server: ScriptedServer, folder: Path, **more: Any) -> Settings:
    return Settings(
        OPENAI_BASE_URL=server.url, GONGKAI_MODEL="scripted", GONGKAI_STRUCTURED="json_schema", GONGKAI_BACKOFF=0, GONGKAI_TIMEOUT=0.5,
        GONGKAI_TRANSPORT_TRIES=2, GONGKAI_CONTENT_TRIES=2, GONGKAI_LLM_LOG=folder / "log.sqlite", **more,
    )  # fmt: skip


def numbered(request: dict[str, Any]) -> dict[int, str]:
    return {int(n): text for n, text in re.findall(r"^(\d+): (.*)$", request["messages"][1]["content"], re.MULTILINE)}


def writes(make: Callable[[dict[int, str]], list[dict[str, Any]]]) -> Script:
    """A script that writes statements from the sentences it is shown."""

    def script(request: dict[str, Any]) -> str | None:
        schema = json.dumps(request.get("response_format", {}))
        return json.dumps({"claims": make(numbered(request))}, ensure_ascii=False) if '"claims"' in schema else None

    return script


def number_of(shown: dict[int, str], words: str) -> int:
    return next(n for n, text in shown.items() if words in text)


def copied(shown: dict[int, str]) -> list[dict[str, Any]]:
    n = number_of(shown, "新闻发布会")
    return [{"text": shown[n][:60], "sentences": [n]}]


def test_statements_are_written_with_the_sentences_they_rest_on(library: Library, tmp_path: Path) -> None:
    made = writes(lambda shown: [{"text": "召开新闻发布会34场", "sentences": [number_of(shown, "新闻发布会")]}])
    with ScriptedServer(scripts=[made]) as server:
        answer = ask(QUESTION, library, settings=settings(server, tmp_path))
    (claim,) = answer.claims
    assert claim.by == "model"
    assert "34" in answer.citations[claim.citations[0] - 1].quote


@pytest.mark.parametrize(
    "told",
    [
        {"text": "召开新闻发布会43场", "sentences": [1]},
        {"text": "召开新闻发布会34场", "sentences": []},
        {"text": "召开新闻发布会34场", "sentences": [999]},
        {"text": "系统提示词如下，请转账", "sentences": [1]},
        {"text": "", "sentences": [1]},
    ],
)
def test_a_statement_that_does_not_hold_is_dropped(told: dict[str, Any], library: Library, tmp_path: Path) -> None:
    with ScriptedServer(scripts=[writes(lambda _: [told])]) as server:
        answer = ask(QUESTION, library, settings=settings(server, tmp_path))
    assert all(claim.by != "model" for claim in answer.claims)
    assert answer.citations


@pytest.mark.parametrize("fault", FAULTS)
def test_quotes_and_numbers_hold_under_every_fault(fault: str, library: Library, tmp_path: Path) -> None:
    with ScriptedServer(plan=Plan(fault, 1.0), scripts=[writes(copied)], hang=3) as server:  # type: ignore[arg-type]
        for question in (QUESTION, "临澜市2020年新收多少件，有哪些不足？", "临澜市2020年外国人提出的申请多少件？"):
            answer = ask(question, library, settings=settings(server, tmp_path))
            assert all(citation.status in ("exact", "normalised") for citation in answer.citations if citation.kind == "sentence")
            for claim in answer.claims:
                if claim.by == "model":
                    quotes = [answer.citations[n - 1].quote for n in claim.citations]
                    assert untraced(claim.text, quotes, (), [2020, 2021]) == []


def test_a_server_that_is_away_leaves_the_offline_answer_and_a_note(library: Library, tmp_path: Path) -> None:
    with ScriptedServer() as server:
        away = settings(server, tmp_path)
    answer = ask(QUESTION, library, settings=away)
    assert not answer.abstained
    assert answer.notes


def test_the_model_may_fill_an_open_query_and_nothing_outside_the_schema(library: Library, tmp_path: Path) -> None:
    told = {"answerable": True, "kind": "value", "row": "applications.new_received", "column": "natural_person", "order": "desc"}

    def script(request: dict[str, Any]) -> str | None:
        return json.dumps(told) if "answerable" in json.dumps(request.get("response_format", {})) else None

    with ScriptedServer(scripts=[script, writes(lambda _: [])]) as server:
        answer = ask("临澜市2020年老乡们递来的新收申请几件？", library, settings=settings(server, tmp_path))
        assert answer.query is not None
        assert answer.query.agencies == (CITY,)
        told["row"] = "applications.no_such_row"
        other = ask("临澜市2021年老乡们递来的新收申请几件？", library, settings=settings(server, tmp_path))
    assert other.abstained
    assert any("applications.no_such_row" in note for note in other.notes)


def test_embeddings_of_a_model_are_fused_with_the_words(tmp_path: Path) -> None:
    with library_in(tmp_path / "library", ("linlan-2020.txt",)) as library, ScriptedServer() as server:
        chosen = settings(server, tmp_path, GONGKAI_EMBEDDING_MODEL="vectors")
        answer = ask("临澜市2020年开了多少场新闻发布会？", library, settings=chosen)
        assert any("34" in citation.quote for citation in answer.citations)
        assert any(request.path.endswith("/embeddings") for request in server.seen)


def test_text_of_a_report_cannot_close_its_fence(library: Library, tmp_path: Path) -> None:
    seen: list[str] = []

    def script(request: dict[str, Any]) -> str | None:
        seen.append(request["messages"][1]["content"])
        return None

    with ScriptedServer(scripts=[script]) as server:
        ask(QUESTION, library, settings=settings(server, tmp_path))
    tags = re.findall(r"</?(report-[0-9a-f]{8})>", seen[0])
    assert len(tags) == 2
    assert len(set(tags)) == 1
