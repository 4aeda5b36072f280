"""Promises about Claudette's saved copy: undated when first seen, dated by the change we see."""

from __future__ import annotations

import json
import os

from tray.sources.codex.claudette_copy import KEY, Copy

NOW = 1_790_000_000.0


def text(used):
    return json.dumps(
        {"limitId": "codex", "planType": "plus", "primary": {"usedPercent": used, "windowDurationMins": 300}}
    )


class Setting:
    """Claudette's setting, and which key was asked for."""

    def __init__(self, value=None):
        self.value = value
        self.keys = set()

    def __call__(self, database, key):
        self.keys.add(key)
        return self.value


def test_copy_is_undated_when_first_seen_and_while_it_stays(tmp_path):
    setting = Setting(text(40))
    copy = Copy(setting)
    for now in (NOW, NOW + 60):
        told = copy.find(tmp_path / "c.db", now)
        assert (told.at, told.windows[0].observed_at) == (None, None)
    assert setting.keys == {KEY}


def test_change_while_we_watch_dates_it_and_the_date_stays(tmp_path):
    setting = Setting(text(40))
    copy = Copy(setting)
    copy.find(tmp_path / "c.db", NOW)
    setting.value = text(41)
    assert copy.find(tmp_path / "c.db", NOW + 60).at == NOW + 60
    assert copy.find(tmp_path / "c.db", NOW + 900).windows[0].observed_at == NOW + 60


def test_change_noticed_late_is_dated_by_the_last_write(tmp_path):
    database = tmp_path / "c.db"
    database.write_text("")
    setting = Setting(text(40))
    copy = Copy(setting)
    copy.find(database, NOW)
    setting.value = text(41)
    os.utime(database, (NOW + 30, NOW + 30))
    assert copy.find(database, NOW + 900).at == NOW + 30


def test_unreadable_for_a_moment_is_no_change(tmp_path):
    setting = Setting(text(40))
    copy = Copy(setting)
    copy.find(tmp_path / "c.db", NOW)
    for value in (None, "{", "[]", ""):
        setting.value = value
        assert copy.find(tmp_path / "c.db", NOW + 1) is None
    setting.value = text(40)
    assert copy.find(tmp_path / "c.db", NOW + 2).at is None


def test_another_database_is_first_seen_again(tmp_path):
    setting = Setting(text(40))
    copy = Copy(setting)
    copy.find(tmp_path / "a.db", NOW)
    setting.value = text(41)
    assert copy.find(tmp_path / "b.db", NOW + 60).at is None
