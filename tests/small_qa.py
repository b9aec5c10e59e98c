"""A small library for the tests of questions: a city over two years, its bureau over three, a district and its office."""

from __future__ import annotations

from pathlib import Path

from extractor.library import Library
from extractor.pipeline import extract
from extractor.sources import read

REPORTS = Path(__file__).parent.parent / "reports"
FILES = (
    "linlan-2020.txt",
    "linlan-2021.txt",
    "songai-education-2019.txt",
    "songai-education-2020.txt",
    "songai-education-2021.txt",
    "wangting-district-2022.txt",
    "wangting-office-2022.txt",
    "baiwei-2022.txt",
)
CITY, BUREAU, DISTRICT, OFFICE, TOWN = (
    "临澜市人民政府",
    "松霭市教育局",
    "临澜市望汀区人民政府",
    "临澜市望汀区人民政府办公室",
    "望汀区白苇镇人民政府",
)


def library_in(folder: Path, files: tuple[str, ...] = FILES) -> Library:
    """The library, read from the bundled reports."""
    library = Library.open(folder)
    for name in files:
        document = read(REPORTS / name)
        library.add_all(extract(document), document)
    return library
