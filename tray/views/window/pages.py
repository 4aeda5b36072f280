"""The three pages of the window: which one is shown, what was picked on it, and its figures."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

from tray.views.window.tabs import tabs, turned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

    from tray.core.insights import Metrics
    from tray.core.screen import Gauge
    from tray.core.tabs import Tab
    from tray.views.window.asking import Answer
    from tray.views.window.content import Content, Desk
    from tray.views.window.insight_state import Asked, Shown
    from tray.views.window.sheet import Look, Page


class Asking(Protocol):
    """Whatever has questions answered, as `asking.Asker` does."""

    def look(self, asked: Asked, *, anew: bool = False) -> None: ...
    def close(self) -> None: ...


# What a question's answers come from: made with the content and with what is to be told.
MakeAsker: TypeAlias = "Callable[[Content, Callable[[Answer], None]], Asking]"

_LOOK_EVERY = 2  # seconds (ticks of the window) between two looks at the data


class Pages:
    """Keeps what the Activity and the Insights page are drawn from, and asks for it while one is shown."""

    def __init__(self, content: Content, *, tz: tzinfo | None = None, asker: MakeAsker | None = None) -> None:
        self.tab: Tab = "usage"
        self._content, self._tz, self._make_asker = content, tz, asker
        self._shown: Shown | None = None  # not before a page needs it: the usage is shown without it
        self._asker: Asking | None = None
        self._picked: Mapping[str, str] = {}
        self._desk: Desk
        self._answers: dict[Asked, Metrics] = {}
        self._made: tuple[object, Page] | None = None
        self._ticks = 0

    def attach(self, desk: Desk) -> None:
        self._desk = desk

    # --- turning and picking

    @property
    def picked(self) -> Mapping[str, str]:
        """What the person has picked on the pages, in words."""
        return self._picked if self._shown is None else self._shown.picked

    def begin(self, at: str, picked: Mapping[str, str]) -> None:
        """Be at a page with what was `picked`; its figures are asked for once the window can be seen."""
        self._picked = picked
        self.tab = turned(self.tab, at)

    def turn(self, to: str) -> bool:
        """Turn to a page by name, number, `next`, `previous`; whether it is another one now."""
        before, self.tab = self.tab, turned(self.tab, to)
        if self.tab != "usage":
            self.ask()
        return self.tab != before

    def press(self, group: str, value: str) -> bool:
        """Take what was picked; False where that is none of ours or changes nothing."""
        from tray.core.days import days_of
        from tray.core.insights import Rank, Scope

        before = shown = self._state()
        match group:
            case "scope" if value in tuple(Scope) and value != shown.scope:
                shown = replace(shown, asked=replace(shown.asked, scope=Scope(value)))
            case "days":
                with suppress(ValueError):
                    shown = replace(shown, asked=replace(shown.asked, days=days_of(value)))
            case "rank" if value in tuple(Rank):
                shown = replace(shown, rank=Rank(value))
            case "whole":
                shown = replace(shown, whole=shown.whole | {value})
        if shown == before:
            return False
        self._show(replace(shown, found=self._answers.get(shown.asked, shown.found)))
        if shown.asked != before.asked:
            self.ask()
        return True

    # --- what is asked and answered

    def tick(self) -> None:
        """Once a second while the window can be seen, for the first time when it is just painted."""
        if self.tab != "usage" and self._ticks % _LOOK_EVERY == 0:
            self.ask()
        self._ticks += 1

    def news(self) -> None:
        """Something is another now: the next tick looks."""
        self._ticks = 0

    def ask(self, *, anew: bool = False) -> None:
        """Look whether the figures of the shown page have changed."""
        if self.tab == "usage" or self._content.analyst is None:
            return
        if self._asker is None:
            make = self._make_asker or _asker
            self._asker = make(self._content, lambda answer: self._desk.call(lambda: self._hear(answer)))
        self._asker.look(self._state().asked, anew=anew)

    def close(self) -> None:
        """The window closes."""
        if self._asker is not None:
            self._asker.close()

    def _hear(self, answer: Answer) -> None:
        shown, found = self._state(), answer.found
        before = self._answers.get(answer.asked)
        if found.trouble and found.empty and before is not None:
            found = replace(before, trouble=found.trouble)  # a failure takes nothing away
        self._answers[answer.asked] = found
        self._show(replace(shown, both=found.other_scope if found.scopes else shown.both))
        if answer.asked == shown.asked:
            self._show(replace(self._state(), found=found))
        self._desk.refresh()

    # --- what is seen

    def layout(
        self,
        look: Look,
        *,
        banner: str | None,
        notice: str | None,
        plan: bool,
        gauge: Gauge | None,
    ) -> Page:
        """The page that is shown, laid out anew only where something in it differs. Not for the usage."""
        shown = self._state()
        reading = shown.found is None or not shown.found.complete
        shown = replace(
            shown, banner=banner, notice=notice, plan=plan, gauge=gauge if reading else None, tz=self._tz
        )
        key = (self.tab, shown, look)
        if self._made is not None and self._made[0] == key:
            return self._made[1]
        if self.tab == "activity":
            from tray.views.window.activity_page import activity_page as lay_out
        else:
            from tray.views.window.insights_page import insights_page as lay_out
        page = replace(lay_out(shown, look), head=tabs(self.tab, look))
        self._made = (key, page)
        return page

    def _state(self) -> Shown:
        if self._shown is None:
            from tray.views.window.insight_state import begun

            self._shown = begun(self._picked)
        return self._shown

    def _show(self, shown: Shown) -> None:
        from tray.core.insights import reranked

        found = shown.found
        self._shown = replace(shown, found=None if found is None else reranked(found, shown.rank))


def _asker(content: Content, told: Callable[[Answer], None]) -> Asking:
    from tray.views.window.asking import Asker

    def ready(answer: Answer) -> None:
        """Thousands of sessions are put in order here, not while a person waits for a frame."""
        from tray.views.window.recent import told_of

        told_of(answer.found.analytics.recent_sessions, answer.found.generated_at, None)
        told(answer)

    assert content.analyst is not None
    return Asker(content.analyst, ready, stamps=content.stamps, warm=_warm)


def _warm() -> None:
    """Load what lays out the pages and draws their charts, the font too, before the first answer comes."""
    import tray.views.charts.palette
    import tray.views.charts.places
    import tray.views.window.activity_page
    import tray.views.window.insights_page  # noqa: F401
    from tray.views.charts.draw import draw
    from tray.views.charts.palette import inks
    from tray.views.charts.specs import Columns

    draw(Columns(width=40, height=40, values=(1,), labels=("1",), scale=1.0, inks=inks(dark=True)))
