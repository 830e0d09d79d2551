import type { Price } from '../../catalog/price.ts'
import type { ReachableModel } from './reachable-models.ts'

/** The window at the model's first endpoint; undefined when nobody knows. */
export function contextOf({ facts, endpoints }: ReachableModel): number | undefined {
  return endpoints[0]?.deployment.contextTokens ?? facts?.contextTokens
}

/** What the model costs at its first endpoint; undefined when nobody knows. */
export function usdPerMillion({ endpoints }: ReachableModel, kind: 'input' | 'output'): number | undefined {
  const price: Price | undefined = endpoints[0]?.deployment.price
  if (price === 'free') return 0
  const rate = price?.[kind]
  return rate === undefined ? undefined : rate / 1e9
}

/** Days since it came out; undefined when nobody knows when that was. */
export function ageOf({ facts }: ReachableModel, nowSeconds: number): number | undefined {
  return facts?.released === undefined ? undefined : (nowSeconds - Date.parse(facts.released) / 1000) / 86_400
}
