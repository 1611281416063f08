"""Django's WSGI application behind granian's RSGI interface, in threads, so that one port serves both speeds."""

import asyncio
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote_to_bytes

from leadloop.web.limits import BODY_BYTES, UPLOAD_BYTES, UPLOAD_PATHS

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class TooLarge(Exception):
    """The body is longer than its path allows."""


class Bridge:
    """Runs WSGI calls in a small pool of threads of its own; signed-in work and capture have separate room."""

    def __init__(self, application: Wsgi, *, threads: int) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(self, scope: Any, protocol: Any) -> None:
        """Answer one request. Long answers are streamed piece by piece."""
        try:
            body = await read_body(scope, protocol)
        except TooLarge:
            protocol.response_str(413, [("content-type", "text/plain"), ("connection", "close")], "That is more than this address takes.")
            return
        try:
            await self._answer(scope, protocol, body)
        finally:
            close(body)

    async def _answer(self, scope: Any, protocol: Any, body: Any) -> None:
        running = asyncio.get_running_loop()
        call = _Call()
        pieces = await running.run_in_executor(self._pool, call.start, self._application, _environ(scope, body))
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


async def read_body(scope: Any, protocol: Any) -> Any:
    """The body as bytes, or as a file where uploads are allowed.

    Raises:
        TooLarge: by its header, or as it comes.
    """
    upload = scope.path.startswith(UPLOAD_PATHS)
    limit = UPLOAD_BYTES if upload else BODY_BYTES
    length = scope.headers.get("content-length")
    if length is not None and (not length.isdigit() or int(length) > limit):
        raise TooLarge
    if length is not None and int(length) <= BODY_BYTES:
        return await protocol()
    if length is None and scope.headers.get("transfer-encoding") is None:
        return b""
    size = 0
    spool = tempfile.SpooledTemporaryFile(BODY_BYTES)  # noqa: SIM115 - the caller closes it, once it is answered
    async for chunk in protocol:
        size += len(chunk)
        if size > limit:
            spool.close()
            raise TooLarge
        spool.write(chunk)
    spool.seek(0)
    return spool


def close(body: Any) -> None:
    """Let go of a body that is a file."""
    if not isinstance(body, bytes):
        body.close()


def _environ(scope: Any, body: Any) -> dict[str, Any]:
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    length = len(body) if isinstance(body, bytes) else stream.seek(0, 2)
    stream.seek(0)
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "CONTENT_LENGTH": str(length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": stream,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key != "CONTENT_LENGTH" and "_" not in name:
            environ["HTTP_" + key] = environ["HTTP_" + key] + "," + value if "HTTP_" + key in environ else value
    return environ
