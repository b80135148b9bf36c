import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0002_built_in_rows"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="published_state",
            field=models.BinaryField(default=b""),
        ),
        migrations.CreateModel(
            name="DraftClient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client", models.PositiveBigIntegerField()),
                ("first_clock", models.PositiveBigIntegerField()),
                ("first_seq", models.PositiveBigIntegerField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="clients", to="articles.draft"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["client", "first_clock"],
                "constraints": [
                    models.UniqueConstraint(fields=("draft", "client", "first_clock"), name="draft_client_once")
                ],
            },
        ),
    ]
