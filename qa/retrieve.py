"""Finding passages: filters first, then BM25, fused with a real embedding model's ranking where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .chunks import Passage
from .gist import content_words
from .index import Index
from .parsed import Parsed
from .store import Filter, Hit, Store
from .terms import Aspect, aspects, equivalents, search_words
from .tokens import tokens
from .wanted import fees

Manner = Literal["lexical", "vector", "fused"]
K = 8
"""Chunks that an answer chooses from."""
READ = 400
"""Paragraphs of the agencies asked about up to which all are read where the best found do not answer: some thirty reports."""
DEPTH = 50
RANK_SHIFT = 60
"""The constant of reciprocal rank fusion."""
VECTOR_WEIGHT = 0.5
"""Weight of an embedding model's ranking beside BM25's 1."""
_SECTIONS = {"problems": (5,), "plans": (5,), "charging": (6,)}
_INTENT_WORDS = {
    "problems": "问题 不足 困难 短板 差距",
    "plans": "改进 下一步 加强 进一步 将",
    "charging": "信息处理费 收取 收费",
    "reasons": "原因 依据 因为 由于",
}


@dataclass(frozen=True)
class Found:
    """What a search brought."""

    hits: tuple[Hit, ...]
    within: Filter
    asked: tuple[Aspect, ...]
    store: Store

    def passages(self) -> list[Passage]:
        """The narrative in scope: all of it where it is not too long, what was found elsewhere."""
        if self.store.count(self.within) <= READ:
            return self.store.passages(self.within)
        return list({(hit.chunk.passage.report_id, hit.chunk.passage.n): hit.chunk.passage for hit in self.hits}.values())


def find(
    parsed: Parsed,
    index: Index,
    *,
    reports: tuple[str, ...] = (),
    k: int = K,
    manner: Manner | None = None,
    within: Filter | None = None,
) -> Found:
    """The passages that may answer a question.

    ``reports`` limits the search to the reports a query has chosen; ``within`` replaces every filter drawn from the question.
    """
    narrowed = bool(parsed.agencies or parsed.years or parsed.region or reports)
    asked = aspects(parsed.search if parsed.route != "both" or not parsed.intents else "", translated=narrowed)
    if within is not None:
        words = search_words(asked) + [w for intent in parsed.intents for w in search_words(aspects(_INTENT_WORDS.get(intent, "")))]
        return Found(tuple(search(parsed.text, words, index, within, k, manner)), within, asked, index.store)
    within = Filter(parsed.agencies, parsed.years, reports=reports)
    content = [word.text for word in content_words(parsed.wording, index.store.idf)] if narrowed or parsed.intents else []
    if {"problems", "plans"} & set(parsed.intents) and not content:
        asked = ()
    sections = tuple(dict.fromkeys(s for intent in parsed.intents for s in _SECTIONS.get(intent, ())))
    charged = (
        fees(parsed.wording, content or [word.text for word in content_words(parsed.wording, index.store.idf)])
        and "charging" not in parsed.intents
    )
    intents = (*parsed.intents, "charging") if charged else parsed.intents
    words = search_words(asked) + [w for intent in intents for w in search_words(aspects(_INTENT_WORDS.get(intent, "")))]
    if asked or not sections:
        words += [token for word in content for other in (word, *equivalents(word)) for token in tokens(other)]
    if parsed.region and not reports and not parsed.agencies:
        within = Filter(_below(index, parsed.region), parsed.years)
    if sections and not asked:
        narrow = Filter(within.agencies, within.years, sections, within.reports)
        hits = search(parsed.text, words, index, narrow, k, manner) or _first(index, narrow, k)
        if hits:
            return Found(tuple(hits), within, asked, index.store)
    return Found(tuple(search(parsed.text, words, index, within, k, manner)), within, asked, index.store)


def _below(index: Index, region: str) -> tuple[str, ...]:
    rows = index.store.database.execute("SELECT DISTINCT agency FROM chunks").fetchall()
    return tuple(agency for (agency,) in rows if agency.startswith(region))


def _first(index: Index, within: Filter, k: int) -> list[Hit]:
    """The first chunks within a filter, when no word of the question occurs there."""
    where, values = within.where()
    rows = index.store.database.execute(f"SELECT c.number FROM chunks c WHERE {where} ORDER BY c.number LIMIT ?", [*values, k]).fetchall()
    found = index.store.chunks([number for (number,) in rows])
    return [Hit(chunk, 0.0) for chunk in found.values()]


def search(question: str, words: Sequence[str], index: Index, within: Filter, k: int = K, manner: Manner | None = None) -> list[Hit]:
    """The best chunks: lexical without an embedding model, fused with one, unless told otherwise."""
    manner = manner or ("fused" if index.fused else "lexical")
    if manner == "lexical":
        return index.lexical(words, within, k)
    if manner == "vector":
        return index.nearest(question, words, within, k)
    return fuse(index.lexical(words, within, DEPTH), index.nearest(question, words, within, DEPTH), VECTOR_WEIGHT)[:k]


def fuse(first: Sequence[Hit], second: Sequence[Hit], weight: float) -> list[Hit]:
    """Reciprocal rank fusion of two rankings, the second weighted."""
    scores: dict[str, float] = {}
    chunks = {hit.chunk.id: hit.chunk for hit in (*first, *second)}
    for ranking, share in ((first, 1.0), (second, weight)):
        for rank, hit in enumerate(ranking, 1):
            scores[hit.chunk.id] = scores.get(hit.chunk.id, 0.0) + share / (RANK_SHIFT + rank)
    return [Hit(chunks[name], score) for name, score in sorted(scores.items(), key=lambda item: -item[1])]
