"""The question sets: questions with what a right answer holds, and the libraries they are asked of."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from extractor.errors import LabelError
from extractor.forms import Form, form_of, metrics_of
from extractor.library import Library
from extractor.pipeline import extract
from extractor.sources import read, read_bytes

HERE = Path(__file__).parent / "questions"
ROOT = HERE.parent.parent
SETS = (
    *("seeds", "bundled", "generated", "fresh", "blind", "guests", "guests_bundled"),
    *("strangers", "strangers_bundled", "outsiders", "outsiders_bundled", "latest", "latest_bundled"),
    *(f"round{number:02d}{library}" for number in range(8, 22) for library in ("", "_bundled")),
    *(f"round{number:02d}_seeds" for number in (18, 19, 20)),
)
"""Every set of questions; a round is what new authors asked after the misses of the round before were mended."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what a right answer holds."""

    id: str
    half: str
    """``tune``: looked at while the parser was made; ``held``: set aside."""
    lang: str
    tags: tuple[str, ...]
    history: tuple[str, ...]
    question: str
    route: str
    query: dict[str, Any] | None
    expect: dict[str, Any]


def questions(name: str, half: str = "all") -> tuple[Asked, ...]:
    """The questions of a set, or one half of them."""
    found = []
    for line in (HERE / f"{name}.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        asked = Asked(**{**item, "tags": tuple(item["tags"]), "history": tuple(item["history"])})
        if half in ("all", asked.half):
            found.append(asked)
    return tuple(found)


@cache
def about(name: str) -> dict[str, Any]:
    """What a set is asked of, from ``sets.json``; ``like`` names the set whose reports it shares."""
    known = json.loads((HERE / "sets.json").read_text("utf-8"))
    return {**known[known[name]["like"]], **known[name]} if "like" in known[name] else dict(known[name])


def available(name: str) -> bool:
    """Whether the reports of a set are here."""
    return "folder" not in about(name) or (ROOT / about(name)["folder"]).is_dir()


def build(name: str, folder: Path) -> Library:
    """A library of a set's reports, read from their files as a user would have them read."""
    if not available(name):
        raise LabelError(f"没有问题集“{name}”的报告：{about(name)['folder']} (the reports of this set are not here)")
    library = Library.open(folder)
    for document in _documents(name):
        library.add_all(extract(document), document)
    return library


def _documents(name: str) -> Iterator[Any]:
    known = about(name)
    if "file" in known:
        for frozen in labels(name).values():
            yield read_bytes(frozen.text.encode(), frozen.name)
        return
    place = ROOT / known["folder"]
    files = [place / file for file in known["files"]] if "files" in known else sorted(place.glob("*.txt"))
    for file in files:
        yield read(file)


@dataclass(frozen=True)
class Frozen:
    """A generated report as it was when its questions were written."""

    name: str
    agency: str
    year: int
    form: Form
    values: Mapping[str, int | Decimal | None]
    facts: dict[str, str]
    """Figures of the narrative by what they are called, where that is said once."""
    text: str


@cache
def labels(name: str) -> dict[tuple[str, int], Frozen]:
    """The reports of a generated set by agency and year."""
    found: dict[tuple[str, int], Frozen] = {}
    lines = gzip.decompress((HERE / about(name)["file"]).read_bytes()).decode().splitlines()
    for item in map(json.loads, lines):
        form = form_of(item["form"], item["divided"])
        pairs = (pair for row in form.rows for pair in zip(row.cells, item["rows"][row.path], strict=True))
        values = {cell: None if value is None else Decimal(str(value)) for cell, value in pairs}
        facts = {fact["what"]: fact["value"] for fact in item["facts"]}
        found[item["agency"], item["year"]] = Frozen(item["name"], item["agency"], item["year"], form, values, facts, item["text"])
    return found


def expected(asked: Asked, name: str) -> dict[str, Any]:
    """What a right answer holds; for generated reports computed from their labels, without any SQL."""
    if not asked.expect.get("from_labels") or asked.query is None:
        return _figured(asked, name)
    query, known = asked.query, labels(name)
    chosen = {
        key: label
        for key, label in known.items()
        if (not query["agencies"] or key[0] in query["agencies"])
        and (not query["years"] or key[1] in query["years"])
        and _unit(key[0], query.get("unit"), query.get("region"))
    }
    if not query["metrics"]:
        return {"value": len(chosen)}
    values = {key: value for key, label in chosen.items() if (value := _value(label, query["metrics"][0])) is not None}
    return _derived(query, values, chosen)


def _derived(query: dict[str, Any], values: dict[tuple[str, int], Decimal], chosen: dict[tuple[str, int], Frozen]) -> dict[str, Any]:
    kind = query["kind"]
    if "where" in query:
        op, bound = query["where"]
        tests = {">": lambda v: v > bound, ">=": lambda v: v >= bound, "<": lambda v: v < bound, "=": lambda v: v == bound}
        values = {key: value for key, value in values.items() if tests[op](value)}
    if kind == "value":
        return {"value": next(iter(values.values()))}
    if kind == "rank":
        best = sorted(values, key=lambda key: values[key], reverse=query.get("order", "desc") == "desc")
        limit = query.get("limit", 1)
        edge = values[best[limit - 1]]
        top = (
            [key for key in best if values[key] >= edge] if query.get("order", "desc") == "desc" else [k for k in best if values[k] <= edge]
        )
        return {"top": [agency for agency, _ in top]}
    if kind == "sum":
        return {"value": sum(values.values())}
    if kind == "share":
        (key,) = values
        return {"value": values[key] / _whole(chosen[key], query["metrics"][0])}
    if kind == "count":
        return {"value": len(values)}
    if kind == "list":
        return {"agencies": sorted({agency for agency, _ in values})}
    return {"values": {f"{agency}|{year}": value for (agency, year), value in values.items()}}


def _value(label: Frozen, key: str) -> Decimal | None:
    known = metrics_of(label.form).get(key)
    value = known.value(label.values) if known else None
    return None if value is None else Decimal(value)


def _whole(label: Frozen, key: str) -> Decimal:
    stem, _, column = key.rpartition(".")
    whole = f"{stem}.total" if column != "total" else "applications.outcomes_total.total"
    value = _value(label, whole)
    assert value is not None
    return value


def _unit(agency: str, unit: str | None, region: str | None) -> bool:
    government = agency.removesuffix("人民政府")
    kind = "局" if agency.endswith(("局", "厅")) and not agency.endswith("办公厅") else government[-1] if government != agency else ""
    return (unit is None or kind == unit) and (region is None or agency.startswith(region))


def _figured(asked: Asked, name: str) -> dict[str, Any]:
    """Gold passages with the figure that a label's fact has."""
    if "file" not in about(name) or "passages" not in asked.expect:
        return asked.expect
    passages = []
    for gold in asked.expect["passages"]:
        label = labels(name)[gold["agency"], gold["year"]]
        passages.append({**gold, "figure": str(label.facts[gold["what"]])} if "what" in gold else gold)
    return {**asked.expect, "passages": passages}
