"""How much of a file is read at most: nothing a report needs comes near these bounds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one source file."""

    file_bytes: int = 100 * 2**20
    """Size of the file."""
    text_bytes: int = 8 * 2**20
    """Size of a text, Markdown or HTML file; a long report has 100 kB."""
    characters: int = 4_000_000
    """Characters of text taken from any file."""
    lines: int = 200_000
    pages: int = 600
    scans: int = 100
    """Pages that are pictures: recognising one takes seconds."""
    unpacked_bytes: int = 300 * 2**20
    """All parts of a packed file (docx, xlsx) together."""
    part_bytes: int = 40 * 2**20
    """One part of a packed file that is read, unpacked; a tree of it takes some five times as much memory."""
    ratio: int = 200
    """Unpacked size to packed size of any part over 1 MB."""
    depth: int = 400
    """Nesting of elements."""
    table_cells: int = 200_000
    seconds: float = 120.0
    """Time for one file."""


LIMITS = Limits()
