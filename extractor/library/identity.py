"""Which texts are the same report: ids of texts, keys of agencies, the identity of an agency's year."""

from __future__ import annotations

import re
import unicodedata

from ..model import Scope

_SPACES = re.compile(r"\s+")
_PLACED = re.compile(
    r"^[\u3400-\u9fff]{1,12}?(?:省|自治区|特别行政区|市(?![场政容民郊域辖])|县|自治州|州(?![市区县镇乡街])|盟(?![区镇乡街])|旗(?![区镇乡街])|兵团)"
)
"""Begins with the name of a place that there is once: districts, towns and streets share theirs (鼓楼区, 城关镇)."""
_NAMELESS = re.compile(r"^(?:本|我|全|省|市|县|区|州|盟|旗|乡|镇|街道)")
_NATIONAL = re.compile(r"^(?:国家|中国|中华人民共和国|国务院|全国|最高人民)|(?:部|总署|总局)$")


def report_id_of(sha256: str, number: int = 1) -> str:
    """The id of a text: the start of its source's hash, with its number in the file when it is not the first."""
    return sha256[:12] if number == 1 else f"{sha256[:12]}-{number}"


def agency_key(agency: str | None) -> str:
    """The name that agencies are matched by: compatibility forms and spaces gone, nothing else (办公室 stays)."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", agency or ""))


def identity_of(agency: str | None, year: int | None, region: str | None, scope: Scope = "unknown") -> str | None:
    """What two texts share when they are the same report: place, agency, year and whether it is the agency's own.

    None when that cannot be told: without agency or year, or for a name that several places have (“市教育局”, “鼓楼区人民政府”),
    a text stands for itself, because joining two agencies would hide one of them.
    """
    name = agency_key(agency)
    if not name or year is None:
        return None
    where = agency_key(region)
    placed = bool(_PLACED.match(name)) and not _NAMELESS.match(name)
    if not placed and not where and not _NATIONAL.search(name):
        return None
    own = "·own" if scope == "own" else ""
    return f"{name if placed or not where or name.startswith(where) else where + name}·{year}{own}"
