"""How far the reading of transcripts is: the numbers, the words made of them, and where they are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.boards import CODEX, NOW, OLLAMA, SOURCES, active, board, snapshot, tokens
from tests.boards import window as quota
from tray.core import present, texts
from tray.core.codec import decode, encode
from tray.core.layout import screen
from tray.core.model import Board, Entry
from tray.core.progress import Progress, time_left
from tray.core.status import document
from tray.views import text

HALF = Progress(files=43, files_total=120, size=200_000_000, size_total=1_000_000_000, left=17.2, at=NOW - 1)
COUNTED = "Counted."


def reading(progress, *windows, **more):
    """A board whose local tokens are being read; they belong to another backend than the active one."""
    told = snapshot(*windows, source="local", label="Local", note=COUNTED, progress=progress)
    ours = snapshot(quota(42))
    return board(Entry(source="cloud", snapshot=ours), Entry(source="local", snapshot=told), **more)


def gauge(shown, now=NOW):
    return next((card.gauge for card in screen(shown, SOURCES, now).cards if card.source == "local"), None)


# -- numbers


def test_the_share_is_that_of_the_bytes_or_of_the_files_where_there_are_none():
    assert HALF.share == 0.2
    assert Progress(files=1, files_total=4).share == 0.25
    assert Progress().share == 1.0


def test_the_time_left_follows_the_pace_and_is_unknown_before_there_is_one():
    assert time_left(100, 400, 2.0) == 6.0
    assert time_left(0, 400, 2.0) is None
    assert time_left(100, 400, 0.0) is None
    assert time_left(500, 400, 2.0) == 0.0


@given(st.integers(), st.integers(), st.floats(0, 1e9))
def test_no_number_leads_out_of_bounds(done, total, seconds):
    assert 0 <= Progress(size=done, size_total=total).share <= 1
    left = time_left(done, total, seconds)
    assert left is None or left >= 0


def test_the_store_keeps_it():
    shown = reading(HALF)
    assert decode(Board, encode(shown)) == shown


# -- words


@pytest.mark.parametrize(
    ("done", "total", "said"),
    [
        (230_000_000, 1_020_000_000, "0.2 of 1.0 GB"),
        (3_400_000, 40_000_000, "3 of 40 MB"),
        (0, 9_000, "0 of 9 kB"),
    ],
)
def test_sizes_are_told_in_the_unit_of_the_whole(done, total, said):
    assert texts.size(done, total) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "5 s"), (17.2, "20 s"), (55, "55 s"), (56, "1 min"), (61, "2 min"), (5400, "90 min"), (7000, "2 h")],
)
def test_a_duration_is_coarse_and_rather_more_than_less(seconds, said):
    assert texts.duration(seconds) == said


def test_the_sentence_says_files_bytes_and_time_left():
    assert present.reading_text(HALF) == "Reading transcripts: 43 of 120 files."
    assert present.reading_pace(HALF) == "0.2 of 1.0 GB, about 20 s left"
    early = Progress(files_total=120, size_total=1_000_000_000)
    assert present.reading_pace(early) == "0.0 of 1.0 GB"
    assert present.reading_pace(Progress(files_total=120)) is None


# -- where it is shown


def test_the_window_shows_it_on_the_card_of_the_local_tokens():
    found = gauge(reading(HALF, tokens(120)))
    assert found.fill == 0.2
    assert (found.text, found.pace) == (present.reading_text(HALF), present.reading_pace(HALF))


def test_it_is_shown_before_there_is_a_single_row_and_whoever_is_active():
    assert gauge(reading(HALF)).fill == 0.2
    assert gauge(reading(HALF, who=active(CODEX))).fill == 0.2


@pytest.mark.parametrize("over", [None, Progress(files=120, files_total=120, size=9, size_total=9)])
def test_the_end_of_reading_takes_it_away(over):
    assert gauge(reading(over, tokens(120))) is None
    assert [card.source for card in screen(reading(over), SOURCES, NOW).cards] == ["cloud"]


def test_what_nobody_reads_is_said_without_a_bar():
    found = gauge(reading(Progress(files=20, files_total=120, size_total=9, waits=True)))
    said = (found.text, found.pace, found.fill)
    assert said == ("100 changed transcripts are still to be read.", None, None)


def test_what_was_told_long_ago_is_not_going_on():
    found = gauge(reading(HALF), now=NOW + 120)
    assert (found.text, found.fill) == ("77 changed transcripts are still to be read.", None)


def test_the_terminal_says_it_too():
    said = text.status(reading(HALF), SOURCES, NOW)
    assert "  Reading transcripts: 43 of 120 files. 0.2 of 1.0 GB, about 20 s left" in said


def test_the_report_for_programs_has_its_words_in_the_note_and_nothing_new():
    told, plain = (document(reading(how, tokens(120)), SOURCES, NOW) for how in (HALF, None))
    (note, before), *others = [
        (one.pop("note"), other.pop("note"))
        for one, other in zip(told["snapshots"], plain["snapshots"], strict=True)
        if one["source"] == "local"
    ]
    assert not others
    assert (note, before) == (f"{COUNTED} Reading transcripts: 43 of 120 files.", COUNTED)
    assert told == plain


def test_an_icon_that_has_nothing_to_show_yet_says_why():
    told = snapshot(source="local", label="Ollama", note="No turns recorded yet.", progress=HALF)
    shown = board(Entry(source="local", snapshot=told), who=active(OLLAMA))
    said = present.tooltip(shown, SOURCES, NOW)
    assert said == "Ollama: no turns recorded yet. Reading transcripts: 43 of 120 files"
