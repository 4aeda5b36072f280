"""The progress bar of the terminal: what it says, and that it leaves nothing behind."""

from __future__ import annotations

import io
from types import SimpleNamespace

from tray.views.progress import Bar, words


def test_the_bar_tells_what_is_left():
    progress = SimpleNamespace(files=120, files_total=1235, size=250_000_000, size_total=1_000_000_000)
    assert words(progress, 2.0) == (
        "Reading transcripts [######..................]  25%  120/1,235 files  250/1,000 MB  ETA 6 s"
    )
    assert words(SimpleNamespace(files=0, files_total=0, size=0, size_total=0), 0.0).count("ETA") == 0
    slow = SimpleNamespace(files=1, files_total=2, size=1, size_total=400)
    assert words(slow, 2.0).endswith("ETA 13 min")


def test_the_bar_tells_of_claudettes_messages_too():
    out = io.StringIO()
    with Bar(out) as bar:
        bar.messages(250_000, 1_000_000)
        bar.messages(0, 0)
    first, last = out.getvalue().split("\r\x1b[K")[1:3]
    assert first == "Reading Claudette [######..................]  25%  250,000/1,000,000 messages"
    assert last.endswith("100%  0/0 messages")


def test_a_bar_that_was_told_nothing_leaves_nothing():
    out = io.StringIO()
    with Bar(out):
        pass
    assert out.getvalue() == ""
