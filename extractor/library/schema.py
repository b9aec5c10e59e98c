"""The tables of a library: their columns and what each means."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

NUMBER = pa.decimal128(38, 6)
"""Cell values: exact; six decimals hold every printed amount."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table."""

    name: str
    type: pa.DataType
    text: str
    """What it means, in Chinese."""


def _fields(*columns: tuple[str, pa.DataType, str]) -> tuple[Field, ...]:
    return tuple(Field(*column) for column in columns)


_S, _I, _B, _D = pa.string(), pa.int32(), pa.bool_(), pa.float64()
_SEQ = ("seq", pa.int64(), "版本序号，全库唯一")
_N = ("n", _I, "在本报告中的次序，从 0 起")
_PLACE = (
    ("line", _I, "原文行号，从 1 起"),
    ("page", _I, "页码"),
    ("start_char", _I, "在原文中的起始字符"),
    ("end_char", _I, "在原文中的结束字符"),
)

TABLES: dict[str, tuple[Field, ...]] = {
    "versions": _fields(
        _SEQ,
        ("report_id", _S, "文本的编号"),
        ("current", _B, "写入时是否成为该文本的当前版本"),
        ("identity", _S, "同一机关同一年度的标识；无法判断时为空"),
        ("agency", _S, "机关名称，照原文"),
        ("agency_key", _S, "用于匹配的机关名称"),
        ("year", _I, "报告年度"),
        ("form", _S, "表式：2019 或 2021"),
        ("divided", _B, "“其他处理”是否分三行"),
        ("title", _S, "标题"),
        ("scope", _S, "口径：consolidated 汇总，own 本机关，unknown 未知"),
        ("level", _S, "层级"),
        ("region", _S, "地区"),
        ("published", _S, "发布日期"),
        ("source_name", _S, "文件名"),
        ("sha256", _S, "来源文件的 SHA-256"),
        ("format", _S, "文件格式"),
        ("origin", _S, "native 原件，converted 转换文本，recognised 识别文本"),
        ("url", _S, "网址"),
        ("retrieved_at", _S, "获取时间"),
        ("engine", _S, "读取方式"),
        ("tool", _S, "写入此版本的程序版本"),
        ("why", _S, "为何有此版本"),
        ("who", _S, "由谁写入"),
        ("added_at", _S, "写入时间 (UTC)"),
        ("run", _S, "批次"),
        ("cells", _I, "单元格数"),
        ("verified", _I, "已证实的单元格数"),
        ("provable", _I, "表三表四的单元格数"),
        ("open", _I, "有几种读法的单元格数"),
        ("contested", _I, "算式不成立的单元格数"),
        ("errors", _I, "错误级发现数"),
        ("warnings", _I, "警告级发现数"),
        ("digest", _S, "内容摘要"),
        ("segment", _I, "所在日志分段"),
        ("offset", pa.int64(), "在分段中的位置"),
        ("length", pa.int64(), "在分段中的长度"),
    ),
    "cells": _fields(
        _SEQ,
        _N,
        ("path", _S, "字段路径"),
        ("section", _I, "法定部分：2、3、4"),
        ("row", _S, "行路径"),
        ("column", _S, "列名"),
        ("caption", _S, "中文名称"),
        ("value", NUMBER, "数值；空白、不适用、无法辨认时为空，见 status"),
        ("status", _S, "状态：verified、read、deduced、open、contested、blank、not_applicable、unreadable、absent"),
        ("verified", _B, "是否已证实"),
        ("printed", _S, "原文印的是什么"),
        ("how", _S, "数值由来：read、deduced、llm、corrected"),
        ("raw", _S, "原文字符"),
        ("by", _S, "由谁读出"),
        ("why", _S, "一句话说明"),
        *_PLACE,
    ),
    "claims": _fields(
        _SEQ,
        _N,
        ("metric", _S, "叙述所说的指标"),
        ("value", NUMBER, "叙述中的数"),
        ("bound", _S, "exact、about、at_least、more_than、at_most、less_than"),
        ("scope", _S, "own 为本报告本年度"),
        ("verdict", _S, "与表格相比：agrees、explained、contradicts、not_comparable"),
        ("reading", _S, "按哪种理解相符"),
        ("table_value", NUMBER, "表格中的数"),
        ("quote", _S, "原文"),
        *_PLACE,
    ),
    "facts": _fields(
        _SEQ,
        _N,
        ("what", _S, "所指事物"),
        ("value", NUMBER, "数"),
        ("unit", _S, "单位"),
        ("bound", _S, "同 claims"),
        ("quote", _S, "原文"),
        *_PLACE,
    ),
    "findings": _fields(
        _SEQ,
        _N,
        ("finding_id", _S, "发现的编号：规则、单元格及其数值决定，数值变则编号变"),
        ("rule", _S, "规则"),
        ("severity", _S, "error、warning、info"),
        ("message", _S, "说明"),
        ("cells", pa.list_(_S), "涉及的字段路径"),
        ("quotes", pa.list_(_S), "涉及的原文"),
        ("suggestion", _S, "建议"),
        ("line", _I, "首处原文的行号"),
    ),
    "passages": _fields(
        _SEQ,
        _N,
        ("section", _I, "法定部分，0 为前言"),
        ("heading", pa.list_(_S), "上级标题，由外到内"),
        ("text", _S, "段落"),
        ("kind", _S, "paragraph 段落，note 表间说明"),
        *_PLACE,
    ),
    "derived": _fields(
        _SEQ,
        ("metric", _S, "指标"),
        ("kind", _S, "sum 合计，rate 比率"),
        ("label", _S, "中文名称"),
        ("unit", _S, "单位；比率以小数存放"),
        ("value", _D, "数值；所需单元格缺失或分母为 0 时为空"),
        ("status", _S, "所用单元格中最弱的状态"),
        ("verified", _B, "所用单元格是否全部已证实"),
        ("missing", _I, "缺失的单元格数"),
    ),
    "pointers": _fields(
        _SEQ,
        ("report_id", _S, "文本的编号"),
        ("target", pa.int64(), "成为当前版本的序号"),
        ("why", _S, "原因"),
        ("who", _S, "由谁"),
        ("added_at", _S, "时间"),
    ),
    "corrections": _fields(
        _SEQ,
        ("report_id", _S, "文本的编号"),
        ("sha256", _S, "来源的 SHA-256"),
        ("field", _S, "被更正的字段"),
        ("value", _S, "更正为"),
        ("before", _S, "更正前"),
        ("why", _S, "原因"),
        ("who", _S, "由谁"),
        ("added_at", _S, "时间"),
    ),
    "manifests": _fields(
        _SEQ,
        ("sha256", _S, "来源的 SHA-256"),
        ("file", _S, "清单中的文件"),
        ("url", _S, "网址"),
        ("retrieved_at", _S, "获取时间"),
        ("agency", _S, "清单所说的机关"),
        ("year", _I, "清单所说的年度"),
        ("why", _S, "出自哪份清单"),
        ("who", _S, "由谁"),
        ("added_at", _S, "时间"),
    ),
    "verdicts": _fields(
        _SEQ,
        ("finding_id", _S, "发现的编号"),
        ("report_id", _S, "文本的编号"),
        ("verdict", _S, "confirmed 属实，false-alarm 误报"),
        ("note", _S, "说明"),
        ("who", _S, "由谁"),
        ("added_at", _S, "时间"),
    ),
    "drawn": _fields(
        _SEQ,
        ("draw", _S, "抽样的编号"),
        ("number", _I, "在核对单中的序号，从 1 起"),
        ("report_id", _S, "文本的编号"),
        ("path", _S, "字段路径"),
        ("state", _S, "抽样时的状态；corrected 为已有人更正"),
        ("source", _S, "来源/格式，抽样时的"),
        ("extra", _B, "是否为补足某一状态而加抽；否则按比例抽取"),
        ("states", pa.list_(_S), "只在这些状态中抽；空为不限"),
        ("sources", pa.list_(_S), "只在这些来源/格式中抽；空为不限"),
        ("blind", _B, "是否盲核：核对单上不显示读到的数"),
        ("seed", _S, "随机种子"),
        ("who", _S, "由谁抽取"),
        ("added_at", _S, "时间"),
    ),
    "judgements": _fields(
        _SEQ,
        ("draw", _S, "抽样的编号"),
        ("number", _I, "在核对单中的序号"),
        ("report_id", _S, "文本的编号"),
        ("path", _S, "字段路径"),
        ("outcome", _S, "right 对，wrong 错，withheld 没有给出数，unclear 原文看不清"),
        ("stands", _S, "核对者所见的原文；没有写则为空"),
        ("value", _S, "所核对的读数"),
        ("printed", _S, "所核对的读数：原文印的是什么"),
        ("note", _S, "备注"),
        ("who", _S, "由谁核对"),
        ("added_at", _S, "时间"),
    ),
    "reads": _fields(
        _SEQ,
        ("sha256", _S, "读完的文件"),
        ("path", _S, "文件位置"),
        ("reports", _I, "其中的报告数"),
        ("engine", _S, "读取方式"),
        ("tool", _S, "程序版本"),
        ("run", _S, "批次"),
        ("added_at", _S, "时间"),
    ),
    "failures": _fields(
        _SEQ,
        ("name", _S, "文件名"),
        ("path", _S, "文件位置"),
        ("sha256", _S, "SHA-256，读不到文件时为空"),
        ("error", _S, "错误类别"),
        ("reason", _S, "原因"),
        ("engine", _S, "读取方式"),
        ("tool", _S, "程序版本"),
        ("run", _S, "批次"),
        ("added_at", _S, "时间"),
    ),
}
"""Every table of the library by name. ``docs/library.md`` lists the same columns; a test compares the two."""


def schema_of(table: str) -> pa.Schema:
    """The Arrow schema of a table."""
    return pa.schema([pa.field(field.name, field.type) for field in TABLES[table]])
