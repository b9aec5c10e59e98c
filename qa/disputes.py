"""Reviews and lawsuits: which of section four's two kinds of lawsuit a turn of phrase means, in the words of the form.

Article 51 of the regulations lets an applicant sue at once or after an administrative review; people say so in many ways
(径行向法院起诉, 复议完了又打官司, suits taken straight to court).
"""

from __future__ import annotations

import re

_REVIEW = r"(?:行政)?复议(?:决定|结果|程序|机关)?"
_COURT = (
    r"(?:又|再|才|还|被|遭|接着|继续|去|而|便|就|即|然后|转而|提起|提出|提|打|向|到|上|了|的|一次|径行|径直|直接|人民|行政|信息公开)*"
    r"(?:起诉(?:到|至)?(?:人民)?(?:法院|法庭)?|诉讼|官司|法院起诉|(?:去)?法院(?:的)?|法庭|告(?:到|上|进)(?:了)?(?:法院|法庭)|诉至法院|告状|告官)"
)
_SKIPPED = (
    r"(?:(?:未|不|没有?)(?:先|经过?|走过?|申请|提起|提|做|去|历经)+(?:过)?|跳过|绕过|绕开|越过|省去|省掉|撇开|没|未)"
    rf"(?:了)?{_REVIEW}(?:这一步|这一关|这个环节|环节|阶段|前置)?"
)
_AFTER = (
    rf"(?:对|先)?(?:经过?|走过?|申请|提起|做)?(?:了|过)?{_REVIEW}"
    r"(?:走完|办完|做完)?了?(?:仍|还)?(?:不服|后|之后|以后|过后|完了?之?后?|过了?|结束了?之?后?|走完了?|做完了?|不满意|没赢|再|又|维持后)(?:的)?"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"{_SKIPPED}[，、,]?{_COURT}"), "未经复议直接起诉"),
    (
        re.compile(
            r"(?<!未经复议)(?:直接|径行|径直|一步|越级)(?:去|到|向|上|往|告|打|提起|提)*(?:人民)?"
            r"(?:法院|法庭|行政诉讼|诉讼|官司|起诉|告状)(?:起诉|提起诉讼|打官司|去告)?"
        ),
        "未经复议直接起诉",
    ),
    (
        re.compile(
            rf"(?:不服{_REVIEW}[，、,]?|{_AFTER}[，、,]?|先(?:走|经过?|过|打|做|申请|提起)?(?:了|完)?{_REVIEW}[，、,]?(?:不服[，、,]?)?(?:再|后|又)){_COURT}"
        ),
        "复议后起诉",
    ),
    (
        re.compile(
            r"(?=(?:(?:law)?suits?|cases?|litigation|court|actions?|challenges|filed|brought|lodged|started|launched|taken|going|went|sent"
            r"|made|straight|directly|without)\b)(?:(?:law)?suits?|cases?|litigation|court (?:cases?|actions?)"
            r"|actions?|challenges)?(?: (?:that |which )?(?:were |was |being )?)? ?"
            r"(?:filed |brought |lodged |started |launched |taken |going |went |sent "
            r"|made )?(?:straight |directly )?(?:(?:to|in|before) (?:the )?courts? )?"
            r"(?:without|with no|bypassing|skipping) (?:(?:going|passing) through"
            r" )?(?:a |any |the )?(?:prior |previous |preceding |first |earlier )?"
            r"(?:administrative )?(?:review|reconsideration)s?(?: first| beforehand)?"
        ),
        " litigation without review",
    ),
    (
        re.compile(
            r"(?:(?:law)?suits?|cases?|litigation|actions?|disputes)? ?(?:that |which )?(?:were |was |had )?"
            r"(?:taken|brought|going|went|gone|filed|headed) (?:straight"
            r"|directly) (?:to|in|with) (?:the )?courts?|\bdirect (?:law)?suits?\b"
        ),
        " litigation without review",
    ),
    (
        re.compile(
            r"\b(?:filed|brought|lodged|started|launched|sued) (?:only )?(?:after|following) (?:an? |the )?(?:prior )?(?:administrative )?"
            r"(?:review|reconsideration)s?\b"
        ),
        " litigation after review",
    ),
    (
        re.compile(
            r"\b(?:(?:law)?suits?|cases?|litigation|court (?:cases?|actions?)|actions?|challenges) (?:[a-z']+ ){0,3}?(?:after|following) "
            r"(?:[a-z]+ ){0,3}?(?:review|reconsideration)s?\b"
        ),
        " litigation after review",
    ),
)


_WHOM = re.compile(
    r"(?P<how>(?:没|未|不|跳过|绕过|直接|径行|就)[^，。]{0,10}?[，、,]?[^，。,]{0,4}?)把(?P<whom>[^，。,]{2,14}?)(?=告|起诉|诉)"
)
"""Who is sued, named between the words that say how."""


_BOTH = re.compile(
    r"[（(,]?(?:不管|无论|不论)?(?:直诉|直接起诉|未经复议直接起诉|未经复议的?)的?(?:和|与|跟|加上?|、|及|还是|或)(?:经)?复议后(?:再)?(?:起诉|诉讼)的?"
    r"(?:两[种类项])?(?:都算上?|一起算|合计|加在一起|加起来|合并|加总|合起来|都包括|在内|一并)+[）)]?"
    r"|[，,（(](?:包括|连|连同|含)?(?:经)?复议后(?:再)?(?:起诉|诉讼)的?(?:也|都)?(?:算进去|算上|算在内|包括在内|在内|一起算|计入)[）)]?"
    r"|[（(,]? ?(?:counting )?(?:both )?direct(?:ly)?(?: lawsuits?| suits?| litigation| cases| ones| actions?)?(?:,? and|,? or|,? plus)"
    r"(?: those| cases| lawsuits| suits)?(?: filed| brought)? ?(?:after|following)[ -](?:a |an"
    r" )?(?:prior |administrative )?(?:review|reconsideration)(?: cases| ones| suits)?"
    r"(?: together| combined| alike| added up)?[）)]?"
)
"""That both kinds are meant."""


def canonical(text: str) -> str:
    """A normalised question with each kind of lawsuit called as the form calls it."""
    text = _WHOM.sub(lambda match: match["whom"] + match["how"], text)
    if (both := _BOTH.search(text)) and re.search("诉讼|官司|lawsuit|litigation|suits|court", text[: both.start()] + text[both.end() :]):
        text = text[: both.start()] + " " * (len(both.group())) + text[both.end() :]
    for pattern, words in _RULES:
        text = pattern.sub(words, text)
    return text
