"""Which format a file's content is in."""

from __future__ import annotations

from ..errors import SourceError

FORMATS: dict[str, tuple[str, str]] = {
    "text": ("text", "read_text"),
}
"""Module and function that read each format; modules are imported when the first such file comes."""

_UNREADABLE = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "Word/Excel 97"),
    (b"PK\x03\x04", "docx/xlsx/zip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
)


def format_of(data: bytes, name: str) -> str:
    """The key in ``FORMATS`` for this content. Raises SourceError for content of a kind that is not read."""
    for mark, kind in _UNREADABLE:
        if data[:1024].lstrip().startswith(mark):
            raise SourceError(f"{name}：{kind} 文件暂不能读取，请另存为文本 (format not supported: {kind})")
    return "text"
