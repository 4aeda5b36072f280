"""The page by its structure: what each tab shows in each of its states, and that all of it can be reached."""

import re
from dataclasses import replace

import pytest

from tests.fakes import NOW
from tests.web_stage import NOW_MS, Parsed, metrics
from tests.window_stage import CARD, CLIENT, CONSENT, GREYED, LOST, SCREEN, SESSION, toggle
from tray.core import insight_words as words
from tray.core import page_words
from tray.core.insights import Analytics, Metrics, Rank, Scope
from tray.core.model import Band
from tray.core.screen import Gauge
from tray.views.charts.palette import LEVELS, heat, inks_of
from tray.views.web.colours import variables
from tray.views.web.page import Shown, document, inside
from tray.views.web.style import script, style
from tray.views.web.view import View
from tray.views.window.theme import DARK, LIGHT

USAGE, ACTIVITY, INSIGHTS = (View(tab=tab) for tab in ("usage", "activity", "insights"))


def page(view=USAGE, **changes):
    told = {
        "now": NOW,
        "screen": SCREEN,
        "found": metrics(),
        "consents": {"claude_code_usage": CONSENT},
        "sign_ins": {"anthropic": CLIENT},
        **changes,
    }
    return Parsed(inside(view, Shown(**told)))


# -- everywhere


@pytest.mark.parametrize("view", [USAGE, ACTIVITY, INSIGHTS, View(ask="claude_code_usage")])
def test_ids_are_given_once_and_nothing_brings_its_own_style_or_script(view):
    parsed = Parsed(document(view, Shown(now=NOW, screen=SCREEN, found=metrics())))
    assert len(parsed.ids) == len(set(parsed.ids))
    assert not parsed.every("style")
    assert not [told for _, told in parsed.tags if "style" in told]
    for told in parsed.every("svg"):
        assert told.get("aria-hidden") == "true" or told.get("class") == "spot" or told["aria-label"]


@pytest.mark.parametrize("view", [USAGE, ACTIVITY, INSIGHTS])
def test_the_tabs_lead_to_each_other_and_tell_which_is_open(view):
    tabs = page(view).every("a", role="tab")
    assert [told["id"] for told in tabs] == ["tab-usage", "tab-activity", "tab-insights"]
    assert [told["aria-selected"] for told in tabs].count("true") == 1
    (chosen,) = [told for told in tabs if told["aria-selected"] == "true"]
    assert chosen["id"] == f"tab-{view.tab}"
    assert [told["tabindex"] for told in tabs if told is not chosen] == ["-1", "-1"]


def test_notices_and_the_banner_stand_on_top():
    parsed = page(screen=replace(SCREEN, banner="No tray here."), notice="It was refused.", lost=True)
    assert "No tray here. It was refused." in parsed.words
    assert parsed.every("div", id="page", class_="lost")


def test_a_refresh_under_way_can_not_be_asked_again():
    assert "Asking…" in page(asking=True).words
    (button,) = page(asking=True).every("button", id="refresh")
    assert button["aria-disabled"] == "true"
    assert "disabled" not in button, "that would take the focus away"
    assert "aria-disabled" not in page().every("button", id="refresh")[0]


# -- usage


def test_the_usage_has_what_the_window_has():
    said = page().words
    for told in ("Claude Max", "MAX 20X", "opus · used last", "Session (5h)", "58% left", "42% used"):
        assert told in said
    assert "resets in 1h 30m" in said
    assert "usage API, 12 s ago" in said
    assert page().every("img")[0]["src"].startswith("data:image/png;base64,")


def test_a_level_is_told_by_a_sign_too():
    for change, sign in (
        ({"band": Band.WARNING}, "sign warning"),
        ({"band": Band.CRITICAL}, "sign critical"),
        ({"exhausted": True}, "sign spent"),
    ):
        card = replace(CARD, rows=(replace(SESSION, **change),))
        assert page(screen=replace(SCREEN, cards=(card,))).every("svg", class_=sign), change
    assert not page().every("svg", class_="sign warning")


def test_before_the_first_board_it_says_so():
    assert "Reading…" in page(screen=None).words
    assert "Waiting for the tray…" in page(screen=None, lost=True).words


def test_a_trouble_names_the_command_that_signs_in():
    parsed = page(screen=replace(SCREEN, cards=(replace(CARD, trouble=LOST),)))
    assert "Sign-in needed" in parsed.words
    assert "In a terminal: claude auth login" in parsed.words
    assert parsed.every("button", data_do="refresh", id="retry-anthropic")


