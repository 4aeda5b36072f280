"""The shipped price table and the script that renews it: sorted, complete, the same every time, and never forgetful."""

import importlib.util
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tray.metrics.bands import BANDS
from tray.metrics.pricing import Prices

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "packaging" / "prices.py"
TABLE = ROOT / "tray" / "metrics" / "prices.jsonl"
LINES = TABLE.read_text("ascii").splitlines()
FIRST_LIST = "2026-11-25"
ABOUT = {"from", "seen", "source", "fast", "search"}


def loaded():
    spec = importlib.util.spec_from_file_location("price_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = loaded()


def model(cost, answer, **more):
    """A model of litellm's list."""
    return {"mode": "chat", "input_cost_per_token": cost, "output_cost_per_token": answer, **more}


@pytest.fixture
def renew(tmp_path):
    """Run the script over a list; the table's lines as {name: entries}."""
    table = tmp_path / "table.jsonl"

    def run(listed, day):
        given = tmp_path / "list.json"
        given.write_text(json.dumps(listed))
        command = [sys.executable, str(SCRIPT), str(given), "--day", day, "--table", str(table)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return {name: entries for name, *entries in map(json.loads, table.read_text("ascii").splitlines())}

    run.table = table
    return run


# -- the shipped table


def test_the_table_is_sorted_and_every_line_is_a_model():
    assert sorted(LINES) == LINES
    names = [json.loads(line)[0] for line in LINES]
    assert len(set(names)) == len(names) > 3000
    assert names[0] == ""
    assert all(name == name.lower() for name in names)


def test_every_entry_has_a_price_and_nothing_unknown():
    for line in LINES[1:]:
        name, *entries = json.loads(line)
        begins = [entry.get("from", "") for entry in entries]
        assert begins == sorted(set(begins)), name
        assert begins[0] == "", name
        for entry in entries:
            fast = entry.get("fast") if isinstance(entry.get("fast"), dict) else {}
            assert "base" in entry, name
            for key in (*(entry.keys() - ABOUT), *fast):
                assert key == "base" or int(key) in BANDS, f"{name}: {key} is no band"
            for row in (*(entry[key] for key in entry.keys() - ABOUT), *fast.values()):
                assert 2 <= len(row) <= 5, name
                assert all(rate is None or 0 <= rate < 100_000 for rate in row), name
            assert any(entry["base"][:2]), f"{name} is free"


def test_every_name_of_the_table_finds_itself():
    prices = Prices()
    for line in LINES[1:]:
        name, *entries = json.loads(line)
        rates = prices.find(name, "9999-12-31").tiers[0].standard
        assert tuple(rates)[:2] == tuple(entries[-1]["base"][:2]), name


def test_the_table_is_small_and_as_the_script_writes_it():
    assert TABLE.stat().st_size < 400_000
    assert script.written(script.read(TABLE)) == TABLE.read_text("ascii")


def test_what_was_gone_before_the_first_list_names_its_source():
    gone = [(name, entries[-1]) for name, *entries in map(json.loads, LINES[1:]) if "seen" in entries[-1]]
    before = [(name, entry) for name, entry in gone if entry["seen"] < FIRST_LIST]
    assert len(before) > 50
    assert [name for name, entry in before if not entry.get("source")] == []


# -- the script


def test_a_retired_model_keeps_its_price_and_a_changed_one_both(renew):
    first = {"stays": model(1e-6, 2e-6), "goes": model(3e-6, 4e-6), "changes": model(5e-6, 6e-6)}
    assert renew(first, "2026-01-01")["goes"] == [{"base": [3, 4]}]
    second = {"stays": model(1e-6, 2e-6), "changes": model(5e-6, 1.5e-6), "new": model(7e-6, 8e-6)}
    made = renew(second, "2026-03-01")
    assert made == {
        "": [{"seen": "2026-03-01"}],
        "stays": [{"base": [1, 2]}],
        "goes": [{"base": [3, 4], "seen": "2026-01-01"}],
        "changes": [{"base": [5, 6]}, {"from": "2026-03-01", "base": [5, 1.5]}],
        "new": [{"base": [7, 8]}],
    }
    assert renew(second, "2026-04-01")["goes"] == [{"base": [3, 4], "seen": "2026-01-01"}]
    prices = Prices(table=renew.table)
    days = ("2026-02-28", "2026-03-01")
    assert [prices.find("changes", day).tiers[0].standard.output for day in days] == [6, 1.5]
    assert prices.find("goes", "2026-12-31").tiers[0].standard.input == 3


def test_the_same_list_makes_the_same_table(renew):
    listed = {"b": model(2e-6, 2e-6), "a": model(1e-6, 1e-6), "A/é": model(3e-6, 3e-6)}
    renew(listed, "2026-01-01")
    once = renew.table.read_bytes()
    renew(dict(reversed(listed.items())), "2026-01-01")
    assert renew.table.read_bytes() == once


def test_a_model_that_comes_back_is_no_longer_gone(renew):
    renew({"m": model(1e-6, 2e-6)}, "2026-01-01")
    renew({}, "2026-02-01")
    assert renew({"m": model(1e-6, 2e-6)}, "2026-03-01")["m"] == [{"base": [1, 2]}]
    renew({}, "2026-04-01")
    back = renew({"m": model(2e-6, 2e-6)}, "2026-05-01")["m"]
    assert back == [{"base": [1, 2]}, {"from": "2026-05-01", "base": [2, 2]}]


def test_what_the_list_only_now_tells_completes_the_price(renew):
    renew({"m": model(1e-6, 2e-6)}, "2026-01-01")
    more = model(1e-6, 2e-6, cache_read_input_token_cost=1e-7, input_cost_per_token_above_200k_tokens=2e-6)
    more |= {"output_cost_per_token_above_200k_tokens": 3e-6, "provider_specific_entry": {"fast": 2}}
    (told,) = renew({"m": more}, "2026-02-01")["m"]
    assert told == {"base": [1, 2, 0.1], "200000": [2, 3, 0.1], "fast": 2}


def test_a_fast_mode_that_ended_keeps_its_price_but_a_long_context_price_ends(renew):
    renew({"m": model(1e-6, 2e-6, provider_specific_entry={"fast": 6})}, "2026-01-01")
    assert renew({"m": model(1e-6, 2e-6)}, "2026-02-01")["m"] == [{"base": [1, 2], "fast": 6}]
    long = {"input_cost_per_token_above_200k_tokens": 2e-6, "output_cost_per_token_above_200k_tokens": 3e-6}
    renew({"m": model(1e-6, 2e-6, **long)}, "2026-03-01")
    made = renew({"m": model(1e-6, 2e-6)}, "2026-04-01")["m"]
    assert made[0] == {"base": [1, 2], "200000": [2, 3], "fast": 6}
    assert made[1] == {"from": "2026-04-01", "base": [1, 2], "fast": 6}


def test_a_second_look_on_the_same_day_replaces_the_first(renew):
    renew({"m": model(1e-6, 1e-6)}, "2026-01-01")
    renew({"m": model(2e-6, 2e-6)}, "2026-02-01")
    made = renew({"m": model(3e-6, 3e-6)}, "2026-02-01")["m"]
    assert made == [{"base": [1, 1]}, {"from": "2026-02-01", "base": [3, 3]}]


def test_an_older_list_is_refused():
    table = script.merged({}, {}, "2026-02-01")
    with pytest.raises(ValueError, match="2026-02-01"):
        script.merged(table, {}, "2026-01-31")


@pytest.mark.parametrize(
    "listed",
    [
        model(0, 0),
        model(None, None),
        model(1e-6, None),
        model("1e-6", 1e-6),
        model(-1e-6, 1e-6),
        {**model(1e-6, 1e-6), "mode": "embedding"},
        {**model(1e-6, 1e-6), "mode": "image_generation"},
        {"input_cost_per_token": 1e-6},
        "no model",
    ],
)
def test_a_model_without_a_price_of_tokens_is_left_out(listed):
    assert script.models({"m": listed}) == {}


def test_all_that_is_used_is_taken_over():
    full = model(
        2.5e-6,
        1.5e-5,
        cache_creation_input_token_cost=3e-6,
        cache_creation_input_token_cost_above_1hr=4e-6,
        cache_read_input_token_cost=2.5e-7,
        cache_read_input_token_cost_above_272k_tokens=5e-7,
        input_cost_per_token_above_272k_tokens=5e-6,
        input_cost_per_token_batches=1e-6,
        input_cost_per_token_priority=5e-6,
        output_cost_per_token_above_272k_tokens=2.25e-5,
        output_cost_per_token_priority=3e-5,
        search_context_cost_per_query={"search_context_size_medium": 0.01},
    )
    assert script.models({"Big/Model": full}) == {
        "big/model": {
            "base": [2.5, 15, 0.25, 3, 4],
            "272000": [5, 22.5, 0.5, 3, 4],
            "fast": {"base": [5, 30, 0.25, 3, 4]},
            "search": 0.01,
        }
    }


def test_stairs_of_prices_are_tiers():
    steps = [
        {"range": [32e3, 1e6], "input_cost_per_token": 2e-6, "output_cost_per_token": 9e-6},
        {"range": [0, 32e3], "input_cost_per_token": 1e-6, "output_cost_per_token": 5e-6},
    ]
    found = script.models({"m": {"mode": "chat", "tiered_pricing": steps}})
    assert found == {"m": {"base": [1, 5], "32000": [2, 9]}}


def test_a_wheel_and_a_folder_are_read_alike(tmp_path):
    text = json.dumps({"m": model(1e-6, 2e-6)})
    folder = tmp_path / "site" / "litellm"
    folder.mkdir(parents=True)
    (folder / script.LIST).write_text(text)
    with zipfile.ZipFile(tmp_path / "litellm-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"litellm/{script.LIST}", text)
    for given in (tmp_path / "site", folder, folder / script.LIST, tmp_path / "litellm-1-py3-none-any.whl"):
        assert script.listed(given) == json.loads(text)
