"""A PDF as a scanner makes it: every page a picture, askew, grainy, greyish, squeezed by JPEG."""

from __future__ import annotations

import io

import numpy as np


def scanned(pdf: bytes, *, dpi: int = 150, askew: float = 0.6, grain: float = 8.0, quality: int = 60, seed: int = 0) -> bytes:
    """The PDF with each page turned into a picture.

    ``askew``: degrees, to the left and right by turns; ``grain``: standard deviation of the grey levels; ``quality``: of JPEG.
    """
    import pypdfium2 as pdfium  # type: ignore[import-untyped]
    from PIL import Image

    random = np.random.default_rng(seed)
    pages = []
    file = pdfium.PdfDocument(pdf)
    for number, page in enumerate(file):
        picture = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
        picture = picture.rotate(askew if number % 2 else -askew, resample=Image.Resampling.BICUBIC, fillcolor=255)
        levels = np.asarray(picture, np.float64) * 0.85 + 25 + random.normal(0, grain, (picture.height, picture.width))
        squeezed = io.BytesIO()
        Image.fromarray(levels.clip(0, 255).astype(np.uint8)).save(squeezed, "JPEG", quality=quality)
        pages.append(Image.open(squeezed))
    file.close()
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=dpi)
    return out.getvalue()
