"""Quotes as the file prints them: the sentence found again in the original, its own characters quoted and its own place named."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from typing import TYPE_CHECKING

from extractor.errors import GongkaiError

from .answer import Citation
from .ground import figures

if TYPE_CHECKING:
    from extractor.library import Library
    from extractor.model import Document

_END = 8
"""Characters of a sentence's beginning and end by which it is found where a page number or a table row stands inside it."""


class Originals:
    """The texts that quotes are looked up in, each source opened once."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._documents: dict[str, Document | None] = {}

    def printed(self, citation: Citation, report_id: str) -> Citation:
        """The citation in the source's own characters, with the place of just these.

        A sentence that the source breaks over lines, or that was read in other characters than these but for their width (traditional
        ones, pinyin taken out), is quoted as it was read and called ``normalised``; so is one whose source the library does not keep.
        """
        document = self._document(report_id)
        start, end = citation.place.get("start"), citation.place.get("end")
        known = None if document is None or start is None or end is None else _found(document, citation.quote, start, end)
        if document is None or known is None:
            return citation if citation.status != "exact" else citation.model_copy(update={"status": "normalised"})
        first, last, whole = known
        place = document.place(first, last)
        words = document.quote(place)
        at = {"line": place.line, "page": place.page if place.page is not None else citation.place.get("page")}
        same = whole and "\n" not in words and _plain(words) == _plain(citation.quote) and figures(words) == figures(citation.quote)
        return citation.model_copy(
            update={
                "place": {**at, "start": place.start, "end": place.end},
                "quote": words if same else citation.quote,
                "status": "exact" if same or words == citation.quote else "normalised",
            }
        )

    def _document(self, report_id: str) -> Document | None:
        if report_id not in self._documents:
            rows = self.library.rows("SELECT sha256 FROM reports WHERE report_id = ?", [report_id])
            try:
                self._documents[report_id] = self.library.document(rows[0][0]) if rows else None
            except GongkaiError:  # the text is not kept, or can no longer be read
                self._documents[report_id] = None
        return self._documents[report_id]


def _found(document: Document, quote: str, start: int, end: int) -> tuple[int, int, bool] | None:
    """Where a quote stands in the normalised text of these offsets of the original, and whether nothing else stands inside it."""
    first, last = bisect_left(document.offsets, start), bisect_left(document.offsets, end)
    places = [at for at in range(first, min(last, len(document.text))) if _counts(document.text[at])]
    text = "".join(document.text[at] for at in places)
    wanted = "".join(char for char in quote if _counts(char))
    if not wanted:
        return None
    at, whole = text.find(wanted), True
    size = len(wanted)
    if at < 0:
        at, whole = text.find(wanted[:_END]), False
        size = text.find(wanted[-_END:], at) + len(wanted[-_END:]) - at if at >= 0 else 0
        if at < 0 or size < len(wanted):
            return None
    return places[at], places[at + size - 1] + 1, whole


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _counts(char: str) -> bool:
    """Whether a character is one of those that joining the lines of a paragraph keeps."""
    return not char.isspace() and char != "|"
