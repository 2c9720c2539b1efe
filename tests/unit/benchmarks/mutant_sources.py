"""Three small programs in which every class of change can be made."""

PYTHON = '''\
"""Orders of a shop."""

import os

import click

from shop.tax import rate

LIMIT = 30


def total(prices, tax=0.2, *, rounded=True):
    """Add prices up.

    The tax is added to each price before the sum is taken, so that the sum of a receipt is what
    its lines say.
    """
    # Prices are net.
    amounts = [price * (1 + tax) for price in prices]
    amount = sum(amounts)
    if rounded and amount > LIMIT:
        amount = round(amount, 2)
    return amount


def share(amount: float, people: int) -> dict[str, object]:
    """Split an amount."""
    if people < 1:
        raise ValueError("nobody pays")  # not even once
    where = os.environ.get("SHOP_PLACE", "counter")
    return {"each": amount / people, "where": where}


def taxed(amount, land):
    """Add what a country takes, which is looked up by its name each time that somebody asks."""
    found = rate(land, 'now')
    return amount + found


class Cart:
    """What is bought."""

    def add(self, item, count=1):
        """Put an item in."""
        known = self.items.get(item, 0)
        self.items[item] = known + count
        return known

    def clear(self):
        """Take all out."""
        before = dict(self.items)
        self.items.clear()
        return before


@click.command()
@click.option("--currency", default="EUR")
def receipt(currency):
    """Print a receipt."""
    click.echo(currency)
    return None


@bp.get("/orders")
def orders():
    """List orders."""
    found = receipt
    return found
'''

TYPESCRIPT = """\
import { rate } from './tax'

const LIMIT = 30

/**
 * Adds prices up, each with the tax that the country takes of it, so that the sum of a receipt is
 * what its lines say.
 */
export function total(prices: number[], tax = 0.2, places?: number): number {
  // Prices are net.
  const amounts = prices.map((price) => price * (1 + tax))
  let amount = amounts.reduce((one, other) => one + other, 0)
  if (amount > LIMIT) {
    amount = Number(amount.toFixed(places))
  }
  return amount
}

/** Splits an amount. */
export function share(amount: number, people: number) {
  if (people < 1) {
    throw new Error('nobody pays') // not even once
  }
  const each = amount / people
  const where = process.env.SHOP_PLACE || 'counter'
  return { each, where }
}

/** Adds what a country takes. */
export function taxed(amount: number, land: string): number {
  const found = rate(land, 'now')
  return amount + found
}

export class Cart {
  add(item: string, count = 1): number {
    const known = this.items.get(item) ?? 0
    this.items.set(item, known + count)
    return known
  }

  clear(): number {
    const before = this.items.size
    this.items.clear()
    return before
  }
}

export function routes(router) {
  router.get('/orders', total)
  router.post('/orders', share)
  return router
}

export function commands(program) {
  program.option('--currency', 'which money')
  program.option('--land', 'whose taxes')
  return program
}
"""

GO = """\
package shop

import (
	"errors"
	"fmt"
)

const Limit = 30

// Total adds prices up, each with the tax that the country takes of it, so that the sum of a
// receipt is what its lines say.
func Total(prices []int, tax int, more ...int) int {
	// Prices are net.
	amount := 0
	for _, price := range prices {
		amount += price * (100 + tax)
	}
	if amount > Limit {
		return amount / 100
	}
	return amount
}

// Share splits an amount.
func Share(amount int, people int) (int, error) {
	if people < 1 {
		return 0, errors.New("nobody pays") // not even once
	}
	each := amount / people
	return each, nil
}

// Cart is what is bought.
type Cart struct{ items map[string]int }

// Add puts an item in.
func (c *Cart) Add(item string, count int) int {
	known := c.items[item]
	c.items[item] = known + count
	fmt.Println("added", item)
	return known
}

// Clear takes all out.
func (c *Cart) Clear() int {
	before := len(c.items)
	c.items = nil
	fmt.Println("cleared")
	return before
}

func routes(r Router) {
	r.Get("/orders", nil)
	r.Post("/orders", nil)
}

func commands(cmd *Command) {
	viper.SetDefault("place", "counter")
	cmd.Flags().String("currency", "EUR", "which money")
	cmd.Flags().Bool("rounded", true, "whether sums are rounded")
}
"""

OTHER_GO = """\
package shop

// Nothing does nothing.
func Nothing() int {
	none := 0
	return none
}
"""

OTHER_PYTHON = '''\
"""Taxes."""


def rate(land, when):
    """Look a rate up."""
    known = {"de": 19}
    return known[land]
'''

OTHER_TYPESCRIPT = """\
export function rate(land: string, when: string): number {
  const known = { de: 19 }
  return known[land]
}
"""

SHOP = {
    "shop/orders.py": PYTHON,
    "shop/tax.py": OTHER_PYTHON,
    "shop/__init__.py": "",
    "web/orders.ts": TYPESCRIPT,
    "web/tax.ts": OTHER_TYPESCRIPT,
    "kiosk/orders.go": GO,
    "kiosk/nothing.go": OTHER_GO,
}
