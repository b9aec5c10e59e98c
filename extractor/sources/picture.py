"""Pictures of reports (PNG, JPEG, TIFF, BMP, GIF, WebP): scans, photographs, screenshots, recognised page by page."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np

from ..errors import LimitError, SourceError
from ..model import Document
from . import ocr
from .limits import LIMITS, Limits
from .pages import Page, document_of
from .pdf_grid import read_page
from .text import source_of

_PIXELS = 200_000_000
_SHEET = 3600
"""Pixels: a longer picture, such as a screenshot of a whole web page, is cut where nothing is printed."""
_RULE = 4
"""Pixels: half of what is kept around a ruled line."""
_LINE = 34.0
"""Pixels: how high lines of print stand at the resolution that the recogniser wants."""


def read_picture(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """A picture, or several in one file. Raises SourceError when it cannot be opened or nothing is printed on it."""
    if not ocr.available():
        raise SourceError(f"{name}：这是图片，没有可读的文字。{ocr.INSTALL}")
    from . import scan

    pages = []
    for number, picture in enumerate(_sheets(data, name, limits), 1):
        if number > limits.scans:
            raise LimitError(f"{name}：超过 {limits.scans} 页的上限，请拆分后再试 (too many pages)")
        content = scan.page_of(picture)
        if content is not None:
            grids, lines = read_page(content)
            pages.append(Page(number, content.height, grids, lines))
    note = ("source.recognised", f"{len(pages)} 页图片，文字由识别而得，请对照原件 (recognised from pictures)")
    return document_of(pages, source_of(data, name, "picture", "recognised"), limits, [note])[0]


def _sheets(data: bytes, name: str, limits: Limits) -> Iterator[ocr.Picture]:
    """The pictures of a file, print as large as the recogniser wants it, long ones in pieces."""
    from PIL import Image, ImageOps, ImageSequence

    from . import scan

    try:
        with Image.open(io.BytesIO(data)) as file:
            if file.width * file.height > _PIXELS:
                raise LimitError(f"{name}：图片有 {file.width}×{file.height} 点，太大了 (picture too large)")
            for frame in ImageSequence.Iterator(file):
                upright = ImageOps.exif_transpose(frame).convert("RGBA")
                flat = Image.new("RGBA", upright.size, "white")
                flat.alpha_composite(upright)
                yield from _cut(_sized(scan.grey(np.asarray(flat.convert("RGB")))))
    except (OSError, ValueError, SyntaxError) as error:
        raise SourceError(f"{name}：图片已损坏，打不开，请重新下载 (damaged picture: {error})") from error


def _sized(picture: ocr.Picture) -> ocr.Picture:
    """The picture with its lines of print as high as a scan of a page has them."""
    import cv2

    heights = sorted(min(box.height, box.width) for piece in _cut(picture) for box in ocr.find(piece))
    if not heights:
        return picture
    scale = min(4.0, max(0.2, _LINE / heights[len(heights) // 2]))
    if 0.85 < scale < 1.2:
        return picture
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how), np.uint8)


def _cut(picture: ocr.Picture) -> Iterator[ocr.Picture]:
    """Pieces of a long picture: cut where nothing is printed, or else along a ruled line, which both pieces keep."""
    while picture.shape[0] > _SHEET:
        window = picture[_SHEET // 2 : _SHEET]
        dark = (window < 160).sum(axis=1)
        ruled = dark > 0.3 * picture.shape[1]
        empty = np.flatnonzero(dark == 0)
        lines = np.flatnonzero(ruled)
        at = _SHEET // 2 + int(empty[-1] if len(empty) else lines[-1] if len(lines) else dark.argmin())
        kept = 0 if len(empty) or not len(lines) else _RULE
        yield np.ascontiguousarray(picture[: at + kept])
        picture = picture[at - kept :]
    yield np.ascontiguousarray(picture)
