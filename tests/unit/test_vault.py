"""Credentials: read within bounds, never written, every opening in the ledger."""

import hashlib
import json
import os
import subprocess
import threading

import pytest

from tests.fakes import FakeLedger, fake_paths
from tray.core.model import ProblemKind
from tray.core.source import VaultError
from tray.engine.vault import SystemVault, keychain_services

DOCUMENT = {"claudeAiOauth": {"accessToken": "fake-access-token"}}


class FakeKeyring:
    """The `keyring` module, in memory."""

    def __init__(self, kept=None, error=None):
        self.kept, self.error = dict(kept or {}), error

    def get_keyring(self):
        return self

    def get_password(self, service, name):
        if self.error:
            raise self.error
        return self.kept.get((service, name))

    def set_password(self, service, name, key):
        if self.error:
            raise self.error
        self.kept[service, name] = key

    def delete_password(self, service, name):
        del self.kept[service, name]


class FakeSecurity:
    """`/usr/bin/security`: exit code and output by service."""

    def __init__(self, items, code=44):
        self.items, self.code, self.commands = items, code, []

    def __call__(self, command, **options):
        assert options["timeout"] > 0
        assert options["stdin"] == subprocess.DEVNULL
        self.commands.append(command)
        found = self.items.get(command[3])
        if isinstance(found, Exception):
            raise found
        code = self.code if found is None else 0
        return subprocess.CompletedProcess(command, code, found or b"", b"")


@pytest.fixture
def ledger():
    return FakeLedger()


@pytest.fixture
def vault(tmp_path, ledger):
    def make(**options):
        options = {"platform": "linux", "keyring": FakeKeyring, **options}
        return SystemVault(fake_paths(tmp_path), ledger, options.pop("env", {}), **options)

    return make


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def results(ledger):
    return [(line["place"], line["result"], line["size"]) for line in ledger.lines]


# Files


def test_the_claude_document_is_read_and_noted_with_its_size(vault, ledger, tmp_path):
    path = write(tmp_path / ".claude" / ".credentials.json", DOCUMENT)
    before = path.stat()
    assert vault().claude_document(purpose="usage") == DOCUMENT
    assert results(ledger) == [(str(path), "found", before.st_size)]
    assert (ledger.lines[0]["kind"], ledger.lines[0]["purpose"]) == ("credential", "usage")
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (before.st_mtime_ns, before.st_size)


def test_a_missing_document_is_none_and_a_line(vault, ledger):
    assert vault().claude_document(purpose="usage") is None
    assert [result for _, result, _ in results(ledger)] == ["none"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b'{"claudeAiOauth": {"accessToken": "fake-sec', "not JSON"),
        (b'["fake-sec"]', "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b" " * (2 << 20), "too large"),
    ],
)
def test_a_damaged_file_is_told_without_its_content(vault, ledger, tmp_path, content, reason):
    path = write(tmp_path / "auth.json", content)
    with pytest.raises(VaultError) as caught:
        vault().json_file(path, purpose="p")
    assert caught.value.problem.kind is ProblemKind.UNREADABLE
    assert reason in caught.value.problem.title
    assert caught.value.__context__ is None  # a JSON error holds the document
    assert results(ledger)[0][1] == reason


def test_a_folder_in_the_files_place_is_told(vault, tmp_path):
    with pytest.raises(VaultError, match="not a file"):
        vault().json_file(tmp_path, purpose="p")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_the_files_place_does_not_block(vault, tmp_path):
    os.mkfifo(tmp_path / "auth.json")
    with pytest.raises(VaultError, match="not a file"):
        vault().json_file(tmp_path / "auth.json", purpose="p")


# The macOS keychain


def test_the_service_name_carries_a_hash_where_the_folder_is_set():
    assert keychain_services({}) == ("Claude Code-credentials",)
    hashed, plain = keychain_services({"CLAUDE_CONFIG_DIR": "/tmp/cafe\u0301"})
    assert plain == "Claude Code-credentials"
    assert (hashed, plain) == keychain_services({"CLAUDE_CONFIG_DIR": "/tmp/caf\u00e9"})  # NFC
    digest = hashlib.sha256("/tmp/café".encode()).hexdigest()
    assert hashed == f"Claude Code-credentials-{digest[:8]}"


