"""What is in the database, against what the students were told: nothing lost, nothing twice, nothing out of order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.production import Production
from benchmarks.students import Turn

# Turns of a thread that are not the other one's answer or question: two in a row of one role, or the patient first.
OUT_OF_ORDER = """
    SELECT count(*) FROM (
        SELECT role, run_id, created_at, lag(role, 1, 'assistant') OVER talk AS before,
               lag(id) OVER talk AS asked, id
        FROM messages WINDOW talk AS (PARTITION BY thread_id ORDER BY created_at)
    ) AS turn LEFT JOIN runs ON runs.id = turn.run_id
    WHERE turn.role = 'assistant' AND (turn.before <> 'user' OR runs.user_message_id <> turn.asked)
"""


@dataclass(frozen=True)
class Finding:
    """One thing that must hold, in words, and whether it does."""

    what: str
    found: str
    holds: bool


def audit(site: Production, asked: Iterable[Turn]) -> list[Finding]:
    """Compare the turns that were accepted with the rows."""
    accepted = [turn for turn in asked if turn.run_id]
    runs = [turn.run_id for turn in accepted]
    kept = site.rows("SELECT count(DISTINCT content) FROM messages WHERE role = 'user' AND content = ANY(%s)",
                     [turn.question for turn in accepted])[0][0]  # fmt: skip
    twice = site.rows("SELECT count(*) - count(DISTINCT (thread_id, content)) FROM messages WHERE role = 'user'")[0][0]
    ended = site.rows("SELECT count(*) FROM runs WHERE id = ANY(%s::uuid[]) AND finished_at IS NOT NULL", runs)[0][0]
    still_open = site.rows("SELECT count(*) FROM runs WHERE finished_at IS NULL")[0][0]
    doubled = site.rows("SELECT count(*) FROM (SELECT run_id FROM messages WHERE run_id IS NOT NULL GROUP BY run_id"
                        " HAVING count(*) > 1) AS many")[0][0]  # fmt: skip
    unlike = _unlike_what_was_shown(site, accepted)
    attempts, usage = site.rows("SELECT (SELECT coalesce(sum(attempts), 0) FROM runs),"
                                " (SELECT count(*) FROM usage_records WHERE run_id IS NOT NULL)")[0]  # fmt: skip
    disordered = site.rows(OUT_OF_ORDER)[0][0]
    return [
        Finding("students' messages accepted, kept", f"{len(accepted)}, {kept}", len(accepted) == kept),
        Finding("runs started, ended", f"{len(runs)}, {ended}", len(runs) == ended and not still_open),
        Finding("messages of students twice", str(twice), twice == 0),
        Finding("replies twice", str(doubled), doubled == 0),
        Finding("replies out of order", str(disordered), disordered == 0),
        Finding("replies shown, not as stored", str(unlike), unlike == 0),
        Finding("calls begun, usage rows", f"{attempts}, {usage}", attempts == usage),
    ]


def _unlike_what_was_shown(site: Production, accepted: Sequence[Turn]) -> int:
    completed = {turn.run_id: turn.reply for turn in accepted if turn.status == "completed"}
    stored = dict(site.rows("SELECT run_id::text, content FROM messages WHERE run_id = ANY(%s::uuid[])",
                            list(completed)))  # fmt: skip
    return sum(stored.get(run_id) != reply for run_id, reply in completed.items())


def report(findings: Sequence[Finding]) -> bool:
    """Print them; whether all hold."""
    print()
    for finding in findings:
        print(f"  {finding.what:44} {finding.found:>14}   {'holds' if finding.holds else 'DOES NOT HOLD'}")
    return all(finding.holds for finding in findings)
