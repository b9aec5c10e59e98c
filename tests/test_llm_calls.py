"""Model calls: settings, transport, structured answers, the call log, the budget. Every server is scripted, none is a model."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from scripted_server import Plan, ScriptedServer

from extractor.errors import BudgetError, ModelError, SettingsError
from extractor.llm.answers import ask, complete
from extractor.llm.doctor import examine_model
from extractor.llm.embed import embed
from extractor.llm.limits import Gate
from extractor.llm.log import CallLog
from extractor.llm.manner import manner_of
from extractor.llm.settings import Settings, load_settings
from extractor.llm.structured import AnswerError
from extractor.llm.usage import estimate_tokens
from extractor.llm.wire import Errand, TransportError

KEY = "sk-verysecret-0123456789"
ERRAND = Errand("answer", "测试")
QUESTION = [{"role": "user", "content": "1 + 1"}]


class Number(BaseModel):
    value: int


def says(text: str) -> Callable[[dict[str, Any]], str | None]:
    """A script that answers every question about a number with this text."""
    return lambda request: text if "value" in json.dumps(request) else None


def wanted(server: ScriptedServer, folder: Path, **values: object) -> Settings:
    given = {"base_url": server.url, "model": "m", "api_key": KEY, "backoff": 0, "timeout": 5, "log_path": folder / "log.sqlite"}
    return load_settings(**(given | {"structured": "json_schema"} | values))


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "GONGKAI_")):
            monkeypatch.delenv(name)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[CallLog]:
    with CallLog(tmp_path / "log.sqlite") as opened:
        yield opened


# --------------------------------------------------------------------------- settings
def test_a_key_alone_is_not_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    settings = load_settings()
    assert not settings.active
    with pytest.raises(SettingsError, match="GONGKAI_MODEL"):
        settings.require()


def test_a_model_without_a_key_needs_a_server_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_MODEL", "m")
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        load_settings().require()
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1/")
    assert load_settings().require() == "m"
    assert load_settings().base_url == "http://127.0.0.1:8000/v1"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OPENAI_BASE_URL", "ftp://x", "不是 http"),
        ("OPENAI_BASE_URL", "https://user:password@host/v1", "用户名"),
        ("GONGKAI_CONCURRENCY", "many", "GONGKAI_CONCURRENCY 应是整数 .*“many”"),
        ("GONGKAI_CONCURRENCY", "0", "GONGKAI_CONCURRENCY 至少是 1 .*“0”"),
        ("GONGKAI_CONCURRENCY", "99", "GONGKAI_CONCURRENCY 至多是 64 "),
        ("GONGKAI_TIMEOUT", "-1", "GONGKAI_TIMEOUT 应大于 0"),
        ("GONGKAI_TIMEOUT", "soon", "GONGKAI_TIMEOUT 应是数 "),
        ("GONGKAI_BUDGET", "abc", "GONGKAI_BUDGET 应是数 "),
        ("GONGKAI_STRUCTURED", "xml", "GONGKAI_STRUCTURED 应是 .*'tools'、'json' 之一.*“xml”"),
        ("GONGKAI_BUDGET", "3", "GONGKAI_PRICE_IN"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said) as error:
        load_settings()
    assert "password" not in str(error.value)
    assert "Input should" not in str(error.value) and "Value error" not in str(error.value)


def test_the_key_shows_in_no_representation() -> None:
    settings = load_settings(api_key=KEY, model="m")
    assert KEY not in repr(settings) + str(settings) + settings.model_dump_json()


# --------------------------------------------------------------------------- structured answers
@pytest.mark.parametrize("mode", ["json_schema", "tools", "json"])
def test_each_mode_of_structured_answers_works(tmp_path: Path, log: CallLog, mode: str) -> None:
    with ScriptedServer(scripts=[says('{"value": 2}')], modes=[mode]) as server:
        answer = ask(QUESTION, Number, wanted(server, tmp_path, structured=mode), log, ERRAND)
    assert answer.value.value == 2


@pytest.mark.parametrize(
    ("modes", "found"), [(("json_schema", "tools", "json"), "json_schema"), (("tools", "json"), "tools"), (("json",), "json")]
)
def test_the_mode_is_found_out_once(tmp_path: Path, log: CallLog, modes: tuple[str, ...], found: str) -> None:
    with ScriptedServer(modes=modes) as server:
        settings = wanted(server, tmp_path, structured="auto")
        assert manner_of(settings, log).mode == found
        sent = len(server.seen)
        assert manner_of(settings, log).mode == found
        assert len(server.seen) == sent


def test_a_model_that_takes_no_temperature_is_asked_without(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says('{"value": 2}')], takes_temperature=False) as server:
        settings = wanted(server, tmp_path, structured="auto")
        assert not manner_of(settings, log).temperature
        assert ask(QUESTION, Number, settings, log, ERRAND).value.value == 2


def test_text_of_a_report_is_never_a_template(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says('{"value": 2}')]) as server:
        ask([{"role": "user", "content": "{{ 7 * 7 }} {% raw %}"}], Number, wanted(server, tmp_path), log, ERRAND)
        assert b"{{ 7 * 7 }} {% raw %}" in server.seen[-1].body


@pytest.mark.parametrize("text", ['```json\n{"value": 2}\n```', '<think>{"value": 9}?</think>\n{"value": 2}', '{"value": "2"}'])
def test_thoughts_fences_and_quoted_numbers_do_no_harm(tmp_path: Path, log: CallLog, text: str) -> None:
    with ScriptedServer(scripts=[says(text)]) as server:
        assert ask(QUESTION, Number, wanted(server, tmp_path), log, ERRAND).value.value == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [('{"value": 2', "JSON"), ('{"value": "two"}', "value"), ("{}", "value"), ("", "JSON")],
)
def test_an_answer_that_cannot_be_used_says_what_is_wrong(tmp_path: Path, log: CallLog, text: str, problem: str) -> None:
    with ScriptedServer(scripts=[says(text)]) as server, pytest.raises(AnswerError, match=problem) as error:
        ask(QUESTION, Number, wanted(server, tmp_path), log, ERRAND)
    assert error.value.raw == text
    assert next(log.calls()).verdict == error.value.problem


@pytest.mark.parametrize(("fault", "problem"), [("truncated", "断了"), ("refused", "拒绝"), ("invalid_json", "JSON")])
def test_faulty_answers_are_told_apart(tmp_path: Path, log: CallLog, fault: str, problem: str) -> None:
    with ScriptedServer(plan=Plan(fault, 1.0), scripts=[says('{"value": 2}')]) as server, pytest.raises(AnswerError, match=problem):  # type: ignore[arg-type]
        ask(QUESTION, Number, wanted(server, tmp_path), log, ERRAND)


def test_what_is_wrong_is_told_and_the_best_attempt_kept(tmp_path: Path, log: CallLog) -> None:
    answers = iter(['{"value": 7}', '{"value": 9}', '{"value": 8}'])
    with ScriptedServer(scripts=[lambda request: next(answers)]) as server:
        found = complete(
            QUESTION,
            Number,
            wanted(server, tmp_path),
            log,
            errand=ERRAND,
            check=lambda number: [f"{number.value} is not 2", "still wrong"][: 1 if number.value == 9 else 2],
        )
        assert found.value == Number(value=9)
        assert found.complaints == ("9 is not 2",)
        assert "7 is not 2" in server.seen[1].body.decode()
    assert len(list(log.calls())) == 3


def test_a_sound_answer_is_asked_for_once(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says('{"value": 2}')]) as server:
        found = complete(QUESTION, Number, wanted(server, tmp_path), log, errand=ERRAND, check=lambda _: [])
        assert (found.value, found.complaints, len(server.seen)) == (Number(value=2), (), 1)


# --------------------------------------------------------------------------- transport
@pytest.mark.parametrize(("fault", "status"), [("http_429", "http 429"), ("http_500", "http 500"), ("reset", "reset"), ("hang", "timeout")])
def test_failed_transport_is_repeated_then_reported(tmp_path: Path, log: CallLog, fault: str, status: str) -> None:
    with ScriptedServer(plan=Plan(fault, 1.0), hang=2) as server:  # type: ignore[arg-type]
        settings = wanted(server, tmp_path, timeout=0.3, transport_tries=3)
        with pytest.raises(TransportError) as error:
            ask(QUESTION, Number, settings, log, ERRAND)
        assert len(server.seen) == 3
    assert error.value.status == status
    assert [call.status for call in log.calls()] == [status] * 3


def test_an_answer_after_failed_transport_is_used(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(plan=Plan("http_429", 0.6, seed=3), scripts=[says('{"value": 2}')]) as server:
        settings = wanted(server, tmp_path, transport_tries=20)
        values = [ask([{"role": "user", "content": f"{n}"}], Number, settings, log, ERRAND).value.value for n in range(8)]
        assert values == [2] * 8
        assert len(server.seen) > 8


@pytest.mark.parametrize("fault", ["slow", None])
def test_a_slow_answer_is_an_answer(tmp_path: Path, log: CallLog, fault: str | None) -> None:
    with ScriptedServer(plan=Plan(fault, 1.0), scripts=[says('{"value": 2}')]) as server:  # type: ignore[arg-type]
        assert ask(QUESTION, Number, wanted(server, tmp_path), log, ERRAND).value.value == 2


def test_a_wrong_key_is_not_tried_again_and_shows_nowhere(tmp_path: Path, log: CallLog, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    with ScriptedServer(key="another") as server, pytest.raises(TransportError, match="OPENAI_API_KEY") as error:
        ask(QUESTION, Number, wanted(server, tmp_path), log, ERRAND)
    assert error.value.status == "http 401"
    assert len(server.seen) == 1
    log.close()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert KEY.encode() not in written
    assert KEY not in str(error.value) + repr(error.value) + caplog.text


def test_the_key_is_in_no_file_after_an_answer(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says('{"value": 2}')], key=KEY) as server:
        ask(QUESTION, Number, wanted(server, tmp_path), log, ERRAND)
    log.close()
    assert all(KEY.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_no_more_calls_at_once_than_allowed() -> None:
    gate = Gate(2, None, None)
    inside, most, lock, full = 0, 0, threading.Lock(), threading.Barrier(2, timeout=5)

    def work() -> None:
        nonlocal inside, most
        with gate.entered(1):
            with lock:
                inside += 1
                most = max(most, inside)
            full.wait()
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_requests_and_tokens_wait_for_room_in_the_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("extractor.llm.limits.time.monotonic", lambda: now[0])
    monkeypatch.setattr("extractor.llm.limits.time.sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    for gate in (Gate(1, 2, None), Gate(1, None, 100)):
        now[0] = 0.0
        times = []
        for _ in range(5):
            with gate.entered(50):
                times.append(now[0])
        assert times == [0.0, 0.0, 60.0, 60.0, 120.0]


# --------------------------------------------------------------------------- log and budget
def test_a_rerun_costs_nothing_and_works_without_the_server(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says('{"value": 2}')]) as server:
        settings = wanted(server, tmp_path)
        ask(QUESTION, Number, settings, log, ERRAND)
        assert len(server.seen) == 1
    with CallLog(tmp_path / "log.sqlite") as again:
        assert ask(QUESTION, Number, settings, again, ERRAND).value.value == 2
        assert (again.usage.calls, again.usage.replayed, again.usage.tokens) == (0, 1, 0)


def test_another_question_model_or_temperature_is_another_call(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says('{"value": 2}')]) as server:
        for settings in (wanted(server, tmp_path), wanted(server, tmp_path, model="n"), wanted(server, tmp_path, temperature=0.5)):
            ask(QUESTION, Number, settings, log, ERRAND)
        ask([{"role": "user", "content": "1 + 2"}], Number, wanted(server, tmp_path), log, ERRAND)
        assert len(server.seen) == 4


def test_the_log_tells_prompt_answer_tokens_cost_and_time(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says('{"value": 2}')]) as server:
        settings = wanted(server, tmp_path, price_in=Decimal(10), price_out=Decimal(20))
        ask(QUESTION, Number, settings, log, Errand("answer", "某报告.txt 表三", "abc123"))
    call = next(log.calls(contains="表三"))
    assert call.request["messages"][-1]["content"] == "1 + 1"
    assert call.response is not None
    assert (call.prompt, call.status, call.verdict, call.model) == ("abc123", "answered", "used", "m")
    assert call.tokens_in > 0 < call.tokens_out
    assert Decimal(call.cost or 0) == (10 * Decimal(call.tokens_in) + 20 * Decimal(call.tokens_out)) / 1_000_000
    assert log.usage.cost == Decimal(call.cost or 0)


def test_the_budget_stops_before_the_call_that_would_pass_it(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says('{"value": 2}')]) as server:
        settings = wanted(server, tmp_path, budget_tokens=400)
        with pytest.raises(BudgetError, match="400"):
            for number in range(100):
                ask([{"role": "user", "content": f"{number}"}], Number, settings, log, ERRAND)
        assert 0 < len(server.seen) < 100
        assert log.usage.tokens <= 400


def test_a_budget_in_money_counts_the_prices(tmp_path: Path, log: CallLog) -> None:
    with ScriptedServer(scripts=[says('{"value": 2}')]) as server:
        settings = wanted(server, tmp_path, budget=Decimal("0.0001"), price_in=Decimal(1), price_out=Decimal(1))
        with pytest.raises(BudgetError, match=r"0\.0001"):
            ask([{"role": "user", "content": "字" * 400}], Number, settings, log, ERRAND)
        assert not server.seen


def test_a_damaged_log_is_one_plain_line(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite").write_bytes(b"not a database, and long enough to be noticed" * 40)
    with pytest.raises(ModelError, match="GONGKAI_LLM_LOG"):
        CallLog(tmp_path / "log.sqlite")


RUN = """
import sys
from pydantic import BaseModel
from extractor.llm.answers import ask
from extractor.llm.log import CallLog
from extractor.llm.settings import load_settings
from extractor.llm.wire import Errand

