"""Every rule that a finding can name, as data: id, name, what it asks, how grave it is, where it comes from, an example.

``gongkai rules`` and ``docs/rules.md`` are printed from this table; a finding whose rule is not here is a mistake of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import FormError
from ..model import Finding, Quote, Severity

FORMAT_2021 = "政府信息公开工作年度报告格式（国办公开办函〔2021〕30号）"
FORMAT_2019 = "政府信息公开工作年度报告格式（国办公开办函〔2019〕60号）"
STATUTE = "政府信息公开条例（国务院令第711号）第五十条"
FEES = "政府信息公开信息处理费管理办法（国办函〔2020〕109号），自2021年1月1日起施行"
ARITHMETIC = "算术"

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")
"""From least to most grave. ``error``: the report contradicts itself. ``warning``: a person should look. ``info``: worth knowing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be found."""

    id: str
    """``room.what``: the family, a dot, the matter."""
    name: str
    """A few words in Chinese."""
    english: str
    description: str
    """What is compared, and when the rule keeps silent."""
    severity: Severity
    """The usual severity; a finding may be milder, never graver."""
    source: str
    """The statute, form or arithmetic that the rule rests on."""
    example: str
    """A message as a person meets it."""


NARRATIVE = (
    Rule(
        "narrative.contradicts",
        "正文与表格不符",
        "narrative contradicts the tables",
        "正文中的数与表格对应项比较；“收到”“办理”“复议”等词的每种通行口径都试过，没有一种相符。口径相符的不报；范围或年份不同的不报。",
        "error",
        f"{STATUTE}；{FORMAT_2021}",
        "正文称新收申请 118 件，表三“一、本年新收政府信息公开申请数量·总计”为 120 (narrative 118, table 120)",
    ),
    Rule(
        "narrative.unproven",
        "正文与尚未核实的格不符",
        "narrative differs from a cell that is not proven",
        "正文的数与表格不符，但表中该格有多种读法、读不清或所在等式不成立，因此不断言矛盾，只请人核对。",
        "warning",
        STATUTE,
        "正文称办结 96 件，表三“(七)总计”读作 90，但该格未能核实，请对照原件 (cell not proven)",
    ),
    Rule(
        "narrative.disagrees",
        "正文前后不一",
        "two statements in the narrative differ",
        "同一项在正文两处给出不同的数，而没有一种口径能使两处都成立。表格能断定哪一处有误时，由“正文与表格不符”报告，不再重复。",
        "warning",
        ARITHMETIC,
        "正文两处说到行政复议：第 12 行为 3 件，第 80 行为 4 件 (3 at line 12, 4 at line 80)",
    ),
    Rule(
        "narrative.parts",
        "分项之和与总数不符",
        "parts do not add up to the stated total",
        "“其中”“分别为”之后同单位的各分项相加，与所说总数比较。分项之和小于总数只有在列出了“其他”或“其余”时才报；带“余、近、约”的不报。",
        "warning",
        ARITHMETIC,
        "共公开信息 320 条，分项 8 + 42 + 212 + 7 + 52 = 321 (parts add up to 321, total says 320)",
    ),
    Rule(
        "narrative.share",
        "占比与数量不符",
        "a percentage does not follow from the counts",
        "“N 件，占 P%”中的百分比用文中总数和表中总数重算；与最后一位相差不超过一个单位都算相符，没有一个分母能得出所写比例才报。",
        "warning",
        ARITHMETIC,
        "予以公开 50 件，写作占 45.0%，按总数 120 件应为 41.7% (50 of 120 is 41.7 %, not 45.0 %)",
    ),
    Rule(
        "narrative.year_on_year",
        "同比与上年报告不符",
        "a change against last year does not follow from last year's report",
        "“同比增长 P%”“较上年减少 N 件”用本年与上年报告的同一项重算，容许最后一位的四舍五入或截尾；没有上年报告时不判。",
        "warning",
        ARITHMETIC,
        "正文称申请量同比增长 20%，上年 100 件、本年 130 件，应为 30% (30 %, not 20 %)",
    ),
    Rule(
        "narrative.previous",
        "所述上年数与上年报告不符",
        "a figure given for last year differs from last year's report",
        "正文对上一年的数与上年报告比较；没有上年报告时不判。",
        "warning",
        ARITHMETIC,
        "正文称 2021 年收到申请 98 件，2021 年报告为 100 (98 here, 100 in the report for 2021)",
    ),
)

SHAPE = (
    Rule(
        "shape.section_missing",
        "缺少法定部分",
        "a statutory section is missing",
        "六个法定部分应当齐全；整篇没有识别出任何部分的文件不逐一报告。",
        "warning",
        f"{STATUTE}；{FORMAT_2021}",
        "没有找到第五部分“存在的主要问题及改进情况” (section five not found)",
    ),
    Rule(
        "shape.section_extra",
        "多出一级标题",
        "a heading beyond the six sections",
        "格式规定六个部分，不得自行增加；六个部分之后或之间又有“七、”一类标题时报。",
        "info",
        FORMAT_2021,
        "六个法定部分之外还有“七、附件”（第 210 行） (a seventh section)",
    ),
    Rule(
        "shape.no_tables",
        "没有法定表格",
        "no statutory tables",
        "报告中没有找到第二至第四部分的表格，正文照常保留。",
        "warning",
        FORMAT_2021,
        "没有找到法定表格，只保留正文 (no statutory tables found)",
    ),
    Rule(
        "shape.form_year",
        "表式与年份不符",
        "the form is not the one for the year",
        "2019、2020 年度用 2019 年表式，2021 年度起用 2021 年表式；第二、三部分表式不一的（混合）同样指出。",
        "warning",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "2022 年度报告仍用 2019 年表式 (form 2019 used for 2022)",
    ),
    Rule(
        "shape.year",
        "文中年份不是报告年份",
        "a year in the text is not the report's",
        "统计期限、报告名称、各部分开头的年份与报告年份比较；说明过去、文件名称和今后计划的年份不报。",
        "warning",
        STATUTE,
        "第五部分开头写“2020年”，报告年份为 2021 (2020 in a report for 2021)",
    ),
    Rule(
        "shape.other_agency",
        "残留其他机关的称呼",
        "another agency's name left in",
        "自称（我局、我镇、我委……）与报告机关的性质不符，或“现公布……年度报告”中的机关不是本机关。",
        "warning",
        STATUTE,
        "报告机关是“某某区人民政府”，文中却自称“我局” (a government calls itself a bureau)",
    ),
    Rule(
        "shape.label",
        "表内项目名称与法定格式不一",
        "a row label differs from the statutory wording",
        "表中项目名称与格式逐字比较，只报一两个字的出入；换行、缺字和常见异写不报。",
        "info",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "“属于行政执法案件”应为“属于行政执法案卷” (label misprinted)",
    ),
    Rule(
        "shape.fee_silent",
        "未说明信息处理费",
        "section six is silent on the processing fee",
        "自 2021 年度起，第六部分应报告收取信息处理费的情况，没有收取也应写明；2020 年度及以前不要求。",
        "info",
        f"{FEES}；{FORMAT_2021}",
        "第六部分没有说明收取信息处理费的情况 (no word on the processing fee)",
    ),
    Rule(
        "shape.total_empty",
        "总计列空白",
        "the total column is empty",
        "第三部分各行有数而总计全部空白。",
        "warning",
        FORMAT_2021,
        "表三各行的总计都没有填写 (no totals in section three)",
    ),
)

TABLES = (
    Rule(
        "tables.row",
        "行内各项之和不等于总计",
        "a row of section three does not add up",
        "表三每一行：六类申请人之和应等于总计。有空格时，已读出的各项已超过总计也算不成立；无法判断的不报。",
        "error",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "表三 第3行 (一)予以公开：3 + 4 = 7，总计写 8 (section 3, row 3: parts 3 + 4 = 7, printed total 8)",
    ),
    Rule(
        "tables.column",
        "办理结果各项之和不等于(七)总计",
        "a column of outcomes does not add up",
        "表三每一列：(一)至(六)各项之和应等于(七)总计。",
        "error",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "表三 自然人列：(一)至(六)各项之和 3 + 4 = 7，(七)总计 8 (natural persons: outcomes 7, outcomes total 8)",
    ),
    Rule(
        "tables.balance",
        "收到与办理、结转不平",
        "received and carried in differ from handled and carried forward",
        "表三每一列：第一项加第二项之和，应等于第三项加第四项之和。",
        "error",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "表三 自然人列：一 + 二 10 + 1 = 11，(七)总计 + 四 9 + 1 = 10 (natural persons: 11 against 10)",
    ),
    Rule(
        "tables.group",
        "复议诉讼各项之和不等于总计",
        "a group of section four does not add up",
        "表四每一组：结果维持、结果纠正、其他结果、尚未审结之和应等于总计。",
        "error",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "表四 第1行 行政复议：2 + 1 = 3，总计写 4 (section 4, row 1: parts 2 + 1 = 3, printed total 4)",
    ),
    Rule(
        "tables.clash",
        "几条等式不能同时成立",
        "no reading satisfies these sums together",
        "有空格或有几种读法时，任何一种填法、读法都不能使这几条等式同时成立。",
        "warning",
        ARITHMETIC,
        "怎样读都不能使“表三 自然人列”与其余等式同时成立 (no reading satisfies these sums together)",
    ),
)

SUSPECTS = (
    Rule(
        "tables.suspect",
        "可能有误的格",
        "the cells that may be wrong",
        "等式不成立的表，找出使全部等式成立的最小改动：先看单格，再看互换、错位、连写、漏填总计等整体差错，再求改动最少的格；几种改法一样小就都列出。"
        "原数保留不动。",
        "warning",
        ARITHMETIC,
        "原数保留未改：若表三 第3行 (一)予以公开·商业企业为 4（现为 3），则全部等式成立 (the smallest change that reconciles the sums)",
    ),
)

PLAUSIBLE = (
    Rule(
        "tables.negative_items",
        "项目数量减成负数",
        "fewer than no items",
        "2019 年表式第二部分：上一年项目数量加本年增/减不应小于 0。",
        "warning",
        FORMAT_2019,
        "表二 第3行 行政许可：上一年项目数量 3，本年增/减 -5，合计 -2 为负 (last year 3, change -5: below 0)",
    ),
    Rule(
        "tables.public_total",
        "公开总数少于本年新公开",
        "fewer documents in all than this year",
        "2019 年表式第二部分：对外公开总数量不应少于本年新公开数量。",
        "warning",
        FORMAT_2019,
        "表二 第2行 规范性文件：本年新公开 17，对外公开总数量 7，总数少于本年 (disclosed this year 17, in all 7)",
    ),
    Rule(
        "tables.rules_body",
        "无权制定规章的机关填了规章",
        "rules by a body that may make none",
        "规章由国务院部门、省级政府和设区的市、自治州政府制定；县级以下政府和地方部门填了本年制发的规章时请人核对。级别不明或汇总下级的报告不报。",
        "warning",
        "立法法第九十一条、第九十三条",
        "表二 规章·本年制发件数填 13，但“某某镇人民政府”不是可以制定规章的机关，可能把规范性文件填成了规章 "
        "(rules: 13, by a body that may make none)",
    ),
)

READING = (
    Rule(
        "reading.competing",
        "标签与数的搭配不能断定",
        "labels and values may pair in several ways",
        "几个标签同在一格，或几行数没有标签。等式分不出两行互换，所以这些行一概不算已核实。",
        "warning",
        "已核实的定义 (what “verified” means)",
        "表三 第7行 3.危及三安全一稳定（原文第 70、71 行）标签与数的搭配不能断定 (labels and values may pair in several ways)",
    ),
    Rule(
        "reading.unlabelled",
        "没有找到标签",
        "no label found for a row of values",
        "一行数旁没有可以认出的标签，只能按次序猜测，不算已核实。",
        "warning",
        "已核实的定义 (what “verified” means)",
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
        "已核实的定义 (what “verified” means)",
        "表三 第5行 1.属于国家秘密（原文第 66 行）有几种读法，等式不能断定：自然人、商业企业 (several readings remain)",
    ),
    Rule(
        "reading.gave_up",
        "读法太多",
        "too many readings to list",
        "读法多到没有全部列出，其中的格一概不算已核实。",
        "warning",
        "已核实的定义 (what “verified” means)",
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
        "已核实的定义 (what “verified” means)",
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

SOURCE = (
    Rule(
        "source.charset",
        "编码靠推断",
        "character encoding was guessed",
        "文件没有声明编码，按内容推断读取；若有错字，请以声明了编码的文件重试。",
        "info",
        ARITHMETIC,
        "文件没有声明编码，按 gb18030 读取 (encoding guessed)",
    ),
    Rule(
        "source.damaged",
        "有无法解码的字符",
        "characters that cannot be decoded",
        "文件中有字节不合所用编码，显示为 \ufffd；含此字符的格不会被核实。",
        "warning",
        ARITHMETIC,
        "有 3 个字符无法按 gb18030 解码，已显示为 \ufffd (undecodable characters)",
    ),
    Rule(
        "source.traditional",
        "繁体字已转简体",
        "traditional text was converted",
        "全文为繁体字时才转换；位置与引文仍指原文。",
        "info",
        ARITHMETIC,
        "原文为繁体字，已转为简体阅读 (traditional text read as simplified)",
    ),
    Rule(
        "source.pinyin",
        "汉字后的拼音已略去",
        "pinyin in brackets was left out",
        "网页转码有时在汉字后括注拼音；阅读时略去，位置不变。",
        "info",
        ARITHMETIC,
        "原文在汉字后括注拼音，已略去 (pinyin left out)",
    ),
    Rule(
        "source.clutter",
        "页码已略去",
        "page numbers were left out",
        "只略去写明是页码的行（- 5 -、第5页）；单独一个数字从不略去。",
        "info",
        ARITHMETIC,
        "略去 6 行页码 (page numbers left out)",
    ),
    Rule(
        "source.menus",
        "栏目、链接等页面内容已略去",
        "menus and links of the page were left out",
        "网页上正文之外的导航、分享、相关链接不读；正文以法定标题为准，附件只列出名称与地址。",
        "info",
        ARITHMETIC,
        "略去正文之外的 12 处链接与栏目 (menus and links left out)",
    ),
    Rule(
        "source.scan",
        "有的页没有文字",
        "pages without text",
        "这些页是图片（扫描件），没有读；其上的数在记录中为缺失。",
        "warning",
        ARITHMETIC,
        "第 3、4 页没有文字，是图片，未能读取 (pages 3, 4 are pictures)",
    ),
    Rule(
        "source.manifest",
        "清单与报告不符",
        "the manifest and the report disagree",
        "清单（--manifest）所写的机关或年份与报告本身不同；记录以报告为准。",
        "warning",
        STATUTE,
        "清单写 2021 年，报告是 2022 年 (manifest says 2021, the report is for 2022)",
    ),
    Rule(
        "metadata.year",
        "年份只能推断",
        "the year reported on is uncertain",
        "标题与正文所说的报告年份不一，或标题没有年份。",
        "warning",
        STATUTE,
        "标题写 2021 年，正文写 2022 年，按标题记 (years differ)",
    ),
    Rule(
        "reading.no_table",
        "有标题而没有表格",
        "a section with a heading and no table",
        "第二至第四部分中某一部分有标题，没有读到法定表格；表格可能是图片、附件，或只写了“无”。",
        "warning",
        FORMAT_2021,
        "第三部分有标题，没有读到法定表格 (no table in section 3)",
    ),
    Rule(
        "reading.column_order",
        "列名顺序与法定格式不同",
        "column heads are not in the statutory order",
        "表头的列序与法定格式不同，列只能按表头认定；两种列序下数不相同的格都不核实。",
        "warning",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "表三的列名顺序与法定格式不同，列只能按表头认定 (unusual column order)",
    ),
)

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

SERIES = (
    Rule(
        "series.carried",
        "上年结转与上年报告不符",
        "carried in differs from what last year carried forward",
        "同一机关相邻两年：上一年“四、结转下年度继续办理”应等于本年“二、上年结转”，七列逐一比较；缺一方不判。",
        "error",
        f"{FORMAT_2019}；{FORMAT_2021}",
        "自然人：2021 年结转下年度 5，2022 年上年结转 3 (carried forward 5, carried in 3)",
    ),
    Rule(
        "series.in_force",
        "现行有效件数接不上",
        "documents in force do not follow from last year",
        "2021 年表式相邻两年：上年现行有效 + 本年制发 - 本年废止，应等于本年现行有效。清理、补报可使其不等，故为警告。",
        "warning",
        FORMAT_2021,
        "行政规范性文件：2021 年现行有效 30 + 2022 年制发 5 - 废止 2 = 33，2022 年现行有效写 31 (in force 31, expected 33)",
    ),
    Rule(
        "series.prior_items",
        "上一年项目数量接不上",
        "items of last year differ from last year's report",
        "2019 年表式相邻两年：上年报告的“上一年项目数量”加“本年增/减”，应等于本年报告的“上一年项目数量”。",
        "warning",
        FORMAT_2019,
        "行政许可：2019 年报告上一年项目 100 + 本年增减 -4 = 96，2020 年报告上一年项目写 95 (prior items 95, expected 96)",
    ),
    Rule(
        "series.unit_slip",
        "金额与历年相差约一万倍",
        "an amount is about 10,000 times that of other years",
        "收费、采购金额与同一机关其他年度的中位数相差四千至两万五千倍，疑为元与万元之误；其他年度不足两年不判。",
        "warning",
        ARITHMETIC,
        "行政事业性收费·本年收费金额：2022 年 4052237，其他年度中位数 405.2，相差约 10000 倍 (yuan for 10,000 yuan?)",
    ),
    Rule(
        "series.texts_differ",
        "同一报告的两个文本不一",
        "two texts of one report differ",
        "同一机关、同一年度的两个文本逐格比较；以发布日期较晚的为准，两个都保留。",
        "warning",
        STATUTE,
        "某县人民政府2022年报告有两个文本，2 格不同 (two texts of one report differ in 2 cells)",
    ),
    Rule(
        "series.units",
        "汇总与各单位之和不符",
        "a parent's figure is not the sum of its units",
        "指定了全部下属单位、且各单位该格都有数时，上级报告表三、表四应等于各单位之和。",
        "warning",
        STATUTE,
        "予以公开·总计：12 个单位之和 130，某区人民政府2022年报告写 128 (sum of 12 units 130, parent 128)",
    ),
    Rule(
        "series.reused",
        "沿用往年文字",
        "narrative reused from an earlier report",
        "去掉数字后，四十字以上的段落与同一机关以前的报告完全相同，或与上年同一部分的段落九成以上相同。",
        "info",
        STATUTE,
        "第5部分一段（第 88 行）与某局2021年报告第 90 行除数字外完全相同 (the same as a paragraph of 2021, numbers aside)",
    ),
)

RULES: dict[str, Rule] = {
    rule.id: rule for rule in (*TABLES, *SUSPECTS, *PLAUSIBLE, *READING, *NARRATIVE, *SHAPE, *SOURCE, *MODEL, *SERIES)
}
"""Every rule by id, in the order in which they are listed."""


def rule_of(id: str) -> Rule:
    """The rule with this id."""
    if id not in RULES:
        raise FormError(f"没有名为“{id}”的规则，可用 gongkai rules 查看全部 (no rule called {id!r})")
    return RULES[id]


def finding(
    id: str,
    message: str,
    *,
    cells: Iterable[str] = (),
    quotes: Iterable[Quote] = (),
    suggestion: str = "",
    severity: Severity | None = None,
) -> Finding:
    """A finding under a rule, with the rule's severity unless a milder one is given."""
    return Finding(
        rule=id,
        severity=severity or rule_of(id).severity,
        message=message,
        cells=tuple(cells),
        quotes=tuple(quotes),
        suggestion=suggestion,
    )
