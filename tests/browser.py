"""What the browser tests share: a server of their own, Debian's Chromium, and a record of every request that leaves the machine."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


def require_browser() -> None:
    """Skip the test, with the reason, where there is no browser to drive."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: browser)")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")


class Server:
    """``gongkai ui`` in a process of its own over one library; it can be stopped and started again."""

    def __init__(self, library: Path, **environment: str) -> None:
        self.library = library
        self.environment = environment
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}/"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "cli", "ui", "--no-open", "--library", str(self.library), "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **self.environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        for _ in range(300):
            if self.process.poll() is not None:
                error = self.process.stderr.read().decode() if self.process.stderr else ""
                raise RuntimeError(f"the server ended: {error}")
            try:
                urllib.request.urlopen(self.address, timeout=2).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not answer within 30 s")

    def stop(self) -> None:
        """Stop it."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=20)
            if self.process.stderr:
                self.process.stderr.close()
            self.process = None


@contextmanager
def visiting(server: Server, *, width: int = 1440, height: int = 1000, dark: bool = False, query: str = "") -> Iterator[Any]:
    """A visitor with an empty browser profile. On leaving: no script error, no dialog, no request to anywhere else."""
    from playwright.sync_api import sync_playwright

    outside: list[str] = []
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            scheme = "dark" if dark else "light"
            context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", color_scheme=scheme)
            page = context.new_page()
            page.set_default_timeout(20_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("dialog", lambda dialog: (errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
            page.on("request", lambda request: outside.append(request.url) if _outside(request.url) else None)
            page.goto(server.address + query)
            page.wait_for_selector("#gk-tabs button[role=tab]")
            page.wait_for_selector("#gk-talk .gk-hello, #gk-talk .gk-question", state="attached")
            yield page
        finally:
            browser.close()
    assert errors == []
    assert outside == []


def _outside(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("127.0.0.1", "localhost")


def tab(page: Any, name: str) -> None:
    """Choose a tab by its word, also from the menu that hides tabs on a phone."""
    found = page.locator("button[role=tab]", has_text=name).first
    if not found.is_visible():
        page.locator(".overflow-menu > button").first.click()
        found = page.locator(".overflow-dropdown button", has_text=name).first
    found.click()
