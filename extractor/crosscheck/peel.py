"""Small sets of wrong cells found by peeling: some failing identity holds just one of them, and so tells by how much it is off.

Wrong cells and identities form a graph; a smallest set of wrong cells has no cycle in it, so it has a leaf, and without
that leaf it is again such a set. Trying every failing identity as the leaf finds all sets of a given size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .problem import Layout

NODES = 60_000
"""Steps of one search; beyond it the sets of that size count as not all listed."""


class Peeler:
    """Searches one part of a form whose cells all print numbers."""

    def __init__(self, layout: Layout, values: Mapping[int, int], identities: Sequence[int]) -> None:
        self._values = values
        inside = set(identities)
        self._members = {i: layout.members[i] for i in identities}
        self._signs = {
            cell: {i: int(layout.matrix[i, cell]) for i in layout.containing[cell] if i in inside}
            for cell in {cell for i in identities for cell in layout.members[i]}
        }
        self._alike: dict[frozenset[int], list[int]] = {}
        for cell, signs in self._signs.items():
            self._alike.setdefault(frozenset(signs), []).append(cell)
        sums = {i: sum(self._signs[c][i] * values[c] for c in self._members[i]) for i in identities}
        self._off = {i: total for i, total in sums.items() if total}

    def sets(self, size: int, steps: int = NODES) -> tuple[list[dict[int, int]], bool]:
        """All sets of so many cells with their reconciled values, and whether the search came to its end."""
        self._left = steps
        found: dict[frozenset[tuple[int, int]], dict[int, int]] = {}
        for changed in self._peel(self._off, {}, size):
            found.setdefault(frozenset(changed.items()), changed)
        return list(found.values()), self._left > 0

    def _peel(self, off: dict[int, int], changed: dict[int, int], size: int) -> Iterator[dict[int, int]]:
        self._left -= 1
        if self._left <= 0 or not off or len(off) > 3 * size:
            return
        if size == 1:
            yield from self._last(off, changed)
            return
        for identity, total in off.items():
            for cell in self._members[identity]:
                if cell in changed:
                    continue
                signs = self._signs[cell]
                step = -total * signs[identity]
                value = self._values[cell] + step
                if value < 0:
                    continue
                after = dict(off)
                for other, sign in signs.items():
                    rest = after.get(other, 0) + sign * step
                    if rest:
                        after[other] = rest
                    else:
                        after.pop(other, None)
                yield from self._peel(after, {**changed, cell: value}, size - 1)

    def _last(self, off: dict[int, int], changed: dict[int, int]) -> Iterator[dict[int, int]]:
        """The cells that stand in exactly the identities that still fail, off by the same amount in each."""
        for cell in self._alike.get(frozenset(off), ()):
            if cell not in changed:
                steps = {-total * self._signs[cell][i] for i, total in off.items()}
                value = self._values[cell] + next(iter(steps))
                if len(steps) == 1 and value >= 0:
                    yield {**changed, cell: value}
