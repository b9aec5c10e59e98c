"""Damage to the cells of the tables: lost, dropped, blank, glued, moved, doubled, unreadable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extractor.forms import Row

from ..certain import Alternative, placements, uncertain, unglued
from ..draft import Draft
from ..label import PrintedKind
from ..layouts import ROWWISE
from ..sheet import GridCell
from .operators import operator

UNBOXED = ("tabs", "tabs_anchored", "cell_lines", "cell_bars", "bars", "spaces", "ideographic")
"""Layouts in which a lost cell leaves no gap behind."""
BOXED = (
    *("tabs", "tabs_anchored", "pipes", "bars"),
    *("folded", "folded_cells", "filled_lines", "opened_lines", "pipe_lines", "double_tabs", "padded_tabs", "no_break_lines"),
    *("commas", "repeated"),
)
"""Layouts in which a blank cell stays visible."""


def remove(draft: Draft, gone: Iterable[GridCell]) -> None:
    """Take cells out of their table, so that the cells after them slide."""
    lost = {id(cell) for cell in gone}
    for table in draft.sheet.tables():
        for row in table.rows:
            row[:] = [cell for cell in row if id(cell) not in lost]


def settle(draft: Draft, damaged: dict[str, Sequence[Alternative]], printed: dict[str, PrintedKind]) -> None:
    """Adjust the label: what no identity settles is not provable, and null where nothing at all is printed for it."""
    draft.damage |= damaged
    draft.lost |= {path for path in printed if not path.startswith("proactive")}
    draft.printed |= printed
    draft.taken |= {path for key in damaged for path in key.split("|")}
    loose = uncertain(draft.figures.form, draft.truth, draft.damage)
    draft.not_provable |= loose
    for path in draft.lost:
        draft.values[path] = None if path in loose or draft.printed[path] == "impossible" else draft.truth[path]


def _numbers(draft: Draft, row: Row, skip: Iterable[str] = ()) -> list[int]:
    left_out = set(skip)
    return [draft.truth[path] for path in row.cells if path not in left_out]


@operator("cells_lost", "sheet", UNBOXED)
def cells_lost(draft: Draft, strength: float) -> bool:
    """Cells lost from some rows of section three."""
    damaged: dict[str, Sequence[Alternative]] = {}
    printed: dict[str, PrintedKind] = {}
    for row in draft.some_rows(strength, 3, most=0.2)[:4]:
        cells = draft.cells(row)
        if len(cells) != 7 or any(cell.text != str(draft.values[cell.path or ""]) for cell in cells):
            continue
        count = 1 + int(draft.rng.integers(0, 3) * strength)
        lost = [cells[int(number)] for number in draft.rng.permutation(6)[:count]]
        remove(draft, lost)
        gone = [cell.path for cell in lost if cell.path]
        printed |= dict.fromkeys(gone, "absent")
        damaged[row.path] = placements(_numbers(draft, row, gone), 7)
    if damaged:
        settle(draft, damaged, printed)
        draft.note("cells_lost", strength, printed)
    return bool(damaged)


@operator("blanks_dropped", "sheet", UNBOXED)
def blanks_dropped(draft: Draft, strength: float) -> bool:
    """Zeros left blank and the blanks dropped, so that what remains slides to the left."""
    damaged: dict[str, Sequence[Alternative]] = {}
    printed: dict[str, PrintedKind] = {}
    for row in draft.some_rows(strength, 3, most=0.4)[:8]:
        cells = draft.cells(row)
        zeros = [cell for cell in cells if cell.text == "0"]
        if not zeros or len(zeros) == len(cells):
            continue
        remove(draft, zeros)
        gone = [cell.path for cell in zeros if cell.path]
        printed |= dict.fromkeys(gone, "absent")
        damaged[row.path] = placements(_numbers(draft, row, gone), 7)
    if damaged:
        settle(draft, damaged, printed)
        draft.note("blanks_dropped", strength, printed)
    return bool(damaged)


@operator("column_deleted", "sheet", UNBOXED)
def column_deleted(draft: Draft, strength: float) -> bool:
    """An empty applicant column deleted from every row of section three, its head kept."""
    rows = draft.figures.form.section(3)
    empty = [number for number in range(1, 6) if all(draft.values[row.cells[number]] == 0 for row in rows)]
    if not empty or draft.taken & {row.path for row in rows}:
        return False
    number = int(draft.rng.choice(empty))
    gone = [row.cells[number] for row in rows]
    remove(draft, [cell for path in gone if (cell := draft.cell(path))])
    settle(draft, {row.path: placements(_numbers(draft, row, gone), 7) for row in rows}, dict.fromkeys(gone, "absent"))
    draft.note("column_deleted", strength, gone)
    return True


@operator("cells_glued", "sheet", UNBOXED)
def cells_glued(draft: Draft, strength: float) -> bool:
    """Neighbouring cells of a row run together into one string of digits."""
    damaged: dict[str, Sequence[Alternative]] = {}
    touched: list[str] = []
    top = max(draft.truth.values())
    for row in draft.some_rows(strength, 3, most=0.25)[:4]:
        cells = draft.cells(row)
        if len(cells) != 7 or any(not cell.text.isdigit() for cell in cells):
            continue
        length = 7 if draft.chance(strength * 0.6) else int(draft.rng.integers(2, 6))
        first = int(draft.rng.integers(0, 8 - length))
        run = cells[first : first + length]
        texts = [cell.text for cell in cells]
        tokens = [*texts[:first], "".join(texts[first : first + length]), *texts[first + length :]]
        if len(tokens[first]) > 14:
            continue
        damaged[row.path] = sorted({*unglued(tokens, 7, top), *placements([int(token) for token in tokens], 7)}, key=str)
        run[0].text = tokens[first]
        remove(draft, run[1:])
        run[0].path = None
        touched += row.cells
    if damaged:
        settle(draft, damaged, {})
        draft.note("cells_glued", strength, touched)
    return bool(damaged)


@operator("organisations_blank", "sheet", BOXED)
def organisations_blank(draft: Draft, strength: float) -> bool:
    """The columns of organisations left blank wherever they hold nothing."""
    printed: dict[str, PrintedKind] = {}
    rows = draft.some_rows(strength, 3, most=1.0)
    for row in rows:
        for cell in draft.cells(row)[1:6]:
            if cell.text == "0" and cell.path:
                cell.text = ""
                printed[cell.path] = "blank"
    return _blanked(draft, "organisations_blank", strength, rows, printed)


@operator("only_total", "sheet", BOXED)
def only_total(draft: Draft, strength: float) -> bool:
    """Rows in which only 总计 is filled."""
    printed: dict[str, PrintedKind] = {}
    rows = draft.some_rows(strength, 3, most=0.3)
    for row in rows:
        for cell in draft.cells(row)[:6]:
            if cell.path:
                cell.text = ""
                printed[cell.path] = "blank"
    return _blanked(draft, "only_total", strength, rows, printed)


def _blanked(draft: Draft, name: str, strength: float, rows: list[Row], printed: dict[str, PrintedKind]) -> bool:
    """Settle rows whose blanks stay visible: every other cell is fixed, a blank may be anything that fits."""
    damaged: dict[str, Sequence[Alternative]] = {}
    for row in rows:
        if any(path in printed for path in row.cells):
            damaged[row.path] = [tuple(None if path in printed else draft.truth[path] for path in row.cells)]
    if damaged:
        settle(draft, damaged, printed)
        draft.note(name, strength, printed)
    return bool(damaged)


@operator("not_applicable", "sheet", BOXED)
def not_applicable(draft: Draft, strength: float) -> bool:
    """Some zeros printed as a slash or a dash."""
    mark = draft.pick("/", "—", "／", "－")
    printed: dict[str, PrintedKind] = {}
    rows = [row for row in draft.some_rows(strength, 2, 3, 4, most=0.5) if all(cell.text == "0" for cell in draft.cells(row))]
    for row in rows:
        for cell in draft.cells(row):
            cell.text = mark
            printed[cell.path or ""] = "not_applicable"
    for path in printed:
        if path.startswith("proactive"):
            draft.values[path] = None
    draft.taken |= {row.path for row in rows if row.section == 2}
    return _blanked(draft, "not_applicable", strength, [row for row in rows if row.section != 2], printed) or bool(printed)


@operator("blank_section_two", "sheet", BOXED)
def blank_section_two(draft: Draft, strength: float) -> bool:
    """Cells of section two left blank, which nothing can restore."""
    printed: dict[str, PrintedKind] = {}
    for row in draft.some_rows(strength, 2, most=0.6):
        for cell in draft.cells(row):
            if cell.path and cell.text == "0":
                cell.text = ""
                printed[cell.path] = "blank"
                draft.values[cell.path] = None
        draft.taken.add(row.path)
    draft.printed |= printed
    if printed:
        draft.note("blank_section_two", strength, printed)
    return bool(printed)


@operator("letters_for_digits", "sheet", ROWWISE)
def letters_for_digits(draft: Draft, strength: float) -> bool:
    """Some values printed as letters that are no numbers."""
    printed: dict[str, PrintedKind] = {}
    rows = draft.some_rows(strength, 3, most=0.3)
    for row in rows:
        cells = draft.cells(row)
        cell = cells[int(draft.rng.integers(len(cells)))]
        if cell.path and cell.text:
            cell.text = draft.pick("U", "<i>C</i>", "Z", "£")
            printed[cell.path] = "unreadable"
    return _blanked(draft, "letters_for_digits", strength, rows, printed)


@operator("impossible_values", "sheet", ROWWISE)
def impossible_values(draft: Draft, strength: float) -> bool:
    """Values that no count can take: -3, 2.5, 约20."""
    damaged: dict[str, Sequence[Alternative]] = {}
    printed: dict[str, PrintedKind] = {}
    for row in draft.some_rows(strength, 3, 4, most=0.1)[:3]:
        cells = draft.cells(row)
        cell = cells[int(draft.rng.integers(len(cells)))]
        if cell.path and cell.text.isdigit():
            cell.text = draft.pick(f"-{int(cell.text) + 1}", f"{cell.text}.5", f"约{int(cell.text) + 20}")
            printed[cell.path] = "impossible"
            damaged[row.path] = [tuple(None if path == cell.path else draft.truth[path] for path in row.cells)]
    if damaged:
        settle(draft, damaged, printed)
        draft.note("impossible_values", strength, printed)
    return bool(damaged)


@operator("cell_twice", "sheet", UNBOXED)
def cell_twice(draft: Draft, strength: float) -> bool:
    """A cell printed twice in its row, with different values."""
    damaged: dict[str, Sequence[Alternative]] = {}
    touched: list[str] = []
    for row in draft.some_rows(strength, 3, most=0.1)[:2]:
        cells = draft.cells(row)
        if len(cells) != 7:
            continue
        number = int(draft.rng.integers(0, 7))
        twin = GridCell(str(draft.whole(row.cells[number]) + int(draft.rng.integers(1, 6))))
        line = next(line for table in draft.sheet.tables(3) for line in table.rows if any(cell is cells[number] for cell in line))
        at = next(x for x, cell in enumerate(line) if cell is cells[number])
        line.insert(at + int(draft.rng.integers(0, 2)), twin)
        printed = [int(cell.text) if cell is twin else draft.truth[cell.path or ""] for cell in line if cell is twin or cell.path]
        damaged[row.path] = sorted({tuple(printed[:skip] + printed[skip + 1 :]) for skip in range(8)})
        touched.append(row.cells[number])
    if damaged:
        settle(draft, damaged, {})
        draft.note("cell_twice", strength, touched)
    return bool(damaged)


@operator("review_lost", "sheet", UNBOXED)
def review_lost(draft: Draft, strength: float) -> bool:
    """Cells lost from the line of section four, so that the three groups slide into each other."""
    rows = draft.figures.form.section(4)
    cells = [cell for row in rows for cell in draft.cells(row)]
    if len(cells) != 15 or draft.taken & {row.path for row in rows}:
        return False
    gone = [cells[int(number)] for number in draft.rng.permutation(15)[: 1 + int(strength > 0.6)]]
    remove(draft, gone)
    lost: dict[str, PrintedKind] = {cell.path: "absent" for cell in gone if cell.path}
    left = [draft.truth[path] for row in rows for path in row.cells if path not in lost]
    settle(draft, {"|".join(row.path for row in rows): placements(left, 15)}, lost)
    draft.note("review_lost", strength, lost)
    return True


@operator("section_two_lost", "sheet", UNBOXED)
def section_two_lost(draft: Draft, strength: float) -> bool:
    """A value lost from rows of section two, which nothing restores and whose neighbours stand by order alone."""
    touched: list[str] = []
    for row in draft.some_rows(strength, 2, most=0.4)[:2]:
        cells = draft.cells(row)
        if len(cells) < 2:
            continue
        remove(draft, [cells[int(draft.rng.integers(len(cells)))]])
        draft.not_provable.add(row.path)
        draft.taken.add(row.path)
        touched += row.cells
    if touched:
        draft.note("section_two_lost", strength, touched)
    return bool(touched)


@operator("section_two_shifted", "sheet", ("tabs", "tabs_anchored", "spaces"))
def section_two_shifted(draft: Draft, strength: float) -> bool:
    """Rows of section two with their label printed twice, or with a blank before their only value."""
    touched: list[str] = []
    for row in draft.some_rows(strength, 2, most=0.6):
        cells = draft.cells(row)
        line = next((line for table in draft.sheet.tables(2) for line in table.rows if any(cell is cells[0] for cell in line)), None)
        if line is None or not cells:
            continue
        if draft.chance(0.5):
            line.insert(1, GridCell(row.label.text))
        elif len(cells) == 1:
            line.insert(1, GridCell(""))
        else:
            continue
        touched += row.cells
    if touched:
        draft.note("section_two_shifted", strength, touched)
    return bool(touched)
