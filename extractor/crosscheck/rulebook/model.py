"""What a language model was asked, and what of its answer was refused."""

from __future__ import annotations

from .rule import Rule

MODEL = (
    Rule(
        "llm.refused",
        "模型的回答没有采用",
        "an answer of the model was refused",
        "模型给出的数在所引的行里没有、属于别的行、一数两用，或印出的数没有用上；改问之后仍然如此。这些格由内置读法来读。",
        "info",
        "逐字有据 (every number stands in the source)",
        "模型的回答有一部分没有采用：granted 的 total 写成“336”，第 38 行印的是“332 2 0 0 2 0 338” (refused)",
    ),
    Rule(
        "llm.unusable",
        "模型的回答不能用",
        "no usable answer",
        "几次提问得到的都不是合乎格式的回答：不是 JSON、中途断了、拒绝回答。这一部分由内置读法来读。",
        "warning",
        "逐字有据 (every number stands in the source)",
        "报告.txt 表三：模型的回答始终不能用：回答写到一半断了 (no usable answer)",
    ),
    Rule(
        "llm.unreachable",
        "没有问到模型",
        "the model could not be reached",
        "服务繁忙、出错或没有及时回答，重试之后仍然如此。这一部分由内置读法来读。",
        "warning",
        "gongkai doctor",
        "报告.txt 表三：模型 qwen-plus，试了 5 次：http 429，服务繁忙或额度用完 (unreachable)",
    ),
    Rule(
        "llm.budget",
        "预算用完",
        "the budget is spent",
        "达到用户所设的预算，列出的部分没有再问模型，由内置读法来读。",
        "warning",
        "GONGKAI_BUDGET",
        "预算用完：已用 50000 词元，上限 50000，“报告.txt 表四”没有再问模型 (budget spent)",
    ),
    Rule(
        "llm.narrative",
        "模型认为正文与表格不符",
        "the model sees a difference",
        "模型认定一句话说的是表中某一项，而数与表不同。说的是不是这一项，是模型的判断，请人先看。",
        "warning",
        "模型的判断 (a model's judgement)",
        "正文第 12 行的 575，模型认为说的是“本年新收政府信息公开申请数量”，表中为 576 (narrative 575)",
    ),
)
