"""Text made uniform without making false numbers: every character keeps its way back to the original.

NFKC mends the text layers of PDF files (Kangxi radicals, full-width forms), but on its own it makes numbers that
nobody printed: ``①12件`` becomes ``112件``, ``10²`` becomes ``102``. Here a character whose compatibility form holds
digits is left as it is unless it *is* a digit; ``⒈`` keeps a space before a following digit. A full-width comma
between two digits stays ``，`` (``17，266`` may be two numbers or one): the reader decides, since only the reader knows
the table. Everywhere else it becomes ``,``.
"""

from __future__ import annotations

import html
import re
import unicodedata
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from ..forms import SECTIONS
from .traditional import is_traditional, simplified


@dataclass(frozen=True, slots=True)
class Normalised:
    """Normalised text with the way back."""

    text: str
    offsets: Sequence[int]
    """For every character of ``text``, and one past its end, the offset in the original."""
    traditional: bool = False
    """Whether the text was found to be in traditional characters and was converted."""
    glosses: int = 0
    """Pinyin in brackets that was left out."""


def normalise(original: str, *, markup: bool = True) -> Normalised:
    """The uniform text of a source: line breaks as ``\\n``, compatibility forms folded, markup and pinyin left out.

    ``markup`` is False for text that was taken from a format of its own (HTML, PDF, Word), in which ``**`` is just print.
    """
    text, offsets = _fold(original, markup)
    text, offsets, glosses = _without_glosses(text, offsets)
    traditional = is_traditional(text)
    if traditional:
        text = simplified(text)
    if markup:
        text, offsets = rewrite(text, offsets, _HEADING, lambda match: "\n")
    return Normalised(text, offsets, traditional, glosses)


def rewrite(
    text: str, offsets: Sequence[int], pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]
) -> tuple[str, Sequence[int]]:
    """``pattern.sub`` that keeps the way back: what replaces a match points to where the match began."""
    pieces: list[str] = []
    moved = array("I")
    done = 0
    for match in pattern.finditer(text):
        new = replace(match)
        start, end = match.span()
        if new == match.group():
            continue
        pieces += text[done:start], new
        moved.extend(offsets[done:start])
        moved.extend([offsets[start]] * len(new))
        done = end
    if not pieces:
        return text, offsets
    pieces.append(text[done:])
    moved.extend(offsets[done:])
    return "".join(pieces), moved


# ------------------------------------------------------------------------------------- characters
_RADICALS = dict(
    zip(
        "⺠⻚⻅⻓⻔⻋⻢⻰⻉⻥⻩⻬⻝⻄⻛⻜⻁⻤⻦⻧⻨⻩⻮⻳⺟⻆⻘⻙⻣⻫",
        "民页见长门车马龙贝鱼黄齐食西风飞虎鬼鸟卤麦黄齿龟母角青韦骨齐",
        strict=True,
    )
)
"""CJK radicals of the supplement, as PDF fonts write them; NFKC knows only two of them."""