class Number(BaseModel):
    value: int

settings = load_settings(base_url=sys.argv[1], model="m", api_key="k", structured="json_schema", log_path=sys.argv[2])
with CallLog(settings.log_path) as log:
    for number in range(8):
        ask([{"role": "user", "content": f"question {number}"}], Number, settings, log, Errand("answer", "x"))
"""


def test_a_run_killed_and_started_again_repeats_no_paid_call(tmp_path: Path) -> None:
    reached, release = threading.Event(), threading.Event()

    def script(request: dict[str, object]) -> str:
        if "question 5" in json.dumps(request) and not release.is_set():
            reached.set()
            release.wait(30)
        return '{"value": 2}'

    with ScriptedServer(scripts=[script]) as server:
        arguments = [sys.executable, "-c", RUN, server.url, str(tmp_path / "log.sqlite")]
        first = subprocess.Popen(arguments)
        assert reached.wait(60)
        first.send_signal(signal.SIGKILL)
        first.wait(30)
        release.set()
        before = len(server.seen)
        assert before == 6
        subprocess.run(arguments, check=True, timeout=120)
        later = [json.loads(request.body)["messages"][-1]["content"] for request in server.seen[before:]]
        assert later == ["question 5", "question 6", "question 7"]
    with sqlite3.connect(tmp_path / "log.sqlite") as database:
        assert database.execute("SELECT count(*) FROM calls WHERE response IS NOT NULL").fetchone() == (8,)
    database.close()


# --------------------------------------------------------------------------- embeddings, streaming, doctor
def test_embeddings_come_in_order_and_are_paid_for_once(tmp_path: Path, log: CallLog) -> None:
    texts = [f"第{number}段" for number in range(150)]
    with ScriptedServer() as server:
        settings = wanted(server, tmp_path, embedding_model="e")
        vectors = embed(texts, settings, log=log)
        assert len(vectors) == 150
        assert vectors[70] == embed(["第70段"], settings, log=log)[0]
        sent = len(server.seen)
        assert embed(texts, settings, log=log) == vectors
        assert len(server.seen) == sent


def test_embeddings_need_a_named_model(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GONGKAI_EMBEDDING_MODEL"):
        embed(["x"], load_settings(model="m", log_path=tmp_path / "log.sqlite"))


def test_the_scripted_server_streams() -> None:
    from openai import OpenAI

    with ScriptedServer(scripts=[lambda request: "一二三四五" * 8]) as server, OpenAI(base_url=server.url, api_key="k") as client:
        stream = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}], stream=True)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == "一二三四五" * 8


def test_doctor_says_what_is_off_and_how_to_turn_it_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GONGKAI_LLM_LOG", str(tmp_path / "log.sqlite"))
    checks = {check.part.split()[-1]: check for check in examine_model()}
    assert checks["model"].state == "off"
    assert "GONGKAI_MODEL" in checks["model"].mend
    assert not any(check.state == "failed" for check in checks.values())


def test_doctor_tries_each_part(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with ScriptedServer(modes=["tools"]) as server:
        for name, value in {
            "GONGKAI_LLM_LOG": str(tmp_path / "log.sqlite"),
            "OPENAI_BASE_URL": server.url,
            "OPENAI_API_KEY": KEY,
            "GONGKAI_MODEL": "m",
            "GONGKAI_EMBEDDING_MODEL": "e",
        }.items():
            monkeypatch.setenv(name, value)
        checks = list(examine_model())
    assert {check.state for check in checks} == {"ok"}
    assert any("tools" in check.said for check in checks)
    assert KEY not in "".join(check.said + check.mend for check in checks)


def test_tokens_are_estimated_without_a_download() -> None:
    assert estimate_tokens("") == 0
    assert estimate_tokens("政府信息公开" * 10) == 42
    assert estimate_tokens("12345678") == 3
