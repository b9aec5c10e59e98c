"""Vectors of texts from an embedding model on the same terms as every other call: logged, paid for once, within the budget."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ModelError, SettingsError
from .log import CallLog
from .settings import Settings
from .wire import Errand, embeddings

BATCH = 64
"""Texts in one request."""


def embed(texts: Sequence[str], settings: Settings, *, log: CallLog | None = None, subject: str = "索引") -> list[list[float]]:
    """One vector for each text, in their order.

    Raises SettingsError when no embedding model is named, ModelError when the server cannot be had or answers with gaps.
    """
    if not settings.embedding_model:
        raise SettingsError("没有指定向量模型：请设 GONGKAI_EMBEDDING_MODEL (no embedding model is named)")
    own = log is None
    log = log or CallLog(settings.log_path)
    try:
        vectors: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            batch = [text or " " for text in texts[start : start + BATCH]]
            request = {"model": settings.embedding_model, "input": batch, "encoding_format": "float"}
            call = embeddings(request, settings, log, Errand("embedding", subject))
            vectors += _vectors(call.response or {}, len(batch))
        return vectors
    finally:
        if own:
            log.close()


def _vectors(response: dict[str, object], count: int) -> list[list[float]]:
    data = response.get("data")
    items = (
        sorted((item for item in data if isinstance(item, dict)), key=lambda item: int(item.get("index", 0)))
        if isinstance(data, list)
        else []
    )
    vectors = [[float(number) for number in item["embedding"]] for item in items if item.get("embedding")]
    if len(vectors) != count or len({len(vector) for vector in vectors}) != 1:
        raise ModelError(
            f"向量服务给出 {len(vectors)} 个向量，要 {count} 个等长的 (asked for {count} vectors of one length, got {len(vectors)})"
        )
    return vectors
