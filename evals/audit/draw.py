"""Drawing a sample of cells: proportional over all parts of the library, and a few more wherever that leaves a state too thin.

The proportional part (``core``) gives every cell the same chance, so that what it says holds for the whole library and for every
part of it. The additional cells (``extra``) are drawn within one state, so that together with the core they speak for that state.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from extractor.errors import QueryError
from extractor.library import Library
from extractor.library.judgement import user
from extractor.library.versions import now, tool_version

from .population import CELLS, Kind, cells_of, census, check_names

LEAST = 10
"""Cells of each state that a sample of ordinary size holds at least; a tenth of a small one."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to draw."""

    cells: int = 300
    """In proportion; what fills up rare states comes on top."""
    states: tuple[str, ...] = ()
    """Only cells in these states; empty for all."""
    sources: tuple[str, ...] = ()
    """Only cells from these origins and formats, such as ``recognised/pdf``; empty for all."""
    seed: str | None = None
    """The same seed over the same library, with the same draws before it, gives the same cells; None takes a new one."""
    blind: bool = False
    """Whether the worksheet hides what was read."""
    least: int | None = None
    """Cells of each state at least, as far as there are so many; None for the usual number."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A cell that was drawn."""

    number: int
    """Its place on the worksheet, from 1."""
    report_id: str
    path: str
    kind: Kind
    extra: bool
    """Whether it was drawn to fill up its state, beyond the proportional part."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sample, ready to be written to the journal and onto a worksheet."""

    id: str
    wish: Wish
    seed: str
    who: str
    cells: tuple[Taken, ...]
    left: int
    """Cells of the kind wished for that were never drawn, this sample left out."""

    @property
    def event(self) -> dict[str, object]:
        """The sample as the journal keeps it."""
        return {
            "kind": "draw",
            "draw": self.id,
            "states": list(self.wish.states),
            "sources": list(self.wish.sources),
            "blind": self.wish.blind,
            "seed": self.seed,
            "who": self.who,
            "added_at": now(),
            "tool": tool_version(),
            "cells": [
                {
                    "number": one.number,
                    "report_id": one.report_id,
                    "path": one.path,
                    "state": one.kind.state,
                    "source": one.kind.source,
                    "extra": one.extra,
                }
                for one in self.cells
            ],
        }


def draw(library: Library, wish: Wish, *, who: str = "") -> Drawn:
    """A random sample of cells that were never drawn; nothing is written yet.

    QueryError: a size, state or source that makes no sample, or nothing left to draw.
    """
    if wish.cells < 1 or (wish.least is not None and wish.least < 0):
        raise QueryError(f"--draw 至少 1 格、--least 至少 0，不是 {wish.cells}、{wish.least} (at least one cell)")
    known = census(library)
    states = check_names("status", wish.states, {kind.state for kind in known})
    sources = check_names("source", wish.sources, {kind.source for kind in known})
    sizes = {
        kind: count
        for kind, count in census(library, undrawn=True).items()
        if (not states or kind.state in states) and (not sources or kind.source in sources)
    }
    there = sum(sizes.values())
    if not there:
        why = "库中没有单元格" if not known else "符合条件的单元格都已抽过；先把判断读回，或放宽条件"
        raise QueryError(f"无格可抽：{why} (no cells are left to draw)")
    if wish.cells > there:
        raise QueryError(f"--draw {wish.cells} 多于没有抽过的 {there} 格 (only {there} cells have not been drawn yet)")
    seed = wish.seed if wish.seed is not None else secrets.token_hex(4)
    least = min(LEAST, wish.cells // 10) if wish.least is None else wish.least
    core, extra = allocate(sizes, wish.cells, least, random.Random(f"{seed}/{there}"))
    taken = _pick(library, core, extra, seed)
    return Drawn(_new_id(library), wish, seed, who or user(), taken, there - len(taken))


def allocate(sizes: Mapping[Kind, int], cells: int, least: int, chance: random.Random) -> tuple[dict[Kind, int], dict[str, int]]:
    """How many cells to draw: of each kind in proportion, and of each state what is lacking to ``least`` then."""
    core = proportional(sizes, cells, chance)
    held: dict[str, int] = {}
    there: dict[str, int] = {}
    for kind, count in sizes.items():
        held[kind.state] = held.get(kind.state, 0) + core[kind]
        there[kind.state] = there.get(kind.state, 0) + count
    return core, {state: max(0, min(least, count) - held[state]) for state, count in there.items()}


def proportional(sizes: Mapping[Kind, int], cells: int, chance: random.Random) -> dict[Kind, int]:
    """How many cells of each kind a sample in proportion holds: every kind its share, rounded up or down by chance.

    Kinds lie side by side on a line, each as long as it has cells; points at equal distances from a random start fall on them.
    """
    ordered = sorted(sizes, key=lambda kind: (kind.state, kind.source, kind.section, kind.form, kind.difficulty))
    total = sum(sizes.values())
    start = chance.randrange(total)
    found: dict[Kind, int] = {}
    end = taken = 0
    for kind in ordered:
        end += sizes[kind]
        upto = -((start - end * cells) // total)  # points before ``end``: their distance is total/cells, the first at start/cells
        found[kind], taken = upto - taken, upto
    return found


def _pick(library: Library, core: Mapping[Kind, int], extra: Mapping[str, int], seed: str) -> tuple[Taken, ...]:
    """The cells themselves, by a random number that every cell has under this seed; numbered as a person goes through the reports."""
    most_core, most_extra = max(core.values(), default=0), max(extra.values(), default=0)
    rows = library.rows(
        f"""SELECT k.report_id, k.path, state, source, section, form, difficulty,
    row_number() OVER (PARTITION BY state, source, section, form, difficulty ORDER BY md5(? || k.report_id || '/' || k.path)) AS place,
    row_number() OVER (PARTITION BY state ORDER BY md5(? || k.report_id || '/' || k.path)) AS turn
FROM ({CELLS}) k WHERE NOT EXISTS (SELECT 1 FROM raw_drawn d WHERE d.report_id = k.report_id AND d.path = k.path)
QUALIFY place <= ? OR turn <= ?""",
        [f"{seed}/core/", f"{seed}/extra/", most_core, most_core + most_extra + sum(core.values())],
    )
    chosen: dict[tuple[str, str], tuple[Kind, bool]] = {}
    spare: dict[str, list[tuple[int, str, str, Kind]]] = {}
    for report_id, path, state, source, section, form, difficulty, place, turn in rows:
        kind = Kind(state, source, section or 0, form or "", difficulty)
        if place <= core.get(kind, 0):
            chosen[report_id, path] = (kind, False)
        else:
            spare.setdefault(state, []).append((turn, report_id, path, kind))
    for state, count in extra.items():
        for _, report_id, path, kind in sorted(spare.get(state, []), key=lambda one: one[0])[:count]:
            chosen[report_id, path] = (kind, True)
    return _numbered(library, chosen)


def _numbered(library: Library, chosen: Mapping[tuple[str, str], tuple[Kind, bool]]) -> tuple[Taken, ...]:
    order = {row[0]: place for place, row in enumerate(library.rows("SELECT report_id FROM reports ORDER BY agency, year, report_id"))}
    cells = cells_of(library, chosen)
    ordered = sorted(chosen, key=lambda one: (order[one[0]], cells[one].n))
    return tuple(Taken(number, *key, *chosen[key]) for number, key in enumerate(ordered, 1))


def _new_id(library: Library) -> str:
    known = {row[0] for row in library.rows("SELECT DISTINCT draw FROM raw_drawn")}
    while (made := f"Q{secrets.token_hex(3)}") in known:
        continue
    return made
