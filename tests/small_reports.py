"""Reports made from the form itself, consistent in every identity, for tests of what comes after reading."""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractor.errors import ModelError, SourceError
from extractor.forms import FormKey, form_of
from extractor.model import Cell, Claim, Document, Evidence, Fact, Finding, Line, Passage, Place, Quote, Report, Source

NUMERALS = str.maketrans("0123456789", "零一二三四五六七八九")
HERE = Place(line=2, start=4, end=6, page=1)


def figures(seed: int, key: FormKey = "2021", *, carried_in: int = 2, carried_forward: int = 1) -> dict[str, int | Decimal]:
    """Values for every cell that satisfy all identities; they differ with ``seed``."""
    form = form_of(key)
    found: dict[str, int | Decimal] = {}
    kinds = ("natural_person", "business", "research", "public_interest", "legal_service", "other")
    sums = dict.fromkeys(kinds, 0)
    for index, row in enumerate(form.section(3)):
        name = row.path.removeprefix("applications.")
        if name in ("new_received", "carried_in", "outcomes_total", "carried_forward"):
            continue
        for place, kind in enumerate(kinds):
            found[f"{row.path}.{kind}"] = value = (seed * (index + 3) + place * 7 + index) % (11 if place == 0 else 4)
            sums[kind] += value
    for kind in kinds:
        carry = (carried_in, carried_forward) if kind == "natural_person" else (0, 0)
        found |= {
            f"applications.outcomes_total.{kind}": sums[kind],
            f"applications.carried_in.{kind}": carry[0],
            f"applications.carried_forward.{kind}": carry[1],
            f"applications.new_received.{kind}": sums[kind] + carry[1] - carry[0],
        }
    for row in form.section(3):
        found[f"{row.path}.total"] = sum(found[f"{row.path}.{kind}"] for kind in kinds)
    for index, row in enumerate(form.section(4)):
        parts = [(seed + index) % 5, seed % 2, 0, (seed + 1) % 3]
        found |= dict(zip(row.cells, [*parts, sum(parts)], strict=True))
    for index, cell in enumerate(cell for row in form.section(2) for cell in row.cells):
        found[cell] = Decimal("3.25") if "amount" in cell else (seed + index) % 40
    return found


def small_report(
    seed: int = 1,
    year: int = 2022,
    *,
    agency: str | None = None,
    key: FormKey = "2021",
    blank: tuple[str, ...] = (),
    doubtful: tuple[str, ...] = (),
    changed: dict[str, int | Decimal | None] | None = None,
    text: str | None = None,
    **fields: Any,
) -> tuple[Report, Document]:
    """A report and its document. ``blank`` cells are printed blank, ``doubtful`` ones open, ``changed`` ones overridden."""
    agency = agency or f"清河{str(seed).translate(NUMERALS)}县人民政府"
    text = text if text is not None else f"{agency}{year}年度报告\n数据：12件\n" + f"本年加强公开工作，共计 {seed} 项。\n" * 3
    source = Source(name=f"{seed}-{year}.txt", sha256=hashlib.sha256(text.encode()).hexdigest(), format="text", origin="converted")
    values: dict[str, int | Decimal | None] = {**figures(seed, key), **(changed or {}), **dict.fromkeys(blank)}
    record: dict[str, Any] = {}
    cells: dict[str, Evidence] = {}
    for cell in form_of(key).cells:
        part = record
        *folders, last = cell.split(".")
        for folder in folders:
            part = part.setdefault(folder, {})
        part[last] = values[cell]
        proven = not cell.startswith("proactive.") and cell not in doubtful
        cells[cell] = Evidence(
            raw=None if cell in blank else str(values[cell]),
            place=HERE,
            printed="blank" if cell in blank else "number",
            status="blank" if cell in blank else "open" if cell in doubtful else "verified" if proven else "read",
            verified=proven and cell not in blank,
            by=("offline",),
        )
    total = values["applications.new_received.total"]
    about: dict[str, Any] = {
        "title": f"{agency}{year}年政府信息公开工作年度报告",
        "narrative": (Passage(section=1, heading=("一、总体情况",), text=f"本年加强公开工作，共计 {seed} 项。", place=HERE),),
        "claims": (
            Claim(metric="applications.new_received.total", value=Decimal(int(total or 0)), quote="12件", place=HERE, verdict="agrees"),
        ),
        "facts": (Fact(what="网站发布信息", value=Decimal("1234"), unit="条", quote="1234条", place=HERE),),
        "findings": (
            Finding(
                rule="identity.row",
                severity="error",
                message="相差 1",
                cells=("applications.granted.natural_person",),
                quotes=(Quote(text="12件", place=HERE),),
            ),
        ),
    }
    report = Report(source=source, agency=agency, year=year, form=key, cells=cells, **record, **{**about, **fields})
    lines, start = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        lines.append(Line(number, start, start + len(line), (Cell(line, start),)))
        start += len(line) + 1
    document = Document(
        source=source,
        original=text,
        text=text,
        lines=tuple(lines),
        offsets=range(len(text) + 1),
        line_starts=tuple(line.start for line in lines),
    )
    return report, document


def read_small(data: bytes, name: str) -> tuple[Document, tuple[Report, ...]]:
    """A reader for bulk runs: the file holds ``seed``, ``year`` and what to do to the process that reads it."""
    order = json.loads(data)
    if order.get("do") == "fail":
        raise SourceError(f"“{name}”已加密 (encrypted)")
    if order.get("do") == "model":
        raise ModelError("模型连不上 (the model cannot be reached)")
    if order.get("do") == "bug":
        raise ZeroDivisionError("a bug in a reader")
    if order.get("do") == "die":
        os._exit(9)
    if order.get("do") == "hang":
        time.sleep(600)
    if order.get("do") == "nothing":
        return small_report()[1], ()
    report, document = small_report(order["seed"], order["year"])
    source = document.source.model_copy(update={"name": name, "sha256": hashlib.sha256(data).hexdigest()})
    reports = [report, small_report(order["seed"], order["year"] + 10)[0]] if order.get("do") == "two" else [report]
    return replace(document, source=source), tuple(one.model_copy(update={"source": source}) for one in reports)


def write_orders(folder: Path, count: int, **special: str) -> list[Path]:
    """Files for :func:`read_small`; ``special`` names files by number (``n3="die"``)."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for n in range(count):
        path = folder / f"{n:05d}.json"
        path.write_text(json.dumps({"seed": n // 4, "year": 2019 + n % 4, "n": n, "do": special.get(f"n{n}", "read")}), "utf-8")
        paths.append(path)
    return paths
