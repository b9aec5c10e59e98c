"""Departments that a question lists: with the place said once, with the ending said once, before or after each other."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .organs import SHORT, akin, spelt
from .places import Closeness, Mention, own_part, places_of

_ITEM = re.compile(rf"(?:、|，|,|和|与|跟|及|以及|加上?) ?(?P<name>{SHORT.pattern})")
"""One more department of a list."""
_BEFORE = re.compile(r"(?:^|[,，、。:：\x01年度])(?P<name>[\u3400-\u9fff]{1,6}(?:局|厅|委))(?:、|和|与|跟|及|以及|加上?)$")
"""A department of a list before the one that is known."""
_CORES = re.compile(
    r"的?(?P<cores>[\u3400-\u9fff]{2,5}(?:[、,](?![、,])[\u3400-\u9fff]{2,5})*(?:[、,和与及]|以及)[\u3400-\u9fff]{2,5}?)"
    r"(?:这|那|等)?(?:(?:[一两二三四五六七八九\d]+[个家]|几[个家])?(?P<tail>局|部门|单位|厅|委办局|委)|(?=[,，]|这|那))"
)
"""Departments of one place named by their cores, the ending said once (芷峤市财政、交通、医保三个局)."""


def by_cores(text: str, mentions: list[Mention], departments: Mapping[str, tuple[str, ...]]) -> list[Mention]:
    """The mentions with a list of departments whose ending is said once, each found for itself; as they are where one is not."""
    found: list[Mention] = []
    for mention in mentions:
        match = _CORES.match(text, mention.end) if mention.how == "loose" else None
        places = places_of(mention.agencies[0])
        pool = [agency for agency in departments.get(places[-1], ()) if places_of(agency) == places] if match and places else []
        listed: list[Mention] = []
        for part in re.finditer(r"[^、,和与及以]+", match["cores"]) if match and pool else ():
            fitting = tuple(a for a in pool if any(spelt(part.group() + tail, own_part(a)) for tail in ("局", "厅", "委")))
            if len(fitting) == 1:
                start = mention.end + part.start()
                listed.append(Mention(fitting, "named", start, start + len(part.group())))
        parts = len(re.findall(r"[^、,和与及以]+", match["cores"])) if match else 0
        if match and parts > 1 and len(listed) == parts:
            found += [*listed[:-1], Mention(listed[-1].agencies, "named", listed[-1].start, match.end())]
            found[-parts] = Mention(found[-parts].agencies, "named", mention.start, found[-parts].end)
        else:
            found.append(mention)
    return found


def joined_to_places(mentions: list[Mention]) -> list[Mention]:
    """The mentions with a place and a bare department right after it as one (临澜市教育局): a stranger where the place lacks it."""
    found: list[Mention] = []
    for mention in mentions:
        before = found[-1] if found else None
        if before is None or before.end != mention.start or (before.how, mention.how) != ("loose", "loose"):
            found.append(mention)
            continue
        if any(own_part(agency) for agency in before.agencies) or not all(own_part(agency) for agency in mention.agencies):
            found.append(mention)
            continue
        here = {places_of(agency) for agency in before.agencies}
        own = tuple(agency for agency in mention.agencies if places_of(agency) in here)
        joined = (
            Mention(own, "named", before.start, mention.end) if own else Mention(before.agencies, "stranger", before.start, mention.end)
        )
        found[-1] = joined
    return found


def listed(text: str, mentions: list[Mention], departments: Mapping[str, tuple[str, ...]]) -> list[Mention]:
    """The mentions with departments of a list whose place is said once (岚砚市府办、文广旅局、生态环境局)."""
    added: list[Mention] = []
    for mention in mentions:
        places = places_of(mention.agencies[0])
        at = mention.end
        while places and (item := _ITEM.match(text, at)):
            at = item.end()
            if any(other.start < item.end() and item.start("name") < other.end for other in mentions):
                break
            pool = [a for a in departments.get(places[-1], ()) if places_of(a) == places]
            fitting = tuple(a for a in pool if spelt(item["name"], own_part(a)))
            how: Closeness = "named" if fitting else "taken"
            fitting = fitting or tuple(a for a in pool if akin(item["name"], own_part(a)))
            if len(fitting) != 1:
                break
            added.append(Mention(fitting, how, item.start("name"), item.end()))
    mentions = sorted((*mentions, *added), key=lambda mention: mention.start)
    return _named_before(text, mentions, departments)


def _named_before(text: str, mentions: list[Mention], departments: Mapping[str, tuple[str, ...]]) -> list[Mention]:
    """The mentions with a department joined to the next one and named before it (文广旅局和生态环境局，岚砚市这两个局)."""
    found: list[Mention] = []
    for mention in mentions:
        joined = _BEFORE.search(text[: mention.start])
        places = places_of(mention.agencies[0]) if len(mention.agencies) == 1 and own_part(mention.agencies[0]) else ()
        if joined and places and not any(other.end > joined.start("name") for other in found):
            pool = [a for a in departments.get(places[-1], ()) if places_of(a) == places]
            fitting = tuple(a for a in pool if spelt(joined["name"], own_part(a)) or akin(joined["name"], own_part(a)))
            if len(fitting) == 1 and fitting != mention.agencies:
                found.append(Mention(fitting, "taken", *joined.span("name")))
        found.append(mention)
    return found
