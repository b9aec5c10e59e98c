"""The words in which a statutory form is declared: labels on Pydantic fields, and the sums it prints."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int | None, Field(ge=0)]
"""A printed or proven number of things; None where nothing is printed and nothing forces a value."""

Change = int | None
"""A difference against the year before; may be negative."""

Money = Annotated[Decimal | None, Field(ge=0)]
"""An amount in the unit of its field; None without a printed unit, since a guess errs by 10⁴."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a place of the form is called."""

    text: str
    """The wording of the form, without ordinal and spaces."""
    english: str
    ordinal: str = ""
    """The number the form prints before the wording: ``1.`` or ``(一)``."""
    printed: tuple[str, ...] = ()
    """Other wordings met in published reports for the same place."""
    spoken: tuple[str, ...] = ()
    """What narrative and questions call it."""
    under: str = ""
    """The heading of the block in which the form prints it, where that is not a group of its own."""
    unit: str = "件"

    @property
    def full(self) -> str:
        """Ordinal and wording, as the form prints them."""
        return f"{self.ordinal}{self.text}"


@dataclass(frozen=True, slots=True)
class Equation:
    """A sum the form demands among fields of one model: the left fields together equal the right ones.

    A field that is a group stands for every row inside it.
    """

    kind: str
    text: str
    """The equation in the form's words."""
    left: tuple[str, ...]
    right: tuple[str, ...]


class Part(BaseModel):
    """A part of a statutory form: fields carry a :class:`Label`, sums are listed in ``equations``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    equations: ClassVar[tuple[Equation, ...]] = ()


def label_of(part: type[BaseModel], field: str) -> Label:
    """The label that a form's field carries."""
    return next(m for m in part.model_fields[field].metadata if isinstance(m, Label))
