"""Uploaded files: a random name in the install's own folder, measured while they are written, gone once they were imported."""

import hashlib
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.conf import settings

from leadloop.capture.errors import FileTooLarge
from leadloop.web.limits import UPLOAD_BYTES

KEPT = timedelta(days=7)  # a file that nobody imports, or that broke off
_BLOCK = 1 << 20


class Kept(NamedTuple):
    """Where a file lies below the uploads, and the digest of what it says."""

    path: str
    digest: str


def keep(stream: BinaryIO) -> Kept:
    """Store a file under a name that nobody can guess.

    Raises:
        FileTooLarge: nothing is kept.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = secrets.token_hex(16)
    digest, size = hashlib.sha256(), 0
    stream.seek(0)
    try:
        with (folder / name).open("xb") as kept:
            while block := stream.read(_BLOCK):
                size += len(block)
                _check(size)
                digest.update(block)
                kept.write(block)
    except BaseException:
        drop(name)
        raise
    return Kept(name, digest.hexdigest())


def place_of(name: str) -> Path:
    """The file itself."""
    return _folder() / Path(name).name


def is_kept(name: str) -> bool:
    """Whether a file of ours is still there."""
    return bool(name) and place_of(name).is_file()


def drop(name: str) -> None:
    """Remove a file; nothing happens if it is gone."""
    if name:
        place_of(name).unlink(missing_ok=True)


def digest_of(stream: BinaryIO) -> str:
    """The same digest for a file that stays where it is."""
    stream.seek(0)
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def forget(*, now: datetime) -> int:
    """Remove files that lie here for longer than a week; returns how many."""
    old = [path for path in _folder().glob("*") if path.stat().st_mtime < (now - KEPT).timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _check(size: int) -> None:
    if size > UPLOAD_BYTES:
        raise FileTooLarge(megabytes=UPLOAD_BYTES >> 20)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"
