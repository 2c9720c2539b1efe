"""The one place that starts git, hardened: it reads objects and obeys nobody's configuration."""

import asyncio
import os
import re
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from app.errors import GitError

TIMEOUT_S = 120.0
MAX_MESSAGE = 500

_HANDED_ON = (
    "PATH",
    "TMPDIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SSH_AUTH_SOCK",
)
"""What git needs from our own environment to find itself, a proxy and certificates; no secret."""

_HARMLESS_FAULTS = (
    "zeroPaddedFilemode",
    "badTimezone",
    "missingSpaceBeforeDate",
    "missingSpaceBeforeEmail",
    "missingNameBeforeEmail",
    "missingEmail",
    "badEmail",
)
"""What old versions of git wrote into the history of honest repositories."""

_OPTIONS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.symlinks": "false",
    "core.pager": "cat",
    "core.quotePath": "false",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "credential.helper": "",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "transfer.fsckObjects": "true",
    **{f"fetch.fsck.{fault}": "warn" for fault in _HARMLESS_FAULTS},
    "protocol.version": "2",
}

_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]*@")


async def run_git(
    repository: Path,
    *arguments: str,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT_S,  # noqa: ASYNC109 - it also kills what git has started
) -> bytes:
    """Run git in a repository to its end and return what it prints.

    `env` adds to the hardened environment; no transport is allowed unless it names one in
    `GIT_ALLOW_PROTOCOL`. Raises GitError, in git's own words, when git refuses or runs longer than
    `timeout` seconds; git and everything that it started are then gone.
    """
    process = await _start(repository, arguments, env or {})
    try:
        async with asyncio.timeout(timeout):
            output, errors = await process.communicate(stdin)
    except TimeoutError:
        raise GitError(f"git {arguments[0]} took longer than {timeout:.0f} s") from None
    finally:
        await _end(process)
    if process.returncode != 0:
        raise GitError(f"git {arguments[0]}: {_readable(errors)}")
    return output


async def _start(repository: Path, arguments: tuple[str, ...], env: Mapping[str, str]) -> Process:
    options = {**_OPTIONS, "safe.directory": str(repository)}
    flags = [flag for key, value in options.items() for flag in ("-c", f"{key}={value}")]
    try:
        return await asyncio.create_subprocess_exec(
            "git",
            *flags,
            "-C",
            repository,
            *arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={**_environment(repository), **env},
            start_new_session=True,
        )
    except FileNotFoundError:
        raise GitError("git is not installed: install git 2.38 or newer") from None


def _environment(repository: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    return {
        **kept,
        "LC_ALL": "C",
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_CEILING_DIRECTORIES": str(repository.parent),
    }


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _readable(errors: bytes) -> str:
    lines = errors.decode(errors="replace").strip().splitlines()
    said = " ".join(line.removeprefix("fatal: ").removeprefix("error: ") for line in lines)
    return _CREDENTIALS.sub("", said)[:MAX_MESSAGE] or "it failed without a word"