def test_a_switch_says_what_it_is_and_what_pressing_does():
    (balance,) = page().every("button", id="toggle-openrouter_balance")
    assert (balance["role"], balance["aria-checked"]) == ("switch", "true")
    assert (balance["data-do"], balance["data-name"], balance["data-on"]) == (
        "toggle",
        "openrouter_balance",
        "false",
    )


def test_a_switch_that_asks_leads_to_its_question():
    (link,) = page(screen=GREYED).every("a", id="toggle-claude_code_usage")
    assert (link["href"], link["aria-checked"]) == ("?ask=claude_code_usage", "false")
    assert not page(screen=GREYED).every("button", id="toggle-claude_code_usage")


def test_a_greyed_card_shows_no_rows_and_holds_its_switch():
    parsed = page(screen=GREYED)
    assert "58% left" not in parsed.words
    assert "Off until you agree." in parsed.words
    assert parsed.ids.count("toggle-claude_code_usage") == 1


def test_a_switch_that_can_not_be_turned_is_disabled():
    screen = replace(GREYED, toggles=(toggle(enabled=False),))
    (button,) = page(screen=screen).every("button", id="toggle-claude_code_usage")
    assert "disabled" in button


def test_a_switch_that_was_asked_for_is_marked():
    assert page(View(mark="openrouter_balance")).every("button", class_="switch marked")


def test_the_question_has_the_words_of_the_window_and_cancel_comes_first():
    parsed = page(View(tab="activity", ask="claude_code_usage"))
    for told in (CONSENT.title, *CONSENT.paragraphs, CONSENT.warning, CONSENT.accept, CONSENT.cancel):
        assert told in parsed.words
    (link,) = parsed.every("a", href=CONSENT.link_url)
    assert link["rel"] == "noopener noreferrer"
    (cancel,) = parsed.every("a", id="cancel")
    assert (cancel["href"], "data-first" in cancel) == ("?tab=activity", True)
    (accept,) = parsed.every("button", id="accept")
    assert (accept["data-do"], accept["data-name"]) == ("consent", "claude_code_usage")
    assert parsed.ids.index("cancel") < parsed.ids.index("accept")
    assert not parsed.every(role="tab"), "one decision at a time"


# -- activity


def test_the_activity_has_the_words_that_every_view_has():
    from datetime import UTC, datetime

    said = page(ACTIVITY).words
    for tile in words.tiles(metrics(), datetime.fromtimestamp(NOW, UTC).date()):
        assert tile.label in said
        assert tile.value in said
    for note in words.notes(metrics().dashboard):
        assert note in said
    told = words.workspace_words(metrics().workspaces[0], NOW_MS)
    for line in (told.title, told.place, told.status, told.active, told.work, told.session, told.tokens):
        assert line is None or line in said
    assert told.work
    assert told.tokens


def test_each_day_of_a_series_can_be_walked_and_tells_its_text():
    places = [told for told in page(ACTIVITY).every("g") if told["id"].startswith("spark-commits")]
    assert len(places) == 14
    assert [told["tabindex"] for told in places] == ["-1"] * 13 + ["0"]
    assert places[-1]["aria-label"].endswith(": 3 commits")
    unknown = [told for told in page(ACTIVITY).every("g") if told["id"] == "spark-cost-0"]
    assert unknown[0]["aria-label"].endswith(": —")


def test_many_workspaces_are_folded():
    many = tuple(replace(metrics().workspaces[0], name=f"w{number}") for number in range(15))
    parsed = page(ACTIVITY, found=replace(metrics(), workspaces=many))
    assert "Show all 15" in parsed.words
    assert all(f"w{number}" in parsed.words for number in range(15))
    assert not page(ACTIVITY).every("details")


def test_ordinary_use_is_mentioned_on_a_plan_alone():
    assert "ordinary, individual use" in page(ACTIVITY, plan=True).words
    assert "ordinary, individual use" not in page(ACTIVITY).words


