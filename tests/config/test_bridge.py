"""The bridge: what granian gives becomes what Django reads, answers go back whole or piece by piece, and bodies are bounded."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
from granian.rsgi import ProtocolClosed

from leadloop.config.bridge import Bridge, TooSlow, read_body
from leadloop.web.limits import BODY_BYTES


@dataclass
class Scope:
    """As granian's."""

    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    scheme: str = "http"
    http_version: str = "1.1"
    server: str = "127.0.0.1:8000"
    client: str = "127.0.0.1:51000"
    proto: str = "http"


class Protocol:
    """As granian's: gives the body, takes the answer."""

    def __init__(self, *chunks: bytes) -> None:
        self.chunks, self.answer, self.pieces = chunks, None, []

    async def __call__(self) -> bytes:
        return b"".join(self.chunks)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            yield chunk

    def response_bytes(self, status, headers, body):
        self.answer = (status, dict(headers), body)

    def response_str(self, status, headers, body):
        self.answer = (status, dict(headers), body.encode())

    def response_stream(self, status, headers):
        self.answer = (status, dict(headers), None)
        return self

    async def send_bytes(self, piece: bytes) -> None:
        self.pieces.append(piece)


def ask(application, scope: Scope, *chunks: bytes) -> Protocol:
    protocol = Protocol(*chunks)
    asyncio.run(Bridge(application, threads=1)(scope, protocol))
    return protocol


def echo(environ, start_response):
    words = [environ[name] for name in ("PATH_INFO", "QUERY_STRING", "REMOTE_ADDR")]
    said = "|".join([*words, environ.get("HTTP_X_ONE", "-"), environ["wsgi.input"].read().decode()]).encode("latin-1")
    start_response("201 Created", [("Content-Length", str(len(said))), ("X-Two", "2")])
    return [said]


def test_a_request_arrives_as_django_reads_it():
    scope = Scope("POST", "/cafe/", "q=1", {"x-one": "1", "x_two": "smuggled", "content-length": "4"})
    answer = ask(echo, scope, b"body").answer
    assert answer == (201, {"content-length": answer[1]["content-length"], "x-two": "2"}, b"/cafe/|q=1|127.0.0.1|1|body")


def test_an_address_is_decoded_once():
    """granian has done it: what a proxy saw as one path must not become another, such as /%256detrics."""
    assert ask(echo, Scope(path="/%6detrics")).answer[2].startswith(b"/%6detrics|")
    assert ask(echo, Scope(path="/café/")).answer[2].startswith("/café/|".encode())


@pytest.mark.parametrize(
    ("declared", "read"),
    [
        ("text/plain; charset=zlib", "text/plain"),
        ("application/json; x*=nope''%ff", "application/json"),
        ('multipart/form-data; charset=rot13; boundary="a b"; x=1', 'multipart/form-data; boundary="a b"'),
        ("multipart/form-data; boundary=----Web+Kit_1", 'multipart/form-data; boundary="----Web+Kit_1"'),
        (";;;", ""),
    ],
)
def test_a_stranger_names_no_codec(declared, read):
    def application(environ, start_response):
        start_response("200 OK", [("Content-Length", "0")])
        return [environ["CONTENT_TYPE"].encode()]

    assert ask(application, Scope(headers={"content-type": declared})).answer[2] == read.encode()


def test_behind_a_proxy_that_speaks_https_so_do_we():
    def application(environ, start_response):
        start_response("200 OK", [("Content-Length", "0")])
        return [environ["wsgi.url_scheme"].encode()]

    for https, scheme in ((True, b"https"), (False, b"http")):
        protocol = Protocol()
        asyncio.run(Bridge(application, threads=1, https=https)(Scope(), protocol))
        assert protocol.answer[2] == scheme


@pytest.mark.parametrize(
    ("proxies", "forwarded", "sender"),
    [
        (0, "81.2.69.160", "127.0.0.1"),
        (1, "made.up, 10.9.8.7, 81.2.69.160", "81.2.69.160"),
        (2, "10.9.8.7, 81.2.69.160,192.168.0.9", "81.2.69.160"),
        (2, "81.2.69.160", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "81.2.69.160:4711", "127.0.0.1"),
        (1, " 2A02:6b8::1 ", "2a02:6b8::1"),
    ],
    ids=["nobody is believed", "one", "two", "past one of the two", "past the only one", "no address", "IPv6"],
)
def test_a_sender_is_who_our_own_proxies_saw(proxies, forwarded, sender):
    protocol, scope = Protocol(), Scope(headers={"x-forwarded-for": forwarded} if forwarded else {})
    asyncio.run(Bridge(echo, threads=1, proxies=proxies)(scope, protocol))
    assert protocol.answer[2].split(b"|")[2].decode() == sender


