"""The elements of a web page as paragraphs and rows of tables, in printed order, with the elements that hold each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from ..errors import LimitError
from .blocks import Block, lay_out
from .limits import Limits

_SKIPPED = (
    frozenset({"script", "style", "noscript", "template", "svg", "math", "select", "option", "button", "textarea", "iframe", "object"})
    | frozenset({"embed", "audio", "video", "canvas", "head", "map", "input", "datalist"})
)  # fmt: skip
_BLOCKS = (
    frozenset({"address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt"})
    | frozenset({"fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html"})
    | frozenset({"legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead"})
    | frozenset({"td", "th", "tr", "ul", "caption"})
)  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_LONG = 200
"""A table cell longer than this holds text laid out by a table, not a value or label."""


@dataclass
class Page:
    """Blocks of a page while it is read."""

    limits: Limits
    hidden: bool
    """Whether elements that the page hides are read too."""
    blocks: list[tuple[Block, bool, tuple[int, ...]]] = field(default_factory=list)
    """Block, whether it is nothing but links, and the ids of the elements that hold it."""
    tables: int = 0


def walk(page: Page, root: LexborNode, name: str, above: tuple[int, ...] = ()) -> None:
    """The blocks below an element, in printed order; ``above`` are the elements that hold it."""
    words: list[str] = []
    linked: list[bool] = []
    path: list[int] = [*above]

    def flush() -> None:
        text = re.sub(r"[ \t\r\n\f]+", " ", "".join(words)).strip(" ")
        if text:
            page.blocks.append((Block(text), all(linked), tuple(path)))
            if len(page.blocks) > page.limits.lines:
                raise LimitError(f"{name}：网页超过 {page.limits.lines} 段 (too many paragraphs)")
        words.clear()
        linked.clear()

    stack: list[tuple[LexborNode, bool, bool]] = [(root, False, False)]
    while stack:
        node, link, done = stack.pop()
        tag = node.tag or ""
        if done:
            flush()
            path.pop()
            continue
        if tag == "-text":
            text = node.text_content or ""
            words.append(text)
            if text.strip():
                linked.append(link)
            continue
        if tag in _SKIPPED or tag.startswith("-") or (not page.hidden and _is_hidden(node)):
            continue
        if tag == "br":
            flush()
            continue
        if tag == "table":
            flush()
            _table(page, node, (*path, node.mem_id), link, name)
            continue
        if tag in _BLOCKS:
            flush()
            path.append(node.mem_id)
            if len(path) > page.limits.depth:
                raise LimitError(f"{name}：网页嵌套超过 {page.limits.depth} 层 (page nested too deeply)")
            stack.append((node, link, True))
        link = link or tag == "a"
        stack.extend((child, link, False) for child in reversed(list(node.iter(include_text=True))))


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _table(page: Page, table: LexborNode, path: tuple[int, ...], link: bool, name: str) -> None:
    """The rows of a table as grid rows; rows that only lay out text are read as text."""
    if len(path) > page.limits.depth:
        raise LimitError(f"{name}：网页嵌套超过 {page.limits.depth} 层 (page nested too deeply)")
    rows = list(_rows(table))
    cells = [[cell for cell in row.iter() if cell.tag in ("td", "th") and not (not page.hidden and _is_hidden(cell))] for row in rows]
    texts = [[_cell_text(cell) for cell in row] for row in cells]
    layout = [
        any(len(text) > _LONG or cell.css_first("table") is not None for text, cell in zip(*pair, strict=True))
        or (len(pair[0]) == 1 and len(cells[index][0].css("p, div, br")) > 3)
        for index, pair in enumerate(zip(texts, cells, strict=True))
    ]
    number = 0
    spans = [
        [(text, _span(cell, "colspan"), _span(cell, "rowspan")) for text, cell in zip(*pair, strict=True)]
        for pair in zip(texts, cells, strict=True)
    ]
    for index, row in enumerate(lay_out(spans)):
        if layout[index]:
            for cell in cells[index]:
                walk(page, cell, name, path)
            number = 0
            continue
        if not row:
            continue
        if not number:
            page.tables += 1
        number += 1
        linked = link or (any(cell.css_first("a") for cell in cells[index]) and _only_links(cells[index]))
        page.blocks.append((Block(cells=tuple(row), table=page.tables, row=number), linked, path))


def _rows(table: LexborNode) -> Iterator[LexborNode]:
    """The rows of this table, not of tables inside it."""
    for child in table.iter():
        if child.tag == "tr":
            yield child
        elif child.tag in ("tbody", "thead", "tfoot"):
            yield from (row for row in child.iter() if row.tag == "tr")


def _cell_text(cell: LexborNode) -> str:
    parts: list[str] = []
    for node in cell.traverse(include_text=True):
        tag = node.tag or ""
        if tag == "-text":
            parent = node.parent
            if parent is None or parent.tag not in _SKIPPED:
                parts.append(node.text_content or "")
        elif tag == "br" or tag in _BLOCKS:
            parts.append("\n")
        elif tag == "sup":
            parts.append(" ")
    return re.sub(r"[ \t\r\n\f]+", " ", "".join(parts)).strip(" ")


def _only_links(cells: Sequence[LexborNode]) -> bool:
    words = sum(len("".join((cell.text() or "").split())) for cell in cells)
    links = sum(len("".join((link.text() or "").split())) for cell in cells for link in cell.css("a"))
    return words > 0 and links >= words


def _span(cell: LexborNode, key: str) -> int:
    value = re.match(r"\s*(\d{1,4})", cell.attributes.get(key) or "")
    return max(1, int(value.group(1))) if value else 1
