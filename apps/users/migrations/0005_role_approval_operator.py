"""Who decided on a role at the command line."""

from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("users", "0004_database_on_delete")]
    operations = [
        LimitLockWait(),
        migrations.AddField(
            model_name="roleapproval",
            name="operator",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Who ran the command line, as the machine knows them; empty: it was done elsewhere.",
                max_length=150,
            ),
        ),
    ]
