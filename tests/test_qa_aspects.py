"""Questions in far other words than the report's: content words, how far a sentence tells of them, what is quoted as the nearest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from small_qa import library_in

from extractor.library import Library
from qa import ask
from qa.gist import Word, content_words, strength, told


def same(token: str) -> float:
    """Every token as rare as can be."""
    return 6.0


def texts(wording: str) -> list[str]:
    return [word.text for word in content_words(wording, same)]


def test_words_with_which_one_asks_are_no_content() -> None:
    assert texts("租房的人老收不到停水消息，报告里准备咋解决") == ["租房", "收不到", "停水", "消息"]
    assert texts("自己检讨了哪些毛病") == []
    assert texts("what weaknesses did it admit to in its report?") == []


def test_nouns_weigh_more_than_verbs() -> None:
    weights = {word.text: word.weight for word in content_words("租户看不到通知", same)}
    assert weights["租户"] == 1.0 > weights["看不到"]


@pytest.mark.parametrize(
    ("word", "text", "least"),
    [
        ("限水", "限水通知发到楼", 1.0),
        ("租房", "租户看不到", 0.9),
        ("动议", "收到建议29条", 0.6),
        ("租金", "住户与租户", 0.3),
        ("渔业", "限水通知", 0.0),
    ],
)
def test_a_word_is_met_by_itself_more_than_by_its_equals_and_by_a_character(word: str, text: str, least: float) -> None:
    met = strength(Word(word, 1.0), text, same)
    assert met >= least
    assert met < 1.0 or word in text
    assert met == 0.0 or least > 0.0


def test_a_common_word_that_is_alike_counts_no_more_than_it_tells() -> None:
    def rarity(token: str) -> float:
        return 0.6 if token == "意见" else 6.0

    assert strength(Word("动议", 1.0), "提出意见", rarity) <= 0.1


def test_the_sentence_beside_counts_half_and_is_not_met() -> None:
    words = [Word("限水", 1.0)]
    beside = told(words, "另发短信。", ["限水通知。"], "", same)
    assert (beside.amount, beside.met, beside.closeness) == (0.5, 0.0, 0.0)
    assert told(words, "限水通知。", [], "", same).closeness == 1.0
    assert told([], "限水通知。", [], "", same).share == 0.0


def test_turns_of_everyday_speech_stand_whole_and_are_met_by_what_a_report_writes() -> None:
    assert "手生" in texts("我们那儿管事的人手生得很")
    assert strength(Word("手生", 1.0), "一些同志办件不够熟练", same) > 0.8
    assert strength(Word("手生", 1.0), "制度齐全", same) == 0.0


def test_a_compound_weighs_as_much_as_its_rarest_word_not_as_where_they_join() -> None:
    def rarity(token: str) -> float:
        return 1.5 if token in ("学生", "家长") else 6.0

    (word,) = content_words("学生家长", rarity)
    assert word.weight < 0.3


def test_a_common_synonym_counts_less_than_a_rare_one() -> None:
    def rarity(token: str) -> float:
        return 0.6 if token == "说明" else 6.0

    assert strength(Word("交代", 1.0), "另附说明", rarity) < strength(Word("交代", 1.0), "另附说明", same)


def test_how_often_and_the_public_name_nothing() -> None:
    assert texts("多久更新一次") == []
    assert texts("公众和居民") == []


# ---------------------------------------------------------------------- with reports
@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_in(tmp_path_factory.mktemp("aspects") / "library") as made:
        yield made


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("松霭市教育局2021年请爸妈来提意见，听进去的有几条？", "采纳26条"),
        ("白苇镇2022年字都掉光了的公示牌，镇里以后咋管", "公示牌经不起风雨"),
        ("What will 松霭市教育局 do about outdated Q&As after 2021?", "过期自动下线"),
        ("松霭市教育局2021年有没有让学生家长参与挑毛病？提的意见最后用了多少？", "请六位家长担任公开监督员"),
        ("What proportion of applications to 临澜市人民政府 came in through the online channel in 2021?", "71%的申请从线上提交"),
        ("Did lawyers read the reply letters of 望汀区人民政府办公室 in 2022, and with what outcome?", "请两位律师逐件看了全年的答复书"),
    ],
)
def test_a_question_in_other_words_is_answered_by_the_sentence_it_means(question: str, quoted: str, library: Library) -> None:
    answer = ask(question, library)
    assert not answer.abstained
    assert any(quoted in citation.quote for citation in answer.citations), answer.answer
    assert all(citation.status in ("exact", "normalised") for citation in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "白苇镇2022年为什么没有建养老院",
        "松霭市教育局2021年食堂的饭菜是怎么管的",
        "松霭市教育局2020年怎么解决学生近视",
        "望汀区政府办2022年请的是哪家律师事务所？",
        "松霭市教育局2021年请律师花了多少钱？",
        "白苇镇2022年有几个老人住进了养老院？",
        "What proportion of applications to 临澜市人民政府 came in by letter in 2021?",
        "白苇镇2022年老小区电梯坏了，打算怎么解决？",
        "白苇镇2022年路灯不亮，准备怎么补救？",
        "松霭市教育局2021年有多少人次来听过音乐会？",
        "How will 松霭市教育局 reduce class sizes after 2021?",
    ],
)
def test_what_no_report_says_is_not_answered_by_what_sounds_like_it(question: str, library: Library) -> None:
    answer = ask(question, library)
    assert answer.abstained, answer.answer


def test_the_nearest_words_are_called_so(library: Library) -> None:
    assert "最接近的原话" in ask("家教机构不愿意让退费处理结果被人看到，松霭市教育局2021年是怎么对待的？", library).answer
    assert "最接近" not in ask("松霭市教育局2021年有多少所学校开展课后服务？", library).answer


def test_problems_are_what_stands_before_the_turn_to_plans_and_plans_what_follows(library: Library) -> None:
    problems = [citation.quote for citation in ask("白苇镇2022年检讨了自己哪些毛病？", library).citations]
    plans = [citation.quote for citation in ask("白苇镇2022年许诺接下来怎么补救？", library).citations]
    assert problems and plans
    assert not set(problems) & set(plans)
    assert any("三是" in quote for quote in problems)


def test_how_last_years_plans_went_is_neither_a_problem_nor_a_plan(library: Library) -> None:
    quotes = [citation.quote for citation in ask("临澜市2021年存在哪些问题？", library).citations]
    assert quotes
    assert not any("上年" in quote for quote in quotes)
