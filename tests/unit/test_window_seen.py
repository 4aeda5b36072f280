"""The last appearance, page and size are remembered, and doubtful memories are not."""

import pytest

from tray.desktop.appearance import Appearance
from tray.views.window.seen import Stay, keep, keep_stay, recall, recall_stay


def test_what_was_kept_is_recalled(tmp_path):
    keep(tmp_path, Appearance(dark=True, scale=1.5))
    assert recall(tmp_path) == Appearance(dark=True, scale=1.5)


def test_an_unchanged_appearance_is_not_written_again(tmp_path):
    keep(tmp_path, Appearance(dark=True, scale=1.5))
    before = (tmp_path / "window.json").stat()
    keep(tmp_path, Appearance(dark=True, scale=1.5))
    assert (tmp_path / "window.json").stat().st_ino == before.st_ino


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"dark": 1, "scale": 1}', '{"dark": true, "scale": "NaN"}',
             '{"dark": true, "scale": 900}', '{"dark": true}', "[" * 4000]
)  # fmt: skip
def test_a_damaged_memory_is_no_memory(tmp_path, text):
    (tmp_path / "window.json").write_text(text)
    assert recall(tmp_path) is None


def test_a_folder_that_is_missing_or_cannot_be_written_is_no_trouble(tmp_path):
    keep(tmp_path / "missing", Appearance())
    assert recall(tmp_path / "missing") is None


def test_page_and_size_are_remembered_beside_the_colours(tmp_path):
    keep_stay(tmp_path, Stay(page="insights", size=(412.5, 700.0)))
    keep(tmp_path, Appearance(dark=True, scale=2.0))
    assert recall_stay(tmp_path) == Stay(page="insights", size=(412.5, 700.0))
    keep_stay(tmp_path, Stay(page="usage", size=(400.0, 600.0)))
    assert recall(tmp_path) == Appearance(dark=True, scale=2.0)
    assert recall_stay(tmp_path) == Stay(page="usage", size=(400.0, 600.0))


def test_a_visit_without_a_size_of_its_own_leaves_the_one_that_is_kept(tmp_path):
    keep_stay(tmp_path, Stay(page="insights", size=(412.5, 700.0)))
    keep_stay(tmp_path, Stay(page="activity"))
    assert recall_stay(tmp_path) == Stay(page="activity", size=(412.5, 700.0))


def test_what_was_picked_is_remembered_until_something_else_is(tmp_path):
    picked = {"scope": "claudette", "days": "7", "rank": "cost"}
    keep_stay(tmp_path, Stay(page="insights", picked=picked))
    keep_stay(tmp_path, Stay())
    assert recall_stay(tmp_path).picked == picked
    keep_stay(tmp_path, Stay(picked={"days": "all"}))
    assert recall_stay(tmp_path).picked == {"days": "all"}


@pytest.mark.parametrize("picked", ["null", "[]", "7", '{"days": 7}', '{"colour": "red"}', '{"days": ["7"]}'])
def test_picks_that_make_no_sense_are_none(tmp_path, picked):
    (tmp_path / "window.json").write_text(f'{{"page": "activity", "picked": {picked}}}')
    assert recall_stay(tmp_path) == Stay(page="activity")


def test_the_same_stay_is_not_written_again(tmp_path):
    keep_stay(tmp_path, Stay(page="insights", size=(412.5, 700.0)))
    before = (tmp_path / "window.json").stat().st_ino
    keep_stay(tmp_path, Stay(page="insights", size=(412.5, 700.0)))
    assert (tmp_path / "window.json").stat().st_ino == before


@pytest.mark.parametrize(
    "size", ["null", "[]", "[380]", "[380, 640, 1]", '["a", 640]', "[true, 640]", "[0, 0]", "[NaN, 640]",
             "[1e9, 640]", "[-380, 640]", "{}", '"380x640"']
)  # fmt: skip
def test_a_size_that_makes_no_sense_is_none(tmp_path, size):
    (tmp_path / "window.json").write_text(f'{{"page": "activity", "size": {size}}}')
    assert recall_stay(tmp_path) == Stay(page="activity")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"page": 3}', "[" * 4000])
def test_a_damaged_stay_is_the_usage(tmp_path, text):
    (tmp_path / "window.json").write_text(text)
    assert recall_stay(tmp_path) == Stay()


def test_a_stay_that_cannot_be_written_is_no_trouble(tmp_path):
    keep_stay(tmp_path / "missing", Stay(page="activity"))
    assert recall_stay(tmp_path / "missing") == Stay()
