"""The words of the project: backends, quota windows, snapshots, problems. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from tray.core.choices import Settings
from tray.core.progress import Progress

Instant = float  # Unix seconds, UTC; the only form of time inside the program


class Kind(StrEnum):
    """Backend kinds, as Claudette stores them."""

    ANTHROPIC = "anthropic"
    CUSTOM_ANTHROPIC = "custom_anthropic"
    CODEX_NATIVE = "codex_native"
    CODEX_SUBSCRIPTION = "codex_subscription"
    OPENAI_API = "openai_api"
    CUSTOM_OPENAI = "custom_openai"
    OLLAMA = "ollama"
    LM_STUDIO = "lm_studio"
    PI_SDK = "pi_sdk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """One way to reach a model: Claudette's backend entry, or an agent found outside Claudette."""

    kind: Kind
    id: str
    label: str
    model: str | None = None
    host: str | None = None  # lower-case host of the endpoint, where one is configured
    provider: str | None = None  # lower-case provider name, where the client names one (Pi)


class Role(StrEnum):
    """What a window may do to the meter."""

    PLAN = "plan"  # a quota of the plan: may drive
    SCOPED = "scoped"  # a quota of one model: drives while the active model is unknown or belongs to it
    EXTRA = "extra"  # paid on top: never drives
    BALANCE = "balance"  # money left: drives only where there is no plan window
    THROUGHPUT = "throughput"  # what was used, with no cap: drives last


class Words(StrEnum):
    """How `core.present` reads a window aloud (spec claudette.md 1.2.6, 1.4, 1.5, 2.5, 5.4)."""

    PERCENT = "percent"  # 104% (floored, unclamped)
    PERCENT_COUNTDOWN = "percent_countdown"  # 100% (clamped), second line "resets in 1h 30m"
    REMAINING = "remaining"  # $2.59 remaining, second line "$2.41 used"
    SPENT = "spent"  # $12.34 / $300.00, or "(unlimited)"
    BALANCE = "balance"  # $12.50, verbatim
    TOKENS = "tokens"  # 12.4k tok, second line the cost with "≈"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One row: a quota window, a balance or a throughput, with the evidence it rests on.

    `used` and `limit` are in `unit`: "percent" (limit 100, used may exceed it), "tokens", or a lower-case
    ISO 4217 code (major units). None is unknown, never 0. `resets_at` and `observed_at` are Unix seconds.
    """

    key: str
    label: str
    role: Role
    words: Words
    unit: str
    used: Decimal | None = None
    limit: Decimal | None = None
    balance: Decimal | None = None  # money left, for `Role.BALANCE`
    cost: Decimal | None = None  # estimated US dollars of a throughput
    bounded: bool = True
    resets_at: Instant | None = None
    window_minutes: int | None = None
    observed_at: Instant | None = None
    evidence: str = ""  # where the number comes from, for people: "usage API", "Codex rollout"
    model: str | None = None  # the model a SCOPED window belongs to: a name or an id, as the vendor wrote it

    @property
    def fraction(self) -> float | None:
        """Used / limit, unclamped; None when either is unknown or the limit is not above 0."""
        if self.used is None or self.limit is None or self.limit <= 0:
            return None
        return float(self.used / self.limit)

    @property
    def exhausted(self) -> bool:
        """A bounded window at or over its cap (as read; whether it has reset since is for `core.meter`)."""
        return (
            self.bounded
            and self.used is not None
            and self.limit is not None
            and self.limit > 0
            and self.used >= self.limit
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What one source knows about one account."""

    source: str
    label: str  # the header: "Claude Max", "Codex Plus", "OpenRouter"
    plan: str | None = None  # the subscription's name alone: "Max"
    tier: str | None = None  # the cleaned tier: "MAX 20X"
    note: str | None = None
    progress: Progress | None = None  # of what its numbers are read from, while that is not all read
    account: str | None = None  # a hash; never the id itself
    windows: tuple[Window, ...] = ()
    fetched_at: Instant | None = None  # when the newest reading in it was taken


class ProblemKind(StrEnum):
    """What went wrong, for programs; the words for people are data of the source."""

    SIGNED_OUT = "signed_out"  # missing, empty or refused credential
    EXPIRED = "expired"  # normal: the client renews it on its next run
    SCOPE = "scope"  # the credential can't ask for usage
    ENV_TOKEN = "env_token"  # noqa: S105 - a kind of login, not a secret
    API_KEY = "api_key"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate_limited"
    SERVER = "server"
    OFFLINE = "offline"
    TIMEOUT = "timeout"
    TLS = "tls"
    BAD_RESPONSE = "bad_response"
    NO_KEY = "no_key"
    NO_CLIENT = "no_client"
    UNREADABLE = "unreadable"


