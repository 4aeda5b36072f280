"""A time line with thousands of sessions draws those that can be seen, and looks as if it drew them all."""

from dataclasses import replace

from tests.golden.chart_sheet import charts
from tray.views.charts.draw import draw
from tray.views.charts.palette import inks
from tray.views.charts.places import places
from tray.views.charts.specs import Dot
from tray.views.charts.timeline import _seen

LINE = charts(1.0, inks(dark=True))["timeline"]


def crowd(*dots):
    return replace(LINE, dots=tuple(Dot(start=a, end=b, outcome=kind) for a, b, kind in dots))


def test_of_sessions_in_one_place_the_last_is_drawn():
    alone = draw(crowd((0.2, 0.6, "ok")))
    assert draw(crowd((0.3, 0.6, "failed"), (0.2, 0.6, "ok"))).tobytes() == alone.tobytes()
    assert len(_seen(list(places(crowd(*[(0.2, 0.6, "ok")] * 2000))))) == 1


def test_a_line_that_reaches_beyond_is_drawn():
    boxes = list(places(crowd((0.1, 0.6, "failed"), (0.2, 0.6, "ok"))))
    assert _seen(boxes) == [0, 1]
    assert (
        draw(crowd((0.1, 0.6, "failed"), (0.2, 0.6, "ok"))).tobytes()
        != draw(crowd((0.2, 0.6, "ok"))).tobytes()
    )


def test_each_session_can_be_pointed_at_all_the_same():
    assert len(places(crowd(*[(0.2, 0.6, "ok")] * 50))) == 50
