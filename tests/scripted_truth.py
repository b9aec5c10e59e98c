"""What a careful reader would answer about a document, found by holding its label against its lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from extractor.forms import Row
from extractor.llm.ground import Marks
from extractor.model import Document, Token

Answer = dict[str, Any]
Values = Mapping[str, int | Decimal | None]


@dataclass
class Truth:
    """What a careful reader answers about one document."""

    lines: tuple[str, ...]
    """The document's lines without white space and bars; the first is number 1."""
    rows: dict[str, tuple[list[str | None], list[int]]]
    """By key of the row: its printed strings and line numbers; a row that is not printed is missing."""
    record: Answer = field(default_factory=dict)
    """The nested record that the customary single call asks for."""
    figures: list[Answer] = field(default_factory=list)
    """Figures of the narrative, with ``line_text`` instead of a sentence number."""
    stated: list[Answer] = field(default_factory=list)
    """Metadata, likewise."""

    @cached_property
    def text(self) -> str:
        """All lines in one, so that sentences that run over lines are found."""
        return "".join(self.lines)

    def shows(self, shown: Mapping[int, str]) -> int:
        """How many characters of numbered lines stand in the document under the same number."""
        return sum(len(line) for number, line in shown.items() if self.lines[number - 1 : number] == (line,))

    def says(self, told: Iterable[str]) -> int:
        """How many characters of sentences or lines stand anywhere in the document."""
        return sum(len(one) for one in told if one in self.text)


def truth_of(document: Document, marks: Mapping[int, Marks], values: Values) -> Truth:
    """What is printed for each row, found by holding the labelled values against the lines of the document."""
    rows: dict[str, tuple[list[str | None], list[int]]] = {}
    for section, found in marks.items():
        if section == 4:
            rows.update(_section_four(found, values))
            continue
        at = found.lines.start
        for row in found.form.section(section):
            place = _find(row, found, values, at)
            if place is not None:
                cells, lines = place
                rows[row.path.partition(".")[2]] = (cells, [line + 1 for line in lines])
                at = min(lines) if len(found.labels(max(lines))) > 1 else max(lines)
    return Truth(tuple(bare(document.text[line.start : line.end]) for line in document.lines), rows)


def _find(row: Row, marks: Marks, values: Values, at: int) -> tuple[list[str | None], list[int]] | None:
    wanted = [values.get(cell) for cell in row.cells]
    own = [line for line in marks.lines if row.path in marks.labels(line)]
    starts = [line + k for line in own for k in (0, 1, 2, 3, -1)] or list(range(at, min(at + 12, marks.lines.stop)))
    best: tuple[list[str | None], list[int]] | None = None
    for size in (1, 2, 3, len(row.cells)):
        for start in starts:
            window = [line for line in range(start, start + size) if line in marks.lines]
            others = {path for line in window for path in marks.labels(line)} - {row.path}
            if len(window) < size or (others and not any(row.path in marks.labels(line) for line in window)):
                continue
            tokens = [token for line in window for token in marks.tokens(line) if token.kind not in ("blank", "unreadable")]
            cells = _fill(tokens, wanted, row, marks) or _fill(list(_moved(tokens, window, marks)), wanted, row, marks)
            if cells is not None and (best is None or cells.count(None) < best[0].count(None)):
                best = cells, [line for line in window if marks.tokens(line)]
    return best


def _moved(tokens: Sequence[Token], window: Sequence[int], marks: Marks) -> Iterable[Token]:
    """The tokens with those of the last line first: a value that slid to the next line."""
    last = [token for token in marks.tokens(window[-1]) if token in tokens]
    return [*last, *(token for token in tokens if token not in last)]


def _fill(tokens: Sequence[Token], wanted: Sequence[int | Decimal | None], row: Row, marks: Marks) -> list[str | None] | None:
    """The printed strings in their cells, when the tokens are the wanted values in order with only zeros and nulls left out."""
    if not tokens:
        return None

    def place(at: int, used: int) -> list[str | None] | None:
        if at == len(wanted):
            return [] if used == len(tokens) else None
        if used < len(tokens):
            token = tokens[used]
            value = marks.fit(token, row.cells[at]).value
            empty = token.kind != "number" and wanted[at] is None
            if empty or (value is not None and wanted[at] is not None and Decimal(value) == Decimal(wanted[at] or 0)):
                rest = place(at + 1, used + 1)
                if rest is not None:
                    return [token.raw, *rest]
            for count in range(2, len(wanted) - at + 1):
                pieces = [str(value) for value in wanted[at : at + count]]
                if "".join(pieces) == token.raw:
                    rest = place(at + count, used + 1)
                    if rest is not None:
                        return [*pieces, *rest]
        if not wanted[at]:
            rest = place(at + 1, used)
            if rest is not None:
                return [None, *rest]
        return None

    return place(0, 0)


def _section_four(marks: Marks, values: Values) -> dict[str, tuple[list[str | None], list[int]]]:
    rows = marks.form.section(4)
    lines = [line for line in marks.lines if any(token.kind == "number" for token in marks.tokens(line))]
    found: dict[str, tuple[list[str | None], list[int]]] = {}
    wanted = [values.get(cell) for row in rows for cell in row.cells]
    whole = Row(rows[0].path, 4, rows[0].label, (), tuple(column for row in rows for column in row.columns))
    for size in range(1, len(lines) + 1):
        for start in range(len(lines) - size + 1):
            window = lines[start : start + size]
            tokens = [token for line in window for token in marks.tokens(line) if token.kind not in ("blank", "unreadable")]
            cells = _fill(tokens, wanted, whole, marks)
            if cells is not None:
                for number, row in enumerate(rows):
                    found[row.path.partition(".")[2]] = (cells[number * 5 : number * 5 + 5], [line + 1 for line in window])
                return found
    return found


def bare(text: str) -> str:
    """A line without white space and bars."""
    return re.sub(r"[\s|]", "", text)
