"""The usage page, as a value: what stands where, and what can be pressed."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.window_stage import (
    CARD,
    GREYED,
    LOST,
    SCREEN,
    SESSION,
    Typewriter,
    actions,
    look,
    pictures,
    signs,
    texts,
    toggle,
)
from tray.core.model import Action, Band
from tray.core.screen import Gauge, Row
from tray.views.window.paint import Bar, Panel, Switch
from tray.views.window.sheet import Picture, Text
from tray.views.window.theme import DARK, LIGHT
from tray.views.window.usage import Notice, usage_page

TYPE = Typewriter()
NOTHING = Notice()


def usage(screen=SCREEN, notice=NOTHING, **changes):
    return usage_page(screen, look(**changes), notice)


def with_row(**changes):
    return replace(SCREEN, cards=(replace(CARD, rows=(replace(SESSION, **changes),)),))


def with_trouble(**changes):
    return replace(SCREEN, cards=(replace(CARD, trouble=replace(LOST, **changes)),))


def test_a_row_shows_label_number_other_side_and_reset():
    shown = texts(usage().body)
    for text in ("Session (5h)", "58% left", "42% used", "resets in 1h 30m"):
        assert text in shown


def test_the_bar_carries_the_level_and_the_time():
    (bar,) = pictures(usage().body, Bar)
    assert (bar.fill, bar.mark, bar.style) == (0.58, 0.3, "live")


def with_gauge(fill=0.2):
    told = Gauge(text="Reading transcripts: 43 of 120 files.", pace="2 of 9 MB", fill=fill)
    return replace(SCREEN, cards=(replace(CARD, note="Counted.", gauge=told),))


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_gauge_is_no_quota_thinner_grey_and_without_a_mark(theme, scale):
    page = usage(with_gauge(), theme=theme, scale=scale)
    quota, gauge = pictures(page.body, Bar)
    assert (quota.height, gauge.height) == (8 * scale, 3 * scale)
    assert (gauge.colour, gauge.mark, gauge.width) == (theme.dim, None, quota.width)
    assert abs(gauge.fill - 0.2) < 0.01
    assert "Reading transcripts: 43 of 120 files." in texts(page.body)
    assert [hot for hot in page.body.hots if "gauge" in hot.action] == []


def test_a_gauge_stands_below_the_note_and_inside_its_card():
    page = usage(with_gauge())
    tops = {op.key.rpartition("anthropic")[2]: op.y for op in page.body.ops if "anthropic" in op.key}
    assert tops["/note/0"] < tops["/gauge/text/0"] < tops["/gauge/bar"] < tops["/gauge/pace/0"]
    (card,) = [op for op in page.body.ops if op.key == "card0/anthropic"]
    assert tops["/gauge/pace/0"] + 16 < card.y + card.spec.height


def test_a_gauge_at_which_nobody_works_has_no_bar():
    page = usage(with_gauge(fill=None))
    assert len(pictures(page.body, Bar)) == 1
    assert "Reading transcripts: 43 of 120 files." in texts(page.body)


def test_gauges_that_look_the_same_are_one_picture():
    (_, one), (_, other) = (pictures(usage(with_gauge(fill)).body, Bar) for fill in (0.2, 0.2001))
    assert one == other


def test_numbers_are_aligned_on_the_right():
    two = replace(CARD, rows=(SESSION, replace(SESSION, key="week", primary="7% left")))
    page = usage(replace(SCREEN, cards=(two,)))
    edges = {op.x for op in page.body.ops if isinstance(op, Text) and op.text in ("58% left", "7% left")}
    assert len(edges) == 1


def test_rows_keep_one_rhythm():
    rows = tuple(replace(SESSION, key=f"w{n}", label=f"W{n}") for n in range(4))
    page = usage(replace(SCREEN, cards=(replace(CARD, rows=rows),)))
    tops = [op.y for op in page.body.ops if isinstance(op, Text) and op.text.startswith("W")]
    assert len({b - a for a, b in pairwise(tops)}) == 1


def test_the_driving_row_is_marked():
    assert "battery" in signs(usage().body)
    assert "battery" not in signs(usage(with_row(driving=False)).body)


@pytest.mark.parametrize(
    ("band", "exhausted", "sign"),
    [(Band.WARNING, False, "warning"), (Band.CRITICAL, False, "critical"), (Band.CRITICAL, True, "spent")],
)
def test_a_level_has_a_sign_beside_its_colour(band, exhausted, sign):
    assert sign in signs(usage(with_row(band=band, exhausted=exhausted)).body)


@pytest.mark.parametrize(
    ("state", "style"),
    [("live", "live"), ("stale", "stale"), ("awaiting_reading", "open"), ("unknown", "open")],
)
def test_the_state_of_a_reading_is_seen_on_its_bar(state, style):
    (bar,) = pictures(usage(with_row(state=state, fill=0.0)).body, Bar)
    assert bar.style == style


def test_a_row_without_a_cap_has_no_bar():
    row = Row(key="local_24h", label="Last 24 hours", primary="1.5M tok", secondary="≈ $12.40")
    page = usage(replace(SCREEN, cards=(replace(CARD, rows=(row,)),)))
    assert pictures(page.body, Bar) == []
    assert {"1.5M tok", "≈ $12.40"} <= set(texts(page.body))


def test_a_card_named_as_the_header_is_not_named_twice():
    assert texts(usage().body).count("Claude Max") == 1
    assert texts(usage().body).count("MAX 20X") == 1
    other = usage(replace(SCREEN, title="Somebody else"))
    assert "Claude Max" in texts(other.body)


def test_a_problem_stands_beside_the_last_good_data():
    page = usage(with_trouble())
    assert {"58% left", "Sign-in needed", "Sign in again."} <= set(texts(page.body))
    assert {"sign_in:anthropic", "retry:anthropic"} <= set(actions(page.body))


def test_a_problem_offers_only_what_helps():
    assert "sign_in:anthropic" not in actions(usage(with_trouble(action=Action.RETRY)).body)
    none = actions(usage(with_trouble(action=None)).body)
    assert not any(a.startswith(("retry", "sign_in")) for a in none)


def test_a_quiet_problem_is_a_dim_line_without_a_warning():
    page = usage(with_trouble(quiet=True))
    assert "critical" not in signs(page.body)
    assert "Sign-in needed. Sign in again." in texts(page.body)


def test_greyed_shows_the_switch_in_the_card_and_no_numbers():
    page = usage(GREYED)
    assert "58% left" not in texts(page.body)
    assert actions(page.body) == ["toggle:claude_code_usage", "toggle:openrouter_balance"]
    label = next(op for op in page.body.ops if isinstance(op, Text) and op.text == "Claude Code Usage")
    card = next(op for op in page.body.ops if isinstance(op, Picture) and op.key.endswith("/anthropic"))
    assert card.y < label.y < card.y + card.spec.height


def test_a_switch_shows_what_is_on():
    assert [switch.on for switch in pictures(usage().body, Switch)] == [True, True]
    assert [switch.on for switch in pictures(usage(GREYED).body, Switch)] == [False, True]


def test_a_switch_that_cannot_be_changed_cannot_be_pressed():
    page = usage(replace(SCREEN, toggles=(toggle(enabled=False),)))
    assert actions(page.body) == []


def test_the_marked_switch_has_a_ground_of_its_own():
    def grounds(page):
        return [p for p in pictures(page.body, Panel) if p.fill == LIGHT.marked]

    assert len(grounds(usage(GREYED, marked="toggle:claude_code_usage"))) == 1
    assert grounds(usage(GREYED)) == []


def test_what_has_the_focus_has_a_ring():
    def rings(part):
        return [p for p in pictures(part, Panel) if p.fill is None]

    assert rings(usage().body) == []
    assert len(rings(usage(focus="toggle:openrouter_balance").body)) == 1
    assert len(rings(usage(focus="refresh").foot)) == 1


def test_the_foot_has_refresh_and_the_browser():
    page = usage()
    assert actions(page.foot) == ["refresh", "page"]
    assert texts(page.foot) == ["Refresh", "Open in browser"]


def test_a_refresh_under_way_is_told():
    assert "Asking…" in texts(usage(notice=Notice(asking=True)).foot)


def test_data_that_nobody_keeps_up_is_faded_and_the_reason_is_not():
    page = usage(notice=Notice(text="Waiting.", lost=True))
    colour = {op.text: op.colour for op in page.body.ops if isinstance(op, Text)}
    assert colour["Waiting."] == LIGHT.text
    assert colour["Session (5h)"] != LIGHT.text


def test_the_banner_is_on_top():
    page = usage(replace(SCREEN, banner="Demo"))
    tops = {op.text: op.y for op in page.body.ops if isinstance(op, Text)}
    assert tops["Demo"] < tops["Claude Max"]


def test_the_evidence_shows_for_the_row_under_the_pointer_only():
    row = next(hot.action for hot in usage().body.hots if not hot.stop)
    assert "usage API, 12 s ago" in texts(usage(hint=row).body)
    assert "usage API, 12 s ago" not in texts(usage().body)


def test_a_row_is_not_a_stop_of_the_tab_key():
    assert not any(action.startswith("row:") for action in actions(usage().body))


@pytest.mark.parametrize("scale", [1, 1.25, 1.5, 2])
def test_everything_grows_with_the_scale(scale):
    (bar,) = pictures(usage(scale=scale, width=round(380 * scale)).body, Bar)
    assert bar.height == round(8 * scale)
    assert bar.width == round(380 * scale) - 2 * round(26 * scale)


ANY = st.text(max_size=80)


@given(label=ANY, primary=ANY, secondary=ANY, reset=ANY, title=ANY, note=ANY, trouble=ANY)
def test_no_text_leaves_the_window_whatever_it_says(label, primary, secondary, reset, title, note, trouble):
    row = replace(SESSION, label=label, primary=primary, secondary=secondary, reset=reset)
    card = replace(CARD, title=label, rows=(row,), note=note, trouble=replace(LOST, title=trouble, hint=note))
    screen = replace(SCREEN, title=title, subtitle=reset, freshness=primary, cards=(card,), banner=note)
    page = usage(screen)
    for op in page.body.ops:
        if isinstance(op, Text):
            wide = TYPE.width(op.role, op.text)
            left = {"nw": op.x, "ne": op.x - wide, "n": op.x - wide // 2}[op.anchor]
            assert left >= 0
            assert left + wide <= 380
            assert "\n" not in op.text
            assert 0 <= op.y < page.body.height


def test_keys_of_one_part_are_unique():
    rows = (SESSION, SESSION)
    page = usage(replace(SCREEN, cards=(replace(CARD, rows=rows), replace(CARD, rows=rows)), banner="b"))
    keys = [op.key for op in page.body.ops]
    assert len(keys) == len(set(keys))


def test_an_empty_screen_is_a_page_too():
    page = usage(replace(SCREEN, cards=(), toggles=(), subtitle=None, freshness=None, face=None))
    assert page.body.height > 0
