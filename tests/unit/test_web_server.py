"""The page's server: who gets in, what is refused, and that nothing of it stays behind."""

import pytest

from tests.web_client import enter, get, post, raw, token_path
from tests.web_stage import Parsed, Stage, ask, served
from tray.views.web.handler import POLICY, SHUT

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def page():
    with served() as running:
        yield running


@pytest.fixture
def inside(page):
    """A browser that has followed the address: its folder and its cookie."""
    page.folder, page.cookie = enter(page)
    return page


# -- who gets in


def test_a_token_opens_once_and_is_swapped_for_a_cookie(page):
    path = token_path(page)
    answer = ask(page.port, "GET", path)
    assert answer.status == 303
    name, *rules = answer.headers["Set-Cookie"].split("; ")
    assert name.startswith("claudette-tray=")
    assert rules == ["HttpOnly", "SameSite=Strict", f"Path={answer.headers['Location']}"]
    again = ask(page.port, "GET", path)
    assert (again.status, again.body.strip()) == (403, SHUT)
    assert "Set-Cookie" not in again.headers


def test_a_new_address_makes_the_one_before_worthless(page):
    first, second = token_path(page), token_path(page)
    assert ask(page.port, "GET", first).status == 403
    assert ask(page.port, "GET", second).status == 303


def test_the_look_goes_on_and_nothing_else_does(page):
    answer = ask(page.port, "GET", token_path(page, "?tab=insights&days=7&other=%0d%0aX-A:1"))
    assert answer.headers["Location"].partition("?")[2] == "tab=insights&days=7"


@pytest.mark.parametrize("path", ["/", "/x/", "/x/state", "/open/", "/open/x", "//", "/%2e%2e/", "*"])
def test_nobody_gets_in_without_a_token(page, path):
    assert ask(page.port, "GET", path).status == 403


def test_a_cookie_opens_its_own_folder_only(page):
    (first, cookie), (second, _) = enter(page), enter(page)
    assert ask(page.port, "GET", first, Cookie=cookie).status == 200
    assert ask(page.port, "GET", second, Cookie=cookie).status == 403
    assert ask(page.port, "GET", first, Cookie="claudette-tray=x").status == 403
    assert ask(page.port, "GET", first, Cookie="").status == 403
    many = f"a=b; claudette-tray=x; {cookie}; c"
    assert ask(page.port, "GET", first, Cookie=many).status == 200


def test_the_oldest_door_falls_shut(page):
    doors = [enter(page) for _ in range(9)]
    folder, cookie = doors[0]
    assert ask(page.port, "GET", folder, Cookie=cookie).status == 403
    folder, cookie = doors[1]
    assert ask(page.port, "GET", folder, Cookie=cookie).status == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost", "", "[::1]:80"])
def test_another_name_for_this_machine_is_refused(inside, host):
    assert get(inside, Host=host).status == 403
    assert ask(inside.port, "GET", token_path(inside), Host=host).status == 403


def test_localhost_is_this_machine(inside):
    assert get(inside, Host=f"localhost:{inside.port}").status == 200


# -- what is answered


def test_every_answer_is_guarded(inside):
    answers = [get(inside, what) for what in ("", "state", "style.css", "page.js", "icon.png", "nothing")]
    answers += [post(inside, {"do": "refresh"}), post(inside, b""), ask(inside.port, "GET", "/")]
    for answer in answers:
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert answer.headers["Connection"] == "close"
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_policy_allows_nothing_but_this_server():
    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))
    assert rules.pop("img-src") == "'self' data:"
    assert set(rules.values()) == {"'none'", "'self'"}
    assert rules["default-src"] == rules["frame-ancestors"] == rules["form-action"] == "'none'"


def test_the_page_names_only_files_that_are_there(inside):
    parsed = Parsed(get(inside).body)
    named = [told["href"] for told in parsed.every("link")] + [told["src"] for told in parsed.every("script")]
    assert sorted(named) == ["icon.png", "page.js", "style.css"]
    for name in named:
        assert get(inside, name).status == 200


def test_what_has_not_changed_is_not_sent_again(inside):
    first = get(inside, "state?tab=usage")
    tag = first.headers["ETag"]
    assert get(inside, "state?tab=usage", If_None_Match=tag).status == 304
    inside.stage.hear("lost")
    assert get(inside, "state?tab=usage", If_None_Match=tag).status == 200


def test_an_icon_that_is_missing_is_not_found():
    with served(icon=b"") as page:
        page.folder, page.cookie = enter(page)
        assert get(page, "icon.png").status == 404


# -- wishes


def test_a_wish_reaches_the_engine(inside):
    assert post(inside, {"do": "toggle", "name": "codex_live", "on": False}).status == 204
    assert inside.stage.sent == [{"do": "toggle", "name": "codex_live", "on": False, "consent": False}]


@pytest.mark.parametrize(
    ("status", "changed"),
    [
        (403, {"Origin": "http://evil.example"}),
        (403, {"Origin": "null"}),
        (403, {"Origin": None}),
        (403, {"Sec_Fetch_Site": "cross-site"}),
        (403, {"Sec_Fetch_Site": "same-site"}),
        (403, {"Cookie": "claudette-tray=x"}),
        (415, {"Content_Type": "text/plain"}),
        (415, {"Content_Type": None}),
        (413, {"Content_Length": "1025"}),
        (413, {"Content_Length": "9" * 40}),
        (411, {"Content_Length": "-1"}),
        (411, {"Content_Length": "x"}),
        (411, {"Content_Length": "²"}),
    ],
)
def test_a_wish_from_elsewhere_or_of_another_form_is_refused(inside, status, changed):
    assert post(inside, {"do": "refresh"}, **changed).status == status
    assert inside.stage.sent == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"refresh"', b"\xff", b"[" * 1000, b'{"do":"quit"}', b'{"do":"toggle"}'],
)
def test_nonsense_is_no_wish(inside, body):
    assert post(inside, body).status == 400
    assert inside.stage.sent == []


def test_there_is_one_place_for_wishes(inside):
    assert post(inside, {"do": "refresh"}, what="state").status == 404
    assert get(inside, "wish").status == 404


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "FOO"])
def test_other_methods_are_unknown(inside, method):
    assert ask(inside.port, method, inside.folder, Cookie=inside.cookie).status == 501


def test_nothing_is_logged(capfd):
    with served(Stage()) as page:
        page.folder, page.cookie = enter(page)
        get(page)
        get(page, "nothing")
        raw(page, b"\x00\x00\r\n\r\n")
    assert capfd.readouterr() == ("", "")
