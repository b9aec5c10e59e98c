"""What each choice in retrieval is worth here: ``python -m evals.ask_ablation [--seed N] [--n N]``.

Questions are made from the facts of generated reports' labels (“{what}有多少{unit}？” of an agency's year); a passage is right when it
holds the fact's span. Tokenisers, offline vectors, fusion and filters are changed one at a time.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from qa.terms import aspects, search_words
from qa.tokens import tokens
from qa.vectors import K1, B, document_vector, question_vector

from .generate import generate

Tokeniser = Callable[[str], list[str]]
_HAN = "\u3400-\u9fff"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a generated report."""

    agency: str
    year: int
    text: str


@dataclass(frozen=True)
class Wanted:
    """A question with the paragraph that answers it."""

    agency: str
    year: int
    text: str
    right: int


def corpus(n: int, seed: int) -> tuple[list[Paragraph], list[Wanted]]:
    """The paragraphs of generated reports, and a question for every fact named once."""
    paragraphs: list[Paragraph] = []
    asked: list[Wanted] = []
    for made in generate(n, seed, layout=None):
        label, at = made.label, 0
        places: list[tuple[int, int, int]] = []
        for line in made.text.split("\n"):
            if len(line.strip()) > 15 and "\t" not in line and "|" not in line:
                places.append((at, at + len(line), len(paragraphs)))
                paragraphs.append(Paragraph(label.agency or "", label.year or 0, line.strip()))
            at += len(line) + 1
        names = Counter(fact.what for fact in label.facts)
        for fact in label.facts:
            right = next((number for start, end, number in places if start <= fact.start < end), None)
            if right is not None and names[fact.what] == 1 and fact.what:
                asked.append(Wanted(label.agency or "", label.year or 0, f"{fact.what}有多少{fact.unit}", right))
    return paragraphs, asked


def bigrams_only(text: str) -> list[str]:
    """Bigrams of Han, other runs whole."""
    return [token for token in tokens(text) if len(token) > 1]


def singles_only(text: str) -> list[str]:
    """Single characters of Han, other runs whole."""
    return [token for token in tokens(text) if len(token) == 1 or not re.match(f"[{_HAN}]", token)]


def words_of_default(text: str) -> list[str]:
    """What a regular expression for words gives on Chinese: whole clauses."""
    return re.findall(r"\w+", text.lower())


class Bm25:
    """Scores of every paragraph for a question."""

    def __init__(self, texts: Sequence[str], cut: Tokeniser) -> None:
        self.cut = cut
        self.counts = [Counter(cut(text)) for text in texts]
        self.lengths = [sum(count.values()) for count in self.counts]
        self.mean = sum(self.lengths) / max(1, len(self.lengths))
        having = Counter(token for count in self.counts for token in count)
        self.idf = {token: math.log(1 + (len(texts) - df + 0.5) / (df + 0.5)) for token, df in having.items()}
        self.postings: dict[str, list[int]] = {}
        for number, count in enumerate(self.counts):
            for token in count:
                self.postings.setdefault(token, []).append(number)

    def scores(self, words: Sequence[str]) -> np.ndarray:
        """One score a paragraph."""
        found = np.zeros(len(self.counts))
        for token in dict.fromkeys(words):
            for number in self.postings.get(token, ()):
                tf = self.counts[number][token]
                norm = K1 * (1 - B + B * self.lengths[number] / self.mean)
                found[number] += self.idf[token] * tf * (K1 + 1) / (tf + norm)
        return found


def fused(first: np.ndarray, second: np.ndarray, weight: float) -> np.ndarray:
    """Reciprocal rank fusion of two score lists."""
    ranks = [np.argsort(np.argsort(-scores, kind="stable"), kind="stable") + 1 for scores in (first, second)]
    return np.asarray(1 / (60 + ranks[0]) + weight / (60 + ranks[1]))


def main(argv: Sequence[str] | None = None) -> int:
    """Print recall at 5 and 10 and the mean reciprocal rank of every variant, over all reports and within agency and year."""
    parser = argparse.ArgumentParser(prog="python -m evals.ask_ablation", description=__doc__)
    parser.add_argument("--n", type=int, default=300, help="报告份数 (reports)")
    parser.add_argument("--seed", type=int, default=23)
    options = parser.parse_args(argv)
    paragraphs, asked = corpus(options.n, options.seed)
    texts = [paragraph.text for paragraph in paragraphs]
    groups: dict[tuple[str, int], list[int]] = {}
    for number, paragraph in enumerate(paragraphs):
        groups.setdefault((paragraph.agency, paragraph.year), []).append(number)
    base = Bm25(texts, tokens)
    rankers: dict[str, Callable[[str], np.ndarray]] = {"BM25, characters + bigrams (used)": lambda q: base.scores(tokens(q))}
    for name, cut in (("BM25, bigrams", bigrams_only), ("BM25, characters", singles_only), ("BM25, words by \\w+", words_of_default)):
        made = Bm25(texts, cut)
        rankers[name] = lambda q, made=made, cut=cut: made.scores(cut(q))  # type: ignore[misc]
    rankers["BM25 + synonyms (used in answers)"] = lambda q: base.scores(search_words(aspects(q)))
    for dimensions in (256, 1024, 4096):
        matrix = np.stack([document_vector(text, dimensions) for text in texts])
        rank = lambda q, matrix=matrix, d=dimensions: matrix @ question_vector(tokens(q), lambda t: base.idf.get(t, 0.0), d)  # noqa: E731
        rankers[f"hashed BM25 vectors, {dimensions}"] = rank
        if dimensions == 1024:
            plain = matrix / (np.linalg.norm(matrix, axis=1, keepdims=True) + 1e-9)
            rankers["hashed vectors, cosine, no idf, 1024"] = lambda q, plain=plain: plain @ question_vector(tokens(q), lambda _: 1.0, 1024)  # type: ignore[misc]
            for weight in (1.0, 0.3):
                rankers[f"fused BM25 + vectors 1024, weight {weight}"] = lambda q, rank=rank, weight=weight: fused(  # type: ignore[misc]
                    base.scores(tokens(q)), rank(q), weight
                )
    sys.stdout.write(f"{len(asked)} questions, {len(texts)} paragraphs of {options.n} reports, seed {options.seed}\n")
    sys.stdout.write("| variant | R@5 | R@10 | MRR | R@5 within agency and year |\n|---|---|---|---|---|\n")
    for name, score in rankers.items():
        alone, inside = [], []
        for one in asked:
            said = score(f"{one.agency}{one.year}年{one.text}")
            place = int((said > said[one.right]).sum() + (said[: one.right] == said[one.right]).sum()) + 1
            alone.append(place if said[one.right] > 0 else 10**9)
            own = np.array(groups[one.agency, one.year])
            within = score(one.text)[own]
            at = int(np.where(own == one.right)[0][0])
            inside.append(int((within > within[at]).sum() + (within[:at] == within[at]).sum()) + 1)
        r5, r10 = np.mean(np.array(alone) <= 5), np.mean(np.array(alone) <= 10)
        mrr, filtered = np.mean(1 / np.array(alone)), np.mean(np.array(inside) <= 5)
        sys.stdout.write(f"| {name} | {r5:.3f} | {r10:.3f} | {mrr:.3f} | {filtered:.3f} |\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
