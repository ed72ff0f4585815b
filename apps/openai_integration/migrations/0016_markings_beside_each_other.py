"""A conversation may be marked again beside an earlier marking, and the quotes that were refused are kept."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0015_examiner_answers")]

    operations = [
        LimitLockWait(),
        migrations.AddField(
            model_name="evaluation",
            name="number",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="Counts the markings of the same request from 0."
            ),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="repeats",
            field=models.ForeignKey(
                blank=True,
                help_text="The marking beside which this one was asked for.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="repeated_by",
                to="openai_integration.evaluation",
            ),
        ),
        migrations.AddField(
            model_name="mark",
            name="refused",
            field=models.JSONField(
                db_default=[], default=list, help_text="The model's other quotes: a list of {index, quote, reason}."
            ),
        ),
        migrations.AlterField(
            model_name="mark",
            name="evidence",
            field=models.JSONField(
                default=list,
                help_text="Verified quotes: a list of {index, quote, start, end}; index counts messages from 0.",
            ),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="transcript",
            field=models.JSONField(help_text="The messages that were marked: a list of {role, message, message_id}."),
        ),
        migrations.AddConstraint(
            model_name="evaluation",
            constraint=models.UniqueConstraint(
                condition=~Q(status="failed"), fields=("request_hash", "number"), name="one_evaluation_per_number"
            ),
        ),
        migrations.RemoveConstraint(model_name="evaluation", name="one_evaluation_per_request"),
    ]
