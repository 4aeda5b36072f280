"""The last appearance is remembered, and doubtful memories are not."""

import pytest

from tray.desktop.appearance import Appearance
from tray.views.window.seen import keep, recall


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
