"""Lines that are no records, or lie about themselves: passed over or read as far as they are sound, never fatal."""

import json
import random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.claude_transcripts import SECRET, START, answer, cost_state, dumped, prompt, tool_result
from tests.histories import history
from tests.reader_stage import Stage, keys
from tray.metrics.claude_code import AGENT
from tray.metrics.claude_lines import parse
from tray.metrics.packed import quality
from tray.metrics.records import Quality

GOOD = answer("m-good", START, input=1, output=2)


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


def text(**changes):
    """An answer's line, some bytes of it changed: `old` -> `new` in pairs."""
    line = dumped(answer("m-1", START, input=11, output=22, read=33, w5=44, w1=55, web=1, thinking=3))
    return line.replace(*[one.encode() for one in changes["swap"]]) if changes else line


def rows(*lines):
    data = b"".join(lines)
    return parse(data, len(data), {}, "").rows


HOSTILE = {
    "invalid UTF-8": dumped(answer("m-x")).replace(b"quokka", b"\xff\xfe\xf0"),
    "invalid UTF-8 in a key": dumped(answer("m-x")).replace(b"m-x", b"m-\xff"),
    "NUL bytes": b"\0" * 100 + b"\n",
    "NUL bytes and a line": b"\0\0" + dumped(answer("m-x")),
    "NUL in the session": dumped(answer("m-x", session="a\0b")),
    "a lone surrogate in the session": dumped(answer("m-x")).replace(b'"s-1"', b'"\\ud800"'),
    "a lone surrogate in the id": dumped(answer("m-x")).replace(b'"m-x"', b'"\\udfff"'),
    "a lone surrogate in the folder": dumped(answer("m-x")).replace(b"/home/dev/proj", b"/home/\\ud800"),
    "a lone surrogate in the branch": dumped(answer("m-x", branch="BRANCH")).replace(b"BRANCH", b"\\udc00"),
    "a lone surrogate in the model": dumped(answer("m-x", model="MODEL")).replace(b"MODEL", b"\\udc00"),
    "a lone surrogate in a prompt": dumped(prompt("t-x", session="SES")).replace(b"SES", b"\\ud800"),
    "deep nesting": b'{"type":"assistant","message":' + b"[" * 200_000 + b"]" * 200_000 + b"}\n",
    "deep nesting in an answer": dumped(answer("m-x")).replace(b'"req_1"', b"[" * 100_000 + b"]" * 100_000),
    "deep nesting in the content": dumped(answer("m-x")).replace(
        b'"content":[', b'"content":[' + b"[" * 100_000 + b"]" * 100_000 + b","
    ),
    "deep nesting, open": dumped(answer("m-x")).replace(b'"req_1"', b'{"a":' * 100_000),
    "deep nesting in a prompt": dumped(prompt("t-x", more="MORE")).replace(
        b'"MORE"', b"[" * 100_000 + b"]" * 100_000
    ),
    "a number of 5,000 digits": dumped(answer("m-x")).replace(
        b'"input_tokens":0', b'"input_tokens":' + b"9" * 5000
    ),
    "no JSON": b"Segmentation fault\n",
    "half a line": dumped(answer("m-x"))[:200] + b"\n",
    "two values in a line": dumped(answer("m-x")).strip() * 2 + b"\n",
    "an array": b'[{"type":"assistant"}]\n',
    "a number": b"17\n",
    "empty lines": b"\n\r\n \n",
    "no session": dumped({**answer("m-x"), "sessionId": None}),
    "session is a number": dumped({**answer("m-x"), "sessionId": 5}),
    "no time": dumped(answer("m-x", None)),
    "time is a number": dumped(answer("m-x", 1.5)),
    "time is nonsense": dumped(answer("m-x", "yesterday")),
    "time without a zone": dumped(answer("m-x", "2026-11-21T19:28:16.953")),
    "time long ago": dumped(answer("m-x", "0001-01-01T00:00:00Z")),
    "time far away": dumped(answer("m-x", "9999-12-31T23:59:59Z")),
    "no message": dumped({**answer("m-x"), "message": None}),
    "message is a text": dumped({**answer("m-x"), "message": "usage"}),
    "message is a list": dumped({**answer("m-x"), "message": [1]}),
    "usage is a list": dumped(answer("m-x")).replace(b'"usage":{', b'"usage":[],"usages":{'),
    "usage is null": dumped(answer("m-x")).replace(b'"usage":{', b'"usage":null,"usages":{'),
    "no id and no uuid": dumped({**answer(None), "uuid": None}),
    "empty id and uuid": dumped({**answer(""), "uuid": ""}),
    "ledger of nothing": b'{"type":"cost-state","sessionId":"s-1","modelUsage":[]}\n',
    "ledger of nonsense": b'{"type":"cost-state","sessionId":7,"modelUsage":{"a":{"inputTokens":"x"}}}\n',
    "ledger of a text": b'{"type":"cost-state","sessionId":"s-1","modelUsage":{"a":"b"}}\n',
    "prompt of nonsense": dumped(prompt("t-x", text=[None, 5, {"type": "text", "text": [1]}])),
    "prompt without a time": dumped(prompt("t-x", None)),
    "prompt whose flags are texts": dumped({**prompt("t-x"), "isMeta": "yes"}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_line_harms_no_other(stage, what):
    stage.put("p/a.jsonl", answer("m-1", input=1), HOSTILE[what], GOOD)
    stage.put("p/b.jsonl", HOSTILE[what])
    stage.put("p/c.jsonl", answer("m-2", input=1))
    assert stage.scanned()
    assert set(stage.calls()) >= keys("m-1", "m-2", "m-good")
    assert len(set(stage.calls())) <= 4


@pytest.mark.parametrize(
    "what", [what for what in HOSTILE if "surrogate" in what or what.startswith("NUL in")]
)
def test_call_with_a_strange_name_still_counts(stage, what):
    stage.put("p/a.jsonl", HOSTILE[what])
    found = stage.scanned()
    assert len(found["calls"]) + len(found["turns"]) == 1


# --- counts


NUMBERS = [
    ("-1", 0),
    ("1e3", 1000),
    ("12.0", 12),
    ("1e400", 0),
    ("-0.0", 0),
    ("NaN", 0),
    ("Infinity", 0),
    ("true", 0),
    ('"11"', 0),
    ("null", 0),
    ("[11]", 0),
    ("{}", 0),
    ("99999999999999999999999999", 0),
    ("9" * 5000, 0),
    ("1000000000001", 0),
    ("1000000000000", 10**12),
]


@pytest.mark.parametrize(("written", "read"), NUMBERS)
@pytest.mark.parametrize("name", ["input_tokens", "cache_read_input_tokens", "output_tokens"])
def test_number_that_can_not_be_one_is_nothing_and_the_call_is_marked(written, read, name):
    line = text()
    value = {"input_tokens": 11, "cache_read_input_tokens": 33, "output_tokens": 22}[name]
    (row,) = rows(line.replace(f'"{name}":{value}'.encode(), f'"{name}":{written}'.encode()))
    column = {"input_tokens": "input", "cache_read_input_tokens": "cache_read", "output_tokens": "output"}[
        name
    ]
    assert getattr(row, column) == read
    others = {"input": 11, "cache_read": 33, "output": 22, "cache_write_5m": 44, "cache_write_1h": 55} | {
        column: read
    }
    assert {key: getattr(row, key) for key in others} == others
    if not read:
        assert row.quality == Quality.CONTAINED


def test_more_written_for_an_hour_than_written_at_all(stage):
    (row,) = rows(text().replace(b'"ephemeral_1h_input_tokens":55', b'"ephemeral_1h_input_tokens":5500'))
    assert (row.cache_write_5m, row.cache_write_1h) == (0, 99)


def test_sums_of_the_largest_numbers_stay_exact(stage):
    most = 10**12
    stage.put(
        "p/a.jsonl", *(answer(f"m-{n}", input=most, output=most, read=most, w5=most) for n in range(300))
    )
    stage.scanned()
    assert stage.total() == (300, 300 * most, 300 * most)


# --- one file's form


def test_crlf_and_a_byte_order_mark(stage):
    data = (
        b"\xef\xbb\xbf"
        + dumped(answer("m-1", input=1))
        + dumped(answer("m-2", input=1))
        + dumped(prompt("t-1"))
    )
    stage.put("p/a.jsonl", data.replace(b"\n", b"\r\n"))
    found = stage.scanned()
    assert set(stage.calls()) == keys("m-1", "m-2")
    assert len(found["turns"]) == 1


def test_key_given_twice_in_one_object_is_its_last(stage):
    (row,) = rows(text().replace(b'"input_tokens":11', b'"input_tokens":99,"input_tokens":11'))
    assert row.input == 11


def test_answer_without_an_id_is_known_by_its_uuid(stage):
    stage.put("p/a.jsonl", answer(None, uuid="u-1", input=1), answer(None, uuid="u-2", input=1))
    stage.put("p/fork.jsonl", answer(None, uuid="u-1", input=1, session="s-2"))
    stage.scanned()
    assert stage.total()[0] == 2


def test_spaces_and_another_order_of_keys_change_nothing():
    random.seed(1)
    for _ in range(20):
        line = answer("m-1", input=11, output=22, kind=random.choice(("text", "thinking", "tool_use")))
        keys_ = list(line)
        random.shuffle(keys_)
        shuffled = json.dumps({key: line[key] for key in keys_}, ensure_ascii=random.random() < 0.5)
        assert rows(shuffled.encode() + b"\n") == rows(dumped(line)), shuffled


def test_tokens_told_by_a_tool_or_a_progress_line_are_no_call(stage):
    nested = answer("m-nested", input=5, output=5)
    progress = {
        "type": "progress",
        "data": {"message": nested},
        "sessionId": "s-1",
        "timestamp": nested["timestamp"],
    }
    stage.put("p/a.jsonl", tool_result("r-1"), progress, {"data": {"message": nested}, "type": "progress"})
    assert not stage.scanned()["calls"]


def test_error_text_of_the_client_is_no_call(stage):
    stage.put("p/a.jsonl", answer("m-1", model="<synthetic>"))
    assert not stage.scanned()["calls"]


@pytest.mark.parametrize("quiet", [None, "end_turn"])
def test_placeholder_is_marked(stage, quiet):
    stage.put("p/a.jsonl", answer("m-1", stop=quiet, input=1, output=3))
    stage.scanned()
    (row,) = stage.calls().values()
    assert quality(row["flags"]) == (Quality.EXACT if quiet else Quality.PLACEHOLDER)


# --- anything at all


@given(st.lists(st.binary(max_size=60), max_size=8), st.integers(0, 2**16))
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_parser_never_raises_over_noise(noise, seed):
    choice = random.Random(seed)
    data = bytearray(b"".join(line for lines in history(choice).values() for line in lines)[:6000])
    for piece in noise:
        at = choice.randrange(len(data) + 1)
        data[at : at + choice.randrange(len(piece) + 1)] = piece
    found = parse(data, len(data), {}, "")
    assert all(0 <= row.output <= 10**12 for row in found.rows)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=9),
    st.sampled_from(["assistant", "user"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


def places(value, path=()):
    """Every place in a JSON value."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))


@given(st.sampled_from(["answer", "prompt", "ledger", "result"]), st.data())
@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
def test_any_value_in_any_place(kind, data):
    """What comes out can be stored: whole numbers, and texts that a database takes."""
    line = {
        "answer": answer("m-1", input=1, output=2),
        "prompt": prompt("t-1", text=[{"type": "text", "text": SECRET}]),
        "ledger": cost_state(claude_opus_5_5={"input": 1}),
        "result": tool_result("r-1"),
    }[kind]
    place = data.draw(st.sampled_from([path for path in places(line) if path]))
    target = line
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = data.draw(JSON)
    raw = dumped(prompt("t-0")) + json.dumps(line, ensure_ascii=True).encode() + b"\n"
    found = parse(raw, len(raw), {}, "")
    for row in found.rows:
        for value in row:
            assert value is None or type(value) in (int, bool, float) or value.encode() is not None
        assert AGENT.id == row.agent
