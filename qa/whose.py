"""Of whom and when a statement tells: what it names itself, what it must not name, and what is put before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .chunks import Passage

LISTED = 3
"""Reports named before a statement that rests on several; the rest are counted."""
_LONGER = r"(?![㐀-鿿]{1,6}(?:区|县|市|镇|乡|街道|局|委|办|厅|院))"
"""临澜市 is not named by 临澜市望汀区."""


def named(text: str, agencies: Iterable[str]) -> tuple[set[str], str]:
    """The agencies that a text names, in full or without 人民政府, and the text without these names."""
    found = set()
    forms = [(agency, agency) for agency in agencies if agency]
    forms += [(form.removesuffix("人民政府"), agency) for form, agency in forms if form.endswith("人民政府")]
    for form, agency in sorted(set(forms), key=lambda pair: -len(pair[0])):
        pattern = re.escape(form) + ("" if form == agency else _LONGER)
        text, count = re.subn(pattern, "\x01", text)
        if count:
            found.add(agency)
    return found, text


def misplaced(text: str, cited: Sequence[Passage], quotes: Sequence[str], agencies: Iterable[str]) -> set[str]:
    """Agencies that a statement names although neither the reports it cites are theirs nor the quotes name them."""
    agencies = set(agencies)
    others, _ = named(text, agencies)
    return others - {passage.agency for passage in cited} - named("\n".join(quotes), agencies)[0]


def told_of(text: str, cited: Sequence[Passage], agencies: Iterable[str], english: bool) -> str:
    """The statement with the agency and year of its reports before it, as far as it does not name them itself."""
    names, _ = named(text, agencies)
    reports = list(dict.fromkeys((passage.agency, passage.year) for passage in cited))
    lacking: dict[str, list[int | None]] = {}
    for agency, year in reports:
        dated = year is None or re.search(rf"(?<!\d){year}(?!\d)", text) is not None
        if agency not in names or not dated:
            own = lacking.setdefault("" if agency in names and len(reports) == 1 else agency, [])
            own += [] if dated and len(reports) == 1 else [year]
    if not lacking:
        return text
    joint = (("、", ""), (", ", " "))[english]
    heads = []
    for agency, years in list(lacking.items())[:LISTED]:
        when = joint[0].join(f"{year}" if english else f"{year}年" for year in years if year is not None)
        heads.append(joint[1].join(part for part in (agency, when) if part))
    more = len(lacking) - LISTED
    rest = "" if more <= 0 else f" and {more} more" if english else f"等 {len(lacking)} 个机关"
    head = joint[0].join(heads) + rest
    return f"{head}{': ' if english else '：'}{text}" if head else text
