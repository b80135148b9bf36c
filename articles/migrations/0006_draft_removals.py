import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0005_draft_moments"),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftRemoval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("removed", models.JSONField()),
                ("checked_seq", models.PositiveBigIntegerField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="removals", to="articles.draft"
                    ),
                ),
            ],
            options={
                "ordering": ["seq"],
                "constraints": [models.UniqueConstraint(fields=("draft", "seq"), name="draft_removal_once")],
            },
        ),
    ]
