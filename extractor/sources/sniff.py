"""Which format a file's content is in, whatever the file is called."""

from __future__ import annotations

import io
import re
import zipfile

from ..errors import SourceError

FORMATS: dict[str, tuple[str, str]] = {
    "text": ("text", "read_text"),
    "markdown": ("markdown", "read_markdown"),
    "html": ("html", "read_html"),
    "mhtml": ("html", "read_mhtml"),
    "pdf": ("pdf", "read_pdf"),
    "docx": ("docx", "read_docx"),
    "xlsx": ("xlsx", "read_xlsx"),
    "office": ("office", "read_office"),
    "picture": ("picture", "read_picture"),
}
"""Module and function that read each format; a module is imported when the first such file comes."""

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_ARCHIVES = ((b"7z\xbc\xaf", "7z"), (b"Rar!", "RAR"), (b"\x1f\x8b", "gzip"))
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|table|div|p|td|tr|span|br|h[1-6])[\s>/]", re.I)


def format_of(data: bytes, name: str) -> str:
    """The key in ``FORMATS`` for this content. Raises SourceError for content of a kind that is not read."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _packed(data, name)
    if data.startswith(b"\xd0\xcf\x11\xe0") or head.startswith(b"{\\rtf") or b'progid="Word.Document"' in head:
        return "office"
    if head[:200].lower().startswith((b"mime-version:", b"from: <saved by")) or b"multipart/related" in head[:2000]:
        return "mhtml"
    if data.startswith(_PICTURES) or (data.startswith(b"BM") and b"\0" in data[:64]) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "picture"
    for mark, kind in _ARCHIVES:
        if data.startswith(mark):
            raise SourceError(f"{name}：{kind} 压缩包请先解开，再给其中的文件 (unpack this {kind} archive first)")
    return _written(data)


def _written(data: bytes) -> str:
    """HTML, Markdown or plain text."""
    sample = data[:200_000]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")) or sample[:200].count(0) > 20:
        sample = sample.replace(b"\0", b"")
    found = _MARKUP.findall(sample)
    plain = sample[:3000].lower()
    page = re.search(rb"<(?:html|!doctype html|body)", plain)
    before = plain[: page.start()].lstrip(b"\xef\xbb\xbf \t\r\n") if page else b""
    if page and (not before or before.startswith(b"<")) and sample.lower().count(b"<html") < 2:
        return "html"
    lines = sample.count(b"\n") + 1
    headed = re.search(rb"^#{1,6} \S", sample, re.M) or re.search(rb"^\|?(?:\s*:?-{3,}:?\s*\|)+", sample, re.M)
    if headed or (re.search(rb"<t[dr][\s>]", sample, re.I) and len(found) < lines * 3 and not plain.startswith(b"<")):
        return "markdown"
    if len(found) >= 8 and (plain.startswith(b"<") or len(found) > lines // 4):
        return "html"
    return "text"


def _packed(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {info.filename for info in archive.infolist()[:5000]}
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise SourceError(f"{name}：文件已损坏，无法打开，请重新下载 (damaged file: {error})") from error
    if "word/document.xml" in parts:
        return "docx"
    if "xl/workbook.xml" in parts:
        return "xlsx"
    if "content.xml" in parts and "mimetype" in parts:
        return "office"
    if "OFD.xml" in parts:
        raise SourceError(f"{name}：OFD 版式文件暂不能读取，请另存为 PDF (OFD is not supported; save it as PDF)")
    raise SourceError(f"{name}：压缩包请先解开，再给其中的文件 (unpack this archive first)")
