"""Damage to the labels and heads of the tables: merged, misspelt, spaced, undivided, repeated, garbled."""

from __future__ import annotations

from ..draft import Draft
from ..layouts import ROWWISE
from ..sheet import OUTCOMES_HEADING, GridCell, Table
from .operators import operator

_MISSPELT = (
    ("结转下年度", "结转下年底"), ("不掌握", "不掌据"), ("行政查询", "行政查寻"), ("逾期", "愈期"), ("需要另行", "须要另行"),
    ("重复申请", "重覆申请"),
    ("补正后", "补证后"), ("第三方", "第三人"), ("反复申请", "反覆申请"), ("信访举报", "信仿举报"),
    ("予以公开", "于以公开"), ("过程性", "过程型"),
    ("执法案卷", "执法卷宗"), ("公开出版物", "公开出版社"), ("国家秘密", "国家机密"), ("内部事务", "内部事物"),
)  # fmt: skip


@operator("labels_merged", "sheet", ("tabs", "tabs_anchored", "spaces", "bars"))
def labels_merged(draft: Draft, strength: float) -> bool:
    """The labels of two or three neighbouring rows in one cell, their values on the lines below each other."""
    done: list[str] = []
    for table in draft.sheet.tables(3):
        for first in [int(number) for number in draft.rng.permutation(len(table.rows) - 1)]:
            size = 3 if draft.chance(strength * 0.5) else 2
            rows = table.rows[first : first + size]
            names = [next((cell for cell in row if cell.row_path), None) for row in rows]
            if len(rows) < size or not all(names) or any(any(cell.group for cell in row) for row in rows[1:]):
                continue
            labels = [cell for cell in names if cell]
            paths = [cell.row_path or "" for cell in labels]
            if draft.taken & set(paths) or any("." not in path.removeprefix("applications.") for path in paths):
                continue
            labels[0].text = " ".join(cell.text for cell in labels)
            for cell in labels[1:]:
                cell.text, cell.row_path = "", None
            draft.taken |= set(paths)
            draft.not_provable |= set(paths)
            done += [cell for path in paths for cell in draft.figures.form.row(path).cells]
            if len(done) >= 14 * max(1, round(strength * 2)):
                break
    if done:
        draft.note("labels_merged", strength, done)
    return bool(done)


@operator("rows_merged", "sheet", ("pipes", "row_tables"))
def rows_merged(draft: Draft, strength: float) -> bool:
    """Two rows in one Markdown row: labels and values each joined by a line-break tag."""
    done: list[str] = []
    for table in draft.sheet.tables(3):
        y = table.heads
        while y < len(table.rows) - 1:
            upper, lower = table.rows[y], table.rows[y + 1]
            names = [next((cell for cell in row if cell.row_path), None) for row in (upper, lower)]
            paths = [cell.row_path or "" for cell in names if cell]
            parts = [[cell for cell in row if cell.row_path or cell.path] for row in (upper, lower)]
            whole = len(parts[0]) == len(parts[1]) == 8 and not any(cell.group for cell in lower)
            if len(paths) == 2 and whole and not draft.taken & set(paths) and draft.chance(0.1 + strength * 0.2):
                for above, below in zip(*parts, strict=True):
                    above.text = f"{above.text}<br>{below.text}"
                    above.path = None
                table.rows.pop(y + 1)
                _shrink(table, y)
                draft.taken |= set(paths)
                draft.not_provable |= set(paths)
                done += [cell for path in paths for cell in draft.figures.form.row(path).cells]
            y += 1
    if done:
        draft.note("rows_merged", strength, done)
    return bool(done)


def _shrink(table: Table, y: int) -> None:
    """Shorten the groups that spanned a row that is gone."""
    for top, row in enumerate(table.rows[: y + 1]):
        for cell in row:
            if top + cell.rows > y + 1 and cell.group:
                cell.rows -= 1


@operator("label_misspelt", "sheet")
def label_misspelt(draft: Draft, strength: float) -> bool:
    """Row labels misspelt against the statute."""
    done = 0
    wrong = [_MISSPELT[int(number)] for number in draft.rng.permutation(len(_MISSPELT))[: draft.share(strength, 4)]]
    for cell in _labels(draft):
        for right, misspelt in wrong:
            if right in cell.text:
                cell.text = cell.text.replace(right, misspelt)
                done += 1
                break
    if done:
        draft.note("label_misspelt", strength)
    return bool(done)


@operator("labels_spaced", "sheet")
def labels_spaced(draft: Draft, strength: float) -> bool:
    """Spaces inside labels and heads, where the cell was narrow."""
    for cell in [*_labels(draft), *_heads(draft)]:
        if len(cell.text) > 2 and draft.chance(strength * 0.7):
            cut = int(draft.rng.integers(1, len(cell.text)))
            if not (cell.text[cut - 1].isdigit() or cell.text[cut].isdigit()):
                cell.text = f"{cell.text[:cut]} {cell.text[cut:]}"
    draft.note("labels_spaced", strength)
    return True


@operator("header_repeated", "sheet")
def header_repeated(draft: Draft, strength: float) -> bool:
    """The heads of section three printed again after a page break, in the middle of a group."""
    for table in draft.sheet.tables(3):
        body = len(table.rows) - table.heads
        places = sorted(int(number) for number in draft.rng.permutation(body - 2)[: draft.share(strength, 2)])
        for place in reversed(places):
            at = table.heads + 1 + place
            heads = [[GridCell(cell.text, rows=cell.rows, columns=cell.columns) for cell in row] for row in table.rows[: table.heads]]
            split_spans(table, at)
            table.rows[at:at] = heads
    draft.note("header_repeated", strength)
    return True


