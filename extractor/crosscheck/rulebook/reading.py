"""What is uncertain about a reading."""

from __future__ import annotations

from .rule import ARITHMETIC, FORMAT_2019, FORMAT_2021, Rule

READING = (
    Rule(
        "reading.competing",
        "标签与数的搭配不能断定",
        "labels and values may pair in several ways",
        "几个标签同在一格，或几行数没有标签。等式分不出两行互换，所以这些行一概不算已证实。",
        "warning",
        "已证实的定义 (what “verified” means)",
        "表三 第7行 3.危及三安全一稳定（原文第 70、71 行）标签与数的搭配不能断定 (labels and values may pair in several ways)",
    ),
    Rule(
        "reading.unlabelled",
        "没有找到标签",
        "no label found for a row of values",
        "一行数旁没有可以认出的标签，只能按次序猜测，不算已证实。",
        "warning",
        "已证实的定义 (what “verified” means)",
        "表三 第9行 5.属于三类内部事务信息（原文第 73 行）没有找到标签 (no label found)",
    ),
    Rule(
        "reading.missing",
        "没有找到的行",
        "rows of which nothing is printed",
        "法定表格的某些行，文本里没有与之对应的数；等式能推出的照推出的数记录并注明，其余为空。",
        "warning",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "表三有 2 行没有找到数：第7行 3.危及三安全一稳定、第8行 4.保护第三方合法权益 (2 of 25 rows not found)",
    ),
    Rule(
        "reading.open",
        "有几种读法",
        "several readings remain",
        "一行缺格、连写或重复，几种读法都符合等式，或没有等式可以判断。",
        "warning",
        "已证实的定义 (what “verified” means)",
        "表三 第5行 1.属于国家秘密（原文第 66 行）有几种读法，等式不能断定：自然人、商业企业 (several readings remain)",
    ),
    Rule(
        "reading.gave_up",
        "读法太多",
        "too many readings to list",
        "读法多到没有全部列出，其中的格一概不算已证实。",
        "warning",
        "已证实的定义 (what “verified” means)",
        "表三 第1行 一、本年新收政府信息公开申请数量读法太多，没有全部列出 (too many readings)",
    ),
    Rule(
        "reading.impossible",
        "印的不是可用的数",
        "a print that is no possible value",
        "负数、小数、约数，或没有单位的金额。原样保留，不用等式推出的数替换。",
        "warning",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "表三 第3行 (一)予以公开·自然人：印作“-3”，不是这一格可用的数 (not a possible value)",
    ),
    Rule(
        "reading.unreadable",
        "认不出数字",
        "not legible as a number",
        "印有符号，但认不出是什么数，等式也推不出。",
        "warning",
        "已证实的定义 (what “verified” means)",
        "表三 第3行 (一)予以公开·自然人：印作“U”，认不出数字 (not legible)",
    ),
    Rule(
        "reading.deduced",
        "由等式推出的数",
        "filled by the sums",
        "空白、缺失或认不清的格，只有一个数能使等式成立；记录中注明是推出的。",
        "info",
        ARITHMETIC,
        "表三 第5行 1.属于国家秘密：自然人空白，推为 0 (filled by the sums)",
    ),
    Rule(
        "reading.form",
        "对表式的认定不一",
        "readers disagree on the form",
        "第二种读法认定的表式与第一种不同，它的数没有采用。",
        "info",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "“llm:某模型”认为表式是 2019，与 2021 不同，它的读法没有采用 (readers disagree on the form)",
    ),
)
