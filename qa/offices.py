"""A government and its office: which of the two a question names, and what it means where the library has only the other one's report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .places import Mention, clean, is_office, own_part, places_of, unit_of

_TAIL = re.compile(
    r"的?(?:人民)?(?:政府|府)?(?P<office>办公[室厅]|办(?!公|理|法|结|件|事|得|完|成|复|了|过|好|掉|妥|案|证|学|班|的(?!年报|报告|年度)))"
)
"""What follows a government when its office is meant; 政府办结的 and 政府办的 tell what a government did."""
_BARE = re.compile(
    r"(?<![\u3400-\u9fff])(?P<kind>[省市区县旗州盟镇乡]|地区|自治区)(?:人民)?(?:政府|府|行署)办(?:公[室厅]|(?!公|理|法|结|件|事|得|完|成|复|了|过))"
)
"""An office named by the kind of its place alone (市府办)."""
_OWN_OFFICE = re.compile(
    r"(?:本级|本身|自己)?(?:、|和|与|跟|同|及其?|以及|,| and| or)? ?(?:它|其|他|自己|本级)?(?:自己)?的?(?:its |the |their )?(?:own )?"
    r"(?P<office>(?:政府|府)?办公[厅室]|(?:政)?府办(?!理|公|法|结|件|事)|general office|office)"
)
"""A government's own office, named after it."""
_THING = re.compile(
    r"的?(?:官方|门户|信息公开|政务|公开|网上|线上|12345)*(?:网站|网页|官网|门户网|门户|平台|公报|新媒体|公众号|微信|微博|客户端|信箱|热线|专线|大厅|"
    r"中心|专栏|专区|查阅点|查阅场所|数据库)"
    r"|(?:'s)? (?:official )?(?:portal|website|web site|gazette|platform|hotline|mailbox|wechat|weibo)s?\b"
)
"""What a government is named for as the owner: its website, its gazette."""
_WHOLE = re.compile(r"全(?P<kind>[省市区县州旗盟镇乡])(?:范围内?|上下|境内)?(?!各|的?(?:机关|单位|部门|局|厅))")
_SEVERAL = re.compile(r"谁|哪|各|每|所有|最|排|前[一二三四五六七八九十\d]|几[家个]|名单|平均|单位|机关|部门|局")
"""What asks for several agencies, not for the number of a whole place."""
_TITLE = re.compile(r"[“\"「《][\u3400-\u9fff]{3,20}[”\"」》]")
"""A name in quotation marks, which may begin with a place (“白苇在线”)."""
_OFFICE_NAMED = re.compile(r"办$|办公[室厅]$|\boffice\b")


def told_apart(mentions: Sequence[Mention], text: str, agencies: Sequence[str]) -> list[Mention]:
    """The mentions with governments and offices told apart.

    A government followed by the words for its office, where the library has none, is a stranger that comes near the government; one that
    is only the owner of a thing (云浮市政府网站) stands for its place, so also for its office.
    """
    titles = [match.span() for match in _TITLE.finditer(text)]
    own = [m for m in mentions if m.how != "loose" or not any(a < m.start and m.end < b - 1 for a, b in titles)]
    found = [_owner(_office_of(mention, text, agencies), text) for mention in own]
    for match in _BARE.finditer(text):
        near = tuple(
            a for a in agencies if not own_part(a) and not is_office(a) and places_of(a) and places_of(a)[-1].endswith(match["kind"])
        )
        if near and not any(mention.start < match.end() and match.start() < mention.end for mention in found):
            found.append(Mention(near, "stranger", *match.span()))
    return sorted(found, key=lambda mention: mention.start)


