"""Fitting and measuring what decides whether a sentence is an answer: ``python -m evals.likely [--fit] [--set NAME]…``.

Every question on the narrative is held against the report that answers it, and against two reports of other agencies of its library that do
not: where the sentence meant, or the figure, is not in them. Reports are halved by agency. The coefficients in ``qa.likely`` are fitted on
the half “tune” of the sets up to the seventeenth round and of all sets over real reports; the figures are those of the half “held”, which
no coefficient has seen, or with ``--set`` those of other sets.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from extractor.library import Library
from qa import likely
from qa.ask import index_of, recall
from qa.catalogue import Catalogue, catalogue_of
from qa.index import Index
from qa.likely import Evidence, Seen
from qa.parse import parse
from qa.parsed import Parsed
from qa.retrieve import find
from qa.terms import aspects

from .ask_eval import holds_digest, is_gold
from .ask_honest import plain
from .ask_sets import SETS, Asked, about, available, build, expected, labels, questions

Vector = np.ndarray[Any, np.dtype[np.float64]]
Sort = Literal["answerable", "unanswerable", "elsewhere"]
FITTED = tuple(name for name in SETS if not name.startswith("round") or int(name[5:7]) <= 17 or name.endswith("_seeds"))
"""The sets that coefficients are fitted on and measured by; of the rounds after the seventeenth those over real reports."""
OTHERS = 2
"""Reports of other agencies that a question is asked of."""
_ROUNDS, _RIDGE_NEAR, _RIDGE_ANSWER = 60, 1e-4, 1e-2


@dataclass(frozen=True)
class Case:
    """A question held against a report."""

    id: str
    sort: Sort
    held: bool
    seen: tuple[Seen, ...]
    """Of every sentence."""
    right: tuple[bool, ...]
    """Whether it is the sentence meant."""
    places: tuple[tuple[str, int], ...]
    """The paragraph of each."""
    foreign: float
    number: bool


def cases(name: str, library: Library) -> Iterator[Case]:
    """The cases of a set's open questions; those that ask for a whole section, or are put to the tables alone, are no cases."""
    catalogue = catalogue_of(library)
    index = index_of(library, None, [])
    try:
        for asked in questions(name):
            gold = expected(asked, name)
            parsed = parse(asked.question, catalogue, recall(asked.history, library, catalogue))
            if asked.route != "narrative" or parsed.route != "narrative" or parsed.mentioned:
                continue
            passages = gold.get("passages", ())
            if gold.get("abstain"):
                yield from _case(asked, parsed, (), index, "unanswerable")
            elif passages and not any(set(one) == {"agency", "year", "section"} for one in passages):
                yield from _case(asked, parsed, passages, index, "answerable")
                if len(parsed.agencies) == 1:
                    for agency, year in _others(asked, name, library, catalogue, parsed.agencies[0]):
                        elsewhere = replace(parsed, agencies=(agency,), years=(year,) if year else ())
                        yield from _case(asked, elsewhere, (), index, "elsewhere")
    finally:
        index.close()


def _case(asked: Asked, parsed: Parsed, gold: Sequence[dict[str, Any]], index: Index, sort: Sort) -> Iterator[Case]:
    found = find(parsed, index)
    wanted = {"problems", "plans", "charging"} & set(parsed.intents)
    ready = likely.made_ready(parsed, found.asked or aspects(parsed.search), found.store.idf)
    if not found.hits or not ready.words or (wanted and not found.asked):
        return
    rated, foreign = likely.rate(ready, found.passages(), found.store.idf)
    yield Case(
        id=asked.id,
        sort=sort,
        held=held(parsed.agencies[0] if parsed.agencies else asked.id),
        seen=tuple(item.seen for item in rated),
        right=tuple(any(_meant(item, one) for one in gold) for item in rated),
        places=tuple((item.chunk.passage.report_id, item.chunk.passage.n) for item in rated),
        foreign=foreign,
        number=ready.number,
    )


def _meant(item: likely.Rated, gold: dict[str, Any]) -> bool:
    """Whether a sentence is the one meant, or a part of it, or has its figure."""
    passage = item.chunk.passage
    if "text" not in gold:
        return is_gold(passage, item.sentence.text, gold)
    words, text = plain(gold["text"]), plain(item.sentence.text)
    return passage.agency == gold["agency"] and passage.year == gold["year"] and (words in text or (len(text) > 5 and text in words))


