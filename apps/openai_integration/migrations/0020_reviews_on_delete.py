"""Who settled a doubt is forgotten with the account, whichever service deletes it."""

from django.db import migrations

from apps.core.migration_operations import DatabaseOnDelete, LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0019_reviews")]
    operations = [LimitLockWait("user"), DatabaseOnDelete("settled_doubts", "author_id", "SET NULL")]
