"""Which backend the icon speaks of."""

from __future__ import annotations

from dataclasses import replace

from tests.boards import CLAUDE, CODEX, NOW, OLLAMA, activity, claudette, outside
from tray.core.active import find_backend, in_use, resolve
from tray.core.choices import Settings
from tray.core.model import Active, Kind, Reason

AUTO = Settings()


def test_whoever_worked_last_is_active():
    seen = activity(outside(CLAUDE, 10), ours=claudette(CODEX, 60))
    assert resolve(AUTO, seen, Active()).backend == CLAUDE
    seen = activity(outside(CLAUDE, 60), ours=claudette(CODEX, 10))
    found = resolve(AUTO, seen, Active())
    assert (found.backend, found.reason) == (CODEX, Reason.CLAUDETTE)


def test_claudette_wins_a_tie():
    assert resolve(AUTO, activity(outside(CLAUDE, 10), ours=claudette(CODEX, 10)), Active()).backend == CODEX


def test_the_previous_backend_stays_until_another_is_newer_by_five_seconds():
    before = resolve(AUTO, activity(outside(CLAUDE, 20)), Active())
    near = activity(outside(CODEX, 16), outside(CLAUDE, 20))
    assert resolve(AUTO, near, before).backend == CLAUDE
    far = activity(outside(CODEX, 14), outside(CLAUDE, 20))
    assert resolve(AUTO, far, before).backend == CODEX


def test_a_model_change_of_the_kept_backend_is_taken_over():
    before = resolve(AUTO, activity(outside(CLAUDE, 20)), Active())
    other = replace(CLAUDE, model="sonnet")
    assert resolve(AUTO, activity(outside(other, 5)), before).backend == other


def test_without_activity_claudettes_selection_then_its_default_then_none():
    assert resolve(AUTO, activity(ours=claudette(CODEX, None)), Active()).reason is Reason.CLAUDETTE
    found = resolve(AUTO, activity(ours=claudette(None, None, default=OLLAMA)), Active())
    assert (found.backend, found.reason) == (OLLAMA, Reason.DEFAULT)
    assert resolve(AUTO, activity(), Active()) == Active()


def test_a_pin_wins_and_keeps_what_is_known_of_its_use():
    seen = activity(outside(CLAUDE, 10), outside(CODEX, 300))
    found = resolve(Settings(pin="codex_native"), seen, Active())
    assert (found.backend, found.reason, found.used_at) == (CODEX, Reason.PINNED, NOW - 300)


def test_a_pin_by_id_prefers_the_entry_of_that_id():
    mine = replace(CODEX, id="my-codex", label="Mine")
    seen = activity(ours=claudette(CLAUDE, 5, backends=(CLAUDE, mine)))
    assert resolve(Settings(pin="my-codex"), seen, Active()).backend == mine


def test_a_pin_on_a_kind_nobody_used_is_known_by_its_label():
    found = resolve(Settings(pin="lm_studio"), activity(), Active())
    assert found.backend is not None
    assert (found.backend.kind, found.backend.label, found.used_at) == (Kind.LM_STUDIO, "LM Studio", None)


def test_a_pin_that_names_nothing_is_auto():
    assert find_backend("no-such", activity()) is None
    assert resolve(Settings(pin="no-such"), activity(outside(CLAUDE)), Active()).backend == CLAUDE


def test_in_use_ends_after_fifteen_minutes():
    assert in_use(Active(backend=CLAUDE, used_at=NOW - 899), NOW)
    assert not in_use(Active(backend=CLAUDE, used_at=NOW - 900), NOW)
    assert not in_use(Active(backend=CLAUDE), NOW)
