"""Bytes to text: which encoding a file without a reliable declaration is in."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cache

from ..errors import SourceError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 200_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with how it was decoded."""

    text: str
    encoding: str
    sure: bool = True
    """False when another encoding would have been possible too, or bytes had to be replaced."""
    damaged: int = 0
    """Characters that could not be decoded (U+FFFD)."""


def decode(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """The text of ``data``; ``declared`` is tried first and believed only where the result is plausible.

    Raises SourceError for data that is not text in any encoding used for Chinese.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, "replace")
            return Decoded(text, encoding, damaged=text.count("\ufffd"))
    wide = _utf16(data)
    if wide:
        text = data.decode(wide, "replace")
        return Decoded(text, wide, sure=False, damaged=text.count("\ufffd"))
    if _is_binary(data):
        raise SourceError(
            f"{name}：不是文本文件（含二进制内容），请提供报告的文本、网页、PDF 或 Word 文件 (binary content, not a text file)"
        )
    plain, damaged = _strictly(data, "utf-8")
    if plain is not None and damaged * 100 <= len(plain):
        return Decoded(plain, "utf-8", sure=not damaged, damaged=damaged)
    return _legacy(data, name, declared)


def plausibility(text: str) -> float:
    """Share of the characters beyond ASCII that everyday Chinese text consists of: punctuation, common Han characters."""
    sample = [char for char in text[:_SAMPLE] if char > "\x7f"]
    common = _common()
    return sum(1 for char in sample if char in common) / len(sample) if sample else 1.0


def _legacy(data: bytes, name: str, declared: str | None) -> Decoded:
    """GB18030 or Big5, whichever reads like Chinese; charset-normalizer when neither does."""
    trials: list[tuple[float, int, str, str]] = []
    for encoding in ("gb18030", "big5hkscs"):
        text, damaged = _strictly(data, encoding)
        if text is not None:
            hint = 0.02 if declared and declared.lower()[:2] == encoding[:2] else 0.0
            trials.append((plausibility(text) + hint - 2 * damaged / max(1, len(text)), -damaged, encoding, text))
    if trials:
        score, damaged, encoding, text = max(trials)
        if score >= 0.8:
            return Decoded(text, encoding, sure=score >= 0.93 and not damaged, damaged=-damaged)
    if declared:
        try:
            return Decoded(data.decode(declared), declared, sure=False)
        except (LookupError, UnicodeDecodeError):
            pass
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    if best is not None:
        text = data.decode(best.encoding, "replace")
        if text.count("\ufffd") * 50 <= len(text):
            return Decoded(text, best.encoding, sure=False, damaged=text.count("\ufffd"))
    raise SourceError(f"{name}：无法判定文字编码，请另存为 UTF-8 再试 (unknown text encoding; save the file as UTF-8 and try again)")


def _strictly(data: bytes, encoding: str) -> tuple[str | None, int]:
    """Strict decoding; with a few damaged bytes, the text and how many characters are lost."""
    try:
        return data.decode(encoding), 0
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        damaged = text.count("\ufffd")
        return (text, damaged) if damaged * 20 <= len(text) else (None, damaged)


def _utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: it has zero bytes, which no other text has, and reads like Chinese."""
    sample = data[:4000]
    if len(data) % 2 or b"\0" not in sample:
        return None
    trials = {encoding: plausibility(sample.decode(encoding, "replace")) for encoding in ("utf-16-le", "utf-16-be")}
    best = max(trials, key=lambda encoding: trials[encoding])
    return best if trials[best] >= 0.9 else None


def _is_binary(data: bytes) -> bool:
    sample = data[:8000]
    controls = sum(sample.count(byte) for byte in (*range(0x00, 0x08), *range(0x0E, 0x1B), 0x7F))
    return sample.count(0) > 0 or controls * 20 > len(sample)


@cache
def _common() -> frozenset[str]:
    """The 3,755 commonest simplified characters (GB 2312, level 1), the 5,401 commonest traditional ones (Big5, level 1), signs."""
    simplified = bytes(byte for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF) for byte in (high, low))
    traditional = bytes(
        byte
        for high in range(0xA4, 0xC7)
        for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
        for byte in (high, low)
        if high < 0xC6 or low < 0x7F
    )
    signs = "，。、；：？！“”‘’（）《》〈〉【】〔〕—…·％＋－／　①②③④⑤⑥⑦⑧⑨⑩０１２３４５６７８９\u00a0"
    return frozenset(simplified.decode("gb2312", "ignore") + traditional.decode("big5", "ignore") + signs)
