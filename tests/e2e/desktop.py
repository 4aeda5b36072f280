"""A real desktop without a screen: X server, session bus, window manager, keyring, notifications, a panel."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from tests.e2e.bus import WATCHER, Item, connected
from tests.e2e.panels import PANELS, write_theme
from tests.e2e.person import Person, end, kill, processes_with
from tests.e2e.screen import Screen
from tests.e2e.waiting import wait_for

PROGRAMS = (
    *("Xvfb", "dbus-daemon", "openbox", "xdotool", "xsetroot", "xwininfo"),
    *("xfce4-panel", "xfconf-query", "lxqt-panel", "trayer", "dunst", "dunstctl", "gnome-keyring-daemon"),
)
WIDTH, HEIGHT, PANEL_HEIGHT = 1280, 800, 32


def missing() -> list[str]:
    """The programs of `PROGRAMS` that are not installed."""
    return [name for name in PROGRAMS if not shutil.which(name)]


class Desktop:
    """Started and stopped as a whole; every process has this desktop's own folders and is ended by its pid.

    `dark` decides panel and theme. The panel lies at the bottom and holds the tray only, so that any
    difference to the bare panel is the icon under test.
    """

    def __init__(self, *, dark: bool = True) -> None:
        self._dark = dark
        self.folder = Path(tempfile.mkdtemp(prefix="desktop-"))  # short: socket paths hold 107 bytes
        self.logs = self.folder / "logs"
        self.home = self.folder / "home"
        self._mark = f"E2E_DESKTOP={self.folder}"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._panel: subprocess.Popen[bytes] | None = None
        self._bare: dict[str, Image.Image] = {}  # each panel without an icon
        self._people = 0
        self._forgotten: set[tuple[int, int]] = set()
        self.panel = "xfce4-panel"
        self.env: dict[str, str] = {}

    def start(self) -> None:
        """Bring everything up, each part ready before the next one."""
        run = self.folder / "run"
        for made in (self.logs, self.home / ".config", run):
            made.mkdir(parents=True)
        run.chmod(0o700)
        self.env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_DATA_HOME": str(self.home / ".local" / "share"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_RUNTIME_DIR": str(run),
            "XDG_CURRENT_DESKTOP": "XFCE",
            "XDG_SESSION_TYPE": "x11",
            "NO_AT_BRIDGE": "1",
            "GTK_A11Y": "none",
            "PYTHONUNBUFFERED": "1",
            "E2E_DESKTOP": str(self.folder),
        }
        self.env["DISPLAY"] = self._start_x()
        self.screen = Screen(self.env)
        address = f"unix:path={self.folder}/bus"
        self._spawn("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}")
        self.bus = wait_for(lambda: connected(address), 10, "session bus")
        self.env["DBUS_SESSION_BUS_ADDRESS"] = address
        self._spawn("openbox", "--sm-disable")
        self._command("xsetroot", "-solid", "#35506b")
        self._start_keyring()
        settings = self.folder / "dunstrc"
        settings.write_text("[global]\nhistory_length = 100\nfont = sans 10\n")
        self._spawn("dunst", "-conf", str(settings))
        self._wait_for_name("org.freedesktop.Notifications")
        write_theme(self.home / ".config", dark=self._dark)
        self.start_panel("xfce4-panel")

    def stop(self) -> None:
        """End everything, newest first, and remove the folders."""
        if hasattr(self, "bus"):
            self.bus.close()
        self.stop_panel()
        for process in reversed(self._processes):
            end(process)
        for pid in processes_with(self._mark):
            kill(pid)
        shutil.rmtree(self.folder, ignore_errors=True)

    def person(self) -> Person:
        """A fresh user of this desktop."""
        self._people += 1
        return Person(self.folder / f"p{self._people}", self.env)

    # -- panels

    def start_panel(self, name: str) -> None:
        """Start a panel ("xfce4-panel" or "lxqt-panel") and wait until it takes tray items.

        The first start of each must happen without an icon: its picture is what `find_icon` compares with.
        """
        assert self._panel is None, "one panel at a time"
        PANELS[name].write(
            self.home / ".config", width=WIDTH, height=HEIGHT, size=PANEL_HEIGHT, dark=self._dark
        )
        self._panel = self._spawn(*PANELS[name].command)
        self._wait_for_name(WATCHER[0])
        self.panel = name
        if name not in self._bare:
            assert self.bus.items() == [], "the first start of a panel needs an empty tray"
            wait_for(self._is_painted, 10, f"{name} painted")
            self.screen.wait_for_calm()
            self._bare[name] = self._strip()

    def stop_panel(self, *, crash: bool = False) -> None:
        """End the panel, as a log-out or a crash would."""
        if self._panel:
            if crash:
                self._panel.kill()
            end(self._panel)
            self._processes.remove(self._panel)
            self._panel = None
            if self.env and (self.folder / "bus").exists():
                wait_for(lambda: not self._owned(WATCHER[0]), 10, "the tray host is gone")

    def restart_panel(self, name: str | None = None) -> None:
        """End the panel and start it, or another one, again."""
        self.stop_panel()
        self.start_panel(name or self.panel)

    # -- the icon

    def item(self, timeout: float = 10) -> Item:
        """The only tray item."""
        items = wait_for(self.bus.items, timeout, "tray item registered")
        assert len(items) == 1, items
        return items[0]

    def find_icon(self, timeout: float = 10) -> tuple[int, int, int, int]:
        """The box (left, top, right, bottom) in which the panel differs from the bare one."""
        self.screen.park()
        return wait_for(self._changed, timeout, "icon in the panel")

    def icon(self) -> Image.Image:
        """The icon as painted by the panel."""
        return self.screen.picture().crop(self.find_icon())

    def bare_panel(self) -> Image.Image:
        """The running panel without an icon."""
        return self._bare[self.panel]

    def is_bare(self) -> bool:
        """Whether nothing but the desktop and the panel is to be seen."""
        above = self.screen.picture().crop((0, 0, WIDTH, HEIGHT - PANEL_HEIGHT - 1))  # a panel has an edge
        return above.getcolors() == [(above.width * above.height, (0x35, 0x50, 0x6B))]

    def wait_for_no_icon(self, timeout: float = 10) -> None:
        """Until the panel looks as it did without the program."""
        self.screen.park()
        wait_for(lambda: self._changed() is None, timeout, "icon gone")

    def click_icon(self, button: int = 1) -> None:
        """A real click: 1 left, 3 right."""
        left, top, right, bottom = self.find_icon()
        self.screen.click((left + right) // 2, (top + bottom) // 2, button)

    def choose(self, *labels: str) -> None:
        """Choose a menu entry in the real popup: right click, then the keyboard, as a person would."""
        menu = self.item().settled_menu()
        node = menu.find(*labels)
        assert node.selectable, f"{labels[-1]!r} can't be chosen"
        before = self._above_panel()
        self.click_icon(3)
        wait_for(lambda: self._above_panel() != before, 5, "menu popped up")
        self.screen.wait_for_calm()
        for depth, label in enumerate(labels):
            entries = [entry for entry in menu.children if entry.selectable]
            wanted = next(n for n, entry in enumerate(entries) if entry.label == label)
            self.screen.key(
                *["Down"] * (wanted + (depth == 0))
            )  # a submenu opens with its first entry selected
            self.screen.key("Return" if depth == len(labels) - 1 else "Right")
            menu = menu.find(label)
            self.screen.wait_for_calm()

    # -- services

    def notifications(self) -> list[tuple[str, str]]:
        """(title, body) of all notifications since `forget_notifications`, newest first; closes them."""
        history = self._history()
        return [note for key, note in history.items() if key not in self._forgotten]

    def forget_notifications(self) -> None:
        """Start counting anew."""
        self._forgotten = set(self._history())

    def _history(self) -> dict[tuple[int, int], tuple[str, str]]:
        """What the daemon remembers, newest first, by number and time; it remembers closed ones only."""
        self._command("dunstctl", "close-all")
        entries = json.loads(self._command("dunstctl", "history").stdout)["data"][0]
        found = [{name: value["data"] for name, value in entry.items()} for entry in entries]
        return {(note["id"], note["timestamp"]): (note["summary"], note["body"]) for note in found}

    def set_dark(self, *, dark: bool) -> None:
        """Change the theme as the settings dialog does."""
        name = "Adwaita-dark" if dark else "Adwaita"
        self._command("xfconf-query", "-c", "xsettings", "-p", "/Net/ThemeName", "-s", name)

    def set_dpi(self, dpi: int | None) -> None:
        """The dots per inch that desktops tell programs; None: nothing is told."""
        if dpi is None:
            self._command("xrdb", "-remove")
        else:
            self._command("xrdb", "-merge", feed=f"Xft.dpi: {dpi}\n")

    # -- inside

    def _spawn(self, *command: str, **options: Any) -> subprocess.Popen[bytes]:
        with (self.logs / f"{command[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                env=self.env,
                cwd=self.home,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **{"stdin": subprocess.DEVNULL, **options},
            )
        self._processes.append(process)
        return process

    def _command(self, *command: str, feed: str = "") -> subprocess.CompletedProcess[str]:
        options = {"input": feed, "capture_output": True, "text": True, "timeout": 15}
        done = subprocess.run(command, env=self.env, check=False, **options)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done

    def _start_x(self) -> str:
        """An X server on a display that it finds free itself."""
        reading, writing = os.pipe()
        screen = f"{WIDTH}x{HEIGHT}x24"
        options = ("-screen", "0", screen, "-dpi", "96", "-nolisten", "tcp", "-noreset")
        self._spawn("Xvfb", "-displayfd", str(writing), *options, pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number, "the X server did not start"
        return f":{number}"

    def _start_keyring(self) -> None:
        """A secret service whose collection is open."""
        unlock = ("--unlock", "--components=secrets", "--foreground")
        daemon = self._spawn("gnome-keyring-daemon", *unlock, stdin=subprocess.PIPE)
        assert daemon.stdin
        daemon.stdin.write(b"e2e")
        daemon.stdin.close()
        self._wait_for_name("org.freedesktop.secrets")

    def _owned(self, name: str) -> bool:
        try:
            return self.bus.has(name)
        except OSError:
            return False

    def _wait_for_name(self, name: str) -> None:
        wait_for(lambda: self.bus.has(name), 15, name)

    def _strip(self) -> Image.Image:
        return self.screen.picture().crop((0, HEIGHT - PANEL_HEIGHT, WIDTH, HEIGHT))

    def _above_panel(self) -> bytes:
        return self.screen.picture().crop((0, 0, WIDTH, HEIGHT - PANEL_HEIGHT)).tobytes()

    def _is_painted(self) -> bool:
        desktop = self.screen.picture().getpixel((5, 5))
        return self._strip().getpixel((5, PANEL_HEIGHT // 2)) != desktop

    def _changed(self) -> tuple[int, int, int, int] | None:
        """Where the panel differs visibly from its bare picture."""
        difference = ImageChops.difference(self._strip(), self._bare[self.panel]).convert("L")
        box = difference.point(lambda value: 255 if value > 24 else 0).getbbox()
        if not box or box[2] - box[0] < 6 or box[3] - box[1] < 6:
            return None
        top = HEIGHT - PANEL_HEIGHT
        return box[0], box[1] + top, box[2], box[3] + top
