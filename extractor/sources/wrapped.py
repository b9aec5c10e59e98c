"""Text that stands inside something else: in JSON as collections of documents have it, or with its line breaks written out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_HAN = re.compile(r"[\u3400-\u9fff]")
_WRITTEN = {r"\n": "\n", r"\r": "", r"\t": "\t"}


def unwrapped(text: str) -> str:
    """The text inside: the strings of a JSON document or of JSON lines, and line breaks where ``\\n`` is written out."""
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] in ("{", "["):
        strings = list(_strings(start))
        if any(_HAN.search(string) and len(string) > 100 for string in strings):
            text = "\n".join(string for string in strings if _HAN.search(string))
    if text.count(r"\n") > 20 and text.count("\n") < text.count(r"\n") // 10:
        text = re.sub(r"\\[nrt]", lambda match: _WRITTEN[match.group()], text)
    return text


def _strings(text: str) -> Iterator[str]:
    """The strings of a JSON value, or of one on each line; none where the text is no JSON."""
    try:
        yield from _inside(json.loads(text))
        return
    except (ValueError, RecursionError):
        pass
    for line in text.splitlines():
        if line.strip():
            try:
                yield from _inside(json.loads(line))
            except (ValueError, RecursionError):
                return


def _inside(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _inside(each)
