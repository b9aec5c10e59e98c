"""Compares the narrative with the tables: every quantity that restates a metric becomes a Claim with its verdict."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from ..forms import Form, Identity, Metric, form_of, metrics_of
from ..model import DOUBTFUL, Claim, Document, Finding, Passage, Quote, Report, Verdict
from .classify import About, classify
from .context import Scope, Spot, scope_of, spots
from .denials import denials, denied
from .locate import Located, locate
from .phrases import Meaning
from .precision import EXACT, belies, fits, grain_of, rounded
from .quantities import Quantity, quantities
from .rules import finding
from .sentences import cell_name


@dataclass(frozen=True)
class Statement:
    """A claim in the making: what is said, where, and of whom."""

    spot: Spot
    about: About
    located: Located
    scope: Scope
    subject: str
    """The words that say whose figure it is; empty for the report's own."""

    @property
    def quote(self) -> Quote:
        """The clause that states it, in the original's own characters."""
        start = self.spot.clause[0]
        text = self.spot.text
        while start < self.spot.quantity.start and text[start] in " \t、,，;；)）":
            start += 1
        return self.located.quote(start, max(self.about.until, self.spot.quantity.end))


@dataclass(frozen=True)
class Tables:
    """A report's figures with what is known about each."""

    report: Report
    form: Form
    metrics: Mapping[str, Metric]
    values: Mapping[str, int | Decimal | None]

    def value(self, meaning: Meaning) -> Decimal | None:
        """What a meaning amounts to in the tables; None where a cell it needs has no value."""
        total = Decimal(0)
        for sign, keys in ((1, meaning.plus), (-1, meaning.minus)):
            for key in keys:
                number = self.metrics[key].value(self.values) if key in self.metrics else None
                if number is None:
                    return None
                total += sign * Decimal(number)
        return total

    def cells(self, meaning: Meaning) -> tuple[str, ...]:
        """The cells behind a meaning."""
        keys = [key for key in (*meaning.plus, *meaning.minus) if key in self.metrics]
        return tuple(dict.fromkeys(cell for key in keys for cell in (*self.metrics[key].terms, *self.metrics[key].over)))

    def grain(self, meaning: Meaning) -> Decimal:
        """The worth of the last digit printed in an amount of money, in the metric's unit; 0 for counts, which are exact."""
        grains = [EXACT]
        for cell in self.cells(meaning):
            value, evidence = self.values.get(cell), self.report.cells.get(cell)
            if value is not None and evidence is not None and self.form.column(cell).measure == "money":
                grains.append(grain_of(evidence.raw, Decimal(value), 10_000 if cell.endswith("amount_wan_yuan") else 1))
        return max(grains)

    def doubtful(self, meaning: Meaning) -> tuple[str, ...]:
        """The cells behind a meaning whose reading is not settled."""
        known = self.report.cells
        return tuple(cell for cell in self.cells(meaning) if cell in known and known[cell].status in DOUBTFUL)

    def mends(self, meaning: Meaning, value: Decimal) -> bool:
        """Whether every identity of a meaning's only cell would hold if the cell held this value, and one fails now."""
        cells = self.cells(meaning)
        if len(cells) != 1 or meaning.minus:
            return False
        mine = [identity for identity in self.form.identities if cells[0] in identity.cells]
        changed = {**self.values, cells[0]: value}
        return bool(mine) and all(_holds(identity, changed) for identity in mine) and not all(_holds(one, self.values) for one in mine)

    def caption(self, meaning: Meaning) -> str:
        """The place of the form that a meaning names, for a message."""
        terms = self.cells(meaning)
        if len(meaning.plus) == 1 and not meaning.minus and len(terms) == 1:
            return cell_name(self.form, terms[0])
        return self.metrics[meaning.plus[0]].label.text if len(meaning.plus) == 1 and not meaning.minus else meaning.name

    def quotes(self, meaning: Meaning) -> tuple[Quote, ...]:
        """What is printed in the cells behind a meaning."""
        found = (self.report.cells.get(cell) for cell in self.cells(meaning)[:4])
        return tuple(Quote(text=evidence.raw, place=evidence.place) for evidence in found if evidence and evidence.raw)


