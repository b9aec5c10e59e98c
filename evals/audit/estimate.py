"""What all judgements of a library say of it: error rates by part and together, weighted back, with exact upper bounds.

A judgement speaks of the reading that was compared. When the library reads the cell otherwise by now it is stale: the cell must be
looked at again, and until then counts as wrong in the bound. A cell that was found wrong and then corrected by hand still counts as
wrong, with the state it had: the correction mends that cell, not the others like it that nobody looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from extractor.forms import SECTIONS
from extractor.library import Library
from extractor.library.rows import plain
from extractor.view import MARKS

from .bounds import check_share, upper_bound
from .population import DIFFICULTY, SETTLED, Kind, Part, cells_of, census, state_name
from .stands import stands

Standing = Literal["right", "wrong", "withheld", "unclear", "stale", "open", "gone"]
"""What is known of a drawn cell: an outcome; ``stale``: read otherwise by now; ``open``: not judged yet; ``gone``: not in the library."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A drawn cell, and what is known of it."""

    draw: str
    number: int
    report_id: str
    path: str
    kind: Kind
    extra: bool
    states: tuple[str, ...]
    sources: tuple[str, ...]
    """What the draw was limited to."""
    standing: Standing
    value: str
    """The reading that was judged."""
    stands: str
    note: str
    who: str
    corrected: bool
    """Whether a person has set the cell right since."""

    @property
    def judged(self) -> bool:
        """Whether it counts in an estimate."""
        return self.standing in ("right", "wrong", "withheld", "unclear", "stale")

    def speaks_for(self, part: Part) -> bool:
        """Whether every cell of a part had the same chance to be drawn as this one."""
        return part.within(self.states, self.sources) and (not self.extra or len(part.states) == 1)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The error rate of a part of the library."""

    name: str
    cells: int
    """Cells in the library."""
    judged: int
    right: int
    wrong: int
    withheld: int
    """Cells that give no number and say that they are in doubt."""
    unknown: int
    """Cells that nobody could judge, or that are read otherwise by now."""
    rate: float | None
    """Share of wrong cells, each state weighted by its cells in the library; None without judgements."""
    upper: float | None
    """With the audit's confidence the rate is not above it; None where no sample speaks for the part."""
    speaking: int
    """Judged cells on which ``upper`` rests: those drawn with an equal chance in all of the part."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A sample, as far as it has been judged."""

    id: str
    added_at: str
    who: str
    seed: str
    blind: bool
    limits: tuple[str, ...]
    """The states and sources that it was limited to."""
    standings: dict[Standing, int]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A cell that was found wrong."""

    seen: Seen
    agency: str
    year: int | None
    file: str
    sha256: str
    caption: str

    @property
    def truth(self) -> str | None:
        """What a correction would put there: a number, ``blank`` or ``/``; None where the person did not say, or said more."""
        found = stands(self.seen.stands, self.seen.path)
        if found is None or found.kind not in ("number", "nothing"):
            return None
        if found.kind == "number":
            return plain(found.value)
        return "/" if found.text in ("/", "—", "－", "-", "不适用") else "blank"


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything that audits say of a library."""

    confidence: float
    draws: tuple[Draw, ...]
    groups: tuple[tuple[str, tuple[Estimate, ...]], ...]
    """Estimates under their headings: the whole first, then by state, section, form, source and difficulty."""
    mistakes: tuple[Mistake, ...]
    later: int
    """Cells that came into the library after the last sample."""

    @property
    def whole(self) -> Estimate:
        """The estimate for all cells."""
        return self.groups[0][1][0]

    @property
    def settled(self) -> Estimate:
        """The estimate for the values that a data set takes as they stand."""
        return self.groups[0][1][1]


def audited(library: Library, *, confidence: float = 0.95) -> Audit:
    """What all judgements of a library say of it today."""
    check_share("--confidence", confidence)
    with library.still():
        seen = seen_cells(library)
        counts = census(library)
        for one in seen:
            if one.corrected and one.standing != "gone":  # it stays with the cells among which it was drawn
                now = replace(one.kind, state="corrected")
                if counts.get(now):
                    counts[now] -= 1
                    counts[one.kind] = counts.get(one.kind, 0) + 1
        mistakes = _mistakes(library, [one for one in seen if one.standing == "wrong"])
        groups = tuple(
            (title, tuple(estimate(name, part, seen, counts, confidence) for name, part in parts)) for title, parts in _parts(counts)
        )
        return Audit(confidence, _draws(library, seen), groups, mistakes, _later(library))


def _parts(counts: dict[Kind, int]) -> list[tuple[str, list[tuple[str, Part]]]]:
    """The parts for which an estimate is made, under their headings."""

    def each(
        of: Callable[[Kind], str | int], part: Callable[[str | int], Part], name: Callable[[str | int], str]
    ) -> list[tuple[str, Part]]:
        values = sorted({of(kind) for kind, count in counts.items() if count and of(kind)}, key=str)
        return [(name(value), part(value)) for value in values]

    states = [state for state in MARKS if any(kind.state == state for kind, count in counts.items() if count)]
    sections = each(lambda kind: kind.section, lambda one: Part(sections=frozenset({int(one)})), lambda one: f"{one} {SECTIONS[int(one)]}")
    return [
        ("全库 whole", [("全部单元格 all cells", Part()), ("作数的格 settled ✓ · = ✎", Part(states=frozenset(SETTLED)))]),
        ("状态 state", [(state_name(state), Part(states=frozenset({state}))) for state in states]),
        ("部分 section", sections),
        ("表式 form", each(lambda kind: kind.form, lambda one: Part(forms=frozenset({str(one)})), str)),
        ("来源/格式 source", each(lambda kind: kind.source, lambda one: Part(sources=frozenset({str(one)})), str)),
        (
            "难易 difficulty",
            each(
                lambda kind: kind.difficulty,
                lambda one: Part(difficulties=frozenset({str(one)})),
                lambda one: f"{DIFFICULTY[str(one)][0]} {one}",
            ),
        ),
    ]


