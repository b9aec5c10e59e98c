"""A person sets our reading right: corrections are kept with who, when and why, and every new reading of the text takes them up.

A correction says what stands in the source. It replaces the token we read and the report is resolved anew, so that everything
else is proven, or no longer proven, with it. A mistake that the report itself makes is not corrected: it gets a verdict.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from ..errors import FormError, LibraryError, QueryError
from ..model import Assignment, Document, Evidence, Group, Reading, Report, Token
from ..view import form_for

Value = int | Decimal | None
Amend = Callable[[int, Reading], Reading]
"""From a report's number in its file and a reading to that reading with the corrections in it."""
Reread = Callable[[Document, str, Amend], Sequence[Report]]
"""Reads a document again with an engine and corrections."""

ABOUT = ("title", "agency", "year", "scope", "level", "region", "published")
"""Fields about the report that can be corrected beside its cells."""
BLANK = frozenset({"", "空", "空白", "blank", "null", "none"})
NOT_APPLICABLE = frozenset({"/", "／", "—", "－", "-", "不适用"})
WITHDRAW = frozenset({"撤回", "withdraw"})
_YEARS = (2000, 2099)
_DIGITS = 12
"""Digits before the point of the largest value that anybody can mean."""
ENGINES = ("offline", "llm", "auto")


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says stands in a place of a text."""

    field: str
    """A cell's dotted path, or one of ABOUT."""
    value: str
    """As the person wrote it."""
    why: str = ""
    who: str = ""

    @property
    def withdrawn(self) -> bool:
        """Whether it takes an earlier correction back."""
        return self.value.strip().lower() in WITHDRAW


def corrected(
    document: Document,
    number: int,
    engine: str,
    corrections: Sequence[Correction],
    *,
    reread: Reread,
    fallback: Report | None = None,
) -> Report:
    """The report with this number, read and resolved anew with corrections."""
    about = {one.field: one for one in corrections if one.field in ABOUT}
    wanted = {one.field: one for one in corrections if one.field not in ABOUT}

    def amend_one(place: int, reading: Reading) -> Reading:
        return amend(reading, wanted) if place == number else reading

    if wanted or fallback is None:
        reports = reread(document, engine, amend_one)
        if len(reports) < number:
            raise LibraryError(f"重新读取时文件中只有 {len(reports)} 份报告，找不到第 {number} 份 (report {number} is gone on re-reading)")
        report = reports[number - 1]
    else:
        report = fallback
    return mark(describe(report, about.values()), wanted)


def amend(reading: Reading, corrections: Mapping[str, Correction]) -> Reading:
    """A reading in which the corrected cells hold what the person says, in every alternative that is left."""
    groups: list[Group] = []
    todo = dict(corrections)
    for group in reading.groups:
        found = {index: todo.pop(cell) for index, cell in enumerate(group.cells) if cell in todo}
        for index, correction in found.items():
            group = replace(group, alternatives=_pinned(group, index, correction))
        groups.append(group)
    for cell, correction in todo.items():
        token = _token(correction, None, cell)
        groups.append(Group((cell,), (Assignment((token,)),), "unlabelled", "open", why="由人补入 (added by a person)"))
    return replace(reading, groups=tuple(groups))


def mark(report: Report, corrections: Mapping[str, Correction]) -> Report:
    """A resolved report in which corrected cells say so and hold the person's value."""
    cells = dict(report.cells)
    changes: dict[str, Value] = {}
    for cell, correction in corrections.items():
        if cell not in cells:
            continue
        value, printed = parse(correction.value, cell)
        evidence = cells[cell]
        agreed = report.value(cell) == value
        why = f"{correction.who or '有人'}更正：{correction.why}"
        status = evidence.status if agreed and evidence.status != "absent" else _STATUS[printed]
        changed = {"how": "corrected", "by": (*evidence.by, "person"), "why": why, "printed": printed, "status": status}
        cells[cell] = Evidence.model_validate(
            {**evidence.model_dump(), **changed, "verified": evidence.verified and agreed and status == "verified"}
        )
        if not agreed:
            changes[cell] = value
    content = report.model_dump()
    for cell, value in changes.items():
        *folders, last = cell.split(".")
        part = content
        for folder in folders:
            part = part[folder]
        part[last] = value
    return Report.model_validate({**content, "cells": cells}) if changes else report.model_copy(update={"cells": cells})


