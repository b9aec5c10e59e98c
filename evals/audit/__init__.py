"""Auditing a library: a random sample of its cells, compared with the source by a person, and what that says of the rest."""

from .draw import Drawn, Wish, draw
from .estimate import Audit, Estimate, audited
from .judged import Judged, judge

__all__ = ["Audit", "Drawn", "Estimate", "Judged", "Wish", "audited", "draw", "judge"]
