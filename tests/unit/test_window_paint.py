"""The window's pictures: what a pixel tells."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tray.core.model import Face, Shape
from tray.views.window.paint import Bar, Battery, Panel, Sign, Switch, draw, filled
from tray.views.window.theme import rgb

FILL, TRACK, INK, GROUND = "#00aa00", "#444444", "#ffffff", "#101010"
BAR = Bar(
    width=200,
    height=8,
    reach=2,
    stroke=2,
    fill=0.5,
    mark=None,
    style="live",
    colour=FILL,
    track=TRACK,
    ink=INK,
    ground=GROUND,
)


def colours(picture, y):
    return [picture.getpixel((x, y))[:3] for x in range(picture.width)]


def coloured(spec, colour):
    picture = draw(spec)
    return colours(picture, picture.height // 2).count(rgb(colour))


def test_a_bar_is_filled_from_the_left_to_its_part():
    row = colours(draw(BAR), 6)
    assert row[20:100] == [rgb(FILL)] * 80
    assert row[100:180] == [rgb(TRACK)] * 80


@given(width=st.integers(4, 2000), part=st.floats(0, 1))
def test_a_little_is_seen_and_nearly_full_is_not_full(width, part):
    pixels = filled(width, part)
    assert 0 <= pixels <= width
    assert (pixels == 0) == (part <= 0)
    assert (pixels == width) == (part >= 1)


@given(one=st.floats(0, 1), other=st.floats(0, 1))
def test_more_is_never_drawn_shorter(one, other):
    low, high = sorted((one, other))
    assert filled(328, low) <= filled(328, high)


@pytest.mark.parametrize("mark", [0.0, 0.25, 0.999, 1.0, 7.0, -1.0])
def test_the_time_mark_stands_out_above_and_below_and_stays_inside(mark):
    picture = draw(replace(BAR, mark=mark))
    for y in (0, picture.height - 1):
        assert colours(picture, y).count(rgb(INK)) == BAR.stroke


def test_the_time_mark_is_set_off_from_fill_and_track():
    row = colours(draw(replace(BAR, mark=0.25)), 6)
    place = row.index(rgb(INK))
    assert row[place - 1] == row[place + BAR.stroke] == rgb(GROUND)


def test_an_old_reading_differs_by_its_pattern():
    old = draw(replace(BAR, style="stale"))
    assert len(set(colours(old, 6)[20:90])) > 2
    assert colours(old, 6)[110:180] == [rgb(TRACK)] * 70


def test_a_bar_without_a_reading_is_hollow():
    assert coloured(replace(BAR, style="open", fill=0.5), FILL) == 0
    assert coloured(replace(BAR, style="open"), GROUND) > 180


def test_the_ends_of_a_bar_are_round_without_a_dark_rim():
    picture = draw(replace(BAR, fill=1.0, track="#ffffff", colour="#ffffff"))
    assert picture.getpixel((0, 2))[3] < 128
    assert {p[:3] for p in picture.get_flattened_data() if p[3]} == {(255, 255, 255)}


def test_a_tiny_bar_is_drawn_all_the_same():
    assert draw(replace(BAR, width=0, height=0)).width >= 1


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (380, 300)])
def test_a_panel_has_the_size_it_was_asked_for(size):
    width, height = size
    panel = draw(Panel(width=width, height=height, radius=10, fill="#ffffff", edge="#000000"))
    assert panel.size == size


def test_a_panel_is_round_at_every_corner_and_has_an_edge_all_around():
    panel = draw(Panel(width=60, height=40, radius=8, fill="#ffffff", edge="#0000ff", stroke=2))
    for corner in ((0, 0), (59, 0), (0, 39), (59, 39)):
        assert panel.getpixel(corner)[3] < 64
    for side in ((30, 0), (30, 39), (0, 20), (59, 20), (30, 1), (58, 20)):
        assert panel.getpixel(side) == (0, 0, 255, 255)
    assert panel.getpixel((30, 20)) == (255, 255, 255, 255)


def test_a_focus_ring_is_open_in_the_middle():
    ring = draw(Panel(width=60, height=40, radius=8, fill=None, edge="#0000ff", stroke=2))
    assert ring.getpixel((30, 20))[3] == 0
    assert ring.getpixel((30, 0)) == (0, 0, 255, 255)


def test_a_switch_tells_by_the_side_of_its_knob():
    spec = Switch(width=34, height=20, on=True, body="#000000", knob="#ffffff", edge="#000000")
    on, off = colours(draw(spec), 10), colours(draw(replace(spec, on=False)), 10)
    assert on.index((255, 255, 255)) > 17
    assert off.index((255, 255, 255)) < 10


def seen(picture):
    """The greys over a black ground."""
    return Image.alpha_composite(Image.new("RGBA", picture.size, "#000000"), picture).convert("L").tobytes()


def test_levels_differ_without_any_colour():
    kinds = ("warning", "critical", "spent")
    shapes = {
        kind: seen(draw(Sign(kind=kind, size=13, colour="#ffffff", ground="#000000"))) for kind in kinds
    }
    for one in kinds:
        for other in kinds:
            different = sum(a != b for a, b in zip(shapes[one], shapes[other], strict=True))
            assert (different == 0) if one == other else (different > 25)


def test_the_header_shows_the_picture_of_the_tray():
    assert draw(Battery(face=Face(shape=Shape.LEVEL, level=50), size=32)).size == (32, 32)


def test_equal_descriptions_give_equal_pictures():
    assert draw(BAR).tobytes() == draw(replace(BAR)).tobytes()
