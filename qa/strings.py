"""What an answer says, in Chinese and in English."""

from __future__ import annotations

import re

_ONE = re.compile(r"(?<![\d.,])1 (report|passage)s\b")
"""A single thing that a text calls several."""
_TEXTS: dict[str, tuple[str, str]] = {
    "value": ("{agency}{year}{name}为{value}{mark}{cite}。", "{agency}{year}, {name}: {value}{mark}{cite}."),
    "rank_one": ("{scope}{name}{most}的是{names}，{value}{cite}。", "{scope}{name}: {most} is {names}, {value}{cite}."),
    "rank_tie": (
        "{scope}{name}{most}的有{count}个，并列：{names}，均为{value}{cite}。",
        "{scope}{name}: {count} tied for {most}: {names}, each {value}{cite}.",
    ),
    "rank_head": ("{scope}{name}，{order}：", "{scope}{name}, {order}:"),
    "rank_line": ("{place} {agency}{year}：{value}{mark}{cite}", "{place} {agency}{year}: {value}{mark}{cite}"),
    "place": (
        "{agency}{year}的{name}为{value}，在{count}份报告中排第{place}{cite}。",
        "{agency}{year}, {name}: {value}, number {place} of {count} reports{cite}.",
    ),
    "difference": ("{first}比{second}{more}{value}{percent}。", "{first} is {value} {more} than {second}{percent}."),
    "equal": ("{first}与{second}相等。", "{first} and {second} are equal."),
    "trend": ("{agency}{name}：{items}。", "{agency}, {name}: {items}."),
    "change": ("{first}年到{last}年{more}{value}{percent}。", "From {first} to {last}: {value} {more}{percent}."),
    "sum": ("{scope}{name}合计{value}（{count}份报告）{cite}。", "{scope}{name}: {value} in all ({count} reports){cite}."),
    "average": (
        "{scope}{name}平均{value}（{count}份报告的简单平均）{cite}。",
        "{scope}{name}: {value} on average (simple mean of {count} reports){cite}.",
    ),
    "growth_line": (
        "{agency}：{last}年{value}{mark}，{first}年{before}，{more}{gap}{percent}{cite}",
        "{agency}: {value}{mark} in {last}, {before} in {first}, {more} {gap}{percent}{cite}",
    ),
    "doubtful": ("（⚠ 其中 {count} 份所在算式不成立或未定）", " (⚠ {count} of the reports with a failing or open identity)"),
    "share": (
        "{agency}{year}{name}占{whole}的{share}（{part} / {total}）{mark}{cite}。",
        "{agency}{year}: {name} is {share} of {whole} ({part} / {total}){mark}{cite}.",
    ),
    "count": ("{scope}{condition}的报告有{count}份{names}{cite}。", "{scope}{count} reports with {condition}{names}{cite}."),
    "share_most": ("{scope}{name}占{whole}的比例{most}的：", "{scope}{name} as a share of {whole}, {most}: "),
    "holdings": (
        "库中{scope}共有{count}份报告、{agencies}个机关{names}。",
        "The library holds {count} reports from {agencies} agencies{scope}{names}.",
    ),
    "counted_twice": (
        "（⚠ {names}的年报一般是全辖区的汇总，可能已经包含其部门和下级的数，合在一起算会重复计算。）",
        "(⚠ The report of {names} is usually consolidated: it may already contain the figures of its departments and of places below it,"
        " which are then counted twice.)",
    ),
    "unreported": (
        "库中有{count}个机关没有{year}报告（别的年度有）：{names}。库外的机关无从得知。",
        "{count} agencies of the library have no report{year}, but one of another year: {names}. Of agencies outside it nothing is known.",
    ),
    "all_reported": (
        "库中的机关都有{year}报告。库外的机关无从得知。",
        "Every agency of the library has its report{year}. Of agencies outside it nothing is known.",
    ),
    "holdings_none": ("库中{scope}没有报告。", "The library holds no report{scope}."),
    "held_year": ("{year}年（{count}份）", "{year} ({count})"),
    "published_on": ("{agency}{year}年度报告的公布日期是{date}。", "{agency}: the report for {year} was published on {date}."),
    "published_unsaid": (
        "报告没有写明公布日期：{names}。",
        "No date of publication stands in these reports: {names}.",
    ),
    "author": (
        "编制并发布报告的机关是{agency}（{years}）；报告通常不写执笔人。",
        "The report ({years}) is that of {agency}, which draws it up and publishes it; who wrote it is not usually stated.",
    ),
    "faults_head": (
        "在范围内的{reports}份报告中，有{count}份{kind}，共{cases}处：",
        "Of {reports} reports in scope, {count} {kind}, in {cases} places:",
    ),
    "faults_none": ("在范围内的{reports}份报告中，没有发现{kind}的。", "None of the {reports} reports in scope {kind}."),
    "faults_any": ("自相矛盾", "contradict themselves"),
    "faults_text": ("正文与表格对不上", "state numbers in the text that contradict the tables"),
    "faults_tables": ("表格自己加不起来", "have tables that do not add up"),
    "fault": ("{agency}{year}年：{message}{cite}", "{agency} {year}: {message}{cite}"),
    "faults_more": ("{agency}另有{count}处。", "{agency}: {count} more."),
    "faults_rest": ("另有{count}份报告：{names}。", "{count} more reports: {names}."),
    "faults_doubts": (
        "（另有{count}份报告有需要核对的疑点，不算矛盾。）",
        "({count} more reports have points to be checked, which are no contradictions.)",
    ),
    "faults_check": ("（全部发现见 gongkai check --library。）", "(gongkai check --library tells all findings.)"),
    "list_head": ("{scope}{condition}的报告有{count}份：", "{scope}{count} reports with {condition}:"),
    "list_all": ("{scope}{name}（{count} 份报告）：", "{scope}{name} ({count} reports):"),
    "none": ("{scope}没有{condition}的报告。", "{scope}no report with {condition}."),
    "grounds": ("{agency}{year}{name}的构成：{items}{cite}。", "{agency}{year}, {name} by ground: {items}{cite}."),
    "grounds_none": ("{agency}{year}{name}各项均为 0{cite}。", "{agency}{year}, {name}: every ground is 0{cite}."),
    "contradiction": (
        "⚠ 叙述与表格不一致：正文称{claimed}{said}，表格为{value}。以上按表格回答。",
        "⚠ Narrative and table differ: the text says {claimed}{said}, the table {value}. The table is used above.",
    ),
    "fact": ("{agency}{year}年报告：{what} {value}（“{quote}”）{cite}。", "{agency} {year}: {what} {value} (“{quote}”){cite}."),
    "fact_sum": (
        "{years}{what}合计 {value}（叙述中写明此数的 {count} 份报告）{cite}。",
        "{years} {what}: {value} in all ({count} reports whose narrative states it){cite}.",
    ),
    "fact_average": (
        "{years}{what}平均 {value}（叙述中写明此数的 {count} 份报告）{cite}。",
        "{years} {what}: {value} on average ({count} reports whose narrative states it){cite}.",
    ),
    "fact_remark": (
        "（按叙述中写明的数；各机关口径未必相同，没有写明的报告不在其中。）",
        "(By what the narratives state: agencies may count differently, and reports that state nothing are left out.)",
    ),
    "fact_unsure": (
        "（另有 {count} 份报告写了不止一个这样的数，未计入。）",
        " ({count} reports state more than one such figure and are left out.)",
    ),
    "quote": ("{agency}{year}报告：“{quote}”{cite}", "{agency}{year}: “{quote}”{cite}"),
    "quote_near": (
        "{agency}{year}报告没有直接这样说，最接近的原话：“{quote}”{cite}",
        "{agency}{year} does not say so directly; the nearest words: “{quote}”{cite}",
    ),
    "found_in": (
        "（读了 {read} 份报告的叙述，在 {found} 份中找到；其余报告没有说明，或换了说法而没有找到{more}。）",
        "(Read the narrative of {read} reports and found it in {found}; the others do not say, or say it in words not found{more}.)",
    ),
    "found_more": ("，以上列出 {shown} 份", "; {shown} are quoted above"),
    "not_answering": (
        "（读到的最接近的一句，未必与所问有关：{agency}{year}“{quote}”{cite}）",
        "(The nearest sentence read, which may be about something else: {agency}{year} “{quote}”{cite})",
    ),
    "coverage": (
        "（库中 {library} 份报告，范围内 {reports} 份，有数 {used} 份{missing}。）",
        "({library} reports in the library, {reports} in scope, {used} with a value{missing}.)",
    ),
    "missing": ("；缺：{items}", "; missing: {items}"),
    "no_agency": ("库中没有“{name}”的报告。{near}", "The library has no report of “{name}”. {near}"),
    "outside": ("只在{scope}内查找，问题涉及的{items}不在其中。", "Only {scope} is looked at; the question's {items} is not part of it."),
    "only": ("（只在{scope}内查找。）", "(Only {scope} is looked at.)"),
    "near": ("库中有：{items}。", "It has: {items}."),
    "near_office": (
        "库中只有其办公室的报告：{items}（办公室本机关的数，不是政府的汇总数）。",
        "It has only the report of its office: {items} (the office's own figures, not the government's).",
    ),
    "near_government": (
        "库中有的是政府的报告：{items}（政府的数，不是办公室的）。",
        "What it has is the report of the government: {items} (the government's figures, not its office's).",
    ),
    "office_only": (
        "库中没有{government}的报告，以下是其办公室（{office}）本机关的数，不是政府的汇总数：",
        "The library has no report of {government}; these are the own figures of its office ({office}), not those of the government:",
    ),
    "no_report": ("库中没有{agency}{year}的报告{held}。", "The library has no report of {agency}{year}{held}."),
    "held": ("，有 {years} 年的", "; it has {years}"),
    "no_value": ("{agency}{year}的报告没有“{name}”的数：{reason}。", "{agency}{year}: no value for {name}: {reason}."),
    "not_said": (
        "报告没有说明。已查{scope}的 {reports} 份报告、{count} 段叙述。",
        "The reports do not say. Searched {count} passages in {reports} reports of {scope}.",
    ),
    "looked_through": (
        "（已查 {reports} 份报告、{passages} 段叙述：{agencies}，{years}。）",
        "({reports} reports, {passages} passages searched: {agencies}, {years}.)",
    ),
    "lacking": ("（没有“{name}”的数。）", "(No value for {name}.)"),
    "instead": ("表格里有：{items}。", "The tables do have: {items}."),
    "unread": ("问题中的“{words}”不是表格里的项目，已改查叙述。", "“{words}” is no item of the tables; the narrative was searched."),
    "published": ("（{year}年发布的是{before}年度的报告。）", "(Reports published in {year} are about {before}.)"),
    "today": ("（“{word}”按今天算，是 {year} 年。）", "(“{word}” counts from today: {year}.)"),
    "speaking": (
        "（在叙述中查找“{words}”：{names}，共 {count} 个机关。）",
        "(Looked up “{words}” in the text: {names}; {count} agencies.)",
    ),
    "taken": ("（“{said}”按{agency}理解。）", "(“{said}” is taken as {agency}.)"),
    "searched": (
        "（库中没有“{name}”的报告，查的是{agency}的报告。）",
        "(The library has no report of “{name}”; the report of {agency} was searched.)",
    ),
    "ignored": ("（问题中的“{word}”未能识别，数字没有按它限定。）", "(“{word}” was not understood; the figures are not limited by it.)"),
    "form_change": (
        "（2019 版表式为“{old}”，2021 版为“{new}”，口径相近而不尽相同。）",
        "(Form 2019 asks for “{old}”, form 2021 for “{new}”: close, not the same.)",
    ),
    "out_of_scope": (
        "这个问题不在政府信息公开工作年度报告的范围内，无法据此回答。",
        "This is outside what annual reports on information disclosure tell.",
    ),
    "which_agency": ("请说明是哪个机关：{options}。", "Which agency is meant: {options}?"),
    "which_row": ("不止一项与此相符，请说明是哪一项：{options}。", "More than one item fits; which is meant: {options}?"),
    "what": ("请说明想问哪个机关、哪一年的什么，例如：{options}。", "Please say which agency, year and figure, for example: {options}."),
    "everything": ("整个库", "the whole library"),
}
REASONS: dict[str, tuple[str, str]] = {
    "no_report": ("库中没有这份报告", "not in the library"),
    "not_in_form": ("该报告所用表式没有这一项", "its form has no such item"),
    "no_tables": ("该报告没有法定表格", "it has no statutory tables"),
    "blank": ("该格为空白，空白不等于 0", "the cell is blank, which is not 0"),
    "absent": ("原文没有印出这一格", "the cell is not printed"),
    "open": ("该格有几种读法，尚未定", "the cell can be read in several ways"),
    "contested": ("该格所在算式不成立", "an identity of the cell fails"),
    "unreadable": ("该格无法辨认", "the cell is not legible"),
    "not_applicable": ("该格为“/”或“—”，不适用", "not applicable"),
    "read": ("没有数", "no value"),
    "deduced": ("没有数", "no value"),
    "verified": ("分母为 0，无法计算", "the denominator is 0"),
}
"""Why a report has no value."""
MARKS: dict[str, tuple[str, str]] = {
    "verified": ("", ""),
    "read": ("（未核实：表中没有可核的算式）", " (unverified: no identity covers it)"),
    "deduced": ("（由算式推定）", " (deduced from sums)"),
    "contested": ("（⚠ 该格所在算式不成立）", " (⚠ an identity of this cell fails)"),
    "open": ("（未核实：有几种读法）", " (unverified: several readings)"),
}
"""What the state of the cells used adds to a number."""


def say(key: str, english: bool, **parts: object) -> str:
    """A text in the language of the question."""
    text = _TEXTS[key][english].format(**parts)
    return _ONE.sub(r"1 \1", text) if english else text


def why(reason: str, english: bool) -> str:
    """Why there is no value."""
    return REASONS.get(reason, REASONS["absent"])[english]


def mark(status: str | None, english: bool) -> str:
    """What a number's state adds to it."""
    return MARKS.get(status or "verified", MARKS["open"])[english]