def _holds(identity: Identity, values: Mapping[str, int | Decimal | None]) -> bool:
    left, right = ([values.get(cell) for cell in side] for side in (identity.left, identity.right))
    known = [number for number in (*left, *right) if number is not None]
    return len(known) == len(left) + len(right) and sum(n for n in left if n is not None) == sum(n for n in right if n is not None)


def tables_of(report: Report) -> Tables:
    """The figures of a report, whether or not it has tables."""
    form = form_of(report.form or "2021", report.divided)
    return Tables(report, form, metrics_of(form), report.values)


def statements(passage: Passage, document: Document, tables: Tables, around: tuple[Spot, ...] | None = None) -> tuple[Statement, ...]:
    """Everything in a passage that speaks of a place of the form, said outright or by denial.

    ``around`` are the passage's quantities with their surroundings, found here when not given.
    """
    located = locate(passage, document)
    heading = " ".join(passage.heading[-1:])
    found: list[Statement] = []
    around = spots(passage.text, quantities(passage.text)) if around is None else around
    for spot in (*around, *denials(passage.text)):
        abouts = (
            denied(spot, tables.report.year) if spot.quantity.unit == "none" else classify(spot, heading, tables.form, tables.report.year)
        )
        for about in abouts:
            scope, subject = scope_of(spot, tables.report)
            found.append(Statement(spot, about, located, scope, subject))
    return tuple(found)


def judge(statement: Statement, tables: Tables, previous: Tables | None) -> tuple[Claim, Finding | None]:
    """The claim with its verdict, and the finding where it contradicts the tables."""
    quantity, about = statement.spot.quantity, statement.about
    usual = about.meanings[0]
    quote = statement.quote
    share = quantity.unit == "%"
    against = previous if statement.scope == "previous" else tables
    reading, verdict, table = "", "not_comparable", None
    if statement.scope in ("own", "near") or (statement.scope == "previous" and previous is not None):
        assert against is not None
        verdict, reading, table = _compare(quantity, about, against)
        if statement.scope == "near" and verdict == "contradicts":
            verdict, reading = "not_comparable", f"所说的“{statement.subject}”未必就是全部"
    problem: Finding | None = None
    if verdict == "contradicts":
        assert against is not None
        doubtful = tuple(dict.fromkeys(cell for meaning in about.meanings for cell in against.doubtful(meaning)))
        problem = _mismatch(statement, quote, against, doubtful)
        if doubtful:
            verdict, reading = "not_comparable", "表中该格尚未核实"
    scope = "own" if statement.scope in ("own", "near") else statement.subject or statement.scope
    claim = Claim(
        metric=usual.metric if not usual.minus else usual.plus[0],
        value=quantity.value / 100 if share else _in_unit(quantity.value, usual),
        bound=quantity.bound,
        scope=scope,
        quote=quote.text,
        place=quote.place or statement.located.passage.place,
        verdict=_verdict(verdict),
        reading=reading,
        table_value=table,
    )
    return claim, problem


def _compare(quantity: Quantity, about: About, tables: Tables) -> tuple[str, str, Decimal | None]:
    """Verdict, reading and table value under the catalogue of meanings."""
    usual = about.meanings[0]
    unknown = loosely = False
    for index, meaning in enumerate(about.meanings):
        number = tables.value(meaning)
        if number is None:
            unknown = True
            continue
        stated, grain = _stated(quantity, meaning), tables.grain(meaning)
        number = number * 100 if quantity.unit == "%" else number
        if fits(stated, number, grain):
            off = rounded(stated, number)
            told = f"{meaning.name}，按印出的位数" if off else meaning.name
            return ("explained" if index or (off and grain > stated.step) else "agrees"), told, tables.value(usual)
        loosely = loosely or not belies(stated, number, grain)
    known = [number for number in map(tables.value, about.meanings) if number is not None]
    beyond = about.part and not unknown and quantity.bound == "exact" and quantity.value > max(known)
    if unknown or loosely or not (about.firm or beyond):
        return "not_comparable", "表中没有可比的数" if unknown else "", tables.value(usual)
    return "contradicts", "", tables.value(usual)


