"""The lines of a comparison as the form groups them: groups with their subtotal, rows with their total, columns below.

Groups, rows and columns come from the statutory forms, in printed order; a report of 2019 and one of 2021 share their groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from extractor.forms import Row, form_of
from extractor.forms.elements import Label

from .words import Lang, say

if TYPE_CHECKING:
    from extractor.library.compare import Line

ROOTS = ("applications", "review_litigation")
LITIGATION = "review_litigation.litigation"
ORGANISATIONS = "organisations"


@dataclass(frozen=True, slots=True)
class Node:
    """A line of the comparison with the lines below it."""

    key: str
    """Dotted path of the group, row or cell."""
    label: str
    """Its own name in the words of the form, without the groups above it."""
    line: Line | None
    """Its figures; None for a heading that has none."""
    children: tuple[Node, ...] = ()
    subtotal: bool = False
    """Whether it is computed from cells, not printed in the form."""
    open: bool = True
    """Whether the lines below it are shown at first."""


@dataclass(frozen=True, slots=True)
class Level:
    """A node as a line of the table."""

    node: Node
    depth: int
    within: tuple[str, ...]
    """Keys of the nodes above it, outermost first."""
    hidden: bool
    """Whether one of them is folded at first."""


@cache
def rows_of(section: int) -> tuple[Row, ...]:
    """The rows of a section in either form, in printed order."""
    found: dict[str, Row] = {}
    for form in (form_of("2021"), form_of("2019")):
        found |= {row.path: row for row in form.section(section) if row.path not in found}
    order = [row.path for row in form_of("2021").section(section)]

    def place(path: str) -> float:
        if path in order:
            return order.index(path)
        beside = [order.index(one) for one in order if one.rpartition(".")[0] == path.rpartition(".")[0]]
        return max(beside, default=len(order)) + 0.5

    return tuple(sorted(found.values(), key=lambda row: place(row.path)))


def grouped(lang: Lang, section: int, lines: Mapping[str, Line]) -> list[Node]:
    """The lines of section three or four as a tree. Every line is in it once; one that the forms do not know stands at the end."""
    left = dict(lines)
    found: list[Node] = []
    groups: dict[str, list[Row]] = {}
    for row in rows_of(section):
        groups.setdefault(_group_of(row), []).append(row)
    for group, rows in groups.items():
        if group == rows[0].path:
            found += _row(lang, rows[0], left)
        else:
            found += _group(lang, group, rows, left)
        handled = "applications.handled"
        if group == "applications.carried_in":
            found += _node(lang, handled, say(lang, "group.handled"), left, _columns(lang, handled, rows[0], left), subtotal=True)
    return [*found, *(Node(key, line.label, line) for key, line in left.items())]


def levels(nodes: Sequence[Node], within: tuple[Node, ...] = ()) -> Iterator[Level]:
    """The lines of a tree from top to bottom."""
    for node in nodes:
        yield Level(node, len(within), tuple(one.key for one in within), not all(one.open for one in within))
        yield from levels(node.children, (*within, node))


def _group_of(row: Row) -> str:
    above = row.path.rpartition(".")[0]
    if row.section == 4 and row.label.under:
        return LITIGATION
    return row.path if above in ROOTS else above


def _said(lang: Lang, label: Label) -> str:
    """A label's words with its ordinal, what the form adds in brackets left out."""
    return f"{label.ordinal}{label.text.partition('(')[0]}" if lang == "zh" else label.english


def _group(lang: Lang, key: str, rows: Sequence[Row], left: dict[str, Line]) -> list[Node]:
    """A group with its subtotal, its columns folded under a heading, and its rows."""
    label = say(lang, "group.litigation") if key == LITIGATION else _said(lang, rows[0].groups[0])
    columns = _columns(lang, key, rows[0], left)
    heading = "by.result" if key == LITIGATION else "by.applicant"
    beside = [Node(f"{key}.by", say(lang, heading), None, tuple(columns), open=False)] if columns else []
    inside = [*beside, *(node for row in rows for node in _row(lang, row, left))]
    return _node(lang, key, label, left, inside, subtotal=True)


def _row(lang: Lang, row: Row, left: dict[str, Line]) -> list[Node]:
    return _node(lang, row.path, _said(lang, row.label), left, _columns(lang, row.path, row, left))


def _columns(lang: Lang, path: str, row: Row, left: dict[str, Line]) -> list[Node]:
    """The columns of a row or group, those of organisations under their sum."""
    found: list[Node] = []
    organisations = left.pop(f"{path}.{ORGANISATIONS}", None)
    inside: list[Node] = []
    for column in row.columns:
        line = left.pop(f"{path}.{column.key}", None) if column.key != "total" else None
        if line is None:
            continue
        node = Node(line.key, _said(lang, column.label), line)
        if column.label.under and organisations:
            inside.append(node)
        else:
            found.append(node)
    if organisations:
        whole = Node(organisations.key, say(lang, "group.organisations"), organisations, tuple(inside), subtotal=True, open=False)
        found.insert(1 if found and found[0].key.endswith(".natural_person") else 0, whole)
    return found


def _node(lang: Lang, key: str, label: str, left: dict[str, Line], children: Sequence[Node], *, subtotal: bool = False) -> list[Node]:
    """A node where it has figures or lines below it; its rows' columns are folded at first."""
    line = left.pop(f"{key}.total", None)
    if line is None and not children:
        return []
    return [Node(key, label, line, tuple(children), subtotal=subtotal, open=subtotal)]
