"""Figures, instants and names as vendors write them: read in every shape, unknown where they are none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import NOW
from tray.sources.figures import decimal, instant, name


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2026-09-21T14:13:20Z", NOW),
        ("2026-09-21T14:13:20", NOW),
        (1_790_000_000, NOW),
        ("1790000000000", NOW),
        (Decimal("1790000000.5"), NOW + 0.5),
        (0, None),
        (True, None),
        ("soon", None),
        (float("nan"), None),
        (float("inf"), None),
        ("9999-99-99", None),
        (10**30, None),
        ({}, None),
    ],
)
def test_instants_in_every_shape(value, seconds):
    assert instant(value) == seconds


@given(st.text() | st.integers() | st.floats() | st.decimals() | st.none() | st.booleans())
def test_figures_never_raise(value):
    number = decimal(value)
    assert number is None or number.is_finite()
    instant(value)
    assert name(value) is None or len(name(value)) <= 60
