"""One fetch of the Codex quota, cheapest place first: session files, Claudette's copy, Codex's own client."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tray.core import gate as gates
from tray.core.model import ProblemKind
from tray.core.source import Depth, Outcome, VaultError
from tray.metrics import claudette
from tray.sources.codex import ID, appserver, binary, merge, parse, rollouts, trouble
from tray.sources.codex.appserver import ClientError, StoppedError
from tray.sources.codex.claudette_copy import Copy
from tray.sources.codex.login import LoginKind, login_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from threading import Event

    from tray.core.model import Instant, Problem, Snapshot
    from tray.core.source import Ask, World

FRESH = 270.0  # seconds: 5 minutes, less the engine's jitter of 10 %


class AskClient(Protocol):
    """Asks Codex's client, as `appserver.read_limits` does."""

    def __call__(
        self, program: Path, *, env: Mapping[str, str], folder: Path, stopping: Event
    ) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """The source's fetch with what it stands on: Claudette's copy, the client, the way to find it."""

    copy: Copy
    ask_client: AskClient
    find_program: Callable[[Mapping[str, str], Path], Path | None]

    def __call__(self, world: World, ask: Ask) -> Outcome:
        """What the files tell; at LIVE depth with the switch on also what Codex's client tells."""
        now = world.now()
        if ask.depth is Depth.FILES or not ask.settings.codex_live:
            return _outcome(ask, self._from_files(world, ask, now))
        try:
            document = world.vault.json_file(world.paths.codex_home / "auth.json", purpose="Codex account")
        except VaultError as error:
            return _outcome(ask, self._from_files(world, ask, now), problem=error.problem)
        login = login_of(document)
        if login.account is not None and ask.account not in (None, login.account):
            known = merge.blank()  # another account: nothing known or on disk so far is its own
        else:
            known = self._from_files(world, ask, now)
        if not ask.manual and _fresh(known, now):
            return _outcome(ask, known, account=login.account)
        match login.kind:
            case LoginKind.NONE:
                return _outcome(ask, known, problem=trouble.NOT_SIGNED_IN)
            case LoginKind.API_KEY:
                return _outcome(ask, known, problem=trouble.API_KEY)
            case LoginKind.CHATGPT:
                return self._from_client(world, ask, known, login.account)

    def _from_files(self, world: World, ask: Ask, now: Instant) -> Snapshot:
        """The known snapshot with newer readings from rollouts and Claudette's copy laid over it.

        Readings from before this account was first seen may belong to another one, an undated copy too.
        """
        known = ask.snapshot or merge.blank()
        after = known.fetched_at if known.fetched_at is not None and known.fetched_at <= now else None
        found = rollouts.find(world.paths.codex_home, now=now, after=after)
        copied = self.copy.find(world.paths.claudette_db, now)
        if copied is not None and (copied.at is None or after is None or copied.at > after):
            found.append(copied)
        since = ask.account_since
        if since is not None:
            found = [told for told in found if told.at is not None and told.at >= since]
        return merge.merge(known, found, now)

    def _from_client(self, world: World, ask: Ask, known: Snapshot, account: str | None) -> Outcome:
        program = self.find_program(world.env, _home(world.env))
        if program is None:
            return _outcome(ask, known, account=account, problem=trouble.NO_CLIENT)
        key = gates.key_of(ID, account or "")
        now = world.now()
        kept = world.gates.read(key)
        gate = gates.settled(kept, now)
        opens = gates.opens_at(gate, manual=ask.manual)
        if opens > now:
            if gate != kept:  # else a clock that was set back would move the wait along for ever
                world.gates.write(key, gate)
            shut = trouble.withheld(gate.kind, opens)
            return _outcome(ask, known, account=account, problem=shut, next_at=opens)
        gate = gates.started(gate, now)
        world.gates.write(key, gate)
        try:
            result = self._ask(world, program)
        except StoppedError:
            return _outcome(ask, known, account=account, asked=True)
        except ClientError as error:
            kind = error.problem.kind
            # No 403 latch here: the answer came through Codex's client and may be a passing block.
            kind = ProblemKind.SERVER if kind is ProblemKind.FORBIDDEN else kind
            gate = gates.ended(gate, world.now(), kind)
            world.gates.write(key, gate)
            again = gates.opens_at(gate, manual=False)
            problem = replace(error.problem, retry_at=again)
            return _outcome(ask, known, account=account, problem=problem, asked=True, next_at=again)
        world.gates.write(key, gates.ended(gate, now, None))
        # The answer is whole: a window that it doesn't name no longer exists.
        told = merge.merge(replace(known, windows=()), parse.answer(result, at=now), now)
        told = replace(told, fetched_at=now)
        return _outcome(ask, told, account=account, asked=True, unknown_keys=parse.unknown_keys(result))

    def _ask(self, world: World, program: Path) -> Mapping[str, object]:
        """One question to the client, and its line in the ledger, however it ends."""
        result = "stopped"
        try:
            answer = self.ask_client(
                program,
                env=_child_env(world, program),
                folder=world.paths.codex_home,
                stopping=world.stopping,
            )
            result = "ok"
        except ClientError as error:
            result = error.problem.kind.value
            raise
        finally:
            purpose = "rate limits, by codex itself, bytes unknown"
            world.ledger.add(kind="client", place=parse.LIVE, purpose=purpose, result=result)
        return answer


def _outcome(
    ask: Ask,
    known: Snapshot,
    *,
    account: str | None = None,
    problem: Problem | None = None,
    asked: bool = False,
    next_at: Instant | None = None,
    unknown_keys: tuple[str, ...] = (),
) -> Outcome:
    """The outcome; its snapshot is None where nothing was ever read or nothing is new."""
    known = replace(known, account=account or ask.account)
    empty = known.fetched_at is None and not known.windows
    return Outcome(
        snapshot=None if empty or known == ask.snapshot else known,
        problem=problem,
        asked=asked,
        account=account,
        next_at=next_at,
        unknown_keys=unknown_keys,
    )


def _fresh(known: Snapshot, now: Instant) -> bool:
    """Whether the plan's newest reading is young and none of its windows has reset since."""
    plan = [w for w in known.windows if merge.limit_of(w) == parse.MAIN]
    read_at = max((w.observed_at for w in plan if w.observed_at is not None), default=None)
    reset = any(w.resets_at is not None and w.resets_at <= now for w in plan)
    return read_at is not None and now - read_at < FRESH and not reset


def _home(env: Mapping[str, str]) -> Path:
    return Path(env.get("HOME") or env.get("USERPROFILE") or Path.home())


def _child_env(world: World, program: Path) -> dict[str, str]:
    """The client's environment; its folder goes to the end of PATH: npm's script finds Node there."""
    path = os.pathsep.join(part for part in (world.env.get("PATH"), str(program.parent)) if part)
    return {**world.env, "CODEX_HOME": str(world.paths.codex_home), "PATH": path}


FETCH = Fetch(copy=Copy(claudette.read_setting), ask_client=appserver.read_limits, find_program=binary.find)
