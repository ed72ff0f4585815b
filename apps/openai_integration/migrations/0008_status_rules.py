"""The states of work and their changes, checked by the database."""

from django.db import migrations, models
from django.db.models import Q

from apps.core.migration_operations import GuardStatus, LimitLockWait

IS_OPEN = Q(status__in=("queued", "in_progress"))
HELD = Q(lease_until__isnull=False, status="in_progress")
IDLE = Q(lease_token__isnull=True, lease_until__isnull=True) & ~Q(status="in_progress")


def rules(model: str) -> list[migrations.AddConstraint]:
    ended_has_a_time = IS_OPEN & Q(finished_at__isnull=True) | ~IS_OPEN & Q(finished_at__isnull=False)
    conditions = {"ended_has_a_time": ended_has_a_time, "lease_only_in_progress": HELD | IDLE}
    return [
        migrations.AddConstraint(model, models.CheckConstraint(condition=condition, name=f"{model}_{name}"))
        for name, condition in conditions.items()
    ]


class Migration(migrations.Migration):
    dependencies = [("openai_integration", "0007_usage_by_time")]

    operations = [
        LimitLockWait(),
        *rules("run"),
        *rules("evaluation"),
        GuardStatus(
            "runs",
            {
                "queued": ["cancelled", "expired", "in_progress"],
                "in_progress": ["cancelled", "completed", "expired", "failed", "incomplete", "queued"],
            },
        ),
        GuardStatus(
            "evaluations",
            {"queued": ["failed", "in_progress"], "in_progress": ["completed", "failed", "queued"]},
        ),
    ]
