"""What stands of each handover to sales is the last word that was said about it."""

from collections.abc import Iterator

from leadloop.audit.finding import Finding, Proof, Scope, Sql, broken

_UNSAID = (
    "select h.id from qualification_handed h where h.word <> 'open' "
    "and not exists (select 1 from qualification_verdict v where v.handed_id = h.id)"
)
_OTHER = (
    "select h.id from qualification_handed h join (select handed_id, max(id) as id from qualification_verdict group by handed_id) last "
    "on last.handed_id = h.id join qualification_verdict v on v.id = last.id where v.word <> h.word or v.reason <> h.reason"
)


def verdicts(scope: Scope) -> Iterator[Finding]:
    """The row that reports read says what its last verdict said."""
    yield from broken(scope, "verdicts", "A handover has a word that nobody said.", ["handed"], Sql(_UNSAID))
    yield from broken(scope, "verdicts", "A handover says something else than its last verdict.", ["handed"], Sql(_OTHER))


PROOFS = (Proof("verdicts", "What stands of each handover to sales is the last verdict on it.", verdicts),)
