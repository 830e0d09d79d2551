import type { Account } from '@sluice/core/budgets/account.ts'
import { type BudgetBook, openBudgets } from '@sluice/core/budgets/budget-book.ts'
import type { Lease } from '@sluice/core/budgets/lease.ts'
import type { BudgetPorts } from '@sluice/core/budgets/ports.ts'
import type { AcquireAsk, BudgetStore } from '@sluice/core/budgets/store.ts'
import { SimDisk } from './sim-disk.ts'
import { SimLink } from './sim-link.ts'
import { simSettings, tickMs } from './sim-settings.ts'
import type { KeyScopes, SimWorld } from './sim-world.ts'

/** One gateway process, and those that take its place after a crash. Runs production's budgets. */
export class SimReplica {
  readonly name: string
  readonly disk: SimDisk
  readonly link: SimLink
  book: BudgetBook | undefined
  pausedUntilMs = 0
  /** The configuration it has heard of. */
  config: { epoch: number; scopes: KeyScopes }
  readonly #world: SimWorld
  readonly #peers: readonly SimReplica[]
  #life = 0
  #isAlive = false
  #accounts: Map<string, Account> = new Map()
  #lastAsk: AcquireAsk | undefined

  constructor(name: string, world: SimWorld, peers: readonly SimReplica[]) {
    this.name = name
    this.#world = world
    this.#peers = peers
    this.config = { epoch: world.epoch, scopes: world.scopes }
    this.disk = new SimDisk(world.time, world.dice, world.disks)
    this.link = new SimLink(world.time, world.dice, world.weather)
  }

  /** Names the process that runs now. */
  get life(): string {
    return `${this.name}.${this.#life}`
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  start(): void {
    if (this.#isAlive) return
    this.#isAlive = true
    this.#life++
    const ports = this.#createPorts()
    openBudgets(ports, simSettings).then(
      (book) => {
        this.book = book
        this.#tickLater()
      },
      (bug) => this.#world.violate(`could not open: ${bug}`),
    )
  }

  crash(): void {
    if (!this.#isAlive) return
    const { life } = this
    this.#isAlive = false
    this.book = undefined
    this.#accounts = new Map()
    this.#world.crashes++
    this.disk.crash()
    this.#world.oracle.crashed(life)
    this.#askOnceMore()
  }

  /** The last thing it asked is still on its way, and may arrive after its successor has started. */
  #askOnceMore(): void {
    const { dice, time, store } = this.#world
    const last = this.#lastAsk
    if (!last || dice.chance(0.7)) return
    const items = last.items.map((item) => ({ ...item, leaseId: this.#world.newId('late_') }))
    time.after(dice.delay(5000), () => void store.acquire({ ...last, items }))
  }

  /** The newest configuration has arrived. */
  reconfigure(): void {
    this.config = { epoch: this.#world.epoch, scopes: this.#world.scopes }
    this.#accounts = new Map()
  }

  accountFor(key: string, model: string): Account | undefined {
    const name = `${key} ${model}`
    const known = this.#accounts.get(name)
    if (known) return known
    const account = this.book?.accountFor(this.#world.countersFor(key, model, this.config))
    if (account) this.#accounts.set(name, account)
    return account
  }

  /** A named point of the program. True when the process dies right here: nothing may follow. */
  passes(point: string): boolean {
    const due = this.#world.crashPoint
    if (due?.name !== point || due.passes-- > 0) return false
    this.#world.crashPoint = undefined
    this.crash()
    return true
  }

  /** Runs this in the process as it is now; later when it is paused, never when it is gone. */
  inLife(act: () => void): void {
    const life = this.#life
    const run = (): void => {
      if (!this.#isAlive || this.#life !== life) return
      const pauseMs = this.pausedUntilMs - this.#world.time.nowMs
      if (pauseMs > 0) this.#world.time.after(pauseMs, run)
      else act()
    }
    run()
  }

  /** I2 and I7: what every lease holds adds up. */
  checkLeases(): void {
    for (const purse of this.book?.desk.active ?? []) {
      this.#checkLease(purse.current, purse.isSoft)
      for (const lease of purse.draining) this.#checkLease(lease, purse.isSoft)
    }
  }

  #checkLease(lease: Lease, isSoft: boolean): void {
    const { left, reserved, spent, returned, granted, id } = lease
    if (left + reserved + spent + returned !== granted) {
      this.#world.violate(`I2: ${id} ${left} + ${reserved} + ${spent} + ${returned} != ${granted}`)
    }
    if (reserved < 0 || spent < 0 || returned < 0 || (left < 0 && !isSoft)) this.#world.violate(`I7: ${id} is negative`)
  }

  #tickLater(): void {
    this.#later(this.#world.isIdle ? 4 * tickMs : tickMs, () => {
      this.passes('tick')
      this.book?.tick().catch((bug) => this.#world.violate(`tick failed: ${bug}`))
      this.#tickLater()
    })
  }

  /** After a while, if the process still lives. */
  #later(delayMs: number, act: () => void): () => void {
    const life = this.#life
    return this.#world.time.after(delayMs, () => {
      if (this.#life === life) this.inLife(act)
    })
  }

  #createPorts(): BudgetPorts {
    const world = this.#world
    const settle = this.whileAlive()
    const disk = this.disk.open(settle)
    const store = this.#createStore(settle)
    const peers = { recall: (keys: readonly string[]) => this.#recall(keys, settle) }
    const ledger = {
      put: (lines: Parameters<SimWorld['putLines']>[0]) => this.#ask('put', settle, () => this.#put(lines)),
    }
    const offsetMs = world.dice.integer(0, 1_000_000)
    return {
      store: world.seams.link?.(store, world.time) ?? store,
      disk: this.#withPoints(world.seams.disk?.(disk) ?? disk),
      peers: world.seams.peers?.(peers) ?? peers,
      ledger: world.seams.ledger?.(ledger) ?? ledger,
      nowMs: () => world.time.nowMs + offsetMs,
      after: (delayMs, act) => this.#later(delayMs, act),
      newId: (prefix) => world.newId(prefix),
      replicas: () => this.#peers.length,
      tell: (news) => world.hear(news),
    }
  }

  /** Runs things in the process as it is now, or not at all once it is gone. */
  whileAlive(): (act: () => void) => void {
    const life = this.#life
    return (act) => {
      if (this.#life === life) this.inLife(act)
    }
  }

  #createStore(settle: (act: () => void) => void): BudgetStore {
    const { store } = this.#world
    return {
      acquire: (ask) => {
        this.#lastAsk = ask
        return this.#ask('acquire', settle, () => store.acquire(ask))
      },
      report: (reports) => this.#ask('report', settle, () => store.report(reports)),
      release: (finals) => this.#ask('release', settle, () => store.release(finals)),
      reap: () => this.#ask('reap', settle, () => store.reap()),
    }
  }

  #put(lines: Parameters<SimWorld['putLines']>[0]): Promise<boolean> {
    if (this.#world.weather.isLedgerDown) return Promise.resolve(false)
    this.#world.putLines(lines)
    return Promise.resolve(true)
  }

  /** Crashes may come before the question is out and when the answer is here. */
  #ask<T>(what: string, settle: (act: () => void) => void, carryOut: () => Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      if (this.passes(`${what}-before`)) return
      this.link.ask(carryOut, (reply) =>
        settle(() => {
          if (!this.passes(`${what}-after`)) resolve(reply)
        }),
      )
    })
  }

