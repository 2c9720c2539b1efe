"""Which names a code span may hold, because they exist in the commit.

A span is judged when it has the shape of something that can be looked up: an identifier (with or
without a call's brackets), a dotted name, an environment variable, a flag, a path or file name, or
`make TARGET`, `npm run SCRIPT`. Everything else (operators, expressions, commands of other
programs, URLs, absolute paths, globs, commits, issues, `@mentions`) is not judged. Names that
languages and shells bring along are tolerated.

Whatever has a slash and the shape of a path is taken for one, whether or not its first folder
exists. This is the whole list of what is not: pairs of words (`and/or` and the others of
`_WORD_PAIRS`), media types (`text/plain`), paths of URLs (`/carts`) and of the home folder, npm
scopes (`@acme/cart`), figures (`1/2`, `2026/11`). `owner/name` is let through when it is the
repository's own or ends the name of a manifest's package or dependency.
"""

import builtins
import keyword
import posixpath
import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from app.domain.code.facts import FileFacts, Manifest, RepositoryFacts
from app.domain.wiki.claims import claim_forms, lacks_member, unknown_argument

_WORDS = """
any array bigint bool boolean byte char chan const date default delete defer double enum error
export extends fallthrough false final float32 float64 func function go goto implements int8 int16
int32 int64 interface iota json let long map new nil null number object package private protected
public range readonly record rune select self short static string struct super switch this throw
true type typeof uint uint8 uint16 uint32 uint64 undefined unknown uintptr var void volatile
promise regexp symbol console window document process require module exports math args kwargs cls
main stdin stdout stderr localhost http https get post put patch head options apt awk bash brew
cat cd chmod cp curl docker echo env export find git grep kill ls make mkdir mv node npm npx pip
pip3 pipx pnpm poetry ps pytest python python3 rm ruff sed sh ssh sudo tar touch tox uv uvx wget
yarn zsh home path shell user true yes no on off none utf-8 utf8 ascii unix linux macos windows
markdown yaml toml html css sql csv xml
crate dyn extern fn impl impls loop macro macro_rules match mod move mut pub ref static trait union
unsafe use where i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 isize usize f32 f64 std core alloc println
eprintln panic derive cfg cargo rustc rustdoc rustup abstract catch final finally instanceof native
permits sealed synchronized throws transient yield java javac javadoc jar mvn mvnw gradle gradlew
jvm jdk __attribute__ __declspec
"""
_TYPES = """
Option Some Ok Err Result Vec Box Rc Arc Cow String Iterator IntoIterator HashMap HashSet BTreeMap
BTreeSet Clone Copy Debug Display Default Send Sync Sized Drop From Into TryFrom TryInto AsRef Deref
Fn FnMut FnOnce Eq Ord PartialEq PartialOrd Self
Integer Character Collection Optional Stream Iterable Runnable Callable Throwable Exception
RuntimeException NullPointerException IllegalArgumentException IllegalStateException IOException
Override Deprecated Serializable Comparable AutoCloseable Closeable StringBuilder Thread
"""
"""What Rust and Java bring along, in no other spelling: `send` may be anybody's name."""
_EITHER_CASE = frozenset({*_WORDS.split(), *keyword.kwlist, *dir(builtins)})
TOLERATED = _EITHER_CASE | frozenset(_TYPES.split())
_TOLERATED_LOWER = frozenset(name.lower() for name in _EITHER_CASE)
_WORD_PAIRS = frozenset(
    {"and/or", "either/or", "yes/no", "true/false", "on/off", "i/o", "n/a", "tcp/ip", "ci/cd"}
)
_COMMON_FLAGS = frozenset({"--help", "--version"})

_FLAG = re.compile(r"--[A-Za-z][\w-]*")
_NAME = re.compile(r"[A-Za-z_$][\w$-]*(?:(?:\.|::|#|->)[A-Za-z_$][\w$-]*)*")
_PATH = re.compile(r"\.{0,2}/?[\w@.+~-]+(?:/[\w@.+~()\[\]-]+)*/?")
_LINES = re.compile(r"(?::\d+(?:[-:]\d+)*|#L\d+(?:-L?\d+)?|::[\w:\[\].-]+)$")
"""What names lines or a test within a file."""
_UP = re.compile(r"^(?:\.\./)+")
_FIGURES = re.compile(r"[\d./-]+")
_SCOPED = re.compile(r"@[\w.-]+(?:/[\w.-]+)?(?:@[\w.^~-]+)?")
_MEDIA_TYPE = re.compile(
    r"(?:application|audio|font|image|message|model|multipart|text|video)/"
    r"(?:(?:vnd\.|x-)[\w.+-]+|[\w.-]+\+(?:json|xml|zip|yaml)|json|xml|yaml|pdf|zip|gzip|wasm|"
    r"octet-stream|plain|html|css|csv|markdown|javascript|event-stream|form-data|mixed|png|jpeg|"
    r"gif|webp|avif|mpeg|mp4|ogg|wav|woff2?|ttf|otf)"
)
_ISSUE = re.compile(r"GH-\d+", re.IGNORECASE)
_COMMIT = re.compile(r"(?=.*\d)[0-9a-f]{7,40}")
_SEPARATOR = re.compile(r"\.|::|#|->")
_RUN = re.compile(r"(?:make|(?:npm|pnpm|yarn) run)\s+([\w.:-]+)$")
_FILE_NAME = re.compile(
    r"[\w.-]*\.(?:py|pyi|js|jsx|mjs|cjs|ts|tsx|go|rs|java|kt|rb|php|c|h|cc|cpp|hpp|cs|swift|scala|"
    r"sh|md|rst|txt|toml|ya?ml|json|cfg|ini|lock|mod|sum|xml|html|css|scm|sql|proto|env)"
)
_DECORATION = re.compile(r"^(?:\*{1,2}|&|\$\{?|\.{3})|(?:\}|[,:;?!]+)$")
_CALL = re.compile(r"(?<=[\w$])(?:\(.*\)|\[.*\]|<.*>|=.*)$", re.DOTALL)


