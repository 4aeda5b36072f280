"""Promises of the rollout reader: the newest reading by time of change, from the tail alone, whatever lies there."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tray.sources.codex import merge, rollouts

GENUINE = Path(__file__).parents[1] / "payloads" / "codex"
NOW = 1_790_000_000.0


def stamp(at):
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def event(at, used=40, *, limits=None, **more):
    window = {"used_percent": used, "window_minutes": 300, "resets_at": int(NOW + 3600)}
    payload = {"type": "token_count", "info": None, "rate_limits": limits or {"primary": window, **more}}
    return json.dumps({"timestamp": stamp(at), "type": "event_msg", "payload": payload})


def write(home, name, lines, *, changed=None, folder="sessions/2026/09/21"):
    path = home / folder / f"rollout-{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
    os.utime(path, (changed or NOW, changed or NOW))
    return path


def newest(home, **args):
    """The plan's newest reading as (percent, date), or None."""
    found = [r for r in rollouts.find(home, now=NOW, **args) if r.limit == "codex"]
    last = max(found, key=lambda r: r.at, default=None)
    return None if last is None else (last.windows[0].used, last.at)


@pytest.mark.parametrize(("version", "percent"), [("0.169.0", "22.5"), ("0.98.0", "21.0")])
def test_genuine_sessions_give_their_last_reading(tmp_path, version, percent):
    shutil.copytree(GENUINE / version / "sessions", tmp_path / "sessions")
    now = datetime(2026, 11, 21, 20, tzinfo=UTC).timestamp()
    snapshot = merge.merge(merge.blank(), rollouts.find(tmp_path, now=now), now)
    assert [(w.key, w.used) for w in snapshot.windows] == [
        ("codex_session", Decimal(percent)),
        ("codex_week", Decimal("61.0")),
        ("codex_credits", None),
    ]


def test_no_codex_home_gives_nothing(tmp_path):
    assert rollouts.find(tmp_path / "absent", now=NOW) == []


def test_resumed_session_in_an_old_folder_is_found_by_its_time_of_change(tmp_path):
    write(tmp_path, "new", [event(NOW - 900, 10)], changed=NOW - 900)
    write(tmp_path, "old", [event(NOW - 60, 70)], changed=NOW - 60, folder="sessions/2025/01/02")
    assert newest(tmp_path) == (Decimal(70), NOW - 60)


def test_archived_sessions_are_read_too(tmp_path):
    write(tmp_path, "a", [event(NOW - 60, 33)], folder="archived_sessions")
    assert newest(tmp_path) == (Decimal(33), NOW - 60)


def test_torn_last_line_is_passed_over(tmp_path):
    path = write(tmp_path, "a", [event(NOW - 60, 33)])
    with path.open("a") as file:
        file.write(event(NOW - 5, 99)[:-40])
    assert newest(tmp_path) == (Decimal(33), NOW - 60)


def test_last_line_without_its_newline_counts_when_whole(tmp_path):
    path = write(tmp_path, "a", [event(NOW - 60, 33)])
    path.write_text(event(NOW - 5, 34))
    assert newest(tmp_path) == (Decimal(34), NOW - 5)


def test_reading_behind_a_long_output_is_found_by_growing_once(tmp_path):
    write(tmp_path, "a", [event(NOW - 60, 33), json.dumps({"payload": "x" * 1_000_000})])
    assert newest(tmp_path) == (Decimal(33), NOW - 60)


def test_only_the_end_of_a_large_file_is_read(tmp_path):
    write(tmp_path, "a", [event(NOW - 60, 33), *[json.dumps({"payload": "x" * 1_000_000})] * 6])
    assert newest(tmp_path) is None


def test_later_null_does_not_hide_the_last_reading(tmp_path):
    null = json.dumps({"timestamp": stamp(NOW), "payload": {"type": "token_count", "rate_limits": None}})
    write(tmp_path, "a", [event(NOW - 60, 33), null])
    assert newest(tmp_path) == (Decimal(33), NOW - 60)


def test_quoted_prose_is_no_reading(tmp_path):
    prose = json.dumps(
        {
            "timestamp": stamp(NOW),
            "payload": {"type": "message", "rate_limits": {"primary": {"used_percent": 99}}},
        }
    )
    said = json.dumps(
        {"timestamp": stamp(NOW), "payload": {"type": "user_message", "message": event(NOW, 98)}}
    )
    write(tmp_path, "a", [event(NOW - 60, 33), prose, said])
    assert newest(tmp_path) == (Decimal(33), NOW - 60)


