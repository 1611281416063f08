from typing import Any

from django.db import migrations, transaction
from django.db.utils import DatabaseError

SQLITE = [
    """create virtual table leads_search_fts using fts5(
        text, content='leads_searchtext', content_rowid='lead_id', tokenize='trigram case_sensitive 1')""",
    """create trigger leads_search_added after insert on leads_searchtext begin
        insert into leads_search_fts(rowid, text) values (new.lead_id, new.text); end""",
    """create trigger leads_search_gone after delete on leads_searchtext begin
        insert into leads_search_fts(leads_search_fts, rowid, text) values ('delete', old.lead_id, old.text); end""",
    """create trigger leads_search_changed after update on leads_searchtext begin
        insert into leads_search_fts(leads_search_fts, rowid, text) values ('delete', old.lead_id, old.text);
        insert into leads_search_fts(rowid, text) values (new.lead_id, new.text); end""",
    "insert into leads_search_fts(leads_search_fts) values ('rebuild')",
]
SQLITE_BACK = [
    "drop trigger if exists leads_search_added",
    "drop trigger if exists leads_search_gone",
    "drop trigger if exists leads_search_changed",
    "drop table if exists leads_search_fts",
]
INDEX = "create index if not exists leads_searchtext_trigrams on leads_searchtext using gin (text gin_trgm_ops)"


def index_trigrams(_apps: Any, schema_editor: Any) -> None:
    """SQLite: a trigram table that triggers keep equal to the texts. PostgreSQL: an index, unless the role may not have pg_trgm;
    then search scans the texts, and `create extension pg_trgm` with the statement above makes it quick."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement in SQLITE:
                cursor.execute(statement)
            return
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute("create extension if not exists pg_trgm")
        except DatabaseError:
            return
        cursor.execute(INDEX)


def drop_trigrams(_apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for statement in SQLITE_BACK if connection.vendor == "sqlite" else ["drop index if exists leads_searchtext_trigrams"]:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_search_due_and_due_order")]

    operations = [migrations.RunPython(index_trigrams, drop_trigrams)]
