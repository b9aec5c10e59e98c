"""The command line: results a person understands, one clear line for a bad file, the exit status that the documentation promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from extractor.forms import form_of

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "reports"
run = CliRunner()


def records(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "records.jsonl").read_text(encoding="utf-8").splitlines()]


def test_extract_writes_one_whole_record_a_line_and_says_what_it_found(tmp_path: Path) -> None:
    done = run.invoke(app, ["extract", str(REPORTS / "wangting-office-2022.txt"), "--out", str(tmp_path)])
    assert done.exit_code == 0
    (record,) = records(tmp_path)
    assert record["agency"] == "临澜市望汀区人民政府办公室"
    assert record["applications"]["new_received"]["total"] == 27  # type: ignore[index]
    assert "临澜市望汀区人民政府办公室" in done.output and "190" in done.output


def test_nulls_are_written_out(tmp_path: Path) -> None:
    run.invoke(app, ["extract", str(REPORTS / "baiwei-2022.txt"), "--out", str(tmp_path)])
    (record,) = records(tmp_path)
    assert record["proactive"]["fees"] == {"amount_wan_yuan": None}  # type: ignore[index]


def test_a_folder_and_a_pattern_are_read(tmp_path: Path) -> None:
    run.invoke(app, ["extract", str(REPORTS), "--out", str(tmp_path / "all")])
    run.invoke(app, ["extract", str(REPORTS / "linlan-20*.txt"), "--out", str(tmp_path / "some")])
    assert len(records(tmp_path / "all")) == len(list(REPORTS.glob("*.txt")))
    assert [record["year"] for record in records(tmp_path / "some")] == [2020, 2021, 2022]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("binary.txt", bytes(range(256)) * 40),
        ("novel.txt", "从前有座山，山里有座庙，庙里有个老和尚。\n".encode() * 300),
        ("digits.txt", b"0123456789" * 200_000),
        ("fake.pdf", b"%PDF-1.7\nnothing more"),
    ],
)
def test_a_bad_file_gets_one_clear_line_and_the_run_goes_on(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    good = REPORTS / "wangting-office-2022.txt"
    done = run.invoke(app, ["extract", str(tmp_path / name), str(good), "--out", str(tmp_path / "out")])
    assert done.exit_code == 3
    assert "Traceback" not in done.output and "内部错误" not in done.output
    assert name in done.output
    assert len(records(tmp_path / "out")) == 1


def test_a_missing_file_is_named_and_ends_with_status_3(tmp_path: Path) -> None:
    done = run.invoke(app, ["extract", str(tmp_path / "没有.txt"), "--out", str(tmp_path)])
    assert done.exit_code == 3
    assert "没有.txt" in done.output


def test_show_draws_every_table_with_signs_beside_the_numbers() -> None:
    done = run.invoke(app, ["show", str(REPORTS / "linlan-2021.txt")])
    assert done.exit_code == 0
    for text in ("562 ✓", "451 ✗", "101844 ·", "予以公开", "未经复议直接起诉", "发现"):
        assert text in done.output


def test_show_traces_a_cell_to_its_line() -> None:
    done = run.invoke(app, ["show", str(REPORTS / "linlan-2021.txt"), "--cell", "applications.unavailable.not_held.total"])
    assert done.exit_code == 0
    assert "第 62 行" in done.output and "352  41  0  2  15  5  451" in done.output


def test_an_unknown_cell_is_wrong_usage() -> None:
    done = run.invoke(app, ["show", str(REPORTS / "linlan-2021.txt"), "--cell", "applications.nothing.total"])
    assert done.exit_code == 2
    assert "applications.nothing.total" in done.output


def test_an_unknown_command_is_wrong_usage() -> None:
    assert run.invoke(app, ["nonsense"]).exit_code == 2


def test_serving_other_machines_needs_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONGKAI_AUTH", raising=False)
    done = run.invoke(app, ["ui", "--library", str(tmp_path / "library"), "--host", "0.0.0.0", "--port", "7999", "--no-open"])
    assert done.exit_code == 2
    assert "GONGKAI_AUTH" in done.output


def test_help_needs_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys, cli\n"
        "heavy = {'gradio', 'duckdb', 'pandas', 'numpy', 'chromadb', 'ortools', 'openai', 'pyarrow'} & set(sys.modules)\n"
        "sys.exit(str(sorted(heavy)) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["没有.txt", "没有.PDF", "文件夹/没有", "没有.xlsx"])
def test_showing_a_missing_file_is_a_file_that_cannot_be_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run.invoke(app, ["extract", str(REPORTS / "wangting-office-2022.txt"), "--library", str(tmp_path / "library")])
    monkeypatch.chdir(tmp_path)
    done = run.invoke(app, ["show", name])
    assert (done.exit_code, "打不开文件" in done.stderr) == (3, True)
    other = run.invoke(app, ["show", "没有的机关 2022"])
    assert other.exit_code == 2 and "打不开文件" not in other.stderr


def test_check_takes_the_library_that_is_set_for_all_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run.invoke(app, ["extract", str(REPORTS / "linlan-2021.txt"), "--library", str(tmp_path / "here")])
    assert run.invoke(app, ["check"]).exit_code == 2
    monkeypatch.setenv("GONGKAI_LIBRARY", str(tmp_path / "here"))
    done = run.invoke(app, ["check", "--json"])
    assert done.exit_code == 1
    assert [report["source"] for report in json.loads(done.stdout)["reports"]] == ["linlan-2021.txt"]
    named = run.invoke(app, ["check", "--json", str(REPORTS / "wangting-office-2022.txt")])
    assert [report["source"] for report in json.loads(named.stdout)["reports"]] == ["wangting-office-2022.txt"]


@pytest.mark.parametrize(
    "words",
    [
        ["extract", "x.txt", "--out", "out", "--workers", "3"],
        ["extract", "x.txt", "--out", "out", "--again"],
        ["rules", "--fields", "--markdown"],
    ],
    ids=" ".join,
)
def test_an_option_that_would_do_nothing_is_refused(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run.invoke(app, words)
    assert done.exit_code == 2
    assert next(word for word in reversed(words) if word.startswith("--")) in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("budget", ["abc", "t", "-2", "0", "", "1.5t", "nan", "二百"])
def test_a_budget_that_is_none_is_refused_by_the_name_of_its_option(budget: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_MODEL", "m")
    words = ["extract", str(REPORTS / "baiwei-2022.txt"), "--engine", "llm", f"--budget={budget}", "--out", str(tmp_path)]
    done = run.invoke(app, words)
    assert done.exit_code == 2 and "✗ --budget 写作" in done.stderr


def test_a_mixed_form_is_called_as_everywhere() -> None:
    done = run.invoke(app, ["show", str(REPORTS / "linlan-land-2022.txt")])
    assert f"表式 {form_of('2021', False).name}" in done.output
