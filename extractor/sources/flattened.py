"""Tables that ran together into one line, as dumps of whole pages without line breaks have them: a row begins behind a value."""

from __future__ import annotations

import re

from ..forms import SECTIONS

_FEWEST = 30
"""Cells in one line beyond those of the widest row: more of them are several rows."""

_BETWEEN = re.compile(
    r"(?<=[\d元件/—\-])(?P<gap>[ \u00a0]*+[|\t]?(?:[ \u00a0]*+\|){0,30}+[ \u00a0]*+)"
    r"(?=(?:[(]?[一二三四五六七八][)、.]|\d[.、])[ ]?[\u3400-\u9fff]|[\u3400-\u9fff])"
)
_VALUE = re.compile(r"(?:\d[\d,.]*(?:[亿万千]?元|件)?|/|—+|-)$")


_HEADED = re.compile(rf"[ \u00a0|]*[一二三四五六]、 ?(?:{'|'.join(map(re.escape, SECTIONS.values()))}):?(?P<gap>[ \u00a0|\t]+)")
_HEADED_FEWEST = 8
_WORDS = re.compile(r"(?<=[\u3400-\u9fff)]) (?=[\u3400-\u9fff])")
"""A space between words in a line of tabs: there a row without values ended."""


def unflatten(text: str) -> str:
    """The text, as long as before, with line breaks where rows begin in such a line: between a value and a label."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        marks = max(line.count("|"), line.count("\t"))
        headed = _HEADED.match(line) if marks > _HEADED_FEWEST else None
        if marks > _FEWEST or headed:
            lines[number] = _rows(line, headed)
    return "\n".join(lines)


def _rows(line: str, headed: re.Match[str] | None) -> str:
    first, last = (min(at for at in (line.find("|"), line.find("\t")) if at >= 0), max(line.rfind("|"), line.rfind("\t")))
    out = list(line)
    breaks = [
        _break(match)
        for match in _BETWEEN.finditer(line, first)
        if match.start() <= last and match["gap"] and _VALUE.search(line, max(first, match.start() - 24), match.start())
    ]
    if not headed and len(breaks) < 3:
        return line
    if "|" not in line:
        breaks += [match.start() for match in _WORDS.finditer(line)]
    for at in breaks:
        out[at] = "\n"
    if headed:
        out[headed.end() - 1] = "\n"
    return "".join(out)


def _break(match: re.Match[str]) -> int:
    """The character of a gap at which the line breaks: behind the pipe that ends the row, or behind all that fill it up."""
    start, gap = match.start("gap"), match["gap"]
    mark = re.search(r"[|\t]", gap)
    if mark is None:
        return start
    spaces = [at for at, char in enumerate(gap) if char in " \u00a0" and at > mark.start()]
    if not spaces:
        return start + mark.start()
    return start + (spaces[-1] if "||" in gap else spaces[0])
