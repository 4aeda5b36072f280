"""When a session began and was last written to, by the files that hold it and by its own lines."""

from __future__ import annotations

from tray.metrics.packed import SLOT

# `shared`: a file of it holds other sessions too, so that the file's span is not the session's.
SPAN = """
many AS (SELECT file FROM holds GROUP BY file HAVING count(*) > 1),
span AS (
  SELECT h.session, min(f.first) first, max(f.last) last, max(h.file IN (SELECT file FROM many)) shared,
    max(f.gone IS NULL) here
  FROM holds h JOIN files f ON f.id = h.file WHERE f.first <= f.last GROUP BY h.session),
said AS (
  SELECT session, count(DISTINCT key) turns, min(at) first, max(at) last FROM turns GROUP BY session),
answered AS (SELECT session, min(slot) first, max(slot) last FROM sums GROUP BY session)
"""
# To be read from `span e`, `said t` and `answered a`, the latter two joined from the left.
COLUMNS = "e.first, e.last, e.shared, t.first, t.last, a.first, a.last"


def narrowed(
    first: int,
    last: int,
    shared: int,
    asked: int | None,
    asked_last: int | None,
    slot: int | None,
    slot_last: int | None,
) -> tuple[int, int]:
    """(start, end) in Unix milliseconds of a row of `COLUMNS`.

    In a database with many sessions it is the first prompt, else the quarter of an hour of the first answer;
    and the end of the quarter of an hour of the last answer, or a later prompt.
    """
    if not shared:
        return first, last
    begins = asked if asked is not None else first if slot is None else slot * SLOT
    answered = None if slot_last is None else (slot_last + 1) * SLOT - 1
    ends = [at for at in (asked_last, answered) if at is not None]
    start = max(first, begins)
    return start, max(start, min(last, max(ends, default=last)))
