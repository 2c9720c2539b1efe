"""Public symbols are counted as their languages see them, and found where pages declare them."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest

from benchmarks.coverage.ctags_symbols import ctags_symbols
from benchmarks.coverage.go_symbols import go_symbols
from benchmarks.coverage.measure import broken_aims, is_declared, reason_of, share
from benchmarks.coverage.published import plain_name, read_published
from benchmarks.coverage.python_symbols import python_symbols
from benchmarks.coverage.ruby_symbols import ruby_symbols
from benchmarks.coverage.symbols import PublicSymbol, is_source, is_test
from benchmarks.second_check.commit import Commit
from benchmarks.second_check.site import Site

SHA = "0123456789abcdef0123456789abcdef01234567"
BLOB = f"https://github.com/octo/pond/blob/{SHA}"

PYTHON = """
import os
SIZE = 3
_hidden = 4
if os.name == "posix":
    def feed(): ...
class Pond:
    deep = 1
    def drain(self): ...
    def _drain(self): ...
class _Mud:
    def dig(self): ...
"""
GO = """
package pond
type Pond struct{ Size int }
type mud struct{}
func (p *Pond) Drain() {}
func (m mud) Dig() {}
func feed() {}
const ( Small = iota; large )
var First, Second int
"""
RUBY = """
module Pond
  class Duck
    def feed; end
    def self.hatch; end
    def wet?; end
    private
    def hide; end
    public
    def swim=(way); end
    private def dive; end
    def drown; end
    private :drown
  end
end
"""
JAVA = """
public class Pond {
  public Pond() {}
  public void drain() {}
  void dig() {}
  public interface Duck { void feed(); }
  static class Mud { public void stir() {} }
}
"""
RUST = """
pub struct Pond;
struct Mud;
impl Pond {
    pub fn drain(&self) {}
    pub(crate) fn dig(&self) {}
}
impl Mud {
    pub fn stir(&self) {}
}
pub trait Duck {
    fn feed(&self);
}
"""
C = """
#ifndef POND_H
#define POND_H
#define POND_SIZE 3
typedef struct pond pond;
int pond_drain(pond *);
#endif
"""
KOTLIN = """
package pond

class Pond(val size: Int) {
  fun drain() {
    val local = 1
  }
  internal fun dig() {}
}
private class Mud {
  fun stir() {}
}
fun feed() {}
"""


def names(
    counter: Callable[[Path, Iterable[str]], Iterator[PublicSymbol]],
    root: Path,
    path: str,
    text: str,
) -> set[str]:
    (root / path).write_text(text)
    return {symbol.name for symbol in counter(root, [path])}


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is missing")


def test_python_offers_what_has_no_underscore(tmp_path: Path) -> None:
    assert names(python_symbols, tmp_path, "pond.py", PYTHON) == {
        *("SIZE", "feed", "Pond", "Pond.drain")
    }


def test_python_offers_what_all_names(tmp_path: Path) -> None:
    text = f"__all__ = ['Pond', '_hidden']\n{PYTHON}"
    assert names(python_symbols, tmp_path, "pond.py", text) == {"Pond", "Pond.drain", "_hidden"}


def test_a_private_module_of_python_offers_nothing(tmp_path: Path) -> None:
    assert names(python_symbols, tmp_path, "_pond.py", PYTHON) == set()


@needs("go")
@pytest.mark.slow
def test_go_offers_what_begins_with_a_capital(tmp_path: Path) -> None:
    found = names(go_symbols, tmp_path, "pond.go", GO)
    assert found == {"Pond", "Pond.Drain", "Small", "First", "Second"}


@needs("ruby")
def test_ruby_offers_what_is_not_private(tmp_path: Path) -> None:
    assert names(ruby_symbols, tmp_path, "pond.rb", RUBY) == {
        *("Pond", "Pond.Duck", "Duck.feed", "Duck.hatch", "Duck.wet?", "Duck.swim=")
    }


@needs("ctags")
@pytest.mark.parametrize(
    ("language", "path", "text", "offered"),
    [
        ("Java", "Pond.java", JAVA, {"Pond", "Pond.drain", "Pond.Duck", "Duck.feed"}),
        ("Rust", "pond.rs", RUST, {"Pond", "Pond.drain", "Duck", "Duck.feed"}),
        ("C", "pond.h", C, {"POND_SIZE", "pond", "pond_drain"}),
        ("C", "pond.c", "static int dig(void) { return 1; }\nint drain(void) {}\n", {"drain"}),
        ("Kotlin", "Pond.kt", KOTLIN, {"Pond", "Pond.size", "Pond.drain", "feed"}),
    ],
)
def test_keywords_say_what_other_languages_offer(
    tmp_path: Path, language: str, path: str, text: str, offered: set[str]
) -> None:
    assert names(partial(ctags_symbols, language), tmp_path, path, text) == offered


PAGE = f"""\
# src