def test_the_keychain_item_is_asked_for_by_service_and_account(vault, ledger):
    security = FakeSecurity({"Claude Code-credentials": json.dumps(DOCUMENT).encode() + b"\n"})
    found = vault(platform="darwin", run=security, env={"USER": "dev"}).claude_document(purpose="usage")
    assert found == DOCUMENT
    assert security.commands == [
        ["/usr/bin/security", "find-generic-password", "-s", "Claude Code-credentials", "-a", "dev", "-w"]
    ]
    assert results(ledger)[0][:2] == ("macOS keychain: Claude Code-credentials", "found")


def test_the_hashed_item_is_looked_for_first_then_the_plain_one(vault, ledger):
    security = FakeSecurity({"Claude Code-credentials": json.dumps(DOCUMENT).encode()})
    env = {"USER": "dev", "CLAUDE_CONFIG_DIR": "/x"}
    assert vault(platform="darwin", run=security, env=env).claude_document(purpose="p") == DOCUMENT
    assert [result for _, result, _ in results(ledger)] == ["none", "found"]


def test_an_item_printed_as_hex_digits_is_read(vault):
    raw = json.dumps({"name": "é"}, ensure_ascii=False).encode()
    security = FakeSecurity({"Claude Code-credentials": raw.hex().encode() + b"\n"})
    assert vault(platform="darwin", run=security).claude_document(purpose="p") == {"name": "é"}


def test_no_item_is_none(vault):
    assert vault(platform="darwin", run=FakeSecurity({})).claude_document(purpose="p") is None


@pytest.mark.parametrize(
    ("security", "reason"),
    [
        (FakeSecurity({}, code=36), "refused (36)"),
        (FakeSecurity({"Claude Code-credentials": subprocess.TimeoutExpired("security", 1)}), "in time"),
        (FakeSecurity({"Claude Code-credentials": FileNotFoundError()}), "not available"),
        (FakeSecurity({"Claude Code-credentials": b"fake-secret"}), "not JSON"),
    ],
)
def test_a_keychain_that_gives_nothing_says_why(vault, security, reason):
    with pytest.raises(VaultError) as caught:
        vault(platform="darwin", run=security).claude_document(purpose="p")
    assert reason in caught.value.problem.title
    assert "fake-secret" not in repr(caught.value.problem)
    assert caught.value.__context__ is None


# The system's secret store


def test_our_own_key_is_kept_read_and_removed(vault, ledger):
    keyring = FakeKeyring()
    ours = vault(keyring=lambda: keyring)
    ours.set_own_key("openrouter", "fake-key")
    assert keyring.kept == {("claudette-tray", "openrouter"): "fake-key"}
    assert ours.own_key("openrouter", purpose="p") == "fake-key"
    ours.delete_own_key("openrouter")
    ours.delete_own_key("openrouter")
    assert ours.own_key("openrouter", purpose="p") is None
    assert "fake-key" not in json.dumps(ledger.lines)
    assert [result for _, result, _ in results(ledger)] == ["stored", "found", "removed", "removed", "none"]
    assert results(ledger)[1] == ("system secret store: openrouter", "found", 8)


def error_of(name):
    import keyring.errors

    return getattr(keyring.errors, name)("fake-key inside")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("NoKeyringError", "no secret store"),
        ("InitError", "locked"),
        ("KeyringLocked", "locked"),
        ("PasswordSetError", "refused"),
    ],
)
def test_a_store_that_can_not_be_used_says_why(vault, ledger, name, reason):
    ours = vault(keyring=lambda: FakeKeyring(error=error_of(name)))
    with pytest.raises(VaultError) as caught:
        ours.own_key("openrouter", purpose="p")
    assert reason in caught.value.problem.title
    assert caught.value.__context__ is None
    with pytest.raises(VaultError):
        ours.set_own_key("openrouter", "fake-key")
    assert [result for _, result, _ in results(ledger)] == [reason, reason]


def test_a_frozen_store_is_left_behind_and_not_asked_again_until_it_answers(vault):
    calls, thaw, thawed = [], threading.Event(), threading.Event()

    class Frozen(FakeKeyring):
        def get_password(self, service, name):
            calls.append(name)
            thaw.wait(5)
            thawed.set()
            return "late"

    ours = vault(keyring=Frozen, store_deadline=0.05)
    for _ in range(2):
        with pytest.raises(VaultError, match="no answer in time"):
            ours.own_key("openrouter", purpose="p")
    assert calls == ["openrouter"]
    thaw.set()
    assert thawed.wait(5)
    assert ours._left.wait(5)
    assert vault(keyring=lambda: FakeKeyring({("claudette-tray", "x"): "k"})).own_key("x", purpose="p") == "k"
    thaw.set()
    assert ours.own_key("openrouter", purpose="p") == "late"
