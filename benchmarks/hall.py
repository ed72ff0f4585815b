"""A lecture hall of students starts within seconds.

python -m benchmarks.hall [--students 300] [--over 10] [--model-seconds 3] [--poll] [--page]

Everybody signs in from one address, opens a thread, says something and follows the reply, through nginx, against the
production set of processes. Exits with 1 if a requirement is not met.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from benchmarks.accounting import Meter, percentile, print_costs, print_figures
from benchmarks.audit import Finding, audit, report
from benchmarks.production import Production, production
from benchmarks.students import Exchange, FailedError, Student

REPLY_P95_S = 10.0
FIRST_TEXT_P95_S = 2.0
WORKERS_MIB = 600.0
WARM_UP = 8


@dataclass
class Seen:
    """The exchanges and errors that the students saw."""

    exchanges: list[Exchange] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)

    @property
    def answered(self) -> list[Exchange]:
        return [exchange for exchange in self.exchanges if exchange.status == "completed" and exchange.reply]


async def one_exchange(
    site: Production, email: str, delay_s: float, activity: int, seen: Seen, *, page: bool = False
) -> None:
    """Sign in, open a thread, send a message that nobody else sends, and wait for the reply. With `page`, read on the
    way what the students' page reads."""
    await asyncio.sleep(delay_s)
    student = Student(site.port, email, seen.troubles)
    try:
        await student.sign_in()
        for view in ("home", "exercise") if page else ():
            await student.look_at(view, activity)
        await student.open_thread(activity)
        if page:
            await student.look_at("conversation", activity)
        seen.exchanges.append(await student.ask(f"How long have you had the pain? I am {email}."))
        if page:
            await student.look_at("reply", activity)
    except FailedError as error:
        seen.errors.append(str(error))
    finally:
        student.close()


async def crowd(site: Production, count: int, over_s: float, *, page: bool = False) -> Seen:
    """Run `count` students, whose starts are spread evenly over `over_s` seconds."""
    emails, activity, seen = site.make_students(count), site.activity(), Seen()
    comings = (
        one_exchange(site, email, over_s * number / count, activity, seen, page=page)
        for number, email in enumerate(emails)
    )
    await asyncio.gather(*comings)
    return seen


def first_texts(site: Production, exchanges: list[Exchange]) -> list[float]:
    """Seconds from the model's first text to the student's."""
    records = site.emulator("GET", f"requests?limit={10 * len(exchanges)}")["requests"]
    at = {_last_said(record): record.get("first_text_at") for record in records}
    return [
        exchange.first_text_at - began
        for exchange in exchanges
        if exchange.live and exchange.first_text_at is not None and (began := at.get(exchange.question)) is not None
    ]


def _last_said(record: dict[str, dict[str, list[dict[str, str]]]]) -> str:
    messages = (record.get("json") or {}).get("input") or [{}]
    return messages[-1].get("content", "")


def no_faults(site: Production) -> Finding:
    """Look for 5xx in nginx's log, since the client of a stream gets a 200 even if the service is down."""
    log = site.process("nginx").folder / "virtual-patient.log"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    faults = Counter(f"{status} {line['path']}" for line in lines if (status := _status(line)) >= 500)
    return Finding(
        "answers of 5xx", f"{faults.total()} of {len(lines)} {dict(faults.most_common(3)) or ''}", not faults
    )


def _status(line: dict[str, Any]) -> int:
    """The worse of nginx's status and that of the last service it asked."""
    last = re.findall(r"\d+", line["upstream_status"])[-1:]
    return max([line["status"], *map(int, last)])


def measure(site: Production, arguments: argparse.Namespace) -> bool:
    """Run it once and print the figures; return whether all requirements are met."""
    asyncio.run(crowd(site, WARM_UP, 1.0))
    site.emulator("DELETE", "requests")
    site.emulator("POST", "settings", {"latency_s": arguments.model_seconds})
    meter, begun = Meter(site.supervisor), time.monotonic()
    seen = asyncio.run(crowd(site, arguments.students, arguments.over, page=arguments.page))
    took, spent = time.monotonic() - begun, meter.seconds()
    times = [exchange.seconds for exchange in seen.answered]
    texts = first_texts(site, seen.answered)
    print_figures(
        f"{arguments.students} students over {arguments.over:g} s, {arguments.model_seconds:g} s of model time",
        [
            ("from the first coming to the last reply", f"{took:.1f} s, {len(times) / took:.1f} exchanges a second"),
            ("from the POST to the whole reply", _p50_p95(times)),
            ("from the model's first text to the student's", _p50_p95(texts)),
            ("followed by events to the end", f"{sum(exchange.live for exchange in seen.answered)} of {len(times)}"),
            ("troubles that clients dealt with", ", ".join(f"{k} {n}" for k, n in seen.troubles.items()) or "none"),
        ],
    )
    for error in seen.errors[:5]:
        print(f"  {error}")
    peak = print_costs(spent, site.supervisor, site.worker_names)
    return report([*_must_hold(arguments, seen, times, texts, peak), no_faults(site), *audit(site, seen.exchanges)])


def _must_hold(
    arguments: argparse.Namespace, seen: Seen, times: list[float], texts: list[float], peak_mib: float
) -> list[Finding]:
    lost = arguments.students - len(times)
    found = [
        Finding("students, answered", f"{arguments.students}, {len(times)}", lost == 0),
        Finding("errors", str(len(seen.errors)), not seen.errors),
        Finding(f"memory of all workers under {WORKERS_MIB:g} MiB", f"{peak_mib:.0f}", peak_mib < WORKERS_MIB),
    ]
    if not arguments.poll:
        p95, first = percentile(times, 0.95), percentile(texts, 0.95)
        found.append(Finding(f"p95 of the whole reply under {REPLY_P95_S:g} s", f"{p95:.1f}", p95 < REPLY_P95_S))
        what = f"p95 of the first text under {FIRST_TEXT_P95_S:g} s"
        found.append(Finding(what, f"{first:.2f}", first < FIRST_TEXT_P95_S))
    return found


def _p50_p95(values: list[float]) -> str:
    return f"p50 {percentile(values, 0.5):.2f} s, p95 {percentile(values, 0.95):.2f} s, n {len(values)}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hall")
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--over", type=float, default=10.0, help="seconds in which they come")
    parser.add_argument("--model-seconds", type=float, default=3.0)
    parser.add_argument("--page", action="store_true", help="with all requests of the students' page")
    parser.add_argument("--poll", action="store_true", help="background answers, polled (OPENAI_RUN_MODE=poll)")
    arguments = parser.parse_args()
    with production(OPENAI_RUN_MODE="poll" if arguments.poll else "") as site:
        return 0 if measure(site, arguments) else 1


if __name__ == "__main__":
    sys.exit(main())