def known_names(facts: RepositoryFacts) -> frozenset[str]:
    """Collect every name that exists in the commit, each in the forms in which prose writes it."""
    names: set[str] = set()
    for path in facts.paths:
        names.update(_suffixes(path))
    for path, file in facts.files.items():
        names.update(_module_names(path))
        names.update(_file_names(file))
    for manifest in facts.manifests:
        names.update(_manifest_names(manifest))
    for target in facts.make_targets:
        names.add(target.name)
        if facts.is_top(target.path):
            names.add(f"make {target.name}")
    names.add(facts.name)
    names.update(claim_forms(facts))
    return frozenset(names)


def is_known(span: str, names: AbstractSet[str], *, strict: bool = True) -> bool:
    """Say whether a code span holds nothing that could be looked up and is not there.

    Without `strict`, for words that we did not write, a path of which nothing exists is taken for
    something else's.
    """
    text = span.strip()
    run = _RUN.match(text)
    if run:
        return f"{text.split()[0]} {run[1]}" in names or f"run {run[1]}" in names
    if looks_like_path(text):
        return _is_known_path(text, names, strict=strict)
    if text in names or _is_unjudged(text):
        return True
    if text.startswith("-"):
        flag = _FLAG.match(text)
        return not flag or flag[0] in names or flag[0] in _COMMON_FLAGS
    return _is_known_name(text, names)


def looks_like_path(text: str) -> bool:
    """Say whether a word would be looked up as a path: by its slash or by its ending."""
    return ("/" in text and _is_path(text)) or bool(_FILE_NAME.fullmatch(_LINES.sub("", text)))


def name_parts(span: str) -> tuple[str, ...]:
    """Split a code span that is a name into its parts; of anything else, nothing."""
    bare = _CALL.sub("", _DECORATION.sub("", span.strip()))
    return tuple(_SEPARATOR.split(bare)) if _NAME.fullmatch(bare) else ()


def _is_unjudged(text: str) -> bool:
    if not text or any(char in text for char in " \n\t*?\"'{}\\|=") or "://" in text:
        return not _looks_decorated(text)
    is_reference = _COMMIT.fullmatch(text) or _ISSUE.fullmatch(text)
    return text[0] in "@/~<%!+0123456789" or bool(is_reference)


def _looks_decorated(text: str) -> bool:
    """`*args`, `call(a, b)`, `NAME=value` are names although they hold other characters."""
    return bool(name_parts(text)) and "://" not in text


def _is_path(text: str) -> bool:
    """Say whether what has a slash has the shape of a path, and is not on the list above."""
    if text[0] in "/~-" or text.lower() in _WORD_PAIRS:
        return False
    if any(each.fullmatch(text) for each in (_FIGURES, _SCOPED, _MEDIA_TYPE)):
        return not text.strip("./-")
    return bool(_PATH.fullmatch(_LINES.sub("", text)))


def _is_known_path(text: str, names: AbstractSet[str], *, strict: bool) -> bool:
    bare = _UP.sub("", posixpath.normpath(_LINES.sub("", text)))
    if text in names or text.rstrip("/") in names or bare in names or bare in (".", ".."):
        return True
    first = bare.split("/")[0]
    is_claim = bool(_FILE_NAME.fullmatch(posixpath.basename(bare))) or first in names
    return not (strict or is_claim)


def _is_known_name(text: str, names: AbstractSet[str]) -> bool:
    parts = name_parts(text)
    if lacks_member(parts, names) or unknown_argument(text, names):
        return False
    if not parts or ".".join(parts) in names or _CALL.sub("", text) in names:
        return True
    return all(
        part in names or part in TOLERATED or (len(parts) == 1 and part.lower() in _TOLERATED_LOWER)
        for part in parts
    )


def _suffixes(path: str) -> Iterator[str]:
    yield path
    for found in re.finditer("/", path):
        yield path[found.end() :]


def _module_names(path: str) -> Iterator[str]:
    stem = posixpath.splitext(path)[0]
    for ending in ("/__init__", "/index", "/mod"):
        stem = stem.removesuffix(ending)
    for name in _suffixes(stem):
        yield name
        yield name.replace("/", ".")


def _file_names(file: FileFacts) -> Iterator[str]:
    yield from file.names
    for symbol in file.symbols:
        yield symbol.name
        yield from symbol.name.split(".")
        yield from (parameter.name for parameter in symbol.parameters)
    for each in file.imports:
        yield each.target
        yield from re.split(r"[./]", each.target)
        yield from each.names
    yield from (variable.name for variable in file.environment)
    for command in file.commands:
        yield from command.name.split()
        yield from (name for flag in command.flags for name in (*flag.names, flag.value))
    for setting in file.settings:
        yield setting.name
        yield from (*setting.name.split("."), setting.environment)


def _manifest_names(manifest: Manifest) -> Iterable[str]:
    yield from _suffixes(manifest.name)
    yield from (manifest.ecosystem, manifest.version, manifest.requires)
    for dependency in manifest.dependencies:
        yield from _suffixes(dependency.name)
        yield from (dependency.constraint, dependency.group)
        yield dependency.name.replace("-", "_").lower()
    for script in manifest.scripts:
        yield from (script.name, script.target)
        yield from _SEPARATOR.split(script.target.replace(":", "."))
        yield f"run {script.name}"
