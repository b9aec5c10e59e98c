"""The table of faults: what it counts, and that a dishonest answer shows in it."""

from __future__ import annotations

import pytest

from evals import ask_faults
from evals.ask_eval import main
from evals.ask_faults import SAMPLE, faults, table
from qa.writing import Material


def test_every_fault_of_the_scripted_server_is_in_the_table() -> None:
    from scripted_server import FAULTS, STREAM_FAULTS

    assert faults() == ("", *FAULTS, *STREAM_FAULTS)
    assert len(SAMPLE) == len(set(SAMPLE)) == 10


def test_quotes_and_numbers_hold_and_nothing_is_withdrawn() -> None:
    sample = (SAMPLE[3], SAMPLE[5], SAMPLE[7])
    none, digits, obedient, cut = table(("", "digits_changed", "obedient", "stream_cut"), sample)
    for row in (none, digits, obedient, cut):
        assert (row.asked, row.wrong, row.withdrawn) == (3, (), 0)
        assert row.quotes.startswith("100.0%") and row.numbers.startswith("100.0%")
        assert row.written + row.own > 3
    assert none.written == 9 and none.noted == 0
    assert 0 < cut.written < none.written and cut.noted == 3
    assert digits.written < none.written and digits.noted > 0
    assert obedient.noted > 0


def test_a_statement_that_is_not_checked_shows_in_the_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(Material, "complaint", lambda self, told: "")
    monkeypatch.setattr(ask_faults, "SAMPLE", (SAMPLE[3],))
    assert main(["--faults", "digits_changed"]) == 1
    assert "✗ number traceability" in capsys.readouterr().out


def test_a_fault_that_is_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--faults", "no_such"])
    assert "no_such" in capsys.readouterr().err
