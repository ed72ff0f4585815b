"""`make demo`: the whole system for the length of one talk and its marking."""

from deploy.local import talk
from deploy.local.install import install
from deploy.local.paths import temporary_folder
from deploy.local.processes import Supervisor
from deploy.local.system import Progress, bring_up
from deploy.local.workers import ONE


def demo() -> None:
    """Set up, start, talk as a student, show the marks, stop; LocalError if any of it did not come off."""
    install("demo")
    progress = Progress()
    with temporary_folder() as folder, Supervisor() as supervisor:
        system = bring_up(supervisor, folder, progress, kept=False, workers=ONE)
        progress.say(f"Ready; the patient is played by {system.model}")
        print(system.accounts)
        talk.hold(f"http://127.0.0.1:{system.ports['web']}", check=supervisor.check)
        progress.say("Stopping")
    progress.say("Done")
