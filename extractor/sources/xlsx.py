"""Excel files (.xlsx) to Documents: every row of every sheet as a row of a real table."""

from __future__ import annotations

import io
import re
import warnings
from typing import Any

from ..errors import LimitError, SourceError
from ..model import Document
from .blocks import Block, GridCell, assemble
from .limits import LIMITS, Limits
from .packed import open_archive
from .text import source_of


def read_xlsx(data: bytes, name: str, limits: Limits = LIMITS) -> Document:
    """An Excel file; of formulas the value that Excel stored is read.

    Raises SourceError for a damaged file, LimitError for one that is too large.
    """
    import openpyxl

    with open_archive(data, name, limits) as archive:
        size = sum(info.file_size for info in archive.infolist() if info.filename.endswith(".xml"))
    if size > limits.part_bytes:
        raise LimitError(f"{name}：工作簿有 {size / 2**20:.0f} MB，超过 {limits.part_bytes / 2**20:.0f} MB 的上限 (workbook too large)")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Exception as error:
        # openpyxl raises whatever it stumbles on; a file that it cannot open is a file that cannot be read.
        raise SourceError(f"{name}：Excel 文件已损坏，无法打开（{str(error)[:80]}） (damaged workbook)") from error
    blocks: list[Block] = []
    cells = 0
    for number, sheet in enumerate(book.worksheets, 1):
        if sheet.sheet_state != "visible":
            continue
        if len(book.worksheets) > 1:
            blocks.append(Block(sheet.title))
        cells += (sheet.max_row or 0) * (sheet.max_column or 0)
        if cells > limits.table_cells * 5:
            raise LimitError(f"{name}：工作表有 {cells} 格，超过上限 (too many cells)")
        blocks += _sheet(sheet, number)
    return assemble(blocks, source_of(data, name, "xlsx", "native"), limits, title=str(book.properties.title or "")[:200])


def _sheet(sheet: Any, number: int) -> list[Block]:
    spans = {(area.min_row, area.min_col): area.max_col - area.min_col + 1 for area in sheet.merged_cells.ranges}
    covered = {
        (row, column)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    } - set(spans)
    blocks = []
    for index, row in enumerate(sheet.iter_rows(), 1):
        cells = [
            GridCell(_printed(cell), cell.column - 1, spans.get((index, cell.column), 1))
            for cell in row
            if (index, cell.column) not in covered
        ]
        if not any(cell.text for cell in cells):
            continue
        filled = [cell for cell in cells if cell.text]
        if len(filled) == 1 and (len(filled[0].text) > 30 or re.match(r"[一二三四五六]、", filled[0].text)):
            blocks += [Block(text) for text in filled[0].text.split("\n")]
        else:
            while cells and not cells[-1].text and cells[-1].column > max(cell.column for cell in filled) + 12:
                cells.pop()
            blocks.append(Block(cells=tuple(cells), table=number, row=index))
    return blocks


def _printed(cell: Any) -> str:
    """The cell's value as a person sees it, as far as the value itself tells."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        if "%" in str(cell.number_format):
            return f"{value * 100:g}%"
        return str(int(value)) if value.is_integer() else repr(round(value, 10))
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y-%m-%d"))
    return str(value).strip()
