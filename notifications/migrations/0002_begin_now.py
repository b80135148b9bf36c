"""An installation that has been running for a while does not tell people of what happened before it could."""

from django.db import migrations


def begin_now(apps, schema_editor):
    counter = apps.get_model("articles", "EventCounter").objects.first()
    apps.get_model("notifications", "Dispatched").objects.get_or_create(
        pk=1, defaults={"seq": counter.seq if counter else 0}
    )


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("articles", "0002_built_in_rows")]

    operations = [migrations.RunPython(begin_now, migrations.RunPython.noop)]
