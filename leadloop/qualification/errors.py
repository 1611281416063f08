"""What this room refuses."""

from collections.abc import Sequence

from leadloop.kernel.errors import Refused


class NotYetQualified(Refused):
    """The lead does not meet the signed definition of a sales qualified lead; a reason would let it pass and be counted."""

    code = "not_yet_qualified"
    message = "This lead does not meet the definition of a sales qualified lead, version {version}: {failing}."

    def __init__(self, *, version: int, failing: Sequence[str]) -> None:
        self.failing = list(failing)
        super().__init__(version=version, failing="; ".join(f"not so: {line}" for line in failing))
        self.errors = {f"conditions[{place}]": line for place, line in enumerate(self.failing)} | {
            "override_reason": "Say why it qualifies all the same; overrides are counted."
        }
