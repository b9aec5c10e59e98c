"""Whom a question is about: the agencies it names, the place whose agencies it means, and those it leaves out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .catalogue import Catalogue
from .offices import told_apart, whole_place, with_own_offices
from .periods import blank
from .places import Mention, is_office, own_part, places_of

_UNITS_OF = re.compile(
    r"\x01*(?:市|省|县|区)?(?:的|下属的?|所属的?|直属的?|下设的?|下面的?|底下的?|所辖的?|下辖的?|辖内的?|辖区内?的?|范围内的?|里的?|内的?|这边的?|那边的?|这里的?|这头的?)?(?:那|这|都|共|一共)?有?"
    r"(?:各个?|所有的?|全部|下属的?|[一二两三四五六七八九十几\d]+[个家]|哪个|哪些|哪几个|多少个|哪一个|哪家|每个)(?:市直|区直|市属|省直|政府)?"
    r"(?:区县|县区|区|县|委办局|局委办|局|厅|部门|单位|镇|街道|机关)"
    r"|的(?:厅局|委办局|局|厅|区县|县区|区|县|镇|部门)(?:里面?|里头|中|当中|之中)"
    r"|,? ?(?:(?:which|how many|what) )?(?:municipal |own )?(?:agencies|bureaus|departments|districts|offices)\b"
)
"""What follows a place when its units are meant, not its government."""
_UNITS_IN = re.compile(
    r"(?:^|\b(?:which|what|how many|the|all|two|three|four|five|six|\d+|list|each|every|among|between|of|any) )(?:of )?(?:the )?(?:\w+ )?"
    r"(?:agencies|bureaus?|departments|districts|counties|towns|bodies|organs|offices|units)\b"
    r"[^,.?;]{0,20}? (?:in|of|within|under|below|across) (?:the )?$"
)
"""What stands before a place in an English question when its units are meant."""
_UNITS_LAST = re.compile(
    r"的(?:机关|单位|部门|局委办|委办局|厅局|局|厅|镇|街道|区县)(?:都?有(?:哪些|哪几个|谁|几个|多少个?|几家|多少家)|名单|是(?:哪些|谁))?[?？。]?$"
    r"|的?都?有(?:哪些|哪几个|几个|多少个?)(?:机关|单位|部门|局|厅)[?？。]?$"
)
"""The agencies that meet a bound, at the end of a question."""
_WITHIN = re.compile(
    r"(?:这|那)几家(?=[,，的里中当])|(?:这|那)(?:些|几家|几个)(?:单位|机关|部门)(?:里面?|中|当中|之中)?|(?:全)?(?:市|省|县|区)?(?:范围|辖区|境内|域内|所辖|下辖|辖内|行政区域)(?:之?内)?(?:的|里|中)?[,，]?"
)
"""What follows a place when all of its agencies are meant."""
_THERE = re.compile(
    r"(?:这边|那边|那里|那儿|这里|这儿)|(?:在)?(?:报|交|上报|发布|公布|出)?了?(?:的)?\x01*(?:年度?)?(?:年报|报告|报)的?(?:那?几家|各家|这几家|各单位|单位|机关)(?:里|中|之中|当中)?"
)
"""What stands after a place when the agencies in it are meant."""
_WHO = re.compile(r"哪[个些几家]|各|谁|名单")
_BRACKETED = re.compile(r"(?P<name>(?<![\u3400-\u9fff])[\u3400-\u9fff]{1,6}(?:局|厅|委|办))[（(](?P<place>[\u3400-\u9fff]{2,6})[）)]")
"""A department with its place behind it: 文广旅局（岚砚）."""
_WITH_COLON = re.compile(r"(?<=[省市区县镇])[:：](?=(?:人民)?政府)")
"""A place set off from its government by a colon."""
_GOVERNMENTS = re.compile(
    r"(?P<all>各个?|所有的?|几个|哪一?个|哪几?家|哪些|哪几个|[一二两三四五六七八九十\d]个|每个|全部的?|全体|其他)(?P<kind>[省市区县镇])(?:级)?的?(?:人民)?政府"
    r"(?!办|的办公)"
)
_KIND_EN = {"municipal": "市", "city": "市", "district": "区", "county": "县", "provincial": "省", "township": "镇"}
_GOVERNMENTS_EN = re.compile(
    r"\b(?P<all>which|what|each|every|all|how many) (?:of the )?(?P<kind>municipal"
    r"|city|district|county|provincial|township) (?:people's )?governments?"
    r"(?! office)(?: ?[（(][省市区县镇](?:人民)?政府[）)])?"
)
_LEVEL = re.compile(r"(?P<kind>[省市区县镇])(?:一级|级)的?(?:人民)?政府(?=当中|之中|中|里|哪|谁)")
_GOVERNMENTS_LAST = re.compile(
    r"的(?P<kind>[省市区县镇])(?:级)?(?:人民)?政府(?=[,，]?[^,，。]{0,10}(?:有哪些|是哪些|有谁|是谁|有几个|有多少个|有哪几|名单|列))"
)
"""Governments of one kind, not one of them."""
_GROUP = re.compile(r"(?:那|这|下面的?|底下的?|的|下辖的?)(?:那|这)?几个(?=区县|县区|区|县|委办局|局委办|局|厅|部门|单位|镇|街道|机关)")
"""Agencies spoken of as a group (那几个局), which asks for no count."""
_SEVERAL = re.compile(
    r"(?:这|那|上述|以上)?[两二三四五六七八九十]\s*(?:家|个(?:机关|单位|部门|局|地方|区|市|县|试点)|者)(?:单位|机关|试点|部门)?"
)
"""Agencies counted after they were named (这三家)."""
_NOT_GOVERNMENT = re.compile(
    r"[（(]?(?:局、厅，)?(?:不算|不含|不包括|不计|剔除|排除|撇开|除去|除了?)(?:各?[市区省县]的?)?(?:人民)?政府(?:本级|本身|那份|自己|的)?(?:报告)?(?:以?外|之外|在内)?[）)]?"
    r"|(?:[市区省县])?(?:人民)?政府(?:本级|本身|自己)?(?:汇总的?)?(?:的?那份|的?报告)?(?:的)?(?:别算|不算|不要算|别计|不计|除外|不含)(?:进来|进去|在内|入)?"
)
"""That governments themselves are to be left out."""
_GLOSS = re.compile(
    r"\s*[（(]\s*(?:i\.?e\.?|aka|also|即|简称|又称|the)?\s*(?:[a-z' -]{3,60}|[\u3400-\u9fff]{2,20})\s*[）)]"
    r"|[a-z' ]{0,24}, ?(?:i\.?e\.?|that is|namely),? ?(?:the )?(?:[a-z' -]{3,60}|[\u3400-\u9fff]{2,20})(?=,|\?| in | for |$)"
)
_ORGAN_WORD = re.compile(r"bureau|department|office|government|commission|\bju\b|zhengfu|\bting\b|bangong|[局厅府办委]\s*[）)]")
_LEFT_OUT = re.compile(
    r"(?:除了?|除开|除去|不算上?|不含|不包括|不计|剔除|排除|撇开|刨去|刨除|去掉|抛开)$"
    r"|\b(?:excluding|except(?: for)?|other than|apart from|leaving out|not counting|without counting|besides) (?:the )?$"
)
_NOT_THIS = re.compile(r"(?:不是|而非|并非|而不是|不问|不看)$|\b(?:not|rather than|and not|instead of) (?:the )?$")
_PUT_ASIDE = re.compile(r"(?:本级)?(?:先)?(?:撇开|除外|除去|去掉|排除|剔除|刨掉|刨去|放一边|拿掉|抛开)(?:不算|不计|不看)?[,，]?")
_LEFT_OUT_END = re.compile(r"(?:本级)?(?:以外|之外|外|的话|在内)?的?(?:[，,]|(?:所有|其他|其余|剩下的?))?")
"""What stands around an agency that is to be left out."""
_JOINED = r"(?:\x01|年|度| )*(?:、|和|与|跟|同|及|以及|比|对比|加上?|vs\.?|versus|and|or|plus)(?:the| |\x01)*"
"""What joins two agencies of one list."""
_WHICH_OF = re.compile(r"的?(?:那个|那家|这个|某个?)(?P<kind>局|厅|委|部门)")
"""One department of a place, not named."""


@dataclass
class Whom:
    """Whom a question is about."""

    mentions: list[Mention] = field(default_factory=list)
    region: str | None = None
    """The place whose agencies are meant."""
    departments: bool = False
    """Whether governments themselves are to be left out."""
    without: tuple[str, ...] = ()
    """Agencies to be left out."""


def whom(text: str, catalogue: Catalogue, *, english: bool, bounded: bool) -> tuple[Whom, str]:
    """Whom a question is about, and the question with their names blanked; ``bounded`` when it demands more or less than a number."""
    text = _WITH_COLON.sub("", text)
    text = _BRACKETED.sub(
        lambda match: f"{match['place']}{match['name']}\x01\x01" if match["place"] in catalogue.names else match.group(), text
    )
    text = _GOVERNMENTS.sub(lambda match: (match["all"] + match["kind"]).ljust(len(match.group()), "\x01"), text)
    text = _GOVERNMENTS_EN.sub(lambda match: f"{match['all']} {_KIND_EN[match['kind']]}".ljust(len(match.group()), "\x01"), text)
    text = _LEVEL.sub(lambda match: match["kind"].ljust(len(match.group()), "\x01"), text)
    text = _GOVERNMENTS_LAST.sub(lambda match: ("的" + match["kind"]).ljust(len(match.group()), "\x01"), text)
    found = Whom(told_apart(catalogue.mentions(text), text, catalogue.agencies))
    if english:
        found.mentions = [catalogue.organ_of(text, mention) for mention in found.mentions]
    text = _glosses(found, text)
    if english:
        text = _spelt_twice(found, text, catalogue)
        found.mentions += catalogue.listed_in_english(text, found.mentions)
    text = _unnamed(found, text, catalogue)
    text = _summed_up(found, text)
    text = _context(found, text)
    found.mentions = with_own_offices(found.mentions, text, catalogue.agencies)
    text = _departments_only(found, text)
    text = _SEVERAL.sub(lambda match: "\x01" * len(match.group()), text) if len(found.mentions) > 1 else text
    for mention in list(found.mentions):
        place = _place_meant(text, mention)
        if place and mention.how == "loose" and _of_its_units(text, mention, found, bounded):
            found.region = place
            found.mentions.remove(mention)
            within = _WITHIN.match(text, mention.end)
            text = blank(text, mention.start, within.end() if within else mention.end)
            text = _GROUP.sub(lambda match: "\x01" * len(match.group()), text)
    for mention in found.mentions:
        text = blank(text, mention.start, mention.end)
    if found.region is None and (region := catalogue.region_in(text)) is not None:
        found.region = region[0]
        text = blank(text, region[1], region[2])
    if not (found.mentions or found.region or found.without) and (whole := whole_place(text, catalogue.agencies)):
        found.mentions.append(whole)
        text = blank(text, whole.start, whole.end)
    if found.departments and found.region is not None and not re.search("[局厅]|部门|bureau|department", text):
        here = [agency for agency in catalogue.agencies if found.region in agency and not own_part(agency) and not is_office(agency)]
        found.departments, found.without = False, (*found.without, *here)
    return found, text


def _spelt_twice(found: Whom, text: str, catalogue: Catalogue) -> str:
    """The text without a romanised place that is written once more in characters after it."""
    for other in catalogue.romanised(text):
        same = [m for m in found.mentions if m.start >= other.end and set(m.agencies) & set(other.agencies)]
        if same and re.fullmatch(r"\s*[（(]\s*", text[other.end : same[0].start]):
            text = blank(text, other.start, other.end)
    return text


def _unnamed(found: Whom, text: str, catalogue: Catalogue) -> str:
    """The text with a department of a place that is not named (临澜那个局) as all those it may be."""
    for at, mention in enumerate(found.mentions):
        which = _WHICH_OF.match(text, mention.end) if mention.how == "loose" else None
        places = places_of(mention.agencies[0])
        here = tuple(a for a in catalogue.agencies if places_of(a) == places and own_part(a)) if which else ()
        if which and len(here) > 1:
            found.mentions[at] = Mention(here, "loose", mention.start, which.end())
            text = blank(text, mention.start, which.end())
    return text


def _summed_up(found: Whom, text: str) -> str:
    """The text without a word for several agencies that were named before it (岚砚、芷峤、霁筠三个市的市政府)."""
    named = {mention.agencies[0] for mention in found.mentions if len(mention.agencies) == 1}
    for mention in list(found.mentions):
        if len(mention.agencies) > 1 and len(named) > 1 and named <= set(mention.agencies):
            found.mentions.remove(mention)
            text = blank(text, mention.start, mention.end)
    return text


def _context(found: Whom, text: str) -> str:
    """The text without places that only say where the agencies named beside them are (医保局、财政局，芷峤市这三家; 霁筠的应急局).

    A place stands for its government where it is joined to another agency (临澜市和水务局), or named as a government.
    """
    for mention in list(found.mentions):
        name = text[mention.start : mention.end]
        if mention.how != "loose" or own_part(mention.agencies[0]) or is_office(mention.agencies[0]) or re.search("政府|府$", name):
            continue
        place = places_of(mention.agencies[0])
        others = [other for other in found.mentions if other is not mention and _lies_in(other, place)]
        if not others or _is_joined(text, mention, found.mentions):
            continue
        found.mentions.remove(mention)
        text = blank(text, mention.start, mention.end)
    return text


def _lies_in(mention: Mention, place: tuple[str, ...]) -> bool:
    """Whether all that a mention can mean are departments or offices of a place, or lie in places below it."""
    return bool(place) and all(
        (places_of(agency)[: len(place)] == place or place[-1:] == places_of(agency)[:1])
        and (own_part(agency) or is_office(agency) or places_of(agency) != place)
        for agency in mention.agencies
    )


def _is_joined(text: str, mention: Mention, mentions: list[Mention]) -> bool:
    """Whether a mention is one of a list, or compared with another: a joining word stands between it and the one before or after it."""
    for other in mentions:
        between = text[mention.end : other.start] if other.start >= mention.end else ""
        if between.endswith("比") and not any(mention.end <= one.start < other.start for one in mentions):
            return True
        if other.start >= mention.end and re.fullmatch(_JOINED, text[mention.end : other.start]):
            return True
        if other.end <= mention.start and re.fullmatch(_JOINED, text[other.end : mention.start]):
            return True
    return False


def _of_its_units(text: str, mention: Mention, found: Whom, bounded: bool) -> bool:
    """Whether a place is named for the agencies in it: they follow it, stand before it, or are what meets a bound."""
    after = text[mention.end :]
    if _THERE.match(after) and _WHO.search(after):
        return True
    if _UNITS_OF.match(after) or _UNITS_IN.search(text[: mention.start]) or _WITHIN.match(after):
        return True
    return len(found.mentions) == 1 and bounded and bool(_UNITS_LAST.search(after))


def _place_meant(text: str, mention: Mention) -> str:
    """The place that a mention is no more than; empty where it names an organ, or several places."""
    name = text[mention.start : mention.end]
    if places_of(name):
        return name
    places = {places_of(agency) for agency in mention.agencies}
    if len(places) != 1 or not (place := places.pop()):
        return ""
    return "".join(place) if re.match("[a-z]", name) or place[-1].startswith(name) else ""


def _glosses(found: Whom, text: str) -> str:
    """The text without a bracket in which an agency just named is named once more, in another spelling."""
    for before in list(found.mentions):
        match = _GLOSS.match(text, before.end)
        if match is None or before not in found.mentions:
            continue
        inside = [mention for mention in found.mentions if match.start() <= mention.start < match.end()]
        places = {places_of(agency)[:1] for agency in before.agencies}
        same = all({places_of(agency)[:1] for agency in mention.agencies} & places for mention in inside)
        if same and (inside or _ORGAN_WORD.search(match.group())):
            found.mentions = [mention for mention in found.mentions if mention not in inside]
            text = blank(text, *match.span())
    return text


def _departments_only(found: Whom, text: str) -> str:
    """The text without “not counting the government itself”, which is noted."""
    for match in _NOT_GOVERNMENT.finditer(text):
        inside = [mention for mention in found.mentions if match.start() <= mention.start < match.end()]
        alone = len(inside) == len(found.mentions) == 1 and len(inside[0].agencies) == 1
        if alone and not re.search("本级|本身|自己|各", match.group()):
            found.without = inside[0].agencies
        else:
            found.departments = True
        found.mentions = [mention for mention in found.mentions if mention not in inside]
        text = blank(text, *match.span())
    for mention in list(found.mentions):
        before = _LEFT_OUT.search(text[: mention.start])
        if _NOT_THIS.search(text[: mention.start]) and len(found.mentions) > 1:
            found.mentions.remove(mention)
            text = blank(text, mention.start, mention.end)
            continue
        put = re.search("把$", text[: mention.start]) and _PUT_ASIDE.match(text, mention.end)
        if put and len(mention.agencies) == 1:
            found.without = (*found.without, *mention.agencies)
            found.mentions.remove(mention)
            text = blank(text, mention.start - 1, put.end())
            continue
        if before is None or len(mention.agencies) != 1 or mention.how == "stranger":
            continue
        after = _LEFT_OUT_END.match(text, mention.end)
        found.without = (*found.without, *mention.agencies)
        found.mentions.remove(mention)
        text = blank(text, before.start(), after.end() if after else mention.end)
    return text
