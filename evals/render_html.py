"""A generated report as a web page, in the styles that government sites and office programs write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from .generate import GeneratedReport
from .sheet import Block, Extra, GridCell, Heading, Sheet, Table


@dataclass(frozen=True)
class Style:
    """How a page is written."""

    encoding: str
    declared: str
    """The charset that the page declares, rightly or wrongly."""
    cell: Callable[[str], str]
    """The inside of a table cell."""
    table: str
    """Attributes of a data table."""
    page: Callable[[str, Sheet], str]
    """The whole page around the content."""


def render_html(report: GeneratedReport, style: str = "plain") -> bytes:
    """The report as a page in one of ``STYLES``."""
    chosen = STYLES[style]
    content = "\n".join(_block(block, chosen) for block in report.sheet.blocks)
    return chosen.page(content, report.sheet).encode(chosen.encoding, errors="xmlcharrefreplace")


def table_html(table: Table, attributes: str = "", cell: Callable[[str], str] | None = None) -> str:
    """A table with its spans."""
    rows = "\n".join(f"<tr>{''.join(_cell(each, cell or escape) for each in row)}</tr>" for row in table.rows)
    return f"<table {attributes}>\n<tbody>\n{rows}\n</tbody></table>"


def _cell(cell: GridCell, inside: Callable[[str], str]) -> str:
    spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f"<td{spans}>{inside(cell.text)}</td>"


def _block(block: Block, style: Style) -> str:
    if isinstance(block, Table):
        return table_html(block, style.table, style.cell)
    if isinstance(block, Heading):
        return f"<p style='text-indent:2em'><strong>{escape(block.text)}</strong></p>"
    if isinstance(block, Extra):
        return "".join(f"<p>{escape(line)}</p>" for line in block.text.split("\n"))
    return f"<p style='text-indent:2em'>{escape(block.text)}</p>"


def _plain(content: str, sheet: Sheet) -> str:
    return (
        f"<!DOCTYPE html><html lang='zh'><head><meta charset='utf-8'><title>{escape(sheet.title)}</title>"
        "<style>body{font-family:'Noto Serif CJK SC',serif;font-size:12pt}table{border-collapse:collapse;width:100%}"
        "td{border:1px solid #000;padding:3px;text-align:center;font-size:9pt}</style></head>"
        f"<body><h1>{escape(sheet.title)}</h1>\n{content}\n</body></html>"
    )


def _portal(content: str, sheet: Sheet) -> str:
    """A site's page: menus, a breadcrumb, share bar, layout tables, neighbours, hidden spam, an imprint."""
    years = "".join(f"<li><a href='/nb/{year}.html'>{year}年政府信息公开工作年度报告</a></li>" for year in range(2015, 2019))
    title = escape(sheet.title)
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>{title}-政务公开</title>
<script>var keywords = "一、总体情况 二、主动公开政府信息情况";</script></head>
<body><div class="top"><ul><li><a href="/">首页</a></li><li><a href="/zwgk">政务公开</a></li><li><a href="/fw">办事服务</a></li></ul></div>
<table width="1000" align="center"><tr><td width="220"><ul>{years}</ul></td><td>
<div>当前位置：<a href="/">首页</a> &gt; <a href="/nb">政府信息公开年报</a> &gt; 正文</div>
<div class="t">{title}</div>
<div>发布日期：2024-01-20 &nbsp; 浏览次数：<span>128</span> &nbsp; 【<a href="#">大</a> <a href="#">中</a> <a href="#">小</a>】</div>
<div id="zoom"><div class="TRS_Editor">{content}
<div style="display:none">最新网址，注册送好礼。一、总体情况</div></div></div>
<div>附件：<a href="/files/{title}.pdf">{title}.pdf</a></div>
<div>分享到：<a href="#">微信</a></div><p><a href="/a">上一篇：通知公告</a></p><p><a href="/b">下一篇：公示</a></p>
</td></tr></table>
<div class="foot">主办单位：某某 &nbsp; 备案号：ICP备00000000号 网站标识码：0000000000</div></body></html>"""


def _word(content: str, sheet: Sheet) -> str:
    """Office markup saved as a page: conditional comments, namespaces, a hidden style part."""
    return f"""<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head>
<meta charset="gbk"><!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<title></title></head><body lang=ZH-CN><div class=WordSection1>
<p class=MsoNormal align=center><b><span lang=EN-US><o:p>&nbsp;</o:p></span></b></p>
<p class=MsoNormal align=center><span style='font-size:22.0pt'>{escape(sheet.title)}</span></p>
{content}</div></body></html>"""


def _word_cell(text: str) -> str:
    """A cell as office programs write it: paragraphs, spans, non-breaking spaces where it is blank."""
    if not text:
        return "<p class=MsoNormal align=center><span lang=EN-US><o:p>&nbsp;</o:p></span></p>"
    half = len(text) // 2 if len(text) > 12 and not text[len(text) // 2 - 1 : len(text) // 2 + 1].isdigit() else len(text)
    parts = (text[:half], text[half:])
    return "".join(f"<p class=MsoNormal align=center><span style='font-family:宋体'>{escape(part)}</span></p>" for part in parts if part)


def _portal_cell(text: str) -> str:
    return f"<div align='center'>&nbsp;{escape(text)}&nbsp;</div>" if text else "&nbsp;"


STYLES: dict[str, Style] = {
    "plain": Style("utf-8", "utf-8", escape, "", _plain),
    "portal": Style("gb18030", "gb2312", _portal_cell, "border='1' cellspacing='0'", _portal),
    "word": Style("gb18030", "gbk", _word_cell, "class=MsoTableGrid border=1", _word),
    "mislabelled": Style("utf-8", "gb2312", escape, "border='1'", _portal),
}
"""Clean; a portal's page in GB18030; an office program's; a page in UTF-8 that declares GB2312."""
