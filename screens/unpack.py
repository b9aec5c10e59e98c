"""Files in a ZIP that is dropped on the page: taken out within limits of number and size, under their own names."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from extractor.errors import SourceError

LARGEST = 200_000_000
"""Bytes that all files of one archive may have together once unpacked."""


def unpacked(files: Sequence[Path], folder: Path, most: int) -> Iterator[Path | tuple[str, str]]:
    """The files, each archive replaced by what is in it; for an archive that cannot be used its name and why.

    Word, Excel and EPUB files are ZIPs too and are left alone: only the ending ``.zip`` counts.
    """
    for number, file in enumerate(files):
        if file.suffix.lower() != ".zip":
            yield file
            continue
        try:
            yield from _opened(file, folder / str(number), most)
        except SourceError as error:
            yield file.name, str(error)
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
            locked = "password" in str(error) or "encrypt" in str(error)
            yield (
                file.name,
                "压缩包加了密，请先解开 (the archive is encrypted)" if locked else "压缩包已损坏，打不开 (the archive is damaged)",
            )


def _opened(file: Path, folder: Path, most: int) -> Iterator[Path]:
    with zipfile.ZipFile(file) as archive:
        members = [one for one in archive.infolist() if not one.is_dir() and not _hidden(one)]
        if not members:
            raise SourceError("压缩包里没有文件 (the archive is empty)")
        if len(members) > most:
            raise SourceError(f"压缩包里有 {len(members)} 个文件，一次最多 {most} 个；更多请用命令 gongkai extract (too many files)")
        if sum(one.file_size for one in members) > LARGEST:
            raise SourceError(f"压缩包解开后超过 {LARGEST // 1_000_000} MB，请分几次放入 (too large when unpacked)")
        for number, member in enumerate(members):
            target = folder / str(number) / _name(member)
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as opened:
                data = opened.read(member.file_size + 1)
            if len(data) > member.file_size:
                raise SourceError("压缩包所记的大小与内容不符 (the archive lies about its sizes)")
            target.write_bytes(data)
            yield target


def _hidden(member: zipfile.ZipInfo) -> bool:
    """What a Mac or another system adds for itself."""
    return member.filename.startswith("__MACOSX/") or _name(member).startswith(".")


def _name(member: zipfile.ZipInfo) -> str:
    """The file's own name without its folders; names that Windows wrote in GBK are read as such."""
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = member.filename
    return PurePosixPath(name.replace("\\", "/")).name[-120:] or "file"
