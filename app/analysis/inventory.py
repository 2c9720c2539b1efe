"""Which files of a commit take part, and why the others do not."""

import fnmatch
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from app.analysis.facts import BlobEntry
from app.analysis.languages.registry import language_of
from app.analysis.manifests.registry import is_manifest
from app.domain.code.facts import LeftOut, LeftOutReason
from app.domain.value import Value

ATTRIBUTES = ("linguist-generated", "linguist-vendored")

_FOLDER = re.compile(
    r"(?:^|/)(?:node_modules|bower_components|vendor|third_party|thirdparty|\.yarn|\.venv|venv"
    r"|__pycache__|site-packages|dist|\.next|\.nuxt|htmlcov|\.mypy_cache)/"
)
_GENERATED = re.compile(
    r"(?:[.-]min\.(?:js|css|mjs)|\.(?:bundle|chunk)\.js|\.map|\.snap|\.lock|\.sum"
    r"|\.pb\.(?:go|gw\.go)|_pb2(?:_grpc)?\.pyi?|_pb\.(?:js|d\.ts)|_generated\.go|\.gen\.(?:go|ts)"
    r"|zz_generated[\w.]*\.go|_string\.go)$"
    r"|(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|uv\.lock|versioneer\.py)$"
)
_MARK = re.compile(
    rb"^(?://|#|/?\*)[ \t]*(?:Code generated .* DO NOT EDIT\.?|@generated\b)", re.MULTILINE
)
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f`<>:\"|?\\\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters, those that turn the direction of writing, and what pages or file systems use
for other things."""
_MARKUP = re.compile(r"[`<>|*]")
_ELSEWHERE = re.compile(r"(?:^|/)(?:\.{0,2}|\.git[ .]*|git~\d+)(?:/|$)", re.IGNORECASE)
"""What git itself never makes, for it leads out of the repository or into its own folder."""
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Characters that some file systems skip when they compare names."""
_PROSE = (".md", ".rst", ".txt", ".mdx")
_BINARY = re.compile(
    r"\.(?:png|jpe?g|gif|webp|ico|bmp|tiff?|pdf|zip|gz|tgz|bz2|xz|7z|rar|jar|war|class|so|dylib|dll"
    r"|exe|o|a|wasm|woff2?|ttf|otf|eot|mp[34]|mov|avi|webm|ogg|wav|flac|psd|sqlite3?|db|parquet"
    r"|npy|npz|pkl|bin|onnx|safetensors|whl)$",
    re.IGNORECASE,
)

_KINDS = {"symlink": LeftOutReason.SYMLINK, "submodule": LeftOutReason.SUBMODULE}


class Limits(Value):
    """How much of a repository is read, and by how many processes."""

    file_bytes: int = 1_000_000
    files: int = 20_000
    repository_bytes: int = 500_000_000
    parsers: int = 0
    """0 means one for each core."""


class Inventory(NamedTuple):
    """The files of a commit, sorted out by name and size, before their text is read."""

    chosen: tuple[BlobEntry, ...]
    """In the order of their paths."""
    left_out: tuple[LeftOut, ...]
    paths: frozenset[str]
    """Every path, and every folder."""


def take_inventory(
    entries: Iterable[BlobEntry],
    attributes: Mapping[str, Mapping[str, str]],
    limits: Limits,
) -> Inventory:
    """Sort files out; beyond a cap the ones that matter most for documentation stay."""
    left_out: list[LeftOut] = []
    candidates: list[BlobEntry] = []
    paths: set[str] = set()
    for entry in entries:
        readable = is_safe(entry.path)
        if readable:
            paths.update(_with_folders(entry.path))
        reason = None if readable else LeftOutReason.UNREADABLE
        reason = (
            reason
            or _KINDS.get(entry.kind)
            or _reason(entry, attributes.get(entry.path, {}), limits)
        )
        if reason is None:
            candidates.append(entry)
        else:
            left_out.append(LeftOut(path=printable(entry.path), reason=reason))
    chosen, beyond = _fit(candidates, limits)
    return Inventory(chosen, (*left_out, *beyond), frozenset(paths))


def without(entries: Iterable[BlobEntry], exclude: Collection[str]) -> list[BlobEntry]:
    """Leave out what lies at or under a path, or matches a glob."""
    globs = re.compile("|".join(fnmatch.translate(one) for one in exclude) or r"(?!)")
    prefixes = tuple(one.rstrip("/") + "/" for one in exclude)
    names = {one.rstrip("/") for one in exclude}
    return [
        entry
        for entry in entries
        if entry.path not in names
        and not entry.path.startswith(prefixes)
        and not globs.match(entry.path)
    ]


def needs_attributes(entries: Sequence[BlobEntry]) -> bool:
    """Say whether the commit has attributes at all."""
    return any(entry.path.rpartition("/")[2] == ".gitattributes" for entry in entries)


def is_safe(path: str) -> bool:
    """Say whether a path can stand in a page and in a checkout.

    It is valid UTF-8 without characters that a page would act on, inside the repository, and not in
    a `.git`.
    """
    return not (_UNSAFE.search(path) or _ELSEWHERE.search(_UNSEEN.sub("", path)))


def printable(path: str) -> str:
    """Write a path so that it can be stored and shown, whatever its bytes are."""
    text = _MARKUP.sub(lambda mark: f"\\x{ord(mark[0]):02x}", path)
    text = text.encode(errors="surrogateescape").decode(errors="backslashreplace")
    if _ELSEWHERE.search(text):
        text = text.replace("/", r"\x2f")
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def text_fault(content: bytes) -> LeftOutReason | None:
    """Say why a content is no text that can be read."""
    if b"\0" in content:
        return LeftOutReason.BINARY
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return LeftOutReason.UNREADABLE
    return None


def is_marked_as_generated(content: bytes) -> bool:
    """Say whether a source file says of itself, near its top, that nobody writes it."""
    return _MARK.search(content[:2_000]) is not None


def _with_folders(path: str) -> Iterable[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]


def _reason(
    entry: BlobEntry, attributes: Mapping[str, str], limits: Limits
) -> LeftOutReason | None:
    if entry.size < 0:
        return LeftOutReason.UNREADABLE
    generated = _why_generated(entry.path, attributes)
    if generated is not None:
        return generated
    if _BINARY.search(entry.path):
        return LeftOutReason.BINARY
    return LeftOutReason.TOO_LARGE if entry.size > limits.file_bytes else None


def _why_generated(path: str, attributes: Mapping[str, str]) -> LeftOutReason | None:
    """Ask the attributes first: `-linguist-generated` takes a file back from the usual patterns."""
    said = [attributes[name] for name in ATTRIBUTES if name in attributes]
    if any(value in ("set", "true") for value in said):
        return LeftOutReason.GENERATED
    if said:
        return None
    if _FOLDER.search(path):
        return LeftOutReason.USUALLY_GENERATED
    return LeftOutReason.NAMED_AS_GENERATED if _GENERATED.search(path) else None


def _fit(
    candidates: Sequence[BlobEntry], limits: Limits
) -> tuple[tuple[BlobEntry, ...], list[LeftOut]]:
    chosen: list[BlobEntry] = []
    beyond: list[LeftOut] = []
    total = 0
    for entry in sorted(candidates, key=_importance):
        if len(chosen) >= limits.files:
            beyond.append(LeftOut(path=entry.path, reason=LeftOutReason.TOO_MANY))
        elif total + entry.size > limits.repository_bytes:
            beyond.append(LeftOut(path=entry.path, reason=LeftOutReason.REPOSITORY_SIZE))
        else:
            chosen.append(entry)
            total += entry.size
    return tuple(sorted(chosen, key=lambda entry: entry.path)), beyond


def _importance(entry: BlobEntry) -> tuple[int, int, str]:
    name = entry.path.rpartition("/")[2]
    if is_manifest(entry.path) or name.lower().startswith("readme"):
        rank = 0
    elif language_of(entry.path):
        rank = 1
    else:
        rank = 2 if name.lower().endswith(_PROSE) else 3
    return rank, entry.path.count("/"), entry.path
