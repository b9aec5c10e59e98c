"""How likely a sentence answers a question: what can be seen of the two, weighed.

Two logistic scores with coefficients that ``python -m evals.likely`` fits on one half of the reports and measures on the other: the first
says how near a sentence comes to a question and ranks, the second how likely the nearest one of a report is an answer at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from .chunks import Chunk, Passage, Sentence, chunks_of
from .gist import ABOVE, MET, NEAR, Rarity, Word, content_words, strength
from .parsed import Parsed
from .terms import Aspect, covered
from .tokens import tokens
from .wanted import BECAUSE, fees, percentage, wanted, why

ANSWER, SURE = 0.15, 0.5
"""Probability from which on the nearest sentence answers, called the nearest words, and from which on it is quoted plainly."""
LIMITED = 0.25
"""The same where the tables have the number asked for but not the limit put on it (外国人提出的申请): they offer the number instead."""
_CLAUSE = re.compile("[,，;；。、:：]")
MARGIN = 3.0
"""Distance to the next paragraph from which on it counts no more."""
_TOUCH = 0.25
"""Share of a word's weight from which on it is no stranger to a text."""
BESIDE = 0.55
"""Share of a question that the clause of a percentage must tell where one is asked for: percentages of other things abound."""
_LONE = 0.5
"""What a single character counts beside a pair."""
_OWN = re.compile(
    r"(?:打算|准备|计划|下一步|接下来|今后|往后|以后|来年|明年)[^,，。?]{0,12}(?:怎|如何|咋|什么|哪|办法|补|改|解决)|检讨|反省|反思|自认|自承|坦承|承认|承诺"
    r"|(?:什么|哪些|啥)(?:办法|法子|措施|举措|对策|招)|(?:怎么|如何|咋|怎样)(?:解决|改|补救|补|应对|整改|弥补|办|弄|处理)|有没有(?:说|提|写)[^,，。?]{0,8}(?:怎么|如何)"
    r"|\b(?:admit(?:s|ted)?|acknowledged?|conceded?|plan(?:s|ned)? to|intends? to|promised? to|going to|fix|remedy|address|solve|improve)\b"
)
"""What asks what a report says of its own shortcomings and plans."""
_NUMBERED = re.compile(r"\s*(?:第?[一二三四五六七八九十]+[、.．是]|[(（][一二三四五六七八九十\d]+[)）]|\d{1,2}[、.．](?!\d))")
_HEADING = re.compile(rf"{_NUMBERED.pattern}\s*[^,，;；:：]{{1,24}}[。.]?\s*")


@dataclass(frozen=True, slots=True)
class Seen:
    """What can be seen of a sentence beside a question; each from 0 to about 1."""

    met: float
    """Weight of the words that it meets outright."""
    best: float
    """Weight of the word that it meets best."""
    around: float
    """Share of the words' weight that the sentences beside it and its heading add."""
    grams: float
    """Share of the question's characters and pairs of them, by rarity."""
    clause: float
    """The same of the best clause that holds the kind of thing asked for, of any clause where none is."""
    aspects: float
    """Share of the question's aspects."""
    lacks: float
    """1 when a kind of thing is asked for that does not stand here."""
    place: float
    """1 when problems, plans or reasons are asked for, and this is told where they are."""
    other: float
    """1 when they are asked for, and it is not."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against the nearest sentence being an answer."""

    score: float
    """How near it comes."""
    margin: float
    """How much nearer than the nearest one of another paragraph, up to a point from which on more says nothing."""
    foreign: float
    """Share of the question's words that nothing in scope touches on."""
    met: float
    """Weight of the words that it meets outright."""
    aspects: float
    """Share of the question's aspects that it answers to."""
    figure: float
    """1 when a number is asked for and it has one of that kind."""
    figureless: float
    """1 when a number is asked for and it has none of that kind."""


NEARNESS: Mapping[str, float] = {
    "met": 3.81, "best": -0.34, "around": 3.07, "grams": 1.01, "clause": 5.45, "aspects": 0.84,
    "lacks": -1.39, "place": 1.41, "other": -2.05, "": -1.77,
}  # fmt: skip
"""Coefficients of a sentence's nearness, the constant under the empty name."""
ANSWERS: Mapping[str, float] = {
    "score": 0.19, "margin": 0.54, "foreign": -0.59, "met": 0.83, "aspects": 0.43, "figure": 0.41, "figureless": -0.83, "": -2.82,
}  # fmt: skip
"""Coefficients of the probability that the nearest sentence, or the nearest one of another paragraph, is an answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, made ready to be held against sentences."""

    words: tuple[Word, ...]
    aspects: tuple[Aspect, ...]
    grams: tuple[tuple[str, float], ...]
    thing: re.Pattern[str] | None
    """What an answer must hold."""
    number: bool
    part: bool
    """Whether a percentage is asked for."""
    reason: bool
    english: bool
    own: bool
    """Whether the report's own problems, plans or reasons are asked for."""
    fees: bool = False
    """Whether only fees for information are asked for."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A sentence in scope with what can be seen of it."""

    sentence: Sentence
    chunk: Chunk
    seen: Seen
    score: float


