"""The rows without which nothing works: the built-in roles and the event counter."""

from typing import Any

from django.db import migrations


def add(apps: Any, schema_editor: Any) -> None:
    for name in ("everyone", "csr", "editor", "manager"):
        apps.get_model("auth", "Group").objects.get_or_create(name=name)
    apps.get_model("articles", "EventCounter").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
