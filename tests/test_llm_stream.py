"""Answers heard while they are written: items as they are complete, faults of a stream, tokens and log as for whole replies."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict
from scripted_server import HARMLESS, STREAM_FAULTS, Plan, ScriptedServer

from extractor.errors import ModelError
from extractor.llm.answers import ask
from extractor.llm.items import MOST, Wanted, hear, so_far
from extractor.llm.log import CallLog
from extractor.llm.settings import Settings, load_settings
from extractor.llm.stream import events
from extractor.llm.wire import Errand, TransportError

ERRAND = Errand("answer", "测试")
QUESTION = [{"role": "user", "content": "数一数"}]


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    number: int


class Items(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: list[Item]


def wrong(item: Item) -> str:
    return "" if item.number >= 0 else f"{item.number} is negative"


WANTED = Wanted(Items, "items", Item, wrong, lambda item: item.number)
FIVE = [Item(text=f"第{n}条，有“引号”和 {{括号}}", number=n) for n in range(1, 6)]


def told(items: Sequence[Item]) -> str:
    return json.dumps({"items": [item.model_dump() for item in items]}, ensure_ascii=False)


def says(text: str) -> Callable[[dict[str, Any]], str | None]:
    return lambda request: text if "items" in json.dumps(request) else None


def wanted(server: ScriptedServer, folder: Path, **values: object) -> Settings:
    given = {"base_url": server.url, "model": "m", "api_key": "k", "backoff": 0, "timeout": 2, "log_path": folder / "log.sqlite"}
    return load_settings(**(given | {"structured": "json_schema", "transport_tries": 2, "content_tries": 2} | values))


def heard(server: ScriptedServer, log: CallLog, settings: Settings) -> tuple[list[Item], tuple[str, ...]]:
    """The items that were handed on, and what is still wrong."""
    found, hearing = [], hear(QUESTION, WANTED, settings, log, errand=ERRAND)
    while True:
        try:
            found.append(next(hearing))
        except StopIteration as end:
            return found, end.value


def sent(server: ScriptedServer) -> list[dict[str, Any]]:
    return [json.loads(request.body) for request in server.seen]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[CallLog]:
    with CallLog(tmp_path / "log.sqlite") as opened:
        yield opened


# --------------------------------------------------------------------------- while it is written
def test_an_item_is_heard_while_the_next_one_is_not_yet_written(tmp_path: Path, log: CallLog) -> None:
    first_heard = threading.Event()
    in_time: list[bool] = []
    so_long = len(told(FIVE[:2]))

    def hold(piece: bytes) -> None:
        written.append(piece)
        if not in_time and sum(len(json.loads(p[6:])["choices"][0]["delta"].get("content") or "") for p in written) >= so_long:
            in_time.append(first_heard.wait(10))

    written: list[bytes] = []
    with ScriptedServer(scripts=[says(told(FIVE))], written=hold) as server:
        hearing = hear(QUESTION, WANTED, wanted(server, tmp_path, timeout=20), log, errand=ERRAND)
        assert next(hearing) == FIVE[0]
        first_heard.set()
        assert list(hearing) == FIVE[1:]
    assert in_time == [True]
    assert sent(server)[0]["stream"] is True


@pytest.mark.parametrize("mode", ["json_schema", "tools", "json"])
def test_every_mode_of_structured_answers_is_heard(tmp_path: Path, log: CallLog, mode: str) -> None:
    with ScriptedServer(scripts=[says(told(FIVE))], modes=[mode]) as server:
        assert heard(server, log, wanted(server, tmp_path, structured=mode)) == (FIVE, ())


@pytest.mark.parametrize("shape", ["{}", "```json\n{}\n```", "<think>[1] { </think>\n{}"])
def test_fences_and_thoughts_do_no_harm(tmp_path: Path, log: CallLog, shape: str) -> None:
    with ScriptedServer(scripts=[says(shape.replace("{}", told(FIVE)))]) as server:
        assert heard(server, log, wanted(server, tmp_path)) == (FIVE, ())


@given(st.lists(st.builds(Item, text=st.text(max_size=12), number=st.integers(0, 1200)), max_size=4), st.data())
def test_only_complete_items_are_seen_wherever_the_answer_is_cut(items: list[Item], data: st.DataObject) -> None:
    text = told(items)
    cut = data.draw(st.integers(0, len(text)))
    found = so_far(text[:cut], "items")
    assert found == [item.model_dump() for item in items][: len(found)]
    whole = sum(cut >= len(told(items[:n])) - 2 for n in range(1, len(items) + 1))
    assert len(found) == whole


@given(st.binary(max_size=200), st.integers(1, 9))
def test_no_bytes_break_the_reading_of_events(data: bytes, size: int) -> None:
    for payload in events(data[at : at + size] for at in range(0, len(data), size)):
        assert isinstance(payload, bytes)


def test_a_character_cut_in_halves_is_put_together(tmp_path: Path, log: CallLog) -> None:
    text = json.dumps({"items": [{"text": "好😀", "number": 1}]}, ensure_ascii=False)
    at = text.index("😀")
    pieces = [text[:at], "\ud83d", "\ude00" + text[at + 1 :]]
    body = "".join(f"data: {json.dumps({'choices': [{'delta': {'content': piece}}]})}\n\n" for piece in pieces) + "data: [DONE]\n\n"
    with ScriptedServer(bodies=lambda request: body.encode()) as server:
        assert heard(server, log, wanted(server, tmp_path)) == ([Item(text="好😀", number=1)], ())


# --------------------------------------------------------------------------- faults
@pytest.mark.parametrize("fault", sorted(HARMLESS))
def test_a_server_with_ways_of_its_own_is_understood(tmp_path: Path, log: CallLog, fault: str) -> None:
    with ScriptedServer(scripts=[says(told(FIVE))], plan=Plan(fault, 1.0), hang=5) as server:  # type: ignore[arg-type]
        assert heard(server, log, wanted(server, tmp_path, timeout=0.5)) == (FIVE, ())


@pytest.mark.parametrize("fault", [fault for fault in STREAM_FAULTS if fault not in HARMLESS])
def test_a_stream_that_goes_wrong_ends_in_time_and_hands_on_nothing_that_was_not_said(tmp_path: Path, log: CallLog, fault: str) -> None:
    with ScriptedServer(scripts=[says(told(FIVE))], plan=Plan(fault, 1.0), hang=5) as server:  # type: ignore[arg-type]
        found, problems = heard(server, log, wanted(server, tmp_path, timeout=0.5))
    assert found == (FIVE if fault == "stream_loops" else [] if fault == "stream_twice" else FIVE[:2])
    assert problems


def test_a_broken_stream_is_heard_again_from_its_beginning(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says(told(FIVE))], plan=Plan("stream_cut", 0.5, seed=2)) as server:
        assert heard(server, log, wanted(server, tmp_path, transport_tries=20)) == (FIVE, ())
        assert [call.status for call in log.calls()][::-1] == ["cut"] * (len(server.seen) - 1) + ["answered"]
        assert len(server.seen) > 1


@pytest.mark.parametrize(("fault", "said"), [("http_500", "http 500"), ("reset", "reset"), ("hang", "timeout")])
def test_a_server_that_never_begins_is_an_error(tmp_path: Path, log: CallLog, fault: str, said: str) -> None:
    with ScriptedServer(plan=Plan(fault, 1.0), hang=2) as server, pytest.raises(TransportError) as error:  # type: ignore[arg-type]
        heard(server, log, wanted(server, tmp_path, timeout=0.3))
    assert error.value.status == said
    assert len(server.seen) == 2


def test_a_stream_without_end_is_not_asked_for_again(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says(told(FIVE))], plan=Plan("stream_endless", 1.0)) as server:
        heard(server, log, wanted(server, tmp_path, timeout=0.3, transport_tries=5))
        assert len(server.seen) == 1
    assert next(log.calls()).status == "endless"


@pytest.mark.parametrize(("fault", "said"), [("truncated", "断了"), ("refused", "拒绝"), ("invalid_json", "JSON"), ("schema_violated", "")])
def test_what_is_wrong_with_an_answer_is_said(tmp_path: Path, log: CallLog, fault: str, said: str) -> None:
    script = says(json.dumps({"answer": "no"}) if fault == "schema_violated" else told(FIVE))
    with ScriptedServer(scripts=[script], plan=Plan(fault, 1.0)) as server:  # type: ignore[arg-type]
        _, problems = heard(server, log, wanted(server, tmp_path))
        assert any(said in problem for problem in problems)
        assert len(server.seen) == 2


def test_an_item_that_does_not_hold_is_asked_for_again_and_the_others_are_not_told_twice(tmp_path: Path, log: CallLog) -> None:
    bad, mended = Item(text="坏", number=-3), Item(text="好", number=3)
    answers = iter([told([FIVE[0], bad, FIVE[1]]), told([Item(text="换个说法", number=1), mended, FIVE[1]])])
    with ScriptedServer(scripts=[lambda request: next(answers)]) as server:
        assert heard(server, log, wanted(server, tmp_path)) == ([FIVE[0], FIVE[1], mended], ())
        assert "-3 is negative" in server.seen[1].body.decode()
    assert [call.verdict for call in log.calls()] == ["used", "-3 is negative"]


def test_an_answer_without_measure_is_cut_short(tmp_path: Path, log: CallLog) -> None:
    many = [Item(text="条", number=n) for n in range(3 * MOST)]
    with ScriptedServer(scripts=[says(told(many))]) as server:
        found, problems = heard(server, log, wanted(server, tmp_path))
    assert found == many[:MOST]
    assert problems


# --------------------------------------------------------------------------- log and tokens
def test_tokens_and_cost_are_those_the_server_counts(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says(told(FIVE))]) as server:
        heard(server, log, wanted(server, tmp_path, price_in=Decimal(10), price_out=Decimal(20)))
        assert sent(server)[0]["stream_options"] == {"include_usage": True}
        assert (log.usage.tokens_in, log.usage.tokens_out) == (server.tokens["in"], server.tokens["out"])
    assert log.usage.cost == (10 * Decimal(log.usage.tokens_in) + 20 * Decimal(log.usage.tokens_out)) / 1_000_000
    call = next(log.calls())
    assert (call.status, call.verdict) == ("answered", "used")


@pytest.mark.parametrize("fault", ["stream_uncounted", "stream_cut"])
def test_tokens_that_nobody_counts_are_estimated(tmp_path: Path, log: CallLog, fault: str) -> None:
    with ScriptedServer(scripts=[says(told(FIVE))], plan=Plan(fault, 1.0)) as server:  # type: ignore[arg-type]
        heard(server, log, wanted(server, tmp_path, transport_tries=1, content_tries=1))
    assert log.usage.tokens_in > 0 < log.usage.tokens_out


def test_an_answer_once_heard_is_paid_for_once_streamed_or_not(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says(told(FIVE))]) as server:
        settings = wanted(server, tmp_path)
        heard(server, log, settings)
        assert heard(server, log, settings) == (FIVE, ())
        assert ask(QUESTION, Items, settings, log, ERRAND).value.items == FIVE
        assert len(server.seen) == 1
    assert (log.usage.calls, log.usage.replayed) == (1, 2)


@pytest.mark.parametrize(("fault", "first"), [("stream_refused", 3), ("stream_options_refused", 2)])
def test_what_a_server_refuses_is_asked_of_it_once(tmp_path: Path, log: CallLog, fault: str, first: int) -> None:
    with ScriptedServer(scripts=[says(told(FIVE))], plan=Plan(fault, 1.0)) as server:  # type: ignore[arg-type]
        settings = wanted(server, tmp_path)
        heard(server, log, settings)
        assert len(server.seen) == first
        list(hear([{"role": "user", "content": "再数"}], WANTED, settings, log, errand=ERRAND))
        assert len(server.seen) == first + 1


def test_an_answer_no_longer_listened_to_is_logged_and_not_taken_for_whole(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says(told(FIVE))]) as server:
        settings = wanted(server, tmp_path)
        hearing = hear(QUESTION, WANTED, settings, log, errand=ERRAND)
        next(hearing)
        hearing.close()
        (call,) = log.calls()
        assert (call.status, call.response) == ("stopped", None)
        assert heard(server, log, settings) == (FIVE, ())
        assert len(server.seen) == 2


def test_a_server_that_is_away_raises(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer() as server:
        settings = wanted(server, tmp_path)
    with pytest.raises(ModelError):
        heard(server, log, settings)
