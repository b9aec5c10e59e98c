"""Files to Documents: one function per format, chosen by content, never by the file's name alone."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Literal

from ..errors import LimitError, SourceError
from ..model import Document
from ..paths import spelled
from .limits import LIMITS, Limits
from .sniff import FORMATS, format_of

__all__ = ["FORMATS", "LIMITS", "Limits", "Rendering", "format_of", "read", "read_bytes"]


Rendering = Literal["grid", "text"]
"""How a file that can be read in two ways is read: ruled cells, or lines of text."""


def read(path: str | Path, *, name: str | None = None, limits: Limits = LIMITS, rendering: Rendering = "grid") -> Document:
    """The Document of a file; ``name`` is what messages and the record call it (by default the file's name).

    ``rendering`` matters for PDF only: ``grid`` reads ruled tables cell by cell, ``text`` the same pages as lines of text.

    Raises SourceError when the file cannot be read, LimitError when it goes beyond ``limits``.
    """
    path = Path(path)
    name = spelled(name or path.name or str(path))
    try:
        if path.exists() and not path.is_file():
            raise SourceError(f"{name}：是文件夹或设备，不是普通文件，请给出报告文件 (a folder or device, not a file)")
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise LimitError(
                f"{name}：文件有 {size / 2**20:.0f} MB，超过 {limits.file_bytes / 2**20:.0f} MB 的上限 (file larger than the limit)"
            )
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{name}：打不开文件（{error.strerror or error}），请检查路径和权限 (cannot open the file)") from error
    return read_bytes(data, name, limits=limits, rendering=rendering)


def read_bytes(data: bytes, name: str, *, limits: Limits = LIMITS, rendering: Rendering = "grid") -> Document:
    """The Document of a file's content; the format is found from the content, ``rendering`` as in :func:`read`.

    Raises SourceError when the content cannot be read, LimitError when it goes beyond ``limits``.
    """
    name = spelled(name)
    if not data:
        raise SourceError(f"{name}：文件是空的，没有可读的文字 (the file is empty)")
    if len(data) > limits.file_bytes:
        raise LimitError(
            f"{name}：文件有 {len(data) / 2**20:.0f} MB，超过 {limits.file_bytes / 2**20:.0f} MB 的上限 (file larger than the limit)"
        )
    format = format_of(data, name)
    module, function = FORMATS[format]
    reader = getattr(import_module(f".{module}", __package__), function)
    document: Document = reader(data, name, limits, rendering) if format == "pdf" else reader(data, name, limits)
    return document
