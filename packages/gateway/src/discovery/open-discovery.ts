import type { Deadlines } from '@sluice/core/providers/provider.ts'
import type { Config, FoundServer } from '../config/config.ts'
import { type ServerState, ServerWatch, type WatchPorts } from './server-watch.ts'
import { foundServers, listServers, type ServerSources } from './watched-servers.ts'

/** The part of a reloader that is used here. */
export interface ServerReloader {
  /** The configuration in force. */
  readonly config: Config
  reload(cause: 'servers'): Promise<unknown>
}

/** Self-hosted servers, looked after. */
export interface Discovery {
  /** As they were last seen, for a snapshot. */
  found(): readonly FoundServer[]
  /** Which are up and which are down, since when and why: the view of health for people. */
  states(): readonly ServerState[]
  /** Looks now, without waiting for the next round; resolves when what was found is in force. */
  look(): Promise<void>
  /** Goes on looking in the background; what changes is taken over by a reload. */
  begin(reloader: ServerReloader): void
  stop(): void
}

/** A server on this machine answers in a few milliseconds or is not there; one that is far is found a little later. */
const firstLook: Deadlines = { connectMs: 300, firstTokenMs: 300, gapMs: 300, totalMs: 300 }

/** Looks once, briefly, and answers what was found so far. */
export async function openDiscovery(first: ServerSources, ports: WatchPorts): Promise<Discovery> {
  let reloader: ServerReloader | undefined
  const sources = (): ServerSources => ({ ...first, config: reloader?.config ?? first.config })
  const watch = new ServerWatch(
    {
      servers: () => listServers(sources()),
      everyMs: () => sources().config.settings.probeMs,
      onChange: () => reloader?.reload('servers'),
    },
    ports,
  )
  await watch.look(firstLook)
  return {
    found: () => foundServers(watch.states, sources()),
    states: () => watch.states,
    look: () => watch.look(),
    begin(made) {
      reloader = made
      watch.start()
    },
    stop: () => watch.stop(),
  }
}
