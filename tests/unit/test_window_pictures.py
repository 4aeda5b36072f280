"""Pictures that take long are drawn on another thread before Tk gets them; here without Tk."""

import threading
import time

from tests.golden.chart_sheet import charts
from tray.views.charts.palette import inks
from tray.views.window.canvas import Pictures
from tray.views.window.paint import Panel
from tray.views.window.sheet import Picture, Text

HEAT = Picture(key="heat", x=0, y=0, spec=charts(2.0, inks(dark=True))["heat"])
SMALL = Picture(key="panel", x=0, y=0, spec=Panel(width=40, height=20, radius=4, fill="#222222"))
WORDS = Text(key="text", x=0, y=0, text="Words", role="body", colour="#ffffff")


class Brush:
    """Draws nothing before `go` is set; remembers what it was to draw."""

    def __init__(self):
        self.go, self.drawn = threading.Event(), []

    def __call__(self, spec):
        assert self.go.wait(15)
        self.drawn.append(spec)

    def finish(self, pictures):
        self.go.set()
        while pictures.prepare(HEAT):
            time.sleep(0.001)
        self.go.clear()


def test_a_large_picture_is_drawn_once_while_the_window_lives_on():
    brush = Brush()
    pictures = Pictures(brush)
    assert pictures.prepare(HEAT)
    assert pictures.prepare(HEAT), "nobody waits for it"
    brush.finish(pictures)
    assert not pictures.prepare(HEAT)
    assert brush.drawn == [HEAT.spec]


def test_what_is_drawn_in_no_time_needs_no_frame_of_its_own():
    pictures = Pictures()
    assert not pictures.prepare(SMALL)
    assert not pictures.prepare(WORDS)


def test_what_nothing_is_about_to_show_is_let_go():
    brush = Brush()
    pictures = Pictures(brush)
    brush.finish(pictures)
    pictures.keep({HEAT.spec})
    brush.finish(pictures)
    assert len(brush.drawn) == 1
    pictures.keep(set())
    brush.finish(pictures)
    assert len(brush.drawn) == 2
