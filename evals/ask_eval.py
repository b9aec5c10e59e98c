"""Measuring the answers: ``python -m evals.ask_eval [--half held|tune|all] [--set NAME]… [--json]``, or ``--faults``.

Every share is printed with its denominator. Quotes are looked up in the text of the file itself, numbers are computed anew from
the reports, not from the SQL that gave them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractor.errors import SettingsError
from extractor.forms import form_of, metrics_of
from extractor.library import Library
from qa.answer import Answer, Citation
from qa.ask import ask, index_of, recall
from qa.catalogue import catalogue_of
from qa.chunks import Chunk, Passage
from qa.ground import figures, numbers
from qa.parse import parse
from qa.retrieve import K, find
from qa.store import Filter

from .ask_honest import honest, plain
from .ask_sets import SETS, Asked, available, build, expected, questions

TARGETS = {
    "value": 0.95,
    "route": 0.95,
    "recall@5": 0.90,
    "quote validity": 1.0,
    "number traceability": 1.0,
    "abstention": 0.90,
}
"""What the offline answers must reach on the half set aside."""
OVER_ABSTENTION = 0.05


@dataclass
class Tally:
    """How often something was right."""

    right: float = 0
    n: int = 0

    def add(self, score: float) -> None:
        """Count one case."""
        self.right += score
        self.n += 1

    def __str__(self) -> str:
        return f"{self.right / self.n:.1%} ({self.right:g}/{self.n})" if self.n else "—"


@dataclass
class Measured:
    """Everything measured, and what went wrong."""

    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, name: str, score: float, why: str = "") -> None:
        """Count one case under a name; remember it when it is not fully right."""
        self.tallies[name].add(score)
        if why and score < 1:
            self.wrong.append(f"{name}: {why}")

    def met(self) -> bool:
        """Whether every target is reached."""
        share = {name: tally.right / tally.n for name, tally in self.tallies.items() if tally.n}
        over = share.get("over-abstention", 0.0)
        return over <= OVER_ABSTENTION and all(share.get(name, 1.0) >= least for name, least in TARGETS.items())


def measure(name: str, library: Library, half: str, into: Measured, asking: Callable[..., Answer] = ask) -> None:
    """Ask a set's questions of its library and count."""
    for asked in questions(name, half):
        history: list[Answer] = []
        for earlier in asked.history:
            history.append(asking(earlier, library, history=history))
        started = time.perf_counter()
        answer = asking(asked.question, library, history=history)
        into.seconds.append(time.perf_counter() - started)
        where = f"{asked.id} {asked.question}"
        into.add("route", answer.route == asked.route, f"{where}: {answer.route}, not {asked.route}")
        _slots(asked, answer, into, where)
        gold = expected(asked, name)
        if gold.get("abstain") or (asked.route in ("clarify", "out_of_scope") and not gold):
            into.add("abstention", answer.abstained, f"{where}: {answer.answer[:90]}")
        else:
            into.add("over-abstention", answer.abstained)
            if answer.abstained:
                into.wrong.append(f"over-abstention: {where}: {answer.answer[:90]}")
            if any(key != "passages" for key in gold):
                wrong = _values_wrong(gold, answer)
                into.add("value", not wrong, f"{where}: {wrong}")
            _cited(asked, answer, gold, into)
        if "passages" in gold:
            _retrieval(asked, gold, library, into, where)
        honest(answer, library, into.add, where)


# ---------------------------------------------------------------------- queries and values
def _slots(asked: Asked, answer: Answer, into: Measured, where: str) -> None:
    if asked.query is None:
        return
    query = answer.query
    for slot in ("kind", "metrics", "agencies", "years"):
        wanted = asked.query[slot]
        got = None if query is None else getattr(query, slot)
        if slot == "agencies" and query is not None and query.focus:
            got = wanted
        right = got == wanted if slot == "kind" else got is not None and set(got) == set(wanted)
        into.add(f"slot {slot}", right, f"{where}: {got}, not {wanted}")


def _same(one: Any, other: Any) -> bool:
    return one is not None and other is not None and abs(Decimal(str(one)) - Decimal(str(other))) <= Decimal("0.000002")


