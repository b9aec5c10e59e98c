"""resolve: what the identities prove of a reading, and what they do not."""

from __future__ import annotations

import random

import pytest
from printing import Page, consistent, placements, token

from extractor.crosscheck import Resolution, resolve
from extractor.forms import form_of
from extractor.model import Assignment, Group, Reading, Token

A = "applications"
Values = dict[str, int]


def values_of(key: str = "2021", seed: int = 1) -> Values:
    """A consistent table in which about half of the numbers are 0."""
    generator = random.Random(seed)
    return consistent(form_of(key), lambda n: generator.choice([0, generator.randint(0, n)]))  # type: ignore[arg-type]


def run(page: Page, **document: object) -> Resolution:
    return resolve([page.reading()], page.document(**document))  # type: ignore[arg-type]


def statuses(resolution: Resolution, *sections: str) -> set[str]:
    return {e.status for path, e in resolution.cells.items() if path.startswith(sections)}


def get(resolution: Resolution, path: str) -> object:
    found: object = resolution
    for name in path.split("."):
        found = getattr(found, name)
    return found


@pytest.mark.parametrize("key", ["2019", "2021"])
def test_a_clean_table_is_verified_in_sections_three_and_four_and_read_in_section_two(key: str) -> None:
    values = values_of(key)
    page = Page(key)  # type: ignore[arg-type]
    page.table(values)
    resolution = run(page)
    assert statuses(resolution, A, "review_litigation") == {"verified"}
    assert statuses(resolution, "proactive") == {"read"}
    assert all(get(resolution, path) == value for path, value in values.items())
    assert not resolution.findings


def test_a_misread_part_contests_its_row_and_column_and_both_numbers_are_told() -> None:
    values = values_of()
    cell = f"{A}.granted.business"
    page = Page()
    page.table(values, marks={cell: str(values[cell] + 3)})
    resolution = run(page)
    contested = {path for path, e in resolution.cells.items() if e.status == "contested"}
    column = {f"{row.path}.business" for row in page.form.section(3) if row.label.ordinal not in ("一、", "二、", "四、")}
    assert contested == set(page.form.row(f"{A}.granted").cells) | column
    assert {f.rule for f in resolution.findings} == {"tables.row", "tables.column", "tables.suspect"}
    message = next(f.message for f in resolution.findings if f.rule == "tables.row")
    assert message.startswith("表三 第3行 (一)予以公开：")
    assert f"总计写 {values[f'{A}.granted.total']}" in message
    assert get(resolution, cell) == values[cell] + 3


def test_a_failing_sum_of_a_converted_text_asks_to_compare_the_original() -> None:
    values = values_of()
    page = Page()
    page.table(values, marks={"review_litigation.review.total": "99"})
    finding = run(page, origin="converted").findings[0]
    assert finding.rule == "tables.group"
    assert "本文本中" in finding.message
    assert "对照原件" in finding.suggestion


def test_zeros_left_blank_are_proven_by_row_and_column_and_keep_what_is_printed() -> None:
    values = values_of()
    blanks = {path: "" for path, value in values.items() if value == 0 and path.startswith(A) and not path.endswith("total")}
    page = Page()
    page.table(values, marks=blanks)
    resolution = run(page)
    assert len(blanks) > 40
    for path in blanks:
        evidence = resolution.cells[path]
        assert (get(resolution, path), evidence.how, evidence.printed, evidence.verified) == (0, "deduced", "blank", True)
    assert statuses(resolution, A) == {"verified"}


def test_a_blank_that_one_sum_alone_forces_is_deduced_and_its_sum_proves_nothing_else() -> None:
    values = values_of()
    cell = "review_litigation.review.corrected"
    page = Page()
    page.table(values, marks={cell: ""})
    resolution = run(page)
    assert get(resolution, cell) == values[cell]
    assert (resolution.cells[cell].status, resolution.cells[cell].how) == ("deduced", "deduced")
    assert resolution.cells["review_litigation.review.upheld"].status == "read"
    assert resolution.cells["review_litigation.litigation_direct.upheld"].verified


def test_two_blanks_under_one_sum_stay_blank_and_are_never_assumed_to_be_0() -> None:
    values = values_of() | {"review_litigation.review.upheld": 2, "review_litigation.review.corrected": 1}
    values["review_litigation.review.total"] = sum(
        values[f"review_litigation.review.{k}"] for k in ("upheld", "corrected", "other", "pending")
    )
    page = Page()
    page.table(values, marks={"review_litigation.review.upheld": "", "review_litigation.review.corrected": ""})
    resolution = run(page)
    assert get(resolution, "review_litigation.review.upheld") is None
    assert resolution.cells["review_litigation.review.upheld"].status == "blank"


