"""Which queue each task goes to, and when those that repeat are due."""

from celery.schedules import crontab

CELERY_TASK_ROUTES = {
    "openai_integration.run_conversation": {"queue": "runs"},
    "openai_integration.evaluate_rubric": {"queue": "evaluations"},
    "openai_integration.sweep_runs": {"queue": "maintenance"},
    "openai_integration.sweep_evaluations": {"queue": "maintenance"},
    "openai_integration.discard_answers": {"queue": "maintenance"},
    "openai_integration.forget_keys": {"queue": "maintenance"},
    "openai_integration.mail_welfare_contacts": {"queue": "maintenance"},
    "users.flush_expired_tokens": {"queue": "maintenance"},
    "users.mail_password_link": {"queue": "maintenance"},
    "users.forget_sign_in_addresses": {"queue": "maintenance"},
    "users.forget_freed_emails": {"queue": "maintenance"},
}
CELERY_BEAT_SCHEDULE = {
    "sweep-runs": {"task": "openai_integration.sweep_runs", "schedule": 5.0},
    "sweep-evaluations": {"task": "openai_integration.sweep_evaluations", "schedule": 5.0},
    "discard-answers": {"task": "openai_integration.discard_answers", "schedule": 30.0},
    "mail-welfare-contacts": {"task": "openai_integration.mail_welfare_contacts", "schedule": 30.0},
    "forget-keys": {"task": "openai_integration.forget_keys", "schedule": crontab(minute=41)},
    "flush-expired-tokens": {"task": "users.flush_expired_tokens", "schedule": crontab(hour=3, minute=17)},
    "forget-sign-in-addresses": {"task": "users.forget_sign_in_addresses", "schedule": crontab(hour=3, minute=47)},
    "forget-freed-emails": {"task": "users.forget_freed_emails", "schedule": crontab(minute=23)},
}
