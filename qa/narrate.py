"""The best sentences: chosen from the passages found, quoted as they stand, or none when none answers.

The whole narrative of the agencies asked about is read, elsewhere what the search found; how near each sentence comes and how likely the
nearest is an answer is weighed in ``likely``. Likely ones are quoted, less likely ones called the nearest words; below that the reports do
not say, and what comes nearest is only shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .answer import Citation, Claim, Notebook, marks
from .chunks import Chunk, Passage, Sentence, chunks_of
from .ground import check_quote
from .likely import ANSWER, LIMITED, SURE, Asked, Rated, evidence, made_ready, probability, rate
from .parsed import Parsed
from .retrieve import Found
from .strings import say
from .terms import aspects
from .wanted import FEES

MOST = 2
"""Sentences quoted at most, besides the plan that belongs to a problem."""
TIED, BEHIND = 0.4, 1.2
"""How much less near the second sentence may come to be quoted too, where a number is asked for and surely told, and elsewhere."""
MOST_CHARGES = 6
"""Sentences on fees quoted at most, over all reports in scope."""
AGENCIES = 10
"""Reports quoted where a question names no agency."""
SHOWN = 0.08
"""Probability from which on what is no answer is at least shown as what comes nearest."""
_PROBLEM = re.compile(
    r"问题|不足|不够|不高|不强|有待|欠缺|差距|薄弱|短板|困难|不到位|不及时|不平衡|滞后|还需|仍需|尚需|没有|未能|偏|不细|不实|不一"
)
_TURN = re.compile(
    r"下一步|下步|下一阶段|接下来|今后|(?:针对|对于|围绕)(?:上述|以上|这些|存在)[^。]{0,8}(?:问题|不足)|改进(?:措施|办法|情况|方向)|(?:打算|准备)(?:这样|从)"
    r"|(?:拟|将)(?:重点|着力|采取|从)|(?<!说)明年(?!底)|来年|新的一年|整改(?:措施|方向)|(?:打算|计划|办法|措施)(?:是|有|如下)?[:：]"
    r"|对(?:这|上述|以上)[一二三四五六几]?[条项点个]"
)
"""Where a section turns from problems to plans."""
_ITEM = re.compile(r"[一二三四五六七八九十]+(?:是|、)|[(（][一二三四五六七八九十\d]+[)）]")
_LAST_YEAR = re.compile(r"上年|去年|上一年")
"""What tells how last year's plans went, neither a problem nor a plan."""
_PLAN = re.compile(r"下一步|将|改进|加强|进一步|推进|完善|提升|拟|计划|今后|围绕|强化|深化|健全|优化|加大|着力|继续|要")


@dataclass(frozen=True, slots=True)
class Picked:
    """A sentence chosen to answer with."""

    sentence: Sentence
    chunk: Chunk
    score: float
    near: bool = False
    """Whether it is only called the nearest."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The sentences that answer, or the one to show where none does."""

    answers: tuple[Picked, ...] = ()
    nearest: Picked | None = None
    """What comes nearest without being likely an answer."""
    told: tuple[int, int] | None = None
    """In how many reports an answer was found and how many were read, where no agency is named."""


def pick(parsed: Parsed, found: Found) -> Choice:
    """The sentences that answer, best first; in printed order where a section is asked for."""
    if not found.hits and not found.passages():
        return Choice()
    wanted = [intent for intent in parsed.intents if intent in ("problems", "plans", "charging")]
    if wanted and not found.asked:
        return Choice(_section(wanted, found))
    ready = made_ready(parsed, found.asked or aspects(parsed.search), found.store.idf)
    if ready.fees and (found.within.agencies or found.within.reports) and (charges := _charges(found)):
        return Choice(charges)
    if not ready.words and not ready.aspects:
        return Choice(_affairs(wanted, found)) if wanted else Choice()
    if not (found.within.agencies or found.within.reports):
        lone = not found.hits and len(ready.words) < 2
        return Choice() if lone else _everywhere(ready, found)
    rated, foreign = rate(ready, found.passages(), found.store.idf)
    if not rated:
        return Choice()
    likely = probability(evidence(ready, rated, foreign))
    if likely < (LIMITED if parsed.query and parsed.number else ANSWER):
        if "charging" in wanted and (charges := _section(["charging"], found) or _charges(found)):
            return Choice(charges)
        return Choice(nearest=_picked(rated[0], near=True) if likely >= SHOWN else None)
    behind = TIED if ready.number and likely >= SURE else BEHIND
    chosen = [item for item in rated[:MOST] if item.score >= rated[0].score - behind]
    if ready.number:
        chosen = [item for item in chosen if not item.seen.lacks] or chosen[:1]
    picked = [_picked(item, near=likely < SURE or (ready.reason and bool(item.seen.other))) for item in chosen]
    remedied = (
        _with_remedy(picked, [_picked(item, near=True) for item in rated if item.seen.best > 0])
        if "plans" in wanted or ready.own
        else picked
    )
    return Choice(tuple(remedied))


def _everywhere(ready: Asked, found: Found) -> Choice:
    """The sentence of each report that answers, the surest first, where a question names no agency and one of them surely does."""
    read: dict[str, list[Passage]] = {}
    for passage in found.passages():
        read.setdefault(passage.report_id, []).append(passage)
    told = []
    for passages in read.values():
        rated, foreign = rate(ready, passages, found.store.idf)
        if rated and (likely := probability(evidence(ready, rated, foreign))) >= ANSWER:
            told.append((likely, rated[0]))
    told.sort(key=lambda pair: -pair[0])
    if not told or told[0][0] < SURE:
        return Choice()
    answers = tuple(_picked(item, near=likely < SURE or (ready.reason and bool(item.seen.other))) for likely, item in told[:AGENCIES])
    return Choice(answers, told=(len(told), len(read)) if len(read) > 1 else None)


