"""Calls know the normal form of what was asked, so that what speaks for an answer is found by it."""

from __future__ import annotations

from datetime import timedelta

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

from articles.search import words_of

AT_ONCE = 1_000


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The words of calls that speak for an answer still: so many rows at once, whatever their number."""
    since = timezone.now() - timedelta(days=90)  # older ones are not asked any more
    calls = apps.get_model("articles", "CallOutcome").objects.filter(at__gte=since).exclude(query="").order_by("pk")
    last = 0
    while rows := list(calls.filter(pk__gt=last).only("pk", "query")[:AT_ONCE]):
        for row in rows:
            row.words = words_of(row.query)
        calls.model.objects.bulk_update(rows, ["words"])
        last = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ("articles", "0026_admin_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="calloutcome",
            name="words",
            # A default of the database: processes of the version before go on noting calls until they are restarted.
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="calloutcome",
            index=models.Index(fields=["words", "article", "at"], name="articles_ca_words_5aa6c3_idx"),
        ),
    ]
