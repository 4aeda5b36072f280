"""The client's own sign-in command as a child: seen, answered, ended, never left behind."""

import os
import signal
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.e2e.waiting import wait_for
from tray.views.window.signin import SignInChild, Transcript, child_env, find

posix = pytest.mark.skipif(os.name != "posix", reason="process groups")
FAKE = """
import sys
print("\\x1b[1mOpen\\x1b[0m https://login.example/x?state=fake&code=true")
print("Paste the code:", end=" ", flush=True)
code = sys.stdin.readline().strip()
print("thanks" if code == "fake-code" else "no")
sys.exit(0 if code == "fake-code" else 3)
"""
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
inner = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"])
print(os.getpid(), inner.pid, flush=True)
time.sleep(60)
"""


class Run:
    """A child that runs a script, and a way to wait for what it does."""

    def __init__(self, script, env=None):
        self.changed = threading.Condition()
        self.child = SignInChild((sys.executable, "-c", script), env or dict(os.environ), self.wake)

    def wake(self):
        with self.changed:
            self.changed.notify_all()

    def until(self, true):
        with self.changed:
            assert self.changed.wait_for(lambda: true(self.child), 10)
        return self.child


def printed(text):
    return lambda child: any(text in line for line in child.lines)


def ended(child):
    return child.exit_code is not None


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # a zombie is as good as gone
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_output_and_address_are_seen_while_it_waits():
    run = Run(FAKE)
    child = run.until(printed("Paste the code:"))
    assert child.lines[0] == "Open https://login.example/x?state=fake&code=true"
    assert child.url == "https://login.example/x?state=fake&code=true"
    assert child.exit_code is None
    child.close()


def test_a_typed_code_reaches_it_and_is_not_kept():
    run = Run(FAKE)
    run.until(printed("Paste the code:"))
    assert run.child.type("fake-code") is True
    child = run.until(ended)
    assert child.exit_code == 0
    assert printed("thanks")(child)
    assert "fake-code" not in "\n".join(child.lines)
    assert child.type("late") is False


def test_its_failure_is_told_by_its_code():
    run = Run(FAKE)
    run.until(printed("Paste the code:"))
    run.child.type("wrong")
    assert run.until(ended).exit_code == 3


def test_cancel_ends_it():
    run = Run(FAKE)
    run.until(printed("Paste the code:"))
    run.child.cancel()
    child = run.until(ended)
    assert child.cancelled
    assert child.exit_code != 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_is_left_behind_even_of_a_child_that_will_not_end():
    run = Run(STUBBORN)
    run.until(lambda child: len(child.lines[0].split()) == 2)
    pids = [int(word) for word in run.child.lines[0].split()]
    run.child.close()
    # What was killed and is nobody's child of ours is gone when the system has come to it.
    wait_for(lambda: not any(alive(pid) for pid in pids), 2, "all gone")


@posix
def test_a_browser_that_holds_the_output_does_not_hide_the_end():
    script = "import subprocess, sys; print(subprocess.Popen(['sleep', '60'], start_new_session=True).pid)"
    run = Run(script)
    child = run.until(ended)
    assert child.exit_code == 0
    os.kill(int(child.lines[0]), signal.SIGKILL)


def test_a_missing_program_is_an_error_of_the_system():
    with pytest.raises(OSError):
        SignInChild(("/nowhere/claude", "auth", "login"), {}, lambda: None)


def test_tokens_and_the_outer_session_are_not_passed_on():
    env = {
        "PATH": "/bin",
        "CLAUDE_CONFIG_DIR": "/c",
        "CLAUDE_CODE_OAUTH_TOKEN": "fake",
        "ANTHROPIC_AUTH_TOKEN": "fake",
        "CLAUDECODE": "1",
        "CLAUDE_CODE_ENTRYPOINT": "cli",
    }
    assert child_env(env) == {"PATH": "/bin", "CLAUDE_CONFIG_DIR": "/c"}


def test_the_child_sees_the_stripped_environment():
    script = "import os; print('seen', os.environ.get('CLAUDECODE'))"
    run = Run(script, {**os.environ, "CLAUDECODE": "1"})
    run.until(ended)
    assert printed("seen None")(run.child)


@posix
def test_a_client_outside_a_short_path_is_found(tmp_path):
    program = tmp_path / ".local" / "bin" / "claude"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    env = {"PATH": "/usr/bin", "HOME": str(tmp_path)}
    assert find("claude", env) == str(program)
    assert find("no-such-client-here", env) is None


# --- the transcript


def fed(*pieces):
    transcript = Transcript()
    for piece in pieces:
        transcript.feed(piece)
    return transcript


def test_escape_sequences_are_removed():
    text = "\x1b[1;31mred\x1b[0m \x1b]0;title\x07\x1b]8;;https://hidden.example/\x1b\\link\x1b]8;;\x1b\\ \x1b(Bend"
    assert fed(text).lines() == ("red link end",)


@given(st.integers(1, 60))
def test_escape_sequences_may_arrive_in_pieces(cut):
    text = "\x1b[1;31mred\x1b[0m \x1b]8;;https://hidden.example/\x1b\\link\x1b]8;;\x1b\\ end\x1b[K."
    assert fed(text[:cut], text[cut:]).lines() == ("red link end.",)


@given(st.text(alphabet="\x1b[]0;m\\\x07ab\r\n", max_size=60), st.integers(0, 60))
def test_pieces_make_no_difference(text, cut):
    assert fed(text[:cut], text[cut:], "\n").text == fed(text, "\n").text


def test_a_line_that_is_written_again_shows_its_last_form():
    assert fed("wait 1\rwait 2\r\ndone\n").lines() == ("wait 2", "done", "")


def test_the_first_address_wins_and_may_arrive_in_pieces():
    transcript = fed("see https://login.exa", "mple/a?b=1", " or https://other.example/ .")
    assert transcript.url == "https://login.example/a?b=1"


def test_an_address_ends_before_punctuation_and_quotes():
    assert fed("(https://login.example/a).\n").url == "https://login.example/a"
    assert fed('"https://login.example/b"\n').url == "https://login.example/b"


@pytest.mark.parametrize("text", ["file:///etc/passwd\n", "javascript:alert(1)\n", "nothing\n"])
def test_only_web_addresses_are_offered(text):
    assert fed(text).url is None


def test_a_flood_is_bounded_and_the_address_survives_it():
    transcript = fed("https://login.example/a\n", *["x" * 4096] * 50)
    assert len(transcript.text) <= 16_384
    assert transcript.url == "https://login.example/a"


def test_an_escape_that_never_ends_does_not_hold_everything_back():
    transcript = fed("\x1b]8;;", *["x" * 4000] * 10, "\nafter\n")
    assert "after" in transcript.lines()
