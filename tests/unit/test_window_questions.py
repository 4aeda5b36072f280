"""The pages beside the usage, as values: the question before a switch, the sign-in, about."""

import pytest

from tests.window_stage import (
    CLIENT,
    CONSENT,
    actions,
    look,
    signs,
    texts,
)
from tray.views.window.about import about_page
from tray.views.window.consent import ACCEPT, CANCEL, consent_page
from tray.views.window.sheet import Field
from tray.views.window.signin_page import CANCEL as SIGN_IN_CANCEL
from tray.views.window.signin_page import CLOSE, FIELD, SEND, SignInState, signin_page


def test_the_question_starts_on_cancel_and_escape_is_cancel():
    page = consent_page(CONSENT, look())
    assert page.first == page.escape == CANCEL
    assert actions(page.foot) == [CANCEL, ACCEPT]
    assert texts(page.foot) == ["Cancel", "I understand, enable"]


def test_the_question_says_everything_and_marks_the_warning():
    page = consent_page(CONSENT, look())
    assert {"Turn it on?", "What is read.", "What is sent.", "It may not be permitted.", "The terms"} <= set(
        texts(page.body)
    )
    assert "critical" in signs(page.body)
    assert actions(page.body) == ["link:https://terms.example/"]


def sign_in(**changes):
    return signin_page(SignInState(client=CLIENT, **changes), look())


def has_field(page):
    return any(isinstance(op, Field) for op in page.body.ops)


def test_a_running_sign_in_shows_output_address_and_field():
    page = sign_in(lines=("Open this:",), url="https://login.example/x")
    assert {"$ claude auth login", "Open this:"} <= set(texts(page.body))
    assert "link:https://login.example/x" in actions(page.body)
    assert {FIELD, SEND} <= set(actions(page.body))
    assert has_field(page)
    assert page.first == FIELD
    assert page.escape == SIGN_IN_CANCEL


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"code": 0}, "Signed in."),
        ({"code": 3}, "code 3"),
        ({"code": -15, "cancelled": True}, "Cancelled."),
        ({"missing": True}, "“claude” was not found."),
    ],
)
def test_an_ended_sign_in_says_how_it_ended(state, words):
    page = sign_in(**state)
    assert words in " ".join(texts(page.body))
    assert page.escape == CLOSE
    assert not has_field(page)


def test_the_output_keeps_its_height_while_lines_come():
    assert sign_in().body.height == sign_in(lines=tuple("abcdefghijklmnop")).body.height


def test_the_newest_lines_are_shown():
    shown = texts(sign_in(lines=tuple(f"line {n}" for n in range(100))).body)
    assert "line 99" in shown
    assert "line 50" not in shown


def test_about_tells_name_and_version_and_closes_on_escape():
    page = about_page(look())
    assert "Claudette tray" in texts(page.body)
    assert page.escape == page.first == actions(page.foot)[0]
