"""Where files came from, as a person listed it: ``--manifest FILE.csv`` with file, url, retrieved_at, agency, year.

Address and date go into the record's ``source``. Agency and year are claims: the record holds what the report says, and a
claim that the report denies is a finding.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from .crosscheck.rules import finding
from .errors import SettingsError
from .model import Document, Finding, Report
from .sources.charset import decode

_COLUMNS = {
    "file": ("file", "文件", "文件名", "path"),
    "url": ("url", "网址", "地址", "链接"),
    "retrieved_at": ("retrieved_at", "取得时间", "下载时间", "日期"),
    "agency": ("agency", "机关", "单位", "行政机关"),
    "year": ("year", "年份", "年度"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a manifest; empty fields are None."""

    file: str
    url: str | None = None
    retrieved_at: str | None = None
    agency: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class Manifest:
    """The lines of a manifest, found again by file."""

    folder: Path
    entries: tuple[Entry, ...]
    _by_path: dict[str, Entry] = field(default_factory=dict, compare=False, repr=False)
    _by_name: dict[str, Entry | None] = field(default_factory=dict, compare=False, repr=False)
    """By bare file name; None where several lines share it."""
    name: str = ""
    """What the manifest's own file is called."""

    def entry(self, path: str | Path) -> Entry | None:
        """The line for a file: by its path beside the manifest, else by its name when only one line has it."""
        path = Path(path)
        return self._by_path.get(str(path.resolve())) or self._by_name.get(path.name)


def read_manifest(path: str | Path) -> Manifest:
    """The manifest in a CSV file. Raises SettingsError, naming the line, when it is not one."""
    path = Path(path)
    try:
        text = decode(path.read_bytes(), path.name).text
    except OSError as error:
        raise SettingsError(f"{path.name}：打不开清单（{error.strerror or error}） (cannot open the manifest)") from error
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    names = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
    columns = {key: names[word] for key, words in _COLUMNS.items() for word in reversed(words) if word in names}
    if "file" not in columns:
        raise SettingsError(
            f"{path.name}：清单第一行要有 file 一列，可有 url、retrieved_at、agency、year，现在是“{'、'.join(rows.fieldnames or ())}” "
            "(the manifest needs a column called file)"
        )
    entries: list[Entry] = []
    by_path: dict[str, Entry] = {}
    by_name: dict[str, Entry | None] = {}
    for row in rows:
        values = {key: (row.get(column) or "").strip() for key, column in columns.items()}
        if not values["file"]:
            continue
        year = values.get("year", "")
        if year and not re.fullmatch(r"(?:19|20)\d\d年?", year):
            raise SettingsError(f"{path.name} 第 {rows.line_num} 行：年份“{year}”不是四位年份 (line {rows.line_num}: not a year)")
        entry = Entry(
            values["file"],
            values.get("url") or None,
            values.get("retrieved_at") or None,
            values.get("agency") or None,
            int(year[:4]) if year else None,
        )
        entries.append(entry)
        by_path[str((path.parent / entry.file).resolve())] = entry
        name = Path(entry.file).name
        by_name[name] = None if name in by_name else entry
    return Manifest(path.parent, tuple(entries), by_path, by_name, path.name)


def place_document(document: Document, entry: Entry | None) -> Document:
    """The document with where it came from in its source."""
    if entry is None:
        return document
    source = document.source.model_copy(update={"url": entry.url, "retrieved_at": entry.retrieved_at})
    return replace(document, source=source)


def entered(report: Report, entry: Entry | None) -> Report:
    """The report with where it came from, and with a finding for every claim that it denies, in place of earlier ones."""
    if entry is None:
        return report
    source = report.source.model_copy(update={"url": entry.url, "retrieved_at": entry.retrieved_at})
    kept = (one for one in report.findings if one.rule != "source.manifest")
    return report.model_copy(update={"source": source, "findings": (*kept, *_denied(report, entry))})


def joined(old: Entry | None, new: Entry) -> Entry:
    """What two lines about one file say together: the newer one where it says anything."""
    if old is None:
        return new
    told = (new.url or old.url, new.retrieved_at or old.retrieved_at, new.agency or old.agency, new.year or old.year)
    return old if told == (old.url, old.retrieved_at, old.agency, old.year) else Entry(new.file, *told)


def _denied(report: Report, entry: Entry) -> Iterable[Finding]:
    if entry.year and report.year and entry.year != report.year:
        yield finding(
            "source.manifest",
            f"清单写 {entry.year} 年，报告是 {report.year} 年 (the manifest says {entry.year}, the report is for {report.year})",
        )
    if entry.agency and report.agency and not _same(entry.agency, report.agency):
        yield finding(
            "source.manifest",
            f"清单写“{entry.agency}”，报告是“{report.agency}”的 (the manifest names another agency than the report)",
        )


def _same(claimed: str, printed: str) -> bool:
    """Whether two names can be one agency's: equal but for 人民 and a region left out at the beginning."""
    first, second = (re.sub(r"\s|人民", "", name) for name in (claimed, printed))
    return first.endswith(second) or second.endswith(first)
