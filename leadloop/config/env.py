"""What an install may set, read once from LEADLOOP_* variables, typed and bounded. `docs/settings.md` lists the same."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Env(BaseSettings):
    """Names here are the variables without their prefix `LEADLOOP_`."""

    model_config = SettingsConfigDict(env_prefix="LEADLOOP_", extra="ignore")

    home: Path = Field(Path("var"), description="Folder of the database, uploads and the generated secret.")
    database_url: str = Field(
        "", description="Database; empty is SQLite in the home folder. `postgresql://user:password@host/name` for a team."
    )
    host: str = Field("127.0.0.1", description="Address that `serve` listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port that `serve` listens on.")
    public_url: str = Field("", description="Address that people use, for absolute links; empty is http://HOST:PORT.")
    allowed_hosts: str = Field("127.0.0.1,localhost,[::1]", description="Host names that are answered, with commas between.")
    secret_key: str = Field(
        "", pattern="^(.{32,})?$", description="Signs sessions and tokens; empty makes one in the home folder at first start."
    )
    debug: bool = Field(False, description="Detailed error pages. Never outside a developer's own machine.")
    https: bool = Field(False, description="Cookies only over https; switch on behind a TLS proxy.")
    zone: str = Field("UTC", description="Zone of the organisation, an IANA name, for days and months in reports.")
    country: str = Field("US", min_length=2, max_length=2, description="Country of context for phone numbers without a prefix.")
    currency: str = Field("USD", min_length=3, max_length=3, description="Currency of amounts that come without one.")
    threads: int = Field(4, ge=1, le=64, description="Threads of the web process for pages.")
    proxies: int = Field(
        0, ge=0, le=9, description="Proxies of yours in front, each of which adds to X-Forwarded-For; with 0 that header is not believed."
    )
    form_posts_per_minute: int = Field(
        60, ge=0, le=1_000_000, description="Times a minute that a public address may post to hosted forms; 0 is no limit."
    )
    key_calls_per_minute: int = Field(0, ge=0, le=100_000_000, description="Calls of the API a minute for each key; 0 is no limit.")
    statement_seconds: int = Field(
        30,
        ge=0,
        le=3600,
        description="Seconds after which the store ends a statement that people wait for (SQLite: one that only reads); 0 is never.",
    )
    inbox_queue: int = Field(
        4096, ge=1000, description="Captures that may wait for a commit, at least 1,000; beyond it the doors answer 503."
    )
    demo: str = Field(
        "",
        pattern="^(yes|no)?$",
        description="Answers the offer of a demo on an empty install, `yes` or `no`; without an answer and without a terminal it is yes.",
    )
    digest_key: str = Field(
        "",
        pattern="^(.{32,})?$",
        description="Key of the digests by which suppressed contact points are known; empty uses the secret. Another key forgets them.",
    )
    junk_days: int = Field(180, ge=0, le=36_500, description="Days for which a contact point that was marked as junk stays suppressed.")
    undo_minutes: int = Field(15, ge=1, le=10_080, description="Minutes for which a step can be undone, as long as nothing else happened.")
    lease_seconds: int = Field(60, ge=2, le=3600, description="How long a worker holds a job before another may take it over.")


def read_env() -> Env:
    """The install's settings, with its folder made and its secret in place."""
    os.umask(0o077)  # the database, uploads and exports hold people: they are for the account that serves, and nobody beside it
    env = Env()
    env.home = env.home.resolve()
    for folder in (env.home, env.home / "static", env.home / "uploads"):
        folder.mkdir(parents=True, exist_ok=True)
    if not env.secret_key:
        env.secret_key = _stored_secret(env.home / "secret")
    return env


def _stored_secret(path: Path) -> str:
    """Made whole under another name first, so that of two processes that start at once none reads half of it."""
    if not path.exists():
        fresh = path.with_name(f"secret-{secrets.token_hex(8)}")
        fresh.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text().strip()
