"""The cells of a library from which an audit draws, and the parts into which they fall."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from extractor.errors import QueryError
from extractor.library import Library
from extractor.view import MARKS

from .stands import Reading

SETTLED = ("verified", "read", "deduced", "corrected")
"""States whose value a data set takes as it stands."""

CELLS = """SELECT c.report_id, c.path, c.state, c.source, c.section, c.form, c.difficulty, c.value, c.printed, c.raw, c.n FROM (
    SELECT r.report_id, r.form, raw_cells.path, raw_cells.n, raw_cells.section,
        CASE WHEN how = 'corrected' THEN 'corrected' ELSE status END AS state,
        r.origin || '/' || r.format AS source,
        CASE WHEN r.verified >= r.provable THEN 'plain' WHEN r.verified >= 0.95 * r.provable THEN 'some' ELSE 'hard' END AS difficulty,
        raw_cells.value, raw_cells.printed, raw_cells.raw
    FROM raw_cells JOIN reports r ON raw_cells.seq = r.version) c"""
"""Every cell of the reports that count, with the parts it falls into."""

DIFFICULTY = {
    "plain": ("顺：表三表四全部证实", "plain: all of sections three and four verified"),
    "some": ("有疑：未证实的不超过 5%", "some doubt: at most 5% not verified"),
    "hard": ("难：未证实的超过 5%", "hard: more than 5% not verified"),
}
"""How hard a report was to read: what each level means, in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The parts that a cell falls into."""

    state: str
    """Its status, or ``corrected``."""
    source: str
    """Origin and format of its source: ``converted/text``."""
    section: int
    form: str
    difficulty: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the library, by what its cells have in common; an empty set leaves that open."""

    states: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    sections: frozenset[int] = frozenset()
    forms: frozenset[str] = frozenset()
    difficulties: frozenset[str] = frozenset()

    def holds(self, kind: Kind) -> bool:
        """Whether cells of this kind belong to it."""
        return (
            (not self.states or kind.state in self.states)
            and (not self.sources or kind.source in self.sources)
            and (not self.sections or kind.section in self.sections)
            and (not self.forms or kind.form in self.forms)
            and (not self.difficulties or kind.difficulty in self.difficulties)
        )

    def within(self, states: Collection[str], sources: Collection[str]) -> bool:
        """Whether all its cells have one of these states and sources (none given: any)."""
        return (not states or bool(self.states and self.states <= set(states))) and (
            not sources or bool(self.sources and self.sources <= set(sources))
        )


def census(library: Library, *, undrawn: bool = False) -> dict[Kind, int]:
    """How many cells of each kind the library holds; ``undrawn``: those that were never drawn."""
    where = " WHERE NOT EXISTS (SELECT 1 FROM raw_drawn d WHERE d.report_id = k.report_id AND d.path = k.path)" if undrawn else ""
    rows = library.rows(f"SELECT state, source, section, form, difficulty, count(*) FROM ({CELLS}) k{where} GROUP BY ALL ORDER BY ALL")
    return {Kind(state, source, section or 0, form or "", difficulty): count for state, source, section, form, difficulty, count in rows}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the library has it now."""

    kind: Kind
    reading: Reading
    n: int
    """Its place among the cells of its report."""


def cells_of(library: Library, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Cell]:
    """These cells, by report id and path; those that the library no longer has are left out."""
    wanted = list(keys)
    rows = library.rows(
        f"SELECT k.* FROM ({CELLS}) k JOIN (SELECT unnest(?) AS r, unnest(?) AS p) w ON w.r = k.report_id AND w.p = k.path",
        [[key[0] for key in wanted], [key[1] for key in wanted]],
    )
    return {
        (row[0], row[1]): Cell(
            Kind(row[2], row[3], row[4] or 0, row[5] or "", row[6]), Reading(row[7], row[8] or "", row[9] or "", row[2]), row[10]
        )
        for row in rows
    }


def check_names(kind: str, given: Iterable[str], known: Collection[str]) -> frozenset[str]:
    """The names given, each once. QueryError names one that the library does not have."""
    for name in given:
        if name not in known:
            raise QueryError(f"--{kind} 没有“{name}”；库中有 {'、'.join(sorted(known)) or '——'} (the library has no such {kind})")
    return frozenset(given)


def state_name(state: str) -> str:
    """A state with its sign, in both languages: ✓ 已证实 verified."""
    mark = MARKS[state]  # type: ignore[index]
    return f"{mark.sign} {mark.chinese} {mark.english}"
