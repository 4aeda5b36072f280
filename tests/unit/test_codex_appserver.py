"""Promises of the talk with Codex's client: an answer or a clear problem, and never a process left behind."""

from __future__ import annotations

import os
import sys
import textwrap
import threading
import time

import pytest

from tray.core.model import ProblemKind
from tray.sources.codex import trouble
from tray.sources.codex.appserver import ClientError, StoppedError, read_limits

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the stand-in is a script with a shebang line"
)

PRELUDE = """
import json, os, sys, time
def hear(): return json.loads(sys.stdin.readline())
def say(**message): print(json.dumps(message), flush=True)
open("pid", "w").write(str(os.getpid()))
"""
GREET = 'hello = hear(); assert hello["method"] == "initialize"; say(id=hello["id"], result={}); assert hear()["method"] == "initialized"; ask = hear()\n'
ANSWER = 'say(id=ask["id"], result={"rateLimits": {"planType": "plus"}})\n'


@pytest.fixture
def client(tmp_path):
    """Makes a stand-in client from Python lines and asks it; afterwards it must be gone."""

    def ask(lines, *, within=5.0, stopping=None):
        program = tmp_path / "codex"
        body = textwrap.dedent(lines)
        program.write_text(f"#!{sys.executable} -IS\n{PRELUDE}\n{body}")
        program.chmod(0o755)
        return read_limits(
            program,
            env={"PATH": os.environ["PATH"]},
            folder=tmp_path,
            stopping=stopping or threading.Event(),
            within=within,
        )

    yield ask
    for name in ("pid", "grandchild"):
        if (tmp_path / name).exists():
            assert gone(int((tmp_path / name).read_text())), f"{name} was left behind"


