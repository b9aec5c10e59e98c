"""Whether a document is written in traditional characters, and its simplified form.

Only whole documents are converted: in simplified text OpenCC changes names (乾安县 must not become 干安县). A character
counts as evidence only if it exists in one of the two scripts alone.
"""

from __future__ import annotations

import re
from functools import cache

_PAIRS = (
    "開开關关處处務务機机構构數数書书會会報报導导實实標标準准規规範范門门網网類类發发費费業业車车長长東东廣广區区縣县鎮镇國国經经濟济資资產产"
    "動动員员級级組组織织總总計计結结維维辦办議议訴诉訟讼審审項项請请應应對对與与個个們们為为進进過过還还這这時时間间體体現现況况題题點点無无"
    "設设據据執执強强購购護护權权責责決决創创務务從从領领單单電电話话號号聯联絡络華华鄉乡億亿萬万義义習习論论認认識识許许證证調调質质"
)
_TRADITIONAL = frozenset(_PAIRS[0::2])
_SIMPLIFIED = frozenset(_PAIRS[1::2])


def is_traditional(text: str) -> bool:
    """Whether traditional characters outweigh simplified ones by three to one, with at least eight kinds present."""
    kinds = set(text)
    if len(kinds & _TRADITIONAL) < 8:
        return False
    old = sum(text.count(char) for char in kinds & _TRADITIONAL)
    new = sum(text.count(char) for char in kinds & _SIMPLIFIED)
    return old > 3 * new


def simplified(text: str) -> str:
    """The text in simplified characters, of the same length, so that offsets stay valid."""
    converter = _converter()
    lines = text.split("\n")
    for index, line in enumerate(lines):
        new: str = converter.convert(line)
        if len(new) != len(line):
            new = "".join(one if len(one := converter.convert(char)) == 1 else char for char in line)
        lines[index] = _ELSEWHERE.sub(lambda match: _WORDS[match.group()], new)
    return "\n".join(lines)


_WORDS = {"资讯公开": "信息公开", "政府资讯": "政府信息", "资讯内容": "信息内容", "规范性档案": "规范性文件"}
"""Words that the gateways of sites for Taiwan and Hong Kong put in place of those of the form, and theirs."""
_ELSEWHERE = re.compile("|".join(_WORDS))


@cache
def _converter():  # type: ignore[no-untyped-def]
    import opencc

    return opencc.OpenCC("t2s")
