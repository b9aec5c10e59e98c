"""Finds the words of a passage again in its document, so that a quote has its exact place in the original.

A Passage is joined of lines and has its white space evened out; its characters still follow the document's in order.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from ..model import Document, Passage, Place, Quote

_SPACE = " \t\n|\u3000"


@dataclass(frozen=True)
class Located:
    """A passage with, for each of its characters, the offset in ``Document.text``."""

    passage: Passage
    document: Document
    offsets: tuple[int, ...]

    def place(self, start: int, end: int) -> Place:
        """Where a span of the passage stands in the original; the whole passage's place where its words are not found."""
        if not self.offsets or start >= end:
            return self.passage.place
        return self.document.place(self.offsets[start], self.offsets[end - 1] + 1)

    def quote(self, start: int, end: int) -> Quote:
        """A span of the passage in the original's own characters."""
        place = self.place(start, end)
        return Quote(text=self.document.quote(place), place=place)


def locate(passage: Passage, document: Document) -> Located:
    """Align a passage with its document; without offsets where its words do not follow the document's."""
    text, at = document.text, bisect_left(document.offsets, passage.place.start)
    offsets: list[int] = []
    limit = bisect_left(document.offsets, passage.place.end)
    for sign in passage.text:
        if sign == " ":
            offsets.append(min(at, max(len(text) - 1, 0)))
            continue
        while at < limit and text[at] != sign:
            if text[at] in _SPACE:
                at += 1
                continue
            line_end = text.find("\n", at)
            line_end = limit if line_end < 0 else line_end
            marker = text.find(sign, at, min(at + 4, line_end))  # a list marker that the passage leaves out
            at = marker if marker >= 0 else line_end + 1  # else a line that is no part of it: a page number, a running head
        if at >= limit:
            return Located(passage, document, ())
        offsets.append(at)
        at += 1
    return Located(passage, document, tuple(offsets))
