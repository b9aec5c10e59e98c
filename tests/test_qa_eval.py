"""The question sets are sound, and the evaluation sees a wrong answer as wrong."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from evals.ask_eval import Measured, digest_of, holds_digest, measure
from evals.ask_sets import SETS, about, available, build, expected, labels, questions
from extractor.library import Library
from qa.answer import Answer
from qa.ask import ask
from qa.query import all_metrics

KINDS = {"value", "rank", "compare", "trend", "sum", "share", "count", "list"}


def test_there_are_enough_questions_and_half_is_set_aside() -> None:
    everything = [one for name in SETS for one in questions(name)]
    assert len(everything) >= 150
    assert sum("unanswerable" in one.tags for one in everything) >= 30
    assert {one.query["kind"] for one in everything if one.query} >= KINDS
    for name in ("seeds", "bundled", "generated"):
        held = len(questions(name, "held"))
        assert abs(held - len(questions(name, "tune"))) <= 0.1 * len(questions(name)) + 1


@pytest.mark.parametrize("name", SETS)
def test_every_question_is_well_formed(name: str) -> None:
    seen = set()
    for one in questions(name):
        assert one.id not in seen
        seen.add(one.id)
        assert one.half in ("tune", "held")
        assert one.expect or one.route in ("clarify", "out_of_scope")
        if one.query:
            assert set(one.query["metrics"]) <= set(all_metrics())


@pytest.mark.parametrize("name", [name for name in SETS if "file" in about(name)])
def test_expected_values_follow_from_the_labels(name: str) -> None:
    assert len(labels(name)) == 48
    for one in questions(name):
        gold = expected(one, name)
        assert (
            one.route in ("clarify", "out_of_scope")
            or gold.get("abstain")
            or gold.get("passages")
            or any(value is not None for value in gold.values())
        )


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Library:
    assert available("bundled")
    return build("bundled", tmp_path_factory.mktemp("sets") / "bundled")


def test_a_changed_number_counts_as_wrong(bundled: Library) -> None:
    def off_by_one(question: str, library: Library, **more: object) -> Answer:
        answer = ask(question, library, **more)  # type: ignore[arg-type]
        values = tuple(value.model_copy(update={"value": (value.value or Decimal(0)) + 1}) for value in answer.values)
        return answer.model_copy(update={"values": values})

    into = Measured()
    measure("bundled", bundled, "tune", into, off_by_one)
    assert into.tallies["value"].right <= 0.2 * into.tallies["value"].n
    assert not into.met()


def test_an_invented_number_in_a_claim_is_not_traceable(bundled: Library) -> None:
    def inventive(question: str, library: Library, **more: object) -> Answer:
        answer = ask(question, library, **more)  # type: ignore[arg-type]
        return answer.model_copy(
            update={"claims": tuple(c.model_copy(update={"text": c.text + "另有 987654 件。"}) for c in answer.claims)}
        )

    into = Measured()
    measure("bundled", bundled, "tune", into, inventive)
    assert into.tallies["number traceability"].right == 0


def test_a_library_folder_is_made_where_it_is_wanted(tmp_path: Path) -> None:
    with build("fresh", tmp_path / "fresh") as library:
        assert library.rows("SELECT count(*) FROM reports") == [(48,)]


def test_words_that_belong_to_others_are_known_by_their_hash() -> None:
    digest = digest_of("每周三 上门")
    assert "每周" not in digest
    assert holds_digest("公开员每周三上门，村里先贴通知。", digest)
    assert not holds_digest("公开员每周四上门，村里先贴通知。", digest)
