"""The Dockerfile's steps in a clean Debian root, up to a page that answers, where there is no Docker engine.

`.ci/image.py [--root DIR] [--keep] [NAME=VALUE]...`, as root and with debootstrap; last the build arguments.
Mounts are made in a name space of their own, so that none is left behind however this ends.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

PROJECT = Path(__file__).resolve().parents[1]
INSIDE = "IMAGE_IN_ITS_NAME_SPACE"
ALONE = ("--mount", "--propagation", "private", "--pid", "--fork", "--mount-proc", "--kill-child")
# What the image python:3.11-slim has over Debian's smallest; ip is for the loopback below.
BASE = ("bookworm", "python3,python3-venv,ca-certificates,iproute2")
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
PIP_CONFIGURATION = ("/etc/pip.conf", "/root/.config/pip/pip.conf")
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
PATIENCE = 120  # seconds, the start period of the health check
QUESTION = """
import sys
from gradio_client import Client
said = Client("http://127.0.0.1:7860", verbose=False).predict(sys.argv[1], top_k=1, api_name="/attribute")
print(*(f"{role}: {model['authors'][0]['name']}" for role, model in said["models"].items()), sep=", ")
"""


@dataclass
class Image:
    """A root folder, and what the Dockerfile has set so far."""

    root: Path
    arguments: dict[str, str]
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    folder: str = "/"
    user: str = "0"
    health: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)

    def chroot(self, command: Sequence[str], user: str = "0") -> list[str]:
        """The command line that runs in the image, in its folder and its environment."""
        words = [f"{name}={value}" for name, value in self.environment.items()]
        place = ["sh", "-c", 'cd "$0" && exec "$@"', self.folder]
        drop = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"] if user != "0" else []
        home = f"HOME={self.home(user)}"
        return ["chroot", str(self.root), "env", "-i", *words, home, *drop, *place, *command]

    def home(self, user: str) -> str:
        """The folder that the image's own list of users names."""
        lines = (self.root / "etc" / "passwd").read_text(encoding="utf-8").splitlines()
        return {fields[2]: fields[5] for fields in (line.split(":") for line in lines)}[user]


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Name and rest of each instruction, continued lines joined."""
    joined = re.sub(r"\\\n", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    for line in joined.splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name, rest.strip()


def ignored(path: PurePosixPath, patterns: Sequence[str]) -> bool:
    """Whether .dockerignore leaves the path out: the last pattern that fits it or a folder above decides."""
    out = False
    for pattern in patterns:
        kept, plain = pattern.startswith("!"), pattern.removeprefix("!")
        names = [str(path), *map(str, path.parents)]
        fits = any(fnmatch(name, plain) or fnmatch(f"/{name}", plain.replace("**/", "*/")) for name in names)
        out = not kept if fits else out
    return out


def copy(image: Image, rest: str) -> None:
    """COPY [--chown=USER:GROUP] SOURCE... PLACE."""
    *words, place = rest.split()
    owner = [word.partition("=")[2] for word in words if word.startswith("--chown=")]
    patterns = [
        line for line in (PROJECT / ".dockerignore").read_text().splitlines() if line[:1] not in ("", "#")
    ]
    target = image.root / PurePosixPath(image.folder, place).relative_to("/")
    for source in (PROJECT / word for word in words if not word.startswith("--")):
        files = [file for file in source.rglob("*") if file.is_file()] if source.is_dir() else [source]
        into = target if source.is_dir() else target.parent if place[-1] not in "/." else target
        kept = [file for file in files if not ignored(PurePosixPath(file.relative_to(PROJECT)), patterns)]
        if not kept:
            raise SystemExit(f"COPY {source.relative_to(PROJECT)}: .dockerignore leaves all of it out")
        for file in kept:
            goal = into / (file.relative_to(source) if source.is_dir() else file.name)
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, goal)
    if owner:
        inner = str(PurePosixPath(image.folder, place))
        subprocess.run(image.chroot(["chown", "-R", owner[0], inner]), check=True)


def build(image: Image, dockerfile: str) -> None:
    """Every instruction in turn."""
    for name, rest in instructions(dockerfile):
        print(f"{name} {rest}", file=sys.stderr, flush=True)
        match name:
            case "FROM":
                debian(image.root)
            case "ARG":
                key, _, value = rest.partition("=")
                image.environment[key] = image.arguments.get(key, value)
            case "ENV":
                image.environment |= dict(word.split("=", 1) for word in shlex.split(rest))
            case "WORKDIR":
                image.folder = rest
                (image.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
            case "RUN":
                subprocess.run(image.chroot(["sh", "-c", rest], image.user), check=True, stdout=sys.stderr)
            case "COPY":
                copy(image, rest)
            case "USER":
                image.user = rest
            case "HEALTHCHECK":
                image.health = json.loads(rest.partition("CMD ")[2])
            case "CMD":
                image.command = json.loads(rest)
            case "EXPOSE":
                pass
            case _:
                raise SystemExit(f"{name} is not known here")


def debian(root: Path) -> None:
    """A clean Debian whose `python` and `pip` are where the base image has them."""
    suite, packages = BASE
    command = ["debootstrap", "--variant=minbase", f"--include={packages}", suite, str(root)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    for kind, place in (("proc", "proc"), ("tmpfs", "dev/shm"), ("tmpfs", "tmp")):
        (root / place).mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", kind, kind, str(root / place)], check=True)
    for configuration in ("/etc/resolv.conf", CERTIFICATES, *PIP_CONFIGURATION):
        _lend(root, Path(configuration))
    (root / "etc" / "hosts").write_text("127.0.0.1 localhost\n", encoding="utf-8")
    subprocess.run(["chroot", str(root), "python3", "-m", "venv", "/usr/local"], check=True)


def _lend(root: Path, file: Path) -> None:
    """Let the root read this machine's file, and the folders of packages that it names."""
    if not file.is_file():
        return
    goal = root / file.relative_to("/")
    goal.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, goal)
    named = re.findall(r"(?:file://|=\s*)(/[^\s]+)", file.read_text()) if file.name == "pip.conf" else []
    for folder in {Path("/", *Path(name).parts[1:3]) for name in named if Path(name).is_dir()}:
        lent = root / folder.relative_to("/")
        lent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "--bind", "-o", "ro", str(folder), str(lent)], check=True)


