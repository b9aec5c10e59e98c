"""From what a user names (files, folders, patterns) to the files to read."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable
from pathlib import Path

from .errors import SettingsError

SUFFIXES = frozenset(
    {"", ".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".mht", ".mhtml", ".pdf", ".doc", ".docx", ".wps", ".rtf", ".odt"}
    | {".xls", ".xlsx", ".csv", ".tsv", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".zip"}
)
"""What a folder is searched for, files without an ending included; a file that is named itself is taken whatever it is called."""


def expand(paths: Iterable[str | Path]) -> tuple[Path, ...]:
    """The files named, in a person's order (2 before 10), each once.

    A folder stands for every file in it and below it with a known suffix, hidden ones aside; a pattern the
    shell left alone is matched here. A name that matches nothing is kept, so that reading it says what is wrong.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if path.is_dir():
            matches = [p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file() and not _hidden(p, path)]
        elif not path.exists() and glob.has_magic(str(path)):
            named = glob.iglob(str(path), recursive=True)  # noqa: PTH207  (a pattern may be absolute, which Path.glob refuses)
            matches = [file for file in map(Path, named) if file.is_file()] or [path]
        else:
            matches = [path]
        found.update(dict.fromkeys(sorted(matches, key=_natural)))
    return tuple(found)


def names_file(text: str) -> bool:
    """Whether a word on the command line is meant as a file, existing or not: it has a folder or a known ending."""
    return "/" in text or "\\" in text or (bool(Path(text).suffix) and Path(text).suffix.lower() in SUFFIXES)


def check_target(target: Path, sources: Iterable[Path] = ()) -> None:
    """Raise SettingsError for a file to be written that is a folder, or one of the files that are read."""
    if target.is_dir():
        raise SettingsError(f"“{target}”是文件夹，请给出要写入的文件 (a folder, not a file)")
    if target.exists() and any(source.exists() and source.samefile(target) for source in sources):
        raise SettingsError(f"“{target}”就是要读的报告，不能写在它上面；请换个名称 (the report itself, which is not written over)")


def spelled(name: str) -> str:
    """A file's name, or a path, as text: a part that is no UTF-8, as old archives leave it, is GB 18030 where that reads it all."""
    return "/".join(map(_spelled, name.split("/")))


def _spelled(part: str) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return part.encode("utf-8", "surrogateescape").decode(encoding)
        except UnicodeError:
            continue
    return legible(part)


def legible(text: str) -> str:
    """Text without what no encoding can write: in its place stands a replacement character."""
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


def _hidden(path: Path, below: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.relative_to(below).parts)


def _natural(path: Path) -> list[tuple[int, int, str]]:
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"([0-9]+)", str(path)) if part]