def test_known_parts_beyond_the_total_contest_the_sum() -> None:
    page = Page()
    values = values_of()
    page.table(
        values, marks={"review_litigation.review.upheld": "50", "review_litigation.review.other": "", "review_litigation.review.total": "3"}
    )
    resolution = run(page)
    assert any(f.rule == "tables.group" and "总计写 3" in f.message for f in resolution.findings)
    assert get(resolution, "review_litigation.review.other") is None


def test_an_impossible_print_stays_null_even_where_the_sums_force_a_number() -> None:
    values = values_of()
    cell = f"{A}.granted.natural_person"
    page = Page()
    page.table(values, marks={cell: f"-{values[cell]}"})
    resolution = run(page)
    assert get(resolution, cell) is None
    assert resolution.cells[cell].printed == "impossible"
    finding = next(f for f in resolution.findings if f.rule == "reading.impossible")
    assert f"若为 {values[cell]}" in finding.suggestion
    assert resolution.cells[f"{A}.granted.business"].verified


def short_row(values: Values, path: str, keep: list[int]) -> Page:
    """All rows printed in full but one, which keeps only some of its values, in any place that the order allows."""
    page = Page()
    row = page.form.row(path)
    page.table(values, skip=[path])
    tokens = [t for t in page.line([str(values[row.cells[n]]) for n in keep]) if t is not None]
    page.group(row.cells, *placements(tokens, len(row.cells)), column="open")
    return page


def test_a_row_that_lost_cells_is_restored_where_only_one_place_fits() -> None:
    values = values_of(seed=4)
    path = f"{A}.unavailable.not_held"
    resolution = run(short_row(values, path, [0, 2, 5, 6]))
    assert all(get(resolution, cell) == values[cell] for cell in Page().form.row(path).cells)
    assert statuses(resolution, A) == {"verified"}


def test_rows_whose_labels_compete_are_open_and_the_columns_still_prove_the_other_rows() -> None:
    values = values_of()
    first, second = f"{A}.refused.endangers_security", f"{A}.refused.third_party_rights"
    page = Page()
    page.table(values, skip=[first, second])
    tokens: list[Token | None] = [*page.line([str(values[c]) for row in (first, second) for c in page.form.row(row).cells])]
    cells = [*page.form.row(first).cells, *page.form.row(second).cells]
    page.group(cells, tokens, tokens[7:] + tokens[:7], row="competing", why="“3.危及…”与“4.保护…”共用一格")
    resolution = run(page)
    assert {resolution.cells[cell].status for cell in cells} == {"open"}
    assert all(get(resolution, cell) == values[cell] for cell in cells)
    assert all(e.verified for path, e in resolution.cells.items() if path.startswith(A) and path not in cells)
    assert "共用一格" in next(f.message for f in resolution.findings if f.rule == "reading.competing")


def test_nothing_is_verified_in_a_group_that_was_not_listed_in_full() -> None:
    values = values_of()
    path = f"{A}.granted"
    page = Page()
    page.table(values, skip=[path])
    cells = page.form.row(path).cells
    page.group(cells, page.line([str(values[c]) for c in cells]), complete=False)
    resolution = run(page)
    assert {resolution.cells[cell].status for cell in cells} == {"open"}


def test_a_row_without_any_print_is_filled_by_the_columns_but_never_verified() -> None:
    values = values_of()
    path = f"{A}.not_processed.duplicate"
    page = Page()
    page.table(values, skip=[path])
    resolution = run(page)
    for cell in page.form.row(path).cells:
        assert (get(resolution, cell), resolution.cells[cell].status) == (values[cell], "deduced")


def test_a_second_reader_adds_a_reading_and_removes_none() -> None:
    values = values_of()
    cell = "review_litigation.review.upheld"
    page, other = Page(), Page()
    page.table(values)
    other.lines, other.texts = page.lines, page.texts
    row = other.form.row(cell)
    other.group(row.cells, [token(str(values[c] + (c == cell))) for c in row.cells])
    resolution = resolve([page.reading(), other.reading("llm:m", "image")], page.document())
    evidence = resolution.cells[cell]
    assert (get(resolution, cell), evidence.status, evidence.by) == (values[cell], "deduced", ("offline",))


