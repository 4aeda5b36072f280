"""The documentation says what is so: links, commands, settings, the JSON contract and the example source."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.boards import CLAUDE, NOW, board, snapshot, window
from tests.fakes import FakeNet, FakeVault, fake_paths, fake_world
from tray.cli import parser
from tray.core.active import LABELS
from tray.core.choices import Settings
from tray.core.meter import Mode, WindowState
from tray.core.model import Backend, Entry, Kind, ProblemKind, Reason
from tray.core.source import Ask, Depth, Source
from tray.core.status import SCHEMA, document
from tray.engine import paths, settings
from tray.sources import ALL
from tray.sources.anthropic.ask import words

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAME = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def blocks(text: str, language: str = "") -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def rows(text: str, first: str) -> list[list[str]]:
    """The cells of the table whose head begins with a cell."""
    table = re.search(rf"^\| {re.escape(first)} \|.*\n\|[ :|-]+\|\n((?:\|.*\n?)+)", text, re.MULTILINE)
    assert table, f"no table begins with {first!r}"
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[1].splitlines()]


# -- links and words


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_lead_somewhere(path):
    text = path.read_text("utf-8")
    for target in NAME.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        aim = path.parent / file if file else path
        assert aim.is_file(), f"{target} leads nowhere"
        if anchor:
            assert anchor in anchors(aim.read_text("utf-8")), f"{target}: no such heading"


def test_the_pictures_are_there_and_shown():
    texts = "".join(path.read_text("utf-8") for path in PAGES)
    for name in ("tray", "menu", "window-dark", "icon-states"):
        assert f"screenshots/{name}.png" in texts
        assert (ROOT / "docs" / "screenshots" / f"{name}.png").stat().st_size > 1000
    assert (ROOT / "docs" / "screenshots" / "window-light.png").is_file()


def test_nothing_is_promised_that_is_not_there():
    absent = re.compile(
        r"\b(forecast|installers?|coming soon|will be added|planned|roadmap)\b", re.IGNORECASE
    )
    packaging = [path for path in (ROOT / "packaging").rglob("*") if path.is_file()]
    found = {named(path): absent.search(path.read_text("utf-8")) for path in (*PAGES, *packaging)}
    assert {name: match[0] for name, match in found.items() if match} == {}


@pytest.mark.parametrize("source", ALL, ids=lambda source: source.id)
def test_every_source_has_a_page_that_is_linked(source):
    assert (ROOT / "docs" / "sources" / f"{source.id}.md").is_file()
    assert f"(sources/{source.id}.md)" in page("docs/privacy.md")
    assert f"(docs/sources/{source.id}.md)" in page("README.md")


# -- the command line


def command_lines() -> list[str]:
    """Every `claudette-tray ...` in the documentation: in blocks, and in quotes in the text."""
    found = []
    for path in PAGES:
        text = path.read_text("utf-8")
        found += [line for block in blocks(text) for line in block.splitlines()]
        found += re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    lines = {re.split(r"\s[#|]", line)[0].strip() for line in found}
    return sorted(line for line in lines if re.match(r"claudette-tray( |$)", line))


@pytest.mark.parametrize("line", command_lines())
def test_every_command_line_is_one(line):
    try:
        parser().parse_args(shlex.split(line)[1:])
    except SystemExit as ended:
        pytest.fail(f"exit code {ended.code}")


def test_every_command_and_option_is_in_the_readme():
    table = [" ".join(row) for row in rows(page("README.md"), "command")]

    def options(part: argparse.ArgumentParser) -> list[str]:
        shown = [action for action in part._actions if action.help != argparse.SUPPRESS]
        return [name for action in shown for name in action.option_strings if name not in {"-h", "--help"}]

    (commands,) = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    for name, part in commands.choices.items():
        line = next((row for row in table if row.startswith(f"`claudette-tray {name}")), "")
        assert line, f"{name} has no row"
        assert [option for option in options(part) if f"`{option}" not in line] == [], name
    assert [option for option in options(parser()) if option not in " ".join(table)] == []


def test_every_option_of_metrics_has_its_row_and_every_row_its_option():
    (commands,) = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    known = {name for action in commands.choices["metrics"]._actions for name in action.option_strings}
    table = {row[0].strip("`") for row in rows(page("docs/metrics-json.md"), "option")}
    assert table == known - {"-h", "--help"}


def test_every_page_of_the_documentation_can_be_reached_from_the_readme():
    linked = {target.partition("#")[0] for target in NAME.findall(page("README.md"))}
    pages = {named(path) for path in (ROOT / "docs").glob("*.md")}
    assert pages - linked == set()


def test_every_toggle_has_its_row():
    names = [
        match[1] for row in rows(page("README.md"), "switch") if (match := re.search(r"\(`(\w+)`\)", row[0]))
    ]
    assert sorted(names) == sorted(source.toggle for source in ALL if source.toggle)
    for source in ALL:
        if source.toggle:
            assert source.toggle_label in page("README.md")


# -- settings and places


def test_every_setting_is_documented_with_its_default():
    defaults = Settings()
    table = {row[0].strip("`"): row for row in rows(page("docs/settings.md"), "key")}
    assert set(table) == set(settings._CHECKS)
    for key, row in table.items():
        value = getattr(defaults, key.replace(".", "_"))
        if value is not None:
            assert row[2] == f"`{json.dumps(value)}`", key


def test_every_file_we_keep_is_on_the_privacy_page():
    lines = page("docs/privacy.md").splitlines()
    kept = " ".join(line.split(" | ")[0] for line in lines if line.startswith("| `"))
    places = paths.locate()
    names = ("window.json", "commits.json")  # the window's and git's, whose modules name them
    ours = (places.store_file, places.gates_file, places.ledger_file, places.lock_file, places.index_file)
    for name in (*(file.name for file in ours), *names):
        assert f"`{name}`" in kept, name


def test_every_host_that_is_asked_is_on_the_privacy_page():
    hosts = set()
    for path in (ROOT / "tray" / "sources").rglob("*.py"):
        hosts |= set(re.findall(r'^REAL = "https://([^"/]+)', path.read_text("utf-8"), re.MULTILINE))
    assert hosts == {"api.anthropic.com", "openrouter.ai"}
    assert all(f"`{host}`" in page("docs/privacy.md") for host in hosts)


# -- status --json


def examples() -> tuple[dict[str, Any], dict[str, Any]]:
    """The answer, and a problem."""
    answer, trouble = blocks(page("docs/status.md"), "json")
    return json.loads(answer), json.loads(trouble)


def test_the_example_of_status_is_what_the_program_prints():
    known = snapshot(window(42), source="anthropic", plan="Max", tier="MAX 20X")
    printed = document(board(Entry(source="anthropic", snapshot=known)), ALL[:1], NOW, UTC)
    assert examples()[0] == printed
    assert printed["schema"] == SCHEMA


def test_the_example_of_a_problem_is_what_the_program_prints():
    trouble = Entry(source="anthropic", problem=words(ProblemKind.SERVER))
    assert examples()[1] == document(board(trouble), ALL[:1], NOW)["snapshots"][0]["problem"]


def test_every_key_and_word_of_status_is_explained():
    text = page("docs/status.md")

    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*(keys(inner) for inner in value.values()))
        return set().union(*(keys(inner) for inner in value)) if isinstance(value, list) else set()

    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    words = keys(list(examples())) - {"schema", "generated_at"}
    words |= {word.value for kinds in (Kind, Reason, Mode, WindowState, ProblemKind) for word in kinds}
    assert {word for word in words if f"`{word}`" not in prose} == set()
    assert set(LABELS) == set(Kind)


# -- the example source


@pytest.fixture
def acme(tmp_path):
    """The module of docs/adding-a-source.md, with a world that has its place."""
    (code,) = blocks(page("docs/adding-a-source.md"), "python")
    module: dict[str, Any] = {"__name__": "acme"}
    exec(compile(code, "docs/adding-a-source.md", "exec"), module)
    places = SimpleNamespace(**vars(fake_paths(tmp_path)), acme_home=tmp_path)
    net, vault = FakeNet(), FakeVault()
    world = fake_world(tmp_path, paths=places, net=net, vault=vault)
    return SimpleNamespace(source=module["SOURCE"], world=world, file=tmp_path / "quota.json", code=code)


def fetched(acme):
    return acme.source.fetch(acme.world, Ask(depth=Depth.FILES))


def test_the_example_source_reads_a_quota(acme):
    acme.file.write_text('{"used": 142.5, "resets": "2026-10-01T00:00:00Z"}')
    outcome = fetched(acme)
    (month,) = outcome.snapshot.windows
    assert (month.used, month.limit, month.fraction) == (Decimal("142.5"), 100, 1.425)
    assert (month.resets_at, month.observed_at) == (1_790_812_800, acme.file.stat().st_mtime)
    assert outcome.problem is None
    assert (acme.world.net.asked, acme.world.vault.opened) == ([], [])


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"used"', "null", "[" * 40_000])
def test_the_example_source_says_that_it_does_not_know(acme, body):
    acme.file.write_text(body)
    outcome = fetched(acme)
    assert outcome.snapshot is None
    assert outcome.problem.kind is ProblemKind.UNREADABLE


def test_the_example_source_is_a_source_like_the_others(acme):
    assert isinstance(acme.source, Source)
    assert fetched(acme).snapshot is None, "Acme was never used"
    assert acme.source.drives(Backend(kind=Kind.CUSTOM_OPENAI, id="a", label="A", host="acme.example"))
    assert not acme.source.drives(CLAUDE)
    (root,) = acme.source.watched(acme.world.paths)
    assert root.path / next(iter(root.names)) == acme.file
    assert 40 <= acme.code.count("\n") <= 150
