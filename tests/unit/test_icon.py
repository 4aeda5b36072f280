"""What the icon promises: states told apart without colour, an edge on every panel, truthful levels."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from PIL import Image, ImageChops

from tests.colour_sight import contrast
from tray.core.model import Band, Face, Shape
from tray.views.font import font
from tray.views.icon import SIZES, fill_width, frame, render

LIGHT, DARK = (240, 240, 240), (32, 33, 36)
ANY_SIZE = sorted({*SIZES, *range(16, 65)})


def level(percent, band=Band.NORMAL, shape=Shape.LEVEL):
    return Face(shape=shape, level=percent, band=band)


def any_face(shape):
    return level(60, shape=shape)


def solid(picture):
    """The pixels that stand out by alpha alone."""
    return [alpha >= 128 for alpha in picture.getchannel("A").tobytes()]


def differing(one, other):
    return sum(a != b for a, b in zip(one, other, strict=True))


def on_panel(picture, panel):
    page = Image.new("RGB", picture.size, panel)
    page.paste(picture, (0, 0), picture)
    return page


@pytest.mark.parametrize(("one", "other"), list(combinations(Shape, 2)))
def test_two_states_differ_by_alpha_alone_at_16_px(one, other):
    pictures = [solid(render(any_face(shape), 16, template=True)) for shape in (one, other)]
    assert differing(*pictures) >= 12


@pytest.mark.parametrize("panel", [LIGHT, DARK])
@pytest.mark.parametrize(("one", "other"), list(combinations(Shape, 2)))
def test_two_states_differ_without_colour_on_any_panel(one, other, panel):
    lightness = [
        on_panel(render(any_face(shape), 16), panel).convert("L").tobytes() for shape in (one, other)
    ]
    assert sum(abs(a - b) >= 48 for a, b in zip(*lightness, strict=True)) >= 12


@pytest.mark.parametrize("percent", [5, 50, 100])
def test_critical_differs_from_normal_by_shape(percent):
    for shape in (Shape.LEVEL, Shape.STALE):
        calm, loud = (
            solid(render(level(percent, band, shape), 16, template=True))
            for band in (Band.NORMAL, Band.CRITICAL)
        )
        assert differing(calm, loud) >= 12


def test_bands_differ_in_lightness_for_eyes_that_mix_red_and_green():
    f = frame(32)
    for shape in (Shape.LEVEL, Shape.STALE):
        colours = [
            render(level(100, band, shape), 32).getpixel((f.cell.left + 2, f.cell.top + 1)) for band in Band
        ]
        for one, other in combinations(colours, 2):
            assert contrast(one, other) >= 1.25


@pytest.mark.parametrize("size", ANY_SIZE)
@pytest.mark.parametrize("shape", [Shape.LEVEL, Shape.STALE])
def test_more_level_is_never_drawn_as_less(size, shape):
    shown = [
        sum(render(level(n, shape=shape), size, template=True).getchannel("A").tobytes()) for n in range(101)
    ]
    assert all(a <= b for a, b in pairwise(shown))
    assert shown[0] < shown[1]
    assert shown[99] < shown[100]


@pytest.mark.parametrize("cell", range(8, 60))
def test_only_nothing_looks_empty_and_only_all_looks_full(cell):
    assert fill_width(0, cell) == 0
    assert fill_width(-5, cell) == 0
    assert fill_width(1, cell) == 2
    assert fill_width(99, cell) <= cell - 1
    assert fill_width(100, cell) == fill_width(140, cell) == cell


def test_a_level_that_nobody_knows_is_not_drawn_as_empty():
    unknown = render(Face(shape=Shape.UNKNOWN), 16).tobytes()
    for shape in (Shape.LEVEL, Shape.STALE):
        assert render(Face(shape=shape, band=Band.CRITICAL), 16).tobytes() == unknown


@pytest.mark.parametrize("panel", [LIGHT, DARK])
@pytest.mark.parametrize("size", ANY_SIZE)
def test_the_edge_stands_out_on_light_and_dark_panels(size, panel):
    body = frame(size).body
    for shape in Shape:
        page = on_panel(render(any_face(shape), size), panel)
        edge = page.getpixel((body.left, body.top + body.height // 4 + 1))
        assert contrast(edge, panel) >= 3


@pytest.mark.parametrize("panel", [LIGHT, DARK])
def test_every_state_has_an_edge_in_most_rows_of_the_battery(panel):
    body = frame(16).body
    for shape in Shape:
        page = on_panel(render(any_face(shape), 16), panel)
        rows = sum(
            any(contrast(page.getpixel((x, y)), panel) >= 3 for x in range(16))
            for y in range(body.top, body.bottom)
        )
        assert rows >= body.height * 0.6


@pytest.mark.parametrize("size", ANY_SIZE)
def test_straight_edges_lie_on_whole_pixels(size):
    f = frame(size)
    alpha = render(level(50), size, template=True).getchannel("A")
    middle = f.body.top + f.body.height // 2
    assert {alpha.getpixel((x, middle)) for x in range(size)} <= {0, 255}
    assert f.body.top + f.body.bottom == size  # the battery stands in the middle
    assert f.cell.height >= 6
    assert f.body.left >= 0
    assert f.knob.right <= size


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", Shape)
def test_a_template_holds_nothing_but_alpha(shape, size):
    picture = render(level(40, Band.CRITICAL, shape), size, template=True)
    assert picture.mode == "RGBA"
    assert all(picture.getchannel(c).getextrema() == (0, 0) for c in "RGB")
    assert picture.getchannel("A").getextrema() == (0, 255)


@pytest.mark.parametrize("size", SIZES)
def test_equal_faces_give_equal_pictures_of_the_size_asked_for(size):
    one, other = render(level(33, Band.WARNING), size), render(level(33, Band.WARNING), size)
    assert one.size == (size, size)
    assert one.mode == "RGBA"
    assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("shape", Shape)
def test_an_enlarged_picture_scaled_down_again_is_as_sharp_as_the_small_one(shape):
    face, white = level(58, Band.NORMAL, shape), (255, 255, 255)
    small, large = (Image.new("RGB", (side, side), white) for side in (22, 88))
    small.paste(render(face, 22), mask=render(face, 22))
    large.paste(render(face, 22, 4), mask=render(face, 22, 4))
    off = ImageChops.difference(small, large.reduce(4))
    assert max(high for _, high in off.getextrema()) <= 16


def test_drawing_on_a_picture_leaves_the_next_one_clean():
    before = render(level(33), 22).tobytes()
    render(level(33), 22).paste((255, 0, 255, 255), (0, 0, 22, 22))
    assert render(level(33), 22).tobytes() == before


def test_digits_of_the_shipped_font_are_all_of_one_width():
    assert len({font(12).getlength(digit) for digit in "0123456789"}) == 1