def describe(report: Report, corrections: Iterable[Correction]) -> Report:
    """A report with corrected fields about it."""
    changes = {one.field: None if one.value.lower() in BLANK else one.value for one in corrections}
    if not changes:
        return report
    try:
        return Report.model_validate({**report.model_dump(), **changes})
    except ValidationError as error:
        problem = error.errors()[0]
        raise QueryError(f"“{problem['loc'][0]}”不能是“{problem['input']}”：{problem['msg']} (not a possible value)") from None


def check(report: Report, field: str, value: str) -> None:
    """Raise when a report has no such field or the field cannot take the value."""
    if field in ABOUT:
        describe(report, [Correction(field, value)])
        _check_about(field, value.strip())
        return
    form = form_for(report)
    if form is None:
        raise FormError(f"这份报告没有表格，只能更正 {'、'.join(ABOUT)} (the report has no tables)")
    if field not in form.cells:
        raise FormError(
            f"这份报告的表格没有“{field}”这一格；可更正的是单元格的路径（见 gongkai rules --fields）和 {'、'.join(ABOUT)} "
            f"(the report has no cell {field})"
        )
    measure = form.column(field).measure
    number, _ = parse(value, field)
    if number is not None and measure != "change" and number < 0:
        raise QueryError(f"“{form.caption(field)}”不能是负数 {number} (cannot be negative)")


def _check_about(field: str, value: str) -> None:
    """Raise for a year or date of publication that no report can have."""
    if value.lower() in BLANK:
        return
    if field == "year" and not _YEARS[0] <= int(value) <= _YEARS[1]:
        raise QueryError(f"年度应在 {_YEARS[0]} 至 {_YEARS[1]} 之间，不是 {value} (not a report year)")
    if field == "published":
        try:
            date.fromisoformat(value)
        except ValueError:
            raise QueryError(f"发布日期写作 2023-01-31 的样子，不是“{value}” (published is a date like 2023-01-31)") from None


def parse(text: str, cell: str) -> tuple[Value, str]:
    """A person's value for a cell, and what then is printed there: number, blank or not_applicable."""
    plain = text.strip()
    if plain.lower() in BLANK:
        return None, "blank"
    if plain in NOT_APPLICABLE:
        return None, "not_applicable"
    money = cell.endswith(("amount_yuan", "amount_wan_yuan"))
    number = unicodedata.normalize("NFKC", plain).replace(",", "")
    if not re.fullmatch(r"[+-]?[0-9]+(?:\.[0-9]+)?" if money else r"[+-]?[0-9]+", number):
        kind = "金额" if money else "整数"
        raise QueryError(f"“{text}”不是{kind}；空白写 blank，不适用写 / (not a number, blank or /)")
    if len(number.partition(".")[0].lstrip("+-")) > _DIGITS:
        raise QueryError(f"“{text}”大得不可能，超过 {_DIGITS} 位 (impossibly large)")
    return (Decimal(number) if money else int(number)), "number"


_STATUS = {"number": "read", "blank": "blank", "not_applicable": "not_applicable"}


def _pinned(group: Group, index: int, correction: Correction) -> tuple[Assignment, ...]:
    cell = group.cells[index]
    value, printed = parse(correction.value, cell)
    agreeing = tuple(
        way for way in group.alternatives if (token := way.tokens[index]) is not None and token.kind == printed and token.value == value
    )
    if agreeing:
        return agreeing
    pinned: dict[tuple[Token | None, ...], Assignment] = {}
    for way in group.alternatives:
        tokens = (*way.tokens[:index], _token(correction, way.tokens[index], cell), *way.tokens[index + 1 :])
        pinned.setdefault(tokens, replace(way, tokens=tokens))
    return tuple(pinned.values())


def _token(correction: Correction, old: Token | None, cell: str) -> Token:
    value, printed = parse(correction.value, cell)
    kind: Literal["number", "blank", "not_applicable"] = (
        "number" if printed == "number" else "blank" if printed == "blank" else "not_applicable"
    )
    start, end = (old.start, old.end) if old else (0, 0)
    return Token(old.raw if old else correction.value, start, end, kind, value)


def rereader(calls: Path | None) -> Reread:
    """Reads again as the report was read; a model's answers are replayed from this call log (None: the user's own)."""

    def reread(document: Document, engine: str, amend: Amend) -> Sequence[Report]:
        from ..pipeline import extract

        if engine not in ENGINES:
            raise LibraryError(f"不认识读取方式“{engine}” (unknown engine)")
        if engine == "offline":
            return extract(document, amend=amend)
        from ..engines import opened

        with opened(None, log_path=calls) as session:
            return extract(document, amend=amend, engine=engine, session=session)  # type: ignore[arg-type]

    return reread