def test_header_names_with_underscores_cannot_pose_as_others():
    scope = Scope(headers={"x_one": "smuggled"})
    assert b"smuggled" not in ask(echo, scope).answer[2]


def test_a_body_that_says_it_is_too_long_is_refused_unread():
    protocol = ask(echo, Scope("POST", headers={"content-length": str(BODY_BYTES + 1)}), b"never read")
    assert protocol.answer[0] == 413


def test_a_body_that_does_not_say_how_long_it_is_is_refused_where_it_becomes_too_long():
    scope = Scope("POST", headers={"transfer-encoding": "chunked"})
    assert ask(echo, scope, b"x" * BODY_BYTES).answer[0] == 201
    assert ask(echo, scope, b"x" * BODY_BYTES, b"x").answer[0] == 413


def test_only_who_may_import_sends_a_long_body_and_only_there():
    asked = []

    def may_upload(cookies):
        asked.append(cookies)
        return cookies == "sessionid=good"

    def status(path, cookies, *chunks, **headers):
        protocol = Protocol(*chunks)
        scope = Scope("POST", path, headers={"cookie": cookies, **headers})
        asyncio.run(Bridge(echo, threads=1, may_upload=may_upload)(scope, protocol))
        return protocol.answer[0]

    long = {"content-length": str(BODY_BYTES + 1)}
    assert status("/imports/", "sessionid=good", b"x" * BODY_BYTES, b"x", **long) == 201
    assert status("/imports/", "sessionid=bad", b"never read", **long) == 413
    assert status("/imports/7/", "sessionid=good", b"never read", **long) == 413
    assert asked == ["sessionid=good", "sessionid=bad"]
    assert status("/imports/", "sessionid=bad", b"x", **{"content-length": "1"}) == 201
    assert len(asked) == 2, "a short body is nobody's question"


def test_a_body_that_does_not_come_is_not_waited_for():
    class Silent(Protocol):
        async def __call__(self) -> bytes:
            await asyncio.sleep(60)
            return b""

    with pytest.raises(TooSlow):
        asyncio.run(read_body(Scope("POST", headers={"content-length": "9"}), Silent(), seconds=0.01))


def test_who_hangs_up_half_way_leaves_no_trace():
    class HungUp(Protocol):
        async def __call__(self) -> bytes:
            raise ProtocolClosed

    protocol = HungUp()
    asyncio.run(Bridge(echo, threads=1)(Scope("POST", headers={"content-length": "9"}), protocol))
    assert protocol.answer is None


def test_a_program_is_told_in_its_own_words_that_a_body_is_too_long():
    said = ask(echo, Scope("POST", "/api/v1/steps", headers={"content-length": str(BODY_BYTES + 1)})).answer
    assert (said[0], said[1]["content-type"], json.loads(said[2])["code"]) == (413, "application/problem+json", "too_large")


def test_a_long_answer_goes_out_piece_by_piece_and_is_closed():
    closed = []

    class Pieces:
        def __iter__(self) -> Iterator[bytes]:
            yield from (b"one", b"two")

        def close(self) -> None:
            closed.append(True)

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/csv")])
        return Pieces()

    protocol = ask(application, Scope())
    assert (protocol.answer[0], protocol.pieces, closed) == (200, [b"one", b"two"], [True])


def test_a_slow_page_holds_up_no_other():
    """With two threads, a quick page is answered while a slow one is still being made."""
    order, quick_is_done = [], threading.Event()

    def application(environ, start_response):
        if environ["PATH_INFO"] == "/slow":
            quick_is_done.wait(10)
        order.append(environ["PATH_INFO"])
        quick_is_done.set()
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    async def both() -> None:
        bridge = Bridge(application, threads=2)
        await asyncio.gather(bridge(Scope(path="/slow"), Protocol()), bridge(Scope(path="/quick"), Protocol()))

    asyncio.run(both())
    assert order == ["/quick", "/slow"]


def test_each_thread_begins_before_it_works():
    begun = []
    bridge = Bridge(lambda *_: [], threads=1, begin=lambda: begun.append(threading.get_ident()))
    assert asyncio.run(bridge.run(threading.get_ident)) == begun[0]
