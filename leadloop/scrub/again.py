"""After a restore: erase again whom the ledger beside the database names and this database does not know to be erased."""

from leadloop.consent import suppression
from leadloop.leads.models import Standing
from leadloop.matching.models import MatchKey
from leadloop.scrub import ledger
from leadloop.scrub.erasing import erase
from leadloop.scrub.models import Erasure
from leadloop.steps import by

WHY = "erased again after a restore"


def missing() -> list[ledger.Line]:
    """Erasings that this database knows nothing of. One query, none where the ledger is empty."""
    found = list(ledger.lines())
    known = set(Erasure.objects.values_list("erased_at", flat=True)) if found else set()
    return [line for line in found if line.at not in known]


def erase_again() -> list[int]:
    """Erase them, and keep their contact points out; returns the leads. Only leads that came before the erasing. Safe to repeat."""
    gone: list[int] = []
    wanted = missing()
    if not wanted:
        return gone
    keys: dict[str, set[tuple[int, str]]] = {}
    digests = {one for line in wanted for one in line.digests}
    for lead_id, key in MatchKey.objects.values_list("lead_id", "key").iterator():
        if key[:2] in ("e:", "p:") and (digest := suppression.digest_of(key)) in digests:
            keys.setdefault(digest, set()).add((lead_id, key))
    for line in wanted:
        hits = {pair for digest in line.digests for pair in keys.get(digest, ())}
        ids = {lead_id for lead_id, _ in hits} | _same(line)
        before = sorted(Standing.objects.filter(pk__in=ids, received_at__lte=line.at).values_list("pk", flat=True))
        erase(before, by(None, now=line.at), how=line.how, why=WHY, points=sorted({key for _, key in hits}), noted=True)
        suppression.keep_out_digests(line.digests, now=line.at)
        gone += before
    return gone


def _same(line: ledger.Line) -> set[int]:
    """Leads of the line by number, if they came at the same moment."""
    came = dict(line.leads)
    rows = Standing.objects.filter(pk__in=list(came)).values_list("pk", "received_at")
    return {lead_id for lead_id, at in rows if came[lead_id] == at}
