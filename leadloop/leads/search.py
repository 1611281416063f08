"""Substring search over leads. The text is folded here, on both sides, and indexed off the hot path.

New leads lie above the watermark (the highest lead that has text) and changed ones in `SearchDue`; both are searched directly until
`index_pending` has taken them, so that a lead is found at once. SQLite keeps trigrams in `leads_search_fts`, which is written here, batch
by batch: a trigger would flush its tree at every row, for three times the cost. PostgreSQL has a trigram index on `SearchText` where the
extension pg_trgm could be created, and scans it where not.
"""

import json
from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.db.models.expressions import RawSQL

from leadloop.db import bulk
from leadloop.leads.domain.search_text import SEARCHED, SHORTEST, fits, query_words, search_text
from leadloop.leads.models import Lead, SearchDue, SearchText, Standing

BATCH = 5_000
TAIL = 20_000
"""Leads without text that a query reads one by one, and leads that a query of one or two letters reads: the newest ones."""

_TEXT_COLUMNS = frozenset(SEARCHED)
_LOCK = 7002


def index_pending(limit: int) -> int:
    """Write the text of at most `limit` leads, changed ones first, in batches that each commit; returns how many. Safe to repeat."""
    done = 0
    while done < limit:
        size = min(BATCH, limit - done)
        if not backlog():
            break
        with transaction.atomic():
            _lock()
            written = _index_changed(size) or _index_new(size)
        if written == 0:
            break
        done += written
    return done


def outdate(lead_ids: Iterable[int]) -> None:
    """The text of these leads is to be written anew. One statement; call in the transaction that changes them."""
    bulk.insert(SearchDue, ("lead_id",), [(lead_id,) for lead_id in lead_ids])


def is_searched(columns: Iterable[str]) -> bool:
    """Whether a change of these columns changes what a search finds."""
    return not _TEXT_COLUMNS.isdisjoint(columns)


def forget(lead_ids: Sequence[int]) -> None:
    """Take erased leads out of the index."""
    _remove(lead_ids)
    condition, params = bulk.any_of("lead_id", lead_ids)
    bulk.execute(f"delete from leads_searchdue where {condition}", params)  # noqa: S608 - a fixed column


def find(query: str, standings: QuerySet[Standing], *, limit: int) -> list[int]:
    """Ids of leads in `standings` (what a person may see) that have every word of `query`, newest first. At most five queries."""
    words = query_words(query)
    if not words:
        return []
    long = [word for word in words if len(word) >= SHORTEST]
    mark = watermark()
    changed = set(SearchDue.objects.order_by("-lead_id").values_list("lead_id", flat=True)[:TAIL])
    fresh = _read_directly(words, standings, above=mark if long else max(mark - TAIL, 0), changed=changed)
    indexed = _indexed(words, long, standings, limit=limit + len(changed)) if long else []
    found = {*fresh, *(lead_id for lead_id in indexed if lead_id not in changed)}
    return sorted(found, reverse=True)[:limit]


def backlog() -> int:
    """About how many leads wait for their text; asks without a lock."""
    newest = Lead.objects.aggregate(top=Max("pk"))["top"] or 0
    return newest - watermark() + SearchDue.objects.count()


def watermark() -> int:
    """The highest lead that has text."""
    return SearchText.objects.aggregate(top=Max("lead_id"))["top"] or 0


def _index_changed(size: int) -> int:
    due = list(SearchDue.objects.order_by("pk").values_list("pk", "lead_id")[:size])
    if due:
        _write(sorted({lead_id for _, lead_id in due}))
        SearchDue.objects.filter(pk__in=[pk for pk, _ in due]).delete()
    return len(due)


def _index_new(size: int) -> int:
    ids = list(Lead.objects.filter(pk__gt=watermark()).order_by("pk").values_list("pk", flat=True)[:size])
    if ids:
        _write(ids)
    return len(ids)


def _write(lead_ids: Sequence[int]) -> None:
    _remove(lead_ids)
    condition, params = bulk.any_of("id", lead_ids)
    names = ", ".join(SEARCHED)
    rows = bulk.fetch(f"select id, {names} from leads_lead where {condition}", params)  # noqa: S608 - fixed columns
    bulk.insert(SearchText, ("lead_id", "text"), [(row[0], search_text(dict(zip(SEARCHED, row[1:], strict=True)))) for row in rows])
    _tell_trigrams("rowid, text", "lead_id, text", lead_ids)


def _remove(lead_ids: Sequence[int]) -> None:
    _tell_trigrams("leads_search_fts, rowid, text", "'delete', lead_id, text", lead_ids)  # it must be told what it forgets
    condition, params = bulk.any_of("lead_id", lead_ids)
    bulk.execute(f"delete from leads_searchtext where {condition}", params)  # noqa: S608 - a fixed column


def _tell_trigrams(columns: str, values: str, lead_ids: Sequence[int]) -> None:
    """SQLite's trigrams follow the texts as they stand; PostgreSQL's index does so by itself."""
    if not bulk.is_postgres():
        condition, params = bulk.any_of("lead_id", lead_ids)
        bulk.execute(f"insert into leads_search_fts({columns}) select {values} from leads_searchtext where {condition}", params)  # noqa: S608 - fixed columns


def _read_directly(words: Sequence[str], standings: QuerySet[Standing], *, above: int, changed: set[int]) -> list[int]:
    """Leads that the index does not know yet, read and folded here; the newest `TAIL` of them."""
    columns = [f"lead__{name}" for name in SEARCHED]
    tail = standings.filter(pk__gt=above).order_by("-pk")[:TAIL]
    rows = list(tail.values_list("pk", *columns))
    if changed:
        rows += standings.filter(pk__in=_among(changed)).values_list("pk", *columns)
    return [row[0] for row in rows if fits(search_text(dict(zip(SEARCHED, row[1:], strict=True))), words)]


def _indexed(words: Sequence[str], long: Sequence[str], standings: QuerySet[Standing], *, limit: int) -> list[int]:
    """Leads by the trigram index. Words too short for it are looked for in what it finds."""
    short = [word for word in words if word not in long]
    found = standings.filter(pk__in=_by_trigrams(long)).order_by("-pk")
    if not short:
        return list(found.values_list("pk", flat=True)[:limit])
    some = list(found.values_list("pk", flat=True)[:TAIL])
    texts = SearchText.objects.filter(pk__in=_among(some)).values_list("pk", "text")
    return sorted((pk for pk, text in texts if fits(text, words)), reverse=True)[:limit]


def _by_trigrams(words: Sequence[str]) -> RawSQL:
    """Ids of leads whose text has every word, as a subquery. Words travel as parameters: no quote or % of theirs means anything."""
    if bulk.is_postgres():
        sql = " and ".join(["select lead_id from leads_searchtext where text like %s", *["text like %s"] * (len(words) - 1)])
        return RawSQL(sql, [f"%{_escaped(word)}%" for word in words])  # noqa: S611 - placeholders only
    phrases = " ".join('"{}"'.format(word.replace('"', '""')) for word in words)
    return RawSQL("select rowid from leads_search_fts where leads_search_fts match %s", [phrases])


def _among(ids: Iterable[int]) -> RawSQL:
    """Ids as a subquery of one parameter, however many they are."""
    if bulk.is_postgres():
        return RawSQL("select unnest(%s::bigint[])", [list(ids)])
    return RawSQL("select value from json_each(%s)", [json.dumps(list(ids))])


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _lock() -> None:
    """One indexer at a time; on SQLite the write transaction is that lock."""
    if bulk.is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
