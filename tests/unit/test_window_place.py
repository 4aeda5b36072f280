"""The window opens whole, on the pointer's monitor, beside the panel."""

from hypothesis import given
from hypothesis import strategies as st

from tray.views.window.place import Area, kept_whole, monitor_at, monitors_of, spot, tallest

LISTING = """Monitors: 2
 0: +*DP-1 1920/527x1080/296+0+0  DP-1
 1: +HDMI-1 2560/600x1440/340+1920+-200  HDMI-1
"""
LEFT = Area(x=0, y=0, width=1920, height=1080)
RIGHT = Area(x=1920, y=-200, width=2560, height=1440)


def test_monitors_are_read_from_xrandr():
    assert monitors_of(LISTING) == (LEFT, RIGHT)


def test_an_unreadable_listing_is_no_monitor():
    assert monitors_of("") == monitors_of("Can't open display") == ()


def test_the_pointer_decides_the_monitor():
    assert monitor_at(2000, 0, (LEFT, RIGHT), LEFT) == RIGHT
    assert monitor_at(10, 10, (LEFT, RIGHT), LEFT) == LEFT


def test_without_monitors_the_desktop_is_one():
    assert monitor_at(5, 5, (), RIGHT) == RIGHT


def test_a_panel_below_opens_above_it_and_one_on_top_below_it():
    x, y = spot((1800, 1070), 380, 500, LEFT, 1)
    assert y + 500 < 1070
    assert x + 380 <= 1920
    _, y = spot((1800, 5), 380, 500, LEFT, 1)
    assert 5 < y < 100


@given(
    x=st.integers(-500, 5000),
    y=st.integers(-500, 2000),
    width=st.integers(300, 800),
    height=st.integers(100, 1300),
    scale=st.sampled_from([1, 1.25, 1.5, 2]),
)
def test_the_window_is_always_whole_on_the_screen(x, y, width, height, scale):
    height = min(height, tallest(RIGHT, scale))
    left, top = spot((x, y), width, height, RIGHT, scale)
    assert left >= RIGHT.x
    assert left + width <= RIGHT.x + RIGHT.width
    assert top >= RIGHT.y
    assert top + height <= RIGHT.y + RIGHT.height


def test_a_window_that_grows_over_an_edge_is_moved_in():
    x, y = kept_whole(1500, 900, 760, 500, LEFT, 1)
    assert x + 760 < 1920
    assert y + 500 < 1080 - 44, "not over the panel either"
    assert kept_whole(300, 100, 380, 500, LEFT, 1) == (300, 100)


def test_a_small_screen_gets_a_window_that_scrolls():
    small = Area(x=0, y=0, width=800, height=480)
    assert tallest(small, 1) < 480
    assert tallest(Area(x=0, y=0, width=320, height=200), 1) >= 200
