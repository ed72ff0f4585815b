"""Support for work that outlives its worker: leases, dispatch, durable writes, usage and idempotency keys."""
