"""The colours of charts, as people see them: contrast, even steps, eyes that miss a cone."""

from itertools import combinations, pairwise

import pytest

from tests.colour_sight import APART, EYES, contrast, difference, lightness
from tray.views.charts.palette import LEVELS, heat, inks, inks_of, level
from tray.views.charts.spark import past
from tray.views.window.theme import DARK, LIGHT, faded

BOTH = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
EVERYBODY = pytest.mark.parametrize("eyes", EYES)

STEPS = 7  # CIEDE2000: enough for colours that lie side by side


@EVERYBODY
@BOTH
def test_outcomes_are_told_apart_by_all_eyes(dark, eyes):
    ink = inks(dark)
    for one, other in combinations((ink.ok, ink.failed, ink.open), 2):
        assert difference(eyes, one, other) >= APART


@EVERYBODY
@BOTH
def test_neighbouring_steps_of_the_heatmap_are_told_apart_by_all_eyes(dark, eyes):
    for one, other in pairwise(heat(inks(dark))):
        assert difference(eyes, one, other) >= STEPS


@BOTH
def test_the_heatmap_reads_the_same_in_grey(dark):
    steps = [lightness(other) - lightness(one) for one, other in pairwise(heat(inks(dark)))]
    assert all(step > 0 for step in steps) or all(step < 0 for step in steps)
    assert min(map(abs, steps)) >= 7
    assert max(map(abs, steps)) <= 2 * min(map(abs, steps)), "even steps"


@BOTH
def test_labels_can_be_read(dark):
    ink = inks(dark)
    assert contrast(ink.text, ink.ground) >= 4.5
    assert contrast(ink.dim, ink.ground) >= 4.5


@BOTH
def test_what_carries_meaning_stands_out_from_the_ground(dark):
    ink = inks(dark)
    for colour in (ink.fill, past(ink), ink.ok, ink.failed, ink.open, ink.focus, *heat(ink)[3:]):
        assert contrast(colour, ink.ground) >= 3


@BOTH
def test_old_data_keeps_its_steps(dark):
    for one, other in pairwise(heat(inks_of(faded(DARK if dark else LIGHT)))):
        assert difference("all cones", one, other) >= STEPS - 1


@BOTH
def test_a_heatmap_has_the_track_and_one_colour_for_each_level(dark):
    ink = inks(dark)
    assert heat(ink)[0] == ink.track
    assert len(heat(ink)) == LEVELS + 1


def test_only_nothing_is_empty_and_the_greatest_is_full():
    assert [level(count, 100) for count in (0, 1, 20, 21, 40, 60, 80, 81, 100)] == [0, 1, 1, 2, 2, 3, 4, 5, 5]
    assert level(1, 10**12) == 1
    assert level(0, 0) == level(-3, 5) == level(3, 0) == 0
    assert level(7, 5) == LEVELS
