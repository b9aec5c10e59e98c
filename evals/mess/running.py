"""Damage around and inside the running text: headings, numbering, clutter, notes, page breaks, encodings."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ..draft import Draft
from ..layouts import ROWWISE
from ..lines import TextLine
from ..sheet import MARKS, NUMERALS, Extra, Heading, Paragraph, Table
from .operators import operator

_MENU = (
    "首页 | 政务公开 | 政务服务 | 互动交流", "当前位置：首页 > 政府信息公开 > 年度报告", "字号：大 中 小",
    "浏览次数：1384", "打印本页 关闭窗口",
    "来源：本站", "【 分享到：微信 微博 】", "语音播报", "索引号：004-{year}-00017", "发布日期：{next}-01-21",
)  # fmt: skip
_FOOT = (
    "相关附件", "附件1：{year}年政府信息公开工作年度报告.pdf", "上一篇：无", "下一篇：工作动态", "主办：{agency}", "网站标识码：0000000000",
    "扫一扫在手机打开当前页", "备案号：第00000000号", "低价代办|快速贷款|24小时客服", "版权所有 未经许可不得转载",
)  # fmt: skip
_NOTES = (
    "注：表中数据不含下属单位。",
    "备注：其他处理中含撤回申请2件。",
    "说明：上表统计口径与上年一致，数据截至12月31日。",
    "（单位：件）",
)


@operator("clutter", "sheet")
def clutter(draft: Draft, strength: float) -> bool:
    """Menus, share buttons, attachments and spam around the report."""
    figures = draft.figures
    above = [_MENU[int(n)] for n in draft.rng.permutation(len(_MENU))[: draft.share(strength, len(_MENU))]]
    below = [_FOOT[int(n)] for n in draft.rng.permutation(len(_FOOT))[: draft.share(strength, len(_FOOT))]]
    words = {"year": figures.year, "next": figures.year + 1, "agency": figures.agency.name}
    draft.sheet.blocks.insert(0, Extra("\n".join(above).format(**words), "clutter"))
    draft.sheet.blocks.append(Extra("\n".join(below).format(**words), "clutter"))
    draft.note("clutter", strength)
    return True


@operator("notes_between", "sheet")
def notes_between(draft: Draft, strength: float) -> bool:
    """Notes between the tables."""
    spots = [number for number, block in enumerate(draft.sheet.blocks) if isinstance(block, Table)]
    for spot in sorted((int(n) for n in draft.rng.permutation(spots)[: draft.share(strength, len(spots))]), reverse=True):
        draft.sheet.blocks.insert(spot + int(draft.rng.integers(0, 2)), Extra(draft.pick(*_NOTES), "note"))
    draft.note("notes_between", strength)
    return True


@operator("headings_misnumbered", "sheet")
def headings_misnumbered(draft: Draft, strength: float) -> bool:
    """Section headings numbered (1), 1. or（一）, or one of them misprinted."""
    headings = [block for block in draft.sheet.blocks if isinstance(block, Heading) and block.section]
    style = draft.pick("({})", "{}.", "（{}）", "misprint")
    slip = int(draft.rng.integers(1, 6))
    for heading in headings:
        number = heading.section or 0
        if style == "misprint":
            if number == slip + 1:
                heading.text = NUMERALS[slip - 1] + heading.text[1:]
        else:
            shown = NUMERALS[number - 1] if style == "（{}）" else str(number)
            heading.text = style.format(shown) + heading.text[2:]
    draft.note("headings_misnumbered", strength)
    return True


@operator("tables_apart", "sheet")
def tables_apart(draft: Draft, strength: float) -> bool:
    """Narrative and tables numbered separately, the tables at the end."""
    parts: dict[int, list[object]] = {}
    current = 0
    for block in draft.sheet.blocks:
        if isinstance(block, Heading) and block.section:
            current = block.section
        parts.setdefault(current, []).append(block)
    blocks = [*parts.get(0, [])]
    for sections, lead in (((1, 5, 6), ""), ((2, 3, 4), draft.pick("附：政府信息公开情况统计表", "附表", "政府信息公开统计数据"))):
        if lead:
            blocks.append(Paragraph(lead))
        for number, section in enumerate(sections):
            heading = parts[section][0]
            assert isinstance(heading, Heading)
            heading.text = NUMERALS[number] + heading.text[1:]
            blocks += parts[section]
    draft.sheet.blocks[:] = blocks  # type: ignore[assignment]
    draft.note("tables_apart", strength)
    return True


@operator("subheading_five", "sheet")
def subheading_five(draft: Draft, strength: float) -> bool:
    """A sub-heading numbered 五 inside section one, as if a section began."""
    for block in draft.sheet.blocks:
        if isinstance(block, Heading) and block.level == 2 and "监督保障" in block.text:
            block.text = "五、监督保障方面"
            draft.note("subheading_five", strength)
            return True
    return False


@operator("heading_year_wrong", "sheet")
def heading_year_wrong(draft: Draft, strength: float) -> bool:
    """A section heading that carries another year."""
    headings = [block for block in draft.sheet.blocks if isinstance(block, Heading) and block.section]
    for heading in headings[: draft.share(strength, 3)]:
        heading.text = f"{heading.text[:2]}{draft.figures.year - 1}年{heading.text[2:]}"
    draft.note("heading_year_wrong", strength)
    return True


@operator("title_wrapped", "sheet")
def title_wrapped(draft: Draft, strength: float) -> bool:
    """The title broken over two lines, with spaces."""
    draft.sheet.title = re.sub(r"\s*(\d{4})\s*年\s*", r" \1 年\n", draft.sheet.title)
    draft.note("title_wrapped", strength)
    return True


# ------------------------------------------------------------------ lines
@operator("page_numbers", "lines")
def page_numbers(draft: Draft, strength: float) -> bool:
    """Page numbers and running heads between the rows."""
    style = (
        draft.pick("— {} —", "- {} -", "第{}页", "第 {} 页 共 12 页", "{}") if draft.layout in ROWWISE else draft.pick("— {} —", "第{}页")
    )
    spots = [number for number, line in enumerate(draft.lines) if line.kind == "row" and line.section in (2, 3)]
    if not spots:
        return False
    chosen = sorted((int(n) for n in draft.rng.permutation(spots)[: draft.share(strength, 5)]), reverse=True)
    for count, spot in enumerate(chosen):
        draft.lines[spot:spot] = [TextLine("", "empty"), TextLine(style.format(len(chosen) + 3 - count), "extra"), TextLine("", "empty")]
    draft.note("page_numbers", strength)
    return True


@operator("sentences_cut", "lines")
def sentences_cut(draft: Draft, strength: float) -> bool:
    """Sentences cut by an empty line, as at a page break."""
    lines = []
    for line in draft.lines:
        plain = MARKS.sub("", line.text)
        if line.kind != "text" or len(plain) < 40 or not draft.chance(0.2 + strength * 0.6):
            lines.append(line)
            continue
        cut = int(draft.rng.integers(15, len(line.text) - 10))
        while cut < len(line.text) - 5 and re.search(r"[\d.．％%万亿余多近超约]", line.text[cut - 2 : cut + 2]):
            cut += 1
        lines += [TextLine(line.text[:cut], "text"), TextLine("", "empty"), TextLine(line.text[cut:], "text")]
    draft.lines = lines
    draft.note("sentences_cut", strength)
    return True


@operator("labels_wrapped", "lines", ROWWISE)
def labels_wrapped(draft: Draft, strength: float) -> bool:
    """Row labels broken over two lines, before or after the values."""
    done = False
    lines: list[TextLine] = []
    for line in draft.lines:
        found = re.search(r"[（(]?\d[.．][^\s|\d<]{7,}", line.text) if line.kind == "row" and line.section == 3 else None
        if not found or not draft.chance(0.15 + strength * 0.7):
            lines.append(line)
            continue
        cut = found.start() + int(draft.rng.integers(5, len(found.group()) - 1))
        head, tail, rest = line.text[:cut], line.text[cut : found.end()], line.text[found.end() :]
        if draft.chance(0.5) and draft.layout not in ("pipes", "bars"):  # the values follow the second half
            pieces = [head, tail + rest]
        else:
            pieces = [head + rest, tail if draft.layout not in ("pipes", "bars") else f"| {tail} |"]
        lines += [TextLine(piece, "row", 3) for piece in pieces]
        done = True
    draft.lines = lines
    if done:
        draft.note("labels_wrapped", strength)
    return done


@operator("value_below", "lines", ("tabs", "tabs_anchored", "spaces"))
def value_below(draft: Draft, strength: float) -> bool:
    """The first value of a row moved to the next line, beside the rest of its label."""
    done = False
    left = draft.share(strength, 3)
    lines: list[TextLine] = []
    for line in draft.lines:
        values = _values_of(line)
        label = re.search(r"\d[.．]([^\s\d]{7,})", line.text) if len(values) == 7 else None
        if not label or not left or not draft.chance(0.4):
            lines.append(line)
            continue
        (start, end), cut = values[0], label.end() - 3
        kept = line.text[:cut] + line.text[label.end() : start] + line.text[end:]
        lines += [TextLine(kept, "row", 3), TextLine(f"{line.text[cut : label.end()]} {line.text[start:end]}", "row", 3)]
        done = True
        left -= 1
    draft.lines = lines
    if done:
        draft.note("value_below", strength)
    return done


def _values_of(line: TextLine) -> list[tuple[int, int]]:
    """Spans of the marked values of a line of section three."""
    if line.kind != "row" or line.section != 3:
        return []
    return [found.span() for found in re.finditer(f"{MARKS.pattern}[^\\s]+?{MARKS.pattern}", line.text)]


@operator("ordinals_misread", "lines")
def ordinals_misread(draft: Draft, strength: float) -> bool:
    """Ordinals read wrongly: (-) for (一), (=) for (二), a dash for 一."""
    swaps = (("一", "-"), ("二", "="), ("三", "Ξ"))
    for line in draft.lines:
        if line.kind == "row" and line.section == 3 and draft.chance(0.3 + strength * 0.7):
            line.text = re.sub(r"([(（])([一二三])([)）])", lambda m: m[1] + dict(swaps)[m[2]] + m[3], line.text)
            line.text = re.sub(r"(^|\s|\|)二、(?=上年)", r"\1_,", line.text)
            line.text = re.sub(r"(^|\s|\|)一、(?=本年)", r"\1-、", line.text)
    draft.note("ordinals_misread", strength)
    return True


_RADICALS = str.maketrans(
    "一二人力大工文日月止比水火父片生用田白目示立自至行走车金长门面", "⼀⼆⼈⼒⼤⼯⽂⽇⽉⽌⽐⽔⽕⽗⽚⽣⽤⽥⽩⽬⽰⽴⾃⾄⾏⾛⻋⾦⻓⻔⾯"
)


@operator("noise_tokens", "lines", ("tabs", "tabs_anchored", "spaces"))
def noise_tokens(draft: Draft, strength: float) -> bool:
    """Stray marks beside labels, as recognition leaves them: a lone letter, a bar, a dot."""
    spots = [line for line in draft.lines if line.kind == "row" and line.section == 3 and _values_of(line)]
    for number in draft.rng.permutation(len(spots))[: draft.share(strength, 6)]:
        line, mark = spots[int(number)], draft.pick("·", "|", "_", "U", "、", "『", "<i>C</i>")
        first = _values_of(line)[0][0]
        gap = "\t" if "\t" in line.text else "  "
        line.text = f"{line.text[:first].rstrip()} {mark}{gap}{line.text[first:]}" if draft.chance(0.5) else f"{mark} {line.text.lstrip()}"
    draft.note("noise_tokens", strength)
    return bool(spots)


@operator("review_wrapped", "lines", ROWWISE)
def review_wrapped(draft: Draft, strength: float) -> bool:
    """The values of section four broken over lines after each group."""
    for number, line in enumerate(draft.lines):
        spans = [found.span() for found in re.finditer(f"{MARKS.pattern}[^\\s]+?{MARKS.pattern}", line.text)]
        if line.kind == "row" and line.section == 4 and len(spans) == 15:
            cuts = [spans[5][0], spans[10][0]]
            pieces = [line.text[: cuts[0]], line.text[cuts[0] : cuts[1]], line.text[cuts[1] :]]
            draft.lines[number : number + 1] = [TextLine(piece.strip(), "row", 4) for piece in pieces]
            draft.note("review_wrapped", strength)
            return True
    return False


@operator("kangxi_radicals", "lines")
def kangxi_radicals(draft: Draft, strength: float) -> bool:
    """Kangxi radicals in place of characters, as PDF text layers have them."""
    for line in draft.lines:
        if draft.chance(0.3 + strength * 0.7):
            line.text = "".join(c.translate(_RADICALS) if draft.chance(0.6) else c for c in line.text)
    draft.note("kangxi_radicals", strength)
    return True


_PINYIN = {
    "區": "qū", "報": "bào", "務": "wù", "開": "kāi", "項": "xiàng", "規": "guī", "數": "shù", "處": "chǔ", "總": "zǒng", "計": "jì",
    "結": "jié",
    "機": "jī", "關": "guān", "請": "qǐng", "紀": "jì", "訴": "sù", "訟": "sòng", "復": "fù", "議": "yì", "審": "shěn", "業": "yè",
    "構": "gòu",
    "會": "huì", "組": "zǔ", "織": "zhī", "過": "guò", "頭": "tóu", "實": "shí", "標": "biāo", "準": "zhǔn", "強": "qiáng", "動": "dòng",
}  # fmt: skip


@operator("traditional", "lines")
def traditional(draft: Draft, strength: float) -> bool:
    """Traditional characters, some with their pinyin in brackets after them."""
    there, back = _converter("s2t"), _converter("t2s")
    name = draft.figures.agency.name
    if back.convert(there.convert(name)) != name:
        return False
    for line in draft.lines:
        line.text = there.convert(line.text)
        if draft.chance(strength):
            line.text = "".join(f"{c}({_PINYIN[c]})" if c in _PINYIN and draft.chance(0.7) else c for c in line.text)
    draft.note("traditional", strength)
    return True


@cache
def _converter(way: str) -> Any:
    """OpenCC, loaded when first needed."""
    from opencc import OpenCC

    return OpenCC(way)


@operator("gb18030", "lines")
def gb18030(draft: Draft, strength: float) -> bool:
    """GB18030 without a declared charset."""
    draft.encoding = "gb18030"
    draft.note("gb18030", strength)
    return True
