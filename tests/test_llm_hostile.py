"""Models that read badly on purpose, and servers that answer nonsense: nothing wrong is verified, nothing ends in a traceback."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scripted_hostile import HOSTILE, NAIVE, Spite, misreading
from scripted_server import ScriptedServer
from test_llm_reading import TABLE, asking, line_of, read

from evals.scoring import CaseResult, score
from evals.sets import Case, cases_of, load_case
from extractor.engines import Engine, Session, read_with
from extractor.errors import ModelError
from extractor.llm.log import CallLog
from extractor.model import Document, Reading, Report
from extractor.pipeline import extract
from extractor.reading.marks import marks_of
from extractor.reading.outline import Outline, outlines
from extractor.reading.tables import read_tables
from extractor.sources import read_bytes

ROW = ["5", "1", "0", "0", "0", "0", "6"]
"""What TABLE prints for 予以公开."""
SENTENCE = 400
"""Characters that a message of one finding needs at most."""


@pytest.fixture
def log(tmp_path: Path) -> Iterator[CallLog]:
    with CallLog(tmp_path / "log.sqlite") as opened:
        yield opened


def misread(case: Case, spite: Spite, engine: Engine, log: CallLog, seed: int) -> tuple[CaseResult, Report, Report]:
    """A case scored as a model misreads it, with the report and the embedded reader's own."""
    data, name, label, group = load_case(case)
    document = read_bytes(data, name)
    marks = marks_of(document, outlines(document)[0])
    with ScriptedServer([], scripts=[misreading(marks, spite, seed)]) as server:
        session = Session(asking(server, log, content_tries=2), log, narrative=False)
        report = extract(document, engine=engine, session=session)[0]
    return score(case.id, group, label, report), report, extract(document)[0]


@pytest.mark.parametrize(("engine", "sets"), [("llm", "generated:40:33:mixed"), ("auto", "generated:20:34:mixed")])
def test_no_misreading_of_printed_values_verifies_a_wrong_cell(engine: Engine, sets: str, log: CallLog) -> None:
    refused = verified = 0
    for number, case in enumerate(cases_of([sets])):
        result, report, _ = misread(case, HOSTILE, engine, log, number)
        assert result.silent == (), case.id
        refused += sum(finding.rule == "llm.refused" for finding in report.findings)
        verified += sum(evidence.verified for evidence in report.cells.values())
    assert verified > 3000
    assert engine == "auto" or refused > 30


@pytest.mark.parametrize("index", [39, 48, 129])
def test_several_values_in_one_cell_of_a_real_table_are_read_on(index: int, log: CallLog) -> None:
    case = next(each for each in cases_of(["generated:150:31:mixed"]) if each.id.endswith(f"/{index:05}"))
    result, report, alone = misread(case, NAIVE, "llm", log, 0)
    assert result.silent == ()
    assert report.model_use is not None
    assert {path for path, each in report.cells.items() if each.verified} <= {path for path, each in alone.cells.items() if each.verified}


def granted(text: str, cells: list[Any], lines: list[Any] | None = None) -> str:
    return json.dumps({"rows": [{"row": "granted", "cells": cells, "lines": lines or [line_of(text, "予以公开")]}]})


def told(text: str, content: str | Callable[[dict[str, Any]], str], log: CallLog) -> Report:
    """The report as read with a model that answers this about section three."""

    def script(request: dict[str, Any]) -> str | None:
        if "收到和处理" not in request["messages"][-1]["content"]:
            return None
        return content if isinstance(content, str) else content(request)

    document, _ = read(text)
    with ScriptedServer([], scripts=[script]) as server:
        return extract(document, engine="llm", session=Session(asking(server, log, content_tries=2), log, narrative=False))[0]


# --------------------------------------------------------------------------- a reading is added, none removed
@pytest.mark.parametrize("engine", ["llm", "auto"])
def test_no_way_of_the_embedded_reader_is_ever_removed(engine: Engine, log: CallLog) -> None:
    for number, case in enumerate(cases_of(["generated:10:35:mixed"])):
        data, name, *_ = load_case(case)
        document = read_bytes(data, name)
        outline = outlines(document)[0]
        marks = marks_of(document, outline)
        with ScriptedServer([], scripts=[misreading(marks, HOSTILE, number)]) as server:
            session = Session(asking(server, log, content_tries=1), log, narrative=False)
            admitted = read_with(engine, document, outline, session, lambda reading: reading)
        ways = {(group.cells, way) for reading in admitted.readings for group in reading.groups for way in group.alternatives}
        own = {(group.cells, way) for group in read_tables(document, outline).groups for way in group.alternatives}
        assert own <= ways


