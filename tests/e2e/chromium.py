"""A real Chromium without a screen, driven over a pipe by its DevTools protocol."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from tests.e2e.person import end
from tests.e2e.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-extensions", "--hide-scrollbars", "--lang=en-US", "--remote-debugging-pipe"),
)
_KEYS = {
    "Tab": (9, ""),
    "Enter": (13, "\r"),
    " ": (32, " "),
    "Escape": (27, ""),
    "End": (35, ""),
    "Home": (36, ""),
    "ArrowLeft": (37, ""),
    "ArrowUp": (38, ""),
    "ArrowRight": (39, ""),
    "ArrowDown": (40, ""),
}
# The browser reads from 3 and writes to 4: what it is started through puts our pipes there.
_PUT = (
    "import fcntl, os, sys; ends = [fcntl.fcntl(int(n), fcntl.F_DUPFD, 10) for n in sys.argv[1:3]];"
    " os.dup2(ends[0], 3); os.dup2(ends[1], 4); os.execv(sys.argv[3], sys.argv[3:])"
)


class Chromium:
    """One browser with one tab. `events` is everything it told; `PAGE` answers to `run` and `key`."""

    def __init__(self, profile: Path) -> None:
        assert PROGRAM
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()

        env = {"PATH": os.environ["PATH"], "HOME": str(profile), "LANG": "C.UTF-8", "TZ": "UTC"}
        ends = (theirs_in, theirs_out)
        start = (sys.executable, "-c", _PUT, *map(str, ends), PROGRAM)
        self._process = subprocess.Popen(
            [*start, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=ends,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.events: list[dict[str, Any]] = []
        self._answers: dict[int, dict[str, Any]] = {}
        self._news = threading.Condition()
        self._last = 0
        threading.Thread(target=self._read, daemon=True).start()
        self._session: str | None = None
        targets = wait_for(lambda: self.ask("Target.getTargets")["targetInfos"], 20, "the browser is up")
        page = next(one for one in targets if one["type"] == "page")
        self._attach(page["targetId"])

    def _attach(self, target: str) -> None:
        self._session = None  # what follows is asked of the browser itself
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")
        self.ask("Emulation.setFocusEmulationEnabled", enabled=True)

    @contextmanager
    def privately(self) -> Iterator[Self]:
        """A tab that shares nothing with those before it: no cookie, no event, no size; gone at the end."""
        self._session = None
        context = self.ask("Target.createBrowserContext")["browserContextId"]
        made = self.ask("Target.createTarget", url="about:blank", browserContextId=context)
        self._attach(made["targetId"])
        self.events.clear()
        try:
            yield self
        finally:
            self._session = None
            self.ask("Target.disposeBrowserContext", browserContextId=context)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        end(self._process)
        for handle in (self._in, self._out):
            os.close(handle)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """One command, its result."""
        with self._news:
            self._last += 1
            number = self._last
        message = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        with self._news:
            assert self._news.wait_for(lambda: number in self._answers, 20), f"no answer to {method}"
            answer = self._answers.pop(number)
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def _read(self) -> None:
        pending = b""
        while True:
            try:
                chunk = os.read(self._in, 1 << 16)
            except OSError:
                return
            if not chunk:
                return
            *whole, pending = (pending + chunk).split(b"\0")
            with self._news:
                for line in whole:
                    message = json.loads(line)
                    if "id" in message:
                        self._answers[message["id"]] = message
                    else:
                        self.events.append(message)
                self._news.notify_all()

    # --- the page

    def open(self, url: str) -> None:
        """Go to a page and wait until its parts are there."""
        self.ask("Page.navigate", url=url)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, code: str) -> Any:
        """The value of an expression in the page."""
        done = self.ask("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def until(self, code: str, timeout: float = 10) -> Any:
        """The first true value of an expression."""
        return wait_for(lambda: self.run(f"!!({code})"), timeout, code)

    def key(self, *names: str) -> None:
        """Press keys, one after the other."""
        for name in names:
            code, text = _KEYS[name]
            more = {"text": text} if text else {}
            key = {"key": name, "code": name if name != " " else "Space", "windowsVirtualKeyCode": code}
            self.ask("Input.dispatchKeyEvent", type="keyDown", **key, **more)
            self.ask("Input.dispatchKeyEvent", type="keyUp", **key)

    def size(self, width: int, height: int, scale: float = 1) -> None:
        """The page's size, CSS pixels, and how many pixels of the screen each is."""
        told = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **told)

    def dark(self, *, on: bool) -> None:
        """The desktop's theme."""
        feature = {"name": "prefers-color-scheme", "value": "dark" if on else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[feature])

    def picture(self) -> bytes:
        """PNG of the whole page, as long as it is."""
        time.sleep(0.2)
        shot = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def told(self, method: str) -> list[dict[str, Any]]:
        """The events of a kind so far."""
        return [event["params"] for event in self.events if event["method"] == method]

    def complaints(self) -> list[str]:
        """Whatever the console shows: errors, warnings, what the policy forbade."""
        logged = [entry["entry"]["text"] for entry in self.told("Log.entryAdded")]
        said = [str(call["args"]) for call in self.told("Runtime.consoleAPICalled")]
        thrown = [str(one["exceptionDetails"]) for one in self.told("Runtime.exceptionThrown")]
        return logged + said + thrown

    def requests(self) -> list[str]:
        """The addresses that were asked for."""
        return [one["request"]["url"] for one in self.told("Network.requestWillBeSent")]
