"""A browser as the tests of the page's server play one: it follows the address, keeps the cookie, asks."""

import json
import socket

from tests.web_stage import ask


def token_path(page, query=""):
    return page.server.address(query).removeprefix(page.server.origin)


def enter(page):
    answer = ask(page.port, "GET", token_path(page))
    assert answer.status == 303
    return answer.headers["Location"], answer.headers["Set-Cookie"].partition(";")[0]


def get(page, what="", **headers):
    return ask(page.port, "GET", page.folder + what, **{"Cookie": page.cookie, **headers})


def post(page, wish, what="wish", **headers):
    body = wish if isinstance(wish, bytes) else json.dumps(wish).encode()
    told = {
        "Cookie": page.cookie,
        "Origin": page.server.origin,
        "Sec_Fetch_Site": "same-origin",
        "Content_Type": "application/json",
    }
    return ask(page.port, "POST", page.folder + what, body, **{**told, **headers})


def raw(page, data, until=b""):
    with socket.create_connection(("127.0.0.1", page.port), 10) as sock:
        sock.sendall(data)
        got = b""
        while chunk := sock.recv(65536):
            got += chunk
            if until and until in got:
                break
        return got


def stream(page):
    sock = socket.create_connection(("127.0.0.1", page.port), 10)
    lines = [
        f"GET {page.folder}events HTTP/1.1",
        f"Host: 127.0.0.1:{page.port}",
        f"Cookie: {page.cookie}",
    ]
    sock.sendall("\r\n".join([*lines, "", ""]).encode())
    return sock


def read_until(sock, words):
    got = b""
    while words not in got:
        chunk = sock.recv(4096)
        assert chunk, got
        got += chunk
    return got
