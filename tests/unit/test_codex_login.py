"""Promises about Codex's login file and about where its program is found."""

from __future__ import annotations

import os

import pytest

from tray.sources.codex import binary
from tray.sources.codex.login import LoginKind, login_of

TOKENS = {"access_token": "fake-access", "refresh_token": "fake-refresh", "account_id": "acc-fake"}


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (None, LoginKind.NONE),
        ({}, LoginKind.NONE),
        ({"tokens": None}, LoginKind.NONE),
        ({"tokens": "x"}, LoginKind.NONE),
        ({"tokens": {"access_token": ""}, "OPENAI_API_KEY": None}, LoginKind.NONE),
        ({"OPENAI_API_KEY": "sk-fake"}, LoginKind.API_KEY),
        ({"OPENAI_API_KEY": "sk-fake", "auth_mode": "apikey", "tokens": TOKENS}, LoginKind.API_KEY),
        ({"OPENAI_API_KEY": "sk-fake", "tokens": TOKENS}, LoginKind.CHATGPT),
        ({"auth_mode": "chatgpt", "tokens": TOKENS}, LoginKind.CHATGPT),
        ({"personal_access_token": "fake"}, LoginKind.CHATGPT),
    ],
)
def test_each_kind_of_login_is_told_apart(document, kind):
    assert login_of(document).kind is kind


def test_account_is_a_stable_hash_that_does_not_tell_the_id():
    account = login_of({"tokens": TOKENS}).account
    assert account == login_of({"tokens": {**TOKENS, "access_token": "other"}}).account
    assert account != login_of({"tokens": {**TOKENS, "account_id": "acc-two"}}).account
    assert "acc" not in account


@pytest.mark.parametrize("account", [None, "", 5, []])
def test_login_without_an_account_id_has_no_account(account):
    assert login_of({"tokens": {**TOKENS, "account_id": account}}).account is None


def program(folder, name="codex"):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("")
    path.chmod(0o755)
    return path


def test_path_comes_before_the_fixed_places(tmp_path):
    program(tmp_path / "home" / ".local" / "bin")
    first = program(tmp_path / "bin")
    assert binary.find({"PATH": str(tmp_path / "bin")}, tmp_path / "home", windows=False) == first


def test_fixed_places_are_searched_when_path_has_none(tmp_path):
    found = program(tmp_path / ".npm-global" / "bin")
    assert binary.find({"PATH": str(tmp_path / "empty")}, tmp_path, windows=False) == found


def test_newest_node_version_of_nvm_is_taken(tmp_path):
    for version in ("v9.1.0", "v20.11.1", "v18.0.0"):
        program(tmp_path / ".nvm" / "versions" / "node" / version / "bin")
    found = binary.find({}, tmp_path, windows=False)
    assert found is not None
    assert "v20.11.1" in str(found)


def test_windows_takes_npms_command_file(tmp_path):
    found = program(tmp_path / "AppData" / "Roaming" / "npm", "codex.cmd")
    assert binary.find({}, tmp_path, windows=True) == found


def test_relative_folders_and_plain_files_are_no_program(tmp_path, monkeypatch):
    program(tmp_path)
    monkeypatch.chdir(tmp_path)
    program(tmp_path / "bin").chmod(0o644)
    path = os.pathsep.join((".", "", str(tmp_path / "bin")))
    found = binary.find({"PATH": path}, tmp_path / "home", windows=False)
    assert found is None or tmp_path not in found.parents
