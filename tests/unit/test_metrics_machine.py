"""The activity on this machine: Claudette joined with every transcript, each session and commit once."""

from __future__ import annotations

import pytest

from tests.activity_stage import Activity, at, card, commit, leader, tree
from tests.usage_stage import MODEL, NONE, call, ledger, turn
from tray.core.insights import Scope
from tray.metrics.git_work import GitWork

DAY = "2026-11-21T10:00Z"


@pytest.fixture
def act(tmp_path):
    made = Activity(tmp_path)
    made.db.workspace("w1")
    yield made
    made.close()


def test_it_is_the_scope_where_there_are_transcripts(act):
    assert act.metrics().scope is Scope.CLAUDETTE, "all there is"
    assert act.metrics().scopes == (Scope.CLAUDETTE,)
    act.stage.file("codex", [call("a")])
    assert act.metrics().scope is Scope.MACHINE
    assert act.metrics().scopes == act.metrics(Scope.CLAUDETTE).scopes == (Scope.MACHINE, Scope.CLAUDETTE)


def test_without_claudette_nothing_is_missing(tmp_path):
    act = Activity(tmp_path, schema=None)
    assert (act.metrics().scope, act.metrics().trouble) == (Scope.MACHINE, None)
    assert act.metrics(Scope.CLAUDETTE).scopes == (Scope.MACHINE,)
    act.stage.file("codex", [call("a", at=DAY, input=3)], turns=[turn("t", DAY)])
    found = act.metrics()
    assert (found.complete, found.trouble) == (True, None)
    assert found.dashboard.sessions_today == 1
    assert act.metrics(Scope.CLAUDETTE).trouble == "Claudette's database is not there."
    act.close()


def test_a_session_and_its_transcript_are_one(act):
    act.db.session("c1", "w1", cli="s1")
    act.db.message("c1", at=at(DAY), prompt=1000, completion=1000, cost=9.0)
    act.session("s1", start=DAY, ended="2026-11-21T11:00Z", ok=1, turns=3)
    rows = [call("a", at=DAY, session="s1", input=10, output=5, cache_read=90, project="/elsewhere")]
    act.stage.file("claude", rows, turns=[turn("t", DAY, "s1", "init")])
    found = act.metrics()
    board = found.dashboard
    assert (board.sessions_today, board.success_rate_30d) == (1, 1.0)
    assert (board.input_tokens_30d, board.output_tokens_30d, board.cache_hit_rate_30d) == (10, 5, 0.9)
    assert leader(found, "w1") == (1, 0, 15, pytest.approx((10 * 5 + 5 * 25 + 90 * 0.5) / 1e6))
    last = card(found, "w1").latest_session
    assert (last.agent, last.model, last.turns, last.input_tokens, last.cache_tokens) == (
        *("claude", MODEL),
        *(3, 10, 90),
    )
    assert [one.id for one in found.workspaces] == ["w1"], "the folder is the workspace's"
    (dot,) = found.analytics.recent_sessions
    assert (dot.agent, dot.ok, dot.workspace) == ("claude", True, "w1")
    assert found.analytics.slash_commands == (), "Claudette counts its own"
    assert found.analytics.turn_histogram[1] == 1


def test_the_other_scope_knows_claudettes_own_numbers(act):
    act.db.session("c1", "w1", cli="s1")
    act.db.message("c1", at=at(DAY), prompt=1000, completion=500, cost=9.0)
    act.stage.file("claude", [call("a", at=DAY, session="s1", input=10)])
    assert act.metrics(Scope.MACHINE).dashboard.input_tokens_30d == 10
    board = act.metrics(Scope.CLAUDETTE).dashboard
    assert (board.input_tokens_30d, board.cost_30d_usd) == (1000, pytest.approx(9.0))


def test_a_former_session_of_a_chat_is_claudettes_too(act):
    act.db.session("c1", "w1", cli="s2")
    act.session("s1", start=DAY, deleted=True)
    act.stage.file("claude", [call("a", at=DAY, session="s1"), call("b", at=DAY, session="s2", input=1)])
    found = act.metrics()
    assert found.dashboard.sessions_today == 2, "s2 has no row of its own: its transcript tells of it"
    assert leader(found, "w1")[0] == 2


def test_a_session_in_a_worktree_counts_for_its_workspace(act):
    act.worktree("w1", "/trees/w1")
    rows = [
        call("a", at=DAY, session="s1", project="/trees/w1/src"),
        call("b", session="s2", project="/trees"),
    ]
    act.stage.file("codex", rows)
    found = act.metrics()
    assert leader(found, "w1")[0] == 1
    assert {one.id for one in found.workspaces} == {"w1", "/trees"}
    assert card(found, "w1").latest_session.id == "s1"


