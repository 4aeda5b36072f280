"""What holds for every test: cheap ones first, no real credential, no real desktop, no network."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("patient", deadline=None)  # a busy machine breaks no promise
settings.load_profile("patient")

collect_ignore = [] if sys.platform == "linux" else ["e2e", "bench"]  # they drive a Linux desktop

_ORDER = ("unit", "golden", "contract", "e2e", "bench")
_TESTS = Path(__file__).parent
_PRIVATE = (
    *("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "OPENROUTER_API_KEY"),
    *(
        "CLAUDE_CONFIG_DIR",
        "CLAUDETTE_DATA_DIR",
        "CODEX_HOME",
        "PI_CODING_AGENT_DIR",
        "OPENAI_API_KEY",
        "OPENCODE_DATA_DIR",
    ),
    *("CLAUDETTE_TRAY_ANTHROPIC_URL", "CLAUDETTE_TRAY_OPENROUTER_URL"),
    *("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "BROWSER", "PYSTRAY_BACKEND", "GTK_THEME"),
)


def pytest_configure() -> None:
    """Forget the credentials, folders and screen of whoever runs the tests; keep Python off the network."""
    for name in _PRIVATE:
        os.environ.pop(name, None)
    sys.addaudithook(_stay_here)


def _stay_here(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse addresses that are not this machine's; other processes are held by their own environment."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name not in {"localhost", "::1", "::"} and not name.startswith(("127.", "0.0.0.0")):
        raise RuntimeError(f"a test asked for {name}: tests talk to loopback servers only")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order by folder; everything below e2e/ is marked so."""
    for item in items:
        if _folder(item) == "e2e":
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: _ORDER.index(_folder(item)))


def pytest_collection_finish() -> None:
    """Keep what pytest itself holds out of the collections that the network code and the tests ask for."""
    gc.collect()
    gc.freeze()


def _folder(item: pytest.Item) -> str:
    inside = item.path.relative_to(_TESTS).parts if item.path.is_relative_to(_TESTS) else ()
    return inside[0] if inside and inside[0] in _ORDER else _ORDER[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """With CI=true a test that needs a desktop or a real client must not be skipped."""
    report = yield
    needed = item.get_closest_marker("e2e") or item.get_closest_marker("npm")
    if report.skipped and needed and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although CI=true: {report.longrepr[2]}"
    return report
