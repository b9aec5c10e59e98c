"""The running text of an invented report: sections one, five and six, from a grammar wide enough that no two read alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from .label import LabelFact
from .sheet import Block, Heading, Paragraph
from .telling import Teller

_RULES: Mapping[str, tuple[str, ...]] = {
    "做": ("扎实推进", "持续抓好", "稳步开展", "不断完善", "着力健全", "统筹做好", "细化落实", "有序实施", "从严规范", "深入推动"),
    "事": (
        "基层政务公开标准化规范化", "重点领域信息发布", "政策文件集中公开", "公开目录动态调整", "历年规章文件清理", "政务新媒体备案管理",
        "依申请公开办理流程", "公开属性源头认定", "保密审查与个人信息保护", "政策解读质量评估", "政务公开专区服务", "政府公报赠阅发放",
        "公共企事业单位信息公开", "惠民补贴明细公示", "重大决策预公开",
    ),
    "法": (
        "逐项明确责任科室和完成时限", "建立周调度、月通报的工作台账", "实行起草、审核、发布三级把关", "把公开要求嵌入公文办理全过程",
        "采取集中自查与交叉互查相结合的办法", "邀请法律顾问参与答复文书会商", "对照指引逐条梳理公开要素", "通过专题会商解决疑难问题",
        "组织业务骨干下沉指导", "引入第三方开展常态化监测",
    ),
    "果": (
        "信息发布的时效明显改善", "群众查找信息更加便捷", "答复文书的规范程度有所提高", "栏目更新不及时的情况得到纠正",
        "公开工作的基础更加牢固",
        "政策知晓面进一步扩大", "办事群众的反馈总体良好",
        "部门之间的衔接更加顺畅", "公开与服务的结合更加紧密",
    ),
    "弱": (
        "少数单位对公开边界把握不够准确", "政策解读形式偏于单一", "部分栏目更新间隔较长", "基层经办人员流动较快、业务不够熟练",
        "主动公开与群众期待之间仍有距离", "依申请公开答复的说理不够充分", "公开平台之间数据同步不够及时", "个别文件公开属性认定不够严谨",
    ),
    "改": (
        "围绕群众关心的事项拓展公开内容", "多用图表、问答和短视频解读政策", "把栏目维护责任落实到人", "分批开展经办人员轮训",
        "完善答复文书模板并加强复核", "打通平台之间的数据接口", "严格执行公文公开属性先行认定", "把公开工作情况纳入年度考评",
    ),
    "会": ("业务培训", "工作推进会", "经验交流会", "专题辅导", "案例研讨"),
    "网": ("政府门户网站", "政务公开专栏", "信息公开平台", "部门子网站"),
    "微": ("政务微信公众号", "政务微博", "政务新媒体账号", "政务短视频账号"),
}  # fmt: skip

_FACTS: tuple[tuple[str, int, str, str], ...] = (
    ("通过<网>发布各类信息{}", 1800, "条", "网站发布信息"),
    ("<微>推送信息{}", 900, "条", "新媒体推送信息"),
    ("举办<会>{}", 4, "次", "培训会议"),
    ("参训人员{}", 240, "人次", "参训人次"),
    ("发布政策解读材料{}", 40, "篇", "政策解读"),
    ("回应公众关切{}", 60, "次", "回应关切"),
    ("开展在线访谈{}", 8, "场", "在线访谈"),
    ("编印政府公报{}", 8, "期", "政府公报"),
    ("办理网民留言{}", 300, "条", "网民留言"),
    ("政务公开专区接待群众{}", 500, "人次", "专区接待"),
    ("清理不再更新的账号{}", 5, "个", "清理账号"),
    ("梳理公开事项{}", 700, "项", "公开事项"),
    ("开展意见征集{}", 15, "次", "意见征集"),
    ("关停整合栏目{}", 6, "个", "整合栏目"),
)

_SUBHEADS = ("主动公开", "依申请公开", "政府信息管理", "平台建设", "监督保障")


def expand(rng: np.random.Generator, text: str) -> str:
    """The text with every ``<rule>`` replaced by one of its expansions."""
    return re.sub(r"<(.)>", lambda found: expand(rng, str(rng.choice(_RULES[found.group(1)]))), text)


def _sentence(teller: Teller) -> str:
    patterns = ("<做><事>，<法>，<果>。", "围绕<事>，<法>。", "<做><事>和<事>，<果>。", "在<事>方面，<法>，<果>。", "<法>，<做><事>。")
    return expand(teller.rng, teller.pick(*patterns))


def _fact(teller: Teller) -> str:
    template, usual, unit, what = _FACTS[int(teller.rng.integers(len(_FACTS)))]
    number = int(usual * teller.rng.lognormal(0, 1.1)) + 1
    return teller.fact(expand(teller.rng, template), number, unit, what)


def _facts(teller: Teller) -> str:
    facts = dict.fromkeys(_fact(teller) for _ in range(int(teller.rng.integers(1, 4))))
    return f"{teller.pick('全年', '一年来，', '今年以来，', '')}{'，'.join(facts)}。"


def preamble(teller: Teller) -> list[Block]:
    """What stands before section one, in some reports."""
    if teller.chance(0.55):
        return []
    year = teller.figures.year
    text = teller.pick(
        f"根据《中华人民共和国政府信息公开条例》有关规定，现公布{teller.figures.agency.name}{year}年政府信息公开工作年度报告。",
        f"本报告依据《中华人民共和国政府信息公开条例》编制，所列数据的统计期限为{year}年1月1日至{year}年12月31日。",
        f"按照上级关于编制年度报告的要求，{teller.figures.agency.short}编制了本报告，全文由六个部分组成。",
    )
    return [Paragraph(text)]


def section_one(teller: Teller) -> list[Block]:
    """总体情况: general words, facts, and the claims about the tables."""
    opening = teller.pick(
        f"{teller.figures.year}年，{teller.figures.agency.name}认真执行政府信息公开有关规定，",
        f"{teller.figures.year}年以来，{teller.figures.agency.short}坚持以公开为常态、不公开为例外，",
        f"一年来，{teller.figures.agency.short}按照年度工作要点安排，",
    )
    blocks: list[Block] = [Paragraph(opening + expand(teller.rng, "<做><事>，<果>。"))]
    claims = teller.applications() + teller.disputes()
    proactive = teller.proactive()
    headed = teller.chance(0.7)
    style = teller.pick("（{}）{}", "（{}）{}情况", "（{}）{}工作") if teller.chance(0.8) else "({}){}情况"
    for number, name in enumerate(_SUBHEADS):
        texts = [_sentence(teller)]
        if name == "主动公开":
            texts += [_facts(teller), *proactive]
        elif name == "依申请公开":
            texts += claims
        elif teller.chance(0.6):
            texts += [_facts(teller)]
        if teller.chance(0.5):
            texts.append(_sentence(teller))
        body = [texts[0], *(texts[1:] if name == "依申请公开" else _shuffled(teller, texts[1:]))]
        if headed:
            blocks.append(Heading(style.format("一二三四五"[number], name), level=2))
            blocks.append(Paragraph("".join(body)))
        else:
            blocks.append(Paragraph(f"{'一二三四五'[number]}是" + "".join(body)))
    return blocks


def _shuffled(teller: Teller, texts: list[str]) -> list[str]:
    return [texts[int(number)] for number in teller.rng.permutation(len(texts))]


def section_five(teller: Teller) -> list[Block]:
    """存在的主要问题及改进情况: shortcomings, and what is to be done."""
    rng = teller.rng
    weak = [str(word) for word in rng.permutation(_RULES["弱"])[: int(rng.integers(2, 4))]]
    better = [str(word) for word in rng.permutation(_RULES["改"])[: int(rng.integers(2, 5))]]
    marks = teller.pick("一是", "（一）")
    numbered = ["一是", "二是", "三是", "四是"] if marks == "一是" else ["（一）", "（二）", "（三）", "（四）"]
    problems = "；".join(f"{mark}{text}" for mark, text in zip(numbered, weak, strict=False))
    plans = [f"{mark}{text}" for mark, text in zip(numbered, better, strict=False)]
    lead = teller.pick("工作中还存在一些不足：", "对照群众期待，主要问题有：", "回顾全年工作，短板主要表现在：")
    then = teller.pick("下一步，", "针对上述问题，拟采取以下措施：", "今后将重点做好以下工作：")
    if teller.chance(0.5):
        return [Paragraph(f"{lead}{problems}。"), Paragraph(f"{then}{'；'.join(plans)}。")]
    return [Paragraph(f"{lead}{problems}。"), Paragraph(then.rstrip("，：") + "："), *(Paragraph(f"{plan}。") for plan in plans)]


def section_six(teller: Teller) -> list[Block]:
    """其他需要报告的事项: the fee for handling information, or nothing."""
    if teller.figures.year <= 2020 and teller.chance(0.5):
        return [Paragraph(teller.pick("无。", "无其他需要报告的事项。", "本年度没有其他需要报告的事项。"))]
    year = teller.figures.year
    if teller.chance(0.8):
        text = teller.pick("未收取信息处理费", "没有收取政府信息公开信息处理费", "未产生信息处理费")
        return [Paragraph(f"{year}年，{teller.figures.agency.short}{text}。")]
    fee = Decimal(int(teller.rng.integers(1, 90)) * 10)
    label = LabelFact(value=fee, unit="元", what="信息处理费", start=0, end=0)
    return [Paragraph(f"{year}年，{teller.figures.agency.short}" + teller.marks.wrap(f"收取信息处理费{fee}元", label) + "。")]
