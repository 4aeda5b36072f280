"""The source with Codex's real client from npm, which asks a server on loopback with a made-up login."""

from __future__ import annotations

import base64
import json
import os
import threading
import time
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests import npm_clients
from tests.fakes import FakeLedger, fake_paths, fake_world
from tray.core.model import ProblemKind
from tray.core.source import Ask, Depth
from tray.engine.vault import SystemVault
from tray.sources import codex
from tray.sources.codex import appserver, trouble

pytestmark = pytest.mark.npm


@pytest.fixture(scope="session")
def program():
    """The real client, installed once into the user's cache folder."""
    return npm_clients.codex()


class Service:
    """A stand-in of the service on loopback: what it answers, and whether it was asked with the login."""

    def __init__(self):
        self.status = 200
        self.asked = threading.Event()
        self.silent = False
        self.ended = threading.Event()
        self.authorised = None
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                usage = self.path.split("?")[0].endswith("/wham/usage")
                if usage:
                    service.authorised = self.headers.get("authorization", "").startswith("Bearer ")
                    service.asked.set()
                    if service.silent:
                        service.ended.wait(20)
                        return
                self.reply(service.status if usage else 404, service.usage() if usage else {})

            def do_POST(self):
                self.rfile.read(int(self.headers.get("content-length") or 0))
                self.reply(404, {})

            def reply(self, status, body):
                raw = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/backend-api"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def usage(self):
        def window(used, seconds):
            reset = int(time.time()) + seconds // 2
            return {
                "used_percent": used,
                "limit_window_seconds": seconds,
                "reset_at": reset,
                "reset_after_seconds": seconds // 2,
            }

        other = {
            "allowed": True,
            "limit_reached": False,
            "primary_window": window(5, 18_000),
            "secondary_window": None,
        }
        plan = {
            "allowed": True,
            "limit_reached": False,
            "primary_window": window(37, 18_000),
            "secondary_window": window(61, 604_800),
        }
        return {
            "plan_type": "plus",
            "user_id": "user-fake",
            "account_id": "acc-fake",
            "email": "someone@example.invalid",
            "rate_limit": plan,
            "credits": {"has_credits": True, "unlimited": False, "balance": "12.50"},
            "additional_rate_limits": [
                {"limit_name": "Spark", "metered_feature": "codex_spark", "rate_limit": other}
            ],
        }

    def close(self):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def service():
    made = Service()
    yield made
    made.close()


class Desk:
    """A home with a made-up ChatGPT login, and a world around it that is real but for network and gates."""

    def __init__(self, home, service, program):
        self.home = home
        self.codex = home / ".codex"
        self.codex.mkdir()
        (self.codex / "config.toml").write_text(f'chatgpt_base_url = "{service.url}"\n')
        (self.codex / "auth.json").write_text(json.dumps(login()))
        path = os.pathsep.join((str(program.parent), os.environ["PATH"]))
        # Loopback is reached directly; all else would go to a port where nobody listens.
        self.env = {
            "PATH": path,
            "HOME": str(home),
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "NO_PROXY": "127.0.0.1",
        }
        self.ledger = FakeLedger()
        paths = fake_paths(home)
        vault = SystemVault(paths, self.ledger, self.env)
        self.world = fake_world(
            home, now=time.time, env=self.env, ledger=self.ledger, vault=vault, paths=paths
        )

    def fetch(self):
        return codex.SOURCE.fetch(self.world, Ask(depth=Depth.LIVE, manual=True))

    def left_behind(self):
        """Processes that still have this home in their environment."""
        found = []
        for entry in Path("/proc").glob("[0-9]*/environ"):
            try:
                if os.fsencode(self.codex) in entry.read_bytes():
                    found.append((entry.parent / "cmdline").read_bytes())
            except OSError:
                continue
        return found


def login():
    """An auth.json as `codex login` leaves it; the tokens are unsigned and valid for ten years."""

    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    about = {"chatgpt_plan_type": "plus", "chatgpt_account_id": "acc-fake", "chatgpt_user_id": "user-fake"}
    claims = {
        "exp": int(time.time()) + 10 * 365 * 86_400,
        "email": "someone@example.invalid",
        "https://api.openai.com/auth": about,
    }
    token = f"{part({'alg': 'none'})}.{part(claims)}.fake"
    tokens = {"id_token": token, "access_token": token, "refresh_token": "fake", "account_id": "acc-fake"}
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {"OPENAI_API_KEY": None, "tokens": tokens, "last_refresh": stamp}


@pytest.fixture
def desk(tmp_path, service, program):
    made = Desk(tmp_path, service, program)
    before = (made.codex / "auth.json").read_bytes()
    yield made
    assert made.left_behind() == []
    assert (made.codex / "auth.json").read_bytes() == before


def test_real_client_tells_the_quota_through_its_own_login(desk, service):
    outcome = desk.fetch()
    assert outcome.problem is None
    assert [(w.key, w.used, w.balance) for w in outcome.snapshot.windows] == [
        ("codex_session", Decimal(37), None),
        ("codex_week", Decimal(61), None),
        ("codex_session:codex_spark", Decimal(5), None),
        ("codex_credits", None, Decimal("12.50")),
    ]
    assert (outcome.snapshot.label, outcome.snapshot.note) == ("Codex Plus", "live Codex quota")
    assert all(
        w.resets_at is None or 0 < w.resets_at - time.time() <= 604_800 for w in outcome.snapshot.windows
    )
    assert outcome.unknown_keys == ()
    assert service.authorised
    assert [line["kind"] for line in desk.ledger.lines] == ["credential", "client"]


def test_refused_login_asks_for_a_sign_in(desk, service):
    service.status = 401
    assert desk.fetch().problem.kind is ProblemKind.SIGNED_OUT


@pytest.mark.parametrize(("status", "kind"), [(429, ProblemKind.RATE_LIMITED), (503, ProblemKind.SERVER)])
def test_trouble_of_the_service_is_told_as_such(desk, service, status, kind):
    service.status = status
    assert desk.fetch().problem.kind is kind


def test_unreachable_service_is_told_as_such(desk, service):
    service.close()
    assert desk.fetch().problem.kind is ProblemKind.OFFLINE


def test_end_of_the_program_ends_the_client_in_the_middle_of_its_question(desk, service):
    service.silent = True
    outcomes = []
    asking = threading.Thread(target=lambda: outcomes.append(desk.fetch()))
    asking.start()
    assert service.asked.wait(20)
    assert desk.left_behind()
    desk.world.stopping.set()
    asking.join(20)
    assert [outcome.problem for outcome in outcomes] == [None]


def test_login_by_api_key_has_no_plan_quota(desk, program):
    auth = desk.codex / "auth.json"
    before = auth.read_bytes()
    auth.write_text(json.dumps({"OPENAI_API_KEY": "sk-fake", "auth_mode": "apikey"}))
    env = {**desk.env, "CODEX_HOME": str(desk.codex)}
    with pytest.raises(appserver.ClientError) as caught:
        appserver.read_limits(program, env=env, folder=desk.codex, stopping=threading.Event())
    assert caught.value.problem is trouble.API_KEY
    auth.write_bytes(before)
