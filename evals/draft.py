"""A generated report while it is being made: figures, sheet, lines of text, and the label that follows every change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from extractor.forms import Row

from .certain import Alternative
from .label import Applied, Contradiction, PrintedKind, Value
from .lines import TextLine
from .sheet import GridCell, Marks, Sheet, row_cells
from .world import Figures


@dataclass
class Draft:
    """What operators change. ``values`` always says what a careful reader of the text would write."""

    rng: np.random.Generator
    figures: Figures
    sheet: Sheet
    marks: Marks
    values: dict[str, Value]
    layout: str
    encoding: str = "utf-8"
    lines: list[TextLine] = field(default_factory=list)
    truth: dict[str, int] = field(default_factory=dict)
    """What sections three and four held before any damage, with the agency's own mistakes."""
    damage: dict[str, Sequence[Alternative]] = field(default_factory=dict)
    """By damaged row: every way its print may fill it. All damage is judged together, since one row's doubt feeds another's."""
    lost: set[str] = field(default_factory=set)
    """Cells without a printed number whose value the label keeps only where the identities force it."""
    printed: dict[str, PrintedKind] = field(default_factory=dict)
    not_provable: set[str] = field(default_factory=set)
    contradictions: list[Contradiction] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    """Rows whose print is already damaged: a second operator leaves them alone, so that the label stays certain."""

    def chance(self, share: float) -> bool:
        """True with this probability."""
        return bool(self.rng.random() < share)

    def pick(self, *words: str) -> str:
        """One of the words."""
        return str(self.rng.choice(list(words)))

    def cell(self, path: str) -> GridCell | None:
        """The grid cell that prints a cell of the form."""
        return self.sheet.cell(path)

    def cells(self, row: Row) -> list[GridCell]:
        """The grid cells of a row."""
        return row_cells(self.sheet, row)

    def rows(self, *sections: int) -> list[Row]:
        """Rows of these sections that no operator has damaged yet, in random order."""
        found = [row for row in self.figures.form.rows if row.section in sections and row.path not in self.taken]
        return [found[int(number)] for number in self.rng.permutation(len(found))]

    def some_rows(self, strength: float, *sections: int, most: float = 0.5) -> list[Row]:
        """A share of the undamaged rows that grows with the strength; at least one where there is any."""
        rows = self.rows(*sections)
        return rows[: max(1, round(len(rows) * strength * most))]

    def share(self, strength: float, of: int, most: float = 1.0) -> int:
        """How many of ``of`` things an operator of this strength touches; at least one."""
        return min(of, max(1, round(of * strength * most)))

    def note(self, name: str, strength: float, cells: Iterable[str] = ()) -> None:
        """Record that an operator was applied."""
        self.applied.append(Applied(name=name, strength=strength, cells=tuple(cells)))

    def whole(self, path: str) -> int:
        """A cell's value as a whole number; 0 where there is none."""
        value = self.values[path]
        return int(value) if isinstance(value, int | Decimal) else 0
