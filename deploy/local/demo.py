"""`make demo`: the whole system for the length of one talk and its marking."""

from deploy.local import talk
from deploy.local.install import install
from deploy.local.paths import temporary_folder
from deploy.local.processes import Supervisor
from deploy.local.servers import start_data_servers
from deploy.local.system import (
    Stopwatch,
    System,
    choose_ports,
    environment,
    load_samples,
    manage,
    model_in_words,
)


def demo() -> None:
    """Set up, start, talk as a student, show the marks, stop; LocalError if any of it did not come off."""
    watch = Stopwatch()
    install("demo")
    with temporary_folder() as folder, Supervisor() as supervisor:
        watch.say("Starting PostgreSQL and Redis")
        data = start_data_servers(supervisor, folder)
        ports = choose_ports()
        settings = environment(folder, data, ports, proxies=0)
        # Loading Django takes these seconds, which the migrations leave a core free for.
        watch.say("Starting emulator, async and web; migrating, loading the samples")
        system = System(supervisor, folder, settings, ports)
        system.start("emulator", "async", "web")
        manage(settings, "migrate", "--verbosity=0")
        print(load_samples(settings))
        watch.say("Starting worker and beat")
        system.start("worker", "beat")
        system.wait_until_ready()
        watch.say(f"Ready; the patient is played by {model_in_words(settings)}")
        talk.hold(f"http://127.0.0.1:{ports['web']}", check=supervisor.check)
        watch.say("Stopping")
    watch.say("Done")
