"""Everything the page says, once, in Chinese and English."""

from __future__ import annotations

from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")

WORDS: dict[str, tuple[str, str]] = {
    # the frame
    "tagline": ("每个数字都能指回原文的那一行", "Every number points back to its line"),
    "tab.ask": ("问答", "Ask"),
    "tab.reports": ("报告", "Reports"),
    "tab.compare": ("比较", "Compare"),
    "tab.overview": ("总览", "Overview"),
    "tab.evaluate": ("评测", "Evaluate"),
    "tab.settings": ("设置", "Settings"),
    "language": ("English", "中文"),
    "theme": ("明暗", "Theme"),
    "close": ("关闭", "Close"),
    "year": ("年度", "Year"),
    "agency": ("机关", "Agency"),
    "form": ("表式", "Form"),
    "all": ("全部", "All"),
    "none": ("无", "none"),
    "more": ("再看 {count} 份", "{count} more"),
    "unknown": ("不明", "unknown"),
    # reports: list and upload
    "upload": (
        "拖入报告，或点击选择（文本、网页、PDF、Word、Excel，可多份）",
        "Drop reports here, or click (text, web page, PDF, Word, Excel; several)",
    ),
    "search": ("查机关、标题、文件名", "Search agency, title, file name"),
    "state": ("状态", "State"),
    "state.all": ("全部", "All"),
    "state.clean": ("没有疑问", "Nothing in doubt"),
    "state.doubt": ("有格存疑", "Cells in doubt"),
    "state.contradiction": ("自相矛盾", "Contradictions"),
    "count": ("{count} 份报告", "{count} reports"),
    "empty.title": ("这里还没有报告", "No reports yet"),
    "empty.text": (
        "把年报文件拖到上面的框里，几秒钟后就能逐格看到：哪些数字已证实，哪些说不准，为什么。手头没有文件，可以先装入随附的虚构报告。",
        "Drop annual reports into the box above. In seconds you see, cell by cell, which numbers are proven, which are in doubt, and why. "
        "Without a file of your own, load the bundled fictional reports.",
    ),
    "samples": ("装入随附的虚构报告", "Load the bundled fictional reports"),
    "nothing": ("没有符合条件的报告", "No report fits"),
    "pick": ("选一份报告，看它的每一格", "Choose a report to see every cell"),
    "verified.of": ("{verified}/{provable} 格已证实", "{verified} of {provable} cells verified"),
    "stage.read": ("读", "read"),
    "stage.extract": ("抽取", "extract"),
    "stage.check": ("核对", "check"),
    "stage.store": ("存", "store"),
    "stage.done": ("完成", "done"),
    "stage.failed": ("没有读出", "not read"),
    "internal": ("程序内部错误，请带上文件报告问题", "Internal error; please report it with the file"),
    "too.many": ("一次最多 {count} 个文件；更多请用命令 gongkai extract", "At most {count} files at once; use gongkai extract for more"),
    "too.large": ("文件超过 {size} MB", "File larger than {size} MB"),
    # reports: one report
    "tables": ("法定表格", "Statutory tables"),
    "findings": ("发现", "Findings"),
    "findings.none": ("没有发现问题", "Nothing found wrong"),
    "narrative": ("文字部分", "Narrative"),
    "claims": ("文中的数与表", "Numbers in the text against the tables"),
    "downloads": ("下载", "Downloads"),
    "download.record": ("记录 JSON", "Record (JSON)"),
    "download.workbook": ("工作簿 Excel", "Workbook (Excel)"),
    "download.check": ("核对页 HTML", "Check page (HTML)"),
    "notables": ("这份报告里没有找到法定表格，文字部分已保留。", "No statutory tables were found in this report; its narrative is kept."),
    "group.total": ("（七）总计", "(7) total"),
    "section.1": ("一、总体情况", "1. General"),
    "section.2": ("二、主动公开政府信息情况", "2. Proactive disclosure"),
    "section.3": ("三、收到和处理政府信息公开申请情况", "3. Applications received and handled"),
    "section.4": ("四、行政复议、行政诉讼情况", "4. Review and litigation"),
    "section.5": ("五、存在的主要问题及改进情况", "5. Problems and improvements"),
    "section.6": ("六、其他需要报告的事项", "6. Other matters"),
    "section.0": ("前言", "Preamble"),
    # reports: one cell
    "cell.hint": ("点任意一格，看它在原文的位置和所在的等式", "Click a cell to see its place in the source and its equations"),
    "value": ("数值", "Value"),
    "nothing.printed": ("原文没有印出这一格", "Nothing is printed for this cell"),
    "why": ("理由", "Why"),
    "source": ("原文", "Source"),
    "source.line": ("第 {line} 行", "line {line}"),
    "source.page": ("第 {page} 页", "page {page}"),
    "equations": ("等式", "Equations"),
    "equations.none": ("没有等式含有这一格", "No equation contains this cell"),
    "holds": ("成立", "holds"),
    "fails": ("不成立", "fails"),
    "undecided": ("缺数", "undecided"),
    "correct": ("更正我们的读数", "Correct our reading"),
    "correct.value": ("应读作（留空表示原文没有数）", "Should read (empty: no number printed)"),
    "correct.why": ("依据（必填）", "Reason (required)"),
    "correct.save": ("保存更正", "Save correction"),
    "correct.saved": ("已更正，理由和旧值都记在资料库里", "Corrected; the reason and the old value are kept in the library"),
    "correct.note": (
        "只改我们读错的；报告自己写错的，请在“发现”里标“属实”。",
        "Only what we misread. A mistake of the report itself is confirmed under Findings.",
    ),
    "correct.bad": ("“{value}”不是这一格能填的数", "“{value}” is no value this cell can take"),
    "correct.reason": ("请写明依据，例如“原件第 5 页为 12”", "Please give a reason, such as “the original, page 5, has 12”"),
    "corrected.by": ("更正", "corrected"),
    "verdict.confirmed": ("属实", "Confirmed"),
    "verdict.false-alarm": ("误报", "False alarm"),
    "show.cells": ("看这 {count} 格", "Show {count} cells"),
    "claim.agrees": ("相符", "agrees"),
    "claim.explained": ("按此口径相符", "agrees, read as"),
    "claim.contradicts": ("与表格不符", "contradicts the table"),
    "claim.not_comparable": ("不可比", "not comparable"),
    "verdict.saved": ("已记下", "Noted"),
    # settings
    "model": ("语言模型", "Language model"),
    "library": ("资料库", "Library"),
    "about": ("关于", "About"),
}


def say(lang: Lang, key: str, **values: object) -> str:
    """A text of the page in a language, its places filled in."""
    text = WORDS[key][LANGS.index(lang)]
    return text.format(**values) if values else text
