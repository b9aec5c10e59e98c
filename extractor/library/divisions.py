"""Administrative-division codes (GB/T 2260), from a file that the user puts into the library; without it they stay unknown.

No code list comes with the program: of the published packages those that carry codes have not been kept up since 2021 or earlier,
and the one that is kept up carries names without codes; codes change every year. ``divisions.csv`` in the library folder has the
columns ``code`` (six digits) and ``name``, as the Ministry of Civil Affairs prints them; a parent follows from the code
(110101 → 110100 → 110000).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import LibraryError
from ..sources.charset import decode
from .identity import agency_key

FILE = "divisions.csv"
_CODE = re.compile(r"[1-9]\d{5}")
_CODES = ("code", "行政区划代码", "区划代码", "代码")
_TITLES = ("name", "单位名称", "行政区划名称", "区划名称", "名称")


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division."""

    code: str
    name: str

    @property
    def above(self) -> tuple[str, ...]:
        """Codes of the divisions above it, nearest first."""
        codes = (f"{self.code[:4]}00", f"{self.code[:2]}0000")
        return tuple(dict.fromkeys(code for code in codes if code != self.code))

    @property
    def county_city(self) -> bool:
        """Whether it is a city of county level, which its name alone does not show (义乌市)."""
        return self.name.endswith("市") and not self.code.endswith("00")


class Divisions:
    """Divisions by the names that agencies begin with."""

    def __init__(self, known: Iterable[Division]) -> None:
        self.by_code = {one.code: one for one in known}
        self.by_name: dict[str, set[str]] = {}
        for one in self.by_code.values():
            for name in self._names(one):
                self.by_name.setdefault(name, set()).add(one.code)
        self.longest = max(map(len, self.by_name), default=0)

    def find(self, agency: str | None, region: str | None = None) -> Division | None:
        """The division an agency belongs to, by the longest name at the start of its own; None when that names none or several."""
        for text in (agency_key(agency), agency_key(region) + agency_key(agency)):
            for length in range(min(self.longest, len(text)), 1, -1):
                codes = self.by_name.get(text[:length])
                if codes is not None:
                    if len(codes) == 1:
                        return self.by_code[next(iter(codes))]
                    break
        return None

    def parent(self, division: Division) -> Division | None:
        """The next division above; None for a province."""
        return next((self.by_code[code] for code in division.above if code in self.by_code), None)

    def _names(self, one: Division) -> Iterator[str]:
        """Its name alone, and after any of the divisions above it."""
        above = [self.by_code[code].name for code in one.above if code in self.by_code]
        yield one.name
        for index in range(len(above)):
            yield above[index] + one.name
        if len(above) == 2:
            yield above[1] + above[0] + one.name


def load(library: Path) -> Divisions | None:
    """The divisions of a library; None when it has no such file. LibraryError names the line that cannot be read."""
    path = library / FILE
    if not path.is_file():
        return None
    try:
        text = decode(path.read_bytes(), path.name).text
    except OSError as error:
        raise LibraryError(f"“{path}”无法读取：{error.strerror} (cannot be read)") from error
    rows = csv.DictReader(text.lstrip("\ufeff").splitlines())
    titles = {(title or "").strip().lower(): title for title in rows.fieldnames or ()}
    columns = [next((titles[title] for title in known if title in titles), None) for known in (_CODES, _TITLES)]
    if None in columns:
        told = "、".join(rows.fieldnames or ())
        raise LibraryError(f"“{path}”第一行应有 code（六位代码）和 name（名称）两列，现在是“{told}” (expected the columns code and name)")
    found: list[Division] = []
    for number, row in enumerate(rows, 2):
        code, name = ((row.get(str(column)) or "").strip() for column in columns)
        name = agency_key(name).rstrip("*")
        if not code and not name:
            continue
        if not _CODE.fullmatch(code) or not name:
            raise LibraryError(f"“{path}”第 {number} 行应为六位代码和名称，读到“{code},{name}” (expected a six-digit code and a name)")
        found.append(Division(code, name))
    return Divisions(found)
