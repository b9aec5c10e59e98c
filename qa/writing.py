"""An answer written by a model from cited sentences, statement by statement.

The model cites by number and code resolves the numbers. A statement is made as soon as it has been written and checked: its figures
and enough of its words must stand in its sentences, and it may not tell of one agency what another one's report says.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from .answer import Claim, Notebook, marks
from .chunks import Chunk, Passage, Sentence
from .ground import untraced
from .model import logged, said
from .narrate import cite
from .parsed import Parsed
from .tokens import tokens
from .whose import misplaced, named, told_of

if TYPE_CHECKING:
    from extractor.llm.log import CallLog
    from extractor.llm.settings import Settings

MOST = 40
"""Sentences given to the model at most."""
NEAR = 0.25
"""Share of a statement's words that its sentences must contain."""
NEARER, SAID = 1.6, 0.6
"""How many times as many of them another sentence must contain, and what share of all, to be the one that says this."""
_BEFORE, _AFTER = re.compile("去年|上年|上一年|同比"), re.compile("明年|来年|下年|下一年|新的一年|次年")


class Statement(BaseModel):
    """One statement of the model."""

    model_config = ConfigDict(extra="forbid")

    text: str
    sentences: list[int]


class Written(BaseModel):
    """An answer as the model writes it."""

    model_config = ConfigDict(extra="forbid")

    claims: list[Statement]


