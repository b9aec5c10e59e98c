"""Turn the labels of the five real reports into this project's format: figures, places and hashes, never a sentence.

``python -m evals.seed_labels FOLDER`` reads ``FOLDER/labels/*.json`` and ``FOLDER/seeds/*.txt`` and writes ``evals/labels/real``.
Quotes become offsets; what only a quote would say is left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractor.errors import LabelError
from extractor.forms import Form, form_of

from .label import Contradiction, Label, LabelClaim, LabelFact, PrintedKind, Span, Value, digest
from .sets import REAL_LABELS

_BOUNDS = {"近": "less_than", "超": "more_than", "余": "more_than", "多于": "more_than"}


def convert(given: dict[str, Any], data: bytes) -> Label:
    """The label of one real report, from the hand-made one and the report's bytes."""
    text = data.decode("utf-8")
    form = form_of(given["template"], "other_handling.undivided" not in given["applications"])
    return Label(
        source=given["source"],
        sha256=digest(data),
        title=given["title"],
        agency=given["agency"],
        year=given["year"],
        form=form.key,
        divided=form.divided,
        rows={row.path: tuple(_row(given, form, row.path)) for row in form.rows},
        printed=_printed(given),
        not_provable=tuple(given["not_provable"]),
        contradictions=tuple(_contradictions(given, text)),
        claims=tuple(_claims(given, text)),
        facts=tuple(_facts(given, text)),
        claims_complete=False,
        sections={int(number): line for number, line in given["sections"].items()},
        by="person",
    )


def _row(given: dict[str, Any], form: Form, path: str) -> Iterator[Value]:
    part, _, name = path.partition(".")
    values = given[part][name]
    for position, column in enumerate(form.row(path).columns):
        value = values[column.key] if isinstance(values, dict) else values[position]
        yield Decimal(value) if isinstance(value, str) else value


def _printed(given: dict[str, Any]) -> dict[str, PrintedKind]:
    """Cells that print nothing and that nothing forces."""
    return {cell["path"]: "blank" for cell in given["uncertain_cells"] if cell["deduced"] is None and "[" not in cell["path"]}


def _claims(given: dict[str, Any], text: str) -> Iterator[LabelClaim]:
    for claim in given["narrative_claims"]:
        start, end = find(text, claim["quote"])
        yield LabelClaim(
            metric=claim["metric"], value=Decimal(claim["value"]), verdict=claim["verdict"], start=start, end=end,
            table_value=None if claim["table_value"] is None else Decimal(claim["table_value"]),
        )  # fmt: skip


def _facts(given: dict[str, Any], text: str) -> Iterator[LabelFact]:
    for fact in given["narrative_facts"]:
        start, end = find(text, fact["quote"])
        bound = next((bound for word, bound in _BOUNDS.items() if f"（{word}）" in fact["what"]), "exact")
        yield LabelFact.model_validate({"value": Decimal(fact["value"]), "unit": fact["unit"], "bound": bound, "start": start, "end": end})


def _contradictions(given: dict[str, Any], text: str) -> Iterator[Contradiction]:
    """The labelled inconsistencies; all of them are between narrative and tables."""
    wrong = [claim for claim in given["narrative_claims"] if claim["verdict"] == "contradicts"]
    for claim in wrong:
        start, end = find(text, claim["quote"])
        yield Contradiction(kind="narrative", cells=(claim["metric"],), start=start, end=end)


def find(text: str, quote: str) -> Span:
    """Where a quote stands in the text, whatever the white space between its characters; raises LabelError where it does not."""
    places = [number for number, sign in enumerate(text) if not sign.isspace()]
    squeezed = "".join(text[number] for number in places)
    wanted = "".join(quote.split())
    at = squeezed.find(wanted)
    if at < 0:
        raise LabelError(f"引文不在原文中：{quote[:12]}… (quote is not in the report)")
    return places[at], places[at + len(wanted) - 1] + 1


def main(folder: Path, out: Path = REAL_LABELS) -> int:
    """Convert all labels of a folder; returns how many."""
    out.mkdir(parents=True, exist_ok=True)
    count = 0
    for path in sorted((folder / "labels").glob("*.json")):
        given = json.loads(path.read_text(encoding="utf-8"))
        label = convert(given, (folder / "seeds" / given["source"]).read_bytes())
        (out / f"{Path(given['source']).stem}.json").write_text(label.dump(), encoding="utf-8")
        count += 1
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]))} 份标注 (labels)\n")
