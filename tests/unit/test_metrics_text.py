"""The activity on a terminal: fits, stays aligned, steers nothing, and says what its shades mean."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.report_stage import BUSY, EMPTY, FOUND, HOSTILE, leader, named, workspace
from tray.core import page_words
from tray.core.insights import Analytics, Dashboard, Rank, reranked
from tray.views.metrics_text import report
from tray.views.metrics_text_charts import level
from tray.views.paper import Paper, columns

CODES = re.compile(r"\x1b\[\d+m")
LONG = "a-very-long-name-" * 20
WIDE = "日本語のワークスペース名"


def lines(found=FOUND, width=80, rank=Rank.SESSIONS, *, every=False, **paper):
    return report(found, Paper(width=width, **paper), rank=rank, every=every).split("\n")


def part(shown, title):
    """The lines below a heading."""
    first = next(place for place, line in enumerate(shown) if line.startswith(title))
    return shown[first + 1 : shown.index("", first) if "" in shown[first:] else None]


@pytest.mark.parametrize("width", [72, 80, 100, 120, 200])
@pytest.mark.parametrize("found", [FOUND, BUSY, named(LONG), named(WIDE), named(HOSTILE), EMPTY])
@pytest.mark.parametrize("letters", ["utf-8", "ascii", "latin-1"])
def test_no_line_is_wider_than_the_terminal(width, found, letters):
    assert max(columns(line) for line in lines(found, width, letters=letters)) <= min(width, 120)


@pytest.mark.parametrize("letters", ["utf-8", "ascii", "cp437"])
@pytest.mark.parametrize("colour", [False, True])
def test_no_name_steers_the_terminal(letters, colour):
    shown = CODES.sub("", "\n".join(lines(named(HOSTILE), letters=letters, colour=colour)))
    assert shown.replace("\n", "").isprintable()
    shown.encode(letters)


def test_colours_change_nothing_but_colours():
    assert [CODES.sub("", line) for line in lines(colour=True)] == lines()
    assert not CODES.search("\n".join(lines()))


def test_columns_stay_aligned_under_wide_letters():
    board = replace(FOUND.analytics, leaderboard=(leader("plain"), leader(WIDE), leader(LONG)))
    shown = part(lines(replace(FOUND, analytics=board)), "Leaderboard")
    assert len({columns(line) for line in shown}) == 1


def test_the_dashboard_has_a_line_for_each_figure():
    shown = lines()
    assert shown[2].split() == ["Active", "sessions", "2", "1", "open", "and", "idle"]
    assert "Commits today             3  ▅▁▆▇▃▁▁▇▅▅█▅▁▄  14 days" in shown[4]
    assert shown[7].split()[3:5] == ["$52.64", "?▁▂▂▂▂▂▃▃▃▃▄▄▄▅▅▅▅▆▆▆▆▇▇▇▇██▁▆"], "the unknown day is marked"
    assert shown[8].endswith("90%  █████████")


def test_a_rate_without_data_is_a_dash():
    shown = lines(replace(FOUND, dashboard=Dashboard()))
    assert [line.split()[-1] for line in shown if "Success" in line or "Cache hits" in line] == ["—", "—"]


def test_what_is_missing_in_the_figures_is_said():
    text = " ".join("\n".join(lines()).split())
    assert "458 of 10,551 calls: output under-recorded" in text
    assert "Price unknown, left out of the cost: qwen3-coder." in text


@pytest.mark.parametrize(("active", "plan", "told"), [(4, True, True), (3, True, False), (4, False, False)])
def test_many_sessions_on_a_plan_are_spoken_of_once(active, plan, told):
    busy = replace(FOUND, dashboard=replace(FOUND.dashboard, active_claude_sessions=active))
    assert report(busy, Paper(width=120), plan=plan).count("4 Claude sessions at once") == int(told)


def test_trouble_stands_on_top():
    shown = lines(replace(FOUND, trouble="Claudette's database is locked."))
    assert shown[1] == "! Claudette's database is locked."


def test_nothing_yet_is_one_sentence():
    shown = lines(EMPTY, 120)
    assert shown[2].startswith("No data yet. Your sessions, commits and tokens appear here")
    assert len(shown) == 3


def test_the_leaderboard_has_the_bar_of_what_it_is_ranked_by():
    by_cost = part(lines(reranked(FOUND, Rank.COST), rank=Rank.COST), "Leaderboard · last 30 days · by cost")
    assert [line.split()[1] for line in by_cost[1:]] == ["search", "fix-login", "/home/dev/not…"]
    assert [line.count("█") for line in by_cost[1:]] == [16, 6, 0]
    assert by_cost[3].endswith("—"), "a cost that nobody knows is no $0"


def test_the_heatmap_shows_each_hour_and_what_a_shade_means():
    shown = part(lines(), page_words.HEATMAP)
    assert [line.strip()[:3] for line in shown[:7]] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert {columns(line) for line in shown[:7]} == {7 + 48}
    assert shown[7].index("12") == 7 + 24, "an hour stands below its cell"
    assert shown[8].split("   ")[2:] == [" ·· none", "░░ 1–2", "▒▒ 3–4", "▓▓ 5–6", "██ 7–9"]
    plain = part(lines(letters="ascii"), page_words.HEATMAP)
    assert plain[8].split() == ["none", "..", "1-2", "::", "3-4", "++", "5-6", "##", "7-9"]


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 9, 100, 9999])
def test_every_count_has_the_shade_that_the_legend_gives_it(most):
    analytics = replace(FOUND.analytics, heatmap=((most, *(0,) * 23), *((0,) * 24,) * 6))
    legend = part(lines(replace(FOUND, analytics=analytics)), page_words.HEATMAP)[8]
    spans = re.findall(r"([░▒▓█])\1 ([\d,]+)(?:–([\d,]+))?", legend)
    for shade, low, high in spans:
        counts = {int(end.replace(",", "")) for end in (low, high or low)}
        assert {" ░▒▓█"[level(count, most)] for count in counts} == {shade}
    assert spans[-1][0] == "█"
    assert int(spans[0][1].replace(",", "")) == 1


def test_long_tables_are_cut_until_all_is_asked_for():
    many = replace(FOUND, workspaces=tuple(workspace(f"w{number}") for number in range(40)))
    assert len(part(lines(many), "Workspaces")) == 1 + 15
    assert "the last 15 of 40; --all shows every one" in "\n".join(lines(many))
    assert len(part(lines(many, every=True), "Workspaces")) == 1 + 40


def test_undated_commands_say_so():
    shown = part(lines(), "Slash commands")
    assert [line.endswith("all time") for line in shown] == [True, False]


def test_outcomes_differ_by_shape_and_word():
    shown = part(lines(), page_words.RECENT)
    assert [(line.split()[0], line.split()[-1]) for line in shown] == [
        ("○", "open"),
        ("●", "finished"),
        ("✗", "failed"),
        ("○", "ended"),
        ("●", "finished"),
    ]
    assert "no workspace" in shown[-1]


def test_times_are_of_the_zone_that_the_report_names():
    shown = part(lines(replace(FOUND, timezone="Asia/Kolkata")), page_words.RECENT)
    assert "19:00–19:57" in shown[0]


def test_instants_that_no_calendar_holds_are_shown_as_unknown():
    (first, *_), rest = FOUND.analytics.recent_sessions, FOUND.analytics
    odd = replace(rest, recent_sessions=(replace(first, started_at=10**18),))
    assert "--:--–14:27" in part(lines(replace(FOUND, analytics=odd)), page_words.RECENT)[0]


def test_empty_parts_do_not_break_the_rest():
    shown = "\n".join(lines(replace(FOUND, analytics=Analytics(window_days=None))))
    assert "Leaderboard · all time · by sessions\n  Nothing in this time." in shown
    assert "Slash commands" not in shown
    assert shown.endswith(f"{page_words.RECENT}\n  {page_words.NONE_RECENT}")
