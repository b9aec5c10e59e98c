"""The web page: six tabs over one library, on this machine only unless asked otherwise, nothing fetched from outside."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

SWITCHES = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_DEFAULT_CONCURRENCY_LIMIT": "8",
}
for _name, _value in SWITCHES.items():
    os.environ.setdefault(_name, _value)

from screens.quick import quickly  # noqa: E402  (Gradio's switches are read when it is imported)

with quickly():
    import gradio as gr

from extractor.drawing import css as grid_css  # noqa: E402
from extractor.errors import GongkaiError, SettingsError  # noqa: E402
from screens import agents, ask, compare, evaluate, overview, reports, settings  # noqa: E402
from screens.drawing import view  # noqa: E402
from screens.page import Page  # noqa: E402
from screens.shelf import Shelf  # noqa: E402
from screens.words import Lang, say  # noqa: E402

HERE = Path(__file__).resolve().parent / "screens"
ORDER = ("ask", "reports", "compare", "overview", "evaluate", "settings")
BUILD = {
    "reports": reports.build,
    "ask": ask.build,
    "compare": compare.build,
    "overview": overview.build,
    "evaluate": evaluate.build,
    "settings": settings.build,
}
"""How each tab is built; 报告 first, since the others open reports in it."""
LOOPBACK = "127.0.0.1"
LOCAL = (LOOPBACK, "localhost", "[::1]")


def theme() -> gr.themes.Base:
    """Colours and type of Gradio's own parts; system fonts only, so that nothing is fetched. The colours behind the commas are for
    the page that asks for a password, which has no style sheet of ours."""
    made = gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        radius_size="md",
        font=["PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", "system-ui", "sans-serif"],
        font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
    )
    return made.set(
        body_background_fill="var(--gk-wash, #f5f7f7)",
        body_background_fill_dark="var(--gk-wash, #1b2126)",
        body_text_color="var(--gk-ink, #1c2329)",
        body_text_color_dark="var(--gk-ink, #e8ecee)",
        block_background_fill="var(--gk-paper, #ffffff)",
        block_background_fill_dark="var(--gk-paper, #14191d)",
        block_label_text_color="var(--gk-soft, #56616b)",
        block_label_text_color_dark="var(--gk-soft, #a5b0b8)",
        block_label_background_fill="var(--gk-wash, #f5f7f7)",
        block_label_background_fill_dark="var(--gk-wash, #1b2126)",
        border_color_primary="var(--gk-line, #dfe4e6)",
        border_color_primary_dark="var(--gk-line, #333d44)",
        input_border_width="1px",
        input_border_color="var(--gk-line, #dfe4e6)",
        input_border_color_dark="var(--gk-line, #333d44)",
        input_background_fill="var(--gk-paper, #ffffff)",
        input_background_fill_dark="var(--gk-paper, #14191d)",
        button_primary_background_fill="var(--gk-accent, #0b6b5d)",
        button_primary_background_fill_dark="var(--gk-accent, #4fc3ae)",
        button_primary_background_fill_hover="var(--gk-accent, #0b6b5d)",
        button_primary_background_fill_hover_dark="var(--gk-accent, #4fc3ae)",
        button_primary_text_color="var(--gk-paper, #ffffff)",
        button_primary_text_color_dark="var(--gk-paper, #14191d)",
    )


def build(shelf: Shelf) -> gr.Blocks:
    """The page over a library."""
    demo: gr.Blocks
    with gr.Blocks(title="公开 Gongkai", analytics_enabled=False, delete_cache=(3600, 3600)) as demo:
        remembered = gr.BrowserState("zh", storage_key="gongkai-language", secret="gongkai")
        lang, opened = gr.State("zh"), gr.State("")
        with gr.Row(elem_id="gk-top"):
            head = gr.HTML(view("head.html", "zh"), apply_default_css=False, padding=False)
            with gr.Row(elem_id="gk-tools"):
                language = gr.Button(say("zh", "language"), size="sm", elem_id="gk-language")
                dark = gr.Button(say("zh", "theme"), size="sm", elem_id="gk-theme")
        with gr.Tabs(elem_id="gk-tabs") as tabs:
            places = {name: gr.Tab(say("zh", f"tab.{name}"), id=name) for name in ORDER}
        page = Page(shelf, lang, opened, tabs)
        page.label(language, value="language")
        page.label(dark, value="theme")
        for name, place in places.items():
            page.label(place, label=f"tab.{name}")
        for name, build_tab in BUILD.items():
            with places[name]:
                build_tab(page)
            for function, inputs, drawn in page.refreshes:
                places[name].select(function, inputs, drawn, show_progress="hidden")
            page.refreshes.clear()
        dark.click(None, js="() => { window.gkTheme(); }")
        wire(demo, page, remembered, language, head)
    return demo


def wire(demo: gr.Blocks, page: Page, remembered: gr.BrowserState, language: gr.Button, head: gr.HTML) -> None:
    """What happens when the page is opened and when its language changes: labels, then every tab's views."""
    labelled = [component for component, _ in page.labels]

    def speak(lang: Lang) -> list[Any]:
        return [lang, lang, view("head.html", lang), *page.relabel(lang)]

    def other(lang: Lang) -> list[Any]:
        return speak("en" if lang == "zh" else "zh")

    def recall(lang: Any, request: gr.Request) -> list[Any]:
        empty = not request.query_params.get("ask") and not page.shelf.listing(limit=1).total
        return [gr.Tabs(selected="reports") if empty else gr.skip(), *speak("en" if lang == "en" else "zh")]

    outputs = [page.lang, remembered, head, *labelled]
    switched = language.click(other, page.lang, outputs, show_progress="hidden")
    loaded = demo.load(recall, remembered, [page.tabs, *outputs], show_progress="hidden")
    for event in (switched, loaded):
        for function, inputs, drawn in page.redraws:
            event.then(function, inputs, drawn, show_progress="hidden")