def estimate(name: str, part: Part, seen: Sequence[Seen], counts: dict[Kind, int], confidence: float) -> Estimate:
    """The error rate of a part of the library, of which ``counts`` says how many cells of each kind it holds."""
    mine = [one for one in seen if one.judged and part.holds(one.kind)]
    sizes = {kind: count for kind, count in counts.items() if part.holds(kind)}
    cells = sum(sizes.values())
    number = {
        standing: sum(1 for one in mine if one.standing == standing) for standing in ("right", "wrong", "withheld", "unclear", "stale")
    }
    speaking = [one for one in mine if one.speaks_for(part)]
    bad = sum(1 for one in speaking if one.standing in ("wrong", "unclear", "stale"))
    rate = _weighted(mine, sizes)
    upper = upper_bound(bad, len(speaking), confidence) if speaking else None
    if upper is not None:
        upper = max(rate or 0.0, min(upper, max(0, cells - number["right"] - number["withheld"]) / cells if cells else upper))
    unknown = number["unclear"] + number["stale"]
    return Estimate(name, cells, len(mine), number["right"], number["wrong"], number["withheld"], unknown, rate, upper, len(speaking))


def _weighted(mine: Sequence[Seen], sizes: dict[Kind, int]) -> float | None:
    """Share of wrong cells among those that could be judged: each state (and source, where a draw was limited to some) by its size."""
    fine = any(one.sources for one in mine)

    def group(kind: Kind) -> tuple[str, str]:
        return (kind.state, kind.source if fine else "")

    weights: dict[tuple[str, str], int] = {}
    for kind, count in sizes.items():
        weights[group(kind)] = weights.get(group(kind), 0) + count
    found: dict[tuple[str, str], list[bool]] = {}
    for one in mine:
        if one.standing in ("right", "wrong", "withheld"):
            found.setdefault(group(one.kind), []).append(one.standing == "wrong")
    total = sum(weights.get(key, 0) for key in found)
    return sum(weights.get(key, 0) * sum(wrong) / len(wrong) for key, wrong in found.items()) / total if total else None


def seen_cells(library: Library) -> list[Seen]:
    """Every drawn cell with its judgement, as the library reads it now."""
    rows = library.rows(
        """SELECT d.draw, d.number, d.report_id, d.path, d.state, d.source, d.extra, d.states, d.sources,
    j.outcome, coalesce(j.value, ''), j.printed, coalesce(j.stands, ''), coalesce(j.note, ''), coalesce(j.who, '')
FROM raw_drawn d LEFT JOIN judgements j ON j.draw = d.draw AND j.number = d.number ORDER BY d.seq, d.number"""
    )
    cells = cells_of(library, [(row[2], row[3]) for row in rows])
    found: list[Seen] = []
    for draw, number, report_id, path, state, source, extra, states, sources, outcome, value, printed, there, note, who in rows:
        cell = cells.get((report_id, path))
        corrected = cell is not None and cell.kind.state == "corrected" != state
        standing: Standing = "stale"
        if cell is None:
            standing = "gone"
        elif outcome is None:
            standing = "open"
        elif corrected or (plain(cell.reading.value), cell.reading.printed) == (value, printed):
            standing = outcome
        kind = cell.kind if cell else Kind(state, source, 0, "", "")
        about = (replace(kind, state=state) if corrected else kind, extra, tuple(states or ()), tuple(sources or ()))
        found.append(Seen(draw, number, report_id, path, *about, standing, value, there, note, who, corrected))
    return found


def _draws(library: Library, seen: Sequence[Seen]) -> tuple[Draw, ...]:
    rows = library.rows(
        "SELECT draw, any_value(added_at), any_value(who), any_value(seed), any_value(blind), any_value(states), any_value(sources) "
        "FROM raw_drawn GROUP BY draw ORDER BY min(seq)"
    )
    found: list[Draw] = []
    for name, added_at, who, seed, blind, states, sources in rows:
        standings: dict[Standing, int] = {}
        for one in seen:
            if one.draw == name:
                standings[one.standing] = standings.get(one.standing, 0) + 1
        found.append(Draw(name, added_at, who, seed, blind, (*(states or ()), *(sources or ())), standings))
    return tuple(found)


def _mistakes(library: Library, wrong: Sequence[Seen]) -> tuple[Mistake, ...]:
    rows = library.rows(
        """SELECT c.report_id, c.path, r.agency, r.year, r.source_name, r.sha256, c.caption FROM cells c JOIN reports r USING (report_id)
JOIN (SELECT unnest(?) AS id, unnest(?) AS p) w ON w.id = c.report_id AND w.p = c.path""",
        [[one.report_id for one in wrong], [one.path for one in wrong]],
    )
    about = {(row[0], row[1]): row[2:] for row in rows}
    return tuple(Mistake(one, *about[one.report_id, one.path]) for one in wrong)


def _later(library: Library) -> int:
    rows = library.rows(
        "SELECT coalesce(sum(r.cells), 0) FROM reports r JOIN (SELECT report_id, min(seq) AS first FROM raw_versions GROUP BY 1) v "
        "USING (report_id) WHERE v.first > (SELECT max(seq) FROM raw_drawn)"
    )
    return int(rows[0][0] or 0)
