"""One page of a PDF as PDFium sees it: characters with their boxes, and the lines that rule its tables."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

THIN = 3.0
"""Points: a filled shape not thicker than this is a drawn line."""
_MAX_DEPTH = 12
_MAX_OBJECTS = 200_000


@dataclass(frozen=True, slots=True)
class Char:
    """A character and its box; y runs downwards from the top of the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    """Top and bottom are those of its font, so that 一 is as high as its neighbours."""
    origin: float
    """Where the character begins on its line."""
    apart: bool = False
    """Whether a space was printed before it."""
    index: int = 0
    """Its number on the page, the same in every rendering."""

    @property
    def middle(self) -> float:
        """Height of its middle."""
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        """Distance of its middle from the left."""
        return (self.left + self.right) / 2

    @property
    def size(self) -> float:
        """Its height, which is nearly the size of the font."""
        return max(1.0, self.bottom - self.top)


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn line: ``at`` is its y (across) or x (down), from ``start`` to ``end`` along it."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PageContent:
    """What a page shows."""

    width: float
    height: float
    chars: tuple[Char, ...]
    across: tuple[Rule, ...]
    down: tuple[Rule, ...]
    pictures: float
    """Share of the page that pictures cover."""
    unmapped: int
    """Characters that the font does not say how to read."""


def page_content(page: pdfium.PdfPage) -> PageContent:
    """Characters and rules of a page, turned upright."""
    width, height = page.get_size()
    turn = _turn(page)
    chars, unmapped = _chars(page, turn)
    across: list[Rule] = []
    down: list[Rule] = []
    covered = 0.0
    for kind, points, stroked in _shapes(page):
        upright = [turn(x, y) for x, y in points]
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            covered += _area(upright)
            continue
        for rule, is_across in _rules(upright, stroked):
            (across if is_across else down).append(rule)
    share = min(1.0, covered / max(1.0, width * height))
    return PageContent(width, height, tuple(chars), tuple(across), tuple(down), share, unmapped)


def _turn(page: pdfium.PdfPage) -> Any:
    """From the page's own coordinates to upright ones with y downwards."""
    left, bottom, right, top = page.get_cropbox() or page.get_mediabox()
    rotation = page.get_rotation()
    if rotation == 90:
        return lambda x, y: (y - bottom, x - left)
    if rotation == 180:
        return lambda x, y: (right - x, y - bottom)
    if rotation == 270:
        return lambda x, y: (top - y, right - x)
    return lambda x, y: (x - left, top - y)


def _chars(page: pdfium.PdfPage, turn: Any) -> tuple[list[Char], int]:
    text_page = page.get_textpage()
    handle = text_page.raw
    box = raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    found: list[tuple[str, float, float, float, float, float, bool]] = []
    heights: dict[float, list[float]] = defaultdict(list)
    unmapped = 0
    apart = False
    for index in range(raw.FPDFText_CountChars(handle)):
        code = raw.FPDFText_GetUnicode(handle, index)
        if code in (0, 0xFFFE, 0xFFFF):
            unmapped += 1
            code = 0xFFFD
        generated = raw.FPDFText_IsGenerated(handle, index) == 1
        if code in (32, 0xA0, 0x3000):
            apart = apart or not generated
            continue
        if (code < 32 and code != 2) or generated or not raw.FPDFText_GetLooseCharBox(handle, index, ctypes.byref(box)):
            continue
        raw.FPDFText_GetCharOrigin(handle, index, ctypes.byref(x), ctypes.byref(y))
        start, base = turn(x.value, y.value)
        x0, y0 = turn(box.left, box.top)
        x1, y1 = turn(box.right, box.bottom)
        size = round(raw.FPDFText_GetFontSize(handle, index), 1)
        char = "-" if code == 2 else chr(code) if code < 0xD800 or code > 0xDFFF else "\ufffd"
        heights[size].append(abs(y1 - y0))
        found.append((char, min(x0, x1), max(x0, x1), start, base, size, apart))
        apart = False
    text_page.close()
    high = {size: sorted(each)[int(0.9 * (len(each) - 1))] for size, each in heights.items()}
    chars = [
        Char(char, left, base - 0.86 * high[size], right, base + 0.14 * high[size], start, space, index)
        for index, (char, left, right, start, base, size, space) in enumerate(found)
    ]
    return chars, unmapped


Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _shapes(page: pdfium.PdfPage) -> Iterator[tuple[int, list[tuple[float, float]], bool]]:
    """Paths and pictures of the page: kind, corner points in page coordinates, whether stroked."""
    stack: list[tuple[Any, Matrix, int]] = []
    count = min(_MAX_OBJECTS, raw.FPDFPage_CountObjects(page.raw))
    stack.extend((raw.FPDFPage_GetObject(page.raw, index), _IDENTITY, 0) for index in range(count))
    budget = _MAX_OBJECTS
    while stack and budget:
        budget -= 1
        item, above, depth = stack.pop()
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _times(_matrix(item), above)
            count = min(_MAX_OBJECTS, raw.FPDFFormObj_CountObjects(item))
            stack.extend((raw.FPDFFormObj_GetObject(item, index), inner, depth + 1) for index in range(count))
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            matrix = _times(_matrix(item), above)
            yield kind, [_apply(matrix, x, y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))], False
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            stroked = _is_stroked(item)
            matrix = _times(_matrix(item), above)
            for points in _subpaths(item):
                yield kind, [_apply(matrix, x, y) for x, y in points], stroked


def _subpaths(item: Any) -> Iterator[list[tuple[float, float]]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(min(2000, raw.FPDFPath_CountSegments(item))):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        raw.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        points.append((x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment) and points:
            points.append(points[0])
    if points:
        yield points


def _is_stroked(item: Any) -> bool:
    """Whether a path is drawn as a visible line, not only filled."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
    if not stroke.value:
        return False
    red, green, blue, alpha = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint()
    if raw.FPDFPageObj_GetStrokeColor(item, ctypes.byref(red), ctypes.byref(green), ctypes.byref(blue), ctypes.byref(alpha)):
        return alpha.value > 0 and min(red.value, green.value, blue.value) < 250
    return True


def _rules(points: list[tuple[float, float]], stroked: bool) -> Iterator[tuple[Rule, bool]]:
    """The straight lines of a path; the flag is True for those that run across."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    if high <= THIN < wide:
        yield Rule((min(ys) + max(ys)) / 2, min(xs), max(xs)), True
    elif wide <= THIN < high:
        yield Rule((min(xs) + max(xs)) / 2, min(ys), max(ys)), False
    elif stroked and wide > THIN and high > THIN:
        for (x0, y0), (x1, y1) in pairwise(points):
            if abs(y1 - y0) <= 1.0 and abs(x1 - x0) > THIN:
                yield Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)), True
            elif abs(x1 - x0) <= 1.0 and abs(y1 - y0) > THIN:
                yield Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)), False


def _matrix(item: Any) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, ctypes.byref(found)):
        return _IDENTITY
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _area(points: list[tuple[float, float]]) -> float:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))
