"""Emails that accounts gave up, written down by the database."""

from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait
from apps.users.migration_operations import NoteFreedEmails


class Migration(migrations.Migration):
    dependencies = [("users", "0011_folded_email_index")]
    operations = [
        LimitLockWait("user"),
        migrations.CreateModel(
            name="FreedEmail",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.CharField(help_text="As it was stored.", max_length=120)),
                ("account_id", models.IntegerField(help_text="Whose it was, who may be gone.")),
                ("freed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "freed_emails",
                "indexes": [models.Index(fields=["email"], name="freed_emails_email_idx")],
            },
        ),
        NoteFreedEmails(),
    ]
