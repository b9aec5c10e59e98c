"""The index as a question needs it: in step with the library where little is missing, by words alone where vectors cannot be had."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from extractor.errors import LibraryError, ModelError

from .catalogue import state_of
from .index import Index
from .indexing import update

if TYPE_CHECKING:
    from extractor.library import Library
    from extractor.llm.settings import Settings

AUTO_INDEX = 500
"""Reports not yet indexed up to which asking indexes them itself."""
PATIENCE = 3.0
"""Seconds that a question waits for another program that writes the index."""
_COMPLETE: weakref.WeakKeyDictionary[Library, object] = weakref.WeakKeyDictionary()
"""The state of each library whose index was last seen complete: not compared again for every question."""


def index_of(library: Library, settings: Settings | None, notes: list[str]) -> Index:
    """The library's index, brought up to date when little is missing; what could not be done is added to ``notes``."""
    index = Index.of(library, settings)
    asked = index.fused or bool(index.address)
    state = (state_of(library), index.embedder, index.address)
    known = _COMPLETE.get(library) == state and index.settled
    if known and not asked:
        return index
    words = 0 if known else len(index.stale(library, vectors=False)[0])
    if words > AUTO_INDEX:
        notes.append(f"{words} 份报告尚未编入索引，请运行 gongkai index ({words} reports not indexed)")
    try:
        todo, gone = ([], []) if known else index.stale(library)
        lost = asked and index.settled and index.lacking()
        due = len(index.store.indexed) if lost else len(todo)
        if due > AUTO_INDEX:
            return _by_words(index, f"{due} 份报告还没有向量，请运行 gongkai index" if asked and words <= AUTO_INDEX else "", notes)
        if due or gone or lost:
            index.close()
            update(library, settings, wait=PATIENCE)
            index = Index.of(library, settings)
    except (ModelError, LibraryError) as error:
        index.close()
        if words <= AUTO_INDEX:
            _words(library, settings, notes)
        return _by_words(Index.of(library, settings), str(error), notes)
    _COMPLETE[library] = state
    return index


def _by_words(index: Index, why: str, notes: list[str]) -> Index:
    """The index without its vectors."""
    index.fused = False
    if why:
        notes.append(f"向量检索用不了，只按词检索 (vectors cannot be used, words alone are looked up)：{why}")
    return index


def _words(library: Library, settings: Settings | None, notes: list[str]) -> None:
    """Index the words of what is new, without vectors."""
    index = Index.of(library, settings)
    todo, gone = index.stale(library, vectors=False)
    index.close()
    if not todo and not gone:
        return
    try:
        update(library, settings, vectors=False, wait=0)
    except LibraryError as error:
        notes.append(f"{len(todo)} 份新报告还没有编入索引 (new reports are not indexed yet)：{error}")
