"""settings.json: what is read from it in every condition, and what a change may and may not do to it."""

import json
import os
import stat
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from tray.core.choices import Settings, Show
from tray.core.toggles import ToggleId
from tray.engine.settings import SettingsError, change, load, switch
from tray.sources import ALL


@dataclass
class Where:
    config: Path
    state: Path

    @property
    def settings_file(self):
        return self.config / "settings.json"


@pytest.fixture
def places(tmp_path):
    return Where(config=tmp_path / "config" / "claudette-tray", state=tmp_path / "state")


def put(places, content):
    places.config.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else content.encode()
    places.settings_file.write_bytes(data)
    return data


UNREADABLE = {
    "empty": (b"", "line 1"),
    "torn": (b'{\n  "show": "left",\n  "pin": "co', "line 3"),
    "comma": (b'{\n  "show": "left"\n  "pin": "codex"\n}', "line 3"),
    "array": (b"[]", "line 1"),
    "null": (b"null", "line 1"),
    "not text": (b'{"a": 1,\n"\xff": 2}', "line 2"),
    "deep": (b"[" * 100_000, "line 1"),
    "long number": (b'{"a": ' + b"9" * 5000 + b"}", "line 1"),
    "huge": (b" " * (2 << 20), "larger"),
}


def test_without_a_file_the_defaults_hold(places):
    assert load(places) == Settings()
    assert not places.config.exists()


@pytest.mark.parametrize("case", UNREADABLE)
def test_an_unreadable_file_turns_every_toggle_off_and_says_where(places, case):
    content, where = UNREADABLE[case]
    put(places, content)
    settings = load(places)
    assert not settings.readable
    assert not any(settings.is_on(toggle) for toggle in ToggleId)
    assert "settings.json" in settings.trouble
    assert where in settings.trouble


@pytest.mark.parametrize("case", UNREADABLE)
def test_an_unreadable_file_is_never_overwritten(places, case):
    content, where = UNREADABLE[case]
    before = put(places, content)
    with pytest.raises(SettingsError, match=where):
        change(places, "openrouter_balance", False)
    assert places.settings_file.read_bytes() == before


def test_a_folder_in_the_place_of_the_file_is_unreadable(places):
    places.settings_file.mkdir(parents=True)
    assert not load(places).readable
    with pytest.raises(SettingsError):
        change(places, "show", "used")


def test_trouble_tells_nothing_of_the_content(places):
    put(places, '{"anthropic.user_agent": "sk-very-secret" oops}')
    assert "secret" not in load(places).trouble


def test_every_key_is_read(places):
    put(
        places,
        json.dumps(
            {
                "claude_code_usage": True,
                "openrouter_balance": False,
                "codex_live": False,
                "show": "used",
                "pin": "codex",
                "notifications": False,
                "anthropic.user_agent": "mine/1.0",
                "commit_emails": ["me@example.org", " ü@example.org "],
            }
        ),
    )
    assert load(places) == Settings(
        claude_code_usage=True,
        openrouter_balance=False,
        codex_live=False,
        show=Show.USED,
        pin="codex",
        notifications=False,
        anthropic_user_agent="mine/1.0",
        commit_emails=("me@example.org", "ü@example.org"),
    )


@pytest.mark.parametrize("toggle", list(ToggleId))
@pytest.mark.parametrize("value", [1, "true", None, [], {}, 1.0])
def test_a_toggle_of_the_wrong_type_is_off_and_named(places, toggle, value):
    put(places, json.dumps({toggle: value}))
    settings = load(places)
    assert settings.readable
    assert not settings.is_on(toggle)
    assert toggle in settings.trouble


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("show", "sideways"),
        ("show", []),
        ("pin", 5),
        ("notifications", "no"),
        ("anthropic.user_agent", "a\r\nb: c"),
        ("commit_emails", "me@example.org"),
        ("commit_emails", ["me@example.org", 5]),
        ("commit_emails", ["me"]),
        ("commit_emails", ["a@b\nc@d"]),
        ("commit_emails", ["me@example.org"] * 21),
    ],
)
def test_another_bad_value_takes_its_default_and_is_named(places, key, value):
    put(places, json.dumps({key: value, "codex_live": False}))
    settings = load(places)
    assert f'"{key}"' in settings.trouble
    assert settings == Settings(codex_live=False, trouble=settings.trouble)


def test_a_byte_order_mark_is_no_trouble(places):
    put(places, b'\xef\xbb\xbf{"show": "used"}')
    assert load(places).show is Show.USED
    assert change(places, "pin", "codex").show is Show.USED


