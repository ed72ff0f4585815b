"""The keys of a person's requests go with the person, whichever service deletes the account."""

from django.db import migrations

from apps.core.migration_operations import DatabaseOnDelete, LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0003_keys_and_pauses")]
    operations = [LimitLockWait("user"), DatabaseOnDelete("idempotency_keys", "user_id", "CASCADE")]
