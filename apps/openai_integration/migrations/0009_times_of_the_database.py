"""When work was made, sent and counted is told by the database's clock, which all machines share."""

from django.db import migrations, models
from django.db.models.functions import Now

from apps.core.migration_operations import LimitLockWait


def made_at(model: str) -> migrations.AlterField:
    return migrations.AlterField(model, "created_at", models.DateTimeField(db_default=Now(), editable=False))


def sent_at(model: str) -> migrations.AlterField:
    told = "When a worker was last told of it."
    return migrations.AlterField(model, "sent_at", models.DateTimeField(db_default=Now(), help_text=told))


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0008_status_rules")]

    operations = [
        LimitLockWait(),
        *(made_at(model) for model in ("thread", "run", "evaluation", "usage")),
        *(sent_at(model) for model in ("run", "evaluation")),
    ]
