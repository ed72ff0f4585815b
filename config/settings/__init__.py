"""The settings that DJANGO_ENV names: development (the default), production or test."""

from config.settings.environment import DJANGO_ENV

if DJANGO_ENV == "production":
    from config.settings.production import *  # noqa: F403
elif DJANGO_ENV == "test":
    from config.settings.test import *  # noqa: F403
else:
    from config.settings.development import *  # noqa: F403