@pytest.mark.parametrize("view", [ACTIVITY, INSIGHTS])
def test_each_state_of_the_figures_is_told(view):
    reading = Gauge(text="Reading transcripts", pace="0.2 of 1.0 GB", fill=0.2)
    screen = replace(SCREEN, cards=(replace(CARD, gauge=reading),))
    waiting = page(view, found=None, screen=screen)
    assert "Reading…" in waiting.words
    assert "0.2 of 1.0 GB" in waiting.words
    empty = page(view, found=Metrics(scope=Scope.MACHINE, generated_at=0, timezone="UTC"))
    assert f"{page_words.NOTHING} {page_words.WILL_APPEAR}" in empty.words
    assert page_words.LOWER_BOUND in page(view, found=metrics(complete=False)).words
    broken = page(view, found=metrics(trouble="The database is locked."))
    assert "The database is locked." in broken.words
    assert broken.every("section"), "what is known stays"


def test_the_scope_is_the_one_that_was_answered():
    for scope, place in ((Scope.MACHINE, 0), (Scope.CLAUDETTE, 1)):
        (chosen,) = page(ACTIVITY, found=metrics(scope=scope)).every("a", role="radio", aria_checked="true")
        assert chosen["id"] == f"scope-{place}"


def test_the_scope_is_not_offered_where_there_is_one():
    assert not page(ACTIVITY, found=metrics(scopes=(Scope.MACHINE,))).every("a", role="radio")


# -- insights


def test_the_heatmap_is_a_table_whose_cells_tell_their_text():
    parsed = page(INSIGHTS)
    assert parsed.every("table", role="grid", class_="heat")
    cells = parsed.every("td", role="gridcell")
    assert len(cells) == 7 * 24
    assert [told["tabindex"] for told in cells].count("0") == 1
    (cell,) = parsed.every("td", id="heat-2-10")
    assert cell["aria-label"] == cell["title"] == "Wednesday 10:00–11:00: 3 sessions"
    assert cell["class"] == f"h{LEVELS}"
    assert parsed.every("td", id="heat-0-0")[0]["class"] == "h0"


def test_every_window_and_order_can_be_picked():
    parsed = page(View(tab="insights", days=None, rank=Rank.COST))
    chosen = {told["id"]: told["href"] for told in parsed.every("a", role="radio", aria_checked="true")}
    assert set(chosen) == {"scope-0", "days-4", "rank-3"}
    assert len(parsed.every("a", role="radio")) == 2 + 5 + 4
    assert {told["href"] for told in parsed.every("a", role="radio") if told["id"].startswith("days")} == {
        f"?tab=insights{days}&rank=cost" for days in ("&days=1", "&days=7", "", "&days=90", "&days=all")
    }


def test_bars_and_dots_can_be_walked_and_outcomes_have_shapes():
    parsed = page(INSIGHTS)
    turns = [told["aria-label"] for told in parsed.every("g") if told["id"].startswith("turns")]
    assert turns == [words.turn_text(metrics().analytics, place) for place in range(8)]
    recent = [told["aria-label"] for told in parsed.every("g") if told["id"].startswith("recent")]
    assert len(recent) == 3
    shapes = {(name, told["class"]) for name, told in parsed.tags if told.get("class") in words_of_outcome()}
    assert shapes == {("circle", "ok"), ("path", "failed"), ("circle", "open")}


def words_of_outcome():
    return {"ok", "failed", "open"}


def test_nothing_in_a_window_is_told_in_each_card():
    found = replace(metrics(), analytics=Analytics())
    said = page(INSIGHTS, found=found).words
    for told in (page_words.NONE_IN_WINDOW, page_words.NO_COMMANDS, page_words.NONE_RECENT):
        assert told in said


# -- style and script


def test_both_themes_of_the_window_are_the_pages_colours():
    light, dark = variables().split("@media")
    for theme, told in ((LIGHT, light), (DARK, dark)):
        assert f"--page: {theme.page};" in told
        assert f"--bar-critical: {theme.bar_critical};" in told
        assert f"--heat-{LEVELS}: {heat(inks_of(theme))[-1]};" in told
    assert "prefers-color-scheme: dark" in dark


def test_every_colour_that_is_used_is_there_and_none_stands_in_the_sheet():
    used = set(re.findall(r"var\((--[\w-]+)\)", style()))
    assert used <= set(re.findall(r"(--[\w-]+):", variables()))
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", style().removeprefix(variables()))


def test_style_and_script_are_small_and_ask_nobody():
    files = style().removeprefix(variables()) + script()
    assert len(files.encode()) < 15 * 1024
    assert "://" not in files
    assert "@import" not in files
    assert "url(" not in files
    assert "innerHTML" not in files
    assert "eval" not in files
