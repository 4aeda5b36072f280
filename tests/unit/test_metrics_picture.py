"""The activity as a picture: always one, as large as it needs, whatever names and numbers come in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from tests.report_stage import BUSY, EMPTY, FOUND, HOSTILE, named
from tray.core.insights import Analytics, Dashboard, Rank
from tray.views.easel import Easel
from tray.views.metrics_picture import WIDTH, picture, png


def test_a_point_is_two_pixels():
    one, two = picture(FOUND, scale=1), picture(FOUND)
    assert one.width == WIDTH
    assert two.size == (2 * one.width, 2 * one.height)


def test_equal_values_are_equal_bytes():
    assert png(FOUND) == png(replace(FOUND))
    assert png(FOUND).startswith(b"\x89PNG")


LONG = "a-very-long-name-" * 40


@pytest.mark.parametrize("rank", Rank)
@pytest.mark.parametrize(
    "found",
    [
        *(EMPTY, BUSY, named(HOSTILE), named(LONG), named("日本語"), named("")),
        replace(FOUND, analytics=Analytics(), dashboard=Dashboard()),
        replace(FOUND, trouble=f"{LONG} {HOSTILE}", complete=False),
        replace(FOUND, dashboard=replace(FOUND.dashboard, unpriced_models=("model",) * 100)),
    ],
)
def test_there_is_always_a_picture(found, rank):
    drawn = picture(found, rank, scale=1)
    assert (drawn.mode, drawn.width) == ("RGB", WIDTH)
    assert 200 < drawn.height < 2000


@pytest.mark.parametrize("found", [BUSY, named(LONG), replace(FOUND, trouble=LONG)])
def test_nothing_reaches_over_the_margins(found):
    drawn = picture(found, scale=1)
    ground = Image.new("RGB", drawn.size, drawn.getpixel((0, 0)))
    left, top, right, bottom = ImageChops.difference(drawn, ground).getbbox()
    assert left >= 31
    assert right <= WIDTH - 31
    assert top >= 20
    assert bottom <= drawn.height - 16


def test_words_are_cut_to_their_room():
    easel = Easel(100, 40, "#ffffff", 1)
    assert easel.words(0, 20, LONG, size=12, ink="#000000", room=60) <= 60
    assert easel.words(0, 20, "short", size=12, ink="#000000", room=60) == easel.measure("short", 12)
    assert easel.words(0, 20, "short", size=12, ink="#000000", room=0) < 15
    assert all(easel.measure(line, 12) <= 80 for line in easel.wrapped("some words in a row " * 9, 12, 80))
