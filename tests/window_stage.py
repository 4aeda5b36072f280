"""What the tests of the window share: a typography without a toolkit, screens, a desk that remembers."""

from tray.core.choices import ToggleId
from tray.core.model import Action, Band, Face, Shape
from tray.core.screen import Card, Consent, Row, Screen, SignIn, ToggleRow, Trouble
from tray.views.window.sheet import Look, Picture, Text
from tray.views.window.theme import LIGHT


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
