"""What a window is opened for reaches it, by whichever way it is opened."""

from __future__ import annotations

import pytest

from tests.fakes import fake_paths
from tray import wishes
from tray.cli import parser
from tray.commands import window
from tray.core.insights import DEFAULT_DAYS
from tray.views.web.view import View, wished
from tray.views.window.opening import opening


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ((), None),
        (("--focus", "codex_live"), "codex_live"),
        (("--page", "activity"), "page:activity"),
        (("--days", "7"), "days:7"),
        (("--days", "all"), "days:all"),
        (("--browser", "--days", "0045"), "days:45"),
    ],
)
def test_the_command_line_says_what_is_wanted(line, wish):
    assert window.wish(parser().parse_args(["window", *line])) == wish


@pytest.mark.parametrize("days", ["0", "-3", "week", "36501", ""])
def test_days_that_are_none_open_nothing(days, tmp_path, capsys):
    asked = parser().parse_args(["window", f"--days={days}"])
    assert window.window(fake_paths(tmp_path), asked) == 2
    assert "is no number of days; write 1 to 36500, or all." in capsys.readouterr().err


@pytest.mark.parametrize("line", [("--page", "tokens"), ("--page", "usage", "--days", "7")])
def test_what_contradicts_itself_is_wrong_usage(line, capsys):
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["window", *line])
    assert ended.value.code == 2
    assert "argument --" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (None, {}),
        ("codex_live", {"focus": "codex_live"}),
        ("consent:claude_code_usage", {"consent": "claude_code_usage"}),
        ("sign_in:codex", {"sign_in": "codex"}),
        ("page:insights", {"page": "insights"}),
        ("days:45", {"days": "45"}),
        ("about", {"about": True}),
    ],
)
def test_a_process_is_started_for_it(wish, told):
    known = vars(opening("window", "").parse_args(wishes.arguments(wish)))
    assert {name: value for name, value in known.items() if value} == told


@pytest.mark.parametrize(
    ("wish", "view"),
    [
        ("", View()),
        ("codex_live", View(mark="codex_live")),
        ("consent:claude_code_usage", View(ask="claude_code_usage")),
        ("page:activity", View(tab="activity")),
        ("page:moon", View()),
        ("days:45", View(tab="insights", days=45)),
        ("days:all", View(tab="insights", days=None)),
        ("days:moon", View(tab="insights", days=DEFAULT_DAYS)),
        ("about", View()),
    ],
)
def test_the_page_looks_at_it(wish, view):
    assert wished(wish) == view
