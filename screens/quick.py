"""Importing Gradio in half the time: without the stub files it writes into its own package and without the MCP of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

STUBS = "gradio.component_meta"
"""The module whose ``create_or_modify_pyi`` parses and rewrites a ``.pyi`` beside every component, each time it is imported:
2.5 of 5 seconds, and a write into the installed package."""


class _WithoutStubs(MetaPathFinder):
    """Finds the one module, and has its writing of stub files do nothing; everything else is found as always."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != STUBS:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module = _executed(spec.loader)  # type: ignore[method-assign,assignment]
        return spec


def _executed(loader: Loader) -> Callable[[ModuleType], None]:
    run = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        run(module)
        if hasattr(module, "create_or_modify_pyi"):
            module.create_or_modify_pyi = lambda *about: None  # type: ignore[attr-defined]

    return exec_module


@contextmanager
def quickly() -> Iterator[None]:
    """Import Gradio inside. Its extra ``mcp`` wants mcp < 2 and is not used (the page has its own, :mod:`screens.agents`): a
    second spent on importing what it cannot work with is saved. What is already imported stays as it is."""
    finder = _WithoutStubs()
    hide = "mcp" not in sys.modules and "gradio" not in sys.modules
    sys.meta_path.insert(0, finder)
    if hide:
        sys.modules["mcp"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        if hide:
            del sys.modules["mcp"]
