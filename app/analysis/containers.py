"""How images are built and run: Dockerfiles and compose files."""

import re
from collections.abc import Iterator

import yaml

from app.analysis.yaml_tree import compose, entries, find, items, scalar
from app.domain.code.artifacts import DockerStage, Service

MAX_STAGES = 100
MAX_PORTS = 50
LONGEST_LINE = 2_000

_DOCKERFILE = re.compile(r"(?:^|/)(?:(?:Docker|Container)file(?:\.[\w.-]+)?|[\w.-]+\.Dockerfile)$")
_COMPOSE = re.compile(r"(?:^|/)(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$")
_FROM = re.compile(
    r"^\s*FROM((?:\s+--\S+)*)\s+([^\s#-]\S*)(?:\s+AS\s+([\w.-]+))?\s*$", re.IGNORECASE
)
_HEREDOC = re.compile(r"^\s*(?:RUN|COPY|ADD)\b.*<<-?\s*([\"']?)(\w+)\1", re.IGNORECASE)


def is_dockerfile(path: str) -> bool:
    """Say whether a file builds an image, by its path."""
    return _DOCKERFILE.search(path) is not None and not path.endswith((".md", ".dockerignore"))


def read_dockerfile(path: str, text: str) -> Iterator[DockerStage]:
    """Read the stages of a Dockerfile."""
    found = 0
    for number, line in _instructions(text):
        match = _FROM.match(line) if len(line) <= LONGEST_LINE else None
        if match is not None and found < MAX_STAGES:
            found += 1
            yield DockerStage(path=path, line=number, base=match[2], name=match[3] or "")


def _instructions(text: str) -> Iterator[tuple[int, str]]:
    """Give the first line of each instruction, with its number."""
    goes_on, ends_at = False, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if ends_at:
            ends_at = "" if line.strip() == ends_at else ends_at
            continue
        is_comment = line.lstrip().startswith("#")
        if not goes_on and not is_comment:
            yield number, line
        heredoc = _HEREDOC.match(line[:LONGEST_LINE])
        ends_at = heredoc[2] if heredoc is not None else ""
        goes_on = goes_on if is_comment else line.rstrip().endswith("\\")


def is_compose(path: str) -> bool:
    """Say whether a file is for compose, by its path."""
    return _COMPOSE.search(path) is not None


def read_compose(path: str, text: str) -> Iterator[Service]:
    """Read the services of a compose file; nothing of a broken one."""
    for one in entries(find(compose(text), "services")):
        if isinstance(one.value, yaml.MappingNode):
            build = find(one.value, "build")
            ports = [_port(port) for port in items(find(one.value, "ports"))]
            yield Service(
                path=path,
                line=one.line,
                name=one.key,
                image=scalar(find(one.value, "image")),
                build=scalar(build) or scalar(find(build, "context")),
                ports=tuple(port for port in ports if port)[:MAX_PORTS],
            )


def _port(node: yaml.Node) -> str:
    published, target = scalar(find(node, "published")), scalar(find(node, "target"))
    return scalar(node) or (f"{published}:{target}" if published and target else target)