def test_readers_of_different_renderings_are_both_named() -> None:
    values = values_of()
    page = Page()
    page.table(values)
    for rendering, by in (("image", ("offline", "llm:m")), ("text", ("offline",))):
        resolution = resolve([page.reading(), page.reading("llm:m", rendering)], page.document())
        assert {e.by for path, e in resolution.cells.items() if path.startswith(A)} == {by}
        assert statuses(resolution, A) == {"verified"}


def test_a_document_without_a_form_resolves_to_nothing() -> None:
    page = Page()
    page.line(["散文"])
    resolution = resolve([Reading(None, None, ())], page.document())
    assert (resolution.form, resolution.applications, resolution.cells) == (None, None, {})


def test_a_section_that_was_not_found_is_none() -> None:
    values = values_of()
    page = Page()
    page.table(values, skip=[row.path for row in page.form.section(2)])
    resolution = run(page)
    assert resolution.proactive is None
    assert resolution.applications is not None


def other_reader(page: Page, cells: list[str], marks: list[str], by: str = "llm:m", rendering: str = "image") -> Reading:
    """A second reading of some cells of the same document."""
    group = Group(tuple(cells), (Assignment(tuple(token(mark) for mark in marks)),), "same_line", "complete")
    return Reading(page.form.key, page.form.divided, (group,), by, rendering)


def test_a_second_reader_who_reads_what_the_first_could_not_is_believed_where_arithmetic_agrees() -> None:
    values = values_of()
    cell = f"{A}.granted.natural_person"
    page = Page()
    page.table(values, marks={cell: "U"})
    right = resolve([page.reading(), other_reader(page, [cell], [str(values[cell])])], page.document())
    evidence = right.cells[cell]
    assert (get(right, cell), evidence.status, evidence.how, evidence.by) == (values[cell], "verified", "llm", ("llm:m",))
    wrong = resolve([page.reading(), other_reader(page, [cell], [str(values[cell] + 1)])], page.document())
    assert (get(wrong, cell), wrong.cells[cell].how) == (values[cell], "deduced")


def test_a_second_reader_of_the_same_rendering_adds_no_support() -> None:
    values = values_of()
    cell = "proactive.licensing.decisions"
    page = Page()
    page.table(values)
    text = resolve([page.reading(), other_reader(page, [cell], [str(values[cell])], rendering="text")], page.document())
    assert text.cells[cell].by == ("offline",)
    image = resolve([page.reading(), other_reader(page, [cell], [str(values[cell])])], page.document())
    assert image.cells[cell].by == ("offline", "llm:m")
    assert image.cells[cell].status == "read"


def test_readers_that_differ_on_section_two_leave_the_cell_open_and_name_both_numbers() -> None:
    values = values_of()
    cell = "proactive.licensing.decisions"
    page = Page()
    page.table(values)
    resolution = resolve([page.reading(), other_reader(page, [cell], [str(values[cell] + 9)])], page.document())
    assert (get(resolution, cell), resolution.cells[cell].status) == (values[cell], "open")
    assert str(values[cell] + 9) in resolution.cells[cell].why


def test_a_reader_of_another_form_is_set_aside_with_a_finding() -> None:
    values = values_of()
    page = Page()
    page.table(values)
    other = Reading("2019", False, (), "llm:m", "image")
    assert [f.rule for f in resolve([page.reading(), other], page.document()).findings] == ["reading.form"]


def test_what_arithmetic_chose_with_the_help_of_a_failing_table_is_not_verified() -> None:
    """A misprinted 总计 fails; a row with lost cells, which needs the columns through that row, is then left unverified."""
    values = values_of(seed=4)
    path = f"{A}.unavailable.not_held"
    page = Page()
    row = page.form.row(path)
    page.table(values, skip=[path], marks={f"{A}.granted.total": str(values[f"{A}.granted.total"] + 3)})
    tokens = [t for t in page.line([str(values[row.cells[n]]) for n in (0, 2, 5, 6)]) if t is not None]
    page.group(row.cells, *placements(tokens, len(row.cells)), column="open")
    resolution = run(page)
    assert not any(resolution.cells[cell].verified for cell in row.cells)
    assert all(get(resolution, cell) == values[cell] for cell in row.cells if resolution.cells[cell].status == "deduced")


