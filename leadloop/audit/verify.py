"""Runs every proof on one view of the store, and reads the books beside them."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from leadloop.audit import books, hands, later, references, standings, words
from leadloop.audit.finding import Finding, Proof, Scope
from leadloop.db import bulk
from leadloop.db.snapshot import snapshot

PROOFS: tuple[Proof, ...] = (*references.PROOFS, *books.PROOFS, *standings.PROOFS, *hands.PROOFS, *later.PROOFS, *words.PROOFS)


@dataclass(frozen=True, slots=True)
class Proved:
    """One proof, what it found, and how long it took."""

    proof: Proof
    findings: list[Finding]
    seconds: float


@dataclass(frozen=True, slots=True)
class Books:
    """Received = judged + waiting + set aside; refused was never acknowledged. `dead_jobs` wait for a person."""

    received: int
    judged: int
    waiting: int
    set_aside: int
    refused: int
    leads: int
    touches: int
    dead_jobs: int


def verify(*, now: datetime, most: int) -> Iterator[Proved]:
    """Prove one after the other, on one view of the store. `most` bounds the ids listed a finding; counts are complete."""
    scope = Scope(most, now)
    with snapshot():
        for proof in PROOFS:
            started = time.monotonic()
            findings = list(proof.prove(scope))
            yield Proved(proof, findings, time.monotonic() - started)


def read_books() -> Books:
    """The numbers that balance. One read."""
    [row] = bulk.fetch(
        "select (select coalesce(sum(received), 0) from intake_tally), (select count(*) from intake_verdict where lead_id is not null), "
        "(select count(*) from intake_waiting), (select count(*) from intake_verdict where outcome = 'quarantined'), "
        "(select coalesce(sum(count), 0) from intake_refusal), (select count(*) from leads_lead), (select count(*) from leads_touch), "
        "(select count(*) from db_job where state = 'dead')"
    )
    return Books(*(int(number) for number in row))


def as_json(proved: list[Proved], balance: Books) -> dict[str, Any]:
    """For programs."""
    findings = [asdict(finding) for one in proved for finding in one.findings]
    proofs = [
        {"name": one.proof.name, "says": one.proof.says, "holds": not one.findings, "seconds": round(one.seconds, 3)} for one in proved
    ]
    return {"holds": not findings, "findings": findings, "proofs": proofs, "books": asdict(balance)}