def _picked(item: Rated, *, near: bool) -> Picked:
    return Picked(item.sentence, item.chunk, item.score, near)


def _with_remedy(chosen: list[Picked], rated: Sequence[Picked]) -> list[Picked]:
    """The sentences chosen, and the nearest of those that tell what is planned about the problem that the first one tells."""
    known = {item.sentence.id for item in chosen}
    remedy = next((item for item in rated if item.sentence.id not in known and _remedies(item, chosen[0])), None)
    return [*chosen, remedy] if remedy else chosen


def _remedies(item: Picked, first: Picked) -> bool:
    """Whether a sentence tells what is planned about a problem that another one of the same report tells."""
    if first.chunk.passage.section != 5 or item.chunk.passage.report_id != first.chunk.passage.report_id:
        return False
    return item.chunk.passage.section == 5 and (item.chunk.passage.n, item.sentence.start) > (first.chunk.passage.n, first.sentence.start)


def _charges(found: Found) -> tuple[Picked, ...]:
    """The sentences in scope that tell of fees for information, in printed order."""
    cut = [(sentence, chunk) for passage in found.passages() for chunk in chunks_of(passage) for sentence in chunk.sentences]
    return tuple(Picked(sentence, chunk, 1.0) for sentence, chunk in cut if FEES.search(sentence.text))[:MOST_CHARGES]


def _section(wanted: Sequence[str], found: Found) -> tuple[Picked, ...]:
    """The sentences of the section found that tell of problems, plans or charges."""
    return _listed(wanted, [hit.chunk for hit in found.hits])


def _affairs(wanted: Sequence[str], found: Found) -> tuple[Picked, ...]:
    """What the reports in scope list as their problems or plans; of the passages found where none has such a section."""
    own = [chunk for passage in found.passages() if passage.section == 5 for chunk in chunks_of(passage)]
    return _listed(wanted, own) if own and "charging" not in wanted else _section(wanted, found)


def _listed(wanted: Sequence[str], chunks: Sequence[Chunk]) -> tuple[Picked, ...]:
    """The sentences of these chunks that tell of problems, plans or charges, in printed order."""
    ordered = sorted({chunk.id: chunk for chunk in chunks}.values(), key=lambda c: (c.passage.report_id, c.passage.n, c.sentences[0].start))
    sentences = [(sentence, chunk) for chunk in ordered for sentence in chunk.sentences]
    if "charging" in wanted:
        chosen = [(s, c) for s, c in sentences if re.search("收费|费用|处理费|收取", s.text)]
    else:
        chosen = _told(wanted, sentences) or sentences
    return tuple(Picked(sentence, chunk, 1.0) for sentence, chunk in chosen[: 6 if len(wanted) == 1 else 8])


def _told(wanted: Sequence[str], sentences: Sequence[tuple[Sentence, Chunk]]) -> list[tuple[Sentence, Chunk]]:
    """The sentences that tell of problems or plans: those before and behind the turn to plans; where a report has none by their words.

    The items of a list are what the sentence that opens the list is.
    """
    turning = {chunk.passage.report_id for sentence, chunk in sentences if _TURN.search(sentence.text)}
    turned: set[str] = set()
    past: set[str] = set()
    kind, before, chosen = "", "", []
    for sentence, chunk in sentences:
        report, text = chunk.passage.report_id, sentence.text.strip()
        if _TURN.search(text):
            turned.add(report)
        if _LAST_YEAR.search(text):
            past.add(report)
        elif _PROBLEM.search(text):
            past.discard(report)
        if report in past:
            kind = ""
        elif report in turning:
            kind = "plans" if report in turned else "problems"
        elif not (kind and (_ITEM.match(text) or before.endswith((";", "；")))):
            problem, plan = len(_PROBLEM.findall(text)), len(_PLAN.findall(text))
            kind = "problems" if problem and problem >= plan else "plans" if plan else ""
        before = text
        if kind in wanted:
            chosen.append((sentence, chunk))
    return chosen


def quote(picked: Sequence[Picked], notebook: Notebook, english: bool) -> list[Claim]:
    """Claims that quote the sentences, each checked against its passage."""
    return [_worded("quote_near" if item.near else "quote", item, notebook, english) for item in picked]


def shown(item: Picked, notebook: Notebook, english: bool) -> str:
    """A line that shows what comes nearest to a question that the reports do not answer; it claims nothing."""
    return _worded("not_answering", item, notebook, english).text


def _worded(key: str, item: Picked, notebook: Notebook, english: bool) -> Claim:
    passage = item.chunk.passage
    number = notebook.cite(cite(item.sentence, item.chunk), passage.report_id)
    text = notebook.citations[number - 1].quote
    year = "" if passage.year is None else f" {passage.year}" if english else f"{passage.year}年"
    return Claim(
        text=say(key, english, agency=passage.agency, year=year, quote=text, cite=marks((number,))), citations=(number,), by="quote"
    )


def cite(sentence: Sentence, chunk: Chunk) -> Citation:
    """The citation of a sentence."""
    passage = chunk.passage
    text = sentence.text.strip()
    at = passage.text.find(text)
    start = None if passage.start is None or at < 0 else passage.start
    number = sentence.id.rpartition(".")[2]
    return Citation(
        kind="sentence",
        source=passage.source,
        agency=passage.agency,
        year=passage.year,
        path=f"narrative.{passage.n}.{number}",
        place={"line": passage.line, "page": passage.page, "start": start, "end": passage.end},
        quote=text,
        status=check_quote(text, passage.text),
    )
