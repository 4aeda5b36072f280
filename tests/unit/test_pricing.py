"""What tokens cost: prices by day, tiers, speeds, searches, the user's own prices; checked against clients' own sums."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.metrics.bands import BANDS, band
from tray.metrics.price_overlay import read_overlay
from tray.metrics.pricing import Prices, Rates

DAY = "2026-11-25"
COUNTS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")


@pytest.fixture(scope="module")
def prices():
    return Prices()


@pytest.fixture
def book(tmp_path):
    """A price book of a made-up table; the user's own prices are its second argument."""

    def made(lines, own=None):
        table, overlay = tmp_path / "table.jsonl", tmp_path / "prices.json"
        table.write_text("".join(sorted(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)))
        if own is not None:
            overlay.write_text(own if isinstance(own, str) else json.dumps(own))
        return Prices(overlay, table)

    return made


def cost(price, *counts, **more):
    return price.cost(**dict(zip(COUNTS, (*counts, 0, 0, 0, 0, 0), strict=False)), **more)


def base(price):
    return tuple(price.tiers[0].standard)


# -- the clients' own sums


def test_a_session_costs_what_the_client_said(prices):
    price = prices.find("claude-opus-4-8", DAY)
    assert base(price) == (5, 25, 0.5, 6.25, 10)
    assert cost(price, 16, 206, 12_006, 1_006, 2_000) == 0.0375205


@pytest.mark.parametrize(
    ("counts", "dollars"),  # cost-state lines of Claude Code 2.1.330
    [
        ((23, 403, 24_003, 2_003, 4_000), 0.0549676),
        ((36, 606, 36_006, 3_006, 6_000), 0.0824952),
        ((79, 1_029, 60_029, 5_029, 10_000), 0.1380468),
        ((80, 1_030, 60_030, 5_030, 10_000), 0.138076),
        ((39, 419, 24_019, 2_019, 4_000), 0.0554348),
    ],
)
def test_our_price_is_the_cost_that_a_client_keeps(prices, counts, dollars):
    price = prices.find("claude-opus-5-5", DAY)
    assert base(price) == (4, 20, 0.2, 5, 8)
    assert cost(price, *counts) == pytest.approx(dollars, rel=1e-12)


# -- tiers, speeds, searches


def test_a_band_is_the_number_of_sizes_that_a_prompt_exceeds():
    assert (band(0), band(BANDS[0]), band(BANDS[0] + 1), band(10**9)) == (0, 0, 1, len(BANDS))
    assert list(BANDS) == sorted(set(BANDS))


@given(st.integers(0, 10**6))
def test_a_longer_prompt_is_in_no_lower_band(tokens):
    assert band(tokens) == sum(tokens > size for size in BANDS) <= band(tokens + 1)


def test_a_long_prompt_bills_the_whole_request_at_the_higher_price(prices):
    price = prices.find("gpt-5.4", DAY)
    assert cost(price, 1_000_000, 1_000_000, band=band(272_000)) == 2.5 + 15
    assert cost(price, 1_000_000, 1_000_000, band=band(272_001)) == 5 + 22.5
    steps = prices.find("claude-haiku-5-5", DAY)
    assert [cost(steps, 1_000_000, band=band(size)) for size in (100_000, 100_001, 900_000)] == [
        0.1,
        0.5,
        0.5,
    ]


def test_each_of_several_tiers_begins_at_its_own_size(prices):
    price = prices.find("dashscope/qwen3-coder-plus", DAY)
    assert [cost(price, 1_000_000, band=band(size)) for size in (32_000, 32_001, 200_000, 300_000)] == [
        1,
        1.8,
        3,
        6,
    ]


def test_a_fast_answer_costs_its_multiple_and_a_search_does_not(prices):
    price = prices.find("claude-opus-4-8", DAY)
    usual, fast = cost(price, 100, 100, 100, 100, 100), cost(price, 100, 100, 100, 100, 100, speed="fast")
    assert fast == pytest.approx(2 * usual)
    assert cost(price, web_searches=3, speed="fast") == pytest.approx(0.03)


