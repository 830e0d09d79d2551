import type { Limit, Scope, ScopeLimits } from '@sluice/core/budgets/limit.ts'
import type { Quote } from '@sluice/core/budgets/quote.ts'
import type { Usage } from '@sluice/core/ir/usage.ts'
import type { Dice } from './dice.ts'
import type { KeyScopes } from './sim-world.ts'

/** Two teams, three keys, and one key without any limit. */
const keys: readonly { readonly key: string; readonly team: string }[] = [
  { key: 'k1', team: 't1' },
  { key: 'k2', team: 't1' },
  { key: 'k3', team: 't2' },
]

/** The key that nothing limits: it must be served whatever happens to the store. */
export const freeKey = 'free'

/** Every key a client may use. */
export const simKeys: readonly [string, ...string[]] = ['k1', 'k2', 'k3', freeKey]

/** Draws limits for everybody: some never reached, some used up within the run. */
export function drawScopes(dice: Dice): KeyScopes {
  const timeZone = dice.pick(['UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Kathmandu'])
  const organisation = scopeOf({ kind: 'organisation', id: 'o' }, timeZone, [usd(dice, 'lifetime', dice.chance(0.3))])
  const teams = new Map(['t1', 't2'].map((id) => [id, scopeOf({ kind: 'team', id }, timeZone, drawTeam(dice))]))
  const drawn = keys.map(({ key, team }): [string, readonly ScopeLimits[]] => {
    const own = scopeOf({ kind: 'key', id: key }, timeZone, [usd(dice, 'lifetime', false), ...drawKey(dice)])
    return [key, [organisation, teams.get(team) ?? organisation, own]]
  })
  return new Map([...drawn, [freeKey, []]])
}

/** The same limits, each of them higher or lower. */
export function changeScopes(dice: Dice, scopes: KeyScopes): KeyScopes {
  const changed = new Map<ScopeLimits, ScopeLimits>()
  const change = (scope: ScopeLimits): ScopeLimits => {
    const known = changed.get(scope)
    if (known) return known
    const limits = scope.limits.map((limit) =>
      dice.chance(0.5) ? limit : { ...limit, amount: (limit.amount * BigInt(dice.integer(3, 20))) / 10n },
    )
    const next = { ...scope, limits }
    changed.set(scope, next)
    return next
  }
  return new Map([...scopes].map(([key, list]) => [key, list.map(change)]))
}

/** A price with fractions of a nano-USD, bounded at the same rates or at higher ones. */
export function drawQuote(dice: Dice): Quote {
  const [input, output] = [dice.integer(300, 9000), dice.integer(300, 20_000)]
  const margin = dice.pick([1, 1, 1.5])
  const cost = (tokensIn: number, tokensOut: number): number =>
    Math.ceil((tokensIn * input + tokensOut * output) / 1000)
  return {
    version: `${input}/${output}`,
    boundNanos: (tokensIn, tokensOut) => Math.ceil(cost(tokensIn, tokensOut) * margin),
    settledNanos: (usage: Usage) => cost(usage.input ?? 0, usage.output ?? 0),
  }
}

function drawTeam(dice: Dice): readonly Limit[] {
  return some(dice, 0.5, [
    usd(dice, dice.pick(['day', 'month', 'week', 'quarter']), true),
    { meter: 'requests', per: 'minute', amount: BigInt(dice.integer(10, 60)) },
    { meter: 'requests', per: 'day', amount: BigInt(dice.integer(5, 40)), isSoft: true },
    { meter: 'output-tokens', per: 'hour', amount: BigInt(dice.integer(500, 5000)) },
  ])
}

function drawKey(dice: Dice): readonly Limit[] {
  return some(dice, 0.4, [
    usd(dice, 'minute', true),
    usd(dice, 'day', true),
    { meter: 'usd', per: { rollingMs: 5000 }, amount: BigInt(dice.integer(1000, 10_000)) },
    {
      meter: 'usd',
      per: 'day',
      amount: BigInt(dice.integer(1000, 10_000)),
      models: { name: 'big', members: new Set(['large']) },
    },
    { meter: 'requests', per: 'second', amount: BigInt(dice.integer(1, 5)) },
    { meter: 'requests', per: { rollingMs: 3000 }, amount: BigInt(dice.integer(2, 12)) },
    { meter: 'tokens', per: 'minute', amount: BigInt(dice.integer(300, 3000)) },
    { meter: 'concurrency', per: 'lifetime', amount: BigInt(dice.integer(1, 6)) },
  ])
}

/** An attempt costs some thousand nano-USD; a tight budget has room for ten or so. */
function usd(dice: Dice, per: Limit['per'], isTight: boolean): Limit {
  return { meter: 'usd', per, amount: BigInt(isTight ? dice.integer(3000, 40_000) : 1_000_000_000) }
}

function some(dice: Dice, probability: number, limits: readonly Limit[]): readonly Limit[] {
  return limits.filter(() => dice.chance(probability))
}

function scopeOf(scope: Scope, timeZone: string, limits: readonly Limit[]): ScopeLimits {
  return { scope, timeZone, limits }
}
