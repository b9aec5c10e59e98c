"""The tab 设置: is everything in order, which model is used, where the library is, what the signs mean."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from extractor.errors import GongkaiError
from extractor.library.calls import settings_in
from extractor.library.versions import tool_version
from extractor.llm.doctor import Check, examine_model

from .drawing import view
from .page import Page
from .shelf import Shelf
from .words import Lang, say


def build(page: Page) -> None:
    """Lay the tab out and wire it."""
    shelf, lang = page.shelf, page.lang
    shown = gr.HTML(elem_id="gk-settings", apply_default_css=False, padding=False)
    again = page.label(gr.Button(say("zh", "settings.recheck"), size="sm", elem_id="gk-recheck"), value="settings.recheck")

    def draw(lang: Lang) -> str:
        return settings_html(shelf, lang, ask=False)

    def recheck(lang: Lang) -> str:
        return settings_html(shelf, lang, ask=True)

    again.click(recheck, lang, shown, show_progress="minimal")
    page.refresh(draw, [lang], [shown])
    page.redraw(draw, [lang], [shown])


def settings_html(shelf: Shelf, lang: Lang, *, ask: bool) -> str:
    """Health, model, library and legend. ``ask`` also sends the model server a tiny request."""
    about: dict[str, Any] = {"checks": (), "model": None, "server": "", "trouble": ""}
    try:
        settings = settings_in(shelf.library.path)
        about |= {"model": settings.model, "server": settings.base_url, "checks": checks(ask=ask, log_path=settings.log_path)}
    except GongkaiError as error:
        about["trouble"] = str(error)
    return view("settings.html", lang, half=partial(half, lang), library=shelf.library.path.name, version=tool_version(), **about)


def half(lang: Lang, name: str) -> str:
    """A name “中文 english” in one language."""
    chinese, _, english = name.partition(" ")
    return english if lang == "en" and english else chinese


def checks(*, ask: bool, log_path: Path) -> list[Check]:
    """What was found out about every part; ``log_path`` is the library's call log."""
    return list(examine_model(ask=ask, log_path=log_path))
