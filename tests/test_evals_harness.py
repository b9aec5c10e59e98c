"""Metrics with denominators and intervals, the harness, the paired comparison, what the page and the command show."""

import json
import time
from decimal import Decimal

import numpy as np
import pytest
from typer.testing import CliRunner

from cli import app
from evals.command import evaluate
from evals.compare import below, compare, gate, load_results, parse_limits, permutation_test, save_baseline, sign_test
from evals.generate import one
from evals.harness import fingerprint, offline, run, run_case, settings_of
from evals.label import load_label, parse_label
from evals.metrics import METRICS, measure, measure_all
from evals.page import page
from evals.scoring import CaseResult, right_value, score
from evals.seed_labels import find
from evals.sets import REAL_LABELS, cases_of, load_case, seeds_folder
from extractor.errors import LabelError, SettingsError
from extractor.forms import metrics_of


def result(case, right, of, *, wrong=(), error=""):
    wrongs = [{"path": path, "truth": "1", "got": "2", "status": "read"} for path in wrong]
    return CaseResult(case=case, group="clean", error=error, counts={"cells_right": (right, of)}, wrong=wrongs)


# ------------------------------------------------------------------ metrics
def test_a_metric_is_the_sum_over_reports_and_has_an_interval_over_reports():
    measured = measure([result("a", 10, 10), result("b", 5, 10), result("c", 10, 10)], "cells_right")
    assert (measured.hits, measured.of, measured.reports) == (25, 30, 3)
    assert measured.low < measured.value < measured.high <= 1.0
    assert measured.low >= 0.5


def test_an_interval_over_equal_reports_is_a_point_and_over_one_report_is_absent():
    same = measure([result(str(n), 9, 10) for n in range(5)], "cells_right")
    assert same.low == same.high == pytest.approx(0.9)
    assert measure([result("a", 9, 10)], "cells_right").low is None


def test_a_failed_case_counts_as_wrong_in_every_denominator():
    report = one(1, 0)
    failed = score("x", "clean", report.label, None, error="boom")
    read = score("x", "clean", report.label, offline(report.data, report.name)[0])
    for key in ("cells_right", "cells_right_nonzero", "records_right", "verified_share", "sections_right", "agency_right", "claims_found"):
        assert failed.counts[key][1] == read.counts[key][1]
        assert failed.counts[key][0] == 0
        assert read.counts[key][0] > 0
    assert len(failed.wrong) == len(report.label.values)


def test_every_counted_metric_is_declared():
    declared = {info.key for info in METRICS}
    for index in range(12):
        report = one(2, index, mistakes=1)
        counts = score("x", "clean", report.label, offline(report.data, report.name)[0]).counts
        assert set(counts) - {"verified_section_2"} <= declared


def test_a_verified_cell_that_nobody_can_prove_is_a_silent_error_even_when_its_value_is_right():
    report = one(1, 0)
    label = report.label.model_copy(update={"not_provable": ("applications.granted",)})
    seen = score("x", "clean", label, offline(report.data, report.name)[0])
    assert {wrong.path for wrong in seen.silent} == set(label.statutory.row("applications.granted").cells)
    assert not seen.wrong


def test_blank_is_no_zero_and_a_slash_may_be_null_or_its_proven_zero():
    label = one(1, 0).label
    assert not right_value(label, "applications.granted.other", None, 0)
    assert not right_value(label, "applications.granted.other", 0, None)
    assert right_value(label, "x", Decimal("12.50"), Decimal("12.5"))
    slashed = label.model_copy(update={"printed": {"applications.granted.other": "not_applicable"}})
    assert right_value(slashed, "applications.granted.other", 0, None)
    assert not right_value(slashed, "applications.granted.other", 0, 3)


def test_a_metric_without_a_single_miss_gives_the_exact_bound_instead_of_a_point():
    spotless = measure([result(str(n), 10, 10) for n in range(100)], "cells_right")
    assert "2.95%" in spotless.interval()
    assert "–" in measure([result("a", 10, 10), result("b", 5, 10)], "cells_right").interval()