def test_a_fast_mode_that_is_no_longer_sold_keeps_its_price(prices):
    assert cost(prices.find("claude-opus-4-6", DAY), 1_000_000, speed="fast") == 30


def test_a_priority_request_has_its_own_prices_but_a_long_one_is_an_ordinary_long_one(prices):
    price = prices.find("gpt-5.4", DAY)
    for speed in ("priority", "fast"):
        assert cost(price, 1_000_000, 1_000_000, 1_000_000, speed=speed) == 5 + 30 + 0.5
        assert cost(price, 1_000_000, band=band(300_000), speed=speed) == 5
    both = prices.find("gemini-2.5-pro", DAY)
    assert cost(both, 1_000_000, band=band(200_001), speed="priority") == 4.5


@pytest.mark.parametrize("speed", ["standard", "", "default", "flex", "batch"])
def test_any_other_speed_is_the_usual_price(prices, speed):
    assert cost(prices.find("gpt-5.4", DAY), 1_000_000, speed=speed) == 2.5


def test_a_model_that_is_not_sold_faster_costs_the_usual(prices):
    assert cost(prices.find("claude-haiku-4-5", DAY), 1_000_000, speed="fast") == 1


rows = st.tuples(*(st.integers(0, 10**9) for _ in COUNTS), st.integers(0, 1000))


@given(
    st.lists(rows, max_size=6),
    st.integers(0, len(BANDS)),
    st.sampled_from(["standard", "fast"]),
    st.sampled_from(["claude-opus-5-5", "gpt-5.4", "gemini-2.5-pro", "claude-haiku-5-5"]),
)
def test_sums_of_one_band_and_speed_cost_what_their_rows_cost(prices, given_rows, of_band, speed, model):
    price = prices.find(model, DAY)
    whole = [sum(column) for column in zip(*given_rows, strict=True)] or [0] * 6
    parts = sum(cost(price, *r[:5], web_searches=r[5], band=of_band, speed=speed) for r in given_rows)
    assert cost(price, *whole[:5], web_searches=whole[5], band=of_band, speed=speed) == pytest.approx(parts)


# -- what a table does not tell


def test_what_is_missing_follows_the_vendors_rule_or_is_input(book):
    found = book(
        [["claude-x", {"base": [4, 20]}], ["other", {"base": [4, 20]}], ["five", {"base": [4, 20, 1, 2]}]]
    )
    assert base(found.find("claude-x", DAY)) == pytest.approx((4, 20, 0.4, 5, 8))
    assert base(found.find("other", DAY)) == (4, 20, 4, 4, 4)
    assert base(found.find("five", DAY)) == (4, 20, 1, 2, 2)


def test_a_price_is_that_of_the_day(book):
    found = book(
        [
            [
                "m",
                {"base": [5, 5]},
                {"from": "2026-07-30", "base": [1, 1]},
                {"from": "2026-09-01", "base": [2, 2]},
            ]
        ]
    )
    days = ("1999-01-01", "2026-07-29", "2026-07-30", "2026-08-31", "2026-09-01", "9999-12-31")
    assert [found.find("m", day).tiers[0].standard.input for day in days] == [5, 5, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("model", "day", "rates"),
    [
        ("claude-sonnet-4-20250514", "2025-08-01", (3, 15, 0.3, 3.75, 6)),
        ("claude-3-5-sonnet-20241022", "2025-03-01", (3, 15, 0.3, 3.75, 6)),
        ("claude-3-opus-20240229", "2025-03-01", (15, 75, 1.5, 18.75, 30)),
        ("claude-opus-4-1-20250805", "2025-09-01", (15, 75, 1.5, 18.75, 30)),
        ("codex-mini-latest", "2025-06-01", (1.5, 6, 0.375, 1.5, 1.5)),
        ("o3", "2025-06-09", (10, 40, 2.5, 10, 10)),
        ("o3", "2025-06-10", (2, 8, 0.5, 2, 2)),
        ("gpt-5.6-luna", "2026-07-29", (1, 6, 0.1, 1.25, 1.25)),
        ("gpt-5.6-luna", "2026-07-30", (0.2, 1.2, 0.02, 0.25, 0.25)),
    ],
)
def test_a_retired_model_and_an_old_day_keep_their_price(prices, model, day, rates):
    assert base(prices.find(model, day)) == rates


