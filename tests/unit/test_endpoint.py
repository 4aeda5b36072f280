"""Where a source sends its requests: the real host, or a test server on this machine and nothing else."""

import pytest

from tray.core.endpoint import base_url
from tray.core.model import Problem


@pytest.mark.parametrize("value", [None, "", "  "])
def test_without_a_redirect_the_real_host_is_asked(value):
    assert base_url("https://api.example", "V", value) == "https://api.example"


@pytest.mark.parametrize(
    ("value", "base"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:1/", "http://localhost:1"),
        ("http://[::1]:99", "http://[::1]:99"),
    ],
)
def test_a_redirect_to_this_machine_replaces_scheme_and_host(value, base):
    assert base_url("https://api.example", "V", value) == base


@pytest.mark.parametrize(
    "value",
    [
        "https://127.0.0.1:8080",
        "http://127.0.0.1",
        "http://127.0.0.1:0",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:8080/path",
        "http://127.0.0.1.example.com:80",
        "http://127.0.0.1@evil.example:80",
        "http://evil.example@127.0.0.1:80",
        "http://192.168.0.1:80",
        "http://[::1",
        "127.0.0.1:8080",
    ],
)
def test_a_redirect_elsewhere_is_refused_by_name(value):
    refused = base_url("https://api.example", "CLAUDETTE_TRAY_X_URL", value)
    assert isinstance(refused, Problem)
    assert "CLAUDETTE_TRAY_X_URL" in refused.title
