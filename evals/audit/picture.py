"""The page of a scan as the person should see it: recognised text is judged against the picture, not against itself."""

from __future__ import annotations

import base64
import io
from typing import Any

from extractor.library import Library
from extractor.model import Source

DPI = 110
"""Resolution at which a page is shown: digits are plain, and a page takes some 100 kB."""
LONGEST = 2200
"""Pixels of the longer side of a picture."""
QUALITY = 55


def page_picture(library: Library, source: Source, page: int | None) -> str:
    """A page of a recognised source as a data address for an ``img``; empty where there is none, or the file was not kept."""
    if source.origin != "recognised":
        return ""
    data = library.sources.data(source.sha256)
    if data is None:
        return ""
    try:
        picture = _of_pdf(data, page or 1) if source.format == "pdf" else _of_image(data)
    except (OSError, ValueError, SyntaxError, RuntimeError, IndexError):  # what PDFium and Pillow raise for a file they cannot draw
        return ""
    picture.thumbnail((LONGEST, LONGEST))
    written = io.BytesIO()
    picture.convert("L").save(written, "JPEG", quality=QUALITY, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(written.getvalue()).decode()}"


def _of_pdf(data: bytes, page: int) -> Any:
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    file = pdfium.PdfDocument(data)
    try:
        return file[page - 1].render(scale=DPI / 72).to_pil()
    finally:
        file.close()


def _of_image(data: bytes) -> Any:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data)) as file:
        return ImageOps.exif_transpose(file).convert("RGB")