def test_a_row_that_only_the_model_has_is_shown_and_proves_nothing(log: CallLog, monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(document: Document, outline: Outline) -> Reading:
        reading = read_tables(document, outline)
        return replace(reading, groups=tuple(group for group in reading.groups if not group.cells[0].startswith("applications.granted.")))

    monkeypatch.setattr("extractor.engines.read_tables", blind)
    for cells in (ROW, ["6", "0", "0", "0", "0", "0", "6"]):
        text = TABLE.replace("(一)予以公开\t5\t1\t0\t0\t0\t0\t6", "(一)予以公开\t" + "\t".join(cells))
        report = told(text, granted(text, cells), log)
        row = {path: report.cells[path] for path in report.cells if path.startswith("applications.granted.")}
        assert {each.status for each in row.values()} == {"open"}
        assert [report.value(path) for path in row] == [int(cell) for cell in cells]
        assert all("只有模型读出这一行" in each.why for each in row.values())


def test_values_out_of_printed_order_are_no_reading(log: CallLog) -> None:
    text = TABLE.replace("(一)予以公开\t5\t1\t0\t0\t0\t0\t6", "(一)予以公开\t5\t1\tU\t0\t0\t0\t6")
    report = told(text, granted(text, ["U", "5", "1", "0", "0", "0", "6"]), log)
    assert report.values == extract(read(text)[0])[0].values


# --------------------------------------------------------------------------- odd answers
ODD = {
    "many rows": json.dumps({"rows": [{"row": "granted", "cells": ROW, "lines": [1]}] * 4000}),
    "many lines": granted(TABLE, ROW, list(range(20_000))),
    "too long": granted(TABLE, ["9" * 500_000, *ROW[1:]]),
    "long cell": granted(TABLE, ["9" * 5_000, *ROW[1:]]),
    "deep": '{"rows": ' + "[" * 50_000 + "]" * 50_000 + "}",
    "not a number": '{"rows": [{"row": "granted", "cells": [NaN, 1, 0, 0, 0, 0, 6], "lines": [Infinity]}]}',
    "booleans": granted(TABLE, [True, 1, 0, 0, 0, 0, 6]),
    "floats": '{"rows": [{"row": "granted", "cells": [5.5, 1.0, 0.0, 0, 0, 0, 6e0], "lines": [21.0]}]}',
    "a nul": granted(TABLE, ["5\0", *ROW[1:]]),
    "an escape": granted(TABLE, ["\x1b[31m5", *ROW[1:]]),
    "half a pair": '{"rows": [{"row": "granted", "cells": ["\\ud800", "1", "0", "0", "0", "0", "6"], "lines": [21]}]}',
    "arabic digits": granted(TABLE, ["٥", *ROW[1:]]),
    "superscript": granted(TABLE, ["⁵", *ROW[1:]]),
    "lines out of range": granted(TABLE, ROW, [99_999, 0, -1, 10**30]),
    "negative lines": granted(TABLE, ROW, [-21]),
    "a row twice": json.dumps({"rows": [{"row": "granted", "cells": [first, *ROW[1:]], "lines": [21]} for first in "56"]}),
    "another type": '["granted"]',
    "nothing": "",
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_changes_nothing_and_is_told_in_a_sentence(name: str, log: CallLog) -> None:
    report = told(TABLE, ODD[name], log)
    alone = extract(read(TABLE)[0])[0]
    assert report.values == alone.values
    assert [each.verified for each in report.cells.values()] == [each.verified for each in alone.cells.values()]
    messages = [finding.message for finding in report.findings if finding.rule.startswith("llm.")]
    assert messages
    assert all(len(message) < 8 * SENTENCE and message.replace("\n", "").isprintable() for message in messages)


def test_full_width_digits_are_the_digits_printed(log: CallLog) -> None:
    report = told(TABLE, granted(TABLE, ["５", "１", "０", "０", "０", "０", "６"]), log)
    assert [finding.message for finding in report.findings if finding.rule.startswith("llm.")] == []
    assert report.cells["applications.granted.natural_person"].by == ("llm:m",)


def test_of_a_key_given_twice_the_last_is_held_against_print(log: CallLog) -> None:
    answer = granted(TABLE, ROW)
    report = told(TABLE, answer.replace('"row": "granted"', '"row": "granted", "row": "new_received"'), log)
    assert report.values == extract(read(TABLE)[0])[0].values
    assert any("new_received" in finding.message for finding in report.findings if finding.rule == "llm.refused")


def test_equal_digits_around_a_run_of_digits_are_found_at_once(log: CallLog) -> None:
    text = TABLE.replace("(一)予以公开\t5\t1\t0\t0\t0\t0\t6", "(一)予以公开\t5 1 1 01 0 6")
    report = told(text, granted(text, ["5", "1", "1", "0", "1", "0", "6"]), log)
    assert [finding.message for finding in report.findings if finding.rule == "llm.refused"] == []


# --------------------------------------------------------------------------- odd replies
def reply(**changes: Any) -> bytes:
    message = {"role": "assistant", "content": granted(TABLE, ROW)}
    usual = {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "usage": {"prompt_tokens": 1, "completion_tokens": 1}}
    return json.dumps(usual | {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]} | changes).encode()


USELESS = {
    "no choices": reply(choices=None),
    "a choice of nothing": reply(choices=[None]),
    "a choice without message": reply(choices=[{}]),
    "no message": reply(choices=[{"message": None}]),
    "no content": reply(choices=[{"message": {"content": None}, "finish_reason": "stop"}]),
    "content in parts": reply(choices=[{"message": {"content": [{"type": "text", "text": "x"}]}, "finish_reason": "stop"}]),
    "a call of nothing": reply(choices=[{"message": {"tool_calls": [None]}, "finish_reason": "stop"}]),
    "a list": b"[]",
    "a page": b"<html>busy</html>",
    "nothing": b"",
    "no utf-8": b'{"id": "\xff"}',
    "deep": b"[" * 50_000 + b"]" * 50_000,
    "half a pair": reply(choices=[{"message": {"content": "\ud800"}, "finish_reason": "stop"}]),
}


@pytest.mark.parametrize("name", USELESS)
@pytest.mark.parametrize("structured", ["json_schema", "tools", "auto"])
def test_a_useless_reply_leaves_the_embedded_readers_report(name: str, structured: str, log: CallLog) -> None:
    document, _ = read(TABLE)
    with ScriptedServer([], bodies=lambda _: USELESS[name]) as server:
        settings = asking(server, log, content_tries=1, transport_tries=1, structured=structured)
        report = extract(document, engine="llm", session=Session(settings, log, narrative=False))[0]
    assert report.values == extract(document)[0].values
    assert {finding.rule for finding in report.findings if finding.rule.startswith("llm.")} <= {"llm.unusable", "llm.unreachable"}
    assert any(finding.rule.startswith("llm.") for finding in report.findings)


def test_a_reply_cut_off_in_the_middle_is_asked_for_again(log: CallLog) -> None:
    document, _ = read(TABLE)
    with ScriptedServer([], bodies=lambda _: reply()[:80], promised=5000) as server:
        settings = asking(server, log, transport_tries=2)
        extract(document, engine="llm", session=Session(settings, log, narrative=False))
        assert len(server.seen) == 2 * len({seen.body for seen in server.seen})
    assert log.missed


@pytest.mark.parametrize(
    "usage", ["many", [1], {"prompt_tokens": "many"}, {"prompt_tokens": float("nan")}, {"prompt_tokens": -(10**40)}, None]
)
def test_a_nonsensical_bill_costs_no_answer(usage: Any, log: CallLog) -> None:
    document, _ = read(TABLE)

    def bodies(request: dict[str, Any]) -> bytes | None:
        return reply(usage=usage) if "收到和处理" in request["messages"][-1]["content"] else None

    with ScriptedServer([], bodies=bodies) as server:
        report = extract(document, engine="llm", session=Session(asking(server, log), log, narrative=False))[0]
    assert report.cells["applications.granted.natural_person"].by == ("llm:m",)


def test_a_call_log_that_another_program_holds_is_said_in_a_sentence(tmp_path: Path) -> None:
    document, _ = read(TABLE)
    with ScriptedServer([]) as server, CallLog(tmp_path / "held.sqlite", patience=0.05) as log:
        other = sqlite3.connect(log.path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        report = extract(document, engine="llm", session=Session(asking(server, log), log, narrative=False))[0]
        other.execute("ROLLBACK")
        other.close()
    assert report.values == extract(document)[0].values
    assert any("held.sqlite" in finding.message and "另一个程序" in finding.message for finding in report.findings)
    with pytest.raises(ModelError, match="GONGKAI_LLM_LOG"):
        CallLog(tmp_path)
