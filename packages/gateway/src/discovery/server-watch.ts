import type { Deadlines, Provider, ServerFacts } from '@sluice/core/providers/provider.ts'
import type { Transport } from '@sluice/core/upstream/transport.ts'
import { askServer, rootOf, type ServerAnswer, type ServerList } from './ask-server.ts'

/** A server to look after. */
export interface WatchedServer {
  readonly provider: Provider
  readonly facts: ServerFacts
  /** Nobody configured it: it is only known to be there once it has answered, and as what its answer says. */
  readonly isGuess: boolean
}

/** What is known of a server. */
export interface ServerState {
  /** The provider's name. */
  readonly name: string
  readonly isUp: boolean
  /** The models it last said it has; kept while it is down. */
  readonly models: readonly string[]
  /** Where it said how long a prompt a model takes. */
  readonly contextTokens?: ReadonlyMap<string, number>
  /** Milliseconds since 1970: since when it is up or down. */
  readonly sinceUnixMs: number
  /** Why it is down. */
  readonly reason?: string
}

/** One line for the log. */
export interface ServerLine {
  readonly event: 'server-up' | 'server-down' | 'server-models'
  readonly provider: string
  readonly models?: number
  readonly reason?: string
}

/** What a watch needs of the world. */
export interface WatchPorts {
  readonly transport: Transport
  /** Milliseconds since 1970. */
  unixMs(): number
  /** Calls `act` once after `delayMs`; the function it returns calls that off. */
  after(delayMs: number, act: () => void): () => void
  log(line: ServerLine): void
  reportBug(bug: unknown): void
}

export interface WatchOptions {
  /** Read anew for every round: a reload changes it. */
  readonly servers: () => readonly WatchedServer[]
  /** From the end of one round to the next. */
  readonly everyMs: () => number
  /** Something to be seen has changed: models, or whether a server is up. */
  readonly onChange: () => Promise<unknown> | undefined
}

/** Servers asked at one moment. */
const mostAtOnce = 8
/** Rounds between two looks at an address where nothing of the sort was found: something else may live there. */
const roundsBetweenGuesses = 10
/** A single question that goes unanswered may be a server with its hands full. */
const missesUntilDown = 2
/** For questions in the background. */
const patient: Deadlines = { connectMs: 2000, firstTokenMs: 5000, gapMs: 2000, totalMs: 6000 }

/**
 * Looks after self-hosted servers, off the call path: which models they have, and whether they answer. One round at a
 * time, so many servers at once, and every question has a deadline.
 */
export class ServerWatch {
  readonly #options: WatchOptions
  readonly #ports: WatchPorts
  readonly #states = new Map<string, ServerState>()
  readonly #misses = new Map<string, number>()
  #callOff: (() => void) | undefined
  #isStopped = false
  #round = 0

  constructor(options: WatchOptions, ports: WatchPorts) {
    this.#options = options
    this.#ports = ports
  }

  /** What is known now, in the order the servers were found: for the snapshot, and for people. */
  get states(): readonly ServerState[] {
    return [...this.#states.values()]
  }

  /**
   * Looks once at all of them, and resolves when what has changed is taken over. `deadlines` are for each question; the
   * first look, which the start waits for, is short.
   */
  async look(deadlines: Deadlines = patient): Promise<void> {
    const servers = this.#options.servers()
    await this.#askAll(servers, servers, deadlines)
  }

  async #askAll(
    servers: readonly WatchedServer[],
    asked: readonly WatchedServer[],
    deadlines: Deadlines,
  ): Promise<void> {
    const waiting = [...asked]
    const askNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await this.#lookAt(next, servers, deadlines)
    }
    const before = this.#summary()
    await Promise.all(Array.from({ length: mostAtOnce }, askNext))
    this.#forget(servers)
    if (this.#summary() !== before && !this.#isStopped) await this.#options.onChange()
  }

