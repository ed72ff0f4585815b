"""The model that plays patients and marks threads: its address and how it is called."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import DJANGO_ENV, env

OPENAI_API_KEY = env.str("OPENAI_API_KEY", default=env.str("OPENAI_KEY", default=""))
EMULATOR_URL = env.str("EMULATOR_URL", default="http://127.0.0.1:8090")
_base_url = env.str("OPENAI_BASE_URL", default="")
if not _base_url and not OPENAI_API_KEY:
    if DJANGO_ENV == "production":
        raise ImproperlyConfigured(
            "OPENAI_API_KEY is not set, nor is OPENAI_BASE_URL: give a key for OpenAI, the address of a compatible "
            "server, or spell out OPENAI_BASE_URL=emulator."
        )
    _base_url = "emulator"
OPENAI_EMULATED = _base_url == "emulator"
OPENAI_BASE_URL = f"{EMULATOR_URL.rstrip('/')}/v1" if OPENAI_EMULATED else _base_url or "https://api.openai.com/v1"
_is_openai = urlsplit(OPENAI_BASE_URL).hostname == "api.openai.com"
OPENAI_MODEL = env.str("OPENAI_MODEL", default="gpt-6-luna")
OPENAI_API = env.str("OPENAI_API", default="responses" if _is_openai or OPENAI_EMULATED else "chat_completions")
OPENAI_RUN_MODE = env.str("OPENAI_RUN_MODE", default="stream")
# Other servers may refuse unknown parameters, so they get none by default.
OPENAI_REASONING_EFFORT = env.str("OPENAI_REASONING_EFFORT", default="none" if _is_openai or OPENAI_EMULATED else "")
OPENAI_TIMEOUT_S = env.float("OPENAI_TIMEOUT_S", default=30.0)
RUN_DEADLINE_S = env.float("RUN_DEADLINE_S", default=90.0)
EVALUATION_SAMPLES = env.int("EVALUATION_SAMPLES", default=1)

for _name, _value, _allowed in (
    ("OPENAI_API", OPENAI_API, ("responses", "chat_completions")),
    ("OPENAI_RUN_MODE", OPENAI_RUN_MODE, ("stream", "call", "poll")),
):
    if _value not in _allowed:
        raise ImproperlyConfigured(f"{_name} is {_value!r}; it takes {' or '.join(_allowed)}.")
if OPENAI_RUN_MODE == "poll" and OPENAI_API == "chat_completions":
    raise ImproperlyConfigured(
        "OPENAI_RUN_MODE=poll needs OPENAI_API=responses: chat completions have no background answers to poll."
    )
for _name, _number in (
    ("OPENAI_TIMEOUT_S", OPENAI_TIMEOUT_S),
    ("RUN_DEADLINE_S", RUN_DEADLINE_S),
    ("EVALUATION_SAMPLES", EVALUATION_SAMPLES),
):
    if _number <= 0:
        raise ImproperlyConfigured(f"{_name} is {_number}; it must be above 0.")
