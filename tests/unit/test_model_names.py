"""Which row of the price table a client's spelling of a model finds, and which it must never find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.metrics.model_names import names
from tray.metrics.pricing import Prices

DAY = "2026-11-25"


@pytest.fixture(scope="module")
def prices():
    return Prices()


@pytest.fixture
def found(tmp_path):
    """Which of the rows of a table a model finds."""

    def which(model, *rows):
        table = tmp_path / "table.jsonl"
        lines = sorted(f'["{row}",{{"base":[{number},1]}}]\n' for number, row in enumerate(rows, 1))
        table.write_text("".join(lines))
        price = Prices(table=table).find(model, DAY)
        return price and rows[int(price.tiers[0].standard.input) - 1]

    return which


@pytest.mark.parametrize(
    ("model", "row"),
    [
        ("claude-opus-4-8", "claude-opus-4-8"),
        (" Claude-Opus-4-8 ", "claude-opus-4-8"),
        ("claude-opus-4-8[1m]", "claude-opus-4-8"),
        ("anthropic/claude-opus-4-8", "claude-opus-4-8"),
        ("openrouter/anthropic/claude-opus-4.8", "claude-opus-4-8"),
        ("claude-opus-4-8-20260528", "claude-opus-4-8"),
        ("claude-opus-4-8@20260528", "claude-opus-4-8"),
        ("vertex_ai/claude-opus-4-8@default", "claude-opus-4-8"),
        ("claude-opus-4-8-latest", "claude-opus-4-8"),
        ("eu.anthropic.claude-opus-4-8-20260528-v1:0", "claude-opus-4-8"),
        ("bedrock/anthropic.claude-opus-4-8-v1", "claude-opus-4-8"),
        (
            "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-opus-4-8-v1:0",
            "claude-opus-4-8",
        ),
        ("openai/GPT-5.4-mini", "gpt-5.4-mini"),
        ("openai-codex/gpt-5.4-mini", "gpt-5.4-mini"),
        ("gpt-5.4-mini-2026-03-17", "gpt-5.4-mini"),
        ("openrouter/x-ai/grok-code-fast-1", "xai/grok-code-fast-1"),
        ("grok-code-fast-1", "xai/grok-code-fast-1"),
        ("z-ai/glm-4.6", "zai/glm-4.6"),
        ("kimi-k2.5", "moonshot/kimi-k2.5"),
        ("MiniMax-M2.5", "minimax/minimax-m2.5"),
        ("gemini-cli-only", "gemini/gemini-cli-only"),
    ],
)
def test_a_spelling_finds_its_row(found, model, row):
    others = (
        "claude-opus-4",
        "claude-opus-4-80",
        "gpt-5.4",
        "gpt-5",
        "grok-code",
        "glm-4",
        "kimi-k2",
        "claude",
    )
    assert found(model, *others, row) == row


def test_the_most_exact_name_wins(found):
    dated = "claude-haiku-4-5-20251001"
    assert found(dated, "claude-haiku-4-5", dated) == dated
    region = "us.anthropic.claude-opus-4-8"
    assert found(f"{region}-v1:0", "claude-opus-4-8", region) == region
    assert found("azure/gpt-5.4", "gpt-5.4", "azure/gpt-5.4") == "azure/gpt-5.4"
    assert (
        found("claude-opus-4@20250514", "claude-opus-4", "claude-opus-4-20250514") == "claude-opus-4-20250514"
    )


def test_an_undated_name_is_its_newest_dated_release(found):
    rows = ("claude-3-5-sonnet-20240620", "claude-3-5-sonnet-20241022", "claude-3-5-sonnet-2099x")
    for model in ("claude-3-5-sonnet", "anthropic/claude-3.5-sonnet", "claude-3-5-sonnet-latest"):
        assert found(model, *rows) == "claude-3-5-sonnet-20241022"


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        (
            "claude-opus-4-8",
            ["claude-opus-4", "claude-opus-4-80", "claude-opus-4-20250514", "claude-opus-4-8-fast"],
        ),
        (
            "claude-opus-4",
            ["claude-opus-4-8", "claude-opus-4-1", "claude-opus-4-1-20250805", "claude-opus-4-5-20251101"],
        ),
        ("claude-opus-4.8", ["claude-opus-4", "claude-opus-48"]),
        ("gpt-5", ["gpt-5.4", "gpt-5-mini", "gpt-5-mini-2025-08-07"]),
        ("gpt-5.4", ["gpt-5", "gpt-5.4-mini"]),
        ("gpt-4-0613", ["gpt-4"]),
        ("opus", ["claude-opus-4-8"]),
        ("my-gpt-5.4", ["gpt-5.4"]),
        ("ollama/gpt-5.4", ["gpt-5.4"]),
        ("lmstudio/openai/gpt-5.4", ["gpt-5.4"]),
        ("deepseek-r1:8b", ["deepseek/deepseek-r1"]),
        ("deepseek/deepseek-r1:free", ["deepseek/deepseek-r1"]),
        ("qwen3-coder", ["dashscope/qwen3-coder"]),
        ('x",{"base', ["x"]),
        ("<synthetic>", ["synthetic"]),
    ],
)
def test_a_name_never_finds_another_model(found, model, rows):
    assert found(model, *rows) is None


@pytest.mark.parametrize(
    "model", [None, "", " ", "[1m]", "opus", "llama3", "ollama/llama3", "lm_studio/qwen3", "<synthetic>"]
)
def test_an_unknown_or_local_model_has_no_price(prices, model):
    assert prices.find(model, DAY) is None


@given(st.integers(0, 9), st.integers(0, 99), st.integers(0, 99))
def test_no_number_of_a_version_is_cut_or_added(major, minor, other):
    for model in (f"claude-opus-{major}-{minor}", f"anthropic/claude-opus-{major}.{minor}"):
        wrong = {f"claude-opus-{major}", f"claude-opus-{major}-{minor}{other}"}
        wrong |= {f"claude-opus-{major}-{other}"} if other != minor else set()
        assert not wrong & set(names(model))


@given(st.text(st.sampled_from('openai/anthropic.@:-v120[m]\n"\\é'), max_size=400))
def test_any_text_is_looked_up_in_peace(prices, model):
    prices.find(model, DAY)


def test_a_name_beyond_reason_is_not_looked_up():
    assert list(names("openai/" * 100_000)) == []