## src/pond.py

[Source]({BLOB}/src/pond.py)

| Constants | Where |
| --- | --- |
| `SIZE = 3` | [pond.py:3]({BLOB}/src/pond.py#L3) |

### Pond

### Pond.drain

| Parameter | Type |
| --- | --- |
| `depth` | `int` |

## src/mud.py

[Source]({BLOB}/src/mud.py)

**Constants** [`WET`]({BLOB}/src/mud.py#L1), [`DRY`]({BLOB}/src/mud.py#L2)
"""
MAP = f"""\
# Module map

## src/

| Module | Lines |
| --- | --- |
| [`pond.py`](src.md#srcpondpy) | 9 |
| [`mud.py`]({BLOB}/src/mud.py) | 2 |

## Left out

- `src/made.py`
"""


def published_site() -> Site:
    files = dict.fromkeys(("src/pond.py", "src/mud.py", "src/made.py", "src/new.py"), b"x")
    pages = {"reference/src.md": PAGE.encode(), "reference/module-map.md": MAP.encode()}
    return Site(pages, Commit(SHA, files, frozenset()))


def test_the_names_of_a_page_belong_to_the_module_above_them() -> None:
    published = read_published(published_site())
    assert published.names["src/pond.py"] - {""} == {"SIZE", "Pond", "Pond.drain"}
    assert published.names["src/mud.py"] - {""} == {"WET", "DRY"}
    assert published.listed == {"src/pond.py", "src/mud.py"}
    assert published.left_out == {"src/made.py"}


@pytest.mark.parametrize(
    ("path", "name", "reason"),
    [
        ("src/pond.py", "Pond.drain", ""),
        ("src/pond.py", "depth", "function, not on its page"),
        ("src/pond.py", "WET", "function, on the page of another module only"),
        ("src/new.py", "new", "module not listed"),
    ],
)
def test_what_is_missing_is_told_with_its_reason(path: str, name: str, reason: str) -> None:
    symbol = PublicSymbol(path, name, "function", 1)
    assert reason_of(symbol, read_published(published_site())) == reason


@pytest.mark.parametrize(
    ("declaration", "name"),
    [
        ("Pond.drain", "Pond.drain"),
        ("Pond::Duck#wet?", "Pond.Duck.wet?"),
        ("Pond.[]=", "Pond.[]="),
        ("const Small Size = iota", "Small"),
        ("export const feed: Feeder<Pond>", "feed"),
        ("func (p *Pond) Drain(deep int) error", "Drain"),
        ("pub trait Duck<T: Clone>: Animal", "Duck"),
        ("typealias fd = Int", "fd"),
        ("T_x = TypeVar('T_x', bound=Pond)", "T_x"),
    ],
)
def test_the_name_is_taken_out_of_a_declaration(declaration: str, name: str) -> None:
    assert plain_name(declaration) == name


def test_a_name_is_found_alone_or_in_its_namespace_but_not_in_another_type() -> None:
    assert is_declared("Pond.drain", {"drain"})
    assert is_declared("Pond.drain", {"nature.Pond.drain"})
    assert not is_declared("Pond.drain", {"Mud.drain"})


@pytest.mark.parametrize(
    "path",
    ["tests/a.py", "a/test_b.py", "b_test.go", "c.test.ts", "src/jvmTest/D.kt", "DTest.java"],
)
def test_tests_are_known_by_their_names(path: str) -> None:
    assert is_test(path)


@pytest.mark.parametrize("path", ["src/testing/a.py", "latest.py", "contest/a.go", "a.rs"])
def test_what_only_sounds_like_a_test_is_none(path: str) -> None:
    assert not is_test(path)
    assert is_source(path)


def test_a_share_is_whole_only_when_nothing_is_missing() -> None:
    assert share(99_999, 100_000) == 0.999
    result = {"covered": 94, "symbols": 100, "modules_unlisted": ["a.py"]}
    assert [sentence.split(": ")[1] for sentence in broken_aims("pond", result)] == [
        *("1 modules are not in the pages", "94.0% of the public symbols are in the pages")
    ]
