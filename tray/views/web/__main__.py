"""Entry of the page's process: `python -m tray.views.web`; the command's, or where no window is drawn."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tray.core.screen import CANT_DRAW
from tray.engine.paths import locate
from tray.views.window.opening import opening

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from tray.views.web.server import PageServer
    from tray.views.web.site import Site
    from tray.views.window.link import Link

UNUSED_FOR = 90.0  # seconds without any page, after which the process ends
_TURN = 1.0  # seconds between two looks at that
_GOODBYE = 0.3  # seconds for the open pages to hear of the end
_FIRST_WAIT = 0.4  # seconds that the first page waits for data, which is on its way already


def main(argv: Sequence[str] | None = None) -> int:
    """Exit 0 when the page was closed, 3 where none was opened (the reason goes to stderr)."""
    options = _options(argv)
    from tray.desktop.browser import has_browser
    from tray.desktop.shipped import shipped
    from tray.views.web.doors import Doors
    from tray.views.web.server import PageServer
    from tray.views.web.site import Site
    from tray.views.web.view import wished
    from tray.views.window.content import content as made
    from tray.views.window.link import Link

    prints = options.no_open or (sys.stdout is not None and sys.stdout.isatty())
    opens = not options.no_open and has_browser()
    if not prints and not opens:
        sys.stderr.write("No browser can be opened here; in a terminal this prints an address.\n")
        return CANT_DRAW
    content = made(options.banner, demo=options.demo)
    assert content.analyst is not None
    site = Site(content, content.analyst)
    try:
        server = PageServer(site, Doors(), icon=shipped("icons", "claudette-tray-32.png").read_bytes())
    except OSError as error:
        sys.stderr.write(f"No page can be served ({error.strerror or error}).\n")
        return CANT_DRAW

    def show(wish: str) -> None:
        present(server, wished(wish).href(), opens=opens, prints=prints)

    link = Link(_connect, site.hear, role="window" if options.stands_in else "page")
    site.attach(link.send, show)
    stop = threading.Event()
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.set())
    _serve(server, site, link, stop, lambda: show(_wish(options)))
    if opens and not (server.visited or site.ended or stop.is_set()):
        sys.stderr.write("The browser did not open the page.\n")
        return CANT_DRAW
    return 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = opening("claudette-tray window --browser", "The usage page.")
    parser.add_argument("--no-open", action="store_true", help="print the address and open nothing")
    parser.add_argument("--stands-in", action="store_true", help="what would open the window opens this page")
    return parser.parse_args(argv)


def _wish(options: argparse.Namespace) -> str:
    """What the first address shows; a page signs nobody in, and its About stands at its foot."""
    for name in ("consent", "page", "days"):
        if told := getattr(options, name):
            return f"{name}:{told}"
    return options.focus or ""


def _serve(
    server: PageServer, site: Site, link: Link, stop: threading.Event, show: Callable[[], None]
) -> None:
    """The page's life, until nobody looks at it any more."""
    threading.Thread(target=server.serve_forever, name="page", daemon=True).start()
    link.start()
    site.wait(0, _FIRST_WAIT)
    site.wish({"do": "refresh"})  # every opening is one, within the gates
    show()
    try:
        while not stop.wait(_TURN) and not is_over(server, site):
            server.sweep()
    finally:
        link.close()
        site.close()
        server.let_go(_GOODBYE)
        server.server_close()  # its thread, which looks every half second, goes with the process


def is_over(server: PageServer, site: Site) -> bool:
    """Whether nobody needs the page any more: it was closed, or never opened, or the engine has ended."""
    if site.over:
        return True
    if server.doors.waiting:
        return False
    return not server.visited or server.idle() > UNUSED_FOR


def present(server: PageServer, query: str, *, opens: bool, prints: bool) -> None:
    """A new address, shown to whoever is to follow it.

    It stands in the arguments of the program that opens it, where other users can read it for a moment: it
    works once, and only for a program of this user.
    """
    from tray.desktop.browser import open_url

    address = server.address("" if query == "?" else query)
    if prints:
        how = "" if not opens else "  (works once; Ctrl-C ends the page)"
        with suppress(OSError):
            print(f"{address}{how}", flush=True)  # noqa: T201 - this is the output
    if opens:
        open_url(address)


def _connect() -> Any:
    from tray.engine.ipc import connect

    return connect(locate())


if __name__ == "__main__":
    sys.exit(main())
