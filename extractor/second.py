"""A file's other rendering as one more reading: its rows, every token carried to where the first rendering prints it.

It adds alternatives to rows in which the first reading left something in doubt, and takes none away. A row that cannot be carried
whole stays out: a number without a place in the first Document is no evidence there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .crosscheck.resolve import Resolution
from .forms import form_of
from .model import DOUBTFUL, Assignment, Document, Group, Reading, Second, Token
from .reading.outline import outlines
from .reading.tables import read_tables

_WORTH_A_LOOK = DOUBTFUL | {"absent"}
"""What another rendering may settle: cells in doubt, and those this one lost."""


def in_doubt(resolution: Resolution) -> bool:
    """Whether a second look could help: a cell in doubt, or one of a table that was not found."""
    if resolution.form is None:
        return True
    cells = (cell for row in form_of(resolution.form, resolution.divided).rows for cell in row.cells)
    return any(_doubtful(cell, resolution) for cell in cells)


def second_reading(
    document: Document, readings: Sequence[Reading], resolution: Resolution, second: Second, number: int, reports: int
) -> Reading | None:
    """What the other rendering admits about the rows in doubt of report ``number`` of ``reports``, over the first Document.

    None when it adds nothing, finds other reports, or another form.
    """
    found = outlines(second.document)
    if len(found) != reports:
        return None
    read = read_tables(second.document, found[number - 1])
    if read.form is None or (resolution.form is not None and (read.form, read.divided) != (resolution.form, resolution.divided)):
        return None
    first = [group for reading in readings for group in reading.groups]
    groups = tuple(_added(read.groups, first, resolution, document, second))
    return replace(read, groups=groups, rendering="text", notes=()) if groups else None


def _doubtful(cell: str, resolution: Resolution) -> bool:
    return cell not in resolution.cells or resolution.cells[cell].status in _WORTH_A_LOOK


def _added(groups: Sequence[Group], first: Sequence[Group], resolution: Resolution, document: Document, second: Second) -> Iterator[Group]:
    """The groups with a cell in doubt whose values print alone ties to row and columns, no token being another row's already."""
    for group in groups:
        if not group.placed or not group.complete or not any(_doubtful(c, resolution) for c in group.cells):
            continue
        same = [other for other in first if not set(group.cells).isdisjoint(other.cells)]
        if group.column == "open" and any(_spans(other) for other in same):
            continue
        carried = _carried(group, document, second)
        taken = {span for other in first if other not in same for span in _spans(other)}
        if carried is not None and not any(a < end and start < b for start, end in _spans(carried) for a, b in taken):
            yield carried


def _spans(group: Group) -> set[tuple[int, int]]:
    return {(token.start, token.end) for way in group.alternatives for token in way.tokens if token is not None and token.start < token.end}


def _carried(group: Group, document: Document, second: Second) -> Group | None:
    """The group over the first Document; None when one of its tokens is not printed there in one piece."""
    ways: list[Assignment] = []
    for way in group.alternatives:
        tokens = [token and _token(token, document, second.document, second.places) for token in way.tokens]
        if any(old is not None and new is None for old, new in zip(way.tokens, tokens, strict=True)):
            return None
        noise = (_token(token, document, second.document, second.places) for token in way.noise)
        ways.append(Assignment(tuple(tokens), tuple(token for token in noise if token is not None), way.hint))
    stands = {document.line_at(token.start) for way in ways for token in way.tokens if token is not None}
    return replace(group, alternatives=tuple(ways), lines=tuple(sorted(stands)))


def _token(token: Token, document: Document, other: Document, places: Mapping[int, int]) -> Token | None:
    """The same printed characters in the first Document, where they stand together as a token of their own."""
    text = other.text[token.start : token.end]
    stands = [places.get(token.start + at) for at, char in enumerate(text) if not char.isspace()]
    if not stands or stands[0] is None or stands[-1] is None or None in stands:
        return None
    start, end = stands[0], stands[-1] + 1
    around = document.text[max(0, start - 1) : start] + document.text[end : end + 1]
    if document.text[start:end] != text.strip() or any(char.isdecimal() for char in around):
        return None
    return replace(token, start=start, end=end)
