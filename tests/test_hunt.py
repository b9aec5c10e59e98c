"""The hunt for silent errors makes hard cases, the same ones each time, and tells what it found."""

from __future__ import annotations

import pytest

from evals import hunt
from evals.scoring import CaseResult, score


def test_hard_cases_are_damaged_and_the_same_each_time() -> None:
    first, again = hunt.hard_case(5, 3), hunt.hard_case(5, 3)
    assert first.text == again.text and first.label.mess


def test_the_reader_stands_a_small_hunt(capsys: pytest.CaptureFixture[str]) -> None:
    assert hunt.main(["--n", "6", "--seed", "301"]) == 0
    assert "6 份" in capsys.readouterr().out


def test_a_report_that_fails_is_told_and_fails_the_hunt(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(report: hunt.GeneratedReport) -> CaseResult:
        return score(report.name, "hunt", report.label, None, error="gave up")

    monkeypatch.setattr(hunt, "hunted", broken)
    assert hunt.main(["--n", "1"]) == 1
    assert "gave up" in capsys.readouterr().out
