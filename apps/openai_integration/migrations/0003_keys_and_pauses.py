"""Requests that are carried out once, and the switch that stops all calls to the model."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [
        ("openai_integration", "0002_database_on_delete"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LimitLockWait("user"),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=255)),
                (
                    "fingerprint",
                    models.CharField(help_text="Equal for the same method, address and body.", max_length=64),
                ),
                (
                    "status",
                    models.PositiveSmallIntegerField(
                        help_text="Of the answer; empty while it is being made.", null=True
                    ),
                ),
                ("body", models.JSONField(help_text="The answer.", null=True)),
                ("lease_token", models.UUIDField(help_text="Names the request that is being carried out.", null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="idempotency_keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "idempotency_keys",
                "indexes": [models.Index(fields=["created_at"], name="idempotency_keys_by_age_idx")],
                "constraints": [models.UniqueConstraint(fields=("user", "key"), name="one_request_per_key")],
            },
        ),
        migrations.CreateModel(
            name="ModelPause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, help_text="Empty: it is on.", null=True)),
                ("began_by", models.CharField(max_length=120)),
                ("ended_by", models.CharField(blank=True, default="", max_length=120)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "db_table": "model_pauses",
                "ordering": ["-began_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.Case(models.When(ended_at__isnull=True, then=True), output_field=models.BooleanField()),
                        name="one_pause_at_a_time",
                    )
                ],
            },
        ),
    ]
