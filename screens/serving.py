"""``gongkai ui`` on a terminal: where the page is, and a clear word when the port is taken."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

from rich.console import Console

from extractor.errors import SettingsError
from extractor.library import Library
from extractor.library.library import default_path


def run(console: Console, library: Path | None, *, host: str, port: int, browser: bool) -> None:
    """Serve the page until it is interrupted. SettingsError: the port is taken, or it would be open to others without a password."""
    from ui import serve

    folder = library or default_path()
    Library.open(folder, tell=lambda line: console.print(line, style="dim", markup=False)).close()
    check_port(host, port)
    signal.signal(signal.SIGTERM, _ended)
    console.print(f"网页 [bold]http://{host}:{port}[/bold]  资料库 {folder}")
    console.print("几秒后可打开，停止按 Ctrl+C (ready in seconds, stop with Ctrl+C)")
    serve(folder, host=host, port=port, open_browser=browser)


def _ended(number: int, frame: object) -> None:
    """End as with Ctrl+C, so that temporary files are removed and the library is settled."""
    raise KeyboardInterrupt


def check_port(host: str, port: int) -> None:
    """Raise when nothing can listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            raise SettingsError(f"{host}:{port} 用不了（{error.strerror}），可换一个：--port {port + 1} (cannot listen there)") from None
