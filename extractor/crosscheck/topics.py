"""What a stretch of narrative is about: applications, reviews, documents, licences, or none of the form's matters."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Topic = Literal[
    "applications",
    "review",
    "litigation",
    "direct",
    "after_review",
    "both",
    "documents",
    "rules",
    "licensing",
    "penalties",
    "coercion",
    "fees",
    "procurement",
    "other",
]
"""``both``: reviews and lawsuits in one breath. ``direct``, ``after_review``: the two kinds of lawsuits. ``other``: something
that no table counts (留言, 培训, 网站信息)."""

TOPICS: tuple[tuple[Topic, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))  # type: ignore[misc]
    for name, pattern in (
        (
            "both",
            r"复议(?:案件?|申请|事项)?(?:及|和|与|或|以及|或者|、|/)(?:因[^,，。]{0,16})?(?:被)?(?:提起|引发|申请)?(?:的)?(?:政府信息公开)?(?:行政)?"
            r"(?:诉讼|应诉)(?:案件?)?(?:的)?(?:申请)?|诉讼(?:案件?)?(?:及|和|与|或|以及|或者|、)(?:行政)?复议(?:案件?)?(?:的)?(?:申请)?",
        ),
        (
            "direct",
            r"(?:未经(?:行政)?复议)?直接(?:提起)?(?:行政)?(?:诉讼|起诉)|未经(?:行政)?复议(?:直接)?(?:的)?(?:提起)?(?:行政)?(?:起诉|诉讼)",
        ),
        ("after_review", r"(?:经)?(?:行政)?复议后(?:再|又|不服)?(?:提起|的)?(?:行政)?(?:起诉|诉讼)"),
        ("litigation", r"(?:行政)?(?:诉讼|应诉|起诉)(?:案件?)?(?:的)?(?:申请)?"),
        ("review", r"(?:行政)?复议(?:案件?)?(?:的)?(?:申请)?"),
        (
            "applications",
            r"依申请(?:公开)?(?:的)?(?:政府)?(?:信息)?|申请(?:公开|获取)(?:的)?(?:政府)?(?:信息)?|(?:信息)?公开(?:的)?申请|信息申请|申请(?:件|量|总量|数|总数|人次)?",
        ),
        ("documents", r"规范性文件"),
        ("rules", r"(?:政府|部门)?规章(?!制度)"),
        ("licensing", r"行政许可(?:事项)?(?:的)?(?:申请)?|许可决定"),
        ("penalties", r"行政处罚(?:事项)?(?:的)?(?:申请)?|处罚决定"),
        ("coercion", r"行政强制(?:事项)?(?:的)?(?:申请)?"),
        ("fees", r"行政事业性收费"),
        ("procurement", r"(?:政府)?集中采购"),
        (
            "other",
            r"网站|公众号|微博|微信|新媒体|抖音|客户端|解读|留言|来信|来电|信访|咨询|投诉|举报|信箱|热线|12345|提案|(?<!复)议案|建议|培训|会议|访谈|发布会|公报"
            r"|政务服务|主动公开|信息(?!公开|申请|依申请|处理费|(?:均)?无法提供|(?:均)?不予|\0{4}|[^,，。]{0,2}申请)|专栏|栏目|账号|舆情|意见|征集|稿件|视频|检查|通报|考核|清单|目录"
            r"|标准|人员|答疑|问卷|工单|诉求|案例|调研|督查|巡查|测评|读者|档案|点击|访问|浏览|关注|粉丝|推文|图解|动态|宣传|手册|资料|电子屏",
        ),
    )
)


_ROWS = re.compile(
    r"(?:内部事务|过程性|现成|非?(?:本(?:行政)?机关|本办|本局|本单位|我局|我办|我单位)?(?:不|未)?掌握(?:的)?(?:相关|有关)?(?:政府)?|已获取)信息|信访(?:举报(?:投诉)?)?类(?:申请)?|信访举报投诉|公开出版物"
)
"""Rows of the form whose names hold words that would otherwise change the topic."""


@lru_cache(maxsize=4096)
def topic_in(text: str) -> Topic | None:
    """The topic that a stretch of text names last; None where it names none."""
    text = _ROWS.sub(lambda match: "\0" * len(match.group()), text)
    best: tuple[int, int, Topic] | None = None
    for name, pattern in TOPICS:
        for match in pattern.finditer(text):
            if best is None or match.end() > best[0] or (match.end() == best[0] and match.start() < best[1]):
                best = (match.end(), match.start(), name)
    return best[2] if best else None
