"""The model that plays patients and marks threads: its address and how it is called."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.endpoints import check_endpoint, check_socks_proxy
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
# 0 and None: as each purpose has it, see apps/llm/endpoints.py.
OPENAI_TEMPERATURE = env.float("OPENAI_TEMPERATURE", default=None)
OPENAI_MAX_TOKENS = env.int("OPENAI_MAX_TOKENS", default=0)
OPENAI_CONTEXT_TOKENS = env.int("OPENAI_CONTEXT_TOKENS", default=0)
OPENAI_TIMEOUT_S = env.float("OPENAI_TIMEOUT_S", default=0.0)
OPENAI_FIRST_TEXT_TIMEOUT_S = env.float("OPENAI_FIRST_TEXT_TIMEOUT_S", default=0.0)
OPENAI_HEADERS = env.object("OPENAI_HEADERS")
OPENAI_BODY = env.object("OPENAI_BODY")
OPENAI_TRAITS = env.object("OPENAI_TRAITS")
# What is otherwise for one purpose, and the model that is asked where the first one gives no answer.
OPENAI_PATIENT = env.object("OPENAI_PATIENT")
OPENAI_EXAMINER = env.object("OPENAI_EXAMINER")
OPENAI_FALLBACK = env.object("OPENAI_FALLBACK")
RUN_DEADLINE_S = env.float("RUN_DEADLINE_S", default=90.0)
# An evaluation takes longer than a reply, and nobody waits for it during a conversation.
EVALUATION_DEADLINE_S = env.float("EVALUATION_DEADLINE_S", default=max(2 * RUN_DEADLINE_S, 300.0))
EVALUATION_SAMPLES = env.int("EVALUATION_SAMPLES", default=1)
# What a second look at the quotes alone is for: nothing, doubts and what decides a pass, or everything awarded.
EVALUATION_SECOND_LOOK = env.str("EVALUATION_SECOND_LOOK", default="doubts")
# By how many levels in all two markings of one conversation may differ. The emulator's never do.
EVALUATION_REPEAT_DIFFERENCE = env.int("EVALUATION_REPEAT_DIFFERENCE", default=0)

if EVALUATION_SECOND_LOOK not in ("off", "doubts", "all"):
    raise ImproperlyConfigured(f"EVALUATION_SECOND_LOOK is {EVALUATION_SECOND_LOOK!r}; it takes off or doubts or all.")
if EVALUATION_REPEAT_DIFFERENCE < 0:
    raise ImproperlyConfigured(
        f"EVALUATION_REPEAT_DIFFERENCE is {EVALUATION_REPEAT_DIFFERENCE}; it must not be negative."
    )
if OPENAI_RUN_MODE not in ("stream", "call", "poll"):
    raise ImproperlyConfigured(f"OPENAI_RUN_MODE is {OPENAI_RUN_MODE!r}; it takes stream or call or poll.")
if OPENAI_RUN_MODE == "poll" and OPENAI_PATIENT.get("api", OPENAI_API) == "chat_completions":
    raise ImproperlyConfigured(
        "OPENAI_RUN_MODE=poll needs OPENAI_API=responses: chat completions have no background answers to poll."
    )
check_endpoint(
    "OPENAI_",
    {
        "base_url": OPENAI_BASE_URL,
        "api_key": OPENAI_API_KEY,
        "api": OPENAI_API,
        "model": OPENAI_MODEL,
        "temperature": OPENAI_TEMPERATURE,
        "max_tokens": OPENAI_MAX_TOKENS,
        "context_tokens": OPENAI_CONTEXT_TOKENS,
        "timeout_s": OPENAI_TIMEOUT_S,
        "first_text_timeout_s": OPENAI_FIRST_TEXT_TIMEOUT_S,
        "headers": OPENAI_HEADERS,
        "body": OPENAI_BODY,
        "traits": OPENAI_TRAITS,
    },
)
for _name, _own in (
    ("OPENAI_PATIENT", OPENAI_PATIENT),
    ("OPENAI_EXAMINER", OPENAI_EXAMINER),
    ("OPENAI_FALLBACK", OPENAI_FALLBACK),
):
    check_endpoint(_name, _own)
check_socks_proxy(
    OPENAI_BASE_URL,
    *(own["base_url"] for own in (OPENAI_PATIENT, OPENAI_EXAMINER, OPENAI_FALLBACK) if "base_url" in own),
)
for _name, _number in (
    ("RUN_DEADLINE_S", RUN_DEADLINE_S),
    ("EVALUATION_DEADLINE_S", EVALUATION_DEADLINE_S),
    ("EVALUATION_SAMPLES", EVALUATION_SAMPLES),
):
    if _number <= 0:
        raise ImproperlyConfigured(f"{_name} is {_number}; it must be above 0.")
