"""Prompts are files; a report records the hash of those that were used. The report's text is fenced and numbered as data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from ..model import Document
from .structured import Message

_ENVIRONMENT = Environment(undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=False, autoescape=False)


@cache
def source(name: str) -> str:
    """The text of a prompt file."""
    return (files(__package__) / "prompts" / f"{name}.md").read_text(encoding="utf-8")


@cache
def prompt_hash(*names: str) -> str:
    """The first twelve hex digits of the SHA-256 of some prompt files, one after the other."""
    return hashlib.sha256("\0".join(source(name) for name in names).encode()).hexdigest()[:12]


@cache
def _template(name: str) -> Template:
    return _ENVIRONMENT.from_string(source(name))


def render(name: str, **values: object) -> str:
    """A prompt with its values; text of a report is only ever a value, never a template."""
    return _template(name).render(**values).strip()


def fence_for(text: str) -> str:
    """A tag that cannot occur in the text, the same for the same text."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return next(tag for k in range(0, 56, 8) if (tag := f"report-{digest[k : k + 8]}") not in text)


def numbered(document: Document, lines: Iterable[int]) -> str:
    """Lines of a document, each after its number; cells of a table between bars, left-out lines shown by an ellipsis."""
    shown: list[str] = []
    last: int | None = None
    for index in sorted(lines):
        if last is not None and index != last + 1:
            shown.append("…")
        line = document.lines[index]
        boxed = line.box in ("grid", "pipes")
        text = " | ".join(cell.text for cell in line.cells) if boxed else document.text[line.start : line.end].rstrip()
        shown.append(f"{index + 1}: {text}")
        last = index
    return "\n".join(shown)


def said(system: str, user: str, **values: object) -> list[Message]:
    """The messages of one call from two prompt files."""
    return [{"role": "system", "content": render(system, **values)}, {"role": "user", "content": render(user, **values)}]