def test_a_folder_outside_is_a_project(act):
    rows = [call("a", at=DAY, input=5, output=1), call("b", at=DAY, project="/home/dev/proj/src", input=2)]
    act.stage.file("codex", rows, turns=[turn("t", "2026-11-21T09:59Z"), turn("u", DAY)])
    act.git = GitWork(trees={"/home/dev/proj": tree("/home/dev/proj", repository="/home/dev/repo")})
    found = act.metrics()
    one = card(found, "/home/dev/proj")
    assert (one.name, one.repository, one.status, one.branch) == ("proj", "repo", "active", "main")
    assert (one.latest_session.turns, one.latest_session.input_tokens) == (2, 7)
    assert leader(found, "proj")[:3] == (1, 0, 8), "where the session began, wherever it walked"
    assert len(found.workspaces) == 2
    (dot,) = found.analytics.recent_sessions
    assert (dot.ok, dot.ended_at, dot.last_active) == (None, None, round(at(DAY) * 1000))


def test_a_session_outside_is_active_for_five_minutes(act):
    act.stage.file("claude", [call("a", at="2026-11-21T11:56Z")])
    act.stage.file("codex", [call("b", at="2026-11-21T11:50Z", session="s2")])
    board = act.metrics().dashboard
    assert (board.active_sessions, board.idle_sessions, board.active_claude_sessions) == (1, 0, 1)


def test_tokens_of_the_last_session_are_none_where_none_were_told(act):
    act.stage.file("claude", turns=[turn("t", DAY)])
    last = card(act.metrics(), "/home/dev/proj").latest_session
    assert (last.turns, last.input_tokens, last.output_tokens, last.cache_tokens) == (1, None, None, None)


def test_the_last_session_has_what_its_ledger_tells_beside_the_lines(act):
    act.stage.file("claude", [call("a", at=DAY, input=5)], ledgers=[ledger(input=8, cache_read=3)])
    last = card(act.metrics(), "/home/dev/proj").latest_session
    assert (last.input_tokens, last.cache_tokens) == (8, 3)


def test_what_was_typed_outside_is_dated(act):
    act.command("review", 2)
    turns = [
        turn("1", DAY, command="commit"),
        turn("2", "2026-11-01T10:00Z", command="commit"),
        turn("3", DAY, command="review"),
    ]
    act.stage.file("claude", [call("a", at=DAY)], turns=turns)
    told = [(one.name, one.count, one.dated) for one in act.metrics(days=7).analytics.slash_commands]
    assert told == [("review", 3, False), ("commit", 1, True)]


def test_what_a_fork_repeats_was_typed_once(act):
    act.stage.file("claude", [call("a", at=DAY)], turns=[turn("1", DAY, command="review")])
    said = [turn("1", DAY, "fork", "review"), turn("2", DAY, "fork", "review")]
    act.stage.file("claude", [call("b", at=DAY, session="fork")], turns=said)
    assert [(one.name, one.count) for one in act.metrics().analytics.slash_commands] == [("review", 2)]
    act.session("s1", start=DAY)
    told = act.metrics().analytics.slash_commands
    assert [(one.name, one.count) for one in told] == [("review", 1)], "Claudette counts its own"


def test_a_session_that_no_workspace_is_told_of_has_its_tokens_with_it(act):
    act.session("s1", start=DAY, workspace=None)
    act.stage.file("claude", [call("a", at=DAY, output=5)])
    (line,) = act.metrics().analytics.leaderboard
    assert (line.workspace, line.sessions, line.tokens) == ("no folder", 1, 5)


def test_a_sign_of_life_that_is_still_to_come_is_none(act):
    act.session("s1", start="2026-11-20T10:00Z", last="2027-11-21T10:00Z")
    act.stage.file("claude", [call("a", at="2026-11-21T12:01Z")])
    act.stage.file("claude", [call("b", at="2027-01-01T10:00Z", session="s2")])
    board = act.metrics().dashboard
    assert (board.active_sessions, board.idle_sessions) == (1, 0), "a minute ahead is of clocks"
    assert [one.id for one in act.metrics().analytics.recent_sessions] == ["s1"]


def test_a_commit_counts_once_whoever_tells_of_it(act):
    act.stage.file("claude", [call("a", at="2026-11-20T10:00Z")])
    act.commit("both", "2026-11-21T10:00:00+00:00", more=5)
    own = [commit("both", DAY, 5), commit("git", DAY, 7, 2), commit("old", "2026-11-08T10:00Z")]
    folder = "/home/dev/proj"
    act.git = GitWork(
        commits=tuple((repository, one) for repository in (folder, "/clone") for one in own),
        trees={folder: tree(folder, *own)},
    )
    found = act.metrics()
    board = found.dashboard
    assert (board.commits_today, board.additions_7d, board.deletions_7d) == (2, 12, 2)
    assert board.commits_daily_14d == (1, *(0,) * 12, 2)
    assert act.metrics(Scope.CLAUDETTE).dashboard.commits_today == 1
    assert (leader(found, "proj")[1], leader(found, "w1")[1]) == (2, 1)
    assert card(found, folder).commits == 2, "since the first session there"


