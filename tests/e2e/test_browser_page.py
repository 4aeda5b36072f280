"""The browser page in a real Chromium: seen, used with the keyboard, guarded, and gone with its engine."""

from __future__ import annotations

import http.client
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import dev
from tests.e2e.chromium import PROGRAM, Chromium
from tests.e2e.person import Person
from tests.e2e.waiting import wait_for
from tray.demo.insights import DemoAnalyst
from tray.views.web.report import report
from tray.views.window.theme import DARK, LIGHT, rgb

pytestmark = pytest.mark.skipif(not PROGRAM, reason=f"no chromium: {dev.install_line(['chromium'])}")
ROOM = {"width": 1000, "height": 800}


@pytest.fixture
def reader():
    """A fresh user without any screen, as in a session over ssh; nothing that was started stays."""
    folder = Path(tempfile.mkdtemp(prefix="page-"))  # short: it holds a socket
    path = {"PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"}
    person = Person(folder, {**path, "LANG": "C.UTF-8", "TZ": "UTC"})
    del person.env["BROWSER"]
    yield person
    left = person.stop()
    shutil.rmtree(folder)
    assert left == {}, "processes outlived the page"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    with Chromium(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture
def browser(chromium):
    with chromium.privately() as tab:
        tab.size(**ROOM)
        tab.dark(on=False)
        yield tab


def address(reader, *arguments):
    """Start the page; the address it prints."""
    reader.program = reader.start(*arguments, "window", "--browser", "--no-open")
    return wait_for(lambda: reader.log.exists() and reader.log.read_text().strip(), 15, "the address")


@pytest.fixture
def demo(reader, browser):
    """The demo's page, open; its address in `url`."""
    browser.url = address(reader, "--demo")
    browser.open(browser.url)
    yield browser
    assert browser.complaints() == []


def focused(browser):
    return browser.run("document.activeElement.id")


def text(browser, selector="#page"):
    return browser.run(f"document.querySelector({json.dumps(selector)}).innerText")


def ground(browser):
    told = browser.run("getComputedStyle(document.body).backgroundColor")
    return tuple(int(part) for part in told.removeprefix("rgb(").removesuffix(")").split(","))


def turn_to(browser, tab, *keys):
    browser.run("document.querySelector('[role=tab][tabindex=\"0\"]').focus()")
    browser.key(*keys)
    browser.until(f"document.querySelector('#tab-{tab}[aria-selected=true]')")


def test_it_shows_all_three_pages_by_keyboard_and_asks_nobody_else(demo):
    assert "Demo: made-up numbers" in text(demo)
    assert "88% left" in text(demo)
    turn_to(demo, "activity", "ArrowRight", "Enter")
    demo.until("document.querySelectorAll('.tile').length === 8")
    assert "Workspaces" in text(demo)
    turn_to(demo, "insights", "ArrowRight", " ")
    demo.until("document.querySelector('.heat')")
    assert "Slash commands" in text(demo)
    turn_to(demo, "usage", "Home", "Enter")
    origin = urlsplit(demo.url).netloc
    asked = {urlsplit(url).netloc for url in demo.requests() if not url.startswith("data:")}
    assert asked == {origin}
    kept = demo.run("location.href")
    assert "open" not in kept, "the token is not in the address that stays"


def test_the_heatmap_is_walked_by_keyboard_and_tells_each_cell(demo):
    turn_to(demo, "insights", "End", "Enter")
    demo.until("document.querySelector('.heat')")
    at_rest = demo.run(
        "document.querySelector('.heat').closest('.card').querySelector('[data-say]').innerText"
    )
    demo.run("document.getElementById('heat-0-0').focus()")
    demo.key("ArrowDown", "ArrowDown", *["ArrowRight"] * 9)
    assert focused(demo) == "heat-2-9"
    told = demo.run("document.activeElement.closest('.card').querySelector('[data-say]').innerText")
    assert told == demo.run("document.activeElement.getAttribute('aria-label')")
    assert told.startswith("Wednesday 09:00–10:00: ")
    demo.key("ArrowUp", "ArrowUp", "ArrowUp")
    assert focused(demo) == "heat-0-9", "there is no row above the first"
    demo.key("Tab")
    assert not focused(demo).startswith("heat"), "one stop of the Tab key"
    demo.key("Escape")
    rest = "document.querySelector('.heat').closest('.card').querySelector('[data-say]').innerText"
    demo.until(f"{rest} === {json.dumps(at_rest)}")


def test_focus_and_place_stay_when_the_page_is_brought_up_to_date(demo, reader):
    turn_to(demo, "insights", "End", "Enter")
    demo.until("document.querySelector('.heat')")
    demo.run("document.getElementById('heat-3-3').focus()")
    demo.run("document.querySelector('details').open = true")
    demo.run("window.kept = document.getElementById('heat-3-3'); scrollTo(0, 40)")
    demo.run("document.querySelector('#days-1').click()")
    demo.until("document.querySelector('.card header .fresh').innerText === 'last 7 days'")
    assert focused(demo) == "heat-3-3"
    assert demo.run("window.kept === document.activeElement")
    assert demo.run("scrollY") == 40
    assert demo.run("document.querySelector('details')?.open ?? true")


def test_scope_window_and_order_are_picked_by_keyboard(demo):
    turn_to(demo, "insights", "End", "Enter")
    demo.until("document.querySelector('.ranking')")
    before = text(demo, ".ranking")
    demo.run("document.getElementById('rank-0').focus()")
    demo.key("End", " ")
    demo.until("document.querySelector('#rank-3[aria-checked=true]')")
    assert "$" in text(demo, ".ranking")
    demo.run("document.getElementById('scope-0').focus()")
    demo.key("ArrowRight", "Enter")
    demo.until("document.querySelector('#scope-1[aria-checked=true]')")
    demo.run("document.getElementById('days-2').focus()")
    demo.key("ArrowLeft", "Enter")
    demo.until("document.querySelector('.card header .fresh').innerText === 'last 7 days'")
    assert text(demo, ".ranking") != before
    assert "tab=insights&scope=claudette&days=7&rank=cost" in demo.run("location.search")


def test_it_follows_the_desktops_theme(demo):
    assert ground(demo) == rgb(LIGHT.page)
    demo.dark(on=True)
    assert ground(demo) == rgb(DARK.page)


@pytest.mark.parametrize("width", [320, 380, 1000, 1200])
def test_it_fits_every_width(demo, width):
    demo.size(width, 800)
    for tab in ("usage", "activity", "insights"):
        demo.run(f"document.getElementById('tab-{tab}').click()")
        demo.until(f"document.querySelector('#tab-{tab}[aria-selected=true]')")
        demo.until("!document.querySelector('.empty')")
        assert demo.run("document.documentElement.scrollWidth") <= width, tab


def test_its_address_works_once(demo):
    demo.ask("Network.clearBrowserCookies")
    answer = asked(demo.url)
    assert answer.status == 403
    assert "claudette-tray window --browser" in answer.read().decode()
    demo.open(demo.url)
    assert "claudette-tray window --browser" in demo.run("document.body.innerText")
    demo.events.clear()  # the browser's console names the refusal


def asked(url):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    return connection.getresponse()


# -- with an engine


def settings(reader):
    file = reader.config / "claudette-tray" / "settings.json"
    return json.loads(file.read_text()) if file.exists() else {}


def test_a_switch_reaches_the_engine(reader, browser):
    browser.open(address(reader))
    browser.until("document.getElementById('toggle-codex_live')")
    browser.run("document.getElementById('toggle-codex_live').focus()")
    browser.key(" ")
    wait_for(lambda: settings(reader) == {"codex_live": False}, 10, "switched off")
    browser.until("document.querySelector('#toggle-codex_live[aria-checked=false]')")
    assert focused(browser) == "toggle-codex_live"
    assert browser.complaints() == []


def test_what_needs_consent_asks_first(reader, browser):
    browser.open(address(reader))
    browser.until("document.getElementById('toggle-claude_code_usage')")
    for keys, agreed in ((("Enter",), False), (("Escape",), False), (("Tab", "Enter"), True)):
        browser.run("document.getElementById('toggle-claude_code_usage').focus()")
        browser.key("Enter")
        browser.until("document.querySelector('.question')")
        assert focused(browser) == "cancel"
        browser.key(*keys)
        browser.until("!document.querySelector('.question')")
        if not agreed:
            assert settings(reader) == {}
    wait_for(lambda: settings(reader) == {"claude_code_usage": True}, 10, "switched on")
    browser.until("document.querySelector('#toggle-claude_code_usage[aria-checked=true]')")


def test_a_refresh_is_asked_for_and_answered(reader, browser):
    browser.open(address(reader))
    browser.until("document.getElementById('refresh').innerText === 'Refresh'")
    browser.run("document.getElementById('refresh').focus()")
    browser.key("Enter")
    wait_for(lambda: answered(browser, "/wish") == [204], 10, "the wish is taken")
    browser.until("document.getElementById('refresh').innerText === 'Refresh'")
    assert focused(browser) == "refresh"
    assert browser.complaints() == []


def answered(browser, end):
    """How the requests were answered whose address ends like this."""
    answers = [one["response"] for one in browser.told("Network.responseReceived")]
    return [answer["status"] for answer in answers if answer["url"].endswith(end)]


def test_the_page_tells_the_end_of_its_engine_and_ends_too(reader, browser):
    browser.open(address(reader))
    browser.until("document.getElementById('refresh')")
    assert reader.run("quit").returncode == 0
    browser.until("document.getElementById('over')")
    assert "This page has ended" in text(browser, "#over")
    assert browser.run("[...document.querySelectorAll('button')].every((button) => button.disabled)")
    assert reader.program.wait(10) == 0
    wait_for(lambda: reader.processes() == {}, 5, "nothing is left")


def test_a_tray_that_runs_serves_the_page_from_the_command(reader, browser):
    engine = reader.start("--headless")
    channel = reader.home.parent / "run" / "claudette-tray" / "engine.sock"
    wait_for(channel.exists, 15, "the engine listens")
    browser.open(address(reader))
    browser.until("document.getElementById('refresh')")
    reader.program.terminate()
    assert reader.program.wait(10) == 0
    browser.until("document.getElementById('over')", 20)
    assert engine.poll() is None, "the tray goes on"


# -- the report


def test_the_report_is_whole_without_anybody(browser, tmp_path):
    file = tmp_path / "report.html"
    now = int(time.time() * 1000)
    file.write_text(report(DemoAnalyst().metrics(), now=now, title="Activity"), "utf-8")
    browser.open(file.as_uri())
    browser.until("document.querySelectorAll('.tile').length === 8")
    assert ground(browser) == rgb(LIGHT.page), "its style sheet is allowed"
    browser.run("document.querySelector('summary').focus()")
    assert browser.complaints() == []
    assert browser.requests() == [file.as_uri()]
    for width in (320, 1000):
        browser.size(width, 800)
        assert browser.run("document.documentElement.scrollWidth") <= width
