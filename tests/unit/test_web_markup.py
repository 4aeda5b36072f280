"""Markup: a text can be nothing but text, in every place that texts come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web_stage import NOW_MS, Parsed, metrics
from tests.window_stage import CARD, CLIENT, LOST, SCREEN, SESSION
from tray.core.insights import Rank
from tray.views.web.markup import Html, clean, el, join, name, part, text
from tray.views.web.page import Shown, document, inside
from tray.views.web.report import report
from tray.views.web.view import View, look

HOSTILE = "</script><script>alert(1)</script>\"'`]]>-->\x00&lt;\u202egnp.\u2066<img src=x onerror=alert(2)>"
TABS = [View(tab=tab) for tab in ("usage", "activity", "insights")]


def hostile_screen():
    from dataclasses import replace

    row = replace(SESSION, label=HOSTILE, primary=HOSTILE, secondary=HOSTILE, reset=HOSTILE, evidence=HOSTILE)
    trouble = replace(LOST, title=HOSTILE, hint=HOSTILE)
    card = replace(
        CARD, title=HOSTILE, badge=HOSTILE, freshness=HOSTILE, note=HOSTILE, rows=(row,), trouble=trouble
    )
    toggles = tuple(replace(one, label=HOSTILE, explanation=HOSTILE) for one in SCREEN.toggles)
    return replace(
        SCREEN,
        title=HOSTILE + "x",
        subtitle=HOSTILE,
        freshness=HOSTILE,
        banner=HOSTILE,
        cards=(card,),
        toggles=toggles,
    )


def documents():
    shown = Shown(
        now=NOW_MS / 1000,
        screen=hostile_screen(),
        found=metrics(HOSTILE, trouble=HOSTILE),
        notice=HOSTILE,
        sign_ins={"anthropic": CLIENT},
    )
    return [
        *(document(view, shown) for view in TABS),
        report(metrics(HOSTILE, trouble=HOSTILE), now=NOW_MS, title=HOSTILE, rank=Rank.SESSIONS),
    ]


@pytest.mark.parametrize("number", range(4))
def test_a_hostile_name_stays_a_name(number):
    markup = documents()[number]
    parsed = Parsed(markup)
    assert "<script>alert(1)</script>" in parsed.words, "it is shown"
    assert parsed.every("script") in ([], [{"src": "page.js", "defer": None}])
    assert len(parsed.every("img")) <= 1, "the battery alone"
    assert "alert(2)" not in str(parsed.every("img"))
    for _, told in parsed.tags:
        assert not [key for key in told if key.startswith("on") or key == "style"]
        for key in ("href", "src"):
            assert not (told.get(key) or "").startswith(("javascript:", "//"))
    assert "\x00" not in markup
    assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068") & set(markup)


@given(st.text(st.characters(codec=None), max_size=80))
def test_no_text_is_markup(words):
    parsed = Parsed(el("p", words, title=words))
    assert [name for name, _ in parsed.tags] == ["p"]
    assert "".join(parsed.text) == clean(words)
    assert parsed.every("p") == [{"title": clean(words)}]


def test_a_text_is_bounded_and_on_one_line():
    assert len(clean("x" * 10_000)) == 600
    assert clean("a\nb\tc\x1b[31m") == "a b c [31m"
    assert text("a < b & \ud800c") == "a &lt; b &amp;  c"


def test_a_long_name_is_cut_and_its_tip_has_all():
    parsed = Parsed(name("n" * 300))
    assert parsed.every("bdi") == [{"title": "n" * 300}]
    assert parsed.words == "n" * 79 + "…"
    assert name("short") == "<bdi>short</bdi>"


def test_markup_is_put_out_as_it_is_and_none_is_nothing():
    inner = el("b", "x")
    assert join("<", inner, None, "") == Html("&lt;<b>x</b>")
    assert el("img", alt="", width=3, hidden=True, title=None) == '<img alt="" width="3" hidden>'


@pytest.mark.parametrize(
    ("share", "shown"), [(0.5, "50%"), (-1, "0%"), (7, "100%"), (float("nan"), "0%"), (1 / 3, "33.33%")]
)
def test_a_share_is_a_percentage_that_can_be_drawn(share, shown):
    assert part(share) == shown


@given(st.text(max_size=120))
def test_any_address_is_some_look(query):
    view = look(query)
    assert look(view.href()[1:]) == view


def test_an_answer_is_the_same_markup_each_time():
    shown = Shown(now=NOW_MS / 1000, screen=SCREEN, found=metrics())
    assert inside(TABS[2], shown) == inside(TABS[2], shown)