@dataclass(frozen=True)
class Material:
    """The sentences that a model is shown, by number from 1, report by report."""

    numbered: tuple[tuple[Sentence, Chunk], ...]
    english: bool
    several: bool
    """Whether the question is of more than one report, so that a statement must say of which it tells."""

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passage of each sentence."""
        return tuple(chunk.passage for _, chunk in self.numbered)

    @property
    def agencies(self) -> tuple[str, ...]:
        """Whose reports they are of."""
        return tuple(dict.fromkeys(passage.agency for passage in self.passages))

    def of(self, number: int) -> tuple[Sentence, Chunk]:
        """A sentence by its number, and where it stands."""
        return self.numbered[number - 1]

    def shown(self) -> str:
        """The sentences, each on its line after its number, below a line that names their report."""
        lines, last = [], ""
        for number, (sentence, chunk) in enumerate(self.numbered, 1):
            if chunk.passage.report_id != last:
                last = chunk.passage.report_id
                lines.append(f"【{_one_line(chunk.passage.agency)} {chunk.passage.year or ''}年度报告】")
            lines.append(f"{number}: {_one_line(sentence.text)}")
        return "\n".join(lines)

    def complaint(self, told: Statement) -> str:
        """What is wrong with a statement; empty when it holds."""
        text = clean(told.text)
        if not text:
            return "有一条陈述是空的 (an empty statement)"
        outside = [number for number in told.sentences if not 1 <= number <= len(self.numbered)]
        if outside or not told.sentences:
            return f"“{text[:30]}”引用的句子编号不存在：{outside or '无'} (no such sentence)"
        quotes = [self.of(number)[0].text for number in told.sentences]
        cited = [self.of(number)[1].passage for number in told.sentences]
        if others := misplaced(text, cited, quotes, self.agencies):
            return f"“{text[:30]}”说的是{'、'.join(sorted(others))}，所引句子却不是它的报告 (the sentences are of another agency)"
        if missing := untraced(text, quotes, (), _years(cited, quotes)):
            return f"“{text[:30]}”里的 {'、'.join(missing)} 不在所引句子里 (figures that the sentences do not contain)"
        return self._beside(text, told.sentences)

    def _beside(self, text: str, cited: Sequence[int]) -> str:
        """What is wrong when the sentences cited say little of a statement, or another one says much more of it; empty otherwise.

        A statement in another language than theirs shares no words with them, and is not measured.
        """
        words = {token for token in tokens(named(text, self.agencies)[1]) if len(token) > 1}
        if not words or sum(word[0] >= "㐀" for word in words) < len(words) / 2:
            return ""
        shares = [len(words & set(tokens(sentence.text))) / len(words) for sentence, _ in self.numbered]
        own = len(words & {token for number in cited for token in tokens(self.of(number)[0].text)}) / len(words)
        if own < NEAR:
            return f"“{text[:30]}”与所引句子说的不是一回事 (the sentences do not say this)"
        nearest = max(range(len(shares)), key=shares.__getitem__)
        if shares[nearest] >= max(NEARER * own, SAID):
            return f"“{text[:30]}”说的是第 {nearest + 1} 句，引的却是别的句子 (another sentence says this)"
        return ""

    def claim(self, told: Statement, notebook: Notebook) -> Claim:
        """A statement that holds, with its citations; where there are several reports, also with whom and when it tells of."""
        chosen = list(dict.fromkeys(told.sentences))
        cited = tuple(notebook.cite(cite(sentence, chunk), chunk.passage.report_id) for sentence, chunk in map(self.of, chosen))
        text = clean(told.text)
        if self.several:
            text = told_of(text, [self.of(number)[1].passage for number in chosen], self.agencies, self.english)
        return Claim(text=text + marks(cited), citations=cited, by="model")


def material(parsed: Parsed, chunks: Sequence[Chunk]) -> Material:
    """The sentences of the best chunks, those of one report together and as it prints them."""
    numbered = [(sentence, chunk) for chunk in chunks for sentence in chunk.sentences][:MOST]
    order = list(dict.fromkeys(chunk.passage.report_id for _, chunk in numbered))
    numbered.sort(key=lambda pair: (order.index(pair[1].passage.report_id), pair[1].passage.n, pair[0].start))
    several = len(order) > 1 or len(parsed.agencies) != 1 or len(parsed.years) != 1
    return Material(tuple(numbered), parsed.english, several)


def messages_for(question: str, given: Material, *, counted: bool = False) -> list[dict[str, str]]:
    """The request for statements about a question from these sentences; ``counted``: what it asks of the tables is answered already."""
    from extractor.llm.prompts import fence_for

    shown = given.shown()
    language = "英文" if given.english else "中文"
    values = {"language": language, "english": given.english, "fence": fence_for(shown), "several": given.several, "counted": counted}
    return said("write", **values, question=question, sentences=shown)


def write(
    parsed: Parsed, question: str, chunks: Sequence[Chunk], settings: Settings, notebook: Notebook, log: CallLog | None = None
) -> Generator[Claim, None, str]:
    """The statements that hold, each as soon as it is written; returns why the rest, or all, of the answer was not used.

    Raises ModelError when there is no answer at all.
    """
    given = material(parsed, chunks)
    if not given.numbered:
        return ""
    from extractor.llm.answers import several
    from extractor.llm.items import Wanted, hear
    from extractor.llm.wire import Errand

    wanted = Wanted(Written, "claims", Statement, given.complaint, lambda told: frozenset(told.sentences))
    made = 0
    messages = messages_for(question, given, counted=parsed.route == "both")
    with logged(settings, log) as book, closing(hear(messages, wanted, settings, book, errand=Errand("answer", "提问"))) as hearing:
        while True:
            try:
                told = next(hearing)
            except StopIteration as end:
                wrong: tuple[str, ...] = end.value
                break
            made += 1
            yield given.claim(told, notebook)
    if wrong and made:
        return f"模型的回答有一部分没有采用：{several(wrong, 2)} (a part of the model's answer was not used)"
    if wrong:
        return f"模型的回答没有采用，以上是不用模型的回答：{several(wrong, 2)} (the model's answer was not used)"
    return "" if made else "模型没有从查到的句子里写出答案，以上是不用模型的回答 (the model wrote no answer from the sentences found)"


def _years(cited: Sequence[Passage], quotes: Sequence[str]) -> set[int]:
    """The years that statements on these sentences may name: the reports' own, and those before and after that the sentences speak of."""
    text = "".join(quotes)
    steps = (0, *((-1,) if _BEFORE.search(text) else ()), *((1,) if _AFTER.search(text) else ()))
    return {passage.year + step for passage in cited if passage.year for step in steps}


def clean(text: str) -> str:
    """A statement without marks of its own or control characters."""
    return re.sub(r"[〔〕\x00-\x1f]", "", text).strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())
