"""A file of each language of which names are read."""

C = """\
/* Copyright somebody. */
#include <stdio.h>
#define LIMIT 3
#define ADD(a, b) ((a) + \\
    (b))

/* Holds things.
 * More. */
typedef struct cart {
    int size, *items;
    int (*total)(struct cart *);
} cart;

typedef int (*visitor)(void *);
enum color { RED, BLUE = 2 };
static int count = 0;

int total(cart *c);

// Adds up.
char **names(cart *c,
             int n)
{
    int local = 1;
    return local;
}

int total(cart *c) { return c->size; }
static inline int near(void) { return 0; }
static int hidden(void) { return 0; }
"""

CPP = """\
namespace shop::db {
/// Holds things.
template <typename T>
class Cart : public Base {
  int hidden;
 public:
  Cart(int a);
  ~Cart() = default;
  bool operator==(const Cart&) const;
  virtual int* total(int a) const {
    return nullptr;
  }
  enum class Color { Red };
  using Item = T;
};
template <> int& Cart<int>::sum(int a) { return a; }
int Cart<std::pair<int, int>>::count() { return 0; }
}
"""

C_SHARP = """\
namespace Shop;

/// <summary>Holds <see cref="T:Item"/>.</summary>
[Serializable]
public sealed class Cart<T> : Base
{
    const int Limit = 1;
    public int Size { get; set; }
    [Inject] public Cart(int a) {}
    public T Total(int a) => default;
    void Hidden()
    {
        int Local() => 1;
    }
}
interface IStore { void Load(); }
enum Color { Red }
public record Item(int X);
"""

RUBY = """\
# frozen_string_literal: true
module Shop::Db
  # Holds things.
  class Cart < Base
    LIMIT = 1
    attr_reader :size
    class << self
      def make; end
    end
    def self.load(id) = id
    def total?(a,
               b: 1)
      each { |x| def never; end }
    end
    private
    def hidden
    end
    public
    def shown; end
    private def also; end
    def last=(value); end
    private :last=, :total?
  end
end
"""

PHP = """\
<?php
namespace Shop;
/**
 * Holds things.
 */
#[Entity]
final class Cart extends Base {
    const LIMIT = 1;
    private ?int $size = 1;
    public function total(int $a): int
    {
        $f = function () {};
        return 1;
    }
}
trait Sums {}
interface Store { public function load(); }
enum Color: string { case Red = 'r'; }
function helper() {}
"""

KOTLIN = """\
package shop

/** Holds things. */
@Entity
class Cart<T>(val size: Int, other: String) : Base() {
    companion object {
        const val LIMIT = 1
    }
    private fun hidden() = 1
    fun <T> String.total(
        a: Int,
    ): Int {
        fun local() = 1
        return 1
    }
    val sum: Int
        get() = 1
}
enum class Color { RED, BLUE }
object Store
typealias Name = String
"""

SWIFT = """\
/// Holds things.
@objc public final class Cart<T>: Base {
  public private(set) var size: Int = 1
  fileprivate let hidden = 3
  init(a: Int) {}
  func total<T>(of a: Int) -> Int {
    1
  }
}
extension Cart { func more() {} }
protocol Store { func load() }
enum Color { case red, blue }
"""

SCALA = """\
package shop
/** Holds things. */
case class Cart(size: Int) {
  private val hidden = 1
  def total(a: Int): Int = {
    def local = 1
    1
  }
}
object Store { def load() = 1 }
trait Sums { def sum: Int }
"""

SHELL = """\
#!/bin/bash
# Says hello.
hello() {
  inner() { :; }
  echo
}
function bye { echo; }
"""
