"""Figures of invented agencies over several years: consistent inside a year, across years, and between parent and units.

Across years: ``carried_forward`` is the next year's ``carried_in``; ``in_force`` = before + issued − repealed;
``prior_items`` = the year before's items; ``total_public`` grows by ``disclosed``. A government's consolidated report is the sum
of its units and the rest of its organs (no rest where a roll-up is asked for).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import numpy as np

from extractor.forms import Applicants, Form, FormKey, form_of

from .names import Agency, Tree, invent_tree

UNITS, YEARS = 3, 3
BLOCK = (UNITS + 1) * YEARS
"""Reports in one block: a government and its units over consecutive years."""

Values = dict[str, int | Decimal | None]
_WHO = tuple(Applicants.model_fields)[:-1]
_WHO_SHARE = np.array([0.86, 0.10, 0.003, 0.007, 0.015, 0.015])
_OUTCOMES = {
    "granted": 40, "partially_granted": 7,
    "refused.state_secret": 0.3, "refused.law_prohibits": 0.7, "refused.endangers_security": 0.3,
    "refused.third_party_rights": 2, "refused.internal_affairs": 2, "refused.process_information": 2, "refused.enforcement_files": 1.5,
    "refused.administrative_inquiry": 2, "unavailable.not_held": 24, "unavailable.needs_creation": 5,
    "unavailable.still_unclear": 2,
    "not_processed.petition": 2.5, "not_processed.duplicate": 2.5, "not_processed.publication": 0.2, "not_processed.abusive_repeats": 0.3,
    "not_processed.reconfirmation": 0.3, "other_handling.correction_overdue": 2, "other_handling.fee_overdue": 0.1,
    "other_handling.other": 2,
}  # fmt: skip
_RESULTS = ("upheld", "corrected", "other", "pending")


@dataclass(frozen=True)
class Figures:
    """What one agency reports for one year."""

    agency: Agency
    year: int
    form: Form
    values: Values
    """Every cell of the form."""
    before: Mapping[str, int | Decimal | None]
    """The same agency's cells of the year before, in its own form; empty for the first year."""
    units: tuple[tuple[str, Values], ...]
    """Units whose own reports are part of this one, with their cells."""


@dataclass
class _Organ:
    """Counts of one organ in one year, in one vocabulary for both forms; organs add up."""

    counts: dict[str, int]

    def __add__(self, other: _Organ) -> _Organ:
        return _Organ({key: value + other.counts[key] for key, value in self.counts.items()})


def rng_for(*parts: object) -> np.random.Generator:
    """A random source that depends on these parts and nothing else."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:8], "big"))


@lru_cache(maxsize=64)
def block(seed: int, number: int, rollup: bool = False) -> tuple[Figures, ...]:
    """All reports of one block: parent first, each agency's years together."""
    rng = rng_for("world", seed, number)
    tree = invent_tree(rng, UNITS)
    first = int(rng.choice([2019, 2020, 2021, 2022, 2023], p=[0.4, 0.2, 0.15, 0.15, 0.1]))
    forms = [_form(rng, first + offset) for offset in range(YEARS)]
    history = [_lives(rng, unit) for unit in tree.units]
    parent = [_sum(years) for years in zip(*history, strict=True)]
    if not rollup:
        rest = _lives(rng, tree.parent)
        parent = [known + other for known, other in zip(parent, rest, strict=True)]
    return tuple(_reports(tree, [parent, *history], first, forms))


def _reports(tree: Tree, history: list[list[_Organ]], first: int, forms: list[Form]) -> list[Figures]:
    found = []
    for agency, organ in zip((tree.parent, *tree.units), history, strict=True):
        for offset, form in enumerate(forms):
            units: tuple[tuple[str, Values], ...] = ()
            if agency is tree.parent:
                units = tuple((unit.name, _cells(form, years[offset])) for unit, years in zip(tree.units, history[1:], strict=True))
            before = _cells(forms[offset - 1], organ[offset - 1]) if offset else {}
            found.append(Figures(agency, first + offset, form, _cells(form, organ[offset]), before, units))
    return found


def _form(rng: np.random.Generator, year: int) -> Form:
    key: FormKey = "2019" if year <= 2020 else "2021"
    if rng.random() < 0.1:  # mixed: section two of one form, 其他处理 of the other
        return form_of(key, key == "2019")
    return form_of(key)


def _sum(organs: tuple[_Organ, ...]) -> _Organ:
    total = organs[0]
    for organ in organs[1:]:
        total = total + organ
    return total


def _lives(rng: np.random.Generator, agency: Agency) -> list[_Organ]:
    """The organ's years, each starting from where the one before ended."""
    taste = np.array(list(_OUTCOMES.values())) * rng.gamma(0.6, 1 / 0.6, len(_OUTCOMES))
    state = {
        "rules.stock": int(rng.integers(5, 90)) if agency.may_make_rules else 0,
        "normative.stock": int(rng.lognormal(2.2, 1.1)) if agency.kind != "department" or rng.random() < 0.6 else 0,
        "licensing.items": _often_zero(rng, 0.35, 4.0),
        "other_services.items": _often_zero(rng, 0.5, 3.5),
        "penalties.items": _often_zero(rng, 0.35, 5.0),
        "coercion.items": _often_zero(rng, 0.6, 2.5),
        "fees.items": _often_zero(rng, 0.6, 1.5),
    }
    carried = np.zeros(len(_WHO), int)
    if rng.random() < 0.7:
        carried = rng.multinomial(int(rng.poisson(agency.size * 0.04)), _WHO_SHARE / _WHO_SHARE.sum())
    return [_year(rng, agency, state, taste, carried) for _ in range(YEARS)]


