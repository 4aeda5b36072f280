"""The codec: every board survives the way to JSON and back, and a damaged one loses only its damaged parts."""

import json
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tray.core.choices import Settings, Show
from tray.core.codec import decode, encode
from tray.core.gate import Gate
from tray.core.model import (
    Action,
    Activity,
    Backend,
    Board,
    Entry,
    Kind,
    OutsideActivity,
    Problem,
    ProblemKind,
    Role,
    Snapshot,
    Window,
    Words,
)

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)
INSTANTS = st.floats(allow_nan=False, allow_infinity=False)
st.register_type_strategy(Decimal, DECIMALS)
st.register_type_strategy(float, INSTANTS)


def window(key="session_5h", **more):
    return Window(key=key, label="Session (5h)", role=Role.PLAN, words=Words.PERCENT, unit="percent", **more)


def wire(value):
    return json.loads(json.dumps(encode(value), allow_nan=False))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.from_type(Board))
def test_every_board_comes_back_equal(board):
    assert decode(Board, wire(board)) == board


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["entries", "settings", "source", "windows", "at", "x"]), inner)
        ),
        max_leaves=20,
    )
)
def test_foreign_json_never_raises_anything_but_value_error(data):
    try:
        board = decode(Board, data)
    except ValueError:
        assert not isinstance(data, dict)
    else:
        assert isinstance(board, Board)


def test_a_decimal_keeps_its_digits():
    assert wire(window(used=Decimal("12.50")))["used"] == "12.50"
    assert decode(Window, wire(window(used=Decimal("12.50")))).used.as_tuple() == Decimal("12.50").as_tuple()


def test_unknown_keys_are_ignored():
    data = {**wire(Board()), "from_the_future": {"a": 1}}
    assert decode(Board, data) == Board()


def test_a_bad_window_is_dropped_and_its_neighbours_stay():
    data = wire(Snapshot(source="anthropic", label="Claude", windows=(window("a"), window("b"), window("c"))))
    data["windows"][1]["role"] = "no such role"
    assert [w.key for w in decode(Snapshot, data).windows] == ["a", "c"]


def test_a_bad_optional_field_takes_its_default():
    data = wire(window(used=Decimal(4), resets_at=5.0, bounded=False))
    data |= {"used": "many", "resets_at": "soon", "bounded": "no"}
    assert decode(Window, data) == window()


def test_a_missing_required_field_is_an_error_that_names_it():
    with pytest.raises(ValueError, match="Backend: id"):
        decode(Backend, {"kind": "anthropic", "label": "Claude Code"})


def test_an_outside_activity_without_a_time_is_dropped():
    good = OutsideActivity(backend=Backend(kind=Kind.PI_SDK, id="pi", label="Pi"), at=7.0)
    data = wire(Activity(outside=(good, good)))
    data["outside"][0]["at"] = None
    assert decode(Activity, data).outside == (good,)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1E+999999999", 3, None, ""])
def test_a_number_that_is_not_a_finite_decimal_string_is_unknown(number):
    assert decode(Window, {**wire(window()), "used": number}).used is None


@pytest.mark.parametrize("number", [True, "1", [], 10**400, float("nan"), float("inf")])
def test_an_instant_that_is_not_a_finite_number_is_unknown(number):
    assert decode(Window, {**wire(window()), "observed_at": number}).observed_at is None


def test_an_instant_json_has_no_word_for_is_written_as_unknown():
    assert encode(window(resets_at=float("nan")))["resets_at"] is None


def test_whole_numbers_are_good_instants():
    assert decode(Gate, {"not_before": 5}).not_before == 5.0


def test_problems_settings_and_enums_come_back():
    entry = Entry(
        source="anthropic",
        problem=Problem(kind=ProblemKind.EXPIRED, title="t", hint="h", action=Action.SIGN_IN, retry_at=1.5),
        unknown_keys=("a", "b"),
    )
    board = Board(settings=Settings(show=Show.USED, pin="codex"), entries=(entry,))
    assert decode(Board, wire(board)) == board


def test_a_value_without_a_json_form_is_refused():
    @dataclass(frozen=True)
    class Odd:
        what: bytes

    with pytest.raises(TypeError):
        encode(Odd(what=b""))
    with pytest.raises(TypeError):
        decode(Odd, {})
