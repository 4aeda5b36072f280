"""The screen of the test desktop: pictures of it, the pointer, the keyboard, the windows."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

from PIL import Image, ImageGrab

from tests.e2e.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Screen:
    """All of it through the X server that `env` names."""

    def __init__(self, env: Mapping[str, str]):
        self._env = env

    def picture(self, file: Path | None = None) -> Image.Image:
        """The whole screen in RGB; also saved where `file` is given."""
        image = ImageGrab.grab(xdisplay=self._env["DISPLAY"]).convert("RGB")
        if file:
            image.save(file)
        return image

    def move(self, x: int, y: int) -> None:
        """Put the pointer somewhere."""
        self._xdotool("mousemove", str(x), str(y))

    def park(self) -> None:
        """Put the pointer where it touches nothing."""
        self.move(640, 4)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click at a place: 1 left, 3 right."""
        self._xdotool("mousemove", str(x), str(y), "click", str(button))

    def key(self, *keys: str) -> None:
        """Press keys by their X names, one after the other: "Down", "Return", "ctrl+r"."""
        if keys:
            self._xdotool("key", "--delay", "40", *keys)

    def type(self, text: str) -> None:
        """Type text into the focused window."""
        self._xdotool("type", "--delay", "20", text)

    def windows(self, title: str) -> list[str]:
        """The ids of the visible windows whose title matches a regular expression."""
        return self._xdotool("search", "--onlyvisible", "--name", title, found=False).split()

    def window(self, title: str, timeout: float = 10) -> str:
        """The id of the visible window of that title, once it is there, with the focus."""
        found = wait_for(lambda: self.windows(title), timeout, f"window {title}")
        self._xdotool("windowactivate", "--sync", found[-1])
        return found[-1]

    def close(self, window: str) -> None:
        """Close a window as the button in its frame does."""
        command = ["xdotool", "windowactivate", "--sync", window, "key", "alt+F4"]
        subprocess.run(command, env=self._env, capture_output=True, timeout=15, check=True)

    def resize(self, window: str, width: int, height: int) -> None:
        """Size the inside of a window as pulling at its frame does."""
        self._xdotool("windowsize", window, str(width), str(height))

    def minimise(self, window: str) -> None:
        """As the button in its frame does."""
        self._xdotool("windowminimize", window)

    def restore(self, window: str) -> None:
        """As a click in a task list does."""
        self._xdotool("windowactivate", "--sync", window)

    def active(self) -> str:
        """The id of the window that has the keyboard; "" for none."""
        return self._xdotool("getactivewindow", found=False).strip()

    def box(self, window: str) -> tuple[int, int, int, int]:
        """The box (left, top, right, bottom) of a window, without its frame."""
        command = ["xwininfo", "-id", window]  # xdotool counts the frame twice
        done = subprocess.run(command, env=self._env, capture_output=True, text=True, timeout=15, check=True)
        values = dict(line.strip().split(":", 1) for line in done.stdout.splitlines() if ":" in line)
        names = ("Absolute upper-left X", "Absolute upper-left Y", "Width", "Height")
        x, y, width, height = (int(values[name]) for name in names)
        return x, y, x + width, y + height

    def wait_for_calm(self, timeout: float = 5, what: str = "screen calm") -> Image.Image:
        """The screen once two pictures, taken 60 ms apart, are the same: popups announce themselves to nobody."""
        last = [self.picture()]

        def calm() -> Image.Image | None:
            time.sleep(0.06)
            now = self.picture()
            same = now.tobytes() == last[0].tobytes()
            last[0] = now
            return now if same else None

        return wait_for(calm, timeout, what)

    def _xdotool(self, *arguments: str, found: bool = True) -> str:
        command = ["xdotool", *arguments]
        done = subprocess.run(command, env=self._env, capture_output=True, text=True, timeout=15, check=False)
        assert done.returncode == 0 or not found, f"{command}: {done.stderr}"
        return done.stdout
