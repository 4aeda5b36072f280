"""What people see of a colour: the instruments of the colour tests, and the window's bars under them."""

from itertools import combinations

import pytest

from tests.colour_sight import APART, EYES, ciede2000, difference, seen_by
from tray.core.model import Band
from tray.views.window.theme import DARK, LIGHT, bar_colour

EVERYBODY = pytest.mark.parametrize("eyes", EYES)


@EVERYBODY
@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_levels_of_a_quota_are_told_apart_by_all_eyes(look, eyes):
    for one, other in combinations([bar_colour(look, band) for band in Band], 2):
        assert difference(eyes, one, other) >= APART


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [  # pairs and results that Sharma, Wu and Dalal published to test implementations (2005)
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_is_the_published_one(one, other, wanted):
    assert ciede2000(one, other) == pytest.approx(wanted, abs=5e-5)
    assert ciede2000(other, one) == pytest.approx(wanted, abs=5e-5)


@EVERYBODY
def test_a_missing_cone_leaves_greys_alone(eyes):
    for grey in ("#000000", "#777777", "#ffffff"):
        assert ciede2000(seen_by(eyes, grey), seen_by("all cones", grey)) < 0.1


def test_red_and_green_come_together_for_those_who_mix_them():
    red, green = "#c04040", "#408a40"
    assert difference("deuteranopia", red, green) < difference("all cones", red, green) / 2
