"""Genuine transcripts of every agent that is read: the tray's rows tell the same as the usage report."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes import fake_paths, fake_world
from tray.core.model import Active, Backend, Kind, Reason
from tray.core.source import Ask, Depth
from tray.metrics import open_index
from tray.metrics.keeper import Keeper
from tray.metrics.pricing import Prices
from tray.metrics.recent_use import of_sessions
from tray.metrics.registry import ALL
from tray.sources.local import SOURCE

GENUINE = Path(__file__).parents[1] / "payloads" / "transcripts"
PLACES = {
    "claude": "claude_dirs",
    "codex": "codex_home",
    "pi": "pi_home",
    "opencode": "opencode_data",
    "gemini": "gemini_home",
}
READ = {agent.id: agent for agent in ALL}
CLIENTS = [
    folder
    for folder in sorted(GENUINE.iterdir())
    if folder.is_dir() and folder.name.partition("-")[0] in READ
]


@pytest.mark.parametrize("folder", CLIENTS, ids=lambda folder: folder.name)
def test_a_genuine_session_outside_claudette_is_counted_as_the_report_does(folder, tmp_path):
    client = folder.name.partition("-")[0]
    paths = fake_paths(tmp_path)
    copy = shutil.copytree(folder, tmp_path / "home")
    setattr(paths, PLACES[client], (copy,) if client == "claude" else copy)
    keeper = Keeper(paths, worker=False)
    for script in copy.glob("*.sql"):  # a database, as text
        with closing(sqlite3.connect(script.with_suffix(".db"))) as db:
            db.executescript(script.read_text())
    keeper.catch_up()
    with open_index(paths, write=False) as index:
        told = {row.period: row for row in index.usage("session").rows if row.input_tokens}
        inexact = {name: of_sessions(index.db, [name], Prices()).inexact for name in told}
    assert told
    for session, row in told.items():
        backend = Backend(kind=Kind.PI_SDK, id="any", label="whatever")
        active = Active(backend=backend, reason=Reason.RECENT, session=session)
        asked = Ask(depth=Depth.FILES, active=active)
        found = SOURCE.fetch(fake_world(paths=paths, transcripts=keeper), asked)
        shown = next(w for w in found.snapshot.windows if w.key == "local_session")
        assert shown.used == row.input_tokens + row.output_tokens
        assert shown.evidence == f"{READ[client].label} transcript"
        assert (shown.cost is None) == (row.cost_usd is None)
        if row.cost_usd is not None:
            assert float(shown.cost) == pytest.approx(row.cost_usd, abs=1e-6)
        assert inexact[session] == row.inexact_calls