# ------------------------------------------------------------------ comparison
def test_identical_runs_do_not_differ():
    runs = [result("a", 10, 10), result("b", 9, 10, wrong=["p"])]
    seen = compare(runs, runs)
    assert (seen.flips, seen.better, seen.worse, seen.sign_p, seen.permutation_p) == ((), 0, 0, 1.0, 1.0)
    assert "没有差异" in seen.statement


def test_flipped_cells_and_cases_are_listed():
    before = [result("a", 10, 10), result("b", 9, 10, wrong=["p"]), result("gone", 1, 1)]
    after = [result("a", 9, 10, wrong=["q"]), result("b", 10, 10), result("new", 1, 1)]
    seen = compare(before, after)
    assert [(flip.case, flip.lost, flip.won) for flip in seen.flips] == [("a", ("q",), ()), ("b", (), ("p",))]
    assert (seen.broken, seen.mended, seen.only_before, seen.only_after) == (("a",), ("b",), ("gone",), ("new",))
    assert "可能出于偶然" in seen.statement


def test_ten_cases_worse_and_none_better_is_no_chance():
    assert sign_test(0, 10) == pytest.approx(2 / 1024)
    assert sign_test(3, 3) == 1.0
    assert permutation_test(np.full(10, -0.1)) < 0.01
    assert permutation_test(np.array([0.1, -0.1])) > 0.5


def test_the_gate_names_lost_cells_failures_and_missing_cases():
    before = [result("a", 10, 10), result("b", 10, 10)]
    assert gate(before, before) == []
    reasons = " ".join(gate([result("a", 9, 10, wrong=["p"], error="x")], before))
    assert "p" in reasons
    assert "失败" in reasons
    assert "b：基线中有" in reasons


def test_limits_are_shares_of_named_metrics():
    assert parse_limits(["0.9", "records_right=1"]) == {"cells_right": 0.9, "records_right": 1.0}
    assert below([result("a", 8, 10)], {"cells_right": 0.9})
    assert not below([result("a", 10, 10)], {"cells_right": 0.9})
    assert below([result("a", 10, 10)], {"facts_found": 0.1})
    for text in ("x", "nothing=0.5"):
        with pytest.raises(SettingsError):
            parse_limits([text])


# ------------------------------------------------------------------ harness
def test_a_run_resumes_where_it_stopped_and_measures_a_cut_line_again(tmp_path):
    calls = []

    def engine(data, name):
        calls.append(name)
        return offline(data, name)

    whole = run(["generated:4:3"], engine=engine, folder=tmp_path / "r")
    stored = tmp_path / "r" / "cases.jsonl"
    lines = stored.read_text(encoding="utf-8").splitlines(keepends=True)
    stored.write_text("".join(lines[:2]) + lines[2][:40], encoding="utf-8")
    again = run(["generated:4:3"], engine=engine, folder=tmp_path / "r")
    assert len(calls) == 4 + 2
    assert [(r.case, r.counts) for r in again.results] == [(r.case, r.counts) for r in whole.results]


def test_a_run_of_other_settings_is_not_mixed_in(tmp_path):
    run(["generated:1:3"], folder=tmp_path)
    with pytest.raises(SettingsError, match="sets"):
        run(["generated:2:3"], folder=tmp_path)


def test_what_a_repetition_needs_is_stored_without_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("GONGKAI_API_KEY", "sk-not-to-be-stored")
    run(["generated:1:3"], folder=tmp_path)
    stored = (tmp_path / "run.json").read_text(encoding="utf-8")
    assert {"sets", "engine", "code", "versions", "python", "command", "started"} <= set(json.loads(stored))
    assert "sk-not-to-be-stored" not in stored


def test_a_case_that_hangs_is_stopped_and_listed():
    def engine(data, name):
        while True:
            time.monotonic()

    seen = run(["generated:1:3"], engine=engine, limit=1)
    assert "1 秒" in seen.results[0].error


