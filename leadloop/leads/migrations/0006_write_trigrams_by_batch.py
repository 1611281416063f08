from typing import Any

from django.db import migrations

TRIGGERS = ("leads_search_added", "leads_search_gone", "leads_search_changed")


def drop_triggers(_apps: Any, schema_editor: Any) -> None:
    """SQLite: `leads.search` writes the trigrams itself, a batch at a time."""
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            for name in TRIGGERS:
                cursor.execute(f"drop trigger if exists {name}")


class Migration(migrations.Migration):
    dependencies = [("leads", "0005_order_scores_within_a_stage")]

    operations = [migrations.RunPython(drop_triggers, migrations.RunPython.noop)]
