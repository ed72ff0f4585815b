"""What ends access tokens at once. The other service's inserts do not know the columns."""

from django.db import migrations

import apps.users.fields
from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("users", "0005_role_approval_operator")]
    operations = [
        LimitLockWait("user"),
        migrations.AddField(
            model_name="user",
            name="token_version",
            field=apps.users.fields.SetByUpdateIntegerField(
                db_default=0, default=0, editable=False, help_text="What an access token of ours has to hold."
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="access_ended_at",
            field=apps.users.fields.SetByUpdateDateTimeField(
                blank=True,
                editable=False,
                help_text="Tokens of the other service from before are refused.",
                null=True,
            ),
        ),
    ]