def gone(pid):
    """Whether a process has ended (a zombie that another parent has yet to reap counts as ended)."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
            with open(f"/proc/{pid}/stat") as stat:
                if stat.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def problem(ask, lines, **args):
    with pytest.raises(ClientError) as caught:
        ask(lines, **args)
    return caught.value.problem


def test_answer_is_given(client):
    assert client(GREET + ANSWER) == {"rateLimits": {"planType": "plus"}}


def test_client_learns_our_own_name(client, tmp_path):
    client(
        'hello = hear(); open("hello", "w").write(json.dumps(hello)); say(id=1, result={}); hear(); ask = hear()\n'
        + ANSWER
    )
    assert '"name": "claudette-tray"' in (tmp_path / "hello").read_text()


def test_preamble_notices_and_answers_to_others_are_passed_over(client):
    noise = 'print("Welcome!\\n\\n  [x]"); say(method="configWarning", params={}); say(id=77, result={"rateLimits": 0})\n'
    assert client(noise + GREET + noise + ANSWER) == {"rateLimits": {"planType": "plus"}}


def test_question_to_us_is_declined(client):
    lines = (
        GREET
        + 'say(id="q1", method="item/approve", params={}); reply = hear(); assert reply["error"]["code"] == -32601 and reply["id"] == "q1"\n'
    )
    assert client(lines + ANSWER) == {"rateLimits": {"planType": "plus"}}


def test_busy_stderr_does_not_block_the_answer(client):
    assert client('sys.stderr.write("x" * 1_000_000)\n' + GREET + ANSWER)


def test_endless_preamble_is_given_up(client):
    assert problem(client, 'while True: print("chatter")') is trouble.GARBLED


def test_flood_without_a_line_end_is_given_up(client):
    assert problem(client, 'while True: sys.stdout.write("x" * 65536)').kind is ProblemKind.BAD_RESPONSE


def test_answer_without_result_or_error_is_garbled(client):
    assert problem(client, GREET + 'say(id=ask["id"], result=[1])') is trouble.GARBLED


def test_client_that_ends_early_is_told(client):
    assert problem(client, "sys.exit(3)") is trouble.ENDED


def test_client_that_says_nothing_times_out(client):
    assert problem(client, "sys.stdin.read()", within=0.2) is trouble.TIMEOUT


def test_expired_login_is_read_from_stderr(client):
    complaint = 'print("Failed to refresh token: gone", file=sys.stderr, flush=True)\n'
    assert problem(client, complaint + "time.sleep(0.1); sys.exit(1)") is trouble.SIGNED_OUT


def test_stubborn_client_and_its_child_are_killed(client, tmp_path):
    lines = """
        import signal, subprocess
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
        child = subprocess.Popen([sys.executable, "-ISc", stubborn])
        open("grandchild", "w").write(str(child.pid))
        time.sleep(60)
    """
    assert problem(client, lines, within=1.0) is trouble.TIMEOUT
    assert (tmp_path / "grandchild").exists()


def test_child_of_a_client_that_left_is_killed_too(client, tmp_path):
    lines = (
        'import subprocess; child = subprocess.Popen([sys.executable, "-ISc", "import time; time.sleep(60)"])\n'
        'open("grandchild", "w").write(str(child.pid))\n'
    )
    assert client(lines + GREET + ANSWER)
    assert (tmp_path / "grandchild").exists()


def test_end_of_the_program_ends_the_question(client):
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(StoppedError):
        client("sys.stdin.read()", stopping=stopping)


def test_program_that_cannot_start_is_told(tmp_path):
    broken = tmp_path / "codex"
    broken.write_text("#!/nonexistent/interpreter\n")
    broken.chmod(0o755)
    with pytest.raises(ClientError) as caught:
        read_limits(broken, env={}, folder=tmp_path, stopping=threading.Event())
    assert caught.value.problem is trouble.NOT_STARTED


def test_client_runs_in_a_group_of_its_own(client, tmp_path):
    client(GREET + 'open("group", "w").write(str(os.getpgrp()))\n' + ANSWER)
    assert int((tmp_path / "group").read_text()) != os.getpgrp()


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        (-32001, "Server overloaded; retry later.", trouble.SERVER),
        (-32600, "chatgpt authentication required to read rate limits", trouble.API_KEY),
        (-32600, "codex account authentication required to read rate limits", trouble.API_KEY),
        (-32601, "method not found", trouble.OLD_CLIENT),
        (-32600, "Invalid request: unknown variant `account/rateLimits/read`", trouble.OLD_CLIENT),
        (
            -32603,
            "failed to fetch codex rate limits: GET http://x failed: 401 Unauthorized; body={}",
            trouble.SIGNED_OUT,
        ),
        (
            -32603,
            "failed to fetch codex rate limits: GET http://x failed: 403 Forbidden; body={}",
            trouble.REFUSED,
        ),
        (
            -32603,
            "failed to fetch codex rate limits: GET http://x failed: 429 Too Many; body={}",
            trouble.RATE_LIMITED,
        ),
        (-32603, "failed to fetch codex rate limits: GET http://x failed: 503 Down; body={}", trouble.SERVER),
        (
            -32603,
            "failed to fetch codex rate limits: error sending request for url (http://x)",
            trouble.OFFLINE,
        ),
        (
            -32603,
            "failed to fetch codex rate limits: Decode error for http://x: invalid type",
            trouble.GARBLED,
        ),
        (-32603, "something new", trouble.SERVER),
        (None, None, trouble.SERVER),
    ],
)
def test_each_error_of_the_client_has_its_own_words(code, message, expected):
    assert trouble.of_error({"code": code, "message": message}, signed_out=False) is expected


def test_login_complaints_count_only_where_the_error_is_not_plainer():
    offline = {"code": -32603, "message": "failed: error sending request for url"}
    assert trouble.of_error(offline, signed_out=True) is trouble.OFFLINE
    refused = {"code": -32600, "message": "codex account authentication required to read rate limits"}
    assert trouble.of_error(refused, signed_out=True) is trouble.SIGNED_OUT
    assert trouble.of_error("no object", signed_out=True) is trouble.SIGNED_OUT


def test_no_problem_repeats_the_clients_message():
    secret = "failed: 401 Unauthorized; body=fake-secret"
    found = trouble.of_error({"code": -32603, "message": secret}, signed_out=False)
    assert "fake-secret" not in f"{found.title} {found.hint}"