def test_readings_that_no_combination_satisfies_are_contested_and_nothing_is_chosen() -> None:
    values = values_of()
    path = f"{A}.granted"
    page = Page()
    row = page.form.row(path)
    page.table(values, skip=[path])
    wrong = [str(values[cell] + 50) for cell in row.cells[:-1]]
    other = [str(values[cell] + 60) for cell in row.cells[:-1]]
    total = str(values[row.cells[-1]])
    page.group(row.cells, page.line([*wrong, total]), [token(mark) for mark in [*other, total]])
    resolution = run(page)
    assert not any(resolution.cells[cell].verified for cell in row.cells)
    assert {f.rule for f in resolution.findings} & {"tables.row", "tables.clash", "tables.column"}


def test_too_many_alternatives_for_bounded_work_are_given_up() -> None:
    values = values_of()
    page = Page()
    rows = page.form.section(3)
    page.table(values, skip=[row.path for row in rows])
    for row in rows:
        printed = page.line([str(values[cell]) for cell in row.cells])
        more = ([*printed[:-1], token(str(n))] for n in range(1000, 2000))
        page.group(row.cells, printed, *more, column="open")
    resolution = run(page)
    assert any(f.rule == "reading.gave_up" for f in resolution.findings)
    assert all(get(resolution, cell) == values[cell] for row in rows for cell in row.cells)


def test_rows_of_which_nothing_is_printed_are_named_and_filled_where_the_columns_force_them() -> None:
    values = values_of()
    path = f"{A}.not_processed.duplicate"
    page = Page()
    page.table(values, skip=[path])
    cells = page.form.row(path).cells
    page.group(cells, [None] * len(cells), row="unlabelled", column="open")
    resolution = run(page)
    assert [(get(resolution, cell), resolution.cells[cell].status) for cell in cells] == [(values[cell], "deduced") for cell in cells]
    missing = next(f for f in resolution.findings if f.rule == "reading.missing")
    assert missing.cells == cells
    assert "第17行 2.重复申请" in missing.message


def test_a_table_that_is_not_there_is_one_finding() -> None:
    values = values_of()
    page = Page()
    rows = page.form.section(3)
    page.table(values, skip=[row.path for row in rows])
    for row in rows:
        page.group(row.cells, [None] * len(row.cells), row="unlabelled", column="open")
    resolution = run(page)
    assert statuses(resolution, A) == {"absent"}
    assert [f.message for f in resolution.findings if f.rule.startswith("reading.")] == ["表三没有找到任何数 (25 of 25 rows not found)"]


def test_a_cell_that_may_hold_an_impossible_print_is_not_certain_though_every_sum_agrees() -> None:
    values = values_of()
    path = f"{A}.granted"
    row = Page().form.row(path)
    for cell in row.cells:
        values[cell] = 0
    for total, part in ((f"{A}.outcomes_total", f"{A}.new_received"),):
        for key in (cell.rpartition(".")[2] for cell in row.cells):
            values[f"{total}.{key}"] = sum(
                values[f"{r.path}.{key}"]
                for r in Page().form.section(3)
                if r.path.rpartition(".")[2] not in ("new_received", "carried_in", "outcomes_total", "carried_forward")
            )
            values[f"{part}.{key}"] = values[f"{total}.{key}"] + values[f"{A}.carried_forward.{key}"] - values[f"{A}.carried_in.{key}"]
    page = Page()
    page.table(values, skip=[path])
    zeros = [t for t in page.line(["0"] * 6) if t is not None]
    odd = Token("0.5", zeros[0].start, zeros[0].end, "impossible")
    page.group(row.cells, *[[*zeros[:at], odd, *zeros[at:]] for at in range(7)], column="open")
    resolution = run(page)
    assert not any(resolution.cells[cell].verified for cell in row.cells)
    assert resolution.cells[f"{A}.carried_in.total"].verified


def test_a_mark_of_not_applicable_may_stand_for_0_and_for_no_other_number() -> None:
    values = values_of(seed=3)
    cells = [c for row in Page().form.section(3) for c in row.cells[:-1]]
    nothing, something = next(c for c in cells if values[c] == 0), next(c for c in cells if values[c] > 0)
    page = Page()
    page.table(values, marks={nothing: "/", something: "/"})
    resolution = run(page)
    assert (get(resolution, nothing), resolution.cells[nothing].printed) == (0, "not_applicable")
    assert (get(resolution, something), resolution.cells[something].status) == (None, "not_applicable")
