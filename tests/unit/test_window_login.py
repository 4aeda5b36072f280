"""Signing in from the window: the client itself is run, and only it hears what is typed."""

from tests.window_stage import Stage


def signing(**begin):
    stage = Stage(**begin)
    stage.press("sign_in:anthropic")
    return stage, stage.children[-1]


def test_sign_in_runs_the_clients_own_command():
    stage, child = signing()
    assert child.command == ("claude", "auth", "login")
    assert stage.visit.kind == "signin"


def test_what_is_typed_goes_to_the_child_only():
    stage, child = signing()
    stage.desk.field = "  fake-code  "
    stage.press("signin:send")
    assert child.heard == ["fake-code"]
    assert stage.desk.field == ""
    assert stage.sent == []
    assert not any("fake-code" in word for word in stage.words())


def test_an_empty_field_sends_nothing():
    stage, child = signing()
    stage.press("signin:send")
    assert child.heard == []


def test_success_refreshes_once_and_close_returns_to_the_usage():
    stage, child = signing()
    child.end(0)
    child.on_change()
    assert stage.sent == [{"do": "refresh"}]
    stage.press("signin:close")
    assert stage.visit.kind == "usage"


def test_failure_refreshes_nothing_and_may_be_tried_again():
    stage, child = signing()
    child.end(1)
    assert stage.sent == []
    stage.press("signin:again")
    assert len(stage.children) == 2


def test_a_running_sign_in_is_not_started_twice():
    stage, _ = signing()
    stage.press("sign_in:anthropic", "signin:again")
    assert len(stage.children) == 1


def test_cancel_ends_the_child_and_success_after_it_is_not_told():
    stage, child = signing()
    stage.press("signin:cancel")
    assert child.cancelled
    child.end(0)
    assert stage.sent == []


def test_a_missing_client_is_told_in_words():
    stage = Stage(missing=True)
    stage.press("sign_in:anthropic")
    assert any("was not found" in word for word in stage.words())


def test_the_address_is_copied_for_another_browser():
    stage, child = signing()
    child.url = "https://login.example/x"
    stage.press("signin:copy")
    assert stage.desk.copied == ["https://login.example/x"]


def test_closing_the_window_ends_the_child():
    stage, child = signing()
    stage.visit.leave()
    assert child.closed


def test_opened_for_the_sign_in_alone_it_closes_unless_it_succeeded():
    failed = Stage(sign_in="anthropic")
    failed.children[-1].end(1)
    failed.press("signin:close")
    assert failed.desk.closed
    done = Stage(sign_in="anthropic")
    done.children[-1].end(0)
    done.press("signin:close")
    assert not done.desk.closed
    assert done.visit.kind == "usage"
