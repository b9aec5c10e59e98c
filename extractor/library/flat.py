"""The flat formats of an export: CSV, JSON Lines, Parquet, SQLite."""

from __future__ import annotations

import csv
import errno
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import QueryError
from .codebook import Variable, codebook_rows, variables
from .rows import plain
from .versions import tool_version

if TYPE_CHECKING:
    from .export import Export, Wide

REPORT = (
    "report_id",
    "version",
    "agency",
    "year",
    "form",
    "scope",
    "level",
    "region",
    "published",
    "title",
    "source_name",
    "sha256",
    "origin",
    "engine",
)
"""What every wide row says of its report."""
LONG = (
    "report_id",
    "agency",
    "year",
    "form",
    "path",
    "section",
    "caption",
    "value",
    "status",
    "verified",
    "printed",
    "how",
    "raw",
    "line",
    "page",
)
"""The columns of a long export: one row for each cell."""
ACROSS = ("finding_id", "rule", "severity", "message", "report_ids", "cells", "quotes")
"""The columns of findings about several reports."""
VERSIONS = ("dataset_version", "tool_version")


def number(value: Decimal | float | None) -> int | float | None:
    """A value as the plainest number that holds it."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def safe_text(value: Any) -> Any:
    """Text that a spreadsheet will not run: a leading ``=``, ``+``, ``-``, ``@``, tab or return gets an apostrophe before it."""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠") else value
    if isinstance(value, list | tuple):
        return safe_text(" | ".join(str(item) for item in value))
    return plain(value) if isinstance(value, Decimal) else value


@contextmanager
def draft(path: Path) -> Iterator[Path]:
    """A file beside ``path`` that takes its place when all went well."""
    made = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield made
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> QueryError:
    """The error to raise when a file that a user asked for cannot be written; what stood there before still stands."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or "disk is full" in str(error)
    why = "磁盘已满" if full else error.strerror or str(error)
    return QueryError(
        f"“{path}”写不进去：{why}；原来的文件没有动，请换个位置或腾出空间再试 (cannot write {path.name}; nothing was changed)"
    )


def write_csv(job: Export, path: Path) -> tuple[Path, ...]:
    """The data, and the codebook beside it: both or neither."""
    book = path.with_name(f"{path.stem}.codebook.csv")
    with draft(path) as made, draft(book) as made_book:
        with made_book.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([*map(safe_text, row)] for row in codebook_rows())
        with made.open("w", encoding="utf-8-sig", newline="") as file:
            writer, stamp = csv.writer(file), (job.dataset, tool_version())
            for at, row in enumerate(_csv_rows(job)):
                writer.writerow([*row, *(stamp if at else VERSIONS)])
    return (path, book)


def _csv_rows(job: Export) -> Iterator[Sequence[Any]]:
    """The head, then a row for each cell (long) or report (wide)."""
    if job.shape == "long":
        yield LONG
        yield from ([*map(safe_text, row)] for row in job.long())
        return
    columns = variables()
    yield [*REPORT, *(name for one in columns for name in (one.key, f"{one.key}.status"))]
    for wide in job.wide():
        cells = (field for one in columns for field in (_printed(wide.values.get(one.key)), state_of(wide, one)))
        yield [*(safe_text(wide.about[name]) for name in REPORT), *cells]


def _printed(value: Decimal | float | None) -> str:
    return plain(value) if isinstance(value, Decimal) or value is None else repr(value) if value != int(value) else str(int(value))


def state_of(wide: Wide, variable: Variable) -> str:
    return wide.states.get(variable.key, "not_in_form" if wide.about["form"] else "absent")


def write_jsonl(job: Export, path: Path) -> tuple[Path, ...]:
    with draft(path) as made, made.open("w", encoding="utf-8") as file:
        for report_id, version, record in job.records():
            about = {"report_id": report_id, "version": version, "dataset_version": job.dataset, "tool_version": tool_version()}
            file.write(json.dumps({"export": about, **record}, ensure_ascii=False) + "\n")
    return (path,)


def write_parquet(job: Export, path: Path) -> tuple[Path, ...]:
    book = json.dumps([list(row) for row in codebook_rows()], ensure_ascii=False)
    metadata = {**job.about, "codebook": book}
    if job.shape == "long":
        types = {
            "year": pa.int32(),
            "section": pa.int32(),
            "line": pa.int32(),
            "page": pa.int32(),
            "verified": pa.bool_(),
            "value": pa.decimal128(38, 6),
        }
        schema = pa.schema([(name, types.get(name, pa.string())) for name in LONG], metadata)
        rows: Iterator[Sequence[Any]] = job.long()
    else:
        fields = [(name, pa.int64() if name == "version" else pa.int32() if name == "year" else pa.string()) for name in REPORT]
        fields += [
            column
            for one in variables()
            for column in (
                (one.key, pa.decimal128(38, 6) if one.kind in ("cell", "series") else pa.float64()),
                (f"{one.key}.status", pa.string()),
            )
        ]
        schema = pa.schema(fields, metadata)
        rows = (
            [
                *(wide.about[name] for name in REPORT),
                *(field for one in variables() for field in (wide.values.get(one.key), state_of(wide, one))),
            ]
            for wide in job.wide()
        )
    with draft(path) as made, pq.ParquetWriter(made, schema, compression="zstd") as writer:
        while batch := [row for _, row in zip(range(2000), rows, strict=False)]:
            writer.write_batch(
                pa.record_batch(
                    [pa.array(column, field.type) for column, field in zip(zip(*batch, strict=True), schema, strict=True)], schema=schema
                )
            )
    return (path,)


def write_sqlite(job: Export, path: Path) -> tuple[Path, ...]:
    with draft(path) as made:
        database = sqlite3.connect(made)
        try:
            for view in ("reports", "cells", "metrics", "claims", "facts", "findings", "passages"):
                head, rows = job.table(view)
                database.execute(f"CREATE TABLE {view} ({', '.join(_quote(name) for name in head)})")
                marks = ", ".join("?" * len(head))
                database.executemany(f"INSERT INTO {view} VALUES ({marks})", (tuple(map(_plain_sql, row)) for row in rows))
                database.execute(f"CREATE INDEX {view}_report ON {view} (report_id)")
            database.execute(f"CREATE TABLE across_reports ({', '.join(ACROSS)})")
            database.executemany(
                f"INSERT INTO across_reports VALUES ({', '.join('?' * len(ACROSS))})", (tuple(map(_plain_sql, row)) for row in job.across())
            )
            head_row, *rest = codebook_rows()
            database.execute(f"CREATE TABLE codebook ({', '.join(_quote(name.split()[-1]) for name in head_row)})")
            database.executemany(f"INSERT INTO codebook VALUES ({', '.join('?' * len(head_row))})", rest)
            database.execute("CREATE TABLE about (key, value)")
            database.executemany("INSERT INTO about VALUES (?, ?)", job.about.items())
            database.commit()
        finally:
            database.close()
    return (path,)


def _plain_sql(value: Any) -> Any:
    if isinstance(value, Decimal):
        return number(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _quote(name: str) -> str:
    return f'"{name}"'
