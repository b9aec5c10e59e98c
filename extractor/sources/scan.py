"""A page that is a picture, as its characters and ruled lines: straightened, its lines found, its print recognised.

What comes out is what :mod:`.pdf_page` gives for a page with a text layer, so tables are read by the same code. The recogniser
may overlook a lone digit: ink in a table of which nothing was read becomes U+FFFD, never a blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from . import ocr
from .ocr import Box, Glyph, Picture
from .pdf_page import Char, PageContent, Rule

DPI = 200
"""Dots per inch at which pages are looked at."""
SHRINK = 1.6
"""By how much a page is reduced before text is looked for on it; what is overlooked is found by its ink."""
THINNEST = 1.2
"""Points: what is thinner is what was left of a rule; the stem of a 1 has its flag."""
LONGEST = 6000
"""Pixels along the longer side at most: a poster is looked at from farther away."""
UNREAD = "\ufffd"
"""Stands for a character that is there but was not read."""
SURE = 0.7
"""Below this a digit is looked at again, and given up as unread when it stays doubtful."""

_Ink = NDArray[np.uint8]
"""1 where something is printed."""
_POINT = DPI / 72
"""Pixels to a point."""


def page_of(picture: Picture) -> PageContent | None:
    """A page scanned at ``DPI`` dots per inch: its characters and rules in points, upright; None for a blank one."""
    if not _ink(picture).any():
        return None
    sheet = _sheet(_straight(picture))
    turn = _turn(sheet)
    if turn:
        sheet = _sheet(np.ascontiguousarray(np.rot90(sheet.picture, turn)))
    pieces = [piece for box in sheet.boxes for piece in _pieces(box, sheet.bare, sheet.down)]
    pieces += [box for box in _missed(_ink(sheet.bare), pieces) if sheet.rules(box)]
    chars: list[Char] = []
    for box in pieces:
        found = _chars(box, ocr.recognise(_crop(sheet.bare, box)), sheet.bare)
        chars += found or ([_unread(box)] if sheet.rules(box) and _legible(box) else [])
    if not chars:
        return None
    high, wide = sheet.picture.shape
    numbered = tuple(replace(char, index=index) for index, char in enumerate(chars))
    return PageContent(wide / _POINT, high / _POINT, numbered, tuple(sheet.across), tuple(sheet.down), 1.0, 0)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page with what was seen on it."""

    picture: Picture
    bare: Picture
    """The picture without its ruled lines."""
    across: list[Rule]
    down: list[Rule]
    boxes: list[Box]
    """Where text stands."""

    def rules(self, box: Box) -> bool:
        """Whether ruled lines stand on all four sides of a box."""
        x, y = (box.left + box.right) / 2 / _POINT, box.middle / _POINT
        flat = [rule.at for rule in self.across if rule.start - 4 <= x <= rule.end + 4]
        tall = [rule.at for rule in self.down if rule.start - 4 <= y <= rule.end + 4]
        return bool(flat and tall) and min(flat) < y < max(flat) and min(tall) < x < max(tall)


def _sheet(picture: Picture) -> _Sheet:
    across, down, lines = _rules(_ink(picture))
    bare = np.where(cv2.dilate(lines, np.ones((3, 3), np.uint8)) > 0, np.uint8(255), picture)
    small = _smaller(bare, SHRINK)
    boxes = [Box(*(round(edge * SHRINK) for edge in (box.left, box.top, box.right, box.bottom))) for box in ocr.find(small)]
    return _Sheet(picture, bare, across, down, boxes)


# ------------------------------------------------------------------------------------- the picture
def grey(picture: NDArray[np.uint8]) -> Picture:
    """Grey levels of a picture in colour; a red seal, as large as a coin, is faded so that the print under it can be read."""
    if picture.ndim == 2 or picture.shape[2] == 1:
        return np.ascontiguousarray(picture.reshape(picture.shape[:2]))
    red, green, blue = (picture[:, :, channel].astype(np.int16) for channel in range(3))
    levels = cv2.cvtColor(picture[:, :, :3], cv2.COLOR_RGB2GRAY)
    stamped = ((red - green > 50) & (red - blue > 50)).astype(np.uint8)
    if stamped.any():
        count, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(stamped, np.ones((15, 15), np.uint8)))
        for number in range(1, count):
            if min(stats[number][2], stats[number][3]) > 60 * _POINT:
                seal = (labels == number) & (stamped > 0)
                levels[seal] = np.clip((red[seal] - 100) * 2.55, 0, 255)
    return np.asarray(levels, np.uint8)


