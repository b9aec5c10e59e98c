"""What the extractor says in Chinese, said in English: reasons of cells, findings and what to do, with row, column and line kept.

Sentences are translated phrase by phrase. One that is not wholly known stays as it is: half a translation helps nobody.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from extractor.forms import form_of

_QUOTED = re.compile(r"[“《][^”》]*[”》]")
_HAN = re.compile(r"[\u3400-\u9fff]")
BRACKET = re.compile(r"\s*\(((?:[^()\u3000-\u9fff]|\([^()\u3000-\u9fff]*\))*[A-Za-z]{2}(?:[^()\u3000-\u9fff]|\([^()\u3000-\u9fff]*\))*)\)")
"""English in brackets behind the Chinese."""
_CORRECTED = re.compile(r"(\S{1,40}?)更正：(.*)", re.S)
"""Why a corrected cell is as it is: who, and the reason that person gave, which stays as written."""
_LINES = re.compile(r"（原文第 ([\d–、]+) 行）")
_SECTIONS = {2: "section 2", 3: "section 3", 4: "section 4"}

_KEPT = ("其他处理", "本年度未收取信息处理费")
"""Words of the form that an English sentence quotes."""
_POINTS = str.maketrans({"，": ", ", "；": "; ", "：": ": ", "（": " (", "）": ") ", "、": ", ", "。": ". "})


def english(message: str) -> str:
    """A message of the extractor in English, with quotes of the report as they are; the message itself where it is not known."""
    corrected = _CORRECTED.match(message)
    if corrected:
        return f"Corrected by {english(corrected[1]).lower()}: {corrected[2]}"
    if not _HAN.search(_QUOTED.sub("", message)):
        return message
    told = BRACKET.search(message)
    plain = message[: told.start()] + message[told.end() :] if told else message
    said = _translated(plain)
    if said is not None:
        return said
    if told is None:
        return message
    lines = _LINES.search(message)
    return told[1][:1].upper() + told[1][1:] + (f" (line {lines[1]})" if lines else "")


@cache
def _translated(text: str) -> str | None:
    """The text in English, or None when a part of it is not known."""
    for chinese, named in _places():
        text = text.replace(f"“{chinese}”", named).replace(chinese, named)
    for pattern, words in _phrases():
        text = pattern.sub(words, text)
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\x00{len(kept) - 1}\x00"

    bare = _QUOTED.sub(keep, text)
    for word in _KEPT:
        bare = re.sub(re.escape(word), keep, bare)
    if _HAN.search(bare):
        return None
    bare = re.sub(r" +(?=[,;:.)])|(?<=\() +", "", re.sub(r" +", " ", bare.translate(_POINTS))).strip()
    bare = re.sub(r"(?:^|\. )[a-z]", lambda found: found[0].upper(), bare)
    return re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], bare)


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The phrases of ``english.txt``: what is looked for, and its English."""
    lines = (Path(__file__).parent / "english.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith(("#", "= ")))
    return tuple((re.compile(pattern), words) for pattern, words in pairs)


def reading_in_english(reading: str) -> str:
    """The reading under which a number of the text was compared, “收到 = 新收 + 结转”, in English; as it is where a word is not known."""
    words = _reading_words()
    parts = re.split(r"( = | \+ | ÷ |·|(?<!七)\)(?!总)|\((?!七))", reading)
    said = [words.get(part.strip(), part) if part.strip() else part for part in parts]
    told = "".join(", " if part == "·" else part for part in said)
    return reading if _HAN.search(told) else told


@cache
def _reading_words() -> dict[str, str]:
    """Words of readings: those of ``english.txt`` and the labels of the forms."""
    found: dict[str, str] = {}
    for key in ("2021", "2019"):
        for row in form_of(key).rows:
            for label in (*row.groups, row.label, *(column.label for column in row.columns)):
                plain = label.text.partition("(")[0]
                found.setdefault(plain, label.english)
                found.setdefault(f"{plain}申请", f"applications of {label.english}")
    lines = (Path(__file__).parent / "english.txt").read_text(encoding="utf-8").splitlines()
    return found | dict(line[2:].split("\t") for line in lines if line.startswith("= "))


@cache
def _places() -> tuple[tuple[str, str], ...]:
    """Names of cells, rows and columns as messages write them, the longest first, with their English."""
    from extractor.crosscheck.sentences import row_name
    from extractor.library.codebook import FORMS

    found: dict[str, str] = {}
    for form in FORMS:
        for row in form.rows:
            number = form.section(row.section).index(row) + 1
            named = f"{_SECTIONS[row.section]}, row {number} ({row.label.english})"
            name = row_name(form, row)
            found.setdefault(name, named)
            for column in row.columns:
                found.setdefault(f"{name}·{column.label.text}", f"{named}, {column.label.english}")
    for column in form_of("2021").row("applications.granted").columns:
        found[f"表三 {column.label.text}列"] = f"section 3, column {column.label.english}"
    return tuple(sorted(found.items(), key=lambda one: -len(one[0])))
