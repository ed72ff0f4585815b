"""`make demo`: the whole system for the length of one talk and its marking."""

from dev import talk
from dev.install import install
from dev.paths import temporary_folder
from dev.processes import Supervisor
from dev.system import Progress, bring_up
from dev.workers import ONE


def demo() -> None:
    """Set up, start, talk as a student, show the marks, stop; OperatorError if any of it did not come off."""
    install("demo")
    progress = Progress()
    with temporary_folder() as folder, Supervisor() as supervisor:
        system = bring_up(supervisor, folder, progress, kept=False, workers=ONE)
        progress.say(f"Ready; the patient is played by {system.model}")
        print(system.accounts)
        talk.hold(f"http://127.0.0.1:{system.ports['web']}", check=supervisor.check)
        progress.say("Stopping")
    progress.say("Done")