def password() -> tuple[str, str] | None:
    """Name and password that the page asks for, from GONGKAI_AUTH (``name:password``); None when it is not set."""
    text = os.environ.get("GONGKAI_AUTH", "")
    if not text:
        return None
    name, _, secret = text.partition(":")
    if not name or not secret:
        raise SettingsError("GONGKAI_AUTH 应写作“用户名:密码” (GONGKAI_AUTH must be name:password)")
    return name, secret


def warm(shelf: Shelf) -> None:
    """Import, once the page answers, what the first question, list and report need, so that the first visitor does not wait for it."""
    import qa.ask  # noqa: F401

    with suppress(GongkaiError):
        reports.list_html(shelf, "zh", "", None, "all", reports.FIRST, "")
        ask.talk_html(shelf, "zh", ask.Talk())
        overview.overview_html(shelf, "zh")


def serve(
    library: str | Path = "library", *, host: str = LOOPBACK, port: int = 7860, open_browser: bool = False, wait: bool = True
) -> Callable[[], None]:
    """Serve the page until it is interrupted, or (without ``wait``) until the function given back is called."""
    auth = password()
    local = host in (*LOCAL, "::1")
    if not local and auth is None:
        raise SettingsError("对外提供网页要先设密码：GONGKAI_AUTH=用户名:密码 (set GONGKAI_AUTH before serving other machines)")
    scratch = tempfile.TemporaryDirectory(prefix="gongkai-page-")
    os.environ["GRADIO_TEMP_DIR"] = scratch.name
    shelf = Shelf(library)
    demo = build(shelf)
    warming = Thread(target=warm, args=(shelf,), name="gongkai-warm", daemon=True)

    def stop() -> None:
        demo.close(verbose=False)
        if warming.is_alive():  # a thread inside the database must not be cut off
            warming.join(timeout=20)
        shelf.library.close()
        scratch.cleanup()

    script = (HERE / "page.js").read_text(encoding="utf-8")
    try:
        demo.launch(
            server_name=host,
            server_port=port,
            auth=auth,
            auth_message="公开 Gongkai · 请输入用户名和密码 (name and password)",
            inbrowser=open_browser,
            prevent_thread_lock=True,
            share=False,
            quiet=True,
            ssr_mode=False,
            run_history=False,
            footer_links=[],
            enable_monitoring=False,
            max_file_size=f"{4 * reports.LARGEST_MB}mb",
            theme=theme(),
            css=grid_css() + (HERE / "page.css").read_text(encoding="utf-8"),
            head=f"<script>{script}</script>",
            show_error=False,
        )
        agents.mount(demo.app, shelf.library.path, auth, [f"{name}:{port}" for name in LOCAL] if local else [])
        warming.start()
        if wait:
            demo.block_thread()
    finally:
        if wait:
            stop()
    return stop
