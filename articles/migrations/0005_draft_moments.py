import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0004_publishing"),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftTally",
            fields=[
                (
                    "draft",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="tally",
                        serialize=False,
                        to="articles.draft",
                    ),
                ),
                ("seq", models.PositiveBigIntegerField(default=0)),
                ("moment_seq", models.PositiveBigIntegerField(default=0)),
                ("began_at", models.DateTimeField(null=True)),
                ("writers", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="DraftMoment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("writing", "Writing"),
                            ("published", "Published"),
                            ("before", "Before going back"),
                            ("returned", "Went back"),
                        ],
                        default="writing",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=200)),
                ("packed", models.BinaryField()),
                ("returned_to", models.DateTimeField(null=True)),
                ("writers", models.JSONField(default=dict)),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="moments", to="articles.draft"
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
                (
                    "version",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="articles.version"
                    ),
                ),
            ],
            options={
                "ordering": ["-seq"],
                "constraints": [models.UniqueConstraint(fields=("draft", "seq"), name="draft_moment_once")],
            },
        ),
    ]
