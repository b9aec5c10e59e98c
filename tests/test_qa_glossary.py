"""Words that mean the same, from the dictionary."""

from __future__ import annotations

import pytest

from qa.glossary import alike, in_chinese


@pytest.mark.parametrize(("word", "chinese"), [("lawyers", "律师"), ("companies", "公司"), ("letter", "信函"), ("training", "培训")])
def test_an_english_word_is_found_in_any_of_its_forms(word: str, chinese: str) -> None:
    assert chinese in in_chinese(word)


def test_a_word_that_no_dictionary_has_stands_for_nothing() -> None:
    assert in_chinese("zzyzx") == () == alike("嘂嘂嘂")


@pytest.mark.parametrize("text", ["", "a", "老人", "drop table; --", "(", "x" * 40])
def test_what_is_no_english_word_is_not_looked_up(text: str) -> None:
    assert in_chinese(text) == ()


@pytest.mark.parametrize(("word", "other"), [("老人", "老年人"), ("租户", "租客"), ("检讨", "自我批评"), ("补救", "挽救")])
def test_words_of_one_english_gloss_are_alike_both_ways(word: str, other: str) -> None:
    assert other in alike(word)
    assert word in alike(other)


def test_a_gloss_of_many_words_makes_none_of_them_alike() -> None:
    assert "发布" not in alike("问题")  # both are “issue”


@pytest.mark.parametrize("word", ["老人", "问题", "建议"])
def test_no_word_is_alike_to_itself_or_to_a_lone_character(word: str) -> None:
    assert word not in alike(word)
    assert all(2 <= len(other) <= 4 for other in alike(word))
