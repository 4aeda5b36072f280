"""Whole lines in stretches: nothing torn, nothing twice, nothing left out but what is too long."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claude_transcripts import START, answer, dumped
from tests.reader_stage import Stage, keys
from tray.metrics.lines import stretches


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("lines") / "file"


def read(path, offset, stop, size, longest=1 << 20):
    """(text, end) of each stretch, with a buffer of `size` bytes at the start."""
    with open(path, "rb", buffering=0) as opened:
        buffer = bytearray(size)
        return [
            (bytes(data[:length]), end)
            for data, length, end in stretches(opened, offset, stop, buffer, longest)
        ]


contents = st.lists(st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b".")), max_size=12)


@given(contents, st.booleans(), st.integers(1, 64))
@settings(deadline=None)
def test_stretches_are_the_whole_lines_and_nothing_else(file, lines, ended, size):
    data = b"\n".join(lines) + (b"\n" if ended and lines else b"")
    file.write_bytes(data)
    found = read(file, 0, len(data), size)
    whole = data[: data.rfind(b"\n") + 1]
    assert b"".join(text for text, _ in found) == whole
    assert all(text.endswith(b"\n") for text, _ in found)
    ends = [end for _, end in found]
    assert ends == sorted(ends)
    assert (ends or [0])[-1] == len(whole)


@given(contents, st.data(), st.integers(1, 64))
@settings(deadline=None)
def test_reading_goes_on_where_the_last_one_ended(file, lines, data, size):
    text = b"".join(line + b"\n" for line in lines)
    file.write_bytes(text)
    offset, found = 0, b""
    for stop in (*sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4))), len(text)):
        for piece, end in read(file, offset, stop, size):
            found, offset = found + piece, end
    assert found == text


@given(contents, st.integers(1, 30), st.integers(1, 16))
@settings(deadline=None)
def test_only_lines_beyond_the_longest_are_left_out(file, lines, longest, size):
    data = b"".join(line + b"\n" for line in lines)
    file.write_bytes(data)
    found = read(file, 0, len(data), min(size, longest), longest)
    kept = b"".join(text for text, _ in found).split(b"\n")[:-1]
    assert [line for line in kept if len(line) < longest] == [line for line in lines if len(line) < longest]
    assert all(len(line) < longest for line in kept)
    assert not found or found[-1][1] == len(data)


def test_line_that_is_too_long_and_has_no_end_waits(file):
    file.write_bytes(b"a\n" + b"x" * 100)
    assert read(file, 0, 102, 4, 16) == [(b"a\n", 2)]
    with open(file, "ab") as more:
        more.write(b"\nb\n")
    assert read(file, 2, 105, 4, 16) == [(b"", 103), (b"b\n", 105)]


def test_file_cut_while_it_is_read_ends_the_reading(file):
    file.write_bytes(b"a\nb\n")
    assert read(file, 0, 1000, 8) == [(b"a\nb\n", 4)]


def test_buffer_is_used_again(file):
    file.write_bytes(b"one\n")
    buffer = bytearray(b"z" * 8)
    with open(file, "rb", buffering=0) as opened:
        ((data, length, _),) = list(stretches(opened, 0, 4, buffer))
    assert data is buffer
    assert bytes(data[:length]) == b"one\n"


def test_line_of_64_megabytes_is_read(tmp_path):
    stage = Stage(tmp_path)
    long = answer("m-long", START, input=2, output=2)
    long["message"]["content"][0]["text"] = "x" * (64 << 20)
    stage.put("p/a.jsonl", answer("m-1", START, input=1), dumped(long)[:-1])
    assert stage.scanned()
    assert set(stage.calls()) == keys("m-1")
    stage.append("p/a.jsonl", b"\n", answer("m-2", START, input=3))
    assert stage.scanned()
    assert set(stage.calls()) == keys("m-1", "m-long", "m-2")
    assert os.path.getsize(stage.index) < 1 << 20
