"""Texts in the window: cleaned, bounded, and made to fit."""

from hypothesis import given
from hypothesis import strategies as st

from tests.window_stage import Typewriter
from tray.views.window.lines import clean, elide, wrap

TYPE = Typewriter()
ANY = st.text(max_size=80)


def test_controls_and_broken_characters_are_not_drawn():
    assert clean("a\x1b[1m\nb\x00\ud800c") == "a [1m b c"


def test_a_huge_text_is_bounded():
    assert len(clean("x" * 1_000_000)) == 600


@given(text=ANY, room=st.integers(7, 300))
def test_an_elided_text_fits(text, room):
    assert TYPE.width("body", elide(text, "body", room, TYPE)) <= room


@given(text=ANY, room=st.integers(7, 300))
def test_wrapping_loses_nothing(text, room):
    lines = wrap(text, "body", room, TYPE)
    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")
    assert all(TYPE.width("body", line) <= room for line in lines)
