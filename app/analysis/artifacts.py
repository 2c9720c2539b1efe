"""What the files say that are no source code: builds, services, licences, prose."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import TypedDict, TypeVar

from app.analysis.containers import is_compose, is_dockerfile, read_compose, read_dockerfile
from app.analysis.continuous_integration import is_ci, read_ci
from app.analysis.documents import (
    MAX_DOCUMENTS,
    document_order,
    is_document,
    is_makefile,
    read_document,
    read_makefile,
)
from app.analysis.licences import is_licence, read_licence
from app.analysis.manifests.registry import is_manifest
from app.analysis.targets import is_justfile, is_taskfile, read_justfile, read_taskfile
from app.domain.code.artifacts import CiJob, DockerStage, Licence, Service
from app.domain.code.facts import Document, MakeTarget

MAX_OF_A_KIND = 5_000
PATHS_REMEMBERED = 50_000
"""Each path is asked about several times a run."""

_Found = TypeVar("_Found")
_TARGETS: tuple[tuple[Callable[[str], bool], Callable[[str, str], Iterable[MakeTarget]]], ...] = (
    (is_makefile, read_makefile),
    (is_taskfile, read_taskfile),
    (is_justfile, read_justfile),
)
_KINDS = (
    is_document,
    is_makefile,
    is_taskfile,
    is_justfile,
    is_manifest,
    is_ci,
    is_dockerfile,
    is_compose,
    is_licence,
)


class Artifacts(TypedDict):
    """The fields of `RepositoryFacts` that come from such files."""

    make_targets: tuple[MakeTarget, ...]
    ci_jobs: tuple[CiJob, ...]
    docker_stages: tuple[DockerStage, ...]
    services: tuple[Service, ...]
    licences: tuple[Licence, ...]
    documents: tuple[Document, ...]


@lru_cache(maxsize=PATHS_REMEMBERED)  # It holds no state: the answer depends on the path alone.
def wants_text(path: str) -> bool:
    """Say whether a file's text is read for what it says besides code, by its path."""
    return any(is_kind(path) for is_kind in _KINDS)


def read_artifacts(texts: Mapping[str, str]) -> Artifacts:
    """Read the texts of a repository, by path."""
    documents = sorted(filter(is_document, texts), key=document_order)[:MAX_DOCUMENTS]
    targets = (
        target
        for is_kind, read in _TARGETS
        for path in filter(is_kind, texts)
        for target in _whole(read, path, texts[path])
    )
    return Artifacts(
        make_targets=_capped(targets),
        ci_jobs=_capped(_each(texts, is_ci, read_ci)),
        docker_stages=_capped(_each(texts, is_dockerfile, read_dockerfile)),
        services=_capped(_each(texts, is_compose, read_compose)),
        licences=tuple(read_licence(path, texts[path]) for path in filter(is_licence, texts)),
        documents=tuple(read_document(path, texts[path]) for path in sorted(documents)),
    )


def _each(
    texts: Mapping[str, str],
    is_kind: Callable[[str], bool],
    read: Callable[[str, str], Iterable[_Found]],
) -> Iterator[_Found]:
    for path in filter(is_kind, texts):
        yield from _whole(read, path, texts[path])


def _whole(read: Callable[[str, str], Iterable[_Found]], path: str, text: str) -> Sequence[_Found]:
    """Read one file; what no reader expected ends only its own reading."""
    try:
        return list(islice(read(path, text), MAX_OF_A_KIND))
    except Exception:  # noqa: BLE001 - anybody can commit any text
        return ()


def _capped(found: Iterable[_Found]) -> tuple[_Found, ...]:
    return tuple(one for _, one in zip(range(MAX_OF_A_KIND), found, strict=False))
