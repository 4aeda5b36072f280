"""What the tests of the window share: a typography without a toolkit, screens, a desk that remembers."""

from dataclasses import replace
from datetime import UTC

from tray.core.model import Action, Band, Face, Shape
from tray.core.screen import Card, Consent, Row, Screen, SignIn, ToggleRow, Trouble
from tray.core.toggles import ToggleId
from tray.demo.insights import DemoAnalyst
from tray.views.window.asking import Answer
from tray.views.window.content import Content
from tray.views.window.link import News
from tray.views.window.paint import Sign
from tray.views.window.sheet import Look, Picture, Text
from tray.views.window.theme import LIGHT
from tray.views.window.visit import Visit

NOW = 1_795_600_000.0  # a Wednesday, 09:46 in UTC


class Typewriter:
    """Every character is 7 pixels wide, every line 16 high."""

    def width(self, role, text):
        return 7 * len(text)

    def line(self, role):
        return 16


def look(**changes):
    return Look(**{"theme": LIGHT, "scale": 1.0, "type": Typewriter(), "width": 380, **changes})


def toggle(on=False, needs_consent=True, enabled=True):
    return ToggleRow(
        id=ToggleId.CLAUDE_CODE_USAGE,
        label="Claude Code Usage",
        explanation="Asks for the plan's usage.",
        on=on,
        needs_consent=needs_consent,
        enabled=enabled,
    )


BALANCE = ToggleRow(id=ToggleId.OPENROUTER_BALANCE, label="OpenRouter", explanation="Balance.", on=True)
SESSION = Row(
    key="session_5h",
    label="Session (5h)",
    primary="58% left",
    secondary="42% used",
    reset="resets in 1h 30m",
    fill=0.58,
    time_mark=0.3,
    band=Band.NORMAL,
    driving=True,
    evidence="usage API, 12 s ago",
)
LOST = Trouble(title="Sign-in needed", hint="Sign in again.", action=Action.SIGN_IN, source="anthropic")
CARD = Card(
    source="anthropic", title="Claude Max", badge="MAX 20X", freshness="updated 1 min ago", rows=(SESSION,)
)
SCREEN = Screen(
    title="Claude Max",
    subtitle="opus · used last",
    freshness="updated 1 min ago",
    cards=(CARD,),
    toggles=(toggle(on=True, needs_consent=False), BALANCE),
    face=Face(shape=Shape.LEVEL, level=58, band=Band.NORMAL),
)
GREYED = Screen(
    title="Claude Code",
    subtitle=None,
    freshness=None,
    cards=(
        Card(
            source="anthropic", title="Claude Code", note="Off until you agree.", greyed=True, rows=(SESSION,)
        ),
    ),
    toggles=(toggle(), BALANCE),
)
CONSENT = Consent(
    title="Turn it on?",
    paragraphs=("What is read.", "What is sent."),
    warning="It may not be permitted.",
    link_label="The terms",
    link_url="https://terms.example/",
    cancel="Cancel",
    accept="I understand, enable",
)
CLIENT = SignIn(source="anthropic", name="Claude Code…", command=("claude", "auth", "login"))


def texts(part):
    return [op.text for op in part.ops if isinstance(op, Text)]


def pictures(part, kind):
    return [op.spec for op in part.ops if isinstance(op, Picture) and isinstance(op.spec, kind)]


def actions(part):
    return [hot.action for hot in part.hots if hot.stop]


def signs(part):
    return {sign.kind for sign in pictures(part, Sign)}


class Desk:
    """A toolkit that only remembers."""

    def __init__(self):
        self.closed, self.shown, self.painted, self.focused = False, 0, 0, []
        self.timers, self.copied, self.field = [], [], ""

    def refresh(self):
        self.painted += 1

    def show(self):
        self.shown += 1

    def close(self):
        self.closed = True

    def focus(self, action):
        self.focused.append(action)

    def call(self, what):
        what()

    def after(self, milliseconds, what):
        self.timers.append((milliseconds, what))

    def copy(self, text):
        self.copied.append(text)

    def typed(self):
        text, self.field = self.field, ""
        return text


class FakeChild:
    """A sign-in command that does what the test says."""

    def __init__(self, command, on_change):
        self.command, self.on_change = command, on_change
        self.lines, self.url, self.exit_code, self.cancelled = (), None, None, False
        self.heard, self.closed = [], False

    def type(self, text):
        self.heard.append(text)
        return True

    def cancel(self):
        self.cancelled = True

    def close(self):
        self.closed = True

    def end(self, code):
        self.exit_code = code
        self.on_change()


def check_texts(page, width):
    """Every part of a page has a key of its own, and every text is printable and inside."""
    keys = [op.key for op in page.body.ops]
    assert len(keys) == len(set(keys))
    for op in page.body.ops:
        if isinstance(op, Text):
            wide = Typewriter().width(op.role, op.text)
            left = {"nw": op.x, "ne": op.x - wide, "n": op.x - wide // 2}[op.anchor]
            assert 0 <= left <= left + wide <= width
            assert op.text.isprintable()
            assert 0 <= op.y < page.body.height


class Asker:
    """Has nothing answered before the test does; remembers what was looked for."""

    def __init__(self, told):
        self.told, self.looks, self.closed = told, [], False

    def look(self, asked, *, anew=False):
        self.looks.append((asked, anew))

    def close(self):
        self.closed = True

    def answer(self, found=None, asked=None):
        """To the latest question, or to an earlier one; without a value the demo answers."""
        asked = asked or self.looks[-1][0]
        found = found or DemoAnalyst(lambda: NOW, UTC).metrics(scope=asked.scope, days=asked.days)
        self.told(Answer(asked=asked, found=found))


class Stage:
    def __init__(self, screen=SCREEN, *, hears=True, missing=False, plan=False, **begin):
        self.desk, self.sent, self.opened, self.children = Desk(), [], [], []
        self.hears, self.missing, self.asker = hears, missing, None
        content = Content(
            usage_page="https://vendor.example/usage",
            read=lambda data: data,
            screen=lambda board, now, banner: replace(board, banner=banner),
            consents={"claude_code_usage": CONSENT},
            sign_ins={"anthropic": CLIENT},
            analyst=DemoAnalyst,
            plan=lambda board: plan,
        )
        self.visit = Visit(
            content, open_url=self.opened.append, start=self.start, asker=self.make_asker, tz=UTC
        )
        self.visit.attach(self.desk, self.send)
        self.visit.begin(**begin)
        self.visit.tick()  # as soon as it is painted
        if screen is not None:
            self.board(screen)

    def make_asker(self, content, told):
        self.asker = Asker(told)
        return self.asker

    def start(self, command, on_change):
        if self.missing:
            raise FileNotFoundError(command[0])
        self.children.append(FakeChild(command, on_change))
        return self.children[-1]

    def send(self, wish):
        self.sent.append(wish)
        return self.hears

    def board(self, screen, **more):
        self.hear("message", message={"board": screen, **more})
        self.page()

    def hear(self, kind, **rest):
        self.visit.hear(News(kind=kind, **rest))

    def page(self):
        return self.visit.page(look(), 0.0)

    def press(self, *actions):
        for action in actions:
            self.visit.press(action)
        return self.page()

    def words(self):
        page = self.page()
        return texts(page.body) + texts(page.foot)

    def asked(self):
        return [asked for asked, _ in self.asker.looks] if self.asker else []
