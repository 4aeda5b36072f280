"""Makes the pictures of README and docs, docs/screenshots/: `python3 -m tests.e2e.screenshots`.

The real program on the panel of the test desktop. The quota comes from a server on this machine through the
source itself, the tokens from a database shaped like Claudette's.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from tests.claudette_db import ClaudetteDb
from tests.e2e import desktop as stage
from tests.e2e.desktop import PANEL_HEIGHT, WIDTH, Desktop, missing
from tests.e2e.vendor import USAGE, Vendor, iso
from tests.e2e.waiting import wait_for

if TYPE_CHECKING:
    from tests.e2e.person import Person

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
HOUR, DAY = 3600, 86_400
TITLE = "^Claudette usage$"
STATES = (
    "Nearly used up",
    "Used up",
    "Reset, awaiting a reading",
    "Stale",
    "Sign-in needed",
    "Off (needs the opt-in)",
    "Codex",
    "OpenRouter balance",
    "Tokens without a cap",
    "Reading transcripts",
)
TALL = 830  # of a window that shows more of its pages
HEIGHT = 960  # more than the tests' screen has, so that the window is shown whole


def main() -> int:
    """Write all pictures; 1 where the desktop can't be started."""
    lacking = missing()
    if lacking:
        sys.stderr.write(f"no {', '.join(lacking)}: see CONTRIBUTING.md\n")
        return 1
    stage.HEIGHT = HEIGHT
    for dark in (True, False):
        desktop = Desktop(dark=dark)
        try:
            desktop.start()
            take(desktop, dark=dark)
            for name, picture in pages(desktop).items():
                save(picture, f"window-{name}-{'dark' if dark else 'light'}")
            sheet = tiled([*states(desktop), consent(desktop)])
            save(sheet, f"window-states-{'dark' if dark else 'light'}")
        finally:
            desktop.stop()
    return 0


def take(desktop: Desktop, *, dark: bool) -> None:
    """The pictures of one theme: tray and menu of the dark desktop, the window of both."""
    person = desktop.person()
    with Vendor() as vendor:
        now = time.time()
        vendor.answer(USAGE, quota(now))
        furnish(person, now)
        person.start(**vendor.env)
        try:
            wait_for(lambda: "58% left" in desktop.item().tooltip(), 20, "the quota is read")
            if dark:
                save(tray(desktop), "tray")
                save(menu(desktop), "menu")
            save(window(desktop), f"window-{'dark' if dark else 'light'}")
        finally:
            left = person.stop()
    assert left == {}, left


