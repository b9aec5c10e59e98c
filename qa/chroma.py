"""Where the vectors are kept: a Chroma database in the library's folder, or a Chroma server."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from extractor.errors import GongkaiError, LibraryError, SettingsError

CONNECT = 5.0
"""Seconds within which a server must take a connection."""
_GRAPH = {"ef_search": 500, "ef_construction": 100, "max_neighbors": 32, "batch_size": 2000, "sync_threshold": 10_000}
"""Chroma's graph. It writes the whole graph anew every ``sync_threshold`` vectors, which with the default of 1,000 grows with the square of
the library; until then the vectors stand in its log."""


def address() -> str:
    """The server that ``GONGKAI_CHROMA_URL`` names, without a password; empty for the database in the library's folder.

    Raises SettingsError when it is no http(s) address.
    """
    url = os.environ.get("GONGKAI_CHROMA_URL")
    if not url:
        return ""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"GONGKAI_CHROMA_URL 不是 http(s) 地址：{url!r} (not an http or https address)")
    return f"{parts.scheme}://{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def client(folder: Path) -> Any:
    """A client of the server, or of the database in this folder. Raises LibraryError when the server cannot be had."""
    place = address()
    if place:
        parts = urlsplit(place)
        try:
            socket.create_connection((parts.hostname or "", parts.port or 0), timeout=CONNECT).close()
        except OSError as error:
            raise LibraryError(f"连不上 Chroma 服务 {place}：{error}；请检查 GONGKAI_CHROMA_URL (it cannot be reached)") from error
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if place:
        with failing(place):
            return chromadb.HttpClient(host=parts.hostname or "", port=parts.port or 0, ssl=parts.scheme == "https", settings=settings)
    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(path=str(folder), settings=settings)


def collection(made: Any, name: str, space: str) -> Any:
    """The collection of this name, made when there is none."""
    with failing():
        return made.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": {"space": space, **_GRAPH}})


def drop(made: Any, name: str) -> None:
    """Take a collection away, if there is one."""
    with failing():
        if any(known.name == name for known in made.list_collections()):
            made.delete_collection(name)


@contextmanager
def failing(place: str = "") -> Iterator[None]:
    """Whatever the database raises as one LibraryError that names it."""
    try:
        yield
    except GongkaiError:
        raise
    except Exception as error:
        where = place or address() or "index/chroma"
        told = f"{type(error).__name__} {error}".strip()[:300]
        raise LibraryError(f"向量库 {where} 用不了：{told}；可用 gongkai index --rebuild 重建 (the vector store failed)") from error


def own(folder: Path) -> str:
    """What tells a library's collections from others on a shared server."""
    return hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:10]
