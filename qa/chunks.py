"""Narrative cut for search: sentences with ids, joined into chunks that never cut one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_END = re.compile(r"(?<=[。！？；!?;])(?![”’」』）)])|(?<=[。！？；][”’」』）)])|\n+")
LONGEST = 220
"""Characters that a chunk may have before the next sentence starts a new one."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of narrative as the library keeps it."""

    report_id: str
    n: int
    """Its number in the report, from 0."""
    agency: str
    year: int | None
    form: str | None
    section: int
    heading: tuple[str, ...]
    text: str
    source: str
    line: int | None
    page: int | None
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage."""

    id: str
    """``report/passage.sentence``, all from 0."""
    text: str
    start: int
    """Offset in the passage's text."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive sentences of one passage."""

    id: str
    """``report/passage:first`` with the number of its first sentence."""
    passage: Passage
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The sentences together, as they stand."""
        return "".join(sentence.text for sentence in self.sentences)

    @property
    def searched(self) -> str:
        """What is indexed: headings and text."""
        return " ".join((*self.passage.heading, self.text))


def sentences_of(passage: Passage) -> tuple[Sentence, ...]:
    """The sentences of a passage; together they are the passage, character for character."""
    found: list[Sentence] = []
    at = 0
    for match in (*_END.finditer(passage.text), None):
        end = match.end() if match else len(passage.text)
        if passage.text[at:end].strip():
            found.append(Sentence(f"{passage.report_id}/{passage.n}.{len(found)}", passage.text[at:end], at))
            at = end
    return tuple(found)


def chunks_of(passage: Passage) -> tuple[Chunk, ...]:
    """The chunks of a passage, in order."""
    groups: list[list[tuple[int, Sentence]]] = []
    for number, sentence in enumerate(sentences_of(passage)):
        if not groups or sum(len(s.text) for _, s in groups[-1]) + len(sentence.text) > LONGEST:
            groups.append([])
        groups[-1].append((number, sentence))
    return tuple(Chunk(f"{passage.report_id}/{passage.n}:{g[0][0]}", passage, tuple(s for _, s in g)) for g in groups)