def tray(desktop: Desktop) -> Image.Image:
    """The panel's end with the icon and its tooltip, as a pointer at rest makes it appear."""
    left, top, right, bottom = desktop.find_icon()
    before = desktop.screen.wait_for_calm()
    desktop.screen.move((left + right) // 2, (top + bottom) // 2)
    box = wait_for(
        lambda: changed(before, desktop.screen.picture(), below=HEIGHT - PANEL_HEIGHT), 10, "tooltip"
    )
    picture = desktop.screen.wait_for_calm()
    desktop.screen.move(WIDTH // 2, 200)
    return picture.crop((box[0] - 24, box[1] - 16, WIDTH, HEIGHT))


def menu(desktop: Desktop) -> Image.Image:
    """The menu as the panel draws it, with the icon below."""
    desktop.find_icon()
    before = desktop.screen.wait_for_calm()
    desktop.click_icon(3)
    wait_for(lambda: changed(before, desktop.screen.picture(), below=HEIGHT - PANEL_HEIGHT), 10, "menu")
    picture = desktop.screen.wait_for_calm()
    box = changed(before, picture, below=HEIGHT - PANEL_HEIGHT)
    assert box
    desktop.screen.key("Escape")
    desktop.screen.wait_for_calm()
    return picture.crop((box[0] - 16, box[1] - 16, WIDTH, HEIGHT))


def window(desktop: Desktop) -> Image.Image:
    """The usage window, without the frame of the window manager."""
    desktop.click_icon()
    return shown(desktop)


def shown(desktop: Desktop) -> Image.Image:
    """The window that is open, or about to be."""
    found = desktop.screen.window(TITLE, 20)
    desktop.screen.move(WIDTH // 2, 200)
    desktop.screen.wait_for_calm()
    return desktop.screen.picture().crop(desktop.screen.box(found))


def pages(desktop: Desktop) -> dict[str, Image.Image]:
    """The window's pages of activity, of the demo."""
    person = desktop.person()
    ahead = (27 - time.gmtime().tm_hour) % 24 - 11  # hours: to where it is four in the afternoon
    person.start("--demo", TZ=f"DEV{-ahead:+d}")
    try:
        desktop.find_icon()
        desktop.item().click("Demo state", "Plenty left")
        desktop.click_icon()
        found = desktop.screen.window(TITLE, 20)
        desktop.screen.resize(found, 380, TALL)
        pictures = {}
        for name, key in (("activity", "ctrl+2"), ("insights", "ctrl+3")):
            desktop.screen.key(key)
            time.sleep(1)  # the figures are counted
            pictures[name] = shown(desktop)
    finally:
        left = person.stop()
    assert left == {}, left
    desktop.wait_for_no_icon()
    return pictures


def states(desktop: Desktop) -> list[Image.Image]:
    """The window of the demo in the states that look different."""
    person = desktop.person()
    person.start("--demo")
    try:
        item = desktop.item()
        desktop.find_icon()
        pictures = []
        for name in STATES:
            item.click("Demo state", name)
            wait_for(lambda name=name: name in picked(desktop), 10, name)
            pictures.append(window(desktop))
            desktop.screen.key("Escape")
            wait_for(lambda: not desktop.screen.windows(TITLE), 10, "the window is closed")
    finally:
        left = person.stop()
    assert left == {}, left
    desktop.wait_for_no_icon()
    return pictures


def picked(desktop: Desktop) -> list[str]:
    """The demo state that is shown now."""
    return [node.label for node in desktop.item().menu().find("Demo state").children if node.checked]


def consent(desktop: Desktop) -> Image.Image:
    """The question before Claude Code Usage is turned on."""
    person = desktop.person()
    person.start()
    try:
        desktop.find_icon()
        desktop.item().click("Experimental", "Claude Code Usage")
        return shown(desktop)
    finally:
        left = person.stop()
        assert left == {}, left


def tiled(pictures: list[Image.Image]) -> Image.Image:
    """The pictures side by side in two rows, at their real size, on a mid grey."""
    gap = 16
    rows = [pictures[: (len(pictures) + 1) // 2], pictures[(len(pictures) + 1) // 2 :]]
    width = max(sum(p.width + gap for p in row) for row in rows) + gap
    sheet = Image.new("RGB", (width, sum(max(p.height for p in row) + gap for row in rows) + gap), "#7d8590")
    top = gap
    for row in rows:
        left = gap
        for picture in row:
            sheet.paste(picture, (left, top))
            left += picture.width + gap
        top += max(p.height for p in row) + gap
    return sheet


def changed(before: Image.Image, now: Image.Image, *, below: int) -> tuple[int, int, int, int] | None:
    """The box above `below` in which two pictures differ."""
    area = (0, 0, WIDTH, below)
    return ImageChops.difference(before.crop(area), now.crop(area)).getbbox()


def save(picture: Image.Image, name: str) -> None:
    """A PNG of the picture as it is."""
    picture.convert("RGB").save(FOLDER / f"{name}.png", optimize=True)


def furnish(person: Person, now: float) -> None:
    """A developer with a Claude plan who works in Claudette."""
    claude = person.home / ".claude"
    claude.mkdir()
    login = {
        "accessToken": "fake-access-token",
        "expiresAt": int((now + 6 * HOUR) * 1000),
        "scopes": ["user:inference", "user:profile"],
        "subscriptionType": "max",
        "rateLimitTier": "default_claude_max_20x",
    }
    (claude / ".credentials.json").write_text(json.dumps({"claudeAiOauth": login}))
    ours = person.config / "claudette-tray"
    ours.mkdir()
    (ours / "settings.json").write_text('{"claude_code_usage": true}')
    database = ClaudetteDb(person.home / ".local" / "share" / "claudette" / "claudette.db")
    database.workspace("w1")
    database.session("s1", "w1", cli="4f1c7c1e-3d0a-4b52-9d7e-2a6f5b1c0e11", at=now - HOUR)
    for number, (prompt, completion) in enumerate(((8_200, 1_900), (12_600, 3_100), (21_400, 4_700))):
        at = now - 90 - 600 * (2 - number)
        cost = 0.21 + 0.34 * number
        database.message("s1", at=at, prompt=prompt, completion=completion, cost=cost)
    database.select("w1", "s1")
    database.setting("model_provider:s1", "anthropic")
    database.setting("model:s1", "opus")


def quota(now: float) -> dict[str, object]:
    """The usage API's answer: a session, two weeks, and something paid on top."""

    def limit(kind: str, percent: int, seconds: float, model: str | None = None) -> dict[str, object]:
        scope = {"model": {"id": None, "display_name": model}} if model else None
        return {"kind": kind, "percent": percent, "resets_at": iso(now + seconds), "scope": scope}

    week = 3 * DAY + 4 * HOUR
    paid = {
        "is_enabled": True,
        "monthly_limit": 5000,
        "used_credits": 410,
        "currency": "usd",
        "decimal_places": 2,
    }
    return {
        "limits": [
            limit("session", 42, 2 * HOUR + 600),
            limit("weekly_all", 31, week),
            limit("weekly_scoped", 18, week, "Opus"),
        ],
        "extra_usage": paid,
    }


if __name__ == "__main__":
    sys.exit(main())
