"""What can be proven of damaged groups, found by trying every reading: slow, literal, and independent of the code it judges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from extractor.forms import Form, Identity
from extractor.model import Group

Reading = dict[str, int]

MOST = 60_000
"""Steps of one enumeration; beyond it the case is too large to judge."""


class TooLarge(Exception):
    """The case has more readings than can be tried."""


class Oracle:
    """All satisfying readings of a few damaged groups in an otherwise plainly printed table."""

    def __init__(self, form: Form, plain: Mapping[str, int], groups: Sequence[Group]) -> None:
        """``plain``: the cells outside the groups, each one printed number."""
        self.plain = dict(plain)
        self.groups = list(groups)
        self.cells = [cell for group in groups for cell in group.cells]
        self.ways = [[[t.value if t and t.kind == "number" else None for t in a.tokens] for a in g.alternatives] for g in groups]
        self.identities = [i for i in form.identities if any(cell in self.cells for cell in i.cells)]
        self.ceiling = 2 + sum(plain.values()) + sum(v or 0 for ways in self.ways for way in ways for v in way)

    def readings(self, left_out: Identity | None = None) -> list[tuple[Reading, tuple[int, ...]]]:
        """Readings of the damaged cells that satisfy every identity but one, with the alternatives they take."""
        self._steps = 0
        force = [i for i in self.identities if i is not left_out]
        found = []
        for picked in product(*(range(len(ways)) for ways in self.ways)):
            values: dict[str, int | None] = {}
            for group, ways, n in zip(self.groups, self.ways, picked, strict=True):
                values.update(zip(group.cells, ways[n], strict=True))
            found.extend((reading, picked) for reading in self._completed(values, force))
        return found

    def _completed(self, values: Mapping[str, int | None], force: Sequence[Identity]) -> Iterator[Reading]:
        self._steps += 1
        if self._steps > MOST:
            raise TooLarge
        values = dict(values)
        changed = True
        while changed:
            changed = False
            for identity in force:
                known, unknown = self._weigh(identity, values)
                if not unknown and known != 0:
                    return
                if len(unknown) == 1:
                    cell, sign = unknown[0]
                    if -known * sign < 0:
                        return
                    values[cell] = -known * sign
                    changed = True
        free = [cell for cell, value in values.items() if value is None]
        if not free:
            yield {cell: value for cell, value in values.items() if value is not None}
            return
        for value in range(self._most(free[0], values, force) + 1):
            yield from self._completed({**values, free[0]: value}, force)

    def _weigh(self, identity: Identity, values: Mapping[str, int | None]) -> tuple[int, list[tuple[str, int]]]:
        known, unknown = 0, []
        for cells, sign in ((identity.left, 1), (identity.right, -1)):
            for cell in cells:
                value = values[cell] if cell in values else self.plain[cell]
                if value is None:
                    unknown.append((cell, sign))
                else:
                    known += sign * value
        return known, unknown

    def _most(self, cell: str, values: Mapping[str, int | None], force: Sequence[Identity]) -> int:
        """The largest value that some identity allows an unknown."""
        most = self.ceiling
        for identity in force:
            known, unknown = self._weigh(identity, values)
            signs = dict(unknown)
            if cell in signs and len(set(signs.values())) == 1:
                most = min(most, -known * signs[cell])
        return most

    def proven(self) -> dict[str, int]:
        """The damaged and plain cells of the touched identities that DESIGN.md allows to be called verified.

        The plain rows' own evidence of place is taken as given; so is that of groups with ``row`` ``same_line``.
        """
        satisfying = self.readings()
        if not satisfying:
            return {}
        certain = {c: v for c, v in satisfying[0][0].items() if all(reading[c] == v for reading, _ in satisfying)}
        backed = {
            cell
            for g, group in enumerate(self.groups)
            for k, cell in enumerate(group.cells)
            if all(self.ways[g][picked[g]][k] is not None for _, picked in satisfying)
        }
        given = {
            c
            for g, grp in enumerate(self.groups)
            for k, c in enumerate(grp.cells)
            if len({way[k] for way in self.ways[g]} - {None}) == 1 and all(way[k] is not None for way in self.ways[g])
        }
        spare, holds = set(certain), set()
        for identity in self.identities:
            without = self.readings(identity)
            spare = {c for c in spare if all(reading[c] == certain[c] for reading, _ in without)}
            sound = all(c in certain or c in backed for c in identity.cells if c in self.cells)
            if sound and all(self._weigh(identity, reading)[0] == 0 for reading, _ in without):
                holds.add(identity.id)
        result = {}
        loose = {cell for group in self.groups if group.row not in ("same_line", "precedes") or not group.complete for cell in group.cells}
        for cell in {c for identity in self.identities for c in identity.cells}:
            covered = all(i.id in holds for i in self.identities if cell in i.cells)
            if cell in self.plain:
                if covered:
                    result[cell] = self.plain[cell]
            elif covered and cell in certain and (cell in spare or cell in given) and cell not in loose:
                result[cell] = certain[cell]
        return result