def test_several_processes_find_what_one_finds():
    one_by_one = run(["generated:4:3"])
    together = run(["generated:4:3"], jobs=2)
    assert [(r.case, r.counts, r.wrong) for r in together.results] == [(r.case, r.counts, r.wrong) for r in one_by_one.results]


def test_a_process_that_dies_fails_its_case_alone():
    seen = run(["generated:2:3"], engine="tests.evals_engines:dies_on_second", jobs=2)
    assert [bool(result.error) for result in seen.results] == [False, True]


@pytest.mark.parametrize("name", ["nowhere", "generated:many", "generated:2:1:unknown_kind", "generated:0", "generated:-5", "mistakes:0:3"])
def test_an_unknown_set_is_refused(name):
    with pytest.raises(SettingsError):
        cases_of([name])


def test_a_report_that_is_not_the_labelled_one_is_refused(tmp_path):
    report = one(1, 0)
    (tmp_path / report.name).write_bytes(report.data + b" ")
    (tmp_path / "a.json").write_text(report.label.dump(), encoding="utf-8")
    with pytest.raises(LabelError, match="SHA-256"):
        cases_of([str(tmp_path)])


def test_a_report_that_changes_while_others_are_measured_fails_alone(tmp_path):
    report = one(1, 0)
    (tmp_path / report.name).write_bytes(report.data)
    (tmp_path / "a.json").write_text(report.label.dump(), encoding="utf-8")
    (case,) = cases_of([str(tmp_path)])
    (tmp_path / report.name).write_bytes(report.data + b" ")
    assert "SHA-256" in run_case(case, offline).error
    (tmp_path / report.name).unlink()
    assert "No such file" in run_case(case, offline).error


