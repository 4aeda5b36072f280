"""The ledger: every line is kept for 30 days, on one line, without what does not belong there."""

import json
import logging
import os
import stat
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from tray.engine.ledger import KEPT_SECONDS, Ledger, Line, read

NOW = 1_760_000_000.0
DAY = 86_400


@dataclass
class Where:
    state: Path

    @property
    def ledger_file(self):
        return self.state / "ledger.jsonl"


@pytest.fixture
def places(tmp_path):
    return Where(state=tmp_path / "state")


def add(ledger, purpose="usage", **more):
    ledger.add(kind="request", place="api.example.test", purpose=purpose, result="200", **more)


def purposes(places, now=NOW):
    return [line.purpose for line in read(places, now)]


def test_without_a_file_there_are_no_lines(places):
    assert read(places) == []


def test_a_line_comes_back_and_its_form_is_documented(places):
    add(Ledger(places, lambda: NOW), size=12)
    assert read(places, NOW) == [
        Line(at=NOW, kind="request", place="api.example.test", purpose="usage", result="200", size=12)
    ]
    assert json.loads(places.ledger_file.read_text()) == {
        "at": "2025-10-09T08:53:20Z",
        "kind": "request",
        "place": "api.example.test",
        "purpose": "usage",
        "result": "200",
        "bytes": 12,
    }


def test_the_file_is_closed_to_others(places):
    ledger = Ledger(places, lambda: NOW)
    add(ledger)
    if os.name != "nt":
        assert stat.S_IMODE(places.ledger_file.stat().st_mode) == 0o600


def test_unknown_bytes_are_unknown(places):
    add(Ledger(places, lambda: NOW))
    assert read(places, NOW)[0].size is None


def test_a_field_is_clipped_and_can_not_start_another_line(places):
    ledger = Ledger(places, lambda: NOW)
    add(ledger, purpose='a\nb\r\x1b[31m"}\x00\u2028' + "x" * 5000)
    add(ledger, purpose="\udcff")
    first, second = read(places, NOW)
    assert len(first.purpose) == 200
    assert first.purpose.startswith('a\\nb\\r\\x1b[31m"}\\x00\\u2028xxx')
    assert second.purpose == "\\udcff"
    assert len(places.ledger_file.read_bytes().splitlines()) == 2


def test_torn_and_foreign_lines_are_skipped_and_taken_out(places):
    ledger = Ledger(places, lambda: NOW)
    add(ledger, "one")
    good = places.ledger_file.read_bytes()
    foreign = b'null\n[]\n{"at": 5}\n\xff\xfe\n{"at":"soon","kind":"a","place":"b","purpose":"c","result":"d","bytes":1}\n'
    places.ledger_file.write_bytes(foreign + good + good[:30])
    assert purposes(places) == ["one"]
    add(Ledger(places, lambda: NOW), "two")
    assert purposes(places) == ["one", "two"]
    assert len(places.ledger_file.read_bytes().splitlines()) == 2


def test_lines_older_than_thirty_days_are_not_shown_and_go_with_the_next_start(places):
    add(Ledger(places, lambda: NOW - KEPT_SECONDS - 1), "old")
    add(Ledger(places, lambda: NOW - KEPT_SECONDS + 1), "kept")
    assert purposes(places) == ["kept"]
    add(Ledger(places, lambda: NOW), "new")
    assert b'"old"' not in places.ledger_file.read_bytes()
    assert purposes(places) == ["kept", "new"]


def test_an_engine_that_runs_for_weeks_prunes_once_a_day(places):
    clock = [NOW - KEPT_SECONDS]
    ledger = Ledger(places, lambda: clock[0])
    add(ledger, "first")
    clock[0] = NOW + DAY
    add(ledger, "last")
    assert b'"first"' not in places.ledger_file.read_bytes()


def test_a_large_file_is_pruned_by_age_only(places):
    clock = [NOW - KEPT_SECONDS - 10]
    ledger = Ledger(places, lambda: clock[0], prune_bytes=1000)
    add(ledger, "old")
    clock[0] = NOW - 100
    add(ledger, "today")
    clock[0] = NOW
    for number in range(50):
        add(ledger, str(number))
    assert purposes(places) == ["today", *(str(number) for number in range(50))]
    assert b'"old"' not in places.ledger_file.read_bytes()


def test_lines_of_many_threads_are_all_there_and_whole(places):
    ledger = Ledger(places, lambda: NOW)
    threads = [
        threading.Thread(target=lambda n=n: [add(ledger, f"{n}-{i}") for i in range(20)]) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(purposes(places)) == sorted(f"{n}-{i}" for n in range(8) for i in range(20))


def test_a_disk_that_refuses_stops_nothing_and_is_told_once(places, caplog):
    places.state.write_text("a file where the folder should be")
    ledger = Ledger(places, lambda: NOW)
    with caplog.at_level(logging.WARNING):
        add(ledger)
        add(ledger)
        places.state.unlink()
        add(ledger, "again")
    assert len(caplog.records) == 2
    assert purposes(places) == ["again"]