  /** Goes on looking until `stop`. */
  start(): void {
    if (this.#isStopped) return
    this.#callOff = this.#ports.after(this.#options.everyMs(), () => {
      void this.#goRound()
        .catch((bug) => this.#ports.reportBug(bug))
        .finally(() => this.start())
    })
  }

  /** Now and then a whole look, else at those that are known to be there. */
  #goRound(): Promise<void> {
    this.#round++
    if (this.#round % roundsBetweenGuesses === 0) return this.look()
    const servers = this.#options.servers()
    const asked = servers.filter(({ isGuess, provider }) => !isGuess || this.#states.has(provider.name))
    return this.#askAll(servers, asked, patient)
  }

  stop(): void {
    this.#isStopped = true
    this.#callOff?.()
  }

  async #lookAt(server: WatchedServer, all: readonly WatchedServer[], deadlines: Deadlines): Promise<void> {
    const answer = await askServer(server.provider, server.facts, { transport: this.#ports.transport, deadlines })
    const { name } = server.provider
    if (server.isGuess && !this.#states.has(name) && !isItself(server, answer, all)) return
    if (answer.isUp) this.#setUp(name, answer)
    else this.#miss(name, answer.reason)
  }

  #setUp(name: string, listed: ServerList): void {
    this.#misses.delete(name)
    const known = this.#states.get(name)
    const models = listed.models ?? known?.models ?? []
    const contextTokens = listed.contextTokens ?? known?.contextTokens
    const wasUp = known?.isUp === true
    const isSame = known !== undefined && summaryOf(known) === summaryOf({ models, contextTokens })
    if (wasUp && isSame) return
    const sinceUnixMs = wasUp ? known.sinceUnixMs : this.#ports.unixMs()
    const said = contextTokens && contextTokens.size > 0 ? { contextTokens } : {}
    this.#states.set(name, { name, isUp: true, models, ...said, sinceUnixMs })
    this.#ports.log({ event: wasUp ? 'server-models' : 'server-up', provider: name, models: models.length })
  }

  #miss(name: string, reason: string): void {
    const known = this.#states.get(name)
    const misses = (this.#misses.get(name) ?? 0) + 1
    this.#misses.set(name, misses)
    if (known?.isUp === false || (known && misses < missesUntilDown)) return
    this.#states.set(name, {
      name,
      isUp: false,
      models: known?.models ?? [],
      sinceUnixMs: this.#ports.unixMs(),
      reason,
    })
    this.#ports.log({ event: 'server-down', provider: name, reason })
  }

  /** A reload took servers out. */
  #forget(servers: readonly WatchedServer[]): void {
    const names = new Set(servers.map(({ provider }) => provider.name))
    for (const name of [...this.#states.keys()]) if (!names.has(name)) this.#states.delete(name)
    for (const name of [...this.#misses.keys()]) if (!names.has(name)) this.#misses.delete(name)
  }

  #summary(): string {
    return this.states.map((state) => `${state.name} ${state.isUp} ${summaryOf(state)}`).join('\n')
  }
}

function summaryOf({
  models,
  contextTokens,
}: {
  readonly models: readonly string[]
  readonly contextTokens?: ReadonlyMap<string, number> | undefined
}): string {
  return JSON.stringify([models, [...(contextTokens ?? [])]])
}

/**
 * Whether what answers at an address several servers use by default is this one: the one that names itself as the owner
 * of its models, else the first in the list that does not do so.
 */
function isItself(server: WatchedServer, answer: ServerAnswer, all: readonly WatchedServer[]): boolean {
  if (!answer.isUp || answer.models === undefined) return false
  const root = rootOf(server.provider.baseUrl)
  const rivals = all.filter(({ isGuess, provider }) => isGuess && rootOf(provider.baseUrl) === root)
  const named = rivals.find(({ facts }) => facts.ownedBy !== undefined && facts.ownedBy === answer.ownedBy)
  return (named ?? rivals.find(({ facts }) => facts.ownedBy === undefined) ?? rivals[0]) === server
}
