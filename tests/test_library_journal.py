"""Properties of the journal and of stored documents, over generated contents and cuts."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.library.journal import Journal, lines, members, pack
from extractor.library.sources import dump, load
from extractor.model import Cell, Document, Line, Source

EVENTS = st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=40) | st.integers() | st.none(), max_size=4), max_size=6)


@settings(max_examples=60, deadline=None)
@given(events=EVENTS, data=st.data())
def test_wherever_a_write_is_cut_the_whole_events_before_it_remain(events: list[dict[str, object]], data: st.DataObject) -> None:
    packed = [pack(event) for event in events]
    whole = b"".join(packed)
    cut = data.draw(st.integers(0, len(whole)))
    expected, size = [], 0
    for event, member in zip(events, packed, strict=True):
        if size + len(member) > cut:
            break
        expected.append(event)
        size += len(member)
    assert [event for _, _, event in members(whole[:cut])] == expected
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder))
        journal.path(1).write_bytes(whole[:cut])
        assert journal.extent(1).end == size
        journal.append([pack({"after": "the cut"})])
        assert [entry.event for entry in journal.entries(1)] == [*expected, {"after": "the cut"}]


@settings(max_examples=60, deadline=None)
@given(events=EVENTS.filter(bool), data=st.data())
def test_a_changed_byte_never_changes_an_event(events: list[dict[str, object]], data: st.DataObject) -> None:
    packed = [pack(event) for event in events]
    whole = bytearray(b"".join(packed))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= 1 << data.draw(st.integers(0, 7))
    read = [bytes(whole[offset : offset + length]) for offset, length, line in lines(bytes(whole)) if line is not None]
    left = [event for _, _, event in members(bytes(whole)) if event is not None]
    assert all(event in events for event in left)
    assert len(read) >= len(packed) - 1


TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(TEXTS, max_size=5), gaps=st.lists(st.integers(0, 3), min_size=160, max_size=160))
def test_a_document_comes_back_whatever_is_in_it(texts: list[str], gaps: list[int]) -> None:
    text = "\n".join(texts)
    offsets, position = [], 0
    for index in range(len(text) + 1):
        offsets.append(position)
        position += gaps[index % len(gaps)]
    lines_ = tuple(
        Line(n, 0, len(one), (Cell(one, 0, column=n, width=2),), box="grid", page=n, table=1, row=n) for n, one in enumerate(texts)
    )
    source = Source(name="x.txt", sha256="ab", format="text", origin="native")
    document = Document(source, text * 2, text, lines_, tuple(offsets), (0,), (("rule", "message"),), ("a.pdf",), "题")
    assert load(dump(document)) == document
