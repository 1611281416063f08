"""What an import did, or would do."""

from dataclasses import asdict, dataclass, field
from typing import Any

SHOWN_REFUSALS = 20


@dataclass(slots=True)
class ImportResult:
    """What an import did, or for a dry run would do at this moment."""

    file_name: str
    source: str
    dry_run: bool
    rows: int = 0
    created: int = 0
    matched: int = 0
    skipped: int = 0  # taken before, unchanged
    refused: int = 0
    set_aside: int = 0  # kept, but a rule failed on them
    unread: int = 0  # taken, with an e-mail or phone that could not be read
    unreachable: int = 0  # taken, without any contact point
    looked_at: int = 0  # rows that a dry run counted
    import_id: int | None = None
    dates: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    refusals: list[dict[str, Any]] = field(default_factory=list)  # the first of them: line and reason
    doubts: list[dict[str, Any]] = field(default_factory=list)  # the same of rows that were kept with a doubt

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
