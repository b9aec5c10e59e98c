"""Recognition of printed characters: RapidOCR with the models inside its wheel (``pip install 'gongkai[ocr]'``). Nothing is downloaded.

A picture goes in as grey levels; out come the boxes in which text stands, and what is printed in a box, character by character,
each with how sure the recogniser is.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Grey levels, rows from top to bottom: 0 black, 255 white."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a picture in pixels, right and bottom outside it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Height of its middle."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Glyph:
    """A recognised character: where its middle stands as a share of the width of the picture, and how sure it is (0–1)."""

    text: str
    at: float
    sure: float


INSTALL = "安装识别组件后即可读取：pip install 'gongkai[ocr]' (install the ocr extra to read scans)"


def available() -> bool:
    """Whether the recogniser is installed."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


def find(picture: Picture) -> list[Box]:
    """The boxes of a page in which text stands, one for each stretch of a line."""
    found = _engine()(_coloured(picture), use_det=True, use_cls=False, use_rec=False)
    if found.boxes is None:
        return []
    high, wide = picture.shape
    boxes = []
    for corners in found.boxes:
        left, top = np.floor(corners.min(axis=0)).astype(int)
        right, bottom = np.ceil(corners.max(axis=0)).astype(int)
        boxes.append(Box(max(0, int(left)), max(0, int(top)), min(wide, int(right)), min(high, int(bottom))))
    return [box for box in boxes if box.width > 1 and box.height > 1]


def recognise(picture: Picture) -> tuple[Glyph, ...]:
    """What one line of print says, from left to right; spaces left out."""
    found = _engine()(_coloured(picture), use_det=False, use_cls=False, use_rec=True, return_word_box=True)
    if not found.txts or not found.txts[0].strip():
        return ()
    words = found.word_results[0]
    columns = [column for word in words.word_cols for column in word]
    characters = [character for word in words.words for character in word]
    sure = [confidence for character, confidence in zip(found.txts[0], words.confs, strict=False) if not character.isspace()]
    if not len(characters) == len(columns) == len(sure):
        return ()  # nothing read rather than a character lost: ink without characters is unread
    return tuple(
        Glyph(character, min(1.0, (column + 0.5) / words.line_txt_len), confidence)
        for character, column, confidence in zip(characters, columns, sure, strict=True)
    )


def _coloured(picture: Picture) -> Picture:
    return np.repeat(picture[:, :, None], 3, axis=2)


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    # The workers of a bulk run share the machine already: one thread each; otherwise as many as the runtime sees fit.
    threads = 1 if multiprocessing.parent_process() is not None else -1
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": 6000,
            "Rec.rec_img_shape": [3, 48, 96],
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": threads,
        }
    )