  #withPoints(disk: BudgetPorts['disk']): BudgetPorts['disk'] {
    const around = async <T>(what: string, write: () => Promise<T>): Promise<T> => {
      if (this.passes(`${what}-before`)) await never
      const done = await write()
      if (this.passes(`${what}-after`)) await never
      return done
    }
    return {
      read: () => disk.read(),
      append: (bytes) => around('append', () => disk.append(bytes)),
      replace: (bytes) => around('replace', () => disk.replace(bytes)),
    }
  }

  async #recall(keys: readonly string[], settle: (act: () => void) => void): Promise<void> {
    if (this.passes('recall')) await never
    const others = this.#peers.filter((peer) => peer !== this && peer.isAlive)
    await Promise.all(others.map((peer) => this.#recallFrom(peer, keys, settle)))
  }

  #recallFrom(peer: SimReplica, keys: readonly string[], settle: (act: () => void) => void): Promise<void> {
    const { time, dice, weather } = this.#world
    if (this.link.isCut || peer.link.isCut || dice.chance(weather.losses)) return never
    return new Promise((resolve) => {
      time.after(dice.delay(weather.delayMs / 2), () => {
        peer.inLife(() => {
          const given = peer.book?.giveBack(keys) ?? Promise.resolve()
          void given.then(() => time.after(dice.delay(weather.delayMs / 2), () => settle(resolve)))
        })
      })
    })
  }
}

/** Where a dead process waits. */
export const never: Promise<never> = new Promise(() => undefined)

/** Crashes that a run may have at one exact place. */
export const crashPoints: readonly [string, ...string[]] = [
  'reserve-before',
  'reserve-after',
  'durable-after',
  'send-after',
  'answer-after',
  'finish-after',
  'tick',
  'recall',
  'acquire-before',
  'acquire-after',
  'report-before',
  'report-after',
  'release-before',
  'release-after',
  'put-before',
  'put-after',
  'append-before',
  'append-after',
  'replace-before',
  'replace-after',
]
