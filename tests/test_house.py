"""The rules of the house: see docs/architecture.md."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGES = ("adapters", "connector", "mappings", "sandbox")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-audit.lock")

LONGEST_FILE = 250
LONGEST_FUNCTION = 25
LONGER_FILES = {"adapters/base.py"}  # the CRM protocol: one page that the writer of an adapter reads whole
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "core", "misc"}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1


def _pins(lock: str) -> dict[str, str]:
    """Each pinned package of a lock file with the lines that belong to it."""
    blocks = re.split(r"^(?=\S)", (ROOT / lock).read_text(), flags=re.MULTILINE)
    return {canonicalize_name(re.split(r"[=\s]", block)[0]): block for block in blocks if block.strip()}


def _complaints(*arguments: str) -> str:
    """What a checker says about the checkout; nothing when it is content."""
    command = [sys.executable, *arguments]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    return ran.stdout + ran.stderr if ran.returncode else ""


def _requirements(*groups: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = [line for group in groups for line in project["dependency-groups"][group] if isinstance(line, str)]
    return {canonicalize_name(Requirement(line).name) for line in [*project["project"]["dependencies"], *named]}


def _find_circle(uses: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(uses).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Each of our files with those that it imports."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    paths = {module: _name(path) for path in FILES if (module := _module(path)) in graph.modules}
    return {
        path: {paths[used] for used in graph.find_modules_directly_imported_by(module) if used in paths}
        for module, path in paths.items()
    }


def _module(path: Path) -> str:
    return _name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_the_import_contracts_hold():
    assert _complaints("-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache") == ""


def test_no_files_import_each_other_in_a_circle(imports):
    assert _find_circle(imports) == []


def test_no_folders_import_each_other_in_a_circle(imports):
    folders: dict[str, set[str]] = {}
    for path, used in imports.items():
        folder = str(PurePosixPath(path).parent)
        folders.setdefault(folder, set()).update(str(PurePosixPath(other).parent) for other in used)
    assert _find_circle({folder: used - {folder} for folder, used in folders.items()}) == []


def test_the_circle_finder_finds_circles():
    assert _find_circle({"a": {"b"}, "b": {"a"}}) != []


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "__init__.py"], ids=_name)
def test_an_init_file_holds_a_docstring_and_nothing_else(path):
    (only,) = ast.parse(path.read_text()).body
    assert isinstance(only, ast.Expr)
    assert isinstance(only.value, ast.Constant)


def test_no_file_is_long():
    lengths = {_name(path): len(path.read_text().splitlines()) for path in FILES}
    assert {name for name, lines in lengths.items() if lines > LONGEST_FILE} <= LONGER_FILES


def test_no_function_is_long():
    lengths = {
        f"{_name(path)}:{function.lineno}": _body_lines(function) for path in FILES for function in _functions(path)
    }
    assert {place: lines for place, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_no_file_or_folder_has_a_vague_name():
    names = {_name(path): set(path.relative_to(ROOT).with_suffix("").parts) for path in FILES}
    assert {name for name, parts in names.items() if parts & VAGUE_NAMES} == set()


def test_every_test_file_has_a_name_of_its_own():
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_public_functions_and_classes_say_what_they_are_for():
    rules = "D100,D101,D102,D103,D104"
    assert _complaints("-m", "ruff", "check", "--no-cache", "--quiet", "--select", rules, *PACKAGES) == ""


@pytest.mark.parametrize("lock", LOCKS)
def test_each_locked_package_is_pinned_with_hashes(lock):
    pins = _pins(lock)
    assert pins
    assert [name for name, block in pins.items() if "==" not in block or "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_machine(lock):
    text = (ROOT / lock).read_text()
    assert (
        re.findall(r"^-.*|\w+://\S*|\s/\S+|.*index.*", re.sub(r"#   -c requirements\.lock", "", text), re.MULTILINE)
        == []
    )


def test_the_runtime_lock_holds_what_the_project_needs_to_build_and_run():
    assert _requirements("build") - _pins("requirements.lock").keys() == set()


def test_the_development_lock_holds_all_that_the_runtime_lock_pins():
    development = _pins("requirements-dev.lock")
    assert _requirements("build", "dev") - development.keys() == set()
    for name, block in _pins("requirements.lock").items():
        assert block.partition(" \\")[0] == development[name].partition(" \\")[0]
