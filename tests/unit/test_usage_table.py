"""The usage table: columns, widths, marks and what they mean."""

from __future__ import annotations

import pytest

from tray.metrics.tally import Row, Usage
from tray.views.usage_table import table


def row(period="2026-11-21", agent="claude", **values):
    zero = dict.fromkeys(
        ("sessions", "calls", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"), 0
    )
    none = {"hidden_input_tokens": 0, "hidden_output_tokens": 0, "inexact_calls": 0, "unpriced_models": ()}
    return Row(period=period, agent=agent, **{"models": (), "cost_usd": 0.0} | zero | none | values)


def usage(*rows, by="daily", **totals):
    return Usage(by=by, timezone="UTC", rows=rows, totals=row("total", "all", **totals))


FULL = {
    "models": ("opus", "sonnet"),
    "input_tokens": 1234,
    "output_tokens": 56_789,
    "cost_usd": 1234.5,
    "cache_write_tokens": 1_000_000,
    "cache_read_tokens": 98_765_432,
    "calls": 10,
}


def test_a_wide_table():
    assert table(usage(row(**FULL), **FULL), 120).splitlines() == [
        "Date        Agent   Models    Input  Output  Cache create  Cache read  Total tokens  Cost (USD)",
        "----------  ------  --------  -----  ------  ------------  ----------  ------------  ----------",
        "2026-11-21  claude  - opus    1,234  56,789     1,000,000  98,765,432    99,823,455   $1,234.50",
        "                    - sonnet",
        "----------  ------  --------  -----  ------  ------------  ----------  ------------  ----------",
        "Total                         1,234  56,789     1,000,000  98,765,432    99,823,455   $1,234.50",
    ]


def test_a_narrow_table():
    assert table(usage(row(**FULL), **FULL), 80).splitlines() == [
        "Date        Agent   Input  Output  Total tokens  Cost (USD)",
        "----------  ------  -----  ------  ------------  ----------",
        "2026-11-21  claude  1,234  56,789    99,823,455   $1,234.50",
        "----------  ------  -----  ------  ------------  ----------",
        "Total               1,234  56,789    99,823,455   $1,234.50",
    ]


def test_models_give_way_before_names_are_cut():
    path = "/home/dev/a/rather/long/folder"
    models = {"models": ("a-model-with-a-rather-long-name",)}
    found = table(usage(row(path, **FULL | models), by="project", **FULL), 115)
    assert "Models" not in found
    assert path in found


def test_names_are_cut_at_their_beginning_and_numbers_never():
    found = table(usage(row("/home/dev/" + "x" * 80 + "/end", **FULL), by="project", **FULL), 70)
    lines = found.splitlines()
    assert "…" in lines[2]
    assert "/end" in lines[2]
    assert "$1,234.50" in lines[2]
    assert max(map(len, lines)) <= 70
    assert "99,823,455" in table(usage(row("x" * 90, **FULL), by="project", **FULL), 10), "however narrow"


@pytest.mark.parametrize(
    ("by", "head"),
    [
        ("weekly", "Week of"),
        ("monthly", "Month"),
        ("session", "Session"),
        ("project", "Project"),
        ("model", "Model"),
    ],
)
def test_the_first_column_says_what_a_row_is(by, head):
    found = table(usage(row(**FULL), by=by, **FULL), 140)
    assert found.startswith(head + " ")
    assert ("Models" in found) == (by != "model")


def test_what_is_too_low_is_marked_and_explained():
    found = table(
        usage(row(**FULL | {"inexact_calls": 1}), row("2026-11-22"), **FULL | {"inexact_calls": 1}), 120
    )
    marked, plain = found.splitlines()[2], found.splitlines()[4]
    assert all(text in marked for text in (" 1,234", "~56,789", "~99,823,455", "~$1,234.50"))
    assert "~" not in plain
    assert found.endswith("\n~ output under-recorded by this client version: 1 of 10 calls (10 %)")
    few = table(usage(row(**FULL), **FULL | {"inexact_calls": 1, "calls": 4000}), 120)
    assert few.endswith("1 of 4,000 calls (less than 1 %)")


def test_an_unknown_price_is_said_and_never_a_zero():
    unknown = {"cost_usd": None, "unpriced_models": ("strange",)}
    partly = {"cost_usd": 2.0, "unpriced_models": ("strange",)}
    found = table(usage(row(**FULL | unknown), row("2026-11-22", **FULL | partly), **FULL | partly), 120)
    assert "$0" not in found
    assert found.splitlines()[2].endswith("unknown")
    assert found.splitlines()[4].endswith("$2.00 + ?")
    assert found.endswith("Price unknown: strange (their tokens are in no cost)")


def test_hidden_tokens_are_told():
    hidden = {"hidden_input_tokens": 43, "hidden_output_tokens": 1423}
    found = table(usage(row(**FULL), **FULL | hidden), 90)
    assert "included are 43 input and 1,423 output tokens that no line" in " ".join(found.split())
    assert max(map(len, found.splitlines())) <= 90


def test_the_breakdown_has_a_line_for_each_model():
    lines = (
        row("opus", output_tokens=5, cost_usd=None, unpriced_models=("opus",)),
        row("sonnet", output_tokens=6),
    )
    found = table(usage(row(**FULL, breakdown=lines), **FULL), 120, breakdown=True).splitlines()
    assert found[3].startswith("  opus ")
    assert found[3].endswith("unknown")
    assert found[4].startswith("  sonnet ")
    assert "Models" not in found[0]


def test_nothing_is_said_in_words():
    assert table(usage(), 80) == "Nothing was used in that time."
