"""Which citations each number of an answer rests on, so that every number carries its own.

The answers cite at the end of a statement. Here every number in a statement is traced to the cells cited with it: a cell's own value,
or what several cells add up to, computed anew. Of two numbers that print alike the words before them decide; where they do not, the
citation stays at the end of the statement, where the answer has it. Nothing is guessed, and no citation is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.errors import FormError
from qa.answer import Answer, Claim
from qa.query import metric

from .quantities import How, Parts, Quantity, changes, quantities, wholes

EACH = 3
"""Citations of one number that are shown one by one; more are shown as one that opens the list."""
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.,-])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")
_UNIT = re.compile(r" ?(?:万元|元|件|个|项|条|篇|次|期|场|人次|人|名|家|户|宗|ten thousand yuan)(?![一-鿿]*率)")
_MARKS = re.compile(r"〔(\d+)〕–〔(\d+)〕|(?:〔\d+〕)+")
_NO_FIGURE = (
    re.compile(r"“[^”]*”"),
    re.compile(r"〔\d+〕"),
    re.compile(r"^(?:\d+|·)\. ", re.M),
    re.compile(r"(?<!\d)(?:19|20)\d\d(?=年|\b(?!,\d))"),
    re.compile(r"第 ?\d+|number \d+|\d+(?= *(?:份|个，并列|reports|of the reports|tied))"),
)
"""Digits that are no figure of the tables: quotes, marks, places in a ranking, years, counts of reports."""
_COUNTED = re.compile(r"(?<=有 )\d+(?= 份)|(?<![\w,])\d+(?= +reports with)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A place in an answer at which citations stand, and what they have to do with the number before it."""

    at: int
    """Offset in the answer's text at which the citation stands: behind the number and its unit."""
    number: str
    """The number as printed; empty for citations that belong to no number."""
    how: How
    parts: Parts
    key: str = ""
    """The metric, where the number is one."""

    @property
    def cited(self) -> tuple[int, ...]:
        """Numbers of all its citations, from 1."""
        return tuple(dict.fromkeys(number for part in self.parts for number in part))

    @property
    def single(self) -> bool:
        """Whether its citations stand one by one, since each of them has this number itself (or there is none to make)."""
        return self.how in ("cell", "together") and len(self.cited) <= EACH

    @property
    def label(self) -> str:
        """Its citations in short: ``3``, ``1–8``, ``1,3``."""
        runs: list[list[int]] = []
        for number in sorted(self.cited):
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        shown = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs]
        return ",".join(shown) if len(shown) <= EACH else f"{shown[0]}…{runs[-1][-1]}"


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str

    @property
    def plain(self) -> str:
        return self.text.replace(",", "").lstrip("-")


def cut(answer: Answer, values: Mapping[int, Decimal]) -> tuple[tuple[str, tuple[Figure, ...]], ...]:
    """The lines of an answer without its marks, each with the figures to stand in it (offsets count within the line).

    ``values`` are the values of the cells cited, by number of citation; a citation without one stays where the answer has it.
    """
    figures, gone = _figures(answer, values)
    found: list[tuple[str, tuple[Figure, ...]]] = []
    start = 0
    for line in answer.answer.split("\n"):
        end = start + len(line)
        inside = [one for one in figures if start <= one.at <= end]
        holes = [hole for hole in gone if start <= hole[0] < end]
        text, shift, kept = "", start, []
        for low, high in holes:
            text += answer.answer[shift:low]
            shift = high
        text += answer.answer[shift:end]
        for one in inside:
            before = sum(min(high, one.at) - low for low, high in holes if low < one.at)
            kept.append(replace(one, at=one.at - start - before))
        found.append((text, tuple(sorted(kept, key=lambda one: one.at))))
        start = end + 1
    return tuple(found)


