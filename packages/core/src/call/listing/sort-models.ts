import { invalidRequest, type Result } from '../../ir/failure.ts'
import { contextOf, usdPerMillion } from './model-numbers.ts'
import type { ReachableModel } from './reachable-models.ts'

/** Orders that need measurements nobody takes here: the list keeps its own order, which is the operator's. */
const unmeasured: readonly string[] = [
  'most-popular',
  'top-weekly',
  'throughput-high-to-low',
  'latency-low-to-high',
  'intelligence-high-to-low',
  'coding-high-to-low',
  'agentic-high-to-low',
  'design-arena-elo-high-to-low',
]

const orders: ReadonlyMap<
  string,
  { readonly numberOf: (model: ReachableModel) => number | undefined; readonly sign: 1 | -1 }
> = new Map([
  ['newest', { numberOf: releasedOf, sign: -1 }],
  ['pricing-low-to-high', { numberOf: averagePrice, sign: 1 }],
  ['pricing-high-to-low', { numberOf: averagePrice, sign: -1 }],
  ['context-high-to-low', { numberOf: contextOf, sign: -1 }],
])

/** The models in the order asked for; those whose number is not known come last. */
export function sortModels(models: readonly ReachableModel[], sort: string | null): Result<readonly ReachableModel[]> {
  if (sort === null || sort === '' || unmeasured.includes(sort)) return { ok: true, value: models }
  const order = orders.get(sort)
  if (!order) return invalidRequest(`'sort' must be one of: ${[...orders.keys(), ...unmeasured].join(', ')}.`, 'sort')
  const { numberOf, sign } = order
  const sorted = models.toSorted((a, b) => {
    const [one, other] = [numberOf(a), numberOf(b)]
    if (one === undefined || other === undefined) return (one === undefined ? 1 : 0) - (other === undefined ? 1 : 0)
    return (one - other) * sign
  })
  return { ok: true, value: sorted }
}

function averagePrice(model: ReachableModel): number | undefined {
  const [input, output] = [usdPerMillion(model, 'input'), usdPerMillion(model, 'output')]
  return input === undefined || output === undefined ? undefined : (input + output) / 2
}

function releasedOf({ facts }: ReachableModel): number | undefined {
  return facts?.released === undefined ? undefined : Date.parse(facts.released)
}
