"""Agencies that a question names and the library does not hold."""

from __future__ import annotations

import re
from dataclasses import replace

from .places import Mention
from .scan import Run, Scan, content
from .speech import names_something

_ORGAN = re.compile(
    r"(?!的(?:局|厅|委))(?!(?:[一二两三四五六七八九十几每哪这那\d]+个|各|所有|哪|这些|全部|下属))[\u3400-\u9fff]{1,10}?(?:局|厅|委员会|委|国防部|院|中心|支队|大队|办公室|街道|公司|学校|大学)(?!部)"
)
_BUREAU = re.compile(r"(?: (?!and |or |in |of )[a-z]+){1,4} (?:bureau|department|commission|committee)")


_FORUM = re.compile(r"(?:人民)?(?:法院|检察院|法庭)|(?:行政)?复议(?:机关|机构)|上级(?:机关|单位|部门)?|有关部门")
"""Whom disputes are brought before; no agency that is asked about, unless a place is named with it."""


_GENERAL = frozenset(("政府", "人民政府", "机关", "部门", "单位", "局", "厅", "委员会", "办公室", "办公厅", "政府部门", "政府机关"))
"""Words for any organ, which name none."""


_NAME = (
    r"(?P<name>(?![各该本这那其全所几等它哪某]|[一二两三四五六七八九十]个)[\u3400-\u9fff]{1,8}?"
    r"(?:(?:省|市|区|县|州|旗|镇|乡|街道|开发区)(?:(?:人民)?政府)?(?:办公[室厅]|[\u3400-\u9fff]{1,8}?(?:局|厅|委员会|委|中心))?|局|厅|委员会|委))"
)
_JOINED = r"(?:、|和|与|跟|同|及|以及|或|还是|比|,)"
_BESIDE = (
    re.compile(rf"\x01{_JOINED}{_NAME}(?![\u3400-\u9fff]*(?:局|厅|委)(?!托))"),
    re.compile(rf"(?:^|{_JOINED}){_NAME}(?={_JOINED}?\x01)"),
    re.compile(rf"比{_NAME}(?=还|更|要|都|多|少|高|低|[?？,]|$)"),
    re.compile(r"\x01 (?:and|or|versus|vs|with|to) (?P<name>[a-z]{4,})(?= in | for |'s|[?.,]| ?\x01|$)"),
)
"""An agency joined to a known one, or compared with it, that is none of the library's."""


def strangers(scanned: Scan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of agencies that the library lacks, and those it has that come near."""
    names: list[str] = []
    near: list[str] = []
    for mention in scanned.mentions:
        name = scanned.text[mention.start : mention.end]
        rest = _ORGAN.match(scanned.blanked[mention.end :])
        if mention.how in ("office_for_government", "stranger"):
            names.append(f"{name}（{mention.agencies[0]}）" if name in _GENERAL else name)
            near += mention.agencies
        elif mention.how == "loose" and (other := _BUREAU.match(scanned.blanked[mention.end :])):
            names.append(name + other.group())
            near += mention.agencies
        elif rest and mention.how == "loose" and not _explained(scanned, mention.end, mention.end + rest.end()):
            names.append(name + rest.group())
            near += mention.agencies
    names += _beside(scanned, names) if scanned.mentions else []
    names = [name for name in names if name not in _GENERAL]
    if scanned.mentions:
        return tuple(names), tuple(dict.fromkeys(near))
    places = (piece for piece in scanned.pieces if any(sort == "place" for sort, _, _ in piece.meanings))
    names += [piece.text + _unit_after(scanned, piece.start + len(piece.text)) for piece in places]
    for run in scanned.residual:
        if unit := _unit_after(scanned, run.end):
            names.append(run.text + unit)
        elif _names_someone(scanned, run):
            names.append(run.text)
    return tuple(name for name in names if name not in _GENERAL), ()


def apart(scanned: Scan) -> list[Mention]:
    """The mentions, with “市教育局” after a name that nothing explains taken as the bureau of that other place (锦川市教育局)."""
    ends = {run.end: run for run in scanned.residual}
    found = []
    for mention in scanned.mentions:
        run = ends.get(mention.start)
        foreign = (
            run is not None
            and content(run.text)
            and scanned.text[mention.start] in "省市区县州旗"
            and names_something(scanned.blanked.replace("\x01", " "), run.start, run.end)
        )
        found.append(replace(mention, how="stranger", start=run.start) if foreign and run is not None else mention)
    return found


def _beside(scanned: Scan, known: list[str]) -> list[str]:
    """Names joined to those of known agencies, made up of words that mean nothing else."""
    places = [piece for piece in scanned.pieces if any(sort == "place" for sort, _, _ in piece.meanings)]
    spans = [(run.start, run.end) for run in scanned.residual] + [(piece.start, piece.start + len(piece.text)) for piece in places]
    found: dict[str, None] = {}
    for pattern in _BESIDE:
        for match in pattern.finditer(scanned.blanked):
            own = sum(max(0, min(end, match.end("name")) - max(start, match.start("name"))) for start, end in spans)
            if own >= 2 and not scanned.aside(match.start("name")) and not any(match["name"] in name for name in (*known, *found)):
                found[match["name"]] = None
    return list(found)


def _names_someone(scanned: Scan, run: Run) -> bool:
    """Whether an unexplained run stands where a question names its agency: before the year, or ends like an organ."""
    if not re.search(r"[\u3400-\u9fff]{2}", run.text) or _FORUM.fullmatch(run.text):
        return False
    before_year = run.start == 0 and scanned.blanked[run.end : run.end + 1] == "\x01" and bool(scanned.times.years)
    named = names_something(scanned.blanked.replace("\x01", " "), run.start, run.end)
    return bool(_ORGAN.fullmatch(run.text)) or (before_year and named)


def _explained(scanned: Scan, start: int, end: int) -> bool:
    """Whether a row, rate or column of the forms begins within this span."""
    return any(
        start <= piece.start < end and any(sort in ("row", "rate", "column") and not weak for sort, _, weak in piece.meanings)
        for piece in scanned.pieces
    )


def _unit_after(scanned: Scan, end: int) -> str:
    """The kind of place written directly after a name: 区 after 天河."""
    for piece in scanned.pieces:
        if piece.start == end and any(sort == "unit" and key for sort, key, _ in piece.meanings) and len(piece.text) <= 2:
            return piece.text if piece.text in ("省", "市", "区", "县", "镇", "乡", "政府", "街道", "局") else ""
    return ""
