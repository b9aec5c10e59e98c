"""Offline vectors: BM25 term weights, signed-hashed, so that an inner product is nearly the BM25 score.

No model and no corpus statistics are needed to make a document's vector; inverse document frequency is put on the question's side.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .tokens import tokens

Vector = NDArray[np.float32]
DIMENSIONS = 1024
K1 = 1.2
B = 0.75
MEAN_LENGTH = 160.0
"""Tokens of an average chunk; a constant, so that adding reports changes no vector."""


@lru_cache(maxsize=200_000)
def _slot(token: str, dimensions: int) -> tuple[int, float]:
    number = zlib.crc32(token.encode())
    return number % dimensions, 1.0 if zlib.crc32(b"#" + token.encode()) & 1 else -1.0


def document_vector(text: str, dimensions: int = DIMENSIONS) -> Vector:
    """A passage's vector: the saturated frequency of each token in its slot."""
    words = tokens(text)
    vector = np.zeros(dimensions, dtype=np.float32)
    norm = K1 * (1 - B + B * len(words) / MEAN_LENGTH)
    for token, count in Counter(words).items():
        slot, sign = _slot(token, dimensions)
        vector[slot] += sign * count * (K1 + 1) / (count + norm)
    return vector


def question_vector(words: Iterable[str], idf: Callable[[str], float], dimensions: int = DIMENSIONS) -> Vector:
    """A question's vector: the inverse document frequency of each token in its slot; zero when it has none."""
    vector = np.zeros(dimensions, dtype=np.float32)
    for token in dict.fromkeys(words):
        slot, sign = _slot(token, dimensions)
        vector[slot] += sign * idf(token)
    return vector


def is_zero(vector: Sequence[float] | Vector) -> bool:
    """Whether a vector says nothing: a search with it would return arbitrary passages."""
    return not np.any(np.asarray(vector))
