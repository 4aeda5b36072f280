"""The request gate: when one credential may be asked again."""

import math
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.core.gate import DAY, MINUTE, Gate, ended, key_of, opens_at, settled, started
from tray.core.model import ProblemKind
from tray.core.retry_after import stated_wait
from tray.engine.gates import FileGates

NOW = 1_790_000_000.0
KINDS = st.sampled_from([None, *(kind for kind in ProblemKind if kind is not ProblemKind.FORBIDDEN)])
WAITS = st.none() | st.floats(allow_nan=True, allow_infinity=True)


def fail_times(count, kind=ProblemKind.SERVER, wait=None):
    gate, pauses = Gate(), []
    for _ in range(count):
        gate = ended(started(gate, NOW), NOW, kind, wait)
        pauses.append((gate.not_before - NOW) / MINUTE)
    return pauses


def test_failures_wait_2_4_8_up_to_60_minutes():
    assert fail_times(8) == [2, 4, 8, 16, 32, 60, 60, 60]


@pytest.mark.parametrize("wait", [None, 0, -5.0, math.nan])
def test_rate_limits_without_a_stated_wait_climb_the_ladder(wait):
    assert fail_times(6, ProblemKind.RATE_LIMITED, wait) == [5, 10, 20, 40, 60, 60]


@pytest.mark.parametrize(("wait", "minutes"), [(60, 5), (1600, 1600 / 60), (3600, 60), (10**9, DAY / 60)])
def test_a_stated_wait_counts_but_at_least_5_minutes_and_at_most_a_day(wait, minutes):
    assert fail_times(1, ProblemKind.RATE_LIMITED, wait) == [minutes]


def test_success_clears_failures_and_waits():
    gate = ended(ended(Gate(), NOW, ProblemKind.RATE_LIMITED, 600), NOW + 700, None)
    assert gate == Gate(requested_at=NOW)


def test_a_403_latches_for_every_kind_of_question():
    gate = ended(started(Gate(), NOW), NOW, ProblemKind.FORBIDDEN)
    assert opens_at(gate, manual=False) == opens_at(gate, manual=True) == math.inf


def test_a_persons_refresh_passes_our_back_off_after_a_minute():
    gate = ended(started(Gate(), NOW), NOW, ProblemKind.SERVER)
    assert opens_at(gate, manual=True) == NOW + 60
    assert opens_at(gate, manual=False) == NOW + 120


def test_a_persons_refresh_never_passes_a_stated_wait():
    gate = ended(started(Gate(), NOW), NOW, ProblemKind.RATE_LIMITED, 1600)
    assert opens_at(gate, manual=True) == opens_at(gate, manual=False) == NOW + 1600


def test_requests_lie_a_minute_apart_after_success_too():
    gate = ended(started(Gate(), NOW), NOW + 1, None)
    assert opens_at(gate, manual=True) == opens_at(gate, manual=False) == NOW + 60


def test_an_unused_gate_is_open():
    assert opens_at(Gate(), manual=False) == -math.inf


def test_an_unavailable_service_that_states_a_wait_gets_it():
    gate = ended(Gate(), NOW, ProblemKind.SERVER, 900)
    assert (gate.not_before, gate.stated) == (NOW + 900, True)


@given(st.lists(st.tuples(KINDS, WAITS), max_size=12), st.floats(0, 10 * DAY), st.booleans())
def test_a_clock_set_back_never_locks_longer_than_the_wait_itself(answers, back, manual):
    gate, now = Gate(), NOW
    for kind, wait in answers:
        gate = ended(started(gate, now), now, kind, wait)
    now -= back
    longest = DAY if gate.stated else 60 * MINUTE
    assert opens_at(settled(gate, now), manual=manual) <= now + longest


@given(st.lists(st.tuples(KINDS, WAITS), max_size=12))
def test_no_history_shortens_the_minute_between_requests(answers):
    gate = Gate()
    for kind, wait in answers:
        gate = ended(started(gate, NOW), NOW, kind, wait)
        assert opens_at(gate, manual=True) >= NOW + 60
        assert opens_at(gate, manual=False) >= opens_at(gate, manual=True)


