"""Pictures of the web page over the bundled reports, in both themes and both widths: ``python -m screens.screenshots FOLDER``."""

from __future__ import annotations

import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.errors import SettingsError

from .reports import SAMPLES
from .shelf import Shelf

ENGLISH = {"报告": "Reports"}
"""Tabs that a picture in English goes to."""
CELL = "#gk-report button[data-do=cell][data-at='applications.unavailable.not_held.total']"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its name, what is done before it is taken, how wide and in which theme."""

    name: str
    steps: Callable[[Any], None]
    width: int = 1440
    height: int = 1000
    dark: bool = False


def _ask(page: Any) -> None:
    for number, question in enumerate(("松霭市教育局2021年新收了多少件申请？", "临澜市人民政府2020年到2022年新收申请有什么变化？")):
        page.fill("#gk-q textarea", question)
        page.press("#gk-q textarea", "Enter")
        page.wait_for_function(f"() => document.querySelectorAll('.gk-answer .gk-copy').length > {number}")
    page.locator(".gk-chip").first.click()
    page.wait_for_selector("#gk-cited mark")


def _report(page: Any) -> None:
    _tab(page, "报告")
    page.fill("#gk-search input, #gk-search textarea", "临澜市人民政府 2021")
    page.wait_for_function("() => document.querySelectorAll('#gk-list [data-do=open]').length === 1")
    page.click("#gk-list [data-do=open]")
    page.wait_for_selector(".gk-report")


def _cell(page: Any) -> None:
    _report(page)
    page.click(CELL)
    page.wait_for_selector("#gk-panel mark")
    page.wait_for_selector("#gk-correct-value")


def _corrected(page: Any) -> None:
    _cell(page)
    for name, text in (("value", "415"), ("why", "原件第 5 页为 415")):
        page.fill(f"#gk-correct-{name} input, #gk-correct-{name} textarea", text)
    page.click("#gk-save")
    page.wait_for_selector(".gk-effect")
    page.wait_for_function("() => !document.querySelector('.toast-body')", timeout=20000)


def _english(page: Any) -> None:
    page.click("#gk-language")
    page.wait_for_selector("button[role=tab]:has-text('Reports')", state="attached")
    _cell(page)


def _compare(page: Any) -> None:
    _tab(page, "比较")
    page.wait_for_selector(".gk-compare")


def _overview(page: Any) -> None:
    _tab(page, "总览")
    page.wait_for_selector(".gk-figures")


def _tab(page: Any, name: str) -> None:
    found = page.locator("button[role=tab]", has_text=re.compile(name if name not in ENGLISH else f"{name}|{ENGLISH[name]}")).first
    if not found.is_visible():
        page.locator(".overflow-menu > button").first.click()
        found = page.locator(".overflow-dropdown button", has_text=name).first
    found.click()


PICTURES = (
    Picture("report", _report),
    Picture("cell", _cell),
    Picture("cell-english-dark", _english, height=900, dark=True),
    Picture("ask", _ask, height=820),
    Picture("compare", _compare, height=900),
    Picture("overview-dark", _overview, height=900, dark=True),
    Picture("cell-dark", _cell, height=900, dark=True),
    Picture("ask-phone", _ask, width=390, height=844),
    Picture("cell-phone-dark", _cell, width=390, height=844, dark=True),
    Picture("compare-phone", _compare, width=390, height=844),
    Picture("corrected", _corrected),
)


def take(folder: Path) -> list[Path]:
    """Take every picture; SettingsError where there is no browser."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SettingsError("截图需要 playwright：pip install 'gongkai[browser]' (pictures need playwright)") from None
    if chromium is None:
        raise SettingsError("截图需要 Chromium：apt-get install chromium (pictures need Chromium)")
    from ui import serve

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        shelf = Shelf(Path(scratch) / "library")
        for _ in shelf.take_in(sorted(SAMPLES.glob("*.txt"))):
            pass
        shelf.library.close()
        port = free_port()
        stop = serve(Path(scratch) / "library", port=port, wait=False)
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        taken = [_take(browser, f"http://127.0.0.1:{port}/", picture, folder) for picture in PICTURES]
        browser.close()
        stop()
    return taken


def _take(browser: Any, address: str, picture: Picture, folder: Path) -> Path:
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        locale="zh-CN",
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#gk-talk .gk-hello")
    picture.steps(page)
    page.wait_for_timeout(900)
    file = folder / f"{picture.name}.png"
    page.screenshot(path=str(file))
    context.close()
    return file


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


if __name__ == "__main__":
    for picture in take(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/img")):
        sys.stdout.write(f"{picture}\n")