class Action(StrEnum):
    """What the person can do about a problem, offered as a button."""

    SIGN_IN = "sign_in"
    RETRY = "retry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What happened (`title`) and what to do (`hint`): one sentence each, ready to show."""

    kind: ProblemKind
    title: str
    hint: str
    action: Action | None = None
    retry_at: Instant | None = None  # a wait that the server or our gate states
    quiet: bool = False  # a fall-back worked: the window shows it as a hint only, the icon not at all


class DbState(StrEnum):
    """What reading Claudette's database came to."""

    OK = "ok"
    ABSENT = "absent"
    EMPTY = "empty"  # a file without Claudette's tables
    OLD = "old"  # an older schema: what it has is used
    LOCKED = "locked"
    CORRUPT = "corrupt"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaudetteActivity:
    """What Claudette's database says about who works now (spec claudette.md section 3)."""

    state: DbState = DbState.ABSENT
    at: Instant | None = None  # its newest activity: message, turn, or transcript of a session of its own
    backend: Backend | None = None  # of the selected session, else of the newest message's session
    chat_session: str | None = None
    workspace: str | None = None
    default: Backend | None = None
    backends: tuple[Backend, ...] = ()  # the list, in Claudette's order


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideActivity:
    """The newest transcript of one agent that Claudette does not know."""

    backend: Backend
    at: Instant
    session: str | None = None
    folder: str | None = None  # the project folder (cwd), where the transcript's tail names it


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Who used what last, from local files only."""

    claudette: ClaudetteActivity = field(default_factory=ClaudetteActivity)
    outside: tuple[OutsideActivity, ...] = ()  # newest first, one per backend kind


class Reason(StrEnum):
    """Why a backend is the active one."""

    PINNED = "pinned"
    CLAUDETTE = "claudette"
    RECENT = "recent"
    DEFAULT = "default"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    """The backend the icon tells about, why, and when it was last used."""

    backend: Backend | None = None
    reason: Reason = Reason.NONE
    used_at: Instant | None = None
    chat_session: str | None = None  # Claudette's chat session, where the activity is Claudette's
    workspace: str | None = None
    session: str | None = None  # the client's own session outside Claudette
    folder: str | None = None


class Band(StrEnum):
    """The level by use: from 0.60 warning, from 0.85 critical."""

    NORMAL = "normal"
    WARNING = "warning"
    CRITICAL = "critical"


class Shape(StrEnum):
    """The silhouettes of the icon: each state differs by shape, not only by colour."""

    LEVEL = "level"
    STALE = "stale"
    AWAITING = "awaiting"  # the window has reset, no reading yet
    EXHAUSTED = "exhausted"
    UNKNOWN = "unknown"
    OFF = "off"  # greyed: needs the opt-in
    ERROR = "error"  # sign-in needed, or no data because of a failure
    THROUGHPUT = "throughput"  # tokens without a cap


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """All that decides the icon's picture; equal faces have equal pictures."""

    shape: Shape
    level: int | None = None  # the filled part of the battery, 0..100, quantised by `core.meter`
    band: Band | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Where one source stands: its last snapshot and its last problem, side by side."""

    source: str
    snapshot: Snapshot | None = None
    problem: Problem | None = None
    problem_at: Instant | None = None  # when `problem` was last met: a newer reading outweighs it
    asked_at: Instant | None = None  # the last time the network or the client was asked
    tried_at: Instant | None = None  # the last live fetch that asked, failed or was withheld
    next_at: Instant | None = None  # before this the gate would refuse
    account: str | None = None
    account_since: Instant | None = None  # None: the first account ever seen
    shelf: tuple[Snapshot, ...] = ()  # readings of other accounts, put away
    unknown_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All that is known and shown: what the store keeps and every view draws from."""

    settings: Settings = field(default_factory=Settings)
    activity: Activity = field(default_factory=Activity)
    active: Active = field(default_factory=Active)
    entries: tuple[Entry, ...] = ()
    saved_at: Instant | None = None
    demo: bool = False

    def entry(self, source: str) -> Entry:
        """The entry of a source; an empty one where nothing is known yet."""
        return next((e for e in self.entries if e.source == source), Entry(source=source))
