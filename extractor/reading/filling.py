"""Every way in which printed tokens can fill the places of one row, keeping their printed order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations, islice, pairwise, product

from ..model import Assignment, Token

_COMMAS = re.compile(r"\d{1,3}(?:[,，]\d{3})+")
_GROUP = re.compile(r"\d+")

MAX_WAYS = 4_000
"""Ways listed for one group before the reader gives up; 15 places with 5 lost tokens have 3,003."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to fill a row, the likeliest first."""

    assignments: tuple[Assignment, ...]
    complete: bool = True
    """False when there were more than could be listed."""
    full: bool = False
    """Whether the tokens fill the row exactly, one for one."""


Margins = frozenset[tuple[int, int]]
"""Pairs (blank cells before the values, after them) that are layout, as met in rows whose values are all printed."""

UNKNOWN: Margins = frozenset()


def ways(tokens: Sequence[Token], width: int, margins: Margins = UNKNOWN, *, lossy: bool = False) -> Ways:
    """List every admissible filling of ``width`` places by these tokens, blanks included.

    Exactly as many printed tokens as places is one way. Else the blanks that the source shows are kept where the
    table's other rows show that they are places; what is missing may have stood anywhere; a digit string may be
    neighbours glued together; what is too much is named noise. ``lossy``: other rows of the table lost cells and nothing
    shows which blanks of this one are layout, so its blanks prove no place.
    """
    printed = tuple(t for t in tokens if t.kind != "blank")
    if len(printed) == width:
        return Ways((Assignment(printed),), full=True)
    if not printed:
        blanks = tuple(tokens[:width]) if len(tokens) >= width else ()
        return Ways((Assignment(blanks or (None,) * width),), full=len(tokens) >= width)
    boxed = tuple(_trimmed(tokens, width, margins))
    exact = tuple(dict.fromkeys(body for body in boxed if len(body) == width))
    shorter = tuple(body for body in boxed if len(body) < width)
    known = len(tokens) == width or bool(margins)
    doubtful = lossy or len({head for head, _ in margins}) > 1
    if exact and not (shorter and doubtful):
        return Ways(tuple(Assignment(body) for body in exact), full=known and len(exact) == 1)
    if exact:
        boxed = shorter
    found: dict[tuple[Token | None, ...], Assignment] = {body: Assignment(body) for body in exact}
    complete = True
    ways_on = _damaged(boxed, printed, width) if not exact else chain.from_iterable(_gaps(body, width) for body in shorter)
    for assignment in islice(ways_on, MAX_WAYS + 1):
        if len(found) >= MAX_WAYS:
            complete = False
            break
        found.setdefault(assignment.tokens, assignment)
    return Ways(tuple(found.values()) or (Assignment((None,) * width, noise=printed),), complete and bool(found))


def _trimmed(tokens: Sequence[Token], width: int, margins: Margins) -> Iterator[tuple[Token, ...]]:
    """The token sequence without the blank cells that belong to the layout, in every way the table admits."""
    count = len(tokens)
    before = next(i for i, t in enumerate(tokens) if t.kind != "blank")
    after = next(i for i, t in enumerate(reversed(tokens)) if t.kind != "blank")
    seen: set[tuple[int, int]] = set()
    for head in range(before + 1):
        for tail in range(after + 1):
            if margins and (head, tail) not in margins:
                continue
            seen.add((head, tail))
            yield tuple(tokens[head : count - tail])
    if not seen:
        yield tuple(tokens[before : count - after])
        if count == width:
            yield tuple(tokens)


def _damaged(bodies: Sequence[tuple[Token, ...]], printed: tuple[Token, ...], width: int) -> Iterator[Assignment]:
    sequences: list[tuple[Token, ...]] = list(dict.fromkeys([*bodies, printed]))
    for body in sequences:
        if len(body) < width:
            yield from _gaps(body, width)
    if len(printed) < width:
        yield from _unglued(printed, width)
    for body in sequences:
        if len(body) > width:
            yield from _excess(body, width)


def _gaps(body: tuple[Token, ...], width: int) -> Iterator[Assignment]:
    """Lost places: the tokens in order, with nothing printed in the others."""
    for places in _gap_places(len(body), width):
        row: list[Token | None] = [None] * width
        for place, token in zip(places, body, strict=True):
            row[place] = token
        lost = "、".join(str(i + 1) for i in range(width) if row[i] is None)
        yield Assignment(tuple(row), hint=f"第{lost}格缺失")


@lru_cache(maxsize=64)
def _gap_places(count: int, width: int) -> tuple[tuple[int, ...], ...]:
    """Increasing places for ``count`` tokens; first those that lose one run of cells in the middle, as blanks drop out."""
    return tuple(sorted(combinations(range(width), count), key=lambda places: (places[-1] != width - 1, places[0] != 0)))


