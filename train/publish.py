"""Page and pair to the Hugging Face Hub: `python -m train.publish --space OWNER/NAME [--dry-run]`.

The Space OWNER/NAME gets the page with its pair, OWNER/NAME-teacher and OWNER/NAME-student the models by
themselves. A file that is there already is not sent again. Log in first: `hf auth login`, or HF_TOKEN.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from httpx2 import TransportError
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, get_token
from huggingface_hub.errors import HfHubHTTPError

from authorship.commandline import run
from train.data.sources import DataError
from train.publishing.space import PROJECT, Hardware, Repository, plan

if TYPE_CHECKING:
    from huggingface_hub import SpaceHardware

_TOKENS = "https://huggingface.co/settings/tokens"


def check_login(api: HfApi, owner: str) -> None:
    """DataError where nobody is logged in, or who is may not write to `owner`."""
    if not get_token():
        raise DataError(
            f"Nobody is logged in: make a token that may write at {_TOKENS}, then `hf auth login`."
        )
    who = api.whoami(cache=True)
    names = [str(who["name"]), *(str(group["name"]) for group in who.get("orgs", []))]
    if owner not in names:
        raise DataError(f"You may publish as {' or '.join(names)}, not as {owner}.")


def upload(api: HfApi, repository: Repository, private: bool) -> str:
    """Make the repository if it is not there, and bring its files up to date in one commit; its address.

    What an earlier publication left and is no longer in the project is removed and named.
    """
    there = api.repo_exists(repository.name, repo_type=repository.kind)
    address = api.create_repo(
        repository.name,
        repo_type=repository.kind,
        private=private,
        exist_ok=True,
        space_sdk=repository.sdk,
        space_hardware=repository.hardware,
    )
    if there and repository.hardware:
        _change_hardware(api, repository.name, repository.hardware)
    outdated = (
        repository.outdated(api.list_repo_files(repository.name, repo_type=repository.kind)) if there else []
    )
    for path in outdated:
        print(f"removed from {repository.name}: {path}", file=sys.stderr)
    api.create_commit(
        repository.name,
        [
            *(CommitOperationAdd(file.path, file.content) for file in repository.uploads),
            *(CommitOperationDelete(path) for path in outdated),
        ],
        commit_message="Publish",
        repo_type=repository.kind,
    )
    return str(address)


def _change_hardware(api: HfApi, space: str, hardware: "SpaceHardware") -> None:
    """Ask for other hardware where the Space has it not yet."""
    if api.get_space_runtime(space).requested_hardware != hardware:
        api.request_space_hardware(space, hardware)


def describe(repository: Repository) -> str:
    """What would go, a line a file."""
    size = sum(file.size for file in repository.uploads)
    runs = f" ({repository.sdk}, {repository.hardware.value})" if repository.hardware else ""
    title = f"{repository.kind} {repository.name}{runs}: {len(repository.uploads)} files, {size / 1e6:.1f} MB"
    return "\n".join([title, *(f"{file.size:>12,}  {file.path}" for file in repository.uploads)])


def explained(error: HfHubHTTPError, name: str) -> DataError:
    """What the Hub refused and how to mend it."""
    status = error.response.status_code
    said = error.server_message or str(error).splitlines()[0]
    known = {
        401: f"The Hub does not accept your token (401): make one that may write at {_TOKENS}.",
        402: f"The Hub wants to be paid for {name} (402, {said}): free accounts have --hardware zero-gpu.",
        403: f"Your token may not write to {name} (403, {said}): make one that may at {_TOKENS}.",
        429: "The Hub has had too many requests (429): try again later; what is there is not sent again.",
    }
    return DataError(known.get(status, f"The Hub refuses {name} ({status}, {said})."))


def _parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(prog="python -m train.publish", description=__doc__.splitlines()[0])
    parser.add_argument("--space", required=True, metavar="OWNER/NAME", help="the Space to make or renew")
    text = "cpu-basic: in Docker, for paying accounts (default); zero-gpu: with Gradio's SDK, for free ones"
    parser.add_argument("--hardware", choices=get_args(Hardware), default="cpu-basic", help=text)
    for role in ("teacher", "student"):
        place = PROJECT / "models" / role
        parser.add_argument(
            f"--{role}", type=Path, default=place, metavar="DIR", help="default: the shipped one"
        )
    parser.add_argument("--private", action="store_true", help="let only the owner see new ones")
    parser.add_argument("--dry-run", action="store_true", help="list what would go, and ask nobody")
    options = parser.parse_args(arguments)
    if not re.fullmatch(r"[\w-]+/[\w.-]+", options.space):
        parser.error(f"--space {options.space!r} is not OWNER/NAME")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """The models first, for the Space's head names them."""
    options = _parse_arguments(arguments)
    space, *models = plan(options.space, options.teacher, options.student, options.hardware)
    if options.dry_run:
        print("\n".join(describe(repository) for repository in (*models, space)))
        return 0
    api = HfApi()
    for repository in (*models, space):
        try:
            check_login(api, repository.name.partition("/")[0])
            print(upload(api, repository, options.private), flush=True)
        except HfHubHTTPError as error:
            raise explained(error, repository.name) from error
        except TransportError as error:
            raise DataError(f"The Hub cannot be reached ({error}): check the connection.") from error
    return 0


if __name__ == "__main__":
    sys.exit(run(main, quiet=False))
