"""Both vendors with a usable credential, and HTTP that is mocked below httpx."""

import pytest
import respx

from tests.fakes import FakeVault
from tests.net_stage import VARIABLES
from tests.vendor_stage import CLAUDE, CREDITS, SECRET, USAGE, Case, payload
from tray.sources import anthropic, openrouter


@pytest.fixture
def claude(tmp_path):
    answer = payload("anthropic/usage_limits.json")
    return Case(anthropic.SOURCE, USAGE, answer, FakeVault(document=CLAUDE), tmp_path)


@pytest.fixture
def router(tmp_path):
    answer = payload("openrouter/credits.json")
    return Case(openrouter.SOURCE, CREDITS, answer, FakeVault(keys={"openrouter": SECRET}), tmp_path)


@pytest.fixture(params=["claude", "router"])
def case(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def web(monkeypatch):
    for (
        name
    ) in VARIABLES:  # the certificates of whoever runs the tests are many, and are read for each request
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with respx.mock(assert_all_called=False) as mock:
        yield mock
