"""Stored idempotency keys."""

from django.conf import settings
from django.db import models


class IdempotencyKey(models.Model):
    """An `Idempotency-Key` of a user: the request that it stands for, and its response once there is one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="idempotency_keys")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="A hash of the method, address and body.")
    status = models.PositiveSmallIntegerField(
        null=True, help_text="The status of the response; empty until there is one."
    )
    body = models.JSONField(null=True, help_text="The response.")
    lease_token = models.UUIDField(null=True, help_text="Identifies the request that is being carried out.")
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "idempotency_keys"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_request_per_key")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_keys_by_age_idx")]

    def __str__(self) -> str:
        return self.key
