"""Everything the readers of one report bring to ``resolve`` and ``examine``."""

from __future__ import annotations

from dataclasses import dataclass

from .reading import Note, Reading
from .report import Claim, Fact, ModelUse, Stated


@dataclass(frozen=True, slots=True)
class Admitted:
    """What the readers admit about one report."""

    readings: tuple[Reading, ...]
    """In the order in which ``resolve`` prefers them."""
    claims: tuple[Claim, ...] = ()
    """Claims of readers other than the embedded one, not yet compared with the tables."""
    facts: tuple[Fact, ...] = ()
    stated: tuple[Stated, ...] = ()
    notes: tuple[Note, ...] = ()
    use: ModelUse | None = None
