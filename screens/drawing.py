"""The page's own templates, filled in; every value is escaped by the template engine."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from extractor.drawing import draw
from extractor.model import Document, Place

from .english import BRACKET, english
from .words import Lang, say

TEMPLATES = Path(__file__).parent / "templates"
AROUND = 2
"""Lines shown before and after the one that is cited."""
WIDEST = 400
"""Characters of a line shown on either side of what is cited."""


def view(template: str, lang: Lang, **values: Any) -> str:
    """One of the page's templates in a language."""
    return draw(template, folders=(TEMPLATES,), lang=lang, say=partial(say, lang), own=partial(own, lang), **values)


def own(lang: Lang, message: str) -> str:
    """A bilingual message “中文 (english)” in one language: the Chinese alone, or all of it in English as far as it is known."""
    if lang == "en":
        return english(message)
    return BRACKET.sub("", message, count=1)


def safe(html: str) -> Markup:
    """HTML that one of our own templates has made, so that another one does not escape it again."""
    return Markup(html)


def excerpt(document: Document, place: Place, lang: Lang, around: int = AROUND) -> Markup:
    """The line of a place and as many before and after it, numbered as in the original, with the characters of the place marked."""
    lines = document.line_starts
    number = place.line
    rows = []
    for one in range(max(1, number - around), min(len(lines), number + around) + 1):
        start = lines[one - 1]
        end = lines[one] if one < len(lines) else len(document.original)
        text = document.original[start:end].rstrip("\r\n")
        low, high = (place.start - start, place.end - start) if one == number else (0, 0)
        low, high = max(0, low), min(len(text), max(high, 0))
        before, marked, after = text[:low], text[low:high], text[high:]
        rows.append(
            {
                "number": one,
                "here": one == number,
                "before": ("…" if len(before) > WIDEST else "") + before[-WIDEST:] if one == number else "",
                "marked": marked if one == number else "",
                "after": (after if one == number else text)[:WIDEST] + ("…" if len(after) > WIDEST else ""),
            }
        )
    return safe(view("excerpt.html", lang, name=document.source.name, page=place.page, line=number, rows=rows))


def line_place(document: Document, line: int) -> Place:
    """The whole of an original line."""
    starts = document.line_starts
    line = min(max(line, 1), len(starts))
    end = starts[line] if line < len(starts) else len(document.original)
    start = starts[line - 1]
    text = document.original[start:end].rstrip("\r\n")
    return Place(line=line, start=start, end=start + len(text))