def _figures(answer: Answer, values: Mapping[int, Decimal]) -> tuple[list[Figure], list[tuple[int, int]]]:
    """Every figure by its offset in the answer, and the marks that are cut out of the text."""
    figures: list[Figure] = []
    gone: list[tuple[int, int]] = []
    cursor = 0
    claimed: list[tuple[int, int]] = []
    for claim in answer.claims:
        at = answer.answer.find(claim.text, cursor)
        if at < 0:
            continue
        cursor = at + len(claim.text)
        claimed.append((at, cursor))
        own = [replace(one, at=one.at + at) for one in _of_claim(answer, claim, values)]
        figures += own
        for mark in _MARKS.finditer(answer.answer, at, cursor):
            low = answer.answer.rfind("\n", 0, mark.start()) + 1
            high = answer.answer.find("\n", mark.start())
            line = [one for one in own if low <= one.at and (high < 0 or one.at <= high)]
            shown = {number for one in line for number in one.cited}
            left = tuple(number for number in _numbers(mark, claim) if number not in shown)
            gone.append(mark.span())
            if left:
                figures.append(Figure(mark.start(), "", "together", tuple((number,) for number in left)))
    for mark in _MARKS.finditer(answer.answer):
        if not any(low <= mark.start() < high for low, high in claimed):
            gone.append(mark.span())
            figures.append(Figure(mark.start(), "", "together", tuple((number,) for number in _numbers(mark, None))))
    return figures, sorted(gone)


def _numbers(mark: re.Match[str], claim: Claim | None) -> tuple[int, ...]:
    """The citations that a mark stands for; “〔1〕–〔8〕” stands for those between of its claim."""
    if mark[1]:
        low, high = int(mark[1]), int(mark[2])
        return tuple(number for number in (claim.citations if claim else range(low, high + 1)) if low <= number <= high)
    return tuple(map(int, re.findall(r"\d+", mark[0])))


def _of_claim(answer: Answer, claim: Claim, values: Mapping[int, Decimal]) -> list[Figure]:
    """The figures of one claim; offsets count within it."""
    known = quantities(answer, claim, values)
    asked = [one for one in known if one.asked] or known
    tokens = _tokens(answer, claim)
    figures: dict[_Token, Figure] = {}
    matched: dict[_Token, Quantity] = {}
    end = 0
    for token in tokens:
        before = claim.text[end : token.start]
        end = token.end
        best = _fitting(token, [one for one in known if one.printed == token.plain], before, claim.text)
        if best:
            matched[token] = best[0]
            parts = best[0].parts if len(best) == 1 else tuple((number,) for one in best for number in one.cited)
            how = best[0].how if len(best) == 1 else "cell" if all(one.how == "cell" for one in best) else "together"
            figures[token] = Figure(_behind(claim.text, token), token.text, how, parts, best[0].key)
    for token in tokens:
        if token not in figures and (made := _made(token, answer, claim, asked, matched)):
            figures[token] = Figure(_behind(claim.text, token), token.text, made.how, made.parts, made.key)
        elif token not in figures and (said := _said(token, answer, claim)):
            figures[token] = Figure(_behind(claim.text, token), token.text, "together", tuple((number,) for number in said))
    count = _COUNTED.search(claim.text) if answer.query and answer.query.kind == "count" else None
    cells = {(cited.source, cited.agency, cited.year) for number in claim.citations for cited in [answer.citations[number - 1]]}
    if count and claim.citations and int(count[0]) == len(cells):
        at = re.compile(r"(?: 份| *reports)?").match(claim.text, count.end())
        figures[_Token(*count.span(), count[0])] = Figure(
            at.end() if at else count.end(), count[0], "together", tuple((number,) for number in claim.citations)
        )
    return list(figures.values())