def _stated(quantity: Quantity, meaning: Meaning) -> Quantity:
    """The quantity in the unit of the metric: fees are kept in 万元."""
    if not meaning.plus[0].endswith("amount_wan_yuan"):
        return quantity
    low = None if quantity.low is None else quantity.low / 10_000
    return replace(quantity, value=quantity.value / 10_000, step=quantity.step / 10_000, low=low)


def _in_unit(value: Decimal, meaning: Meaning) -> Decimal:
    return value / 10_000 if meaning.plus[0].endswith("amount_wan_yuan") else value


def _verdict(text: str) -> Verdict:
    verdicts: dict[str, Verdict] = {"agrees": "agrees", "explained": "explained", "contradicts": "contradicts"}
    return verdicts.get(text, "not_comparable")


def _mismatch(statement: Statement, quote: Quote, tables: Tables, doubtful: tuple[str, ...]) -> Finding:
    """The finding for a number that no meaning explains."""
    usual, *others = statement.about.meanings
    stated, number = _shown(statement.spot.quantity), tables.value(usual)
    line = quote.place.line if quote.place else statement.located.passage.place.line
    tried = "；".join(f"按“{meaning.name}”为 {_plain(tables.value(meaning))}" for meaning in others)
    caption = tables.caption(usual)
    words = f"正文第 {line} 行“{_short(quote.text)}”写 {stated}，{caption}为 {_plain(number)}"
    message = f"{words}{f'（{tried}，也不相符）' if tried else ''} (narrative {stated}, table {_plain(number)})"
    if statement.scope == "previous":
        told = f"正文第 {line} 行“{_short(quote.text)}”写 {stated}，{tables.report.year} 年报告“{caption}”为 {_plain(number)}"
        return finding(
            "narrative.previous",
            f"{told} ({stated} here, {_plain(number)} in the report for {tables.report.year})",
            quotes=(quote,),
            suggestion="核对上年报告，看是口径不同还是写错",
        )
    source = tables.report.source
    compare = "" if source.origin == "native" else "；本文件是转换或识别来的，请先对照原件"
    quotes = (quote, *tables.quotes(usual))
    if doubtful:
        names = "、".join(cell_name(tables.form, cell) for cell in doubtful[:3])
        mended = tables.mends(usual, statement.spot.quantity.value)
        return finding(
            "narrative.unproven",
            f"{message}；但“{names}”这一格尚未核实，不能断定正文有误",
            cells=tables.cells(usual),
            quotes=quotes,
            suggestion=f"表中这一格若为 {stated}，含它的等式全部成立：多半是表中有误，正文不误"
            if mended
            else "请对照原件核对这一格，再看正文",
        )
    proven = all(tables.report.cells[cell].verified for cell in tables.cells(usual) if cell in tables.report.cells)
    fix = (
        f"表中这个数与表内各等式相符，多半是正文有误：把 {stated} 改为 {_plain(number)}"
        if proven
        else f"核对台账后，使正文（{stated}）与表（{_plain(number)}）一致"
    )
    return finding("narrative.contradicts", message, cells=tables.cells(usual), quotes=quotes, suggestion=fix + compare)


def _shown(quantity: Quantity) -> str:
    words = {"about": "约 ", "more_than": "多于 ", "less_than": "不足 ", "at_least": "至少 ", "at_most": "至多 ", "exact": ""}
    low = f"{_plain(quantity.low)}—" if quantity.low is not None else ""
    return f"{words[quantity.bound]}{low}{_plain(quantity.value)}{'%' if quantity.unit == '%' else ''}"


def _plain(number: Decimal | None) -> str:
    return "空" if number is None else f"{number:f}"


def _short(text: str) -> str:
    """A quote on one line, short enough for a message."""
    line = re.sub(r"\s+", "", text)
    return line if len(line) <= 40 else f"…{line[-38:]}"
