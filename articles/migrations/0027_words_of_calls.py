"""Calls know the normal form of what was asked, so that what speaks for an answer is found by it."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from articles.search import words_of

AT_ONCE = 1_000


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The words of calls that are there already: so many rows at once, whatever their number."""
    calls = apps.get_model("articles", "CallOutcome").objects.exclude(query="").order_by("pk")
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
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="calloutcome",
            index=models.Index(fields=["words", "article", "at"], name="articles_ca_words_5aa6c3_idx"),
        ),
    ]
