import { changeScopes } from './sim-limits.ts'
import { crashPoints, type SimReplica } from './sim-replica.ts'
import type { SimWorld } from './sim-world.ts'

/** Plans what goes wrong between now and `untilMs`: a handful of faults, each of them over by then. */
export function planFaults(world: SimWorld, replicas: readonly SimReplica[], untilMs: number): void {
  const { dice, time, weather } = world
  weather.losses = dice.pick([0, 0, 0.02, 0.15])
  weather.doubles = dice.pick([0, 0.05, 0.2])
  weather.stragglers = dice.pick([0, 0.01, 0.05])
  weather.delayMs = dice.pick([4, 20, 120])
  for (let count = dice.integer(0, 7); count > 0; count--) {
    const atMs = dice.integer(0, untilMs)
    const replica = replicas[dice.integer(0, replicas.length - 1)]
    if (replica) time.after(atMs, dice.pick(faults)(world, replica, untilMs - atMs))
  }
}

/** Everything works again, and the dead are back. */
export function endFaults(world: SimWorld, replicas: readonly SimReplica[]): void {
  const { weather, disks } = world
  Object.assign(weather, {
    losses: 0,
    doubles: 0,
    stragglers: 0,
    delayMs: 4,
    isStoreDown: false,
    isLedgerDown: false,
    storePausedUntilMs: 0,
  })
  disks.failures = 0
  world.crashPoint = undefined
  for (const replica of replicas) {
    replica.link.isCut = false
    replica.pausedUntilMs = 0
    replica.start()
    replica.reconfigure()
  }
}

type Fault = (world: SimWorld, replica: SimReplica, mostMs: number) => () => void

const faults: readonly [Fault, ...Fault[]] = [
  /** The process is killed and comes back, soon or when its leases are long gone. */
  (world, replica, mostMs) => () => {
    replica.crash()
    world.time.after(Math.min(mostMs, world.dice.delay(20_000)), () => replica.start())
  },
  /** The same at an exact place in the program, wherever that is passed first. */
  (world, _replica, mostMs) => () => {
    const { dice } = world
    world.crashPoint = { name: dice.pick(crashPoints), passes: dice.integer(0, 6) }
    world.time.after(mostMs, () => {
      world.crashPoint = undefined
    })
  },
  /** The process stands still. */
  (world, replica) => () => {
    replica.pausedUntilMs = world.time.nowMs + world.dice.delay(3000)
  },
  /** The replica is cut off from the store and from the others. */
  (world, replica, mostMs) => () => {
    replica.link.isCut = true
    world.time.after(Math.min(mostMs, world.dice.delay(6000)), () => {
      replica.link.isCut = false
    })
  },
  (world, _replica, mostMs) => () => {
    world.weather.isStoreDown = true
    world.time.after(Math.min(mostMs, world.dice.delay(6000)), () => {
      world.weather.isStoreDown = false
    })
  },
  /** Lines pile up; nothing that costs money begins once they are too many. */
  (world, _replica, mostMs) => () => {
    world.weather.isLedgerDown = true
    world.time.after(Math.min(mostMs, world.dice.delay(8000)), () => {
      world.weather.isLedgerDown = false
    })
  },
  (world) => () => {
    world.weather.storePausedUntilMs = world.time.nowMs + world.dice.delay(3000)
  },
  /** Writes fail for a while, and one of the processes does not survive it. */
  (world, replica, mostMs) => () => {
    world.disks.failures = world.dice.pick([0.1, 0.5, 1])
    if (world.dice.chance(0.4)) {
      world.time.after(Math.min(mostMs, world.dice.delay(3000)), () => replica.crash())
      world.time.after(Math.min(mostMs, 3000 + world.dice.delay(3000)), () => replica.start())
    }
    world.time.after(Math.min(mostMs, world.dice.delay(3000)), () => {
      world.disks.failures = 0
    })
  },
  /** Limits are raised and lowered; every replica hears of it at another time. */
  (world, replica) => () => {
    world.configure(changeScopes(world.dice, world.scopes))
    replica.reconfigure()
  },
]

/** Replicas hear of new limits now and then. */
export function planNews(world: SimWorld, replicas: readonly SimReplica[]): void {
  for (const replica of replicas) {
    const hear = (): void => {
      if (replica.config.epoch !== world.epoch) replica.reconfigure()
      world.time.after(world.dice.integer(200, 2000), hear)
    }
    world.time.after(world.dice.integer(0, 2000), hear)
  }
}
