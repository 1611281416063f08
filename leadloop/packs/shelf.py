"""The packs there are: those that come with the product, and those that an install put into its own folder."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from leadloop.packs.domain.format import Pack, read_pack
from leadloop.packs.domain.reading import PackInvalid
from leadloop.packs.errors import NoSuchPack

SHIPPED: Final = Path(__file__).resolve().parent / "data"
DECODERS: Final = {".toml": tomllib.loads, ".json": json.loads}
LARGEST = 1_000_000  # bytes of a file


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
    files = sorted(path for path in folder.iterdir() if path.suffix in DECODERS)
    return read_pack(folder.name, {path.name: _decoded(folder.name, path) for path in files})


def _decoded(folder: str, path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            raise PackInvalid(f"{folder}/{path.name}", "", f"is larger than {LARGEST:,} bytes")
        return DECODERS[path.suffix](path.read_text("utf-8"))
    except (ValueError, OSError) as error:  # both decoders name the line
        raise PackInvalid(f"{folder}/{path.name}", "", f"cannot be read: {error}".rstrip(".")) from error


def _own() -> Path:
    return Path(settings.HOME) / "packs"


def _folders(home: Path) -> Mapping[str, Path]:
    return {path.name: path for path in sorted(home.iterdir()) if path.is_dir() and path.name[:1] not in "._"} if home.is_dir() else {}
