"""Example questions made from what the library holds, one of them not answerable, so that a visitor sees both."""

from __future__ import annotations

from dataclasses import dataclass

from .shelf import Shelf
from .words import Lang


@dataclass(frozen=True, slots=True)
class Example:
    """A question to try."""

    text: str
    answerable: bool = True


def examples(shelf: Shelf, lang: Lang) -> tuple[Example, ...]:
    """Up to five questions; none for an empty library."""
    rows = shelf.rows(
        "SELECT agency, min(year), max(year), count(*) FROM reports WHERE agency IS NOT NULL AND year IS NOT NULL "
        "GROUP BY agency ORDER BY count(*) DESC, max(cells) DESC, agency LIMIT 3"
    )
    if not rows:
        return ()
    agency, first, last, count = rows[0]
    other, _, year, _ = rows[min(1, len(rows) - 1)]
    corrected = shelf.rows(
        "SELECT agency, year FROM cells WHERE path = 'review_litigation.review.corrected' AND value > 0 AND verified "
        "ORDER BY year DESC, agency LIMIT 1"
    )
    made: list[Example] = []
    if lang == "zh":
        made.append(Example(f"{last}年哪个机关收到的申请最多？"))
        if count > 1:
            made.append(Example(f"{agency}{first}年到{last}年新收申请有什么变化？"))
        if corrected:
            made.append(Example(f"{corrected[0][0]}{corrected[0][1]}年行政复议被纠正几件？"))
        made.append(Example(f"{other}{year}年存在哪些主要问题？"))
        made.append(Example(f"{agency}{last}年的常住人口是多少？", answerable=False))
    else:
        made.append(Example(f"Which agency received the most applications in {last}?"))
        if count > 1:
            made.append(Example(f"How did applications received by {agency} change from {first} to {last}?"))
        if corrected:
            made.append(Example(f"How many administrative reviews of {corrected[0][0]} were corrected in {corrected[0][1]}?"))
        made.append(Example(f"What problems did {other} report in {year}?"))
        made.append(Example(f"What was the population of {agency} in {last}?", answerable=False))
    return tuple(made)
