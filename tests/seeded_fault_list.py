"""The faults that tests.seeded_faults makes, and the tests that must fail of each."""

from dataclasses import dataclass

APP = "apps/openai_integration"
USERS = "apps/users"
SITE = "deploy/nginx/site.conf"


@dataclass(frozen=True)
class Fault:
    """`text` in `file` becomes `replacement`, and one of `tests` (paths, and -k with `named`) must fail.

    `text` stands once in the file. `real`: caught by tests of real processes.
    """

    name: str
    file: str
    text: str
    replacement: str
    tests: tuple[str, ...]
    named: str = ""
    real: bool = False


def _of(folder: str, *modules: str) -> tuple[str, ...]:
    return tuple(f"{folder}/tests/test_{module}.py" for module in modules)


def _real(name: str, file: str, text: str, replacement: str, module: str, named: str) -> Fault:
    return Fault(name, file, text, replacement, (f"tests/test_{module}.py",), named, real=True)


AUTHORIZATION = (
    Fault(
        "threads-of-others",
        f"{APP}/models/threads.py",
        'return self if user.is_admin else self.filter(_visible(user, thread=""))',
        "return self",
        _of(APP, "api"),
    ),
    Fault(
        "runs-of-others",
        f"{APP}/models/threads.py",
        '"""The runs of the threads that the user sees."""\n        return self if',
        '"""The runs of the threads that the user sees."""\n        return self if True or',
        _of(APP, "api", "event_access"),
    ),
    Fault(
        "marks-before-release",
        f"{APP}/models/evaluations.py",
        "self.filter(student=user, released_at__isnull=False)",
        "self.filter(student=user)",
        _of(APP, "evaluation_api"),
    ),
    Fault(
        "students-write",
        f"{USERS}/permissions.py",
        " and (reads or request_user(request).is_instructor)",
        "",
        _of("apps/scenarios", "api"),
    ),
    Fault(
        "instructors-are-admins",
        f"{USERS}/permissions.py",
        "request_user(request).is_admin",
        "request_user(request).is_instructor",
        _of(USERS, "api", "roles"),
    ),
    Fault(
        "a-ticket-for-any-run",
        f"{APP}/conversation/events/tickets.py",
        "if of_run != run_id.hex:",
        "if not of_run:",
        _of(APP, "event_access"),
    ),
    Fault(
        "sign-out-of-others",
        f"{USERS}/tokens.py",
        "if found is None or found[0].pk != user.pk:",
        "if found is None:",
        _of(USERS, "refresh_families", "tokens", "api"),
    ),
)
ACCOUNTS = (
    Fault(
        "the-old-password-while-it-is-changed",
        f"{USERS}/tokens.py",
        "if locked is None or locked.password != user.password:",
        "if locked is None:",
        _of(USERS, "ended_tokens"),
    ),
    Fault(
        "a-hash-of-any-cost",
        f"{USERS}/hashers.py",
        "if parsed.rounds > settings.PASSWORD_MAX_ROUNDS:",
        "if False:",
        _of(USERS, "damaged_passwords"),
    ),
    Fault(
        "a-dearer-hash-is-made-cheaper",
        f"{USERS}/hashers.py",
        "return self._rounds_of(encoded) < self.rounds",
        "return self._rounds_of(encoded) != self.rounds",
        _of(USERS, "models"),
    ),
    Fault(
        "a-freed-email-at-once",
        f"{USERS}/emails.py",
        "HELD_FOR = timedelta(hours=1, minutes=1)",
        "HELD_FOR = timedelta(0)",
        _of(USERS, "freed_emails"),
    ),
    _real(
        "guesses-without-a-wait",
        f"{USERS}/failed_sign_ins.py",
        "LONGEST_WAIT_S = 900",
        "LONGEST_WAIT_S = 0",
        "sessions",
        "hundred_guesses",
    ),
    _real(
        "registration-never-closed",
        f"{USERS}/registration.py",
        'if settings.REGISTRATION == "closed":',
        "if False:",
        "registration_processes",
        "closed",
    ),
    _real(
        "registration-of-any-domain",
        f"{USERS}/registration.py",
        "if not name or _in_ascii(domain) not in admitted:",
        "if not name:",
        "registration_processes",
        "domain",
    ),
)
WORK = (
    Fault(
        "a-lost-lease-writes",
        f"{APP}/models/jobs.py",
        '.filter(pk=self.pk, lease_token=token, status="in_progress")',
        ".filter(pk=self.pk)",
        _of(APP, "evaluation_workers"),
    ),
    Fault(
        "a-key-for-any-body",
        f"{APP}/jobs/idempotency.py",
        '"body": request.data}',
        '"body": None}',
        _of(APP, "idempotency"),
    ),
    Fault(
        "a-kept-answer-for-who-may-not-see-it",
        f"{APP}/jobs/idempotency.py",
        'if REPLAYED_HEADER in answered.headers and "pk" in kwargs:',
        "if False:",
        _of(APP, "idempotency"),
    ),
    _real(
        "a-lease-is-taken-from-its-worker",
        f"{APP}/models/jobs.py",
        'free = Q(status="queued") | Q(status="in_progress", lease_until__lt=now)',
        'free = Q(status="queued") | Q(status="in_progress")',
        "clocks",
        "takes_nothing and ahead",
    ),
    _real(
        "overdue-runs-stay-open",
        f"{APP}/models/jobs.py",
        "return Q(status__in=cls.OPEN, deadline_at__lte=now) & (~cls.waiting(now=now) | counting)",
        "return Q(pk__in=[])",
        "clocks",
        "overdue and ahead",
    ),
    _real(
        "no-second-try",
        "apps/llm/retry.py",
        "if not error.retryable or (attempts >= MAX_ATTEMPTS and not error.absent):",
        "if attempts:",
        "end_to_end",
        "logs_of_a_conversation",
    ),
    _real(
        "streams-without-a-limit",
        "apps/core/api/open_streams.py",
        "if self._counts[name, key] >= _limit(name)",
        "if self._counts[name, key] >= 10**9",
        "event_streams",
        "three_quarters",
    ),
)
MARKING = (
    Fault(
        "the-pass-mark-is-not-enough",
        "apps/marking/verdict.py",
        "else score >= rule.required",
        "else score > rule.required",
        _of("apps/marking", "verdict", "scoring"),
    ),
    Fault(
        "two-scores-for-one-criterion",
        "apps/marking/scoring.py",
        "if by_score[0].score != by_score[-1].score or len(items) > MAX_ENTRIES:",
        "if len(items) > MAX_ENTRIES:",
        _of("apps/marking", "scoring"),
    ),
    Fault(
        "a-score-without-a-quote",
        "apps/marking/scoring.py",
        "if score > scale.lowest and not evidence.quotes:",
        "if False:",
        _of("apps/marking", "scoring", "evidence"),
    ),
    Fault(
        "a-quote-that-nobody-said",
        "apps/marking/quotes.py",
        "return None if place < 0 else",
        "return None if place < -1 else",
        _of("apps/marking", "quotes"),
    ),
    Fault(
        "a-plea-that-raises-marks",
        f"{APP}/marking/stages/without_pleas.py",
        "if raised_by(spans, marking.marks, without) > settings.EVALUATION_REPEAT_DIFFERENCE:",
        "if False:",
        _of(APP, "obeyed_pleas"),
    ),
)
LISTS_AND_UNDO = (
    Fault(
        "pages-of-any-size",
        "apps/core/api/pagination.py",
        'if not re.fullmatch("[0-9]{1,3}", asked) or not 1 <= int(asked) <= self.max_page_size:',
        "if not asked.isdigit():",
        ("tests/test_pagination.py", "tests/test_lists.py"),
    ),
    Fault(
        "undo-drops-what-came-meanwhile",
        "apps/adoption/undo.py",
        "*(_require_row_count(table, count) for table, count in known.items()),",
        "",
        _of("apps/adoption", "undo"),
    ),
)
NGINX = (
    _real(
        "rubbish-as-a-request-id",
        SITE,
        '"~^[A-Za-z0-9._-]{8,64}$" $http_x_request_id;',
        '"~." $http_x_request_id;',
        "nginx",
        "one_id",
    ),
    _real(
        "writes-of-patients-at-flask",
        SITE,
        "    default authoring;",
        "    default rest;",
        "authoring_routes",
        "writes_of_patients",
    ),
    _real(
        "chat-at-flask",
        "deploy/nginx/phases/1.conf",
        "chat      web;",
        "chat      flask;",
        "nginx",
        "each_phase",
    ),
    _real(
        "an-address-that-the-client-names",
        SITE,
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-For $http_x_forwarded_for;",
        "nginx",
        "only_a_proxy",
    ),
    _real(
        "a-post-is-sent-twice",
        SITE,
        "proxy_next_upstream error timeout;",
        "proxy_next_upstream error timeout non_idempotent;",
        "nginx",
        "sent_twice",
    ),
    _real(
        "any-cookie-is-a-share",
        SITE,
        '"~^[0-9a-f]{32}$" $cookie_vp_share;',
        '"~." $cookie_vp_share;',
        "canary",
        "another_value",
    ),
    _real(
        "a-cookie-for-all-addresses",
        SITE,
        "Path=/api; Max-Age",
        "Path=/; Max-Age",
        "canary",
        "cookie_is_random",
    ),
    _real(
        "a-broken-phase-stays",
        "deploy/nginx/switch.py",
        "            files.replace_file(path, text)",
        "            pass",
        "switch",
        "broken_file",
    ),
    _real(
        "unvetted-authors-come-here",
        "deploy/nginx/switch.py",
        'said = _refuse_unvetted(step) if sends_authors and not demote_rest else ""',
        'said = ""',
        "switch",
        "open_whatever_is_unvetted",
    ),
)
FAULTS = (*AUTHORIZATION, *ACCOUNTS, *WORK, *MARKING, *LISTS_AND_UNDO, *NGINX)
