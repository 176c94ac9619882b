"""House rules that no general linter knows. `python -m tests.house.lints` checks the tree; exit 1 with each finding.

Each lint takes one parsed module and yields findings; `test_lints.py` holds a good and a bad sample for each.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MOST_LINES = 500
CLOCKS = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "time.time",
        "time.time_ns",
        "time.localtime",
        "time.gmtime",
        "time.ctime",
        "django.utils.timezone.now",
        "django.utils.timezone.localtime",
        "django.utils.timezone.localdate",
        "django.db.models.functions.Now",
    }
)
STOPWATCHES = frozenset({"time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns"})
MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
ALWAYS_GUARDED = frozenset({"Organization", "Event", "Clock", "User", "ApiToken", "SignInLink"})
NAIVE_ON_PURPOSE = "noqa: DTZ001 - "  # with the reason, as for the general linter
TZINFO_POSITION = 8  # datetime(year, month, day, hour, minute, second, microsecond, tzinfo)


@dataclass(frozen=True, slots=True)
class Module:
    """`path` is relative to the repository, with slashes."""

    path: str
    text: str
    tree: ast.Module

    @staticmethod
    def of(path: str, text: str) -> Module:
        return Module(path, text, ast.parse(text))

    @property
    def slice(self) -> str:
        """`accounts`, `channels/email`, ...; empty outside the package."""
        parts = Path(self.path).parts
        if parts[:2] != ("src", "sterling") or len(parts) < 4:
            return ""
        return "/".join(parts[2:4]) if parts[2] in {"channels", "premium"} and len(parts) > 4 else parts[2]


@dataclass(frozen=True, slots=True)
class Finding:
    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class Model:
    name: str
    slice: str


def imported(tree: ast.Module) -> dict[str, str]:
    """What each imported name means: `dt` -> `datetime`, `clock` -> `time.time`."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    names[alias.asname] = alias.name
                else:
                    names[alias.name.split(".", maxsplit=1)[0]] = alias.name.split(".", maxsplit=1)[0]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def meaning(node: ast.expr, names: dict[str, str]) -> str:
    """The full dotted name of an expression, or nothing."""
    if isinstance(node, ast.Attribute):
        inner = meaning(node.value, names)
        return f"{inner}.{node.attr}" if inner else ""
    return names.get(node.id, "") if isinstance(node, ast.Name) else ""


def clock_readings(module: Module) -> Iterator[Finding]:
    """Only `base/moment.py` reads the clock; the core has no stopwatch either."""
    if not module.path.startswith("src/") or module.path == "src/sterling/base/moment.py":
        return
    forbidden = CLOCKS | STOPWATCHES if module.slice == "core" else CLOCKS
    names = imported(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute | ast.Name) and meaning(node, names) in forbidden:
            yield Finding(
                module.path, node.lineno, f"reads the clock ({meaning(node, names)}): take `now` instead"
            )


def models_of(modules: Iterable[Module]) -> list[Model]:
    """Models whose rows belong to an organization or open a door."""
    found = []
    for module in modules:
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and any(
                ast.unparse(base) == "models.Model" for base in node.bases
            ):
                fields = {
                    target.id
                    for statement in node.body
                    if isinstance(statement, ast.Assign)
                    for target in statement.targets
                    if isinstance(target, ast.Name)
                }
                owned = fields & {"organization", "organization_id", "ticket", "timeline"}
                if module.slice != "base" and (owned or node.name in ALWAYS_GUARDED):
                    found.append(Model(node.name, module.slice))
    return found


def unguarded_doors(module: Module, guarded: Iterable[Model]) -> Iterator[Finding]:
    """A guarded model is reached through its slice's access and queries, never by its manager from outside."""
    if not module.path.startswith("src/"):
        return
    homes = {model.name: model.slice for model in guarded}
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Attribute) or node.attr not in MANAGERS:
            continue
        owner = node.value
        name = (
            owner.id
            if isinstance(owner, ast.Name)
            else owner.attr
            if isinstance(owner, ast.Attribute)
            else ""
        )
        if name in homes and homes[name] != module.slice:
            yield Finding(
                module.path, node.lineno, f"{name}.{node.attr} outside {homes[name]}: use its guarded door"
            )


def long_modules(module: Module) -> Iterator[Finding]:
    lines = module.text.count("\n")
    if lines > MOST_LINES:
        yield Finding(module.path, lines, f"{lines} lines; {MOST_LINES} is the most")


def naive_datetimes(module: Module) -> Iterator[Finding]:
    """Tests say which zone they mean, unless they show, with a reason, that naive ones are refused."""
    if not module.path.startswith("tests/"):
        return
    names = imported(module.tree)
    lines = module.text.splitlines()
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        called = meaning(node.func, names)
        keywords = {keyword.arg for keyword in node.keywords}
        spread = None in keywords or any(isinstance(value, ast.Starred) for value in node.args)
        bare = called == "datetime.datetime" and len(node.args) < TZINFO_POSITION and "tzinfo" not in keywords
        bare |= called == "datetime.datetime.now" and not node.args and "tz" not in keywords
        bare |= called == "datetime.datetime.utcnow"
        if (
            bare
            and not spread
            and not any(NAIVE_ON_PURPOSE in line for line in lines[node.lineno - 1 : node.end_lineno])
        ):
            yield Finding(module.path, node.lineno, "a naive datetime: give it a zone")


def hidden_work(module: Module) -> Iterator[Finding]:
    """No signals and no `save` or `delete` of a model's own: the caller calls."""
    if not module.path.startswith("src/"):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module in {
            "django.dispatch",
            "django.db.models.signals",
        }:
            yield Finding(module.path, node.lineno, "signals hide who calls whom")
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "models.Model" for base in node.bases):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and part.name in {"save", "delete"}:
                    yield Finding(
                        module.path, part.lineno, f"{node.name}.{part.name} is overridden: write an action"
                    )


SIMPLE: tuple[Callable[[Module], Iterator[Finding]], ...] = (
    clock_readings,
    long_modules,
    naive_datetimes,
    hidden_work,
)


def check(modules: Iterable[Module]) -> list[Finding]:
    """Every finding in these modules, all lints."""
    every = list(modules)
    guarded = models_of(every)
    findings = [found for module in every for lint in SIMPLE for found in lint(module)]
    return findings + [found for module in every for found in unguarded_doors(module, guarded)]


def tree(root: Path = REPOSITORY) -> Iterator[Module]:
    for folder in ("src", "tests", "bench"):
        for path in sorted((root / folder).rglob("*.py")):
            yield Module.of(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))


def main() -> int:
    findings = check(tree())
    for finding in findings:
        print(finding)  # noqa: T201 - its purpose
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
