"""How a command ends: its exit status, one plain line for what went wrong, and output that every terminal can print."""

from __future__ import annotations

import codecs
import errno
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any, TextIO

import typer
from rich.console import Console
from typer.core import TyperGroup
from typer.exceptions import TyperException

from extractor.errors import GongkaiError, SourceError

USAGE, UNREAD, INTERNAL, PIPE = 2, 3, 70, 141
"""Exit status besides 0 (clean) and 1 (a report contradicts itself, a gate fails): wrong usage or a place that cannot be
written; files that could not be read; an error of the program itself (``EX_SOFTWARE``); who read the output left (as after SIGPIPE)."""

_ADVICE = {
    errno.ENOSPC: "磁盘已满，请腾出空间 (disk full)",
    errno.EDQUOT: "磁盘配额已满，请腾出空间 (quota exceeded)",
    errno.EACCES: "没有权限，请换个位置 (no permission)",
    errno.EPERM: "没有权限，请换个位置 (no permission)",
    errno.EROFS: "此处只读，请换个位置 (read-only)",
    errno.ENOENT: "没有这个文件或文件夹，请检查路径 (no such file or folder)",
    errno.EEXIST: "已有同名的文件，请换个名称 (a file of this name is in the way)",
    errno.ENOTDIR: "路径中有一段是文件而不是文件夹，请检查路径 (not a folder)",
    errno.EISDIR: "这是文件夹，请给出文件 (is a folder)",
    errno.ENAMETOOLONG: "名称太长，请缩短 (name too long)",
}
_SIGNS = {"✓": "√v", "✗": "×x", "·": ".", "–": "-", "−": "-", "•": "·*", "⚠": "!"}
"""Signs, the best first, that stand for one the encoding has not, as 国标码 on a Chinese Windows has no ✓."""


class Commands(TyperGroup):
    """The group of all commands: whatever ends one is told in one plain line, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; exit 3 for a file that cannot be read, 2 for any other error a user can meet, 70 for one of the program."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except (typer.Exit, typer.Abort, TyperException):
            raise
        except BrokenPipeError:
            hush()
            raise typer.Exit(PIPE) from None
        except Exception as error:
            status, line = ending(error)
            hush()
            typer.secho(f"✗ {line}", fg="red", err=True)
            raise typer.Exit(status) from None


def ending(error: Exception) -> tuple[int, str]:
    """The exit status and the line for an error that ended a command."""
    if isinstance(error, GongkaiError):
        return (UNREAD if isinstance(error, SourceError) else USAGE), str(error)
    if isinstance(error, OSError):
        place = f"“{error.filename}”" if error.filename else "输出" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "文件"
        advice = _ADVICE.get(error.errno or 0, f"{error.strerror or error}，请检查磁盘和权限 (reading or writing failed)")
        return USAGE, f"{place}读写失败：{advice}"
    kept = _kept(error)
    told = f"，连同 {kept}" if kept else ""
    return INTERNAL, f"程序内部错误 {type(error).__name__}: {error}；请附上命令{told} 报告问题 (internal error, please report it)"


def _kept(error: Exception) -> Path | None:
    """The file that holds where an internal error arose; None where nothing can be written."""
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="gongkai-", suffix=".txt", delete=False) as file:
            file.write("".join(traceback.format_exception(error)))
    except OSError:
        return None
    return Path(file.name)


class Terminal(Console):
    """A console that lets the command end when nobody reads on, instead of claiming that something was found."""

    def on_broken_pipe(self) -> None:
        """Told by rich; the command ends with PIPE."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def console(*, stderr: bool = False) -> Terminal:
    """Where results go; without a terminal at least 160 columns, so that a pipe gets whole tables."""
    made = Terminal(stderr=stderr, highlight=False)
    return made if made.is_terminal else Terminal(stderr=stderr, highlight=False, width=max(160, made.width))


def hush() -> None:
    """Send what is still to be printed nowhere: whoever read it is gone, or the disk is full."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with nowhere() as void:
                os.dup2(void.fileno(), stream.fileno())


def nowhere() -> TextIO:
    """What stands for an output that is closed."""
    return Path(os.devnull).open("w", encoding="utf-8")


def make_printable(arguments: list[str]) -> None:
    """Let standard output and errors take every character: as a sign that looks alike, else as its ``\\u`` escape.

    Output for programs (``--json``, ``--format jsonl``) is only escaped, so that it reads back as it was.
    """
    sys.stdout = sys.stdout or nowhere()
    sys.stderr = sys.stderr or nowhere()
    codecs.register_error("gongkai.signs", _sign)
    codecs.register_error("gongkai.escape", _escape)
    exact = any(argument in ("--json", "jsonl", "--format=jsonl") for argument in arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="gongkai.escape" if exact and stream is sys.stdout else "gongkai.signs")


def _sign(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    char = error.object[error.start]
    taken = (sign for sign in _SIGNS.get(char, "") if _writes(error.encoding, sign))
    return next(taken, _escaped(char)), error.start + 1


def _writes(encoding: str, char: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return _escaped(error.object[error.start]), error.start + 1


def _escaped(char: str) -> str:
    """A character as JSON escapes it, beyond the first plane as two."""
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n] << 8 | units[n + 1]:04x}" for n in range(0, len(units), 2))