def split_spans(table: Table, at: int) -> None:
    """End the groups that span over this row; what follows has blank places instead."""
    found = 0
    for y, row in enumerate(table.rows[:at]):
        for cell in row:
            over = y + cell.rows - at
            if over > 0:
                cell.rows -= over
                table.rows[at].insert(found, GridCell("", rows=over, columns=cell.columns, group=True))
                found += 1


@operator("outcomes_vertical", "sheet", ROWWISE)
def outcomes_vertical(draft: Draft, strength: float) -> bool:
    """三、本年度办理结果 set vertically, one character a line between the rows."""
    for table in draft.sheet.tables(3):
        for y, row in enumerate(table.rows):
            for cell in row:
                if cell.text.replace(" ", "") != OUTCOMES_HEADING:
                    continue
                _set_vertically(draft, table, y, row.index(cell))
                draft.note("outcomes_vertical", strength)
                return True
    return False


def _set_vertically(draft: Draft, table: Table, top: int, x: int) -> None:
    """Spread the heading's characters over its rows, each beside a row or on a line of its own."""
    cell = table.rows[top][x]
    span, characters = cell.rows, list(OUTCOMES_HEADING)
    beside = {round(number * (span - 1) / (len(characters) - 1)): character for number, character in enumerate(characters)}
    cell.rows, cell.text = 1, beside.pop(0)
    alone = {y for y in beside if draft.chance(0.35)}
    for y in range(span - 1, 0, -1):
        character = beside.get(y, "")
        table.rows[top + y].insert(0, GridCell("" if y in alone else character))
        if y in alone:
            table.rows.insert(top + y, [GridCell(character)])


@operator("groups_wrapped", "sheet", ("tabs", "tabs_anchored"))
def groups_wrapped(draft: Draft, strength: float) -> bool:
    """Group labels in pieces, one beside each of their rows, as narrow cells leave them."""
    done = False
    for table in draft.sheet.tables(3):
        for y, row in enumerate(table.rows):
            for x, cell in enumerate(row):
                pieces = [cell.text[:3], cell.text[3:5], cell.text[5:]]
                if not cell.group or cell.rows < 3 or cell.text.startswith("三") or not draft.chance(0.3 + strength * 0.7):
                    continue
                span, cell.rows, cell.text = cell.rows, 1, pieces[0]
                for below in range(1, span):
                    at = 0 if not (table.rows[y + below] and table.rows[y + below][0].group) else 1
                    table.rows[y + below].insert(min(at, x), GridCell(pieces[below] if below < 3 else ""))
                done = True
    if done:
        draft.note("groups_wrapped", strength)
    return done


@operator("label_missing", "sheet", ROWWISE)
def label_missing(draft: Draft, strength: float) -> bool:
    """Rows whose label is not there at all."""
    cells: list[str] = []
    for row in draft.some_rows(strength, 3, most=0.15)[:3]:
        label = next((cell for cell in _labels(draft) if cell.row_path == row.path), None)
        if label:
            label.text = ""
            draft.taken.add(row.path)
            draft.not_provable.add(row.path)
            cells += row.cells
    if cells:
        draft.note("label_missing", strength, cells)
    return bool(cells)


@operator("values_first", "sheet", ("spaces", "bars"))
def values_first(draft: Draft, strength: float) -> bool:
    """Rows whose values stand on the line above their label."""
    cells: list[str] = []
    for row in draft.some_rows(strength, 3, most=0.2)[:4]:
        for table in draft.sheet.tables(3):
            for y, line in enumerate(table.rows):
                if any(cell.row_path == row.path for cell in line) and not any(cell.group for cell in line):
                    values = [cell for cell in line if cell.path]
                    line[:] = [cell for cell in line if not cell.path]
                    table.rows.insert(y, values)
                    draft.taken.add(row.path)
                    draft.not_provable.add(row.path)
                    cells += row.cells
                    break
    if cells:
        draft.note("values_first", strength, cells)
    return bool(cells)


@operator("heads_garbled", "sheet")
def heads_garbled(draft: Draft, strength: float) -> bool:
    """Column heads of section four cut into pieces, as converters leave them."""
    for table in draft.sheet.tables(4):
        for row in table.rows[1:3]:
            for cell in row:
                if len(cell.text) == 4 and draft.chance(0.3 + strength * 0.5):
                    cell.text = draft.pick(f"{cell.text[:1]} {cell.text[1:]}", f"{cell.text[:2]} {cell.text[2:]}", " ".join(cell.text))
    draft.note("heads_garbled", strength)
    return True


@operator("rows_as_tables", "sheet", ("row_tables",))
def rows_as_tables(draft: Draft, strength: float) -> bool:
    """Every row a Markdown table of its own with invented column heads."""
    draft.note("rows_as_tables", strength)
    return True


@operator("cell_a_line", "sheet", ("cell_lines", "cell_bars"))
def cell_a_line(draft: Draft, strength: float) -> bool:
    """Every cell on a line of its own."""
    draft.note("cell_a_line", strength)
    return True


def _labels(draft: Draft) -> list[GridCell]:
    return [cell for table in draft.sheet.tables(3) for row in table.rows for cell in row if cell.row_path or cell.group]


def _heads(draft: Draft) -> list[GridCell]:
    return [cell for table in draft.sheet.tables(3) for row in table.rows[: table.heads] for cell in row]