def serve(image: Image) -> None:
    """Run the image's command behind a loopback of its own until it is healthy and has answered."""
    began = time.monotonic()
    up = ["unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "sh"]
    server = subprocess.Popen([*up, *image.chroot(image.command, image.user)])
    near = ["nsenter", f"--net=/proc/{server.pid}/ns/net"]
    try:
        while subprocess.run([*near, *image.chroot(image.health)], stderr=subprocess.DEVNULL).returncode:
            if server.poll() is not None or time.monotonic() - began > PATIENCE:
                raise SystemExit("the page does not answer")
            time.sleep(1)
        seconds = time.monotonic() - began
        text = (PROJECT / "page" / "examples" / "gogol.txt").read_text(encoding="utf-8")
        asked = [*near, *image.chroot(["python", "-c", QUESTION, text], image.user)]
        answer = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    finally:
        server.terminate()
        server.wait()
    print(f"healthy after {seconds:.0f} seconds; {answer}")


def size(root: Path) -> int:
    """Megabytes, nothing being mounted there any more."""
    said = subprocess.run(["du", "-sm", str(root)], check=True, capture_output=True, text=True).stdout
    return int(said.split()[0])


def main() -> None:
    """Build and serve; the root is removed in the end unless it is to be kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--root", type=Path, help="an empty folder to build in")
    parser.add_argument("--keep", action="store_true", help="leave the folder there")
    parser.add_argument("arguments", nargs="*", metavar="NAME=VALUE", help="build arguments")
    options = parser.parse_args()
    if INSIDE in os.environ:
        image = Image(options.root, dict(word.split("=", 1) for word in options.arguments))
        build(image, (PROJECT / "Dockerfile").read_text(encoding="utf-8"))
        serve(image)
        return
    root = options.root or Path(tempfile.mkdtemp(prefix="image-"))
    root.mkdir(parents=True, exist_ok=True)
    if any(root.iterdir()):
        parser.error(f"{root} is not empty: in the end it would be removed")
    root.chmod(0o755)  # a temporary folder is its owner's alone, and the page runs as another user
    command = ["unshare", *ALONE, sys.executable, __file__, "--root", str(root), *options.arguments]
    try:
        subprocess.run(command, env={**os.environ, INSIDE: "1"}, check=True)
        print(f"{size(root)} MB on disk")
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    finally:
        if not options.keep:
            shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
