"""llama.cpp's server, until it is stopped: run by the Python that has it, which is not the project's.

llama_server.py WEIGHTS NAME PORT SLOTS CONTEXT_TOKENS
"""

import importlib
import signal
import sys

THREADS = 2


def main() -> None:
    weights, name, port, slots, context = sys.argv[1:]
    llama = importlib.import_module("xllamacpp")
    settings = llama.CommonParams()
    settings.model.path = weights
    settings.model_alias = {name}
    settings.port = int(port)
    settings.n_parallel = int(slots)
    settings.n_ctx = int(context) * int(slots)
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = THREADS
    settings.ui = False
    server = llama.Server(settings)
    print(f"{name} at {server.listening_address}", flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
