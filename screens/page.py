"""What the tabs of the page share: the library, the visitor's language and open report, labels that follow the language."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from extractor.errors import GongkaiError

from .drawing import own
from .shelf import Shelf
from .words import Lang, say

CLICKS = """
element.addEventListener('click', (event) => {
  const target = event.target.closest('[data-do]');
  if (!target || target.dataset.local) return;
  event.preventDefault();
  trigger('click', {deed: target.dataset.do, at: target.dataset.at || ''});
});
"""
"""Makes every element with ``data-do`` in a view a button of the page; Enter and Space work since they are real buttons."""


@dataclass
class Page:
    """The page while it is being built."""

    shelf: Shelf
    lang: gr.State
    opened: gr.State
    """Id of the visitor's open report, or empty."""
    tabs: gr.Tabs
    open_report: Callable[[Lang, str], tuple[Any, ...]] | None = None
    """Gives the updates of ``report_views`` that open a report; set by the tab of reports."""
    report_views: list[Any] = field(default_factory=list)
    labels: list[tuple[Any, dict[str, str]]] = field(default_factory=list)
    redraws: list[tuple[Callable[..., Any], list[Any], list[Any]]] = field(default_factory=list)
    """What each tab draws again when the language or the library has changed: function, inputs, outputs."""

    refreshes: list[tuple[Callable[..., Any], list[Any], list[Any]]] = field(default_factory=list)
    """What is drawn again when its tab is chosen, since the library may have changed."""

    def label(self, component: Any, **keys: str) -> Any:
        """Have properties of a component follow the language; gives the component."""
        self.labels.append((component, keys))
        return component

    def relabel(self, lang: Lang) -> list[Any]:
        """Updates of every labelled component, in the order of ``labels``."""
        return [{**gr.update(), **{name: say(lang, key) for name, key in keys.items()}} for _, keys in self.labels]

    def refresh(self, function: Callable[..., Any], inputs: list[Any], outputs: list[Any]) -> None:
        """Draw something again whenever the tab being built is chosen."""
        self.refreshes.append((function, inputs, outputs))

    def redraw(self, function: Callable[..., Any], inputs: list[Any], outputs: list[Any]) -> None:
        """Draw something again whenever the page is opened or its language changes."""
        self.redraws.append((function, inputs, outputs))


def html(name: str, value: str = "") -> gr.HTML:
    """A view whose buttons reach Python through its ``click`` event."""
    return gr.HTML(value, elem_id=name, js_on_load=CLICKS, apply_default_css=False, padding=False)


def deed(event: gr.EventData) -> tuple[str, str]:
    """What was clicked in a view: the deed and what it is about; empty for a click beside every button."""
    data = event._data if isinstance(event._data, dict) else {}
    return str(data.get("deed", "")), str(data.get("at", ""))


def hands_over(page: Page, button: gr.Button, key: str, ready: gr.DownloadButton, write: Callable[..., Path], inputs: list[Any]) -> None:
    """Have a button make a file and give it to the visitor as soon as it is written; meanwhile it says that it is at work.

    ``key`` is the button's label, ``ready`` is never seen. ``write`` takes the inputs and a new folder of the server's own; a
    GongkaiError is told in words.
    """

    def busy(lang: Lang) -> Any:
        return gr.Button(value=say(lang, "download.busy"), interactive=False)

    def idle(lang: Lang) -> Any:
        return gr.Button(value=say(lang, key), interactive=True)

    def made(lang: Lang, *values: Any) -> str:
        folder = Path(tempfile.mkdtemp(prefix="get-", dir=os.environ.get("GRADIO_TEMP_DIR")))
        try:
            return str(write(*values, folder))
        except GongkaiError as error:
            raise gr.Error(own(lang, str(error)), title=say(lang, "toast.warning"), print_exception=False) from error

    begun = button.click(busy, page.lang, button, show_progress="hidden")
    written = begun.then(made, [page.lang, *inputs], ready, show_progress="hidden")
    written.success(None, js=f"() => document.querySelector('#{ready.elem_id}')?.click()")
    written.success(idle, page.lang, button, show_progress="hidden")
    written.failure(idle, page.lang, button, show_progress="hidden")


def waiting(elem_id: str) -> gr.DownloadButton:
    """The unseen button that holds a file to hand over."""
    return gr.DownloadButton("ready", visible="hidden", elem_id=elem_id, elem_classes="gk-ready")
