"""A message that is sent twice under one name is one message. Who does not name messages is not concerned."""

from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0005_client_ids_and_first_texts")]

    operations = [
        LimitLockWait(),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=models.Q(("client_id", ""), _negated=True),
                fields=("thread", "client_id"),
                name="one_message_per_client_id",
            ),
        ),
    ]
