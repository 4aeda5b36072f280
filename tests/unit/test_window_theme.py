"""The window's colours can be read, in both themes."""

from itertools import combinations

import pytest

from tests.colour_sight import contrast
from tray.core.model import Band
from tray.views.window.theme import DARK, LIGHT, bar_colour, faded, mix, theme

BOTH = pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])


@BOTH
def test_text_keeps_its_contrast_on_every_ground(look):
    for ground in (look.page, look.card, look.key, look.key_over, look.marked, look.alert, look.notice):
        assert contrast(look.text, ground) >= 4.5
    for ground in (look.page, look.card, look.key, look.marked):
        assert contrast(look.dim, ground) >= 4.5
    for colour in (look.warning, look.critical, look.accent):
        assert contrast(colour, look.card) >= 4.5
        assert contrast(colour, look.page) >= 4.5
    assert contrast(look.on_accent, look.accent) >= 4.5


@BOTH
def test_a_bar_stands_out_from_its_track(look):
    for band in (None, *Band):
        assert contrast(bar_colour(look, band), look.track) >= 3


@BOTH
def test_levels_have_three_different_bars(look):
    for one, other in combinations([bar_colour(look, band) for band in Band], 2):
        assert one != other


@BOTH
def test_old_data_steps_back_but_stays_readable(look):
    old = faded(look)
    assert contrast(old.text, old.card) < contrast(look.text, look.card)
    assert contrast(old.text, old.card) >= 4.5
    assert old.page == look.page


def test_contrast_is_the_ratio_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


def test_mix_goes_from_one_colour_to_the_other():
    assert mix("#000000", "#ffffff", 0) == "#000000"
    assert mix("#000000", "#ffffff", 1) == "#ffffff"
    assert mix("#102030", "#302010", 0.5) == "#202020"


def test_the_desktop_decides_the_theme():
    assert theme(dark=True) is DARK
    assert theme(dark=False) is LIGHT
