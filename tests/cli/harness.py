# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs bozgasht-cli as a script would, and reports in TAP. Standard library only."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import traceback

CLI = pathlib.Path(os.environ["BOZGASHT_CLI"])
AUDIT = pathlib.Path(os.environ["BOZGASHT_AUDIT"])
CASES = pathlib.Path(os.environ["BOZGASHT_SHARED"]) / "cases"
PASS = "rain on the high pasture"
DEMO_USERS = ("admin", "case1", "case2", "protection", "manager", "me")


class Skip(Exception):
    pass


class Result:
    def __init__(self, process):
        self.status = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]


def run(*arguments, secrets=(PASS,), stdin=None, env=None, cwd=None, timeout=120):
    """One call of the command line; the secrets go through a descriptor, one line each."""
    read, write = os.pipe()
    os.write(write, "".join(f"{secret}\n" for secret in secrets).encode())
    os.close(write)
    try:
        process = subprocess.run(
            [CLI, "--passphrase-fd", str(read), *map(str, arguments)],
            input=stdin, capture_output=True, text=True, pass_fds=(read,), timeout=timeout,
            env={**os.environ, **(env or {})}, cwd=cwd,
        )
    finally:
        os.close(read)
    return Result(process)


def on(casebook, user, *arguments, **options):
    return run("--file", casebook, "--user", user, *arguments, **options)


def must(result, status=0):
    assert result.status == status, f"exit {result.status}, wanted {status}: {result.out[-400:]}{result.err[-400:]}"
    return result


def create(folder, name="book.bozgasht"):
    """A casebook whose first user is admin, with all roles."""
    path = pathlib.Path(folder) / name
    must(run("create", path, "--programme", "Test", "--admin", "admin"))
    return path


def main(tests):
    """Each test gets an empty folder of its own."""
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["XDG_STATE_HOME"] = os.path.join(folder, "state")
            try:
                test(pathlib.Path(folder))
                print(f"ok {number} - {test.__name__}", flush=True)
            except Skip as reason:
                print(f"ok {number} - {test.__name__} # SKIP {reason}", flush=True)
            except Exception:
                failed += 1
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}")
                print(f"not ok {number} - {test.__name__}", flush=True)
    sys.exit(1 if failed else 0)
