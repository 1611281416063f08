"""The house's rules as functions: each takes the text of one file and gives what it found, as `line: what`."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNSAFE_CALLS = {"eval", "exec", "mark_safe", "SafeString", "SafeText"}
UNSAFE_MODULES = {"pickle", "marshal", "shelve"}
UNSAFE_ARGUMENTS = {("shell", True), ("verify", False)}
UNSAFE_SCRIPT = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(")
UNSAFE_MARKUP = re.compile(
    r"\|\s*safe(?:seq)?\b|autoescape\s+off|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script\b(?![^>]*\bsrc=)", re.IGNORECASE
)
INDEX = "index" + "-url"  # in two parts, since this file is looked at as well
REGISTRY = re.compile(
    INDEX + r'|"resolved":\s*"https?:|https?://[^\s"]+/(?:simple|packages)/|https?://[\w.]*(?:pypi|pythonhosted|npmjs)\.(?:org|com)'
)
EXCUSE = re.compile(r"#\s*noqa\b(?!:\s*[A-Z]+[0-9]+(?:\s*,\s*[A-Z]+[0-9]+)*\s+(?:[-#] )?\w)|#\s*type:\s*ignore\b(?!\[[\w, -]+\]\s+#\s*\w)")
WRITTEN_HERE = re.compile(r"/(?:\.venv[^/]*|node_modules|var|dist|build|__pycache__|\.\w+_cache|\.hypothesis|[^/]+\.egg-info)/")
FOREIGN = re.compile(r"\.min\.(?:js|css)$|(?:^|/)(?:node_modules|vendor|dist)/|\.(?:sqlite3|db|parquet|whl|zip|woff2?)$")


def files(*patterns: str) -> list[Path]:
    """What git holds or would take, where any of `patterns` fits (`*` crosses folders)."""
    return [ROOT / name for name in names_in_the_tree() if any(fnmatchcase(name, pattern) for pattern in patterns)]


@cache
def names_in_the_tree() -> list[str]:
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    else:  # an unpacked archive
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        names = [str(path) for path in found if not WRITTEN_HERE.search(f"/{path}/")]
    return sorted({name for name in names if (ROOT / name).is_file()})


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def too_long(text: str, most: int) -> Iterator[str]:
    if (count := text.count("\n")) > most:
        yield f"1: {count} lines, at most {most}"


def long_functions(text: str, most: int = 60) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (count := (node.end_lineno or 0) - node.lineno + 1) > most:
            yield f"{node.lineno}: {node.name} has {count} lines, at most {most}"


def unsafe_python(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            if (name := last_name(node.func)) in UNSAFE_CALLS and not all(isinstance(value, ast.Constant) for value in node.args):
                yield f"{node.lineno}: {name}()"
            for argument in node.keywords:
                if isinstance(argument.value, ast.Constant) and (argument.arg, argument.value.value) in UNSAFE_ARGUMENTS:
                    yield f"{node.lineno}: {argument.arg}={argument.value.value}"
        for module in imported(node):
            if module.split(".")[0] in UNSAFE_MODULES:
                yield f"{node.lineno}: imports {module}"


def signals(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        for module in imported(node):
            if module in {"django.dispatch", "django.db.models.signals", "django.core.signals", "django.db.backends.signals"}:
                yield f"{node.lineno}: imports {module}"


def save_overrides(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name in {"save", "delete"}:
                    yield f"{method.lineno}: {node.name}.{method.name}"


def imported(node: ast.AST) -> list[str]:
    """Full names of the modules that one statement imports (and, from a package, what it takes out of it)."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def last_name(function: ast.expr) -> str:
    """`mark_safe` for `mark_safe(...)` and for `safestring.mark_safe(...)`; methods of other things keep their owner."""
    if isinstance(function, ast.Name):
        return function.id
    if isinstance(function, ast.Attribute) and function.attr in UNSAFE_CALLS - {"eval", "exec"}:
        return function.attr
    return ""


def matches(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for number, line in enumerate(text.split("\n"), start=1):
        if found := pattern.search(line):
            yield f"{number}: {found[0].strip()}"


def setting_names(text: str) -> set[str]:
    return set(re.findall(r"\bLEADLOOP_[A-Z][A-Z0-9_]*\b", text))


def table_rows(text: str) -> list[list[str]]:
    """Cells of every row of every Markdown table, without the quotes of code."""
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in text.split("\n") if line.startswith("| `")]


def pins(lock: str) -> list[str]:
    """Each package of a lock with all its lines."""
    return re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]


def requirement_names(text: str) -> set[str]:
    """Names of a requirements file or of a lock, folded."""
    names = re.findall(r"^([A-Za-z0-9][\w.-]*)", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}
