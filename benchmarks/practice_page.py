"""How fast the students' page is there on a slow phone: the median of five cold loads, in chromium, offline.

python -m benchmarks.practice_page [--loads 5]

The phone and its network are those of Lighthouse 10's mobile run with DevTools throttling: 1.6 Mbit/s, 150 ms of round
trip, a processor four times slower. The figures are chromium's own performance entries. Each counts by Lighthouse 10's
log-normal curve, on which a value at `p10` scores 0.9 and one at `median` scores 0.5:

    score = P(Z > ln(value / median) / s),    s = ln(median / p10) / 1.2816,    Z standard normal

The score is their weighted mean, from 0 to 100. Points and weights are of Lighthouse's "performance scoring" page
(developer.chrome.com/docs/lighthouse/performance/performance-scoring) and its calculator. The speed index takes films
of the page and is left out; the others share its tenth.

Exits with 1 if the median score is under 85, or the page's files are over 120 kB before compression.
"""

import argparse
import math
import shutil
import statistics
import sys
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.accounting import print_figures
from benchmarks.audit import Finding, report
from benchmarks.production import production

LEAST_SCORE, MOST_BYTES = 85, 120_000
NORMAL = statistics.NormalDist()
SCREEN = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 1.75, "is_mobile": True, "has_touch": True}
# What a delay and a rate of the browser's throttling amount to in a real network.
DELAY_FACTOR, RATE_FACTOR = 3.75, 0.9
NETWORK = {
    "offline": False,
    "latency": 150 * DELAY_FACTOR,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8 * RATE_FACTOR,
    "uploadThroughput": 750 * 1024 / 8 * RATE_FACTOR,
}
CPU_SLOWDOWN = 4
WATCH = """
    window.entries = [];
    for (const type of ["paint", "largest-contentful-paint", "longtask", "layout-shift"]) {
        new PerformanceObserver((list) => window.entries.push(...list.getEntries())).observe({ type, buffered: true });
    }
"""
READ = """() => {
    const of = (type) => window.entries.filter((entry) => entry.entryType === type);
    const painted = of("paint").find(({ name }) => name === "first-contentful-paint").startTime;
    const blocking = of("longtask").filter(({ startTime, duration }) => startTime + duration > painted);
    const resources = performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"));
    const files = resources.filter(({ initiatorType }) => initiatorType !== "fetch");
    return {
        first_paint_ms: painted,
        largest_paint_ms: of("largest-contentful-paint").at(-1).startTime,
        blocking_ms: blocking.reduce((sum, { duration }) => sum + duration - 50, 0),
        shift: of("layout-shift").reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0),
        sent_bytes: files.reduce((sum, { transferSize }) => sum + transferSize, 0),
        bytes: files.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0),
    };
}"""


@dataclass(frozen=True)
class Curve:
    p10: float
    median: float
    weight: float

    def score(self, value: float) -> float:
        """From 1 for nothing to 0 for endless."""
        if value <= 0:
            return 1.0
        spread = math.log(self.median / self.p10) / NORMAL.inv_cdf(0.9)
        return NORMAL.cdf(-math.log(value / self.median) / spread)


CURVES = {
    "first_paint_ms": Curve(1800, 3000, 0.10),
    "largest_paint_ms": Curve(2500, 4000, 0.25),
    "blocking_ms": Curve(200, 600, 0.30),
    "shift": Curve(0.1, 0.25, 0.25),
}


def score(load: dict[str, float]) -> float:
    weights = sum(curve.weight for curve in CURVES.values())
    return 100 * sum(curve.weight * curve.score(load[name]) for name, curve in CURVES.items()) / weights


def load_once(browser: Browser, url: str) -> dict[str, float]:
    """The figures of one load by somebody who comes for the first time."""
    screen: dict[str, Any] = SCREEN
    with browser.new_context(**screen) as context:
        page = context.new_page()
        page.add_init_script(WATCH)
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", NETWORK)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
        page.goto(url, wait_until="networkidle")
        page.locator("h1").wait_for()
        read: dict[str, float] = page.evaluate(READ)
    return read


def measure(url: str, loads: int) -> bool:
    """Print the medians; return whether the requirements are met."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--headless", "--no-sandbox"])
        read = [load_once(browser, url) for _ in range(loads)]
        browser.close()
    middle = {name: statistics.median(load[name] for load in read) for name in read[0]}
    scores = sorted(map(score, read))
    found = statistics.median(scores)
    print_figures(
        f"the students' page, {loads} cold loads on a slow phone",
        [
            ("first contentful paint", f"{middle['first_paint_ms']:.0f} ms"),
            ("largest contentful paint", f"{middle['largest_paint_ms']:.0f} ms"),
            ("total blocking time", f"{middle['blocking_ms']:.0f} ms"),
            ("cumulative layout shift", f"{middle['shift']:.3f}"),
            ("sent, and before compression", f"{middle['sent_bytes']:.0f}, {middle['bytes']:.0f} bytes"),
            ("scores", ", ".join(f"{one:.0f}" for one in scores)),
        ],
    )
    size = middle["bytes"]
    return report(
        [
            Finding(f"median score of at least {LEAST_SCORE}", f"{found:.0f}", found >= LEAST_SCORE),
            Finding(f"at most {MOST_BYTES} bytes before compression", f"{size:.0f}", size <= MOST_BYTES),
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.practice_page")
    parser.add_argument("--loads", type=int, default=5)
    arguments = parser.parse_args()
    with production() as site:
        return 0 if measure(f"http://127.0.0.1:{site.port}/", arguments.loads) else 1


if __name__ == "__main__":
    sys.exit(main())