def _tokens(answer: Answer, claim: Claim) -> list[_Token]:
    """The numbers of a claim that may be figures: not those of names, quotes, years, places in a ranking, or bounds asked for."""
    text = claim.text
    blank = lambda found: " " * len(found[0])  # noqa: E731
    names = {cited.agency for cited in answer.citations if cited.agency} | {value.agency for value in answer.values if value.agency}
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "一" * len(name))
    for pattern in _NO_FIGURE:
        text = pattern.sub(blank, text)
    if answer.query is not None and answer.query.kind in ("count", "list") and answer.query.where is not None:
        head = re.match(r"[^\n]*", text)
        text = " " * head.end() + text[head.end() :] if head else text
    return [_Token(*found.span(), found[0]) for found in _NUMBER.finditer(text)]


def _fitting(token: _Token, found: Sequence[Quantity], before: str, text: str) -> list[Quantity]:
    """Of the numbers that print like the token the one that the words before it name; all of them where it speaks of all at once;
    none where the words do not tell."""
    if len({one.parts for one in found}) < 2:
        return list(found[:1])
    after = re.match(r"[^,;]{0,40}? in (\d{4})", text[token.end :])
    years = {int(after[1])} if after else set(map(int, re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d|,)", before)))
    named = {one.agency for one in found if one.agency and one.agency in before}
    if not named:
        last = max(((text.rfind(one.agency, 0, token.start), one.agency) for one in found if one.agency), default=(-1, ""))
        named = {last[1]} if last[0] >= 0 else set()

    def weight(one: Quantity) -> tuple[bool, bool, bool, bool]:
        return one.agency in named, not years or one.year in years, _called(one.key) in before, one.asked

    top = max(map(weight, found))
    best = [one for one in found if weight(one) == top]
    if len(best) == 1 or (len(named) > 1 and {one.agency for one in best} == named and len(best) == len(named)):
        return best
    return []


def _called(key: str) -> str:
    """How a metric's own row or column is called, without groups and ordinal."""
    try:
        text = re.sub(r"\(.*?\)", "", metric(key).label.text).removesuffix("·总计")
    except FormError:
        return key
    return re.sub(r"^(?:\d+\.|（.）)", "", text.rpartition("·")[2])


def _made(token: _Token, answer: Answer, claim: Claim, asked: Sequence[Quantity], matched: Mapping[_Token, Quantity]) -> Quantity | None:
    """The sum, mean, difference or growth that a number is; of a difference only where one pair alone gives it, or the ends of a
    series do."""
    kind = answer.query.kind if answer.query else ""
    if kind in ("sum", "average"):
        how = "sum" if kind == "sum" else "mean"
        return next((one for one in wholes(asked) if one.how == how and one.printed == token.plain), None)
    low, high = claim.text.rfind("\n", 0, token.start), claim.text.find("\n", token.start)
    line = [one for place, one in matched.items() if low < place.start and (high < 0 or place.start < high) and one.asked]
    fitting = [one for one in changes(list(dict.fromkeys(line)) if len(line) > 1 else asked) if one.printed == token.plain]
    pairs = {frozenset(one.parts) for one in fitting}
    return fitting[0] if fitting and (len(pairs) == 1 or kind == "trend") else None


def _said(token: _Token, answer: Answer, claim: Claim) -> tuple[int, ...]:
    """The sentences cited that hold a number; all of them for a sum over what they say."""
    told = [number for number in dict.fromkeys(claim.citations) if answer.citations[number - 1].kind == "sentence"]
    holding = tuple(
        number
        for number in told
        if token.plain in [found[0].replace(",", "") for found in re.finditer(r"\d[\d,]*(?:\.\d+)?%?", answer.citations[number - 1].quote)]
    )
    whole = [value.value for value in answer.values if value.agency is None and value.metric == "" and value.value is not None]
    if not holding and len(told) == len(claim.citations) and token.plain in [f"{value:f}" for value in whole]:
        return tuple(told)
    return holding if len(holding) <= EACH else ()


def _behind(text: str, token: _Token) -> int:
    unit = _UNIT.match(text, token.end)
    return unit.end() if unit else token.end
