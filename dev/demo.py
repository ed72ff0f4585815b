"""`make demo`: start the whole system for one sample consultation and its evaluation."""

from dev import consultation
from dev.install import install
from dev.paths import temporary_folder
from dev.processes import Supervisor
from dev.run import chosen_port
from dev.system import Progress, bring_up
from dev.workers import SINGLE_WORKER


def demo() -> None:
    """Start the system, run the consultation as a student, print the marks, stop; OperatorError if a step fails."""
    install("demo")
    progress = Progress()
    with temporary_folder() as folder, Supervisor() as supervisor:
        system = bring_up(supervisor, folder, progress, kept=False, workers=SINGLE_WORKER)
        progress.say(f"Ready; the patient is played by {system.model}")
        print(system.accounts)
        consultation.run_consultation(f"http://127.0.0.1:{system.ports['web']}", check=supervisor.check)
        progress.say("Stopping")
    progress.say("Done")
    print(f"To hold a conversation of your own: `make run`, then open http://127.0.0.1:{chosen_port()}/", flush=True)
