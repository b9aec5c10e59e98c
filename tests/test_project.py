"""The promises of the project's own files: commands that exist, pins that install anywhere, one version."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9.+!_-]*")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def project() -> dict[str, object]:
    return tomllib.loads(text("pyproject.toml"))["project"]  # type: ignore[no-any-return]


def requirements() -> list[str]:
    found = list(project()["dependencies"])  # type: ignore[call-overload]
    for extra in project()["optional-dependencies"].values():  # type: ignore[attr-defined]
        found += extra
    return [canonical(re.split(r"[\[<>=!~; ]", line)[0]) for line in found]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", text("Makefile"), re.MULTILINE))


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so there is no list of tracked files")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode("utf-8")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_every_make_command_in_the_readme_is_a_target() -> None:
    named = set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", text("README.md"), re.MULTILINE))
    assert {"demo", "test"} <= named
    assert named <= targets()


def test_every_gongkai_command_in_the_readme_exists() -> None:
    from typer.main import get_command

    from cli import app

    named = set(re.findall(r"^(?:\.venv/bin/)?gongkai ([a-z]+)", text("README.md"), re.MULTILINE))
    assert {"extract", "show"} <= named
    assert named <= set(get_command(app).commands)  # type: ignore[attr-defined]


def test_every_phony_target_is_documented() -> None:
    phony = set(re.findall(r"[a-z][a-z-]+", text("Makefile").split(".PHONY:")[1].splitlines()[0]))
    documented = set(re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.MULTILINE))
    assert phony - {"browser"} == documented


def test_continuous_integration_runs_what_a_person_runs() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "make test" in text(".ci/run")


def test_every_constraint_is_a_plain_pin() -> None:
    lines = text("constraints.txt").splitlines()
    assert [line for line in lines if not PIN.fullmatch(line)] == []
    names = [canonical(line.split("==")[0]) for line in lines]
    assert len(names) == len(set(names))
    assert "gongkai" not in names


def test_every_declared_dependency_is_pinned() -> None:
    pinned = {canonical(line.split("==")[0]) for line in text("constraints.txt").splitlines()}
    assert [name for name in requirements() if name not in pinned and name != "gongkai"] == []


def test_every_library_that_the_code_imports_is_declared() -> None:
    known = packages_distributions()
    own = {"extractor", "qa", "evals", "screens", "cli", "ui"}
    declared = set(requirements())
    missing = set()
    for path in tracked():
        if path.suffix != ".py" or path.relative_to(ROOT).parts[0] == "tests":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            for name in {one.split(".")[0] for one in names} - own - set(sys.stdlib_module_names):
                if not declared & {canonical(one) for one in known.get(name, [name])}:
                    missing.add(f"{name} in {path.name}")
    assert missing == set()


def test_the_version_stands_in_one_place() -> None:
    number = project()["version"]
    assert version("gongkai") == number
    assigned = re.compile(r"^\s*__?version__?\s*=\s*['\"]", re.MULTILINE)
    assert [path.name for path in tracked() if path.suffix == ".py" and assigned.search(path.read_text(encoding="utf-8"))] == []


def test_no_tracked_file_names_a_machine_path_or_a_package_index() -> None:
    options = "|".join(f"{first}-{last}" for first, last in (("index", "url"), ("find", "links")))  # in halves: this file is searched too
    forbidden = re.compile(rf"(?<![A-Za-z0-9_.])/(?:work|farm|root|home/[a-z]+)/|{options}|/simple[/'\" ]")
    found = []
    for path in tracked():
        if path.suffix in {".png", ".jpg", ".svg", ".pdf", ".docx", ".xlsx"}:
            continue
        if forbidden.search(path.read_bytes().decode("utf-8", errors="ignore")):
            found.append(path.name)
    assert found == []


def test_the_licence_is_the_whole_apache_licence() -> None:
    licence = text("LICENSE")
    assert "Apache License" in licence and "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence and len(licence) > 10_000
    assert project()["license"] == "Apache-2.0"


def test_every_package_and_module_that_the_project_names_exists() -> None:
    tools = tomllib.loads(text("pyproject.toml"))["tool"]
    for module in tools["setuptools"]["py-modules"]:
        assert (ROOT / f"{module}.py").is_file()
    for pattern in tools["setuptools"]["packages"]["find"]["include"]:
        assert (ROOT / pattern.rstrip("*") / "__init__.py").is_file()


LAYERS = ("extractor", "qa", "evals", "screens", "cli", "ui")
"""Who may import whom: a layer those to the left of it."""
UPWARD = {("evals/bench_page.py", "screens"), ("screens/serving.py", "ui"), ("screens/screenshots.py", "ui")}
"""The bench of the page asks the page's own functions; serving and picturing the page start the program that is the page."""
ROOMS = {
    "forms": {"forms"},
    "model": {"forms", "model"},
    "reading": {"forms", "model", "reading"},
    "llm": {"forms", "model", "llm"},
    "crosscheck": {"forms", "model", "crosscheck"},
}
"""Rooms of the extractor that know only these; all may use its plain modules ``errors`` and ``paths``."""


def imported(path: Path) -> set[str]:
    """Dotted names of the project's modules that a file imports, wherever in the file."""
    package = list(path.relative_to(ROOT).parts[:-1])
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {base} if node.module else {f"{base}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in LAYERS}


def modules() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0].removesuffix(".py") in LAYERS]


def test_imports_point_one_way() -> None:
    upward = set()
    for path in modules():
        layer = path.relative_to(ROOT).parts[0].removesuffix(".py")
        for name in imported(path):
            if LAYERS.index(name.split(".")[0]) > LAYERS.index(layer):
                upward.add((path.relative_to(ROOT).as_posix(), name.split(".")[0]))
    assert upward == UPWARD


def test_rooms_of_the_extractor_do_not_know_each_other() -> None:
    rooms = {path.name for path in (ROOT / "extractor").iterdir() if (path / "__init__.py").is_file()}
    assert rooms > set(ROOMS)
    seen = 0
    for path in modules():
        parts = path.relative_to(ROOT).parts
        if parts[0] != "extractor" or parts[1] not in ROOMS:
            continue
        others = {name.split(".")[1] for name in imported(path) if name.startswith("extractor.")}
        assert others - ROOMS[parts[1]] - {"errors", "paths"} == set(), path.name
        seen += bool(others)
    assert seen > 30