def held(agency: str) -> bool:
    """Whether an agency's reports are in the half that is measured only."""
    return int(hashlib.md5(agency.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0


def _others(asked: Asked, name: str, library: Library, catalogue: Catalogue, own: str) -> list[tuple[str, int | None]]:
    """Reports of other agencies of the same half that do not have what is asked for, in an order that depends on the question alone."""
    entries = [entry for entry in catalogue.entries if entry.agency != own and held(entry.agency) == held(own)]
    entries.sort(key=lambda entry: hashlib.md5(f"{asked.id}{entry.agency}{entry.year}".encode(), usedforsecurity=False).hexdigest())
    whats = {one["what"] for one in asked.expect["passages"] if "what" in one}
    words = [plain(one["text"]) for one in asked.expect["passages"] if "text" in one]
    digests = [one["digest"] for one in asked.expect["passages"] if "digest" in one]
    found: list[tuple[str, int | None]] = []
    for entry in entries:
        text = "".join(plain(row) for (row,) in library.rows("SELECT text FROM passages WHERE report_id = ?", [entry.report_id]))
        told = set(labels(name)[entry.agency, entry.year].facts) if whats and "file" in about(name) and entry.year else set()
        if not whats & told and not any(one in text for one in words) and not any(holds_digest(text, one) for one in digests):
            found.append((entry.agency, entry.year))
    return found[:OTHERS]


# ---------------------------------------------------------------------- fitting
def logistic(rows: Vector, right: Vector, weights: Vector, ridge: float) -> Vector:
    """Coefficients of a logistic regression, the constant last, by Newton's method; the constant is not drawn towards 0."""
    rows = np.column_stack([rows, np.ones(len(rows))])
    drawn = ridge * len(rows) * weights.mean() * np.append(np.ones(rows.shape[1] - 1), 0.0)
    found = np.zeros(rows.shape[1])
    for _ in range(_ROUNDS):
        share = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (weights * (share - right)) + drawn * found
        curve = (rows * (weights * share * (1 - share))[:, None]).T @ rows + np.diag(drawn) + 1e-9 * np.eye(len(found))
        found = found - np.linalg.solve(curve, slope)
    return found


def fit(known: Sequence[Case]) -> tuple[dict[str, float], dict[str, float]]:
    """Both sets of coefficients from these cases."""
    told = [case for case in known if case.sort == "answerable" and any(case.right)]
    names = list(Seen.__dataclass_fields__)
    rows = np.array([[getattr(seen, name) for name in names] for case in told for seen in case.seen])
    right = np.array([float(one) for case in told for one in case.right])
    weights = np.array([10 / (sum(case.right) if one else len(case.right)) for case in told for one in case.right])
    nearness = dict(zip([*names, ""], map(float, logistic(rows, right, weights, _RIDGE_NEAR)), strict=True))
    shown = [_evidence(case, nearness) for case in known]
    names = list(Evidence.__dataclass_fields__)
    rows = np.array([[getattr(one, name) for name in names] for one, _ in shown])
    found = logistic(rows, np.array([float(right) for _, right in shown]), np.ones(len(rows)), _RIDGE_ANSWER)
    return nearness, dict(zip([*names, ""], map(float, found), strict=True))


def _evidence(case: Case, nearness: Mapping[str, float]) -> tuple[Evidence, bool]:
    """What speaks for the nearest sentence, and whether it or the next paragraph's is the one meant."""
    scores = [nearness[""] + sum(nearness[name] * getattr(seen, name) for name in nearness if name) for seen in case.seen]
    order = sorted(range(len(scores)), key=lambda at: -scores[at])
    first = order[0]
    second = next((at for at in order if case.places[at] != case.places[first]), order[-1])
    seen = case.seen[first]
    shown = Evidence(
        score=scores[first],
        margin=min(likely.MARGIN, scores[first] - scores[second]),
        foreign=case.foreign,
        met=seen.met,
        aspects=seen.aspects,
        figure=float(case.number and not seen.lacks),
        figureless=float(case.number and bool(seen.lacks)),
    )
    return shown, case.right[first] or case.right[second]


# ---------------------------------------------------------------------- measuring
def measured(known: Sequence[Case]) -> Iterator[str]:
    """Lines that say how often each sort of case is answered at several bounds."""
    shown = [(case, *_evidence(case, likely.NEARNESS)) for case in known]
    sorts: tuple[Sort, ...] = ("answerable", "unanswerable", "elsewhere")
    for bound in sorted({0.1, 0.15, 0.2, 0.3, 0.4, likely.ANSWER, likely.SURE}):
        parts = []
        for sort in sorts:
            chosen = [(right, likely.probability(one) >= bound) for case, one, right in shown if case.sort == sort]
            answered = [right for right, yes in chosen if yes]
            parts.append(
                f"{sort} {_share(len(answered), len(chosen))}"
                + (f", right {_share(sum(answered), len(answered))}" if sort == "answerable" else "")
            )
        yield f"p ≥ {bound:.2f}  answered: " + " · ".join(parts)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} ({part}/{whole})" if whole else "—"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the coefficients in use, or fit new ones and print them."""
    parser = argparse.ArgumentParser(prog="python -m evals.likely", description="何时算作回答 (when a sentence is an answer)")
    parser.add_argument("--fit", action="store_true", help="在 tune 一半上拟合并打印系数 (fit and print coefficients)")
    parser.add_argument("--set", action="append", choices=SETS, dest="sets", help="只量这些问题集，全部 (measure all of these sets only)")
    options = parser.parse_args(argv)
    known: list[Case] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, sets in _libraries([name for name in options.sets or FITTED if available(name)]):
            with build(name, Path(folder) / name) as library:
                known += [case for one in sets for case in cases(one, library)]
    write = sys.stdout.write
    if options.fit:
        for title, found in zip(("NEARNESS", "ANSWERS"), fit([case for case in known if not case.held]), strict=True):
            items = ", ".join(f'"{name}": {value:.2f}' for name, value in found.items())
            write(f"{title} = {{{items}}}\n")
    chosen = known if options.sets else [case for case in known if case.held]
    write("".join(f"{line}\n" for line in measured(chosen)))
    return 0


def _libraries(names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The sets, those that share their reports together."""
    groups: dict[str, list[str]] = {}
    for name in names:
        known = about(name)
        groups.setdefault(str(known.get("file") or (known["folder"], known.get("files"))), []).append(name)
    for group in groups.values():
        yield group[0], group


if __name__ == "__main__":
    raise SystemExit(main())
