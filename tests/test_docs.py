"""Links in the pages lead somewhere, and the commands, files and tables that they name exist."""

import importlib.util
import re
import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})
ADR = ROOT / "docs" / "adr"
FENCED = re.compile(r"^( *)(```+).*?^ *\2$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`[^`\n]+(?:\n[^`\n]+)?`")
LINK = re.compile(r"\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")
# Which folders a path in a page may begin with; those of the conversation app are named without it.
ROOMS = {"llm", "jobs", "conversation", "marking", "models", "views", "services", "serializers", "tasks"}
BASES = (ROOT, ROOT / "apps" / "openai_integration", ROOT / "apps" / "flask_compat")
# What goes with the old API; the pages still tell of it.
OF_THE_OLD_API = {"apps/flask_compat", "compare_flask", "views/grading.py"}


def named(pages: list[Path]) -> dict[str, str]:
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in pages}


def code(text: str) -> str:
    """What stands in code spans and blocks, a piece a line."""
    blocks = [found[0] for found in FENCED.finditer(text)]
    spans = [found[0].strip("`").replace("\n", " ") for found in INLINE.finditer(FENCED.sub("", text))]
    return "\n".join([*blocks, *spans])


def anchors(text: str) -> set[str]:
    """The names that headings are linked by, as GitHub makes them."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", FENCED.sub("", text), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def missing(names: set[str]) -> set[str]:
    """Them all, less what has gone with the old API where that is left out."""
    if apps.is_installed("apps.flask_compat"):
        return names
    return {name for name in names if not any(name.startswith(old) for old in OF_THE_OLD_API)}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_and_anchor_leads_somewhere(page: Path) -> None:
    text = INLINE.sub("", FENCED.sub("", page.read_text(encoding="utf-8")))
    broken = []
    for target in LINK.findall(text):
        assert not re.match(r"\w+:", target), f"{target} needs a network to be looked at"
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        is_there = place.exists() and place.is_relative_to(ROOT)
        if not is_there or (anchor and anchor not in anchors(place.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


def test_the_anchors_are_those_that_github_makes() -> None:
    text = "# A *b* `c_d`: e, f\n## Twice\n```sh\n# no heading\n```\n## Twice\n### [Linked](x.md) words?\n"
    assert anchors(text) == {"a-b-c_d-e-f", "twice", "twice-1", "linked-words"}


def test_every_page_is_reached_from_the_readme() -> None:
    reached, left = set(), [ROOT / "README.md"]
    while left:
        page = left.pop()
        reached.add(page)
        links = {(page.parent / target.partition("#")[0]).resolve() for target in LINK.findall(page.read_text())}
        left += [path for path in links - reached if path.suffix == ".md"]
    assert set(PAGES) <= reached


def test_every_command_that_a_page_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z ]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    makes = {name for names in targets for name in names.split()}
    commands, modules, made = set(), set(), set()
    for text in named(PAGES).values():
        said = code(text)
        made |= set(re.findall(r"^(?:.*\s)?make ([a-z]+)", said, re.MULTILINE))
        commands |= set(re.findall(r"manage\.py ([a-z_]+)", said))
        modules |= set(re.findall(r"python3? -m ([a-z_.]+[a-z])(?![\w.]*[A-Z])", said))
    assert made >= {"demo", "run", "test"}
    assert commands >= {"migrate", "model_calls", "check_openai", "adopt_flask"}
    assert modules >= {"benchmarks.hall", "tests.fuzzing", "venv"}
    assert made <= makes
    assert missing(commands - set(get_commands())) == set()
    assert {name for name in modules if importlib.util.find_spec(name) is None} == set()


def test_every_file_that_a_page_names_is_there() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()} | ROOMS
    gone = {}
    for page, text in named(PAGES).items():
        paths = re.findall(r"(?<![\w/.{}-])((?:\.?[a-z_]+)(?:/[\w.@-]+)+)", code(text))
        ours = {path.rstrip("./") for path in paths if path.split("/")[0] in folders}
        # A word of a sentence with a slash is no path, and an address of the API may begin like a room.
        ours = {path for path in ours if "." in path.rsplit("/", 1)[-1] or path.split("/")[0] not in ROOMS}
        if absent := missing({path for path in ours if not any((base / path).exists() for base in BASES)}):
            gone[page] = absent
    assert gone == {}


def test_the_readme_is_short_and_says_that_there_is_no_licence_yet() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 250
    assert ("No licence has been chosen yet" in text) != any(ROOT.glob("LICEN[CS]E*"))


def test_the_version_is_said_in_one_place() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert settings.SPECTACULAR_SETTINGS["VERSION"] == version
    described = re.search(r"^  version: (.+)$", (ROOT / "docs" / "openapi.yaml").read_text(), re.MULTILINE)
    assert described
    assert described[1] == version
    newest = re.search(r"^## (\S+?),? ", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert newest[1] == version
    said = re.compile(rf"(?<![\d.]){re.escape(version)}(?![\d.])")
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    sources = [path for path in map(ROOT.joinpath, listed.stdout.split()) if path.exists()]
    assert [path for path in sources if said.search(path.read_text(encoding="utf-8"))] == []


def test_every_benchmark_has_its_figures_and_the_other_way_round() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    runnable = {path.stem for path in (ROOT / "benchmarks").glob("*.py") if "__main__" in path.read_text()}
    assert set(re.findall(r"benchmarks\.([a-z_]+)", page)) == runnable


def test_every_decision_is_listed_under_its_number() -> None:
    pages = sorted(path.name for path in ADR.glob("[0-9]*.md"))
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+)\) \|", (ADR / "README.md").read_text(), re.MULTILINE)
    assert [name for _, name in listed] == pages
    for number, name in listed:
        assert name.startswith(number)
        assert (ADR / name).read_text().startswith(f"# {number}: ")


def test_the_glossary_names_tables_that_there_are() -> None:
    said = set(re.findall(r"tables? `(\w+)`", (ROOT / "docs" / "glossary.md").read_text()))
    assert len(said) > 5
    assert said <= {model._meta.db_table for model in apps.get_models()}