def _ink(picture: Picture) -> _Ink:
    """What is darker than its surroundings."""
    found = cv2.adaptiveThreshold(picture, 1, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY_INV, 2 * (DPI // 8) + 1, 15)
    return np.asarray(found, np.uint8)


def _straight(picture: Picture) -> Picture:
    """The picture turned by the few degrees by which it lay askew on the glass."""
    angle = _skew(_ink(picture))
    if abs(angle) < 0.05:
        return picture
    high, wide = picture.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1.0)
    return np.asarray(cv2.warpAffine(picture, turn, (wide, high), flags=cv2.INTER_CUBIC, borderValue=(255,)), np.uint8)


def _skew(ink: _Ink) -> float:
    """By how many degrees to turn the picture to the left for its rules and lines of text to lie level, up to 5 each way."""
    angle = 0.0
    for shrink, reach, step in ((4, 5.0, 0.5), (4, 0.5, 0.1), (2, 0.1, 0.03)):
        small = _smaller(ink * np.uint8(255), shrink)
        tried = np.arange(angle - reach, angle + reach + step / 2, step)
        angle = float(max(tried, key=lambda each: _sharpness(small, float(each))))
    return angle


def _smaller(picture: Picture, by: float) -> Picture:
    high, wide = picture.shape
    return np.asarray(cv2.resize(picture, (max(1, round(wide / by)), max(1, round(high / by))), interpolation=cv2.INTER_AREA), np.uint8)


def _sharpness(small: NDArray[np.uint8], angle: float) -> float:
    """How clearly lines of text stand apart when the picture is turned by an angle."""
    high, wide = small.shape
    turned = cv2.warpAffine(small, cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1.0), (wide, high))
    return float(np.square(np.diff(turned.sum(axis=1, dtype=np.float64))).sum())


def _turn(sheet: _Sheet) -> int:
    """Quarter turns to the left that set the print upright: lines of text are wider than high, and read with confidence."""
    long = [box for box in sheet.boxes if max(box.width, box.height) > 3 * min(box.width, box.height)]
    if not long:
        return 0
    lying = sum(box.height > box.width for box in long) * 2 > len(long)
    if not lying and _confidence(sheet.bare, long, 0) > SURE:
        return 0
    return max((1, 3) if lying else (0, 2), key=lambda turn: _confidence(sheet.bare, long, turn))


def _confidence(picture: Picture, boxes: Sequence[Box], turn: int) -> float:
    """How surely the longest lines are read when the picture is turned by quarter turns to the left."""
    turned = np.rot90(picture, turn)
    longest = sorted(boxes, key=lambda box: -max(box.width, box.height))[:4]
    sure = [glyph.sure for box in longest for glyph in ocr.recognise(_crop(turned, _moved(box, turn, picture.shape)))]
    return float(np.mean(sure)) if sure else 0.0


def _moved(box: Box, turn: int, shape: tuple[int, ...]) -> Box:
    """Where a box is after quarter turns to the left."""
    high, wide = shape[:2]
    for _ in range(turn):
        box = Box(box.top, wide - box.right, box.bottom, wide - box.left)
        high, wide = wide, high
    return box


