"""The menu: its lines, their order and what they do."""

from __future__ import annotations

from dataclasses import replace

from tests.boards import CODEX, NOW, OLLAMA, ON, activity, board, claudette, entry, outside, window
from tray.core.choices import Settings, Show
from tray.core.menu import Item, ItemKind
from tray.core.model import Active, Reason
from tray.sources import ALL
from tray.views.menu import build

ORDER = [
    "Open usage window",
    "Session (5h): 58% left, resets 14:30",
    "",
    "Refresh now",
    "Open claude.ai usage page",
    "",
    "Backend",
    "Experimental",
    "Sign in",
    "Preferences",
    "",
    "About claudette-tray",
    "Quit",
]


def menu(seen, *, at_login=False):
    from datetime import UTC

    return build(seen, ALL, NOW, at_login=at_login, tz=UTC)


def claude(**more):
    return board(entry(window(42), source="anthropic"), **more)


def sub(items: tuple[Item, ...], text: str) -> dict[str, Item]:
    return {item.text: item for item in next(item for item in items if item.text == text).items}


def test_the_lines_stand_in_their_order():
    items = menu(claude())
    assert items[0].text.startswith("Claude Max: 58% left (42% used) of session (5h)")
    assert [item.text for item in items[1:]] == ORDER


def test_opening_the_window_is_the_first_action_and_the_default():
    actions = [item for item in menu(claude()) if item.action]
    assert (actions[0].action, actions[0].default) == ("open", True)
    assert sum(item.default for item in menu(claude())) == 1


def test_windows_and_status_are_there_to_read():
    items = menu(claude())
    assert [items[0].kind, items[2].kind] == [ItemKind.INFO, ItemKind.INFO]


def test_while_greyed_status_and_default_lead_to_the_toggle():
    items = menu(claude(settings=Settings()))
    assert items[0].text == "Claude Code Usage is off (click to turn it on)"
    assert (items[0].action, items[1].action) == ("open:claude_code_usage", "open:claude_code_usage")
    assert [item.text for item in items[1:]] == [ORDER[0], *ORDER[2:]]


def test_a_stale_window_says_as_of_when():
    old = entry(window(42, read_ago=3600), source="anthropic", problem=None)
    used = Active(backend=claude().active.backend, reason=Reason.RECENT, used_at=NOW)
    assert menu(board(old, who=used))[2].text == "Session (5h): 58% left, resets 14:30 (as of 11:30)"


def test_backends_are_a_radio_with_auto_and_everything_known():
    seen = claude(activity=activity(outside(CODEX), ours=claudette(OLLAMA, 9, backends=(OLLAMA,))))
    backends = sub(menu(seen), "Backend")
    assert list(backends) == ["Auto (used last)", "Claude Code", "Codex", "Ollama"]
    assert [item.text for item in backends.values() if item.checked] == ["Auto (used last)"]
    assert all(item.kind is ItemKind.RADIO for item in backends.values())


def test_a_pin_is_checked_by_id_and_by_kind():
    for pin in ("codex", "codex_native"):
        seen = claude(settings=replace(ON, pin=pin), activity=activity(outside(CODEX)))
        checked = [item.action for item in sub(menu(seen), "Backend").values() if item.checked]
        assert checked == ["pin:codex"]


def test_a_pin_nobody_used_yet_stands_in_the_list():
    seen = claude(settings=replace(ON, pin="lm_studio"))
    assert sub(menu(seen), "Backend")["LM Studio"].checked


def test_experimental_has_the_two_and_preferences_the_rest():
    items = menu(claude(), at_login=True)
    assert [(i.text, i.checked) for i in sub(items, "Experimental").values()] == [
        ("Claude Code Usage", True),
        ("OpenRouter balance in usage meter", True),
    ]
    chosen = {text: item.checked for text, item in sub(items, "Preferences").items() if text}
    assert chosen == {
        "Show what is left": True,
        "Show what is used": False,
        "Start at login": True,
        "Notifications": True,
        "Codex live quota": True,
    }


def test_unreadable_settings_disable_the_switches():
    broken = Settings(openrouter_balance=False, codex_live=False, readable=False, trouble="line 3")
    assert not any(item.enabled for item in sub(menu(claude(settings=broken)), "Experimental").values())


def test_sign_in_is_always_there():
    assert list(sub(menu(board(who=Active(), settings=Settings())), "Sign in")) == ["Claude Code…", "Codex…"]


def test_a_system_without_start_at_login_does_not_offer_it():
    assert "Start at login" not in sub(menu(claude(), at_login=None), "Preferences")


def test_equal_boards_make_equal_menus():
    assert menu(claude()) == menu(claude())
    assert menu(claude()) != menu(claude(settings=replace(ON, show=Show.USED)))