def _office_of(mention: Mention, text: str, agencies: Sequence[str]) -> Mention:
    """A government with the words for its office after it as that office, or as a stranger."""
    if mention.how == "stranger" or any(own_part(agency) or is_office(agency) for agency in mention.agencies):
        return mention
    tail = _TAIL.match(text, mention.end)
    name = text[mention.start : mention.end]
    if tail is None or not (tail["office"] != "办" or re.search("府|署", name[-1:] + tail.group())):
        return mention
    places = {places_of(agency) for agency in mention.agencies}
    own = tuple(agency for agency in agencies if is_office(agency) and places_of(agency) in places)
    return Mention(own, "named", mention.start, tail.end()) if own else Mention(mention.agencies, "stranger", mention.start, tail.end())


def _owner(mention: Mention, text: str) -> Mention:
    """A government of which the library has only the office, as its place where it is named as the owner of a thing."""
    if mention.how != "office_for_government" or not _THING.match(text, mention.end):
        return mention
    return Mention(mention.agencies, "loose", mention.start, mention.end)


def with_own_offices(mentions: list[Mention], text: str, agencies: Sequence[str]) -> list[Mention]:
    """The mentions with the office of a government named as its own (X市政府和它的办公室)."""
    found = list(mentions)
    for mention in mentions:
        own = _OWN_OFFICE.match(text, mention.end)
        if (
            own is None
            or len(mention.agencies) != 1
            or any(other.start < own.end() and own.start("office") < other.end for other in mentions)
        ):
            continue
        places = places_of(mention.agencies[0])
        offices = tuple(a for a in agencies if is_office(a) and places_of(a) == places)
        if len(offices) == 1 and offices != mention.agencies:
            found.append(Mention(offices, "named", own.start("office"), own.end()))
        elif not offices and not own_part(mention.agencies[0]) and own.start("office") > mention.end:
            found.append(Mention(mention.agencies, "stranger", own.start("office"), own.end()))
    return sorted(found, key=lambda mention: mention.start)


def stands_in(name: str, mention: Mention) -> str:
    """The government whose office alone a mention that names only the place came to mean; empty for every other mention."""
    if mention.how != "loose" or len(mention.agencies) != 1 or not is_office(mention.agencies[0]) or _OFFICE_NAMED.search(name):
        return ""
    return government_of(mention.agencies[0])


def government_of(office: str) -> str:
    """The government that an office belongs to."""
    name = re.sub("办公[室厅]$", "", clean(office))
    return name if re.search("政府|公署|委员会|管委会|办事处$", name) else f"{name}人民政府"


def only_other(names: Sequence[str], near: Sequence[str]) -> str:
    """What the library has instead of what is named: ``office`` of a government, ``government`` of an office; empty for all else."""
    if near and all(is_office(agency) for agency in near) and not any(_OFFICE_NAMED.search(name) for name in names):
        return "office"
    if near and all(_is_government(agency) for agency in near) and all(_OFFICE_NAMED.search(name.partition("（")[0]) for name in names):
        return "government"
    return ""


def elsewhere(names: Sequence[str], near: Sequence[str]) -> bool:
    """Whether what the library lacks is a place, its government or an agency of a place it does know: no other report tells of it."""
    return bool(near) or any(re.search("(?:[省市区县旗州盟镇乡]|地区|街道)(?:人民)?(?:政府)?(?:办公[厅室])?$", name) for name in names)


def whole_place(text: str, agencies: Sequence[str]) -> Mention | None:
    """The government of the whole place that a question means which names no agency (全市2022年…); None where it asks for several."""
    whole = _WHOLE.search(text)
    if whole is None or _SEVERAL.search(text):
        return None
    kind = whole["kind"]
    found = tuple(a for a in agencies if _is_government(a) and unit_of(a) == kind)
    return Mention(found, "loose", *whole.span()) if found else None


def _is_government(agency: str) -> bool:
    return not own_part(agency) and not is_office(agency)


def kept(notes: Sequence[tuple[str, str]], agencies: Sequence[str], mentions: Sequence[Mention]) -> list[tuple[str, str]]:
    """The notes of the question before that an office stands in for its government, where a follow-up still means it unnamed."""
    named = {agency for mention in mentions for agency in mention.agencies}
    return [note for note in notes if note[0] == "office_only" and note[1].partition("=")[2] in set(agencies) - named]
