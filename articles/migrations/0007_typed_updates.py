from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0006_draft_removals"),
    ]

    operations = [
        migrations.AddField(
            model_name="draftupdate",
            name="typed",
            field=models.BooleanField(default=True),
        ),
    ]
