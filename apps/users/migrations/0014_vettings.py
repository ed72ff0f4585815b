"""When all claims to power were dealt with, and which claims were taken."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("users", "0013_password_while_locked")]
    operations = [
        LimitLockWait(),
        migrations.CreateModel(
            name="Vetting",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("given_back_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "vettings"},
        ),
        migrations.AddField(
            model_name="roleapproval",
            name="claim",
            field=models.CharField(
                help_text="What the account claims from then on; empty: the claim stayed.", max_length=70, null=True
            ),
        ),
        migrations.AddField(
            model_name="roleapproval",
            name="previous_claim",
            field=models.CharField(help_text="What it claimed before, where that changed.", max_length=70, null=True),
        ),
        migrations.AddField(
            model_name="roleapproval",
            name="vetting",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="That took the claim.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="decisions",
                to="users.vetting",
            ),
        ),
    ]