def _often_zero(rng: np.random.Generator, zero: float, scale: float) -> int:
    return 0 if rng.random() < zero else int(rng.lognormal(scale, 1.2))


def _year(rng: np.random.Generator, agency: Agency, state: dict[str, int], taste: np.ndarray, carried: np.ndarray) -> _Organ:
    counts: dict[str, int] = {}
    share = _WHO_SHARE * rng.gamma(1.5, 1 / 1.5, len(_WHO))
    new = rng.multinomial(int(rng.poisson(agency.size * rng.lognormal(0, 0.35))), share / share.sum())
    forward = rng.binomial(new + carried, 0.0 if rng.random() < 0.35 else 0.05)
    handled = new + carried - forward
    mix = taste * rng.gamma(3, 1 / 3, len(taste))
    for position, who in enumerate(_WHO):
        counts[f"new_received.{who}"] = int(new[position])
        counts[f"carried_in.{who}"] = int(carried[position])
        counts[f"carried_forward.{who}"] = int(forward[position])
        counts[f"outcomes_total.{who}"] = int(handled[position])
        for key, number in zip(_OUTCOMES, rng.multinomial(int(handled[position]), mix / mix.sum()), strict=True):
            counts[f"{key}.{who}"] = int(number)
    carried[:] = forward
    disputes = int(handled.sum())
    for group, chance in (("review", 0.05), ("litigation_direct", 0.015), ("litigation_after_review", 0.012)):
        results = rng.multinomial(
            int(rng.binomial(disputes, chance * rng.gamma(1, 1)) if disputes else 0), rng.dirichlet([2, 0.7, 0.7, 0.6])
        )
        counts.update({f"{group}.{key}": int(number) for key, number in zip(_RESULTS, results, strict=True)})
    _proactive(rng, agency, state, counts)
    return _Organ(counts)


def _proactive(rng: np.random.Generator, agency: Agency, state: dict[str, int], counts: dict[str, int]) -> None:
    for name in ("rules", "normative"):
        stock = state[f"{name}.stock"]
        issued = int(rng.poisson(stock * 0.12)) if stock else 0
        repealed = int(rng.binomial(stock, 0.05))
        state[f"{name}.stock"] = stock + issued - repealed
        counts.update({f"{name}.issued": issued, f"{name}.repealed": repealed, f"{name}.in_force": stock + issued - repealed})
        public = state.setdefault(f"{name}.public", stock)
        state[f"{name}.public"] = public + issued
        counts[f"{name}.public"] = public + issued
    for name, scale in (("licensing", 60), ("other_services", 80), ("penalties", 12), ("coercion", 9), ("fees", 0)):
        items = state[f"{name}.items"]
        change = 0 if items == 0 or rng.random() < 0.4 else int(rng.normal(0, max(1, items * 0.12)))
        change = max(change, -items)
        state[f"{name}.items"] = items + change
        counts.update({f"{name}.prior": items, f"{name}.change": change})
        counts[f"{name}.decisions"] = int((items + change) * rng.lognormal(0, 1.5) * scale) if items else 0
    charges = agency.kind != "township" and rng.random() < 0.6
    counts["fees.cents"] = int(rng.lognormal(15, 2.2)) if charges else 0
    counts["procurement.projects"] = int(rng.lognormal(2.5, 1.3)) if rng.random() < 0.8 else 0
    counts["procurement.cents"] = counts["procurement.projects"] * int(rng.lognormal(17.5, 1.2))


def _cells(form: Form, organ: _Organ) -> Values:
    """The organ's counts in the cells of a form."""
    found: Values = {}
    for row in form.rows:
        _, _, name = row.path.partition(".")
        if row.section == 2:
            found.update(_section_two(form.key, row.path, organ.counts))
        elif row.section == 3:
            numbers = [_outcome(organ.counts, name, who) for who in _WHO]
            found.update(zip(row.cells, [*numbers, sum(numbers)], strict=True))
        else:
            results = [organ.counts[f"{name}.{key}"] for key in _RESULTS]
            found.update(zip(row.cells, [*results, sum(results)], strict=True))
    return found


def _outcome(counts: dict[str, int], name: str, who: str) -> int:
    if name == "other_handling.undivided":
        return sum(counts[f"other_handling.{part}.{who}"] for part in ("correction_overdue", "fee_overdue", "other"))
    return counts[f"{name}.{who}"]


def _section_two(key: FormKey, path: str, counts: dict[str, int]) -> Values:
    name = path.rpartition(".")[2]
    stem = "normative" if name == "normative_documents" else name
    if key == "2021":
        if name in ("rules", "normative_documents"):
            return {f"{path}.{part}": counts[f"{stem}.{part}"] for part in ("issued", "repealed", "in_force")}
        if name == "fees":
            return {f"{path}.amount_wan_yuan": _plain(Decimal(counts["fees.cents"]) / 1_000_000)}
        return {f"{path}.decisions": counts[f"{name}.decisions"]}
    if name in ("rules", "normative_documents"):
        issued = counts[f"{stem}.issued"]
        return {f"{path}.created": issued, f"{path}.disclosed": issued, f"{path}.total_public": counts[f"{stem}.public"]}
    if name == "procurement":
        yuan = _plain(Decimal(counts["procurement.cents"]) / 100)
        return {f"{path}.projects": counts["procurement.projects"], f"{path}.amount_yuan": yuan}
    found: Values = {f"{path}.prior_items": counts[f"{name}.prior"], f"{path}.change": counts[f"{name}.change"]}
    return found if name == "fees" else {**found, f"{path}.decisions": counts[f"{name}.decisions"]}


def _plain(amount: Decimal) -> Decimal:
    """Two decimals at most, no trailing zeros, no exponent."""
    rounded = amount.quantize(Decimal("0.01")).normalize()
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded
