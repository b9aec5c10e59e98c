"""Sums that may count twice: the report of a government may contain the numbers of its departments and of the places below it."""

from __future__ import annotations

from collections.abc import Iterable

from .places import is_office, own_part, places_of
from .records import Row


def counted_twice(rows: Iterable[Row]) -> tuple[str, ...]:
    """The governments among these rows beside which an agency of theirs, or of a place below, has a number of the same year."""
    stated = {(row.agency, row.year) for row in rows if row.value is not None}
    found = []
    for government, year in sorted(stated, key=lambda item: (item[0], item[1] or 0)):
        if is_government(government) and any(_below(agency, government) for agency, of in stated if of == year and agency != government):
            found.append(government)
    return tuple(dict.fromkeys(found))


def is_government(agency: str) -> bool:
    """Whether it is a government itself, whose annual report is that of the whole place; not its office nor a department."""
    return bool(places_of(agency)) and not own_part(agency) and not is_office(agency)


def _below(agency: str, government: str) -> bool:
    own, place = places_of(agency), places_of(government)
    return own[: len(place)] == place or own[:1] == place[-1:]
