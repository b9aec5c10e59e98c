"""Ways in which a scripted server misbehaves: when a fault strikes, and what it does to the content of an answer."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from scripted_stream import StreamFault
from scripted_truth import Answer

Fault = Literal[
    "invalid_json",
    "truncated",
    "schema_violated",
    "refused",
    "digits_changed",
    "rows_swapped",
    "rows_shifted",
    "rows_invented",
    "zeros_for_blanks",
    "totals_fixed",
    "http_429",
    "http_500",
    "hang",
    "reset",
    "slow",
    "obedient",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
TRANSPORT = frozenset({"http_429", "http_500", "hang", "reset", "slow"})
_ORDER = re.compile(r"(?:忽略|无视|ignore)[^\n]{0,40}(?:填|写|改|set|write)[^\n]{0,12}?(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Plan:
    """Which fault, in which share of the calls."""

    fault: Fault | StreamFault | None = None
    share: float = 0.0
    seed: int = 0

    def strikes(self, body: bytes, seen: int) -> bool:
        """Whether this request, sent for the ``seen``-th time, meets the fault: decided by its content, whatever the order."""
        digest = hashlib.sha256(b"%d %d " % (self.seed, seen) + body).digest()
        return self.fault is not None and int.from_bytes(digest[:4]) / 2**32 < self.share


def spoilt(right: Answer, keys: Sequence[str], text: str, fault: str | None, chance: random.Random) -> Answer:
    """The answer with a fault in it; the right one where the fault does not apply."""
    if fault == "schema_violated":
        return {"answer": right, "note": "as you wished"}
    if fault == "obedient":
        order = _ORDER.search(text)
        return _every_cell(right, lambda _: order.group(1)) if order else right
    if "claims" in right:
        return {"claims": _wrong_claims(right["claims"], fault, chance)}
    if "answerable" in right:
        return right | {"rows_swapped": {"row": "applications.carried_in"}, "rows_invented": {"row": "applications.none"}}.get(
            fault or "", {}
        )
    if "rows" in right:
        return _wrong_table(right, keys, fault, chance)
    if fault == "digits_changed":
        return {name: [_changed_figure(one, chance) for one in told] if isinstance(told, list) else told for name, told in right.items()}
    return right


def _every_cell(right: Answer, change: Callable[[str | None], str | None]) -> Answer:
    rows = [row | {"cells": [change(cell) for cell in row["cells"]]} for row in right.get("rows", [])]
    told = [one | {"number": change(one.get("number"))} for one in right.get("figures", [])]
    said = [one | {"text": change(one["text"])} for one in right.get("claims", [])]
    right = right | ({"claims": said} if "claims" in right else {})
    return right | ({"rows": rows} if "rows" in right else {}) | ({"figures": told} if "figures" in right else {})


def _changed_figure(one: Any, chance: random.Random) -> Any:
    if isinstance(one, dict) and str(one.get("number", "")).isdecimal():
        return one | {"number": _changed(one["number"], chance)}
    return one


def _changed(digits: str, chance: random.Random) -> str:
    at = chance.randrange(len(digits))
    other = chance.choice([digit for digit in "123456789" if digit != digits[at]])
    return digits[:at] + other + digits[at + 1 :]


def _wrong_claims(claims: list[Answer], fault: str | None, chance: random.Random) -> list[Answer]:
    """Statements with other digits, with each other's or their neighbours' sentences, invented, without sentences, added up."""
    if fault == "digits_changed":
        return [one | {"text": re.sub(r"\d+", lambda match: _changed(match.group(), chance), one["text"])} for one in claims]
    if fault == "rows_swapped":
        return [one | {"sentences": other["sentences"]} for one, other in zip(claims, [*claims[1:], *claims[:1]], strict=True)]
    if fault == "rows_shifted":
        return [one | {"sentences": [number + 1 for number in one["sentences"]]} for one in claims]
    if fault == "rows_invented":
        return [*claims, {"text": "全年共受理申请98765件，全部按时办结", "sentences": [1]}, {"text": "没有收到投诉", "sentences": [999]}]
    if fault == "zeros_for_blanks":
        return [one | {"text": one["text"] + "，其余为0件"} for one in claims] + [{"text": "收取费用0元", "sentences": []}]
    if fault == "totals_fixed":
        totals = [(one, [int(digits) for digits in re.findall(r"\d+", one["text"])]) for one in claims]
        return [one | {"text": one["text"] + (f"，合计{sum(found)}件" if len(found) > 1 else "")} for one, found in totals]
    return claims


def _wrong_table(right: Answer, keys: Sequence[str], fault: str | None, chance: random.Random) -> Answer:
    rows: list[Answer] = json.loads(json.dumps(right["rows"]))
    if fault == "digits_changed":
        for row in rows:
            filled = [at for at, cell in enumerate(row["cells"]) if cell and cell.isdecimal()]
            if filled and chance.random() < 0.5:
                at = chance.choice(filled)
                row["cells"][at] = _changed(row["cells"][at], chance)
    elif fault == "rows_swapped":
        for at in range(0, len(rows) - 1, 2):
            if len(rows[at]["cells"]) == len(rows[at + 1]["cells"]):
                for name in ("cells", "lines"):
                    rows[at][name], rows[at + 1][name] = rows[at + 1][name], rows[at][name]
    elif fault == "rows_shifted":
        for row in rows:
            row["cells"] = [*row["cells"][1:], None] if chance.random() < 0.5 else [None, *row["cells"][:-1]]
    elif fault == "rows_invented":
        given = {row["row"] for row in rows}
        width, line = (len(rows[0]["cells"]), rows[0]["lines"]) if rows else (7, [1])
        rows += [{"row": key, "cells": ["1"] * width, "lines": line} for key in keys if key not in given]
        rows += [row | {"cells": ["2"] * len(row["cells"])} for row in rows[:1]]
    elif fault == "zeros_for_blanks":
        for row in rows:
            row["cells"] = ["0" if cell is None else cell for cell in row["cells"]]
    elif fault == "totals_fixed":
        for row in rows:
            _fixed(row)
    return {"rows": rows}


def _fixed(row: Answer) -> None:
    """The row with its last cell, or where that is right its first, changed so that the sum comes out or seems corrected."""
    cells = row["cells"]
    if len(cells) < 5 or not all(cell is None or cell.isdecimal() for cell in cells):
        return
    total = sum(int(cell or 0) for cell in cells[:-1])
    if str(total) != cells[-1]:
        cells[-1] = str(total)
    else:
        cells[0], cells[-1] = str(int(cells[0] or 0) + 1), str(total + 1)