def test_the_key_tells_neither_the_source_nor_the_credential():
    key = key_of("anthropic", "fake-token")
    assert len(key) == 64
    assert int(key, 16) > 0
    assert key != key_of("openrouter", "fake-token") != key_of("openrouter", "fake-token2")


@pytest.mark.parametrize(
    ("header", "body", "wait"),
    [
        ("120", b"", 120),
        (" 1.5 ", b"", 1.5),
        ("0", b"", None),
        ("", b"", None),
        ("soon", b"<html>", None),
        (formatdate(NOW + 600, usegmt=True), b"", 600),
        ("Mon, 21 Sep 2026 14:23:20 -0000", b"", 600),
        (formatdate(NOW - 600, usegmt=True), b"", None),
        ("Mon, 99 Foo 2026", b"", None),
        ("", b'{"retry_after": 77}', 77),
        ("0", b'{"error": {"retry_after": "77"}}', 77),
        ("30", b'{"retry_after": 77}', 77),
        ("", b'{"retry_after": NaN}', None),
        ("", b'{"retry_after": true}', None),
        ("", b'{"retry_after": -' + b"9" * 400 + b"}", None),
        ("", b'{"retry_after": ' + b"9" * 400 + b"}", 1e12),
        ("", b"[" * 100_000, None),
        ("", b"[1]", None),
    ],
)
def test_the_stated_wait_is_read_from_seconds_date_or_body(header, body, wait):
    assert stated_wait({"retry-after": header}, body, NOW) == wait


@given(st.text(), st.binary())
def test_any_header_and_body_can_be_read(header, body):
    wait = stated_wait({"retry-after": header}, body, NOW)
    assert wait is None or wait > 0


def test_gates_survive_a_restart(tmp_path):
    path = tmp_path / "state" / "gates.json"
    gate = ended(started(Gate(), NOW), NOW, ProblemKind.RATE_LIMITED, 1600)
    FileGates(path, now=lambda: NOW).write("k", gate)
    assert FileGates(path, now=lambda: NOW).read("k") == gate
    assert FileGates(path, now=lambda: NOW).read("other") == Gate()


def test_the_file_of_gates_is_private(tmp_path):
    path = tmp_path / "gates.json"
    FileGates(path, now=lambda: NOW).write("k", Gate(requested_at=NOW))
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"gates": [1]}',
        b'{"gates": {"k": 1}}',
        b'{"gates": {"k": {"kind": "new"}}}',
        b"\xff",
    ],
)
def test_a_corrupt_file_of_gates_counts_as_none_and_is_moved_aside(tmp_path, content):
    path = tmp_path / "gates.json"
    path.write_bytes(content)
    assert FileGates(path, now=lambda: NOW).read("k") == Gate()
    assert not path.exists()
    assert (tmp_path / "gates.json.bad").read_bytes() == content


def test_old_gates_are_dropped_on_the_next_write(tmp_path):
    gates = FileGates(tmp_path / "gates.json", now=lambda: NOW)
    gates.write("old", Gate(requested_at=NOW - 31 * DAY))
    gates.write("young", Gate(requested_at=NOW - DAY))
    gates.write("new", Gate(requested_at=NOW))
    gates.write("latched", Gate(requested_at=NOW - 31 * DAY, latched=True))
    gates.write("new", Gate(requested_at=NOW))
    assert gates.read("old") == Gate()
    assert gates.read("latched").latched
    assert gates.read("young") != Gate()


def test_a_gate_holds_where_the_disk_refuses_it(tmp_path):
    (tmp_path / "state").write_text("a file where the folder should be")
    gates = FileGates(tmp_path / "state" / "gates.json", now=lambda: NOW)
    gates.write("k", Gate(requested_at=NOW, latched=True))
    assert gates.read("k").latched
