"""Criteria have scales of their own, up to 10."""

from django.db import migrations, models

from apps.core.migration_operations import LimitLockWait


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0016_markings_beside_each_other")]

    operations = [
        LimitLockWait(),
        migrations.AddField(
            model_name="evaluation",
            name="unmarked_max",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="The most that those criteria could have added to the total."
            ),
        ),
        migrations.RunSQL("UPDATE evaluations SET unmarked_max = 2 * unmarked WHERE unmarked > 0", "SELECT 1"),
        migrations.RemoveConstraint(model_name="mark", name="mark_score_0_to_2"),
        migrations.AddConstraint(
            model_name="mark",
            constraint=models.CheckConstraint(condition=models.Q(score__lte=10), name="mark_score_0_to_10"),
        ),
    ]
