"""The servers of models as processes: llama.cpp's, and LiteLLM in front of it."""

import functools
import json
import os
import secrets
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.real_model import llama_server
from benchmarks.real_model.packages import Packages
from dev.processes import Process, Supervisor
from dev.servers import free_port
from dev.system import responds

# Otherwise waiting threads spin, and on a shared machine hold up those that they wait for.
ENVIRONMENT = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0", "OMP_NUM_THREADS": str(llama_server.THREADS)}
CONTEXT_TOKENS = 8192
LOAD_TIMEOUT_S = 300
START_TIMEOUT_S = 120


class Llama:
    """llama.cpp's server with one slot. `url` is its base URL, `model` what its model goes by; `marks` says that this
    can be expected to mark a conversation, and not only to say something."""

    def __init__(self, packages: Packages, weights: Path, folder: Path, supervisor: Supervisor, *, marks: bool) -> None:
        port = free_port()
        self.name, self.model, self.marks = "llama.cpp", weights.stem[:40], marks
        self._root = f"http://127.0.0.1:{port}"
        self.url = f"{self._root}/v1"
        self._supervisor = supervisor
        arguments = (str(weights), self.model, str(port), "1", str(CONTEXT_TOKENS))
        command = (packages.llama_python, llama_server.__file__, *arguments)
        self._process = Process(self.name, command, folder / "llama.log", {**os.environ, **ENVIRONMENT})

    def start(self) -> None:
        """Start it for the first time, and wait until its model is loaded."""
        self._supervisor.start(self._process)
        self.wait_until_loaded()

    def wait_until_loaded(self) -> None:
        ready = functools.partial(responds, f"{self._root}/health")
        self._supervisor.wait_for("the model", ready, timeout_s=LOAD_TIMEOUT_S)

    def kill(self) -> None:
        """kill -9."""
        self._process.popen.kill()
        self._process.popen.wait()

    def start_again(self) -> None:
        """After `kill`; its model is still to be loaded then."""
        self._process.start()

    def is_writing(self) -> bool:
        """Whether some of an answer has been written, and not all of it."""
        return any(slot["is_processing"] and _written(slot) for slot in self._slots())

    def _slots(self) -> list[dict[str, Any]]:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self._root}/slots", timeout=5) as answer:
                found: list[dict[str, Any]] = json.load(answer)
        except OSError:
            return []
        return found


def _written(slot: dict[str, Any]) -> int:
    """Tokens."""
    told = slot.get("next_token") or [{}]
    return sum(token.get("n_decoded", 0) for token in told)


class LiteLLM:
    """LiteLLM's proxy in front of a server, with a key that it wants."""

    def __init__(self, packages: Packages, behind: Llama, folder: Path) -> None:
        port = free_port()
        self.name = "LiteLLM"
        self.url, self.key = f"http://127.0.0.1:{port}/v1", f"sk-{secrets.token_hex(24)}"
        self._alive = f"http://127.0.0.1:{port}/health/liveliness"
        upstream = {"model": f"openai/{behind.model}", "api_base": behind.url, "api_key": "none"}
        # JSON is YAML.
        settings = folder / "litellm.yaml"
        settings.write_text(json.dumps({"model_list": [{"model_name": behind.model, "litellm_params": upstream}]}))
        # Its list of prices comes with it, and would otherwise be fetched.
        environment = {**os.environ, "LITELLM_MASTER_KEY": self.key, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        options = ("--config", str(settings), "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False")
        self._process = Process(self.name, [packages.litellm, *options], folder / "litellm.log", environment)

    def start(self, supervisor: Supervisor) -> None:
        """Start it, and wait until it answers."""
        supervisor.start(self._process)
        supervisor.wait_for("LiteLLM", functools.partial(responds, self._alive), timeout_s=START_TIMEOUT_S)
