"""Everything that reads the code without running a request: format, lint, types, imports, templates, migrations, house rules."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def checks() -> dict[str, list[str]]:
    python = sys.executable
    templates = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "leadloop").glob("**/templates/**/*.html"))
    return {
        "types": [python, "-m", "mypy"],
        "imports": [str(BIN / "lint-imports"), "--no-cache"],
        "format": [python, "-m", "ruff", "format", "--check", "--diff", "."],
        "lint": [python, "-m", "ruff", "check", "."],
        "templates": [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates],
        "migrations": [python, "-m", "django", "makemigrations", "--check", "--dry-run"],
        "django": [python, "-m", "django", "check", "--fail-level", "WARNING"],
        "house rules": [python, "-m", "pytest", "-q", "-p", "no:schemathesis", "tests/test_house.py"],
    }


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="leadloop-check-") as home, ThreadPoolExecutor(os.cpu_count()) as pool:
        environment = os.environ | {"LEADLOOP_HOME": home, "DJANGO_SETTINGS_MODULE": "leadloop.config.settings", "PYTHONPATH": str(ROOT)}
        environment.pop("LEADLOOP_DATABASE_URL", None)
        running = {name: pool.submit(run, command, environment) for name, command in checks().items()}
        failed = [name for name, future in running.items() if not told(name, *future.result())]
    print(f"check: {'all is well' if not failed else 'not yet: ' + ', '.join(failed)}")
    return int(bool(failed))


def run(command: Sequence[str], environment: dict[str, str]) -> tuple[int, str, float]:
    began = time.monotonic()
    result = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return result.returncode, result.stdout, time.monotonic() - began


def told(name: str, code: int, output: str, seconds: float) -> bool:
    """Print one line, and what the tool said when it found something; True when it did not."""
    print(f"{'failed' if code else 'ok':<7} {name:<12} {seconds:5.1f} s", flush=True)
    if code:
        print(output.rstrip())
    return code == 0


if __name__ == "__main__":
    sys.exit(main())
