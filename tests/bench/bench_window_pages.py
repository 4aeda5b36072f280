"""The window's pages: turning to one, scrolling it, walking through a chart; each within a frame of the screen."""

from __future__ import annotations

import json
import subprocess
import sys

_RUN = """
import json, sys, time
from datetime import UTC
from tests.window_stage import Stage
from tray.desktop.appearance import Appearance
from tray.views.window import pages
from tray.views.window.app import App
from tray.views.window.root import Fonts, new_root

scale = float(sys.argv[1])
stage = Stage()
root = new_root()
app = App(root, stage.visit, appearance=Appearance(dark=True, scale=scale), fonts=Fonts(root, scale, 1.0))
stage.visit.attach(app, stage.send)
app.show()
sys.setswitchinterval(0.001)  # as the window's process has it
pages._warm()  # as the thread that asks does before it answers
stage.press("tab:activity")
stage.press("tab:usage")
stage.asker.answer()
root.update()
taken = {"first": [], "whole": [], "turn": [], "scroll": [], "walk": [], "tick": []}

def timed(kind, do):
    start = time.perf_counter()
    do()
    root.update_idletasks()
    taken[kind].append((time.perf_counter() - start) * 1000)

for page in ("activity", "insights"):
    start = time.perf_counter()
    timed("first", lambda: stage.visit.press(f"tab:{page}"))
    while app.body._rest:
        app.body.canvas.after_cancel(app.body._timer)
        timed("first", app.body._go_on)
    taken["whole"].append((time.perf_counter() - start) * 1000)
    root.update()
for _ in range(6):
    for page in ("usage", "activity", "insights"):
        timed("turn", lambda: stage.visit.press(f"tab:{page}"))
for page in ("activity", "insights"):
    stage.visit.press(f"tab:{page}")
    for step in range(40):
        timed("scroll", lambda: app._hands._scroll(37 if step < 20 else -37))
    for _ in range(10):
        timed("tick", app._paint)
app._hands.focus = "chart:heat"
app.refresh()
for key in ("right", "down", "left", "up") * 10:
    timed("walk", lambda: app._hands._move(key))
print(json.dumps(taken))
root.destroy()
"""


def measure(desktop, scale):
    """Milliseconds of each kind, from the wish to the screen's being up to date."""

    command = [sys.executable, "-W", "ignore", "-c", _RUN, str(scale)]
    done = subprocess.run(
        command, env={**desktop.env, "PYTHONPATH": "."}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_pages_turn_scroll_and_walk_within_a_frame(desktop, figures):
    for scale in (1, 2):
        taken = measure(desktop, scale)
        figures.hold(f"longest frame of pages never drawn before, scale {scale}", [max(taken["first"])], 16)
        figures.tell(f"until such a page is drawn to its end, scale {scale}", taken["whole"])
        figures.hold(f"a page turned to, scale {scale}", taken["turn"], 16)
        figures.hold(f"a page scrolled, scale {scale}", taken["scroll"], 16)
        figures.hold(f"a step through the heatmap, scale {scale}", taken["walk"], 16)
        figures.hold(f"a second without news, scale {scale}", taken["tick"], 16)