@pytest.mark.parametrize("name", ["bogus", "no_such:module", "json:nothing", "llm", "auto"])
def test_an_engine_that_cannot_work_is_refused_before_anything_is_measured(name, tmp_path, monkeypatch):
    monkeypatch.delenv("GONGKAI_MODEL", raising=False)
    with pytest.raises(SettingsError):
        run(["generated:1:3"], engine=name, folder=tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_a_run_says_which_server_was_asked_and_is_not_resumed_with_another(tmp_path, monkeypatch):
    for key, value in {"GONGKAI_MODEL": "m", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "GONGKAI_TEMPERATURE": "0.5"}.items():
        monkeypatch.setenv(key, value)
    before = settings_of(["bundled"], "llm", ())
    assert (before["model"], before["server"], before["temperature"]) == ("m", "http://127.0.0.1:9/v1", 0.5)
    (tmp_path / "run.json").write_text(json.dumps(before), encoding="utf-8")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8/v1")
    monkeypatch.setattr("evals.harness._run", lambda *_: ())
    with pytest.raises(SettingsError, match="server"):
        run(["bundled"], engine="llm", folder=tmp_path)


def test_a_prompt_is_code_and_a_baseline_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr("evals.harness.ROOT", tmp_path)
    seen = []
    for name in ("extractor/a.py", "extractor/llm/prompts/p.md", "extractor/places.csv.gz", "evals/page.css", "evals/baselines/b.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
        seen.append(fingerprint())
    assert len(set(seen[:4])) == 4
    assert seen[3] == seen[4]
    (tmp_path / "extractor/llm/prompts/p.md").write_text("another", encoding="utf-8")
    assert fingerprint() not in seen


# ------------------------------------------------------------------ what a person sees
def test_a_baseline_is_read_back_as_it_was_saved(tmp_path):
    seen = run(["generated:3:3"])
    save_baseline(tmp_path / "b.json", seen.settings, seen.results)
    assert gate(seen.results, load_results(tmp_path / "b.json")) == []
    with pytest.raises(SettingsError, match=r"none\.json"):
        load_results(tmp_path / "none.json")


def test_the_page_shows_source_label_and_reading_and_fetches_nothing():
    def engine(data, name):
        return [report.model_copy(update={"agency": "<script>"}) for report in offline(data, name)[:0]]

    html = page(run(["generated:2:3"], engine=engine), None, ["原因 <b>"])
    assert "原因 &lt;b&gt;" in html
    assert "没有读出任何报告" in html
    assert "src=" not in html
    assert "http" not in html.replace("https://json-schema", "")


def test_the_command_stores_a_run_and_fails_under_a_limit(tmp_path):
    from rich.console import Console

    quiet = Console(quiet=True)
    passed = evaluate(["generated:3:3"], console=quiet, jobs=1, fail_under=["0.5"], name="a", runs=tmp_path)
    failed = evaluate(
        ["generated:3:3"], console=quiet, jobs=1, fail_under=["blank_as_number=0", "facts_found=1.1"], name="b", runs=tmp_path
    )
    assert (passed, failed) == (0, 1)
    broken = evaluate(["generated:2:3"], console=quiet, engine="tests.evals_engines:nothing", jobs=1, name="c", runs=tmp_path)
    assert broken == 1
    for name in ("../away", "a/b", ".."):
        with pytest.raises(SettingsError, match="--run"):
            evaluate(["generated:1:3"], console=quiet, name=name, runs=tmp_path / "runs")
    assert not (tmp_path / "runs").exists() and not (tmp_path / "away").exists()
    summary = json.loads((tmp_path / "a" / "summary.json").read_text(encoding="utf-8"))
    assert summary["metrics"]["cells_right"]["of"] > 500
    assert (tmp_path / "a" / "report.html").is_file()


def test_label_starts_from_the_current_reading(tmp_path):
    report = one(1, 0)
    path = tmp_path / "r.txt"
    path.write_bytes(report.data)
    done = CliRunner().invoke(app, ["label", str(path)])
    assert done.exit_code == 0
    label = parse_label(done.stdout, "r.json")
    assert label.by == "reading"
    kept = path.read_bytes()
    over = CliRunner().invoke(app, ["label", str(path), "--out", str(tmp_path / "." / "r.txt")])
    assert over.exit_code == 2 and "r.txt" in over.output
    assert path.read_bytes() == kept
    path.write_bytes(kept + b"\n\n" + one(2, 1).data)
    both = CliRunner().invoke(app, ["label", str(path)])
    assert both.exit_code == 3 and "2 份报告" in both.output
    assert label.values == report.label.values


def test_measure_all_leaves_out_what_nothing_measures():
    assert set(measure_all([result("a", 1, 2)])) == {"cells_right"}


# ------------------------------------------------------------------ real reports
def test_labels_of_real_reports_hold_no_sentence():
    labels = sorted(REAL_LABELS.glob("*.json"))
    assert len(labels) == 5
    for path in labels:
        label = load_label(path)
        text = path.read_text(encoding="utf-8")
        for quoted in (label.title, label.agency):
            text = text.replace(quoted, "")
        assert not any("一" <= sign <= "鿿" for run_ in text.split('"') if len(run_) > 4 for sign in run_)
        assert set(label.values) == set(label.statutory.cells)


def test_identities_hold_over_the_labels_of_real_reports():
    for path in sorted(REAL_LABELS.glob("*.json")):
        label = load_label(path)
        for identity in label.statutory.identities:
            assert sum(label.values[c] for c in identity.left) == sum(label.values[c] for c in identity.right)
        for claim in label.claims:
            assert claim.metric in metrics_of(label.statutory)


@pytest.mark.skipif(not seeds_folder().is_dir(), reason="the real reports are not here")
def test_offsets_of_real_labels_point_at_their_numbers():
    for case in cases_of(["seeds"]):
        data, _, label, _ = load_case(case)
        text = data.decode("utf-8")
        for claim in label.claims:
            assert str(claim.value) in "".join(text[claim.start : claim.end].split())


def test_a_quote_is_found_whatever_the_space_between_its_characters():
    assert find("共 受理\n申请 12件。", "受理申请12 件") == (2, 11)
    with pytest.raises(LabelError):
        find("共受理", "办结")
