"""Django's WSGI application behind granian's RSGI interface, in threads, so that one port serves both speeds."""

import asyncio
import io
import re
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]  # of its core, handed on

from leadloop.web.limits import BODY_BYTES, BODY_SECONDS, UPLOAD_BYTES, UPLOAD_PATHS, UPLOAD_SECONDS
from leadloop.web.problems import CONTENT_TYPE, Problem

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_BOUNDARY = re.compile(r""";\s*boundary="?([0-9a-z'()+_,./:=? -]{1,200})""", re.ASCII | re.IGNORECASE)


class BodyRefused(Exception):
    """The body cannot be read; what is left of it is not waited for."""

    status, code, words = 400, "malformed", "The body cannot be read."


class TooLarge(BodyRefused):
    """The body is longer than its path allows."""

    status, code, words = 413, "too_large", "The body is longer than this address takes."


class TooSlow(BodyRefused):
    """The body did not come in the time there is for it."""

    status, code, words = 408, "too_slow", "The body did not arrive in time."


class Gone(Exception):
    """Whoever asked has hung up."""


class Bridge:
    """Runs WSGI calls in a small pool of threads of its own; signed-in work and capture have separate room.

    Args:
        may_upload: whether the sender of these cookies may send a long body; asked in the pool before a byte of it is read.
        https: people use https, which a proxy in front of us speaks.
        proxies: how many of the last addresses in X-Forwarded-For our own proxies wrote there.
        begin: done once in each thread, before it works.
    """

    def __init__(
        self,
        application: Wsgi,
        *,
        threads: int,
        may_upload: Callable[[str], bool] = bool,
        https: bool = False,
        proxies: int = 0,
        begin: Callable[[], None] | None = None,
    ) -> None:
        self._application, self._may_upload, self._https, self._proxies = application, may_upload, https, proxies
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pages", initializer=begin)

    async def __call__(self, scope: Any, protocol: Any) -> None:
        """Answer one request. Long answers are streamed piece by piece."""
        with suppress(Gone, ProtocolClosed):
            try:
                if _is_upload(scope) and await self.run(self._may_upload, scope.headers.get("cookie") or ""):
                    body = await read_body(scope, protocol, most=UPLOAD_BYTES, seconds=UPLOAD_SECONDS)
                else:
                    body = await read_body(scope, protocol)
            except BodyRefused as refusal:
                refuse_body(protocol, refusal, for_program=scope.path.startswith("/api/"))
                return
            try:
                await self._answer(protocol, _environ(scope, body, https=self._https, proxies=self._proxies))
            finally:
                close(body)

    async def _answer(self, protocol: Any, environ: dict[str, Any]) -> None:
        running = asyncio.get_running_loop()
        call = _Call()
        pieces = await running.run_in_executor(self._pool, call.start, self._application, environ)
        if not call.is_streamed:
            protocol.response_bytes(call.status, call.headers, b"".join(pieces))
            return
        transport = protocol.response_stream(call.status, call.headers)
        while (piece := await running.run_in_executor(self._pool, next, pieces, None)) is not None:
            await transport.send_bytes(piece)

    async def run(self, work: Callable[..., Any], *args: Any) -> Any:
        """Run something that blocks in the same pool."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *args)


class _Call:
    """What one call of the application answers."""

    status = 500
    headers: list[tuple[str, str]]
    is_streamed = False

    def start(self, application: Wsgi, environ: dict[str, Any]) -> Iterator[bytes]:
        """Call it; a plain answer is complete when this returns."""
        answer = application(environ, self._start_response)
        if getattr(answer, "streaming", False) or not any(name == "content-length" for name, _ in self.headers):
            self.is_streamed = True
            return _closing(answer)
        return iter(list(_closing(answer)))

    def _start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:  # noqa: ARG002 - PEP 3333
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower(), value) for name, value in headers]


def _closing(answer: Iterable[bytes]) -> Iterator[bytes]:
    try:
        yield from answer
    finally:
        close = getattr(answer, "close", None)
        if close:
            close()


async def read_body(scope: Any, protocol: Any, *, most: int = BODY_BYTES, seconds: float = BODY_SECONDS) -> Any:
    """The body as bytes; a long one, where that is allowed, as a file.

    Raises:
        TooLarge: by its header, or as it comes.
        TooSlow: it takes longer than there is time for.
        Gone: nobody waits for the answer any more.
    """
    try:
        async with asyncio.timeout(seconds):
            return await _read(scope, protocol, most=most)
    except TimeoutError as error:
        raise TooSlow from error
    except ProtocolClosed as error:
        raise Gone from error


async def _read(scope: Any, protocol: Any, *, most: int) -> Any:
    length = scope.headers.get("content-length")
    if length is not None and (not length.isdecimal() or int(length) > most):
        raise TooLarge
    if length is not None and int(length) <= BODY_BYTES:
        return await protocol()
    if length is None and scope.headers.get("transfer-encoding") is None:
        return b""
    spool = tempfile.SpooledTemporaryFile(BODY_BYTES)  # noqa: SIM115 - the caller closes it, once it is answered
    try:
        await _fill(spool, protocol, most=most)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return spool


async def _fill(spool: Any, protocol: Any, *, most: int) -> None:
    size = 0
    async for chunk in protocol:
        size += len(chunk)
        if size > most:
            raise TooLarge
        spool.write(chunk)


def close(body: Any) -> None:
    """Let go of a body that is a file."""
    if not isinstance(body, bytes):
        body.close()


def _is_upload(scope: Any) -> bool:
    """Whether a body is announced that only an upload may have."""
    if scope.method != "POST" or scope.path not in UPLOAD_PATHS:
        return False
    length = scope.headers.get("content-length") or ""
    return not length.isdecimal() or int(length) > BODY_BYTES


def refuse_body(protocol: Any, refusal: BodyRefused, *, for_program: bool) -> None:
    """Say why, and end the connection: the rest of the body may still be on its way."""
    headers = [("x-content-type-options", "nosniff"), ("connection", "close")]
    if for_program:
        request_id = uuid.uuid4().hex[:16]
        headers += [("content-type", CONTENT_TYPE), ("x-request-id", request_id)]
        protocol.response_bytes(refusal.status, headers, Problem(refusal.status, refusal.code, refusal.words).body(request_id))
    else:
        protocol.response_str(refusal.status, [("content-type", "text/plain"), *headers], refusal.words)


def _plain_type(declared: str) -> str:
    """The content type without its parameters, but for a boundary: all text is UTF-8, and a stranger names no other codec."""
    boundary = _BOUNDARY.search(declared)
    kind = declared.partition(";")[0].strip()
    return f'{kind}; boundary="{boundary[1].rstrip()}"' if boundary else kind


def _sender(connected: str, forwarded: str, *, proxies: int) -> str:
    """The address that asks: of the connection, or what the first of our proxies saw, if it came through all of them."""
    seen = [address.strip() for address in forwarded.split(",")]
    if proxies and len(seen) >= proxies:
        with suppress(ValueError):
            return str(ip_address(seen[-proxies]))
    return connected.strip("[]")


def _environ(scope: Any, body: Any, *, https: bool, proxies: int) -> dict[str, Any]:
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    length = len(body) if isinstance(body, bytes) else stream.seek(0, 2)
    stream.seek(0)
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),  # granian has decoded it, once
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "CONTENT_LENGTH": str(length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https" if https else scope.scheme,
        "wsgi.input": stream,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = _plain_type(value)
        elif key != "CONTENT_LENGTH" and "_" not in name:
            environ["HTTP_" + key] = environ["HTTP_" + key] + "," + value if "HTTP_" + key in environ else value
    environ["REMOTE_ADDR"] = _sender(scope.client.rpartition(":")[0], environ.get("HTTP_X_FORWARDED_FOR", ""), proxies=proxies)
    return environ
