"""Hand-made tables for tests: consistent values, and values printed as a document with a reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from extractor.forms import Form, FormKey, form_of
from extractor.model import Assignment, Cell, ColumnEvidence, Document, Group, Line, Origin, Reading, RowEvidence, Source, Token

Draw = Callable[[int], int]
"""A number from 0 up to the given one."""


def consistent(form: Form, draw: Draw) -> dict[str, int]:
    """Values of sections two to four that satisfy every identity."""
    values: dict[str, int] = {}
    rows = form.section(3)
    stem = {row.path.removeprefix("applications."): row for row in rows}
    outcomes = [row for name, row in stem.items() if name not in ("new_received", "carried_in", "outcomes_total", "carried_forward")]
    columns = [column.key for column in rows[0].columns[:-1]]
    for key in columns:
        for row in outcomes:
            values[f"{row.path}.{key}"] = draw(9)
        total = sum(values[f"{row.path}.{key}"] for row in outcomes)
        values[f"applications.outcomes_total.{key}"] = total
        forward = values[f"applications.carried_forward.{key}"] = draw(5)
        carried = values[f"applications.carried_in.{key}"] = draw(min(5, total + forward))
        values[f"applications.new_received.{key}"] = total + forward - carried
    for row in rows:
        values[f"{row.path}.total"] = sum(values[f"{row.path}.{key}"] for key in columns)
    for row in form.section(4):
        for cell in row.cells[:-1]:
            values[cell] = draw(9)
        values[row.cells[-1]] = sum(values[cell] for cell in row.cells[:-1])
    for row in form.section(2):
        for cell in row.cells:
            values[cell] = draw(99)
    return values


class Page:
    """A document written line by line, with the groups of a reading over it."""

    def __init__(self, key: FormKey = "2021", divided: bool | None = None) -> None:
        self.form = form_of(key, divided)
        self.lines: list[Line] = []
        self.texts: list[str] = []
        self.groups: list[Group] = []
        self._length = 0

    def line(self, marks: Iterable[str | None]) -> list[Token | None]:
        """Print a line of tab-separated marks; tokens for them, None where the mark is None (nothing printed)."""
        start, tokens, cells, parts = self._length, [], [], []
        for mark in marks:
            if mark is None:
                tokens.append(None)
                continue
            at = start + sum(len(part) + 1 for part in parts)
            parts.append(mark)
            cells.append(Cell(mark, at))
            tokens.append(token(mark, at))
        text = "\t".join(parts)
        self.lines.append(Line(len(self.lines) + 1, start, start + len(text), tuple(cells), "tabs"))
        self.texts.append(text)
        self._length += len(text) + 1
        return tokens

    def group(
        self,
        cells: Iterable[str],
        *ways: Iterable[Token | None],
        row: RowEvidence = "same_line",
        column: ColumnEvidence = "complete",
        complete: bool = True,
        why: str = "",
    ) -> None:
        """Add a group over the last line."""
        alternatives = tuple(Assignment(tuple(way)) for way in ways)
        self.groups.append(Group(tuple(cells), alternatives, row, column, complete, (len(self.lines) - 1,), why))

    def table(self, values: Mapping[str, int], skip: Iterable[str] = (), marks: Mapping[str, str | None] | None = None) -> None:
        """Print all rows of the form except those of ``skip``; ``marks`` replaces what is printed in a cell."""
        for row in self.form.rows:
            if row.path not in skip:
                printed = [(marks or {}).get(cell, str(values[cell])) for cell in row.cells]
                self.group(row.cells, self.line(printed))

    def document(self, origin: Origin = "native") -> Document:
        """The page as a document."""
        text = "\n".join(self.texts)
        starts = tuple(line.start for line in self.lines)
        source = Source(name="made.txt", sha256="0" * 64, format="text", origin=origin)
        return Document(source, text, text, tuple(self.lines), range(len(text) + 1), starts)

    def reading(self, by: str = "offline", rendering: str = "text") -> Reading:
        """The groups as one reader's reading."""
        return Reading(self.form.key, self.form.divided, tuple(self.groups), by, rendering)


def token(mark: str, start: int = 0) -> Token:
    """What a reader makes of a mark."""
    end = start + len(mark)
    if mark == "":
        return Token(mark, start, end, "blank")
    if mark in ("/", "—"):
        return Token(mark, start, end, "not_applicable")
    if mark.isdigit():
        return Token(mark, start, end, "number", int(mark))
    if mark.startswith("-") or "." in mark or "约" in mark:
        return Token(mark, start, end, "impossible")
    return Token(mark, start, end, "unreadable")


def placements(tokens: list[Token], width: int) -> list[list[Token | None]]:
    """Every way to put tokens into places in their printed order."""
    if len(tokens) > width:
        return []
    if width == 0:
        return [[]]
    ways: list[list[Token | None]] = []
    if tokens:
        ways.extend([tokens[0], *rest] for rest in placements(tokens[1:], width - 1))
    ways.extend([None, *rest] for rest in placements(tokens, width - 1))
    return ways