def test_a_change_keeps_unknown_keys_and_their_order(places):
    put(places, '{"zebra": {"b": 1, "a": [null, 1.5]}, "show": "left", "äpfel": "ü", "half": "\\ud800"}')
    change(places, "show", "used")
    document = json.loads(places.settings_file.read_bytes())
    assert list(document.items()) == [
        ("zebra", {"b": 1, "a": [None, 1.5]}),
        ("show", "used"),
        ("äpfel", "ü"),
        ("half", "\ud800"),
    ]
    assert "äpfel" in places.settings_file.read_text(encoding="utf-8")


def test_a_change_creates_file_and_folder_closed_to_others(places):
    assert change(places, "claude_code_usage", True).claude_code_usage
    assert load(places).claude_code_usage
    if os.name != "nt":
        assert stat.S_IMODE(places.settings_file.stat().st_mode) == 0o600
        assert stat.S_IMODE(places.config.stat().st_mode) == 0o700
    assert [path.name for path in places.config.iterdir()] == ["settings.json"]


def test_none_takes_a_key_out(places):
    put(places, '{"pin": "codex", "x": 1}')
    assert change(places, "pin", None).pin is None
    assert json.loads(places.settings_file.read_bytes()) == {"x": 1}


def test_a_change_to_the_same_value_leaves_the_file_untouched(places):
    before = put(places, '{ "show":"used" }')
    assert change(places, "show", "used").show is Show.USED
    assert places.settings_file.read_bytes() == before


def test_a_change_repairs_a_value_of_the_wrong_type_that_compares_equal(places):
    put(places, '{"claude_code_usage": 1}')
    assert change(places, "claude_code_usage", True).claude_code_usage
    assert load(places).claude_code_usage


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("nonsense", True),
        ("readable", False),
        ("claude_code_usage", "yes"),
        ("claude_code_usage", 1),
        ("show", "up"),
        ("pin", ""),
        ("anthropic.user_agent", "two\nlines"),
        ("anthropic.user_agent", "käse"),
        ("anthropic.user_agent", "x" * 201),
        ("commit_emails", ["@"]),
        ("commit_emails", [f"me@{'x' * 200}"]),
    ],
)
def test_a_bad_change_is_refused_and_nothing_is_written(places, key, value):
    with pytest.raises(SettingsError):
        change(places, key, value)
    assert not places.settings_file.exists()


def test_a_linked_file_stays_a_link_and_its_target_changes(places, tmp_path):
    target = tmp_path / "dotfiles" / "tray.json"
    target.parent.mkdir()
    target.write_text('{"mine": 1}')
    places.config.mkdir(parents=True)
    places.settings_file.symlink_to(target)
    change(places, "show", "used")
    assert places.settings_file.is_symlink()
    assert json.loads(target.read_bytes()) == {"mine": 1, "show": "used"}
    assert [path.name for path in target.parent.iterdir()] == ["tray.json"]


def test_a_link_to_nowhere_is_unreadable_and_not_filled(places, tmp_path):
    places.config.mkdir(parents=True)
    places.settings_file.symlink_to(tmp_path / "gone.json")
    assert not load(places).readable
    with pytest.raises(SettingsError):
        change(places, "show", "used")
    assert not (tmp_path / "gone.json").exists()


def test_a_folder_that_takes_no_files_is_an_error_for_people(places):
    places.config.parent.mkdir(parents=True)
    places.config.write_text("a file where the folder should be")
    with pytest.raises(
        SettingsError, match=r"The folder .+ can't be written .+ settings\.json stays as it is"
    ):
        change(places, "show", "used")


def test_the_folder_that_refuses_is_named_and_what_still_works(places):
    places.state.write_text("a file where the folder should be")
    with pytest.raises(SettingsError, match="works on") as told:
        change(places, "show", "used")
    assert f"The folder {places.state} can't" in str(told.value)


def test_a_flip_that_turns_on_needs_the_consent_and_one_that_turns_off_does_not(places):
    asking = next(source for source in ALL if source.consent)
    with pytest.raises(SettingsError, match="consent"):
        switch(places, asking, on=None, consent=False)
    assert load(places) == Settings()
    assert switch(places, asking, on=None, consent=True).is_on(asking.toggle)
    assert not switch(places, asking, on=None, consent=False).is_on(asking.toggle)


def test_changes_at_the_same_time_lose_nothing(places):
    wanted = {
        "claude_code_usage": True,
        "openrouter_balance": False,
        "codex_live": False,
        "show": "used",
        "pin": "a",
    }
    threads = [threading.Thread(target=change, args=(places, key, value)) for key, value in wanted.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert json.loads(places.settings_file.read_bytes()) == wanted
