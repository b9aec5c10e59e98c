"""The commands that a model takes part in: extract with an engine and a budget, doctor, llm log."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_server import ScriptedServer, truth_of
from typer.testing import CliRunner

from cli import app
from evals.generate import one
from extractor.pipeline import extract
from extractor.reading.marks import marks_of
from extractor.reading.outline import outlines
from extractor.sources import read_bytes

KEY = "sk-verysecret-0123456789"


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "GONGKAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GONGKAI_LLM_LOG", str(tmp_path / "calls.sqlite"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three generated reports."""
    found = []
    for index in range(3):
        report = one(11, index)
        path = tmp_path / f"{index}.txt"
        path.write_bytes(report.data)
        found.append(path)
    return found


@pytest.fixture
def server(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """A server that knows the three reports, and the settings that lead to it."""
    truths = []
    for path in files:
        document = read_bytes(path.read_bytes(), path.name)
        truths.append(truth_of(document, marks_of(document, outlines(document)[0]), extract(document)[0].values))
    with ScriptedServer(truths, key=KEY) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("GONGKAI_MODEL", "scripted")
        yield running


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output + (result.stderr or "")


def test_an_engine_without_a_model_is_wrong_usage_in_one_line(files: list[Path]) -> None:
    code, output = run("extract", files[0], "--out", "out", "--engine", "auto")
    assert code == 2
    assert "GONGKAI_MODEL" in output
    assert "Traceback" not in output


def test_extract_by_a_model_and_again_for_nothing(files: list[Path], server: ScriptedServer) -> None:
    code, _ = run("extract", *files, "--out", "out", "--engine", "llm")
    assert code == 0
    first = Path("out/records.jsonl").read_text(encoding="utf-8")
    assert all(json.loads(line)["model_use"]["model"] == "scripted" for line in first.splitlines())
    sent = len(server.seen)
    run("extract", *files, "--out", "out", "--engine", "llm")
    assert len(server.seen) == sent
    assert Path("out/records.jsonl").read_text(encoding="utf-8") == first


def test_a_budget_stops_cleanly_and_lists_what_is_left(files: list[Path], server: ScriptedServer) -> None:
    code, output = run("extract", *files, "--out", "out", "--engine", "llm", "--budget", "9000t")
    assert code == 3
    assert "预算用完" in output
    assert "2.txt" in output
    assert 1 <= len(Path("out/records.jsonl").read_text(encoding="utf-8").splitlines()) < 3
    paid = len(server.answered)
    code, _ = run("extract", *files, "--out", "out", "--engine", "llm")
    assert code == 0
    bodies = [seen.body for seen in server.seen]
    assert len(bodies) == len(set(bodies)) > paid


def test_a_refused_key_is_one_line_that_does_not_show_it(
    files: list[Path], server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-9876543210")
    code, output = run("extract", *files, "--out", "out", "--engine", "llm")
    assert code == 2
    assert "OPENAI_API_KEY" in output
    assert "9876543210" not in output
    assert "Traceback" not in output


@pytest.mark.parametrize("engine", ["llm", "auto"])
def test_a_server_that_is_down_is_said_and_is_no_success(files: list[Path], monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    for name, value in {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "GONGKAI_MODEL": "m", "GONGKAI_TRANSPORT_TRIES": "1"}.items():
        monkeypatch.setenv(name, value)
    for place in (["--out", "out"], ["--library", "库"]):
        code, output = run("extract", *files, *place, "--engine", engine)
        asked = engine == "llm"
        assert code == (3 if asked else 0)
        assert ("没有问到模型" in output) == asked
        assert ("OPENAI_BASE_URL" in output) == asked


def test_doctor_tells_the_state_and_fails_when_a_part_does(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = run("doctor")
    assert code == 0
    assert "scripted" in output
    assert KEY not in output
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("GONGKAI_TRANSPORT_TRIES", "1")
    code, output = run("doctor")
    assert code == 1
    assert "→" in output


def test_the_log_shows_calls_and_one_in_full(files: list[Path], server: ScriptedServer) -> None:
    code, output = run("llm", "log")
    assert code == 2
    assert "还没有调用过模型" in output
    run("extract", files[0], "--out", "out", "--engine", "llm")
    code, output = run("llm", "log", "--contains", "表三")
    assert code == 0
    assert "表三" in output
    code, output = run("llm", "log", "2")
    assert "不是命令" in output
    assert '"rows"' in output
    assert KEY not in output
    code, output = run("llm", "log", "999")
    assert code == 2
    assert "999" in output


def test_the_documentation_names_every_setting_and_no_other() -> None:
    import re

    from extractor.llm.settings import Settings

    page = (Path(__file__).resolve().parent.parent / "docs" / "llm.md").read_text(encoding="utf-8")
    table = page.partition("| 环境变量 |")[2].partition("## ")[0]
    named = set(re.findall(r"`((?:GONGKAI|OPENAI)_[A-Z_]+)`", table))
    assert named == {field.validation_alias for field in Settings.model_fields.values()}


def test_the_documentation_calls_the_scripted_server_no_model() -> None:
    page = (Path(__file__).resolve().parent.parent / "docs" / "llm.md").read_text(encoding="utf-8")
    assert "a scripted server, not a model" in page.partition("## 测量")[2]