_KEPT = frozenset("，…‥")
_LINE_ENDS = frozenset("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
_VANISH = frozenset({"Cc", "Cf"})


@cache
def folded(char: str) -> str:
    """The form in which one character is kept: itself, its compatibility form, or nothing."""
    if char in _KEPT or char in "\n\t":
        return char
    if char in _LINE_ENDS:
        return "\n"
    if char == "\r":
        return "\r"
    if char == "\u2212":
        return "-"
    if char in "│┃║":
        return "|"
    if unicodedata.category(char) in _VANISH:
        return ""
    new = _RADICALS.get(char) or unicodedata.normalize("NFKC", char)
    if new == char:
        return char
    if new[0] == " " and len(new) > 1:
        return char
    if any(c.isdecimal() for c in new) and unicodedata.category(char) != "Nd" and not "\u2474" <= char <= "\u249b":
        return char
    return new


_MARKUP = (
    r"(?P<entity>&(?:\#\d{1,6}|\#[xX][0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});)"
    r"|(?P<high></?(?:sup|sub)>)"
    r"|(?P<break><br\s*/?>|</p>|</div>|</li>|</h[1-6]>)"
    r"|(?P<tag></?(?:i|b|u|s|em|strong|span|font|p|div|a|small|big|center|o:p|li|ul|ol|h[1-6]|img|section|tbody|thead|mark|del|ins|code)"
    r"(?:\s[^<>\n]{0,300})?/?>|<!--[^\n]{0,300}?-->)"
    r"|(?P<image>!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\))"
    r"|(?P<link>\[(?P<words>[^\]\n]{1,200})\]\((?:https?:|/|\./|\.\./|\#|mailto:)[^)\n]{0,500}\))"
    r"|(?P<bold>\*\*\*?|(?<![\w_])__(?=\S)|(?<=\S)__(?![\w_]))"
    r"|(?P<head>^(?:[ ]{0,8}(?:\#{1,6}|>)[ \t]+)+)"
    r"|(?P<escape>\\(?=[-\\`*_{}\[\]()#+.!~<>&$]))"
    r"|(?P<math>\$(?=[^$\n\u3400-\u9fff]{1,40}\$)|(?<=[^$\n\u3400-\u9fff])\$)"
)
_FULL_COMMA = re.compile(r"，(?!(?<=\d，)\d)")
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ\u0300-\u030c"
_GLOSS = re.compile(rf"(?<=[\u3400-\u9fff])\((?=[^()]{{0,7}}[{_TONED}])[a-zɡɑü{_TONED}]{{1,8}}\)")
_SYLLABLE = (
    "(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?"
    "(?:i(?:ang|ong|an|ng|ao|a|e|n|u)?|u(?:ang|ai|an|ng|a|e|i|n|o)?|a(?:ng|i|n|o)?|o(?:ng|u)?|e(?:ng|i|n|r)?|üe?|ve?)"
)
_PLAIN_GLOSS = re.compile(rf"(?<=[\u3400-\u9fff)])\((?:{_SYLLABLE}|[a-zɡɑü{_TONED}]{{1,8}})(?:\({_SYLLABLE}\))?\)")
_GLOSSED = 8
"""From this many glosses on, a bracket without a tone mark is taken for one too: ``們(men)``, ``共和(he)(he)國``."""
_HEADING = re.compile(
    r"(?:(?<=[。;:!?)”\u3400-\u9fff\d]) *(?:\#+ )?|(?<=[^\n]{200})(?<=[|\t])[ \t|]{0,9}(?:\#+ )?)(?=[一二三四五六]、 ?(?:20\d\d年度?)?(?:"
    + "|".join(re.escape(words) for words in SECTIONS.values())
    + r")(?:[ :。\n|\t]|(?:20\d\d|[一-鿿]{2,12}(?:认真|严格|深入|坚持)|(?:第二十条|本列数据|行政复议))))"
)
"""A statutory heading in the middle of a line: the page was flattened, and each section deserves a line of its own."""


def _without_glosses(text: str, offsets: Sequence[int]) -> tuple[str, Sequence[int], int]:
    """Text without the pinyin that stands in brackets after characters, and how often it stood."""
    if "(" not in text:
        return text, offsets, 0
    count = len(_GLOSS.findall(text))
    if count < _GLOSSED:
        count = max(count, len(_PLAIN_GLOSS.findall(text)))
    pattern = _GLOSS if count < _GLOSSED else _PLAIN_GLOSS
    shorter, moved = rewrite(text, offsets, pattern, lambda match: "")
    return shorter, moved, count if len(shorter) < len(text) else 0


def split_headings(text: str) -> list[str]:
    """A flattened paragraph cut before each statutory heading inside it."""
    return _HEADING.split(text) if "、" in text else [text]


def _fold(original: str, markup: bool) -> tuple[str, Sequence[int]]:
    """Characters folded and markup left out, in one pass over what changes."""
    same: dict[str, str] = {}
    other: dict[str, str] = {}
    for char in set(original):
        if char < "\x7f" and (char >= " " or char in "\n\t"):
            continue
        new = folded(char)
        if new == char and char != "\r":
            continue
        if len(new) == 1 and char != "\r":
            same[char] = new
        else:
            other[char] = new
    text = original.translate({ord(char): new for char, new in same.items()}) if same else original
    if "，" in text:
        text = _FULL_COMMA.sub(",", text)
    pattern = _changes("".join(sorted(other)), markup and _has_markup(text))
    offsets: Sequence[int] = range(len(text) + 1)
    if pattern is None:
        return text, offsets

    def replace(match: re.Match[str]) -> str:
        kind = match.lastgroup
        found = match.group()
        if kind == "char":
            if found == "\r":
                return "" if text[match.end() : match.end() + 1] == "\n" else "\n"
            return _spaced(other[found], text, match)
        return _unmarked(kind, match, text)

    return rewrite(text, offsets, pattern, replace)


def _has_markup(text: str) -> bool:
    return any(sign in text for sign in ("<", "&", "**", "__", "](", "#", "\\", "$", ">"))


@cache
def _changes(chars: str, markup: bool) -> re.Pattern[str] | None:
    parts = []
    if chars:
        parts.append(f"(?P<char>[{re.escape(chars)}])")
    if markup:
        parts.append(_MARKUP)
    return re.compile("|".join(parts), re.MULTILINE) if parts else None


def _spaced(new: str, text: str, match: re.Match[str]) -> str:
    """An expansion kept apart from the digits beside it."""
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    if new and before.isdecimal() and new[0].isdecimal():
        new = " " + new
    if new and after.isdecimal() and (new[-1] == "." or new[-1].isdecimal()):
        new += " "
    return new


def _unmarked(kind: str | None, match: re.Match[str], text: str) -> str:
    """What remains of a piece of inline markup."""
    found = match.group()
    if kind == "entity":
        char = html.unescape(found)
        return "".join(" " if c == "\n" else folded(c) for c in char) if len(char) <= 2 else found
    if kind == "break":
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        return " " if "|" in text[start : end if end >= 0 else len(text)] else "\n"
    if kind == "high":
        beside = text[match.end() : match.end() + 1] if "/" in found else text[match.start() - 1 : match.start()]
        return " " if beside.isdecimal() else ""
    if kind in ("link", "words"):
        return match["words"]
    return ""
