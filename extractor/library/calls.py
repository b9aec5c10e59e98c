"""The log of model calls of a library: it lies inside the library, unless GONGKAI_LLM_LOG names another place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LibraryError

if TYPE_CHECKING:
    from ..llm.settings import Settings

FILE = "llm.sqlite"


def call_log(library: Path) -> Path:
    """Where the calls made for a library are logged."""
    return Path(os.environ.get("GONGKAI_LLM_LOG") or library / FILE)


def library_in_use(path: Path | None = None) -> Path | None:
    """The library that a person names, else the default one where there is one; None when work is on files alone.

    LibraryError: the folder named is no library.
    """
    from .library import default_path

    if path is not None and not (path / "journal").is_dir():
        raise LibraryError(f"“{path}”不是报告库；先用 gongkai extract … --library {path} 建立 (no library there)")
    return path or (default_path() if (default_path() / "journal").is_dir() else None)


def settings_in(library: Path | None, **values: object) -> Settings:
    """The model's settings for work on a library, or (None) on files alone, whose calls are logged in the user's cache.

    SettingsError names the variable at fault.
    """
    from ..llm.settings import load_settings

    return load_settings(**values) if library is None else load_settings(log_path=call_log(library), **values)
