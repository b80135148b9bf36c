"""Flags are about a passage by an anchor, as comments and notes are."""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def anchor_quotes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep every quote as a passage that the next version of the article is searched for.

    What only editors saw has no roles that it was for: nobody can tell any more for whom it is, so its quote goes.
    """
    anchor, flag = apps.get_model("articles", "Anchor"), apps.get_model("articles", "Flag")
    for row in flag.objects.exclude(quote="").exclude(article=None).iterator():
        roles = row.quote_roles
        if roles == []:
            continue
        groups = [sorted(roles)] if roles else []
        row.anchor = anchor.objects.create(
            article_id=row.article_id, quote=row.quote, born_for=groups, audience="|".join(map(",".join, groups))
        )
        row.save(update_fields=["anchor"])


class Migration(migrations.Migration):
    dependencies = [("articles", "0018_own_deadlines")]

    operations = [
        migrations.AddField(
            model_name="flag",
            name="anchor",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="flags", to="articles.anchor"
            ),
        ),
        migrations.RunPython(anchor_quotes, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="anchor",
            index=models.Index(
                fields=["audience"], condition=models.Q(("audience", ""), _negated=True), name="marked_passages"
            ),
        ),
        migrations.RemoveField(model_name="flag", name="quote"),
        migrations.RemoveField(model_name="flag", name="quote_roles"),
    ]
