"""The packs there are: those that come with the product, and those that an install put into its own folder."""

import json
import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from leadloop.packs.domain.format import Pack, read_pack
from leadloop.packs.domain.reading import TOO_DEEP, PackInvalid, check_bounds
from leadloop.packs.errors import NoSuchPack

SHIPPED: Final = Path(__file__).resolve().parent / "data"
DECODERS: Final = {".toml": tomllib.loads, ".json": json.loads}
LARGEST = 1_000_000  # bytes of a file
MOST_FILES, MOST_ENTRIES = 40, 1_000  # of a folder


@dataclass(frozen=True, slots=True)
class Broken:
    """A folder that is meant to be a pack and is none."""

    name: str
    reason: str


def shelf() -> tuple[list[Pack], list[Broken]]:
    """Every pack by title, and the folders that cannot be read. A pack in the install's own folder hides a shipped one of its name."""
    packs, broken = [], []
    for folder in {**_folders(SHIPPED), **_folders(_own())}.values():
        try:
            packs.append(load(folder))
        except PackInvalid as error:
            broken.append(Broken(folder.name, str(error)))
    return sorted(packs, key=lambda pack: pack.title), broken


def pack_called(name: str) -> Pack:
    """The pack of this name.

    Raises:
        NoSuchPack: nobody has one.
        PackInvalid: it cannot be read.
    """
    folder = {**_folders(SHIPPED), **_folders(_own())}.get(name)
    if folder is None:
        raise NoSuchPack(name=name)
    return load(folder)


def load(folder: Path) -> Pack:
    """Read a folder.

    Raises:
        PackInvalid: a file is not what it should be.
    """
    if folder.is_symlink():
        raise PackInvalid(folder.name, "", "is a link; put a copy of the folder here")
    try:
        files = sorted(path for path in islice(folder.iterdir(), MOST_ENTRIES) if path.suffix in DECODERS)
    except OSError as error:
        raise PackInvalid(folder.name, "", f"cannot be read: {error.strerror}") from error
    if len(files) > MOST_FILES:
        raise PackInvalid(folder.name, "", f"has more than {MOST_FILES} files")
    return read_pack(folder.name, {path.name: _decoded(folder, path) for path in files})


def _decoded(folder: Path, path: Path) -> Any:
    place = f"{folder.name}/{path.name}"
    try:
        decoded = DECODERS[path.suffix](_text_of(folder, path, place))
    except RecursionError as error:
        raise PackInvalid(place, "", TOO_DEEP) from error
    except (ValueError, OSError) as error:  # both decoders name the line
        raise PackInvalid(place, "", f"cannot be read: {error}".rstrip(".")) from error
    check_bounds(decoded, place)
    return decoded


def _text_of(folder: Path, path: Path, place: str) -> str:
    """What a file says, read no further than is allowed; a link must not lead out of the folder, nor a name to a pipe or a device."""
    if not path.resolve(strict=True).is_relative_to(folder.resolve()):
        raise PackInvalid(place, "", "leads to a file outside of the pack's folder")
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise PackInvalid(place, "", "is no file")
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise PackInvalid(place, "", f"is larger than {LARGEST:,} bytes")
    return content.decode("utf-8")


def _own() -> Path:
    return Path(settings.HOME) / "packs"


def _folders(home: Path) -> Mapping[str, Path]:
    return {path.name: path for path in sorted(home.iterdir()) if path.is_dir() and path.name[:1] not in "._"} if home.is_dir() else {}
