"""A scripted model that reads badly on purpose: it takes printed values, but from wrong lines, into wrong places, in wrong order.

What it answers stands in the source almost always, so that the test of print alone does not stop it.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scripted_answers import enum_of, wanted
from scripted_truth import Answer

from extractor.forms import Row
from extractor.llm.ground import Marks, filled

_NUMBERED = re.compile(r"^(\d+): ", re.MULTILINE)


@dataclass(frozen=True)
class Spite:
    """How often it errs, as chances; ``NAIVE`` only guesses where a short row leaves a choice."""

    line: float = 0.0
    """Cites a line of values at random for a row whose label it does not find, or beside the row's own."""
    place: float = 0.0
    """Puts the values of a short row into random places."""
    swap: float = 0.0
    """Exchanges two cells of a row."""
    row: float = 0.0
    """Gives a row under another row's key."""


NAIVE = Spite()
HOSTILE = Spite(line=0.3, place=1.0, swap=0.05, row=0.05)


def misreading(marks: Mapping[int, Marks], spite: Spite, seed: int) -> Callable[[Answer], str | None]:
    """A script for ``ScriptedServer`` that misreads the tables of one document."""

    tables = [({row.path.partition(".")[2]: row for row in found.form.section(section)}, found) for section, found in marks.items()]

    def script(request: Answer) -> str | None:
        _, schema = wanted(request)
        keys = enum_of(schema, "row")
        table = next(((rows, found) for rows, found in tables if keys and keys[0] in rows), None)
        if "rows" not in schema.get("properties", {}) or table is None:
            return None
        rows, found = table
        text = str(request["messages"][-1]["content"])
        chance = random.Random(f"{seed} {text}")
        shown = [line for number in _NUMBERED.findall(text) if (line := int(number) - 1) in found.lines]
        told = [one for key in keys if (one := _misread(rows[key], found, shown, spite, chance)) is not None]
        for one in told:
            if chance.random() < spite.row:
                one["row"] = chance.choice(keys)
        return json.dumps({"rows": told}, ensure_ascii=False)

    return script


def _misread(row: Row, marks: Marks, shown: Sequence[int], spite: Spite, chance: random.Random) -> Answer | None:
    """One row from the lines near its label; None when it is left out."""
    width = len(row.columns)
    own = next((line for line in shown if row.path in marks.labels(line)), None)
    if own is None:
        if not shown or chance.random() >= spite.line:
            return None
        own = chance.choice(shown)
    cited = [own]
    if len(filled(marks, own)) < width or chance.random() < spite.line / 6:
        near = [line for line in (own + 1, own - 1, own + 2) if line in shown and filled(marks, line)]
        if spite.line:
            chance.shuffle(near)
        if near and (not filled(marks, own) or chance.random() < 0.5):
            cited = sorted({own, near[0]}) if filled(marks, own) else [near[0]]
    values = [token.raw for line in cited for token in filled(marks, line)][:width]
    gap = width - len(values)
    places = [*range(gap, width)] if chance.random() < 0.5 else [*range(len(values))]
    if gap and chance.random() < spite.place:
        places = sorted(chance.sample(range(width), len(values)))
    cells: list[str | None] = [None] * width
    for place, value in zip(places, values, strict=True):
        cells[place] = value
    if width > 1 and chance.random() < spite.swap:
        one, other = chance.sample(range(width), 2)
        cells[one], cells[other] = cells[other], cells[one]
    return {"row": row.path.partition(".")[2], "cells": cells, "lines": [line + 1 for line in cited]}
