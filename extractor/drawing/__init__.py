"""The statutory tables as HTML, drawn once for the web page and for the check page that is sent to a colleague.

Templates escape every value; nothing of a report reaches a page as markup. ``grid.css`` holds the colours of the states.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..model import Report
from ..view import MARKS, CellView, count_states, equations_of, tables_of

HERE = Path(__file__).parent
Lang = Literal["zh", "en"]


@cache
def environment(*folders: Path) -> Environment:
    """Templates of these folders and of this one; every value is escaped, an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader([*folders, HERE]), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals["MARKS"] = MARKS
    return made


def draw(template: str, *, folders: tuple[Path, ...] = (), **values: Any) -> str:
    """A template filled in."""
    return environment(*folders).get_template(template).render(**values)


def grid_html(
    report: Report,
    *,
    lang: Lang = "zh",
    live: bool = False,
    anchor: str = "",
    flagged: Collection[str] = (),
    changed: Collection[str] = (),
    said: Mapping[str, str] | None = None,
    explain: Callable[[str], str] = str,
) -> str:
    """All tables of a report; empty without tables.

    ``live`` makes every cell a button (``data-do="cell" data-at=<path>``). ``anchor`` gives every cell an id, that prefix and its
    path, to link to. ``flagged`` are the paths of cells to point out, ``changed`` those that have just changed. ``said`` are the paths of
    cells of which the narrative says another number, with what is to be said of it; they get a mark. ``explain`` puts a cell's reason
    into the page's language.
    """
    return draw(
        "grid.html",
        tables=tables_of(report),
        lang=lang,
        live=live,
        anchor=anchor,
        flagged=frozenset(flagged),
        changed=frozenset(changed),
        said=dict(said or {}),
        tip=lambda cell: "\n".join(filter(None, (tip(report, cell, lang, explain), (said or {}).get(cell.path)))),
    )


def legend_html(report: Report, *, lang: Lang = "zh") -> str:
    """Every state that occurs, with sign, name and number of cells."""
    return draw("legend.html", states=count_states(report), lang=lang)


def tip(report: Report, cell: CellView, lang: Lang = "zh", explain: Callable[[str], str] = str) -> str:
    """What hovering over a cell says: its name, state, reason and equations."""
    mark = cell.mark
    lines = [f"{cell.caption}：{mark.chinese}" if lang == "zh" else f"{cell.english}: {mark.english}"]
    if cell.evidence.why:
        lines.append(explain(cell.evidence.why))
    for one in equations_of(report, cell.path):
        sign = {True: "✓", False: "✗", None: "?"}[one.holds]
        lines.append(f"{sign} {one.numbers if lang == 'zh' else one.english_numbers}")
    return "\n".join(lines)


def css() -> str:
    """The styles of the grid, for a page that stands alone or is part of another."""
    return (HERE / "grid.css").read_text(encoding="utf-8")
