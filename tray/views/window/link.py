"""The window's line to the engine: follows it over a restart, gives up after a while."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from tray.engine.wire import ChannelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GIVE_UP = 35.0  # seconds without an engine; a tray that is starting waits up to 30 for the lock
_AGAIN = 0.5
_ANSWER_WITHIN = 25.0  # a refresh is answered once everything asked has answered, 20 s at most

Message = dict[str, Any]


class Client(Protocol):
    """A connection to the engine, as `tray.engine.ipc.connect` gives it."""

    def send(self, message: Message) -> None: ...
    def ask(self, message: Message, timeout: float) -> Message: ...
    def messages(self) -> Iterator[Message]: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What the line has to tell: a message, the answer to a wish, that the engine is lost for now or gone.

    `wish` is what an answer answers: the wish's `do`.
    """

    kind: Literal["message", "answer", "lost", "gone"]
    message: Message = field(default_factory=dict)
    wish: str = ""


class Link:
    """Runs `follow` on a thread of its own; `send` may be called from any.

    `connect` answers None where no engine listens; `clock` counts seconds; `wait` sleeps for seconds and
    answers True once the window is closing. Who has the role `window` is brought forward by the engine.
    """

    def __init__(
        self,
        connect: Callable[[], Client | None],
        post: Callable[[News], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
        role: str = "window",
    ) -> None:
        self._connect = connect
        self._post = post
        self._role = role
        self._clock = clock
        self._closing = threading.Event()
        self._wait = wait or self._closing.wait
        self._client: Client | None = None

    def start(self) -> None:
        threading.Thread(target=self.follow, name="engine link", daemon=True).start()

    def send(self, wish: Message) -> bool:
        """Say a wish without waiting; its answer is posted. False where no engine hears it."""
        client = self._client
        if client is None:
            return False
        threading.Thread(target=self.ask, args=(client, wish), name="wish", daemon=True).start()
        return True

    def ask(self, client: Client, wish: Message) -> None:
        """Post the answer to a wish, or the trouble in its place."""
        try:
            answer = client.ask(wish, _ANSWER_WITHIN)
        except (OSError, ChannelError) as error:
            answer = {"ok": False, "error": str(error)}
        self._post(News(kind="answer", message=answer, wish=str(wish.get("do"))))

    def close(self) -> None:
        self._closing.set()
        if (client := self._client) is not None:
            client.close()

    def follow(self) -> None:
        """Until the engine says goodbye for good, or none has been there for 35 s, or the window closes.

        A `bye` with `handover` comes from an engine that makes room for a tray: that one is waited for.
        """
        since, told = self._clock(), False
        while not self._closing.is_set():
            client = self._connect()
            if client is None:
                if not told:
                    self._post(News(kind="lost"))
                    told = True
                if self._clock() - since >= GIVE_UP:
                    break
                self._wait(_AGAIN)
                continue
            told = False
            if self._listen(client):
                break
            since = self._clock()
        if not self._closing.is_set():
            self._post(News(kind="gone"))

    def _listen(self, client: Client) -> bool:
        """Passes on what one engine says; True when it ended for good."""
        self._client = client
        ended = False
        try:
            client.send({"do": "subscribe", "role": self._role})
            for message in client.messages():
                if message.get("bye"):
                    ended = not message.get("handover")
                    break
                self._post(News(kind="message", message=message))
        except (OSError, ChannelError):
            pass  # a line that breaks is a line that ended
        finally:
            self._client = None
            client.close()
        return ended