def made_ready(parsed: Parsed, asked: tuple[Aspect, ...], rarity: Rarity) -> Asked:
    """What of a question is held against sentences; of its second half alone where the tables answer the first."""
    wording = parsed.search if parsed.route == "both" and parsed.search else parsed.wording
    grams = dict.fromkeys(tokens(parsed.search or parsed.wording))
    words = content_words(wording, rarity)
    return Asked(
        words=words,
        aspects=asked,
        grams=tuple((gram, rarity(gram) * (1.0 if len(gram) > 1 else _LONE)) for gram in grams),
        thing=wanted(parsed),
        number=parsed.number,
        part=percentage(parsed),
        reason=why(parsed),
        english=parsed.english,
        own=bool({"problems", "plans", "reasons"} & set(parsed.intents)) or bool(_OWN.search(parsed.wording)),
        fees=fees(parsed.wording, [word.text for word in words]),
    )


def rate(asked: Asked, passages: Sequence[Passage], rarity: Rarity) -> tuple[list[Rated], float]:
    """The sentences of these passages but their headings, nearest first, and the share of the question that is foreign to all of them."""
    rated = []
    touched = [0.0] * len(asked.words)
    for passage, following in zip_longest(passages, passages[1:]):
        cut = [(sentence, chunk) for chunk in chunks_of(passage) for sentence in chunk.sentences]
        told = [[strength(word, sentence.text, rarity) for word in asked.words] for sentence, _ in cut]
        above = [strength(word, " ".join(passage.heading), rarity) for word in asked.words]
        for at, (sentence, chunk) in enumerate(cut):
            touched = [max(pair) for pair in zip(touched, told[at], strict=True)]
            if is_heading(sentence.text, cut[at + 1][0].text if at + 1 < len(cut) else _under(passage, following)):
                continue
            beside = [told[other] for other in (at - 1, at + 1) if 0 <= other < len(cut)]
            seen = _seen(asked, sentence, chunk, rarity, told[at], beside, above)
            rated.append(Rated(sentence, chunk, seen, nearness(seen)))
    total = sum(word.weight for word in asked.words)
    foreign = sum(word.weight for word, most in zip(asked.words, touched, strict=True) if most < _TOUCH * word.weight)
    return sorted(rated, key=lambda item: -item.score), foreign / total if total else 0.0


def _seen(
    asked: Asked, sentence: Sentence, chunk: Chunk, rarity: Rarity, own: list[float], beside: list[list[float]], above: list[float]
) -> Seen:
    text = sentence.text.lower()
    total = sum(word.weight for word in asked.words) or 1.0
    near = [max((other[at] for other in beside), default=0.0) for at in range(len(own))]
    shared = _sharing(asked, rarity)
    clauses = [part for part in _CLAUSE.split(text) if asked.thing is None or asked.thing.search(part)]
    if asked.part:
        clauses = [part for part in clauses if sum(strength(word, part, rarity) for word in asked.words) >= BESIDE * total]
    wants = asked.own or asked.reason
    placed = (asked.own and chunk.passage.section == 5) or (asked.reason and bool(BECAUSE.search(text)))
    return Seen(
        met=min(1.5, sum(one for word, one in zip(asked.words, own, strict=True) if one >= MET * word.weight)),
        best=max(own, default=0.0),
        around=sum(max(0.0, NEAR * n - o, ABOVE * a - o) for o, n, a in zip(own, near, above, strict=True)) / total,
        grams=shared(text),
        clause=max(map(shared, clauses), default=0.0),
        aspects=covered(asked.aspects, text),
        lacks=float(asked.thing is not None and not (clauses if asked.part else asked.thing.search(text))),
        place=float(wants and placed),
        other=float(wants and not placed),
    )


def _sharing(asked: Asked, rarity: Rarity) -> Callable[[str], float]:
    """The share of a question's characters that a text has; of its words, in whatever words, where it is asked in English."""
    if asked.english:
        total = sum(word.weight for word in asked.words) or 1.0
        return lambda text: sum(strength(word, text, rarity) for word in asked.words) / total
    whole = sum(weight for _, weight in asked.grams) or 1.0
    return lambda text: sum(weight for gram, weight in asked.grams if gram in text) / whole


def is_heading(text: str, following: str) -> bool:
    """Whether a sentence is a numbered heading, which claims nothing (“二、今年的问题。”): short, and explained by what follows.

    The items of a list, each followed by another one or by nothing, are no headings.
    """
    return bool(_HEADING.fullmatch(text)) and bool(following.strip()) and not _NUMBERED.match(following)


def _under(passage: Passage, following: Passage | None) -> str:
    """How the next paragraph of the same section begins; empty where the section ends."""
    if following is None or (following.report_id, following.section) != (passage.report_id, passage.section):
        return ""
    return following.text[:20]


def nearness(seen: Seen) -> float:
    """How near a sentence comes to a question."""
    return NEARNESS[""] + sum(NEARNESS[name] * float(getattr(seen, name)) for name in NEARNESS if name)


def evidence(asked: Asked, rated: Sequence[Rated], foreign: float) -> Evidence:
    """What speaks for and against the nearest of these sentences."""
    first = rated[0]
    place = (first.chunk.passage.report_id, first.chunk.passage.n)
    second = next((item for item in rated if (item.chunk.passage.report_id, item.chunk.passage.n) != place), rated[-1])
    return Evidence(
        score=first.score,
        margin=min(MARGIN, first.score - second.score),
        foreign=foreign,
        met=first.seen.met,
        aspects=first.seen.aspects,
        figure=float(asked.number and not first.seen.lacks),
        figureless=float(asked.number and bool(first.seen.lacks)),
    )


def probability(shown: Evidence) -> float:
    """How likely the nearest sentence is an answer."""
    logit = ANSWERS[""] + sum(ANSWERS[name] * float(getattr(shown, name)) for name in ANSWERS if name)
    return 1 / (1 + math.exp(-logit))
