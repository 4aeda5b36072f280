"""What the tests of the browser page share: made-up activity, a site, a server, and a parser that checks markup."""

import http.client
import threading
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

from tests.fakes import NOW
from tests.window_stage import CLIENT, CONSENT, SCREEN
from tray.core.insights import (
    Analytics,
    Dashboard,
    LatestSession,
    Leader,
    Metrics,
    RecentSession,
    Scope,
    SlashCount,
    Workspace,
)
from tray.views.web.doors import Doors
from tray.views.web.server import PageServer
from tray.views.web.site import Site
from tray.views.window.content import Content
from tray.views.window.link import News

NOW_MS = int(NOW * 1000)
HOUR = 3_600_000
VOID = {"br", "img", "link", "meta", "source"}


def metrics(text="demo", **changes):
    """Something of everything; `text` stands wherever a name from outside can stand."""
    latest = LatestSession(
        id=text,
        agent=text,
        model=text,
        started_at=NOW_MS - HOUR,
        turns=12,
        input_tokens=1200,
        output_tokens=300,
        cache_tokens=50_000,
    )
    workspace = Workspace(
        id=text,
        name=text,
        repository=text,
        path=text,
        status="archived",
        branch=text,
        commits=4,
        additions=120,
        deletions=30,
        last_active=NOW_MS - HOUR,
        latest_session=latest,
    )
    leader = Leader(
        workspace=text,
        repository="r" + text,
        sessions=5,
        commits=4,
        tokens=1500,
        cache_tokens=9,
        cost_usd=1.5,
    )
    recent = [
        RecentSession(
            id=f"{text}{number}",
            workspace=text,
            agent=text,
            started_at=NOW_MS - 3 * HOUR + number * HOUR // 2,
            last_active=NOW_MS - HOUR,
            ended_at=None,
            ok=ok,
        )
        for number, ok in enumerate((True, False, None))
    ]
    heat = [[0] * 24 for _ in range(7)]
    heat[2][10], heat[4][15] = 3, 1
    analytics = Analytics(
        window_days=30,
        leaderboard=(leader, replace(leader, workspace="second", sessions=9, cost_usd=None)),
        heatmap=tuple(map(tuple, heat)),
        turn_histogram=(1, 2, 0, 4, 0, 0, 0, 1),
        slash_commands=(SlashCount(name=text, count=7, dated=False),),
        recent_sessions=tuple(recent),
    )
    dashboard = Dashboard(
        active_sessions=5,
        active_claude_sessions=4,
        idle_sessions=1,
        commits_daily_14d=(*range(13), 3),
        tokens_daily_30d=(*range(29), 1500),
        cost_daily_30d=(*(None for _ in range(29)), 1.25),
        cost_30d_usd=1.25,
        success_rate_30d=0.5,
        unpriced_models=(text,),
        calls_30d=10,
        inexact_calls_30d=2,
    )
    found = Metrics(
        scope=Scope.MACHINE,
        generated_at=NOW_MS,
        timezone="UTC",
        scopes=tuple(Scope),
        dashboard=dashboard,
        workspaces=(workspace,),
        analytics=analytics,
    )
    return replace(found, **changes)


class Analyst:
    """Answers what it was given; remembers what it was asked."""

    def __init__(self, found=None):
        self.found, self.asked, self.closed = found or metrics(), [], False

    def metrics(self, *, scope=None, days=30, rank=None):
        self.asked.append((scope, days))
        if isinstance(self.found, Exception):
            raise self.found
        scope = scope or Scope.MACHINE
        return replace(self.found, scope=scope, analytics=replace(self.found.analytics, window_days=days))

    def close(self):
        self.closed = True


class Stage:
    """A site whose engine and analyst are fakes."""

    def __init__(self, screen=SCREEN, *, hears=True, analyst=None, plan=False):
        self.sent, self.opened, self.now = [], [], NOW
        self.analyst = analyst or Analyst()
        self.hears = hears
        content = Content(
            read=lambda data: data,
            screen=lambda board, now, banner: replace(board, banner=banner),
            consents={"claude_code_usage": CONSENT},
            sign_ins={"anthropic": CLIENT},
            plan=lambda board: plan,
        )
        self.site = Site(content, lambda: self.analyst, lambda: self.now)
        self.site.attach(self.send, self.opened.append)
        if screen is not None:
            self.hear("message", message={"board": screen})

    def send(self, wish):
        self.sent.append(wish)
        return self.hears

    def hear(self, kind, **rest):
        self.site.hear(News(kind=kind, **rest))

    def found(self, view):
        """What is shown once the analyst has answered."""
        seen = self.site.version
        shown = self.site.shown(view)
        if shown.found is None or shown.waiting:
            assert self.site.wait(seen, 10) != seen
            shown = self.site.shown(view)
        return shown


@contextmanager
def served(stage=None, icon=b"PNG"):
    """A server that runs, and ways to ask it."""
    stage = stage or Stage()
    server = PageServer(stage.site, Doors(), icon)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield SimpleNamespace(server=server, stage=stage, port=server.server_port)
    finally:
        stage.hear("gone")  # ends the streams
        server.shutdown()
        thread.join()
        server.server_close()
        stage.site.close()


def ask(port, method, path, body=None, **headers):
    """One request: status, headers, body. A header given as None is left out."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    told = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
    connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
    for name, value in told.items():
        connection.putheader(name, value)
    if body is not None and "Content-Length" not in told:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    found = SimpleNamespace(status=answer.status, headers=answer.headers, body=answer.read().decode())
    connection.close()
    return found


class Parsed(HTMLParser):
    """Checks that every element is closed in its turn; keeps tags, attributes and text."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.stack, self.tags, self.text, self.ids = [], [], [], []
        self.feed(markup)
        self.close()
        assert self.stack == [], f"not closed: {self.stack}"

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        assert len(told) == len(attributes), f"an attribute twice in {tag}"
        self.tags.append((tag, told))
        if "id" in told:
            self.ids.append(told["id"])
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def every(self, tag=None, **wanted):
        """The attributes of the elements that have these."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [
            told
            for name, told in self.tags
            if tag in (None, name) and all(told.get(key) == value for key, value in wanted.items())
        ]

    @property
    def words(self):
        return " ".join(" ".join(self.text).split())