def _excess(body: tuple[Token, ...], width: int) -> Iterator[Assignment]:
    """More tokens than places: blanks go first, then any token may be noise."""
    surplus = len(body) - width
    blanks = [i for i, t in enumerate(body) if t.kind == "blank"]
    choices = combinations(blanks, surplus) if len(blanks) >= surplus else combinations(range(len(body)), surplus)
    for dropped in choices:
        kept = tuple(t for i, t in enumerate(body) if i not in dropped)
        noise = tuple(body[i] for i in dropped if body[i].kind != "blank")
        yield Assignment(kept, noise, hint="多出的“" + "、".join(t.raw for t in noise) + "”不是本行的数" if noise else "")


def _unglued(printed: tuple[Token, ...], width: int) -> Iterator[Assignment]:
    """Digit strings that are several neighbouring cells without the space between them."""
    missing = width - len(printed)
    lengths = [_pieces(t) for t in printed]
    for shares in product(*(range(min(length, missing + 1)) for length in lengths)):
        if sum(shares) != missing:
            continue
        parts = [tuple(split(token, share + 1)) for token, share in zip(printed, shares, strict=True)]
        for choice in product(*parts):
            row = tuple(token for piece in choice for token in piece)
            glued = "、".join(t.raw for t, share in zip(printed, shares, strict=True) if share)
            yield Assignment(row, hint=f"“{glued}”是相邻几格连在一起")


def _pieces(token: Token) -> int:
    """Into how many numbers a token can be cut: its digits, or the groups between its commas."""
    if token.kind != "number":
        return 1
    return len(token.raw) if token.raw.isdecimal() else len(_GROUP.findall(token.raw)) if _COMMAS.fullmatch(token.raw) else 1


def split(token: Token, pieces: int) -> Iterator[tuple[Token, ...]]:
    """The ways to cut a digit string into so many numbers, none with a leading zero.

    ``17,266`` is one number or two: a comma is where it can be cut.
    """
    digits = token.raw
    if pieces == 1:
        yield (token,)
        return
    if not digits.isdecimal():
        groups = list(_GROUP.finditer(digits))
        if len(groups) == pieces:
            yield tuple(Token(m.group(), token.start + m.start(), token.start + m.end(), "number", int(m.group())) for m in groups)
        return
    for cuts in combinations(range(1, len(digits)), pieces - 1):
        edges = (0, *cuts, len(digits))
        texts = [digits[a:b] for a, b in pairwise(edges)]
        if any(len(text) > 1 and text[0] == "0" for text in texts):
            continue
        yield tuple(
            Token(text, token.start + a, token.start + b, "number", int(text)) for text, (a, b) in zip(texts, pairwise(edges), strict=True)
        )


def margin_of(tokens: Sequence[Token], width: int) -> tuple[int, int] | None:
    """The blank cells before and after the values of an undamaged row; None for any other row."""
    filled = [i for i, t in enumerate(tokens) if t.kind != "blank"]
    if len(filled) != width or filled[-1] - filled[0] != width - 1:
        return None
    return filled[0], len(tokens) - 1 - filled[-1]


def overlaid(first: Sequence[Token | None], second: Sequence[Token | None], *, limit: int = MAX_WAYS) -> Iterator[Assignment]:
    """One row printed on two lines, cell under cell: where both print something, either may be the value."""
    options: list[tuple[Token | None, ...]] = []
    for a, b in zip(first, second, strict=True):
        a_printed, b_printed = a is not None and a.kind != "blank", b is not None and b.kind != "blank"
        if a_printed and b_printed:
            same = a is not None and b is not None and a.kind == b.kind == "number" and a.value == b.value
            options.append((a,) if same else (a, b))
        elif b_printed:
            options.append((b, a) if a is not None else (b,))
        else:
            options.append((a,))
    for choice in islice(product(*options), limit):
        used = {id(t) for t in choice}
        noise = tuple(t for t in (*first, *second) if t is not None and t.kind != "blank" and id(t) not in used)
        yield Assignment(tuple(choice), noise, hint="一格印了两次")


def merged(first: Sequence[Token], second: Sequence[Token]) -> Iterator[Assignment]:
    """One row whose values stand on two lines: those of the second follow the first, or slid down from any place."""
    width = len(first) + len(second)
    places = sorted(combinations(range(width), len(second)), reverse=True)
    for chosen in places:
        row: list[Token | None] = [None] * width
        for place, token in zip(chosen, second, strict=True):
            row[place] = token
        rest = iter(first)
        yield Assignment(tuple(next(rest) if token is None else token for token in row), hint="数印在两行")


def refilled(row: Sequence[Token | None], below: Sequence[Token]) -> Iterator[Assignment]:
    """A row with blank cells and a line below it: what stands there slid out of the blanks, or is none of the row's."""
    blanks = [place for place, token in enumerate(row) if token is None or token.kind == "blank"]
    if not 0 < len(below) <= len(blanks):
        return
    for chosen in combinations(blanks, len(below)):
        filled = list(row)
        for place, token in zip(chosen, below, strict=True):
            filled[place] = token
        yield Assignment(tuple(filled), hint="空格里的数印在下一行")
    yield Assignment(tuple(row), noise=tuple(below), hint="下一行的数不是本行的")