def test_folders_of_one_repository_share_its_commits(act):
    act.stage.file("claude", [call("a", at=DAY, session="s1", project="/r/sub")])
    act.stage.file("claude", [call("b", at=DAY, session="s2", project="/r")])
    act.stage.file("claude", [call("c", at=DAY, session="s3", project="/tree")])
    one, two, side = commit("1", DAY), commit("2", DAY), commit("3", DAY)
    act.git = GitWork(
        commits=tuple(("/r", each) for each in (one, two, side)),
        trees={
            "/r/sub": tree("/r/sub", one, repository="/r"),
            "/r": tree("/r", one, repository="/r"),
            "/tree": tree("/tree", one, two, repository="/r", branch="topic"),
        },
    )
    found = act.metrics()
    told = {one.workspace: one.commits for one in found.analytics.leaderboard}
    assert told == {"r": 2, "sub": 0, "tree": 1}, "the one on no branch in use is the repository's"
    assert {one.repository for one in found.analytics.leaderboard} == {"r"}
    assert act.metrics().dashboard.commits_today == 3


def test_commits_of_a_repository_that_is_gone_stay_with_its_folder(act):
    act.stage.file("claude", [call("a", at=DAY, project="/gone/sub")])
    act.stage.file("claude", [call("b", at=DAY, session="s2", project="/gone-too")])
    act.git = GitWork(commits=(("/gone", commit("1", DAY)),))
    found = act.metrics()
    assert found.dashboard.commits_today == 1
    assert (leader(found, "sub")[1], leader(found, "gone-too")[1]) == (1, 0)


def test_git_is_asked_for_the_folders_outside_as_far_back_as_any_window_reaches(act):
    act.metrics()
    assert act.asked == [], "there is no folder"
    act.worktree("w1", "/trees/w1")
    act.stage.file(
        "claude", [call("a", at="2026-07-01T10:00Z"), call("b", session="s2", project="/trees/w1")]
    )
    act.metrics(days=1)
    assert act.asked == [({"/home/dev/proj"}, round(at("2026-07-01T10:00Z") * 1000))]
    act.metrics(days=365)
    assert act.asked[-1][1] == round((at(act.now) - 365 * 86_400) * 1000)


def test_a_commit_in_the_window_counts_though_no_agent_was_there_yet(act):
    act.stage.file("claude", [call("a", at=DAY)])
    folder, own = "/home/dev/proj", commit("before", "2026-09-21T10:00Z")
    act.git = GitWork(commits=((folder, own),), trees={folder: tree(folder, own)})
    assert act.asked == []
    assert leader(act.metrics(days=90), "proj")[1] == 1
    assert act.asked[0][1] <= own.at


def test_what_git_could_not_tell_in_time_is_said(act):
    act.stage.file("claude", [call("a", at=DAY)])
    act.git = GitWork(complete=False, told="Git took too long.")
    assert (act.metrics().complete, act.metrics().trouble) == (False, "Git took too long.")
    assert act.metrics(Scope.CLAUDETTE).complete


def test_a_deleted_workspace_with_a_transcript_is_not_added_from_its_summary(act):
    act.session("s9", workspace="w9", start=DAY, deleted=True)
    act.summary("w9", first=DAY, last=DAY, sessions_started=1, total_input_tokens=70, total_cost_usd=3.0)
    assert act.metrics(Scope.MACHINE).dashboard.input_tokens_30d == 70
    act.stage.file("claude", [call("a", at=DAY, session="s9", input=10)])
    assert act.metrics(Scope.MACHINE).dashboard.input_tokens_30d == 10
    assert act.metrics(Scope.CLAUDETTE).dashboard.input_tokens_30d == 70
    assert leader(act.metrics(), "was w9")[:3] == (1, 0, 10)


def test_a_model_without_a_price_is_unknown_and_not_free(act):
    act.stage.file("claude", [call("a", at=DAY, model=NONE, output=5)])
    board = act.metrics().dashboard
    assert (board.cost_30d_usd, board.cost_daily_30d[-1], board.unpriced_models) == (None, None, (NONE,))
    assert board.cost_daily_30d[:-1] == (0.0,) * 29
    assert leader(act.metrics(), "proj")[3] is None


def test_sessions_of_one_database_have_their_own_times(act):
    rows = [call("a", at="2026-11-01T10:00Z", session="s1"), call("b", at="2026-11-21T11:58Z", session="s2")]
    turns = [turn("t", "2026-11-01T09:58Z", "s1"), turn("u", "2026-11-21T11:57Z", "s2")]
    act.stage.file("opencode", rows, turns=turns)
    found = act.metrics()
    assert (found.dashboard.sessions_today, found.dashboard.active_sessions) == (1, 1)
    assert [one.id for one in found.analytics.recent_sessions] == ["s2"]
