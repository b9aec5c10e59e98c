"""Saved web pages to Documents: paragraphs and tables of the content, found by the statutory headings.

Sites differ in everything but the wording of the report, so no class names or ids are used: the content is the smallest
element that holds the statutory headings. Nothing is fetched or executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from html import unescape

from selectolax.lexbor import LexborHTMLParser

from ..errors import LimitError, SourceError
from ..forms import SECTIONS
from ..model import Document
from .blocks import Block, assemble
from .charset import Decoded, decode
from .html_walk import Page, walk
from .limits import LIMITS, Limits
from .text import charset_notes, source_of

_FILES = re.compile(r"\.(?:pdf|docx?|wps|et|xlsx?|ofd|zip|rar|7z|pptx?)(?:[?#].*)?$", re.I)
_DATA_URI = re.compile(rb"data:[\w/+.;=-]{0,80},[A-Za-z0-9+/=%\s]{200,}")
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.I)
_HEADINGS = re.compile("|".join(re.escape(words) for words in SECTIONS.values()))
_NESTING = re.compile(rb"<(/?)(?:div|table|ul|ol|dl|span|font|section|article|blockquote|b|i|u|em|strong|center|big|small|a)[\s>]", re.I)
_DEEPEST = 4000
"""Open elements beyond which a page is not parsed at all; unclosed ones count, so this is far above ``Limits.depth``."""


def read_html(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """A web page, or a Word or web archive file that is one inside.

    Raises SourceError when there is no text, LimitError when the page is too large or too deep.
    """
    return _read_page(data, data, name, limits)


def _read_page(data: bytes, file: bytes, name: str, limits: Limits) -> Document:
    """The page in ``data``, which stands in ``file``."""
    data = _DATA_URI.sub(b"", data)
    if len(data) > limits.text_bytes:
        raise LimitError(f"{name}：网页有 {len(data) / 2**20:.0f} MB，超过 {limits.text_bytes / 2**20:.0f} MB 的上限 (page too large)")
    _check_nesting(data, name)
    declared = _DECLARED.search(data[:4096])
    decoded = decode(data, name, declared.group(1).decode("ascii") if declared else None)
    return _page_document(decoded, file, name, limits)


def read_mhtml(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """A web archive (MHTML): the page inside it."""
    message = message_from_bytes(data, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content:
                return _read_page(content, data, name, limits)
    raise SourceError(f"{name}：网页归档里没有网页正文 (no page inside this web archive)")


def blocks_of(text: str, limits: Limits, name: str) -> list[Block]:
    """The blocks of a piece of HTML, such as a table inside Markdown."""
    parser = LexborHTMLParser(text)
    page = Page(limits, hidden=False)
    if parser.body is not None:
        walk(page, parser.body, name)
    return [block for block, _, _ in page.blocks]


def _page_document(decoded: Decoded, file: bytes, name: str, limits: Limits) -> Document:
    text = decoded.text
    parser = LexborHTMLParser(text)
    page = _read(parser, name, limits, hidden=False)
    if not _found(page):
        page = _better(page, _read(parser, name, limits, hidden=True), *_stored(parser, name, limits))
    blocks, dropped = _content(page.blocks)
    published = _meta(parser, "PubDate", "publishdate", "article:published_time")
    if published:
        blocks.insert(0, Block(f"PubDate: {published}"))
    notes = list(charset_notes(decoded)) if decoded.damaged else []
    if dropped:
        notes.append(("source.menus", f"略去正文之外的 {dropped} 处链接与栏目"))
    return assemble(
        blocks,
        source_of(file, name, "html", "native"),
        limits,
        notes=notes,
        attachments=_attachments(parser),
        title=_meta(parser, "ArticleTitle", "og:title") or _title(parser),
    )


def _check_nesting(data: bytes, name: str) -> None:
    depth = 0
    for match in _NESTING.finditer(data):
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        if depth > _DEEPEST:
            raise LimitError(f"{name}：网页嵌套过深，不是正常的网页 (page nested too deeply)")


def _read(parser: LexborHTMLParser, name: str, limits: Limits, *, hidden: bool) -> Page:
    page = Page(limits, hidden)
    if parser.body is not None:
        walk(page, parser.body, name)
    return page


def _found(page: Page) -> int:
    """How many statutory headings a page shows."""
    return len({words for block, _, _ in page.blocks for words in _HEADINGS.findall(_words(block))})


def _words(block: Block) -> str:
    text = block.text or " ".join(cell.text for cell in block.cells)
    return re.sub(r"\s", "", text) if len(text) < 400 else text


def _better(*pages: Page) -> Page:
    return max(pages, key=_found)


def _stored(parser: LexborHTMLParser, name: str, limits: Limits) -> Iterator[Page]:
    """Pages that sites keep as text inside the page, for a script to show."""
    for node in parser.css("textarea, noscript, template, script[type='text/html'], script[type='text/xml'], xml"):
        inner = unescape(node.text(deep=True) or "") or (node.inner_html or "")
        if _HEADINGS.search(re.sub(r"<[^>]*>|\s", "", inner)):
            yield _read(LexborHTMLParser(inner.replace("<![CDATA[", "").replace("]]>", "")), name, limits, hidden=True)


# ------------------------------------------------------------------------------------- content
def _content(blocks: Sequence[tuple[Block, bool, tuple[int, ...]]]) -> tuple[list[Block], int]:
    """The blocks without the site's furniture, and how many were left out.

    Outside the smallest element with the headings, blocks that are nothing but links go; once that element holds the last
    section with its text, all that follows goes.
    """
    marked = [(index, path) for index, (block, linked, path) in enumerate(blocks) if not linked and _is_heading(block)]
    if len(marked) < 2:
        return [block for block, _, _ in blocks], 0
    shared = set(marked[0][1]).intersection(*(path for _, path in marked[1:]))
    depth = max(marked[0][1].index(each) for each in shared) if shared else 0
    content = marked[0][1][depth]
    inside = [content in path for _, _, path in blocks]
    last = max(index for index, each in enumerate(inside) if each)
    whole = SECTIONS[6][:4] in _words(blocks[marked[-1][0]][0]) and last > marked[-1][0]
    kept = []
    for index, (block, linked, _) in enumerate(blocks):
        if inside[index] or (not linked and not (whole and index > last)):
            kept.append(block)
    return kept, len(blocks) - len(kept)


def _is_heading(block: Block) -> bool:
    words = _words(block)
    return len(words) <= 40 and _HEADINGS.search(words) is not None


def _attachments(parser: LexborHTMLParser) -> list[str]:
    found: dict[str, None] = {}
    for node in parser.css("a[href]"):
        address = (node.attributes.get("href") or "").strip()
        if _FILES.search(address):
            label = " ".join((node.text() or "").split())
            found.setdefault(f"{label} <{address}>" if label else address)
    return list(found)[:100]


def _meta(parser: LexborHTMLParser, *names: str) -> str:
    for node in parser.css("meta"):
        attributes = node.attributes
        if (attributes.get("name") or attributes.get("property") or "").lower() in {name.lower() for name in names}:
            return " ".join((attributes.get("content") or "").split())[:200]
    return ""


def _title(parser: LexborHTMLParser) -> str:
    node = parser.css_first("title")
    return " ".join((node.text() or "").split())[:200] if node else ""