# ------------------------------------------------------------------------------------- rules
def _rules(ink: _Ink) -> tuple[list[Rule], list[Rule], _Ink]:
    """Ruled lines across and down in points, and the ink that they are made of."""
    across, flat = _long(ink, round(20 * _POINT), upright=False)
    down, tall = _long(ink, round(14 * _POINT), upright=True)
    # A stroke of a character is no rule: rules down meet rules across, or are longer than any character is high.
    kept = [rule for rule in down if rule.end - rule.start > 40 or sum(_meets(rule, other) for other in across) >= 2]
    erased = tall.copy()
    for rule in down:
        if rule not in kept:
            x = round(rule.at * _POINT)
            erased[round(rule.start * _POINT) : round(rule.end * _POINT) + 1, max(0, x - 4) : x + 5] = 0
    # A little beyond their ends too, where a line frays.
    frayed = np.maximum(cv2.dilate(flat, np.ones((1, 9), np.uint8)), cv2.dilate(erased, np.ones((9, 1), np.uint8)))
    return across, kept, np.asarray(frayed, np.uint8)


def _meets(upright: Rule, flat: Rule) -> bool:
    return flat.start - 4 <= upright.at <= flat.end + 4 and upright.start - 4 <= flat.at <= upright.end + 4


def _long(ink: _Ink, length: int, *, upright: bool) -> tuple[list[Rule], _Ink]:
    """Thin lines of at least a length in pixels, in one direction."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((5, 1) if upright else (1, 5), np.uint8))
    opened = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((length, 1) if upright else (1, length), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    rules = []
    for number in range(1, count):
        x, y, wide, high, area = (int(value) for value in stats[number])
        long, thick = (high, wide) if upright else (wide, high)
        if area / max(1, long) > 4 * _POINT:
            opened[labels == number] = 0
            continue
        at, start = (x + (wide - 1) / 2, y) if upright else (y + (high - 1) / 2, x)
        if thick <= max(6 * _POINT, 0.03 * long):
            rules.append(Rule(at / _POINT, start / _POINT, (start + long) / _POINT))
    return rules, np.asarray(opened, np.uint8)


# ------------------------------------------------------------------------------------- print
def _pieces(box: Box, picture: Picture, down: Sequence[Rule]) -> Iterator[Box]:
    """A box cut at the rules that run through it, and into its lines where it is a column of characters."""
    middle = box.middle / _POINT
    cuts = sorted(round(rule.at * _POINT) for rule in down if rule.start < middle < rule.end)
    edges = [box.left, *(cut for cut in cuts if box.left + 2 < cut < box.right - 2), box.right]
    for left, right in pairwise(edges):
        for top, bottom in _stacked(picture[box.top : box.bottom, left:right]):
            piece = _fitted(Box(left, box.top + top, right, box.top + bottom), picture)
            if piece is not None:
                yield piece


def _stacked(part: Picture) -> list[tuple[int, int]]:
    """The lines of characters set one below the other; one for ordinary print."""
    high, wide = part.shape
    if high < 26 * _POINT or high < 1.8 * wide:
        return [(0, high)]
    full = np.flatnonzero(_dark(part).any(axis=1))
    found: list[tuple[int, int]] = []
    for row in full:
        if found and row - found[-1][1] <= 2 and row - found[-1][0] < 1.3 * wide:
            found[-1] = (found[-1][0], int(row) + 1)
        else:
            found.append((int(row), int(row) + 1))
    return [(max(0, top - 2), min(high, bottom + 2)) for top, bottom in found]


def _fitted(box: Box, picture: Picture) -> Box | None:
    """The part of a box in which something is printed."""
    dark = _dark(picture[box.top : box.bottom, box.left : box.right])
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if not len(rows) or rows[-1] - rows[0] < _POINT or columns[-1] - columns[0] < THINNEST * _POINT:
        return None
    return Box(box.left + int(columns[0]), box.top + int(rows[0]), box.left + int(columns[-1]) + 1, box.top + int(rows[-1]) + 1)


def _dark(part: Picture) -> NDArray[np.bool_]:
    return part < min(160, int(np.median(part)) - 40)


def _crop(picture: Picture, box: Box, *, scale: float = 1.0) -> Picture:
    """The print in a box with white around it, as the recogniser likes it."""
    part = picture[box.top : box.bottom, box.left : box.right]
    margin = max(3, round(0.18 * box.height))
    framed = cv2.copyMakeBorder(part, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(255,))
    if scale != 1.0:
        framed = cv2.resize(framed, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.asarray(framed, np.uint8)


def _chars(box: Box, glyphs: Sequence[Glyph], picture: Picture) -> list[Char]:
    """The characters of a line with their boxes; a doubtful digit that stays doubtful on a second look is unread."""
    if any(glyph.text.isdecimal() and glyph.sure < SURE for glyph in glyphs):
        again = ocr.recognise(_crop(picture, box, scale=1.6))
        same = [glyph.text for glyph in again] == [glyph.text for glyph in glyphs]
        glyphs = [
            Glyph(UNREAD, one.at, 0.0) if one.text.isdecimal() and one.sure < SURE and not (same and again[k].sure >= SURE) else one
            for k, one in enumerate(glyphs)
        ]
    margin = max(3, round(0.18 * box.height))
    wide = box.width + 2 * margin
    centres = [min(max(box.left - margin + glyph.at * wide, box.left), box.right) / _POINT for glyph in glyphs]
    # Digits stand seven tenths as high as their font, Han characters nine.
    em = box.height / _POINT / (0.9 if any(not glyph.text.isascii() for glyph in glyphs) else 0.7)
    top = box.middle / _POINT - em / 2
    found = []
    for k, (glyph, centre) in enumerate(zip(glyphs, centres, strict=True)):
        before = centre - centres[k - 1] if k else em
        after = centres[k + 1] - centre if k + 1 < len(centres) else em
        half = min(before, after, em * (0.5 if glyph.text.isascii() else 1.0)) / 2
        # The recogniser sees the ink of 、 and （, which stands at one side of the square that they fill.
        right = centre + (after / 2 if not glyph.text.isascii() and after < 1.6 * em else half)
        left = centre - (before / 2 if not glyph.text.isascii() and before < 1.6 * em else half)
        found.append(Char(glyph.text, left, top, right, top + em, left))
    if found:
        # The ends of a line are known from its ink; a font leaves a little room beside its characters.
        found[0] = replace(found[0], left=box.left / _POINT, origin=box.left / _POINT)
        found[-1] = replace(found[-1], right=max(found[-1].left, box.right / _POINT) + 0.08 * em)
    return found


def _unread(box: Box) -> Char:
    left, top, right, bottom = (value / _POINT for value in (box.left, box.top, box.right, box.bottom))
    return Char(UNREAD, left, top, right, bottom, left)


def _missed(ink: _Ink, read: Sequence[Box]) -> list[Box]:
    """Print that stands in no box, neighbours on a line together."""
    left = ink.copy()
    for box in read:
        left[max(0, box.top - 3) : box.bottom + 3, max(0, box.left - 3) : box.right + 3] = 0
    count, _, stats, _ = cv2.connectedComponentsWithStats(left, connectivity=8)
    specks = [Box(int(x), int(y), int(x + w), int(y + h)) for x, y, w, h, _ in stats[1:count]]
    return _joined(box for box in specks if _legible(box))


def _legible(box: Box) -> bool:
    """Whether a spot is as large as a digit or a character, neither a speck of dust nor a picture."""
    return 4.5 * _POINT <= box.height <= 30 * _POINT and THINNEST * _POINT <= box.width <= 30 * _POINT


def _joined(boxes: Iterable[Box]) -> list[Box]:
    found: list[Box] = []
    for box in sorted(boxes, key=lambda box: box.left):
        near = next((k for k, other in enumerate(found) if _beside(other, box)), None)
        if near is None:
            found.append(box)
        else:
            one = found[near]
            found[near] = Box(min(one.left, box.left), min(one.top, box.top), max(one.right, box.right), max(one.bottom, box.bottom))
    return found


def _beside(one: Box, other: Box) -> bool:
    """Whether two spots are neighbours on a line."""
    gap = other.left - one.right
    return gap < 0.5 * max(one.height, other.height) and min(one.bottom, other.bottom) - max(one.top, other.top) > 0.4 * min(
        one.height, other.height
    )
