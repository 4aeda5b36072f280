"""Opening a page never holds anybody up, and opens pages only."""

import webbrowser
from threading import Event

import pytest

from tray.desktop.browser import has_browser, open_url


def test_a_slow_browser_does_not_hold_the_caller():
    go, seen = Event(), []

    def slow(url):
        go.wait(5)
        seen.append(url)

    thread = open_url("https://example.invalid/usage", slow)
    assert seen == []
    go.set()
    thread.join(5)
    assert seen == ["https://example.invalid/usage"]


@pytest.mark.parametrize("error", [OSError("none"), webbrowser.Error("none")])
def test_a_missing_browser_is_no_error(error):
    def missing(_url):
        raise error

    open_url("https://example.invalid/", missing).join(5)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "--help", "", "httpsx://a"])
def test_only_pages_are_opened(url):
    with pytest.raises(ValueError, match="web address"):
        open_url(url, lambda _url: pytest.fail("opened"))


def test_without_a_screen_the_terminal_is_left_alone(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    assert not has_browser({})
    assert has_browser({"DISPLAY": ":0"})
    assert has_browser({"WAYLAND_DISPLAY": "wayland-0"})
    assert has_browser({"BROWSER": "/usr/bin/lynx"})
