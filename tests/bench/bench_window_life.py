"""The window on a person's data of years: first frame, figures, whether a key is heard meanwhile, and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from tests.bench.bench_metrics import FILES, _made
from tests.claude_transcripts import answer, dumped, prompt
from tray.engine.paths import locate
from tray.metrics import open_index

ROUNDS, CHANGES = 5, 200


@pytest.fixture(scope="module")
def years(desktop):
    """The environment of a person with a million messages in Claudette and thousands of transcripts."""
    person = desktop.person()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
            patch.setenv(name, person.env[name])
        places = locate()
    now = round(time.time() * 1000)
    for number in range(FILES):
        at, session = now - number * 1_000_000, f"s-{number}"
        folder = places.claude_dirs[0] / "projects" / f"-home-dev-{number % 40}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [prompt(f"t-{number}", at, session=session)]
        lines += [answer(f"m-{number}-{n}", at + n, session=session, output=5) for n in range(5)]
        (folder / f"{session}.jsonl").write_bytes(b"".join(map(dumped, lines)))
    for file in (places.claudette_db, places.index_file):
        file.parent.mkdir(parents=True, exist_ok=True)
    _made(places)
    with open_index(places) as index:
        index.scan()
    return person.env


def life(env, page, scale, changes=0):
    """What one window measured of itself."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.window_life", page, str(scale)]
    command += [str(time.monotonic()), str(changes)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", ["activity", "insights"])
def test_a_window_left_at_a_page_with_much_to_count(years, figures, page):
    paint, drawn, gaps = [], [], []
    for _ in range(ROUNDS):
        figures.beat()
        told = life(years, page, 1)
        paint += told["paint"]
        drawn += told["drawn"]
        gaps.append(max(told["gaps"]))
    figures.tell(f"{page}, 1 M messages: from the start to all figures", drawn)
    figures.hold(f"{page}, 1 M messages: from the start to the first frame", paint, 350)
    figures.hold(f"{page}, 1 M messages: longest time without a look at the keyboard", gaps, 16)


@pytest.mark.timeout(600)
def test_memory(years, figures):
    for scale, bound in ((1, 120), (2, 150)):
        told = life(years, "activity", scale, CHANGES)
        before, after = told["memory"]
        figures.hold(f"window's memory, 1 M messages, scale {scale}", [after], bound, "MiB")
        figures.hold(
            f"its growth by {CHANGES} answers and turned pages, scale {scale}", [after - before], 12, "MiB"
        )
        figures.hold(f"pictures that Tk holds, scale {scale}", told["pictures"], 120, "pictures")
