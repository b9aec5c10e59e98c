"""What a person says stands in the source, and whether that is what was read there."""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from extractor.errors import QueryError
from extractor.library import corrections
from extractor.library.rows import plain

Outcome = Literal["right", "wrong", "withheld", "unclear"]
"""``withheld``: no number is given and the cell says that it is in doubt, so that nothing wrong is stated."""

NOTHING = frozenset({"没有", "没有这一格", "无此格", "缺", "缺失", "absent", "○", "∅"} | (corrections.BLANK - {""}))
UNCLEAR = frozenset({"?", "？", "看不清", "不清", "不清楚", "难辨", "unclear"})
WITHHOLDING = frozenset({"open", "contested", "unreadable"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a library says of a cell."""

    value: Decimal | None
    printed: str
    raw: str
    state: str

    @property
    def text(self) -> str:
        """The value as a person writes it; what is printed in place of one; empty where there is none."""
        return plain(self.value) if self.value is not None else self.raw.strip()

    @property
    def mark(self) -> str:
        """A short word that changes when the reading does."""
        return f"{zlib.crc32(f'{plain(self.value)}|{self.printed}'.encode()) % 10_000:04d}"

    @property
    def withholds(self) -> bool:
        """Whether it gives no number and says that there is doubt."""
        return self.value is None and self.state in WITHHOLDING


@dataclass(frozen=True, slots=True)
class Stands:
    """What a person read in the source."""

    text: str
    kind: Literal["number", "nothing", "unclear", "other"]
    """``nothing``: blank, no such cell, or not applicable; ``other``: something printed that is no number."""
    value: Decimal | None = None


def stands(text: str, path: str) -> Stands | None:
    """What a person wrote, understood; None where nothing is written."""
    said = unicodedata.normalize("NFKC", text).strip().lstrip("'").strip()
    if not said:
        return None
    if text.strip() in UNCLEAR or said in UNCLEAR:
        return Stands(said, "unclear")
    if said.lower() in NOTHING or text.strip() in NOTHING or said in corrections.NOT_APPLICABLE:
        return Stands(said, "nothing")
    if re.fullmatch(r"[+-]?[0-9][0-9,]*\.0+", said):  # what a spreadsheet makes of a whole number
        said = said.partition(".")[0]
    if not re.search(r"[0-9]", said):
        return Stands(said, "other")
    try:
        value, _ = corrections.parse(said, path)
    except QueryError:
        return Stands(said, "other")
    return Stands(said, "number", None if value is None else Decimal(value))


def agrees(reading: Reading, found: Stands) -> bool:
    """Whether what was read is what a person found.

    Where nothing is printed a person can confirm only that; a number forced by the equations is right with it.
    """
    if found.kind == "number" and reading.value is not None:
        return reading.value == found.value
    if found.kind == "nothing":
        return reading.printed in ("blank", "absent", "not_applicable")
    return found.kind != "unclear" and reading.value is None and _bare(reading.raw) == _bare(found.text) != ""


def outcome(reading: Reading, right: bool | None, found: Stands | None) -> Outcome:
    """What a judgement comes to: by what was found, where that was written, else by what was said."""
    if agrees(reading, found) if found is not None else right:
        return "right"
    return "withheld" if reading.withholds else "wrong"


def _bare(text: str) -> str:
    return re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", text))
