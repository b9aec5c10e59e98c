"""The register of mess operators and of the agency's own mistakes.

An operator returns whether it found something to damage. It works on the sheet (before the layout), on the lines of text, or on
the finished text. It adjusts ``Draft.values``, ``printed`` and ``not_provable`` so that they say what a careful reader of the
damaged text would write, and what nobody could prove.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..draft import Draft
from ..layouts import CLEAN, EVERY

Stage = Literal["mistake", "sheet", "lines"]
Apply = Callable[[Draft, float], bool]


@dataclass(frozen=True, slots=True)
class Operator:
    """A way to damage a report."""

    name: str
    stage: Stage
    """``mistake``: what the agency itself got wrong; ``sheet``: tables and paragraphs; ``lines``: the lines of text."""
    layouts: tuple[str, ...]
    """Layouts in which this damage occurs."""
    description: str
    apply: Apply


OPERATORS: dict[str, Operator] = {}


def operator(name: str, stage: Stage, layouts: tuple[str, ...] = ()) -> Callable[[Apply], Apply]:
    """Register a function as the operator of this name; its docstring is its description.

    Without ``layouts`` it occurs in every layout, on lines of text in those that keep to one manner of printing a table.
    """

    def register(apply: Apply) -> Apply:
        known = layouts or (CLEAN if stage == "lines" else EVERY)
        OPERATORS[name] = Operator(name, stage, known, (apply.__doc__ or "").strip(), apply)
        return apply

    return register
