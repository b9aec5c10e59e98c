"""What a sample allows to say, how it is drawn, and what a person's word is taken to mean."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.audit.bounds import needed, upper_bound
from evals.audit.draw import LEAST, allocate, proportional
from evals.audit.estimate import Seen, estimate
from evals.audit.population import Kind, Part
from evals.audit.stands import Reading, agrees, outcome, stands
from extractor.errors import QueryError, SettingsError

CELL = "applications.granted.business"


def kind(state: str = "verified", section: int = 3, source: str = "converted/text") -> Kind:
    return Kind(state, source, section, "2021", "plain")


# ------------------------------------------------------------------ bounds
@pytest.mark.parametrize(("wrong", "judged", "bound"), [(0, 300, 0.009936), (1, 300, 0.015714), (0, 59, 0.049508), (5, 100, 0.102253)])
def test_the_bound_is_that_of_clopper_and_pearson(wrong: int, judged: int, bound: float) -> None:
    assert upper_bound(wrong, judged) == pytest.approx(bound, abs=2e-6)


@given(st.integers(0, 6), st.integers(1, 200), st.sampled_from([0.8, 0.95, 0.99]))
def test_at_the_bound_so_few_errors_have_just_the_probability_that_is_left(wrong: int, judged: int, confidence: float) -> None:
    from math import comb

    p = upper_bound(wrong, judged, confidence)
    tail = sum(comb(judged, k) * p**k * (1 - p) ** (judged - k) for k in range(min(wrong, judged) + 1))
    assert tail == pytest.approx(1.0 if wrong >= judged else 1 - confidence, abs=1e-9)


def test_all_cells_judged_leave_no_doubt() -> None:
    assert upper_bound(2, 40, of=40) == pytest.approx(2 / 40)
    assert upper_bound(0, 39, of=40) == pytest.approx(1 / 40)
    assert upper_bound(0, 300, of=1_000_000) == pytest.approx(0.009936, abs=1e-6)


@pytest.mark.parametrize(("bound", "wrong", "cells"), [(0.01, 0, 299), (0.001, 0, 2995), (0.001, 1, 4742), (0.05, 0, 59)])
def test_a_plan_names_the_smallest_sample(bound: float, wrong: int, cells: int) -> None:
    assert needed(bound, wrong) == cells
    assert upper_bound(wrong, cells) <= bound < upper_bound(wrong, cells - 1)


@pytest.mark.parametrize(("bound", "confidence"), [(0.0, 0.95), (1.0, 0.95), (-0.1, 0.95), (0.01, 1.0), (1e-9, 0.95)])
def test_a_plan_that_makes_no_sense_is_refused(bound: float, confidence: float) -> None:
    with pytest.raises(QueryError):
        needed(bound, confidence=confidence)


def test_without_scipy_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "scipy", None)
    with pytest.raises(SettingsError, match=r"gongkai\[audit\]"):
        upper_bound(0, 10)


# ------------------------------------------------------------------ allocation
sizes_of = st.dictionaries(
    st.builds(
        kind, st.sampled_from(["verified", "read", "open", "deduced"]), st.sampled_from([2, 3, 4]), st.sampled_from(["a/text", "b/pdf"])
    ),
    st.integers(1, 400),
    min_size=1,
)


@given(sizes_of, st.integers(0, 20), st.data())
def test_a_sample_has_the_size_asked_for_and_no_part_gives_more_than_it_has(
    sizes: dict[Kind, int], least: int, data: st.DataObject
) -> None:
    cells = data.draw(st.integers(1, sum(sizes.values())))
    core, extra = allocate(sizes, cells, least, random.Random(data.draw(st.integers(0, 99))))
    assert sum(core.values()) == cells
    assert all(0 <= core[one] <= count for one, count in sizes.items())
    drawn, there = Counter(extra), Counter[str]()
    for one, count in sizes.items():
        drawn[one.state] += core[one]
        there[one.state] += count
    assert all(extra[state] >= 0 and min(least, count) <= drawn[state] <= count for state, count in there.items())
    assert all(extra[state] == 0 or drawn[state] == min(least, count) for state, count in there.items())


@given(sizes_of, st.integers(0, 999))
def test_the_proportional_part_gives_every_kind_its_share_up_to_one_cell(sizes: dict[Kind, int], seed: int) -> None:
    total = sum(sizes.values())
    cells = total // 3
    for one, count in proportional(sizes, cells, random.Random(seed)).items():
        assert abs(count - cells * sizes[one] / total) < 1


def test_over_many_draws_every_kind_gets_exactly_its_share() -> None:
    sizes = {kind("verified"): 7, kind("read", 2): 2, kind("open"): 1}
    chance, found = random.Random(4), Counter[Kind]()
    for _ in range(6000):
        found.update(proportional(sizes, 3, chance))
    assert {one: pytest.approx(3 * 6000 * count / 10, rel=0.06) for one, count in sizes.items()} == found


def test_a_draw_limited_to_some_states_speaks_for_those_only() -> None:
    part = Part(states=frozenset({"verified"}))
    assert part.within((), ()) and part.within(("verified", "read"), ())
    assert not part.within(("read",), ()) and not part.within((), ("a/text",)) and not Part().within(("verified",), ())


def test_the_bounds_hold_in_repeated_draws_from_a_library_with_errors_of_very_different_rates() -> None:
    rates = {kind("verified"): 0.004, kind("verified", 4): 0.02, kind("read", 2): 0.05, kind("open"): 0.5, kind("deduced"): 0.1}
    sizes = dict(zip(rates, (60_000, 4_000, 5_000, 900, 300), strict=True))
    true = sum(sizes[one] * rate for one, rate in rates.items()) / sum(sizes.values())
    chance, held, close, states = random.Random(11), 0, 0, 0
    for _ in range(300):
        core, extra = allocate(sizes, 400, LEAST, chance)
        seen = [(one, False) for one, count in core.items() for _ in range(count)]
        seen += [(one, True) for state, count in extra.items() for one in chance.choices(*within(sizes, state), k=count)]
        judged = [judgement(one, is_extra, chance.random() < rates[one]) for one, is_extra in seen]
        whole = estimate("", Part(), judged, sizes, 0.95)
        state = estimate("", Part(states=frozenset({"open"})), judged, sizes, 0.95)
        assert whole.rate is not None and whole.upper is not None and state.upper is not None
        assert state.speaking == state.judged >= LEAST and whole.speaking == 400 < whole.judged
        held += whole.upper >= true
        close += abs(whole.rate - true) < 0.02
        states += state.upper >= rates[kind("open")]
    assert held >= 280 and states >= 280 and close >= 270


def within(sizes: dict[Kind, int], state: str) -> tuple[list[Kind], list[int]]:
    of_state = [one for one in sizes if one.state == state]
    return of_state, [sizes[one] for one in of_state]


def judgement(one: Kind, extra: bool, wrong: bool) -> Seen:
    return Seen("Q", 1, "r", CELL, one, extra, (), (), "wrong" if wrong else "right", "", "", "", "", False)


def test_what_nobody_could_judge_counts_as_wrong_in_the_bound_only() -> None:
    right, unclear = judgement(kind(), False, False), replace(judgement(kind(), False, False), standing="unclear")
    found = estimate("", Part(), [right] * 99 + [unclear], {kind(): 5000}, 0.95)
    assert (found.rate, found.unknown, found.upper) == (0.0, 1, pytest.approx(upper_bound(1, 100)))


def test_the_documented_samples_are_those_of_the_plan() -> None:
    text = (Path(__file__).resolve().parent.parent / "docs" / "audit.md").read_text("utf-8")
    rows = re.findall(r"^\| ([0-9.]+)% \| ([0-9,| ]+) \|$", text, re.M)
    assert len(rows) == 4
    for bound, counts in rows:
        documented = [int(one.replace(",", "")) for one in counts.split(" | ")]
        assert documented == [needed(float(bound) / 100, wrong) for wrong in (0, 1, 2, 3, 5)]


# ------------------------------------------------------------------ a person's word
def reading(value: int | None, printed: str = "number", raw: str = "", state: str = "verified") -> Reading:
    return Reading(None if value is None else Decimal(value), printed, raw or ("" if value is None else str(value)), state)


@pytest.mark.parametrize(
    ("written", "read", "same"),
    [
        ("12", reading(12), True),
        ("１２", reading(12), True),
        ("12.0", reading(12), True),
        ("1,234", reading(1234), True),
        ("21", reading(12), False),
        ("空白", reading(None, "blank", state="blank"), True),
        ("空白", reading(3, "blank", state="deduced"), True),
        ("没有", reading(3, "absent", state="deduced"), True),
        ("4", reading(3, "blank", state="deduced"), False),
        ("3", reading(3, "blank", state="deduced"), True),
        ("空白", reading(0), False),
        ("/", reading(None, "not_applicable", "/", "not_applicable"), True),
        ("0", reading(None, "blank", state="blank"), False),
        ("-3", reading(None, "impossible", "-3", "unreadable"), True),
        ("约20", reading(None, "impossible", "约 20", "unreadable"), True),
        ("约20", reading(20), False),
    ],
)
def test_what_a_person_found_is_compared_with_what_was_read(written: str, read: Reading, same: bool) -> None:
    found = stands(written, CELL)
    assert found is not None and agrees(read, found) is same


def test_a_cell_in_doubt_without_a_number_is_no_error() -> None:
    found = stands("12", CELL)
    assert outcome(reading(None, "unreadable", "l2", "unreadable"), None, found) == "withheld"
    assert outcome(reading(None, "number", "12", "open"), False, None) == "withheld"
    assert outcome(reading(13, state="open"), None, found) == "wrong"
    assert outcome(reading(None, "blank", state="blank"), None, found) == "wrong"


def test_the_mark_of_a_row_changes_with_the_reading() -> None:
    marks = {reading(value, printed).mark for value in (None, 0, 1, 12, 21) for printed in ("number", "blank", "absent")}
    assert len(marks) == 15
    assert reading(12, state="open").mark == reading(12).mark