def test_without_its_table_every_price_is_unknown(tmp_path):
    assert Prices(table=tmp_path / "none").find("gpt-5.4", DAY) is None


# -- the user's own prices

OWN = {"input": 3, "output": 15, "cache_read": 0.3, "cache_write_5m": 3.75, "cache_write_1h": 6}


def test_the_users_own_price_wins_under_every_spelling_and_on_every_day(book):
    found = book(
        [["gpt-x", {"base": [1, 2], "272000": [9, 9]}]],
        {"GPT-X": OWN, "ollama/qwen3": {"input": 0, "output": 0}},
    )
    for model in ("gpt-x", "openai/GPT-X", "gpt-x-2026-01-01"):
        price = found.find(model, "2020-01-01")
        assert [tuple(tier.standard) for tier in price.tiers] == [(3, 15, 0.3, 3.75, 6)]
    assert cost(found.find("ollama/qwen3", DAY), 10**9) == 0
    assert found.complaints == ()


def test_own_prices_may_leave_out_the_cache_and_name_a_search(book):
    found = book(
        [], {"claude-y": {"input": 4, "output": 20}, "z": {"input": 4, "output": 20, "web_search": 0.5}}
    )
    assert base(found.find("claude-y", DAY)) == pytest.approx((4, 20, 0.4, 5, 8))
    assert cost(found.find("z", DAY), 0, 0, 1_000_000, web_searches=2) == 5


@pytest.mark.parametrize(
    "bad",
    [
        *([], None, 3, {}, {"input": 1}, {"output": 1}, {**OWN, "input": "3"}, {**OWN, "output": True}),
        *({**OWN, "input": -1}, {**OWN, "cache_read": None}, {**OWN, "speed": 3}, {**OWN, "output": 10**9}),
        *({**OWN, "input": float("nan")}, {**OWN, "input": float("inf")}),
    ],
)
def test_a_bad_entry_is_named_and_leaves_the_others_alone(book, bad):
    found = book([["bad", {"base": [1, 2]}]], {"bad": bad, "good": OWN})
    assert base(found.find("good", DAY)) == (3, 15, 0.3, 3.75, 6)
    assert base(found.find("bad", DAY)) == (1, 2, 1, 1, 1)
    (complaint,) = found.complaints
    assert "'bad'" in complaint


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '"x"', "[" * 100_000, "\udcff"])
def test_an_unreadable_file_of_own_prices_leaves_the_shipped_ones(book, tmp_path, text):
    (tmp_path / "prices.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    found = book([["m", {"base": [1, 2]}]])
    assert base(found.find("m", DAY)) == (1, 2, 1, 1, 1)
    assert len(found.complaints) == 1
    assert "shipped prices" in found.complaints[0]


def test_no_file_of_own_prices_is_no_complaint_and_a_folder_in_its_place_is_one(tmp_path):
    assert read_overlay(None) == read_overlay(tmp_path / "none") == ({}, ())
    assert read_overlay(tmp_path)[1]


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_whatever_stands_in_the_file_is_a_price_or_a_complaint(tmp_path_factory, value):
    file = tmp_path_factory.getbasetemp() / "any.json"
    file.write_text(json.dumps({"m": value, "good": OWN}))
    found = Prices(file)
    assert base(found.find("good", DAY)) == tuple(Rates(**OWN))
    assert len(found.complaints) == 1


def test_dollars_at_the_edge_are_exact_enough_for_a_decimal(prices):
    assert Decimal(str(cost(prices.find("claude-opus-4-8", DAY), 16, 206, 12_006, 1_006, 2_000))) == Decimal(
        "0.0375205"
    )
