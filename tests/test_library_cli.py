"""The library's commands, from extract to export, as a user types them."""

from __future__ import annotations

import io
import json
import sys
import weakref
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console
from small_reports import small_report
from test_library_corrections import CELL, figures, printed
from typer.testing import CliRunner, Result

from cli import app
from extractor import sources
from extractor.library import Library
from screens.serving import run as serve_page

TRUTH = int(figures(3)[CELL])


def gongkai(*words: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "200", "USER": "tester"}).invoke(app, [str(word) for word in words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    text = printed(natural_person=str(TRUTH + 50))
    (tmp_path / "in" / "2022.txt").write_text(text, "utf-8")
    (tmp_path / "in" / "2021.txt").write_text(printed().replace("2022", "2021"), "utf-8")
    done = gongkai("extract", tmp_path / "in", "--library", tmp_path / "library")
    assert done.exit_code == 0, done.output
    return tmp_path


def test_extract_fills_a_library_and_a_second_run_skips(folder: Path) -> None:
    again = gongkai("extract", folder / "in", "--library", folder / "library")
    assert again.exit_code == 0 and "已在库中 2" in again.output
    with Library.open(folder / "library") as library:
        assert [summary.year for summary in library.reports()] == [2021, 2022]


def test_failures_give_exit_status_three_and_can_be_retried(folder: Path) -> None:
    (folder / "in" / "bad.txt").write_bytes(b"")
    first = gongkai("extract", folder / "in", "--library", folder / "library")
    assert first.exit_code == 3 and "bad.txt" in first.output
    (folder / "in" / "bad.txt").write_text(printed().replace("2022", "2020"), "utf-8")
    retried = gongkai("extract", "--retry", "failed", "--library", folder / "library")
    assert retried.exit_code == 0 and "读完 1" in retried.output


def test_correct_verdict_and_sql_work_together(folder: Path) -> None:
    at = ("--library", folder / "library")
    found = gongkai("sql", "SELECT finding_id FROM findings WHERE severity = 'error' ORDER BY 1 LIMIT 1", "--format", "jsonl", *at)
    finding = json.loads(found.output)["finding_id"]
    judged = gongkai("verdict", finding, "confirmed", "--note", "已核对", *at)
    assert judged.exit_code == 0 and finding in judged.output
    assert gongkai("verdict", finding, "maybe", *at).exit_code == 2
    done = gongkai("correct", "清河三县人民政府 2022", CELL, str(TRUTH), "--why", "见原件", *at)
    assert done.exit_code == 0 and f"{TRUTH + 50} → {TRUTH}" in done.output
    rows = gongkai("sql", f"SELECT value, how FROM cells WHERE path = '{CELL}' AND year = 2022", "--format", "csv", *at)
    assert rows.output.split() == ["value,how", f"{TRUTH},corrected"]


def test_compare_stats_rollup_and_roster_print_what_they_find(folder: Path) -> None:
    at = ("--library", folder / "library")
    assert "公开率" in gongkai("compare", "清河三县人民政府", *at).output
    counted = gongkai("stats", "--across", *at)
    assert counted.exit_code == 0 and "2 份报告" in counted.output and "series.carried" in counted.output
    checked = gongkai("check", *at)
    assert checked.exit_code == 1 and "上年结转" in checked.output
    same = gongkai("rollup", "清河三县人民政府 2021", "--parent", "清河三县人民政府 2021", *at)
    assert same.exit_code in (0, 2)
    (folder / "roster.txt").write_text("清河三县人民政府\n白水县人民政府\n", "utf-8")
    roster = gongkai("stats", "--roster", folder / "roster.txt", *at)
    assert "2022 年度" in roster.output and "✗ 白水县人民政府" in roster.output
    (folder / "roster.csv").write_bytes("单位名称,说明\n三县人民政府,\n".encode("gb18030"))
    assert "也许是：清河三县人民政府" in gongkai("stats", "--roster", folder / "roster.csv", *at).output


def test_a_unit_without_a_report_is_missing_from_every_sum(folder: Path) -> None:
    at = ("--library", folder / "library")
    done = gongkai("rollup", "清河三县人民政府 2021", "白水县人民政府 2021", "--parent", "清河三县人民政府 2021", *at)
    assert done.exit_code == 0 and "库中没有报告的单位：白水县人民政府 2021" in done.output and "≥" in done.output
    assert gongkai("rollup", "白水县人民政府 2021", *at).exit_code == 2


def test_show_takes_a_report_of_the_library(folder: Path) -> None:
    done = gongkai("show", "清河三县人民政府 2021", "--library", folder / "library")
    assert done.exit_code == 0 and "清河三县人民政府" in done.output


@pytest.mark.parametrize("name", ["data.csv", "data.xlsx", "data.parquet", "data.jsonl", "data.dta", "data.sqlite"])
def test_export_writes_by_ending(folder: Path, name: str) -> None:
    done = gongkai("export", "--to", folder / name, "--year", "2022", "--library", folder / "library")
    assert done.exit_code == 0 and "1 份报告" in done.output and (folder / name).stat().st_size > 100


def test_what_cannot_be_is_one_plain_line_and_status_two(folder: Path) -> None:
    at = ("--library", folder / "library")
    for words in (
        ("sql", "DROP VIEW cells", *at),
        ("export", "--to", folder / "x.doc", *at),
        ("correct", "没有这个", CELL, "1", "--why", "x", *at),
        ("compare", "没有这个", *at),
        ("stats", "--library", folder / "none"),
    ):
        done = gongkai(*words)
        assert done.exit_code == 2, words
        assert done.output.startswith("✗") and "Traceback" not in done.output


def test_extract_into_library_and_folder_reads_each_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(printed(), "utf-8")
    (tmp_path / "in" / "b.txt").write_text(printed().replace("2022", "2021"), "utf-8")
    read: list[str] = []
    known = sources.read_bytes

    def counted(data: bytes, name: str, **more: object) -> object:
        read.append(name)
        return known(data, name, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(sources, "read_bytes", counted)
    both = ("--library", tmp_path / "library", "--out", tmp_path / "out")
    done = gongkai("extract", tmp_path / "in", *both)
    assert done.exit_code == 0 and sorted(read) == ["a.txt", "b.txt"], done.output
    assert gongkai("extract", tmp_path / "in", *both).exit_code == 0 and len(read) == 2
    assert gongkai("extract", tmp_path / "in", "--out", tmp_path / "plain").exit_code == 0
    assert (tmp_path / "out" / "records.jsonl").read_text("utf-8") == (tmp_path / "plain" / "records.jsonl").read_text("utf-8")


def test_doctor_and_the_log_of_calls_say_that_the_log_is_in_the_library(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GONGKAI_LLM_LOG", "GONGKAI_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    told = gongkai("doctor", "--no-ask", "--library", folder / "library").output
    assert "llm.sqlite" in told and "在报告库内" in told
    assert (folder / "library" / "llm.sqlite").is_file()
    assert "最近 0 次调用" in gongkai("llm", "log", "--library", folder / "library").output
    nowhere = gongkai("doctor", "--no-ask", "--library", folder / "none")
    assert nowhere.exit_code == 2 and "不是报告库" in nowhere.output and not (folder / "none").exists()


def test_check_holds_few_reports_of_a_library_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library.open(tmp_path / "library") as library:
        for n in range(12):
            library.add(*small_report(n // 3, 2019 + n % 3))
    given: list[weakref.ref[object]] = []
    most = [0]
    known = Library.get

    def counted(library: Library, report_id: str, version: int | None = None) -> object:
        report = known(library, report_id, version)
        given.append(weakref.ref(report))
        most.append(sum(one() is not None for one in given))
        return report

    monkeypatch.setattr(Library, "get", counted)
    checked = gongkai("check", "--library", tmp_path / "library", "--json")
    assert checked.exit_code == 1, (checked.exit_code, checked.stderr, repr(checked.exception))
    told = json.loads(checked.output)
    assert checked.exit_code == 1 and len(told["reports"]) == 12 and told["failures"] == []
    assert max(most) <= 5


def test_check_of_an_empty_library_is_json_too(tmp_path: Path) -> None:
    Library.open(tmp_path / "library")
    done = gongkai("check", "--library", tmp_path / "library", "--json")
    assert done.exit_code == 0 and json.loads(done.output) == {"reports": [], "failures": []}


def test_making_the_tables_anew_is_told_on_standard_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Library.open(folder / "library").compact()
    for seal in (folder / "library" / "tables").glob("*/seal.json"):
        seal.write_text(json.dumps({**json.loads(seal.read_text()), "layout": 1}))
    monkeypatch.setattr("extractor.library.library.TELL_AT", 1)
    done = gongkai("sql", "SELECT count(*) AS n FROM reports", "--format", "csv", "--library", folder / "library")
    assert done.stdout.split() == ["n", "2"] and "正从日志重做 1 段" in done.stderr and "1/1 段已重做" in done.stderr
    assert gongkai("sql", "SELECT 1", "--library", folder / "library").stderr == ""


def test_the_page_says_that_tables_are_made_anew_before_it_opens(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.library.library.TELL_AT", 1)
    monkeypatch.setattr("screens.serving.signal.signal", lambda *_: None)
    monkeypatch.setitem(sys.modules, "ui", SimpleNamespace(serve=lambda *place, **how: None))
    told = io.StringIO()
    serve_page(Console(file=told, width=200), folder / "library", host="127.0.0.1", port=0, browser=False)
    words = told.getvalue()
    assert 0 <= words.index("正从日志重做 1 段") < words.index("网页")


def test_rows_of_any_type_are_json(folder: Path) -> None:
    query = (
        "SELECT DATE '2022-01-31' AS d, [1.5::DECIMAL(3,1), 2] AS l, {'a': 1} AS s, 'nan'::DOUBLE AS n, 'x'::BLOB AS b, INTERVAL 1 DAY AS i"
    )
    row = json.loads(gongkai("sql", query, "--format", "jsonl", "--library", folder / "library").output)
    assert (row["d"], row["l"], row["s"], row["n"]) == ("2022-01-31", [1.5, 2], {"a": 1}, None)
