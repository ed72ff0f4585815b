"""A criterion that could not be marked has no score, instead of a 0."""

from django.db import migrations, models
from django.db.models import Q

from apps.core.migration_operations import LimitLockWait

# Of what was marked before: the scores, and how many of the current marks have none.
REMOVE = "UPDATE marks SET score = NULL WHERE review_reason = 'unmarked' AND score = 0"
COUNT = """
UPDATE evaluations SET unmarked = (
    SELECT count(*) FROM marks WHERE marks.evaluation_id = evaluations.id AND marks.score IS NULL
    AND NOT EXISTS (SELECT 1 FROM marks AS later WHERE later.replaces_id = marks.id)
) WHERE id IN (SELECT evaluation_id FROM marks WHERE score IS NULL)
"""
RESTORE = "UPDATE marks SET score = 0 WHERE score IS NULL"


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0013_told_facts")]

    operations = [
        LimitLockWait(),
        migrations.AddField(
            model_name="evaluation",
            name="unmarked",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="How many criteria have no score, as the provider refused a part.",
            ),
        ),
        migrations.AlterField(
            model_name="mark",
            name="score",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="The score that counts; empty if it could not be marked.", null=True
            ),
        ),
        migrations.RunSQL([REMOVE, COUNT], RESTORE),
        migrations.AddConstraint(
            model_name="mark",
            constraint=models.CheckConstraint(
                condition=Q(score__isnull=False) | Q(review_reason="unmarked", needs_review=True),
                name="only_unmarked_has_no_score",
            ),
        ),
    ]