def _values_wrong(gold: dict[str, Any], answer: Answer) -> str:
    """What of the expected values the answer does not state; empty when all is right."""
    values, said = answer.values, figures(answer.answer)
    first = values[0].value if values else None
    mean = answer.query is not None and answer.query.kind == "average"
    if "value" in gold and not _same(first, gold["value"]) and not (mean and _near(first, gold["value"])):
        return f"{first}, not {gold['value']}"
    if "value" in gold and not _said(gold["value"], said) and not (mean and any(_near(number, gold["value"]) for number in said)):
        return f"{gold['value']} is not in the text"
    if "top" in gold:
        names = [value.agency for value in values]
        listing = answer.query is not None and answer.query.limit is None
        right = names[: len(gold["top"])] == gold["top"] if gold.get("ordered") or listing else set(names) == set(gold["top"])
        if not right:
            return f"{names}, not {gold['top']}"
    if "year" in gold and (not values or values[0].year != gold["year"]):
        return f"year {values[0].year if values else None}, not {gold['year']}"
    got = {f"{value.agency}|{value.year}": value.value for value in values}
    for key, value in gold.get("values", {}).items():
        if not _same(got.get(key), value) or not _said(value, said):
            return f"{key}: {got.get(key)}, not {value}"
    if "values" in gold and set(got) != set(gold["values"]):
        return f"{sorted(got)}, not {sorted(gold['values'])}"
    if "agencies" in gold and {value.agency for value in values} != set(gold["agencies"]):
        return f"{[value.agency for value in values]}, not {gold['agencies']}"
    for value in (*gold.get("numbers", ()), *(abs(gold[key]) for key in ("difference", "contradiction", "place") if key in gold)):
        if not _said(value, said):
            return f"{value} is not in the text"
    return ""


def _near(one: Any, other: Any) -> bool:
    """Whether two means agree as printed, to two decimals; a rate's as a percentage."""
    wanted = Decimal(str(other))
    return one is not None and abs(Decimal(str(one)) - wanted) <= (Decimal("0.0051") if wanted > 1 else Decimal("0.000051"))


def _said(value: Any, said: Iterable[Decimal]) -> bool:
    """Whether a value is written in the text: as it is, or as a percentage with two decimals."""
    wanted = Decimal(str(value))
    return any(abs(number - wanted) <= (Decimal("0.00006") if wanted != wanted.to_integral_value() else 0) for number in said)


# ---------------------------------------------------------------------- citations
def _gold_citation(citation: Citation, asked: Asked, gold: dict[str, Any]) -> bool:
    """Whether a citation is of a place that the question's answer rests on."""
    if citation.kind == "sentence":
        return (
            any(citation.agency == one["agency"] and citation.year == one["year"] for one in gold.get("passages", ()))
            or "contradiction" in gold
        )
    query = asked.query
    if query is None:
        return False
    fits = (not query["agencies"] or citation.agency in query["agencies"]) and (not query["years"] or citation.year in query["years"])
    terms = {term for form in (form_of("2019"), form_of("2021")) for key in query["metrics"] if key in metrics_of(form)
             for term in (*metrics_of(form)[key].terms, *metrics_of(form)[key].over)}  # fmt: skip
    return fits and (citation.path in terms or query["kind"] == "share" or query["kind"] == "compare")


def _cited(asked: Asked, answer: Answer, gold: dict[str, Any], into: Measured) -> None:
    for citation in answer.citations:
        into.add("citation precision", _gold_citation(citation, asked, gold))
    for claim in answer.claims:
        if numbers(claim.text):
            into.add("citation recall", bool(claim.citations) or (answer.query is not None and not answer.query.metrics))


# ---------------------------------------------------------------------- retrieval
def _retrieval(asked: Asked, gold: dict[str, Any], library: Library, into: Measured, where: str) -> None:
    """Recall and reciprocal rank, with the filters and without."""
    catalogue = catalogue_of(library)
    before = recall(asked.history, library, catalogue)
    parsed = parse(asked.question, catalogue, before)
    index = index_of(library, None, [])
    try:
        reports: tuple[str, ...] = ()
        if asked.route == "both":
            places = [(one["agency"], one["year"]) for one in gold["passages"]]
            reports = tuple(entry.report_id for agency, year in places for entry in catalogue.by_agency[agency] if entry.year == year)
        for name, hits in (
            ("", find(parsed, index, reports=reports, k=K).hits),
            (" without filters", find(parsed, index, k=K, within=Filter()).hits),
        ):
            ranks = [rank for rank, hit in enumerate(hits, 1) if any(_is_gold(hit.chunk, one) for one in gold["passages"])]
            first = ranks[0] if ranks else 0
            into.add(f"recall@5{name}", 0 < first <= 5, where if not name else "")
            into.add(f"MRR{name}", 1 / first if first else 0.0)
    finally:
        index.close()


