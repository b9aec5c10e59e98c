"""With a model, statements are shown as they are written: on the way, on the terminal, of whom and when; and what was not used is said."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from scripted_server import HARMLESS, STREAM_FAULTS, Plan, ScriptedServer
from small_qa import BUREAU, CITY, REPORTS, library_in
from test_qa_model import numbered, settings, writes

from extractor.library import Library
from extractor.llm.log import CallLog
from qa.answer import Answer
from qa.ask import ask, ask_stream
from qa.chunks import Chunk, Passage, Sentence
from qa.ground import untraced
from qa.whose import misplaced, told_of
from qa.writing import Material, Statement
from screens.ask import Talk
from screens.ask import answer as answer_on_page
from screens.asking import last, printed
from screens.shelf import Shelf

ONE = "临澜市2020年开了多少场新闻发布会，评议满意率多少？"
SEVERAL = "2021年各机关存在哪些问题？"
FILES = ("linlan-2020.txt", "linlan-2021.txt", "songai-education-2021.txt")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_in(tmp_path_factory.mktemp("stream") / "library", FILES) as made:
        ask("临澜市2020年存在哪些问题？", made)
        yield made


def each_copied(shown: dict[int, str]) -> list[dict[str, Any]]:
    """The first three sentences shown, as statements."""
    return [{"text": text, "sentences": [n]} for n, text in list(shown.items())[:3]]


def held_at(words: str, until: threading.Event, in_time: list[bool]) -> Callable[[bytes], None]:
    """A stream that stops once so much has been written, until the event."""
    heard: list[str] = []

    def hold(piece: bytes) -> None:
        if piece.startswith(b"data: {"):
            heard.extend(choice["delta"].get("content") or "" for choice in json.loads(piece[6:])["choices"])
        if not in_time and words in "".join(heard):
            in_time.append(until.wait(10))

    return hold


# --------------------------------------------------------------------------- as it is written
def test_a_statement_is_shown_while_the_model_is_still_writing(library: Library, tmp_path: Path) -> None:
    shown, in_time = threading.Event(), list[bool]()
    with ScriptedServer(scripts=[writes(each_copied)], written=held_at('"sentences": [1]}, {', shown, in_time)) as server:
        sizes = []
        for step in ask_stream(ONE, library, settings=settings(server, tmp_path).model_copy(update={"timeout": 20})):
            sizes.append(len(step.answer.claims) if step.answer else 0)
            if sizes[-1] == 1:
                shown.set()
    assert in_time == [True]
    assert sizes == [0, 1, 2, 3, 3, 3]


def test_the_terminal_prints_statements_as_they_come_and_the_same_in_the_end(library: Library, tmp_path: Path) -> None:
    shown, in_time = threading.Event(), list[bool]()

    class Watched(io.StringIO):
        def write(self, text: str) -> int:
            if "〔1〕" in text:
                shown.set()
            return super().write(text)

    out = Watched()
    console = Console(file=out, force_terminal=True, color_system=None, width=10_000)
    with ScriptedServer(scripts=[writes(each_copied)], written=held_at('"sentences": [1]}, {', shown, in_time)) as server:
        known = settings(server, tmp_path).model_copy(update={"timeout": 20})
        answer = printed(console, ask_stream("临澜市2020年不予公开多少件，有哪些不足？", library, settings=known))
    assert in_time == [True]
    assert out.getvalue() == answer.answer + "\n"


def test_offline_answers_read_the_same_printed_on_the_way_and_at_the_end(library: Library) -> None:
    for question in (ONE, SEVERAL, "临澜市2021年不予公开多少件，下一步怎么改进？", "今天天气怎么样？", "临澜市2021年养了几只猫？"):
        out = io.StringIO()
        answer = printed(Console(file=out, width=10_000), ask_stream(question, library))
        assert out.getvalue() == answer.answer + "\n"
        assert answer.answer == last(ask_stream(question, library)).answer


def test_the_page_shows_a_statement_while_the_model_is_still_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(tmp_path / "library")
    list(shelf.take_in([REPORTS / FILES[0]]))
    shown, in_time = threading.Event(), list[bool]()
    with ScriptedServer(scripts=[writes(each_copied)], written=held_at('"sentences": [1]}, {', shown, in_time)) as server:
        known = settings(server, tmp_path).model_copy(update={"timeout": 20})
        monkeypatch.setattr(Shelf, "model", lambda self: known)
        for talk in answer_on_page(shelf, ONE, Talk()):
            if talk.turns[-1].lines:
                shown.set()
    assert in_time == [True]
    answer = talk.turns[-1].answer
    assert answer is not None and [claim.by for claim in answer.claims] == ["model"] * 3


def shown_on_the_way(question: str, library: Library, known: Any) -> list[Answer]:
    return [step.answer for step in ask_stream(question, library, settings=known) if step.answer is not None]


@pytest.mark.parametrize("fault", STREAM_FAULTS)
def test_no_unchecked_statement_is_ever_shown_and_none_is_taken_back(fault: str, library: Library, tmp_path: Path) -> None:
    bad = {"text": "全市召开新闻发布会9876场", "sentences": [1]}
    with ScriptedServer(plan=Plan(fault, 1.0), scripts=[writes(lambda shown: [bad, *each_copied(shown), bad])], hang=3) as server:  # type: ignore[arg-type]
        states = shown_on_the_way(ONE, library, settings(server, tmp_path))
    final = states[-1]
    assert not final.abstained
    for state in states:
        assert list(final.claims[: len(state.claims)]) == list(state.claims)
        for claim in state.claims:
            quotes = [state.citations[n - 1].quote for n in claim.citations]
            assert untraced(claim.text, quotes, (), [2020]) == []
    assert final.notes
    assert fault not in HARMLESS or sum(claim.by == "model" for claim in final.claims) == 3


def test_an_answer_that_nobody_waits_for_any_more_is_let_go(library: Library, tmp_path: Path) -> None:
    with ScriptedServer(scripts=[writes(each_copied)]) as server:
        known = settings(server, tmp_path)
        steps = ask_stream(ONE, library, settings=known)
        next(step for step in steps if step.answer is not None and step.answer.claims)
        steps.close()
        with CallLog(known.log_path) as log:
            (call,) = log.calls()
        assert (call.status, call.response) == ("stopped", None)
        assert len(ask(ONE, library, settings=known).claims) == 3


# --------------------------------------------------------------------------- what was not used
@pytest.mark.parametrize(
    ("fault", "why"),
    [("invalid_json", "JSON"), ("truncated", "断了"), ("refused", "拒绝"), ("http_500", "http 500"), ("stream_garbage", "garbled")],
)
def test_why_a_model_was_not_used_is_said(fault: str, why: str, library: Library, tmp_path: Path) -> None:
    with ScriptedServer(plan=Plan(fault, 1.0), scripts=[writes(lambda shown: [])], hang=3) as server:  # type: ignore[arg-type]
        answer = ask(ONE, library, settings=settings(server, tmp_path))
    assert answer.claims and all(claim.by != "model" for claim in answer.claims)
    (note,) = answer.notes
    assert why in note


def test_a_model_that_finds_nothing_is_said_to(library: Library, tmp_path: Path) -> None:
    with ScriptedServer(scripts=[writes(lambda shown: [])]) as server:
        answer = ask(ONE, library, settings=settings(server, tmp_path))
    assert "没有从查到的句子里写出答案" in answer.notes[0]


def test_what_the_model_misunderstood_is_said(library: Library, tmp_path: Path) -> None:
    with ScriptedServer(plan=Plan("invalid_json", 1.0)) as server:
        answer = ask("临澜市2020年外国人提出的申请多少件？", library, settings=settings(server, tmp_path))
    assert any("对问题的理解没有采用" in note for note in answer.notes)


def test_a_server_that_is_away_is_waited_for_once(library: Library, tmp_path: Path) -> None:
    with ScriptedServer(plan=Plan("http_500", 1.0)) as server:
        known = settings(server, tmp_path)
        answer = ask("临澜市2020年外国人提出的申请多少件？", library, settings=known)
        assert len(server.seen) == known.transport_tries
    assert len(answer.notes) == 1


# --------------------------------------------------------------------------- of whom and when
def test_statements_on_several_reports_say_of_whom_and_when(library: Library, tmp_path: Path) -> None:
    def one_of_each(shown: dict[int, str]) -> list[dict[str, Any]]:
        longest = sorted(shown, key=lambda n: -len(shown[n]))[:6]
        return [{"text": shown[n][:20], "sentences": [n]} for n in longest]

    with ScriptedServer(scripts=[writes(one_of_each)]) as server:
        answer = ask(SEVERAL, library, settings=settings(server, tmp_path))
    assert {answer.citations[claim.citations[0] - 1].agency for claim in answer.claims} == {CITY, BUREAU}
    for claim in answer.claims:
        cited = answer.citations[claim.citations[0] - 1]
        assert claim.text.startswith(f"{cited.agency}{cited.year}年：")


def test_a_winner_asked_for_is_named_in_what_its_report_says(library: Library, tmp_path: Path) -> None:
    with ScriptedServer(scripts=[writes(each_copied)]) as server:
        answer = ask("2021年哪个机关不予公开最多，有哪些问题？", library, settings=settings(server, tmp_path))
    told = [claim.text for claim in answer.claims if claim.by == "model"]
    assert told
    assert all(text.startswith((CITY, BUREAU)) for text in told)


def test_the_model_is_told_whose_sentence_each_is(library: Library, tmp_path: Path) -> None:
    seen: list[str] = []

    def script(request: dict[str, Any]) -> str | None:
        seen.append(request["messages"][1]["content"])
        return None

    with ScriptedServer(scripts=[script]) as server:
        ask(SEVERAL, library, settings=settings(server, tmp_path))
        assert numbered(json.loads(server.seen[0].body))
    assert f"【{CITY} 2021年度报告】" in seen[0] and f"【{BUREAU} 2021年度报告】" in seen[0]


def passage(agency: str, year: int | None) -> Passage:
    return Passage(f"{agency}{year}", 0, agency, year, "2021", 5, (), "", "x.txt", 1, None, 0, 0)


A20, A21, B20 = passage(CITY, 2020), passage(CITY, 2021), passage(BUREAU, 2020)
D22 = passage("临澜市望汀区人民政府", 2022)
ALL = (CITY, BUREAU, D22.agency)


@pytest.mark.parametrize(
    ("text", "cited", "english", "said"),
    [
        ("人手不足", [A20], False, f"{CITY}2020年：人手不足"),
        ("2020年人手不足", [A20], False, f"{CITY}：2020年人手不足"),
        ("临澜市人手不足", [A20], False, "2020年：临澜市人手不足"),
        ("2020年临澜市人手不足", [A20], False, "2020年临澜市人手不足"),
        (f"{CITY}2020年人手不足", [A20], False, f"{CITY}2020年人手不足"),
        ("人手不足", [A20, A21], False, f"{CITY}2020年、2021年：人手不足"),
        ("人手不足", [A20, B20], False, f"{CITY}2020年、{BUREAU}2020年：人手不足"),
        ("2020年临澜市望汀区的问题", [A20], False, f"{CITY}：2020年临澜市望汀区的问题"),
        ("staff is short", [A20], True, f"{CITY} 2020: staff is short"),
        ("人手不足", [passage("某局", None)], False, "某局：人手不足"),
    ],
)
def test_what_a_statement_does_not_name_is_put_before_it(text: str, cited: list[Passage], english: bool, said: str) -> None:
    assert told_of(text, cited, (*ALL, "某局"), english) == said


@pytest.mark.parametrize(
    ("text", "cited", "quote", "others"),
    [
        ("松霭市教育局人手不足", [A20], "人手不足", {BUREAU}),
        ("临澜市人手不足", [A20], "人手不足", set()),
        ("向松霭市教育局学习", [A20], "向松霭市教育局学习", set()),
        ("临澜市望汀区人手不足", [D22], "人手不足", set()),
        ("临澜市人手不足", [D22], "人手不足", {CITY}),
    ],
)
def test_one_agency_is_not_told_what_anothers_report_says(text: str, cited: list[Passage], quote: str, others: set[str]) -> None:
    assert misplaced(text, cited, [quote], ALL) == others


def test_a_statement_about_another_agency_than_its_sentence_is_dropped(library: Library, tmp_path: Path) -> None:
    def crossed(shown: dict[int, str]) -> list[dict[str, Any]]:
        return [{"text": f"{BUREAU}2021年：{text}", "sentences": [n]} for n, text in shown.items() if "复议" in text or "区县" in text]

    with ScriptedServer(scripts=[writes(crossed)]) as server:
        answer = ask(SEVERAL, library, settings=settings(server, tmp_path))
        assert "claims" in server.seen[0].body.decode()
    for claim in answer.claims:
        assert answer.citations[claim.citations[0] - 1].agency == BUREAU or claim.by != "model"
    assert any("另" in note or "不是它的报告" in note for note in answer.notes)


def material(*texts: str, english: bool = False) -> Material:
    """Sentences of one report to write from."""
    sentences = [Sentence(f"x/0.{n}", text, n) for n, text in enumerate(texts)]
    return Material(tuple((sentence, Chunk("x/0:0", A20, tuple(sentences))) for sentence in sentences), english, False)


@pytest.mark.parametrize(("text", "kept"), [("2019年已经做完", True), ("2018年已经做完", False), ("2021年已经做完", False)])
def test_last_year_may_be_named_where_the_sentence_speaks_of_it(text: str, kept: bool) -> None:
    assert (material("上年的问题已经做完。").complaint(Statement(text=text, sentences=[1])) == "") == kept


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize(
    ("text", "cited", "kept"),
    [
        ("区县网站的公开栏目名称五花八门", [1], True),
        ("区县网站的公开栏目名称五花八门", [2], False),
        ("区县网站的公开栏目名称五花八门", [1, 2], True),
        ("区县网站栏目叫法不一", [1], True),
        ("举办了培训", [1], False),
        ("County websites name their columns in many ways", [1], True),
    ],
)
def test_a_statement_cites_the_sentence_that_says_it(text: str, cited: list[int], kept: bool, english: bool) -> None:
    given = material("区县网站的公开栏目名称五花八门，换一个区就要重新找。", "区县网站的公开栏目更新不及时。", english=english)
    assert (given.complaint(Statement(text=text, sentences=cited)) == "") == kept
