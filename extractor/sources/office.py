"""Older office files (.doc, .xls, .wps, .rtf, .odt) by way of LibreOffice, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from ..errors import LimitError, SourceError
from ..model import Document
from .docx import read_docx
from .limits import LIMITS, Limits
from .text import source_of
from .xlsx import read_xlsx


def read_office(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """A file that only an office program reads, converted in a folder of its own without macros or network paths.

    Raises SourceError when LibreOffice is not installed or cannot read the file, LimitError when it takes too long.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise SourceError(
            f"{name}：.doc、.wps、.xls、.rtf 文件要靠 LibreOffice 读取，本机没有安装；请安装 LibreOffice，或另存为 .docx、.xlsx、PDF 再试 "
            "(this format needs LibreOffice, which is not installed)"
        )
    table = _is_workbook(data)
    target = "xlsx" if table else "docx"
    with tempfile.TemporaryDirectory(prefix="gongkai-") as folder:
        given = Path(folder) / ("source.xls" if table else "source.rtf" if data.lstrip()[:5] == b"{\\rtf" else "source.doc")
        given.write_bytes(data)
        _convert(program, given, target, name, limits)
        made = given.with_suffix(f".{target}")
        if not made.exists() or made.stat().st_size == 0:
            raise SourceError(f"{name}：LibreOffice 读不了这个文件，可能已损坏或加了密 (LibreOffice cannot read this file)")
        if made.stat().st_size > limits.file_bytes:
            raise LimitError(f"{name}：转换后超过 {limits.file_bytes / 2**20:.0f} MB 的上限 (converted file too large)")
        document = (read_xlsx if table else read_docx)(made.read_bytes(), name, limits)
    return replace(document, source=source_of(data, name, "xls" if table else "doc", "native"))


def _convert(program: str, given: Path, target: str, name: str, limits: Limits) -> None:
    folder = given.parent
    command = [program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation=file://{folder}/profile"]
    command += ["--convert-to", target, "--outdir", str(folder), str(given)]
    try:
        subprocess.run(
            command,
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LimitError(f"{name}：LibreOffice 转换超过 {limits.seconds:.0f} 秒 (conversion took too long)") from error
    except OSError as error:
        raise SourceError(f"{name}：无法运行 LibreOffice（{error.strerror or error}） (cannot run LibreOffice)") from error


def _is_workbook(data: bytes) -> bool:
    """Whether an OLE file holds a workbook rather than a text, by the names of its streams."""
    streams = ("WordDocument", "Workbook", "Book")
    found = [stream for stream in streams if stream.encode("utf-16-le") in data]
    return bool(found) and "WordDocument" not in found
