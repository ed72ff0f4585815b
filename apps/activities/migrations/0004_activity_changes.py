"""What was done to exercises and the choice of their categories, and by whom."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0003_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LimitLockWait("user"),
        migrations.AlterModelOptions(
            name="activity",
            options={"base_manager_name": "objects", "ordering": ["id"], "verbose_name_plural": "activities"},
        ),
        migrations.AlterModelOptions(
            name="activitycategory",
            options={
                "base_manager_name": "objects",
                "verbose_name": "category of an activity",
                "verbose_name_plural": "categories of activities",
            },
        ),
        migrations.CreateModel(
            name="ActivityChange",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("changed", "Changed"),
                            ("deleted", "Deleted"),
                            ("found", "Found changed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("kind", models.CharField(help_text="The model of the row.", max_length=30)),
                ("object_key", models.CharField(help_text="Its id; two with a comma where it has two.", max_length=24)),
                (
                    "parent_id",
                    models.IntegerField(help_text="The row that it belongs to, such as a tag's patient.", null=True),
                ),
                ("title", models.CharField(help_text="What the row was called.", max_length=80)),
                ("before", models.JSONField(help_text="Column > value; {}: there was no row.")),
                ("after", models.JSONField(help_text="Column > value; {}: there is no row.")),
                (
                    "request",
                    models.CharField(help_text="Method and path; empty: it came from no request.", max_length=200),
                ),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "changed_by",
                    models.ForeignKey(
                        help_text="Empty: the command line, the old service, or an account that is gone.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "change of activities",
                "verbose_name_plural": "changes of activities",
                "db_table": "activity_changes",
                "ordering": ["-id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["kind", "object_key"], name="activitychange_object_idx"),
                    models.Index(fields=["kind", "parent_id"], name="activitychange_parent_idx"),
                ],
            },
        ),
    ]
