"""What resolving knows of the cells and identities of one report, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..model import LARGEST, Printed, Token

UNKNOWN = -1
"""In place of a count where none is printed."""
LOST = 3
"""Lost cells in one row that are less likely than numbers run together."""


@dataclass(slots=True)
class Decision:
    """What is known of every cell and identity of a layout."""

    values: list[int | None]
    """The value of each cell that is the same in every satisfying reading."""
    given: list[bool]
    """Cells that every alternative reads as the same number: nothing had to be chosen or filled."""
    spare: list[bool]
    """Certain cells that stay certain when any one identity is left out."""
    holds: list[bool]
    """Identities that hold in every reading that satisfies the others, all their cells proven or printed."""
    failing: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Identities that no value of their unknowns can satisfy: bounds of left minus right."""
    clashes: tuple[tuple[int, ...], ...] = ()
    """Identities that no reading satisfies together, though each alone could hold."""
    contested: set[int] = field(default_factory=set)
    """Cells of failing or clashing identities."""
    surviving: dict[int, list[int]] = field(default_factory=dict)
    """By block: alternatives that the identities leave; blocks without choice are not listed."""
    picked: dict[int, int] = field(default_factory=dict)
    """By block: the alternative of one reading that satisfies everything; blocks for which none was sought are not listed."""
    reading: dict[int, int] = field(default_factory=dict)
    """By cell: what one reading that satisfies everything says; cells for which none was sought are not listed."""
    lone: dict[int, int] = field(default_factory=dict)
    """By cell: an identity without which the cell is no longer certain."""
    unsettled: set[int] = field(default_factory=set)
    """Undecided cells for which exact search ran out of its limit."""


def number_of(token: Token | None) -> int:
    """The count that a token states; UNKNOWN for anything else, and for what no count can be, negative or beyond LARGEST."""
    if token is not None and token.kind == "number" and isinstance(token.value, int) and 0 <= token.value <= LARGEST:
        return token.value
    return UNKNOWN


def printed_as(token: Token | None) -> Printed:
    """What is printed for a count: a number only when it can be one."""
    if token is None:
        return "absent"
    return "impossible" if token.kind == "number" and number_of(token) == UNKNOWN else token.kind
