import type { Offer } from './model.ts'
import type { Price } from './price.ts'

/** What an offer costs on a day such as `2026-11-21`: the last price that holds by then. */
export function priceOn({ price, later }: Offer, day: string): Price | undefined {
  let now = price
  for (const each of later) if (each.from <= day) now = each.price
  return now
}
