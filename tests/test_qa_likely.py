"""Whether a sentence is an answer: what is seen of it, and what is said where none is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from evals.ask_sets import build
from evals.likely import logistic
from extractor.library import Library
from qa import ask, likely, narrate
from qa.chunks import Chunk, Passage, chunks_of
from qa.gist import content_words
from qa.likely import Asked, Seen, is_heading, nearness, rate
from qa.parsed import Parsed
from qa.wanted import FIGURE, fees, wanted


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with build("round16_bundled", Path(tmp_path_factory.mktemp("likely")) / "bundled") as opened:
        yield opened


def passage(text: str, n: int = 0, section: int = 1) -> Passage:
    return Passage("r", n, "柳溪县人民政府", 2022, "2021", section, (), text, "r.txt", 1, 1, 0, len(text))


def question(text: str, thing: str | None = None, *, number: bool = False) -> Asked:
    words = content_words(text, lambda _: 5.0)
    pairs = tuple((text[at : at + 2], 1.0) for at in range(len(text) - 1))
    return Asked(words, (), pairs, re.compile(thing) if thing else None, number, False, False, False, False)


def test_a_numbered_heading_is_no_claim_but_the_item_of_a_list_is() -> None:
    assert is_heading("二、今年的问题。", "申请量比上年多了一半，两个人办不过来。")
    assert not is_heading("（三）更新栏目的人手不够。", "（四）解读形式单一。")
    assert not is_heading("（四）解读形式单一。", "")
    assert not is_heading("二是解读形式单一，图表太少。", "下一步补上。")


def test_headings_are_not_among_the_rated_sentences() -> None:
    rated, _ = rate(question("问题"), [passage("二、今年的问题。申请量比上年多了一半。")], lambda _: 5.0)
    assert [item.sentence.text for item in rated] == ["申请量比上年多了一半。"]


def test_a_sentence_with_the_figure_asked_for_comes_before_one_without() -> None:
    text = "组织业务培训的计划年初就定了。全年组织业务培训6场，都在县里。"
    rated, _ = rate(question("业务培训场", r"\d场", number=True), [passage(text)], lambda _: 5.0)
    assert rated[0].sentence.text.startswith("全年组织")
    assert rated[0].seen.lacks == 0 and rated[1].seen.lacks == 1


def test_words_that_nothing_in_scope_touches_are_foreign() -> None:
    _, foreign = rate(question("区块链"), [passage("全年组织业务培训6场。")], lambda _: 5.0)
    assert foreign == 1.0


def test_what_speaks_for_a_sentence_makes_it_nearer() -> None:
    plain = dict.fromkeys(Seen.__dataclass_fields__, 0.3)
    base = nearness(Seen(**plain))
    assert nearness(Seen(**{**plain, "clause": 0.9})) > base > nearness(Seen(**{**plain, "lacks": 1.0}))


def test_the_fit_finds_the_coefficients_that_made_the_cases() -> None:
    rows = np.random.default_rng(7).normal(size=(4000, 2))
    share = 1 / (1 + np.exp(-(2.0 * rows[:, 0] - 1.0 * rows[:, 1] - 0.5)))
    right = (np.random.default_rng(8).random(4000) < share).astype(float)
    assert np.allclose(logistic(rows, right, np.ones(4000), 1e-6), [2.0, -1.0, -0.5], atol=0.2)


def test_coefficients_name_exactly_what_is_seen() -> None:
    assert set(likely.NEARNESS) == {*Seen.__dataclass_fields__, ""}
    assert set(likely.ANSWERS) == {*likely.Evidence.__dataclass_fields__, ""}


def test_what_is_no_answer_is_only_shown_and_the_answer_abstains(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrate, "ANSWER", 0.9)
    answer = ask("家教机构不愿意让退费处理结果被人看到，松霭市教育局2021年是怎么对待的？", library)
    assert answer.abstained and not answer.claims
    assert answer.answer.startswith("报告没有说明") and "未必与所问有关" in answer.answer


def test_no_kind_of_thing_is_missed_by_the_sentence_quoted_for_it(library: Library) -> None:
    answer = ask("临澜市2020年开了多少场新闻发布会？", library)
    assert not answer.abstained and "34" in answer.answer


def test_a_question_over_all_agencies_says_how_many_reports_were_read_and_how_many_tell(library: Library) -> None:
    answer = ask("哪些机关2022年办过培训，各几期？", library)
    assert len({citation.agency for citation in answer.citations}) >= 3
    told = re.search(r"读了 (\d+) 份报告的叙述，在 (\d+) 份中找到", answer.answer)
    assert told is not None and int(told[1]) >= int(told[2]) == len(answer.claims)


def test_a_sentence_without_a_reason_is_only_the_nearest_where_one_is_asked_for(library: Library) -> None:
    answer = ask("临澜市2022年为什么行政诉讼有27件？", library)
    quoted = [claim.text for claim in answer.claims if claim.by == "quote"]
    assert all("最接近的原话" in text or likely.BECAUSE.search(text) for text in quoted)


def test_what_nobody_said_is_not_answered_by_slogans(library: Library) -> None:
    assert ask("今天天气怎么样", library, route="narrative").abstained


def test_chunks_and_rated_sentences_are_the_same_but_for_headings() -> None:
    told = passage("公开专栏由三个人维护。每周更新一次。")
    rated, _ = rate(question("维护"), [told], lambda _: 5.0)
    chunks: tuple[Chunk, ...] = chunks_of(told)
    assert {item.sentence.id for item in rated} == {sentence.id for chunk in chunks for sentence in chunk.sentences}


@pytest.mark.parametrize(
    "asked",
    [
        "水务局2022年收过钱吗",
        "水务局2022年要不要给钱",
        "跟水务局要资料，2022年要不要交钱",
        "临澜市水务局2022年跟申请人要过钱没有",
        "水务局2022年有没有要申请人交过检索复制的费用",
        "Did Linlan Water Bureau make applicants pay for information in 2022?",
    ],
)
def test_whoever_asks_whether_information_costs_money_hears_what_the_report_says_of_fees(library: Library, asked: str) -> None:
    answer = ask(asked, library)
    assert not answer.abstained and "未收取信息处理费" in answer.answer


def test_money_for_other_things_is_no_fee_for_information() -> None:
    assert fees("跟申请人收过检索复制的钱没有", ["申请人", "收过", "检索", "复制"])
    assert not fees("学校收钱的名目跟报备的对不上", ["学校", "收钱", "名目", "报备"])
    assert not fees("办培训花掉多少经费", ["培训", "花掉", "经费"])


def test_a_year_is_no_figure_and_a_mistake_is_no_money() -> None:
    assert FIGURE.search("2020年共开展38次") and not FIGURE.search("2021年,认真执行有关规定")
    assert wanted(Parsed("", False, "narrative", wording="改掉多少毛病", number=True)) is FIGURE
    money = wanted(Parsed("", False, "narrative", wording="培训花掉多少经费", number=True))
    assert money is not None and money.search("经费3万元") and not money.search("培训12次")


def test_where_something_went_wrong_is_no_place() -> None:
    assert wanted(Parsed("", False, "narrative", wording="自己哪里做得不够")) is None
    assert wanted(Parsed("", False, "narrative", wording="在哪里能查到")) is not None


def test_a_number_limited_by_what_the_tables_do_not_know_is_offered_not_replaced_by_a_sentence(library: Library) -> None:
    answer = ask("临澜市2020年外国人提出的申请有多少件？", library)
    assert answer.abstained and "表格里有" in answer.answer