def test_reading_of_another_limit_does_not_stand_for_the_plan(tmp_path):
    write(tmp_path, "plan", [event(NOW - 600, 10)], changed=NOW - 600)
    write(tmp_path, "spark", [event(NOW - 60, 90, limit_id="codex_spark")], changed=NOW - 60)
    assert newest(tmp_path) == (Decimal(10), NOW - 600)
    assert {r.limit for r in rollouts.find(tmp_path, now=NOW)} == {"codex", "codex_spark"}


def test_date_in_the_future_is_not_believed(tmp_path):
    write(tmp_path, "a", [event(NOW - 60, 33), event(NOW + 9999, 1)])
    assert newest(tmp_path) == (Decimal(33), NOW - 60)


@pytest.mark.parametrize("bad", ["", "yesterday", None, 5, "9999-99-99", "0001-01-01T00:00:00Z"])
def test_line_without_a_usable_date_is_no_reading(tmp_path, bad):
    line = json.loads(event(NOW, 99)) | {"timestamp": bad}
    write(tmp_path, "a", [event(NOW - 60, 33), json.dumps(line)])
    assert newest(tmp_path) == (Decimal(33), NOW - 60)


def test_forks_copy_of_old_readings_is_not_dated_by_the_fork(tmp_path):
    head = {"timestamp": stamp(NOW - 60), "type": "session_meta", "payload": {"forked_from_id": "01a1"}}
    write(tmp_path, "parent", [event(NOW - 600, 80)], changed=NOW - 600)
    write(tmp_path, "fork", [json.dumps(head), event(NOW - 59.9, 20)], changed=NOW - 59)
    assert newest(tmp_path) == (Decimal(80), NOW - 600)


def test_forks_own_reading_counts(tmp_path):
    head = {"timestamp": stamp(NOW - 60), "type": "session_meta", "payload": {"forked_from_id": "01a1"}}
    write(tmp_path, "fork", [json.dumps(head), event(NOW - 59.9, 20), event(NOW - 50, 81)])
    assert newest(tmp_path) == (Decimal(81), NOW - 50)


def test_only_readings_newer_than_what_is_known_are_given(tmp_path):
    write(tmp_path, "a", [event(NOW - 600, 10), event(NOW - 60, 33)])
    assert len(rollouts.find(tmp_path, now=NOW, after=NOW - 300)) == 1
    assert rollouts.find(tmp_path, now=NOW, after=NOW - 60) == []


def test_files_older_than_the_reading_are_not_opened(tmp_path):
    write(tmp_path, "new", [event(NOW - 60, 33)], changed=NOW - 60)
    write(tmp_path, "old", [event(NOW - 30, 99)], changed=NOW - 600)  # it can't be true: it would be noticed
    assert newest(tmp_path) == (Decimal(33), NOW - 60)


def test_files_without_readings_are_given_up_after_a_few(tmp_path):
    for number in range(40):
        write(tmp_path, f"n{number}", ["{}"], changed=NOW - number)
    write(tmp_path, "last", [event(NOW - 900, 33)], changed=NOW - 900)
    assert newest(tmp_path) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_named_like_a_rollout_holds_nobody(tmp_path):
    write(tmp_path, "a", [event(NOW - 60, 33)])
    os.mkfifo(tmp_path / "sessions" / "rollout-pipe.jsonl")
    assert newest(tmp_path) == (Decimal(33), NOW - 60)


@pytest.mark.parametrize(
    "junk", [b"", b"\n\n", b"\x00" * 5000, b'{"rate_limits":' * 2000, b"\xff\xfe{", b"[" * 100_000]
)
def test_junk_gives_nothing(tmp_path, junk):
    path = write(tmp_path, "a", [])
    path.write_bytes(junk + b' "rate_limits" ')
    assert rollouts.find(tmp_path, now=NOW) == []


def test_link_loop_ends(tmp_path):
    write(tmp_path, "a", [event(NOW - 60, 33)])
    (tmp_path / "sessions" / "loop").symlink_to(tmp_path / "sessions")
    assert newest(tmp_path) == (Decimal(33), NOW - 60)
