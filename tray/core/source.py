"""What a source is: a value with an id, a toggle, watched paths and a fetch; and what it may touch."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from tray.core.choices import Settings
from tray.core.model import Active, Activity, Backend, Instant, Problem, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from threading import Event

    from tray.core.gate import Gate
    from tray.core.progress import Progress
    from tray.core.screen import Consent
    from tray.core.toggles import ToggleId


class Depth(StrEnum):
    """How far a fetch may go."""

    FILES = "files"  # local files only: no network, no credential, no client
    LIVE = "live"  # also what the toggle opens: credential, network, the client


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to a source, with what is already known."""

    depth: Depth
    manual: bool = False  # a person asked: the 5-minute cache does not answer, the gates still do
    active: Active = field(default_factory=Active)
    activity: Activity = field(default_factory=Activity)
    settings: Settings = field(default_factory=Settings)
    snapshot: Snapshot | None = None
    account: str | None = None
    account_since: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a fetch came to.

    `snapshot` None keeps the old one (a failure never erases data); `problem` None says all is well.
    `asked` tells whether the network or the client was really asked (a withheld request is not).
    `account` is a hash where it is known; another one than before puts the old snapshot away.
    `next_at` is the earliest instant at which asking again makes sense.
    """

    snapshot: Snapshot | None = None
    problem: Problem | None = None
    asked: bool = False
    account: str | None = None
    next_at: Instant | None = None
    unknown_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP answer: header names in lower case, the body bounded."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Net(Protocol):
    """The only way to the network: HTTPS with the system's trust, bounded, recorded in the ledger."""

    def get(
        self, url: str, *, source: str, purpose: str, headers: Mapping[str, str], timeout: float
    ) -> Reply:
        """One GET; redirects are not followed. Raises `NetError` with a ready problem."""
        ...


class NetError(Exception):
    """A request that got no usable answer; `problem` says it to people."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class Gates(Protocol):
    """Request gates by key (a hash of the credential), kept over restarts."""

    def read(self, key: str) -> Gate: ...
    def write(self, key: str, gate: Gate) -> None: ...


class Ledger(Protocol):
    """The record of what was asked and which credential was read."""

    def add(self, *, kind: str, place: str, purpose: str, result: str, size: int | None = None) -> None:
        """`kind`: "request", "credential", "client"; `place`: host or store; `size`: bytes, None unknown."""
        ...


class Vault(Protocol):
    """Reads credentials; each call that opens one writes a ledger line. Never writes to another's store."""

    def claude_document(self, *, purpose: str) -> Mapping[str, object] | None:
        """Claude Code's credential document (file, or keychain item on macOS), or None where there is none.

        Raises `VaultError` when it is there but can't be read.
        """
        ...

    def json_file(self, path: Path, *, purpose: str) -> Mapping[str, object] | None:
        """A credential file of another client (Codex's or Pi's auth.json), or None where there is none."""
        ...

    def own_key(self, name: str, *, purpose: str) -> str | None:
        """A key of our own in the system's secret store, or None; never blocks longer than its deadline."""
        ...


class VaultError(Exception):
    """A credential store that is there and can't be read; `problem` says it to people."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.title)
        self.problem = problem


class Paths(Protocol):
    """Where the clients and we keep things (implemented by `tray.engine.paths`)."""

    @property
    def claudette_db(self) -> Path: ...
    @property
    def claude_dirs(self) -> tuple[Path, ...]:
        """Claude Code's config folders, each with `projects/`."""
        ...

    @property
    def claude_credentials(self) -> Path: ...
    @property
    def claude_json(self) -> Path: ...
    @property
    def codex_home(self) -> Path: ...
    @property
    def pi_home(self) -> Path: ...
    @property
    def omp_home(self) -> Path: ...
    @property
    def opencode_data(self) -> Path: ...
    @property
    def gemini_home(self) -> Path: ...
    @property
    def data(self) -> Path:
        """Our own folder for what is kept for long: the index of all transcripts."""
        ...

    @property
    def index_file(self) -> Path: ...
    @property
    def prices_file(self) -> Path: ...
    @property
    def config(self) -> Path: ...
    @property
    def state(self) -> Path: ...
    @property
    def runtime(self) -> Path: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where the reading of transcripts stands: `progress` is None where all is read.

    `trouble` says to people why nothing can be read.
    """

    progress: Progress | None = None
    trouble: str | None = None


class Transcripts(Protocol):
    """The clients' transcripts, kept in our index."""

    def catch_up(self) -> Reading:
        """Read what is new where that is quick; what takes longer is read by a process of its own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All that a fetch may touch; each member can be faked by argument."""

    now: Callable[[], Instant]
    paths: Paths
    env: Mapping[str, str]
    net: Net
    gates: Gates
    ledger: Ledger
    vault: Vault
    transcripts: Transcripts
    stopping: Event  # set when the program ends: long fetches give up


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A folder to watch; it may be missing or a link. `names`: only these files in it count."""

    path: Path
    recursive: bool = False
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source of readings. Everything that names a vendor is data of this value."""

    id: str
    name: str
    toggle: ToggleId | None
    fetch: Callable[[World, Ask], Outcome]
    drives: Callable[[Backend], bool]  # may its windows drive the meter of this backend?
    watched: Callable[[Paths], tuple[Root, ...]]  # folders whose changes make a FILES fetch worth while
    files: bool  # has a FILES depth; False: nothing but the network answers
    live: bool  # has a LIVE depth
    credential_file: bool = False  # what is watched is the credential itself: it may be another account's now
    greys_meter: bool = False  # toggle off: the whole meter of its backends is greyed (opt-in)
    off_note: str | None = None  # the note of the stub shown while greyed
    toggle_label: str = ""  # "Claude Code Usage"
    toggle_explanation: str = ""  # one sentence: what is read and sent while it is on
    experimental: bool = False  # its toggle stands under Experimental, else under Preferences
    consent: Consent | None = None  # the question before the toggle is turned on
    usage_url: str | None = None  # the vendor's own page
    usage_url_name: str | None = None  # its name in the menu; None keeps it out of there
    sign_in: tuple[str, ...] = ()  # the client's own command that renews the credential
    sign_in_name: str | None = None  # its title in the menu: "Claude Code…"
    one_persons_plans: tuple[str, ...] = ()  # words of plans that are for individual use