def _is_gold(chunk: Chunk, gold: dict[str, Any]) -> bool:
    return is_gold(chunk.passage, chunk.text, gold)


def is_gold(passage: Passage, told: str, gold: dict[str, Any]) -> bool:
    """Whether a text of a passage is what the answer rests on."""
    if passage.agency != gold["agency"] or passage.year != gold["year"]:
        return False
    if "section" in gold:
        return bool(passage.section == gold["section"])
    if "digest" in gold:
        return holds_digest(told, gold["digest"])
    if "figure" not in gold:
        words, text = plain(gold["text"]), plain(told)
        return words in text or text in words
    said = [value for _, value in numbers(told)] + [Decimal(n) for n in re.findall(r"(?<![\d.])\d+", told)]
    wanted = [Decimal(part) for part in gold["figure"].split("|")]
    shares = [part / 100 for part in wanted]
    spelt = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
    said += [Decimal(value) for word, value in spelt.items() if word in told]
    return any(value in said for value in (*wanted, *shares))


def digest_of(words: str) -> str:
    """A stretch of a report by its length and hash: reports beside the project are not quoted in it."""
    words = plain(words)
    return f"{len(words)}:{hashlib.sha256(words.encode()).hexdigest()[:24]}"


def holds_digest(text: str, digest: str) -> bool:
    """Whether a text holds the stretch that a digest stands for."""
    text, size = plain(text), int(digest.partition(":")[0])
    return any(digest_of(text[at : at + size]) == digest for at in range(len(text) - size + 1))


# ---------------------------------------------------------------------- the command
def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; exit status 1 when a target is missed on the half set aside."""
    parser = argparse.ArgumentParser(prog="python -m evals.ask_eval", description="问答评测 (measuring the answers)")
    parser.add_argument("--half", choices=("held", "tune", "all"), default="held", help="哪一半 (which half)")
    parser.add_argument("--set", action="append", choices=SETS, dest="sets", help="问题集，可重复 (sets)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quiet", action="store_true", help="不列出错例 (without the cases that went wrong)")
    parser.add_argument(
        "--faults",
        nargs="*",
        metavar="FAULT",
        help="引文与数字在脚本服务器的每种故障下是否仍属实 (quotes and numbers under every fault of the scripted server, or under these)",
    )
    options = parser.parse_args(argv)
    if options.faults is not None:
        from .ask_faults import report

        try:
            return report(options.faults)
        except SettingsError as error:
            parser.error(str(error))
    into = Measured()
    used = [name for name in options.sets or SETS if available(name)]
    with tempfile.TemporaryDirectory() as folder:
        for name in used:
            with build(name, Path(folder) / name) as library:
                measure(name, library, options.half, into)
    seconds = sorted(into.seconds)
    write = sys.stdout.write
    if options.json:
        shares = {
            name: {"share": tally.right / tally.n, "right": tally.right, "n": tally.n} for name, tally in into.tallies.items() if tally.n
        }
        write(json.dumps({"sets": used, "half": options.half, "questions": len(seconds), **shares}, ensure_ascii=False, indent=1) + "\n")
    else:
        write(f"{'、'.join(used)} · {options.half} · {len(seconds)} 问 (questions)\n")
        for name in sorted(into.tallies):
            write(f"{name:28} {into.tallies[name]}\n")
        if seconds:
            write(f"{'seconds p50 / p95':28} {seconds[len(seconds) // 2]:.3f} / {seconds[int(len(seconds) * 0.95)]:.3f}\n")
    if not options.quiet:
        for line in into.wrong:
            write(f"✗ {line}\n")
    return 0 if into.met() else 1


if __name__ == "__main__":
    raise SystemExit(main())
