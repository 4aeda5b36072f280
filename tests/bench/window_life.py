"""Run as a module by `bench_window_life`: the window at work on a person's own data; its measures as JSON.

Arguments: the page it was left at, the scale, when the process was started (`time.monotonic`), how often
pages and figures shall change afterwards.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import tray.views.window.__main__ as window
from tray.desktop.appearance import Appearance
from tray.views.window.app import App
from tray.views.window.asking import Answer
from tray.views.window.content import content
from tray.views.window.root import Fonts, new_root
from tray.views.window.tabs import TABS
from tray.views.window.visit import Visit

page, scale, since, changes = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
sys.setswitchinterval(window._TURN)
root = new_root()
visit = Visit(content(None), open_url=print)
look = Appearance(dark=True, scale=scale)
app = App(root, visit, appearance=look, fonts=Fonts(root, scale, 1.0))
visit.attach(app, lambda message: False)
visit.begin(tab=page)
told: dict[str, list[float]] = {}
answers: list[Answer] = []
beats: list[float] = []


def own_memory() -> float:
    """Proportional set size, MiB."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def beat() -> None:
    """Tk's own pulse: what is more than a millisecond between two beats, nobody could press a key in."""
    beats.append(time.perf_counter())
    root.after(1, beat)


def until(done) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        root.update()
        time.sleep(0.0005)


def heard(answer: Answer) -> None:
    answers.append(answer)
    told.setdefault("figures", [(time.monotonic() - since) * 1000])
    hear(answer)


def is_drawn() -> None:
    """Ends the loop once the first answer is drawn to its end."""
    if answers and not app.body._rest:
        root.quit()
    else:
        root.after(20, is_drawn)


def change(number: int) -> None:
    """Other figures, another page, another place on it."""
    found = answers[-1].found
    board = replace(found.dashboard, cost_daily_30d=(float(number), *found.dashboard.cost_daily_30d[1:]))
    found = replace(found, dashboard=board, generated_at=found.generated_at + number)
    hear(Answer(asked=answers[-1].asked, found=found))
    visit.press(f"tab:{tuple(TABS)[number % len(TABS)]}")
    app._hands._scroll(90 if number % 2 else -90)
    until(lambda: not app.body._rest)


def weigh() -> None:
    told.setdefault("memory", []).append(own_memory())
    told.setdefault("pictures", []).append(len(root.image_names()))


hear, visit._pages._hear = visit._pages._hear, heard
app.show()
root.update()
told["paint"] = [(time.monotonic() - since) * 1000]
beat()
is_drawn()
root.mainloop()
told["drawn"] = [(time.monotonic() - since) * 1000]
told["gaps"] = sorted((b - a) * 1000 - 1 for a, b in pairwise(beats))[-20:]
for number in range(50):  # what each page needs once
    change(number)
weigh()
for number in range(changes):
    change(50 + number)
weigh()
print(json.dumps(told))
app.close()
