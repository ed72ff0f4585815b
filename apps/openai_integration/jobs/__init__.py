"""Work that survives its worker: leases, dispatch, durable writes, usage and idempotency keys."""
