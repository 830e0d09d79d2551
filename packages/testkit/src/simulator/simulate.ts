import { Dice } from './dice.ts'
import { checkEnd } from './final-checks.ts'
import { probeExactly } from './probe-exactly.ts'
import type { Seams } from './seams.ts'
import { SimClients } from './sim-client.ts'
import { endFaults, planFaults, planNews } from './sim-faults.ts'
import { drawScopes } from './sim-limits.ts'
import { SimReplica } from './sim-replica.ts'
import { simSettings } from './sim-settings.ts'
import { SimWorld } from './sim-world.ts'

/** What became of one seed. */
export interface SimResult {
  readonly seed: number
  /** The first rule that was broken, and when; undefined when all held. */
  readonly violation: string | undefined
  readonly admitted: number
  readonly refused: number
  readonly crashes: number
}

/** Calls come, things go wrong. */
const stormMs = 10_000
/** Everything works, calls still come. */
const calmMs = 3000
/** Nobody calls; leases end, and those of the dead are burnt or filed. */
const idleMs = simSettings.admitMs + simSettings.settleMs + 9000

/** Moments just before something ends somewhere: a minute at least, often a day, a month, an hour that comes twice. */
const starts: readonly [string, ...string[]] = [
  '2026-03-28T22:59:50Z',
  '2026-10-24T21:59:55Z',
  '2026-12-31T23:59:50Z',
  '2026-09-30T21:59:48Z',
  '2018-11-04T02:59:52Z',
  '2026-05-31T18:14:51Z',
  '2026-07-15T11:59:55Z',
]

/** Runs one seed: the same seed is the same run, on every machine. */
export function simulate(seed: number, seams: Seams = {}): SimResult {
  const unpatch = seams.patch?.()
  try {
    return run(seed, seams)
  } finally {
    unpatch?.()
  }
}

function run(seed: number, seams: Seams): SimResult {
  const dice = new Dice(seed)
  const startsAtMs = Date.parse(dice.pick(starts)) + dice.integer(-4000, 4000)
  const world = new SimWorld(dice, seams, { startsAtMs, scopes: drawScopes(dice) })
  const replicas: SimReplica[] = []
  for (let count = dice.integer(3, 5); count > 0; count--)
    replicas.push(new SimReplica(`replica-${count}`, world, replicas))
  for (const replica of replicas) replica.start()
  const clients = new SimClients(world, replicas)
  const isOver = (): boolean => {
    for (const replica of replicas) replica.checkLeases()
    return world.violation !== undefined
  }

  planNews(world, replicas)
  planFaults(world, replicas, stormMs)
  for (let calls = dice.integer(15, 100); calls > 0; calls--) {
    world.time.after(dice.integer(0, stormMs + calmMs), () => clients.call())
  }
  const steps: readonly (readonly [untilMs: number, then: () => void])[] = [
    [stormMs, () => endFaults(world, replicas)],
    [stormMs + calmMs, () => probeExactly(world, replicas)],
    [stormMs + calmMs + idleMs, () => checkEnd(world, replicas, clients)],
  ]
  for (const [untilMs, then] of steps) {
    if (world.violation === undefined) world.time.runUntil(untilMs, isOver)
    if (world.violation === undefined) then()
  }
  const { admitted, refused } = clients
  return { seed, violation: world.violation, admitted, refused, crashes: world.crashes }
}
