"""Known holes in the pinned packages, by pip-audit; a word where its data cannot be reached."""

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PATIENCE = 120


def main() -> int:
    """Status 1 where a package has a known hole, else 0."""
    files = [part for file in sorted(PROJECT.glob("requirements*.txt")) for part in ("-r", str(file))]
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner=off"]
    try:
        done = subprocess.run(
            [*command, "--timeout=10", "--format=json", *files],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return _skipped(f"no answer within {PATIENCE} seconds")
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return _unread(done.stderr)
    known = [package for package in packages if "skip_reason" not in package]
    if not known:
        return _skipped(f"none of the {len(packages)} packages is known to the service that was asked")
    return _report([package for package in known if package["vulns"]], len(known), len(packages))


def _unread(said: str) -> int:
    """Without a result: skipped where the network is to blame, an error of ours where it is not."""
    last = (said.strip().splitlines() or ["pip-audit said nothing"])[-1]
    if any(
        sign in said
        for sign in ("ConnectionError", "Could not connect", "Timeout", "HTTPError", "Max retries")
    ):
        return _skipped(last)
    print(f"Audit: {last}", file=sys.stderr)
    return 1


def _skipped(reason: str) -> int:
    print(f"Audit skipped, the list of known holes cannot be reached: {reason[:200]}", file=sys.stderr)
    return 0


def _report(found: list[dict[str, object]], known: int, count: int) -> int:
    for package in found:
        names = ", ".join(str(hole["id"]) for hole in package["vulns"])  # type: ignore[attr-defined]
        print(f"{package['name']} {package['version']}: {names}", file=sys.stderr)
    print(f"Audit: {known} of {count} packages are known, {len(found)} with known holes.", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
