"""Office files are ZIP archives of XML: opened within limits, so that a small file cannot unpack into a huge one."""

from __future__ import annotations

import io
import zipfile

from lxml import etree  # type: ignore[import-untyped]

from ..errors import LimitError, SourceError
from .limits import Limits

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True)


def open_archive(data: bytes, name: str, limits: Limits) -> zipfile.ZipFile:
    """The archive, after its declared sizes were checked. Raises SourceError when damaged, LimitError when it unpacks too far."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise SourceError(f"{name}：文件已损坏，无法打开，请重新下载 (damaged file)") from error
    total = 0
    for info in archive.infolist():
        total += info.file_size
        packed = info.file_size > 2**20 and info.file_size > limits.ratio * max(1, info.compress_size)
        if total > limits.unpacked_bytes or packed:
            raise LimitError(f"{name}：解压后超过上限（{limits.unpacked_bytes / 2**20:.0f} MB），拒绝读取 (unpacks beyond the limit)")
    return archive


def part(archive: zipfile.ZipFile, path: str, name: str, limits: Limits) -> bytes:
    """One part of the archive, never more of it than it declared."""
    try:
        size = archive.getinfo(path).file_size
        if size > limits.part_bytes:
            raise LimitError(f"{name}：{path} 有 {size / 2**20:.0f} MB，超过 {limits.part_bytes / 2**20:.0f} MB 的上限 (part too large)")
        with archive.open(path) as stream:
            content = stream.read(size + 1)
            if len(content) > size:
                raise LimitError(f"{name}：解压后的大小与声明不符，拒绝读取 (unpacks beyond its declared size)")
            return content
    except KeyError as error:
        raise SourceError(f"{name}：文件缺少 {path}，已损坏 (part missing)") from error
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise SourceError(f"{name}：文件已损坏或加了密，读不出 {path} (damaged or encrypted part)") from error
    except Exception as error:
        if type(error).__module__ in ("zlib", "lzma", "bz2"):
            raise SourceError(f"{name}：文件已损坏，读不出 {path} (damaged part)") from error
        raise


def tree(content: bytes, name: str) -> etree._Element:
    """The XML of a part; entities are not expanded, nothing is fetched."""
    if b"<!DOCTYPE" in content[:2000] or b"<!ENTITY" in content[:2000]:
        raise SourceError(f"{name}：文件里有文档类型声明，拒绝读取 (document type declaration refused)")
    try:
        return etree.fromstring(content, _PARSER)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"{name}：文件内容已损坏（{str(error)[:80]}） (damaged XML)") from error
