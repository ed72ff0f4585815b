"""Compare the database with what the students saw: nothing is lost, stored twice or out of order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.production import Production
from benchmarks.students import Exchange

# Replies that do not follow the message that they answer.
OUT_OF_ORDER = """
    SELECT count(*) FROM (
        SELECT role, run_id, created_at, lag(role, 1, 'assistant') OVER thread AS before,
               lag(id) OVER thread AS asked, id
        FROM messages WINDOW thread AS (PARTITION BY thread_id ORDER BY created_at)
    ) AS message LEFT JOIN runs ON runs.id = message.run_id
    WHERE message.role = 'assistant' AND (message.before <> 'user' OR runs.user_message_id <> message.asked)
"""
# Calls of runs, and those among them that may have met a server that was away or busy: they are not counted.
CALLS = """
    SELECT count(*), count(*) FILTER (WHERE outcome = ANY(%s)) FROM usage_records WHERE run_id IS NOT NULL
"""
NOT_COUNTED = ["unreachable", "loading", "rate_limited", "unavailable"]


@dataclass(frozen=True)
class Finding:
    """A requirement, what was found, and whether it is met."""

    what: str
    found: str
    holds: bool


def audit(site: Production, asked: Iterable[Exchange]) -> list[Finding]:
    """Compare the accepted exchanges with the rows in the database."""
    accepted = [exchange for exchange in asked if exchange.run_id]
    runs = [exchange.run_id for exchange in accepted]
    kept = site.rows("SELECT count(DISTINCT content) FROM messages WHERE role = 'user' AND content = ANY(%s)",
                     [exchange.question for exchange in accepted])[0][0]  # fmt: skip
    twice = site.rows("SELECT count(*) - count(DISTINCT (thread_id, content)) FROM messages WHERE role = 'user'")[0][0]
    ended = site.rows("SELECT count(*) FROM runs WHERE id = ANY(%s::uuid[]) AND finished_at IS NOT NULL", runs)[0][0]
    still_open = site.rows("SELECT count(*) FROM runs WHERE finished_at IS NULL")[0][0]
    doubled = site.rows("SELECT count(*) FROM (SELECT run_id FROM messages WHERE run_id IS NOT NULL GROUP BY run_id"
                        " HAVING count(*) > 1) AS many")[0][0]  # fmt: skip
    unlike = _unlike_what_was_shown(site, accepted)
    attempts = site.rows("SELECT coalesce(sum(attempts), 0) FROM runs")[0][0]
    usage, absent = site.rows(CALLS, NOT_COUNTED)[0]
    disordered = site.rows(OUT_OF_ORDER)[0][0]
    return [
        Finding("students' messages accepted, kept", f"{len(accepted)}, {kept}", len(accepted) == kept),
        Finding("runs started, ended", f"{len(runs)}, {ended}", len(runs) == ended and not still_open),
        Finding("messages of students twice", str(twice), twice == 0),
        Finding("replies twice", str(doubled), doubled == 0),
        Finding("replies out of order", str(disordered), disordered == 0),
        Finding("replies shown, not as stored", str(unlike), unlike == 0),
        Finding("calls counted, usage rows", f"{attempts}, {usage}", usage - absent <= attempts <= usage),
    ]


def _unlike_what_was_shown(site: Production, accepted: Sequence[Exchange]) -> int:
    completed = {exchange.run_id: exchange.reply for exchange in accepted if exchange.status == "completed"}
    stored = dict(site.rows("SELECT run_id::text, content FROM messages WHERE run_id = ANY(%s::uuid[])",
                            list(completed)))  # fmt: skip
    return sum(stored.get(run_id) != reply for run_id, reply in completed.items())


def report(findings: Sequence[Finding]) -> bool:
    """Print the findings; return whether all requirements are met."""
    print()
    for finding in findings:
        print(f"  {finding.what:44} {finding.found:>14}   {'holds' if finding.holds else 'DOES NOT HOLD'}")
    return all(finding.holds for finding in findings)
