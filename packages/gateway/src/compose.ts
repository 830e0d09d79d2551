import { readFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { basename } from 'node:path'
import type { Catalog } from '@sluice/core/catalog/catalog.ts'
import { providerDialects } from '@sluice/core/dialects/registry.ts'
import { asObject } from '@sluice/core/ir/read.ts'
import { createAuthorizedTransports } from '@sluice/core/providers/auth/authorized-transport.ts'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import { renderBanner } from './cli/banner.ts'
import { type FirstKeys, prepareFirstKeys } from './cli/first-run.ts'
import { type Home, openHome } from './cli/home.ts'
import type { ProcessSettings } from './cli/settings.ts'
import { buildSnapshot } from './config/build-snapshot.ts'
import type { Config } from './config/config.ts'
import type { Environment } from './config/expand-variables.ts'
import { type CatalogLoader, createCatalogLoader } from './config/load-catalog.ts'
import { formatProblem } from './config/problem.ts'
import { type ConfigSurroundings, readConfig } from './config/read-config.ts'
import { createReloader, type Reloader } from './config/reload.ts'
import { createSnapshotHolder, type SnapshotHolder } from './config/snapshot-holder.ts'
import { watchConfig } from './config/watch-config.ts'
import { createCredentialPorts } from './credentials/credential-ports.ts'
import { type Discovery, openDiscovery } from './discovery/open-discovery.ts'
import type { HttpAnswer } from './http/http-answer.ts'
import { Ticker } from './http/ticker.ts'
import { authenticate } from './identity/authenticate.ts'
import { createRuntimePorts } from './runtime-ports.ts'
import { CallGate } from './server/call-gate.ts'
import { collectGarbage } from './server/collect-garbage.ts'
import { answerFault, createBugAnswer, createRequestHandler, type RequestHandler } from './server/handle-request.ts'
import { createMatcher } from './server/match-route.ts'
import { checkRoutes, passRoutes, routes } from './server/route-table.ts'
import { type RunningServer, serve } from './server/serve.ts'
import { createCallLog } from './telemetry/call-log.ts'
import { type LineSink, LineWriter } from './telemetry/line-writer.ts'
import { createProcessLog, type ProcessLog } from './telemetry/process-log.ts'
import { SocketTransport } from './upstream/socket-transport.ts'
import { version } from './version.ts'

/** What a gateway is started with. */
export interface GatewayOptions {
  readonly settings: ProcessSettings
  readonly env: Environment
  /** Where log lines go. */
  readonly logSink: LineSink
  /** Shows the first screen; it holds fresh keys, so it is never the log. */
  readonly print: (text: string) => void
  /** Certificates (PEM) to trust beside none of the well-known ones; for private authorities and tests. */
  readonly trustedCertificates?: string
}

/** A gateway that listens. */
export interface Gateway {
  readonly url: string
  readonly holder: SnapshotHolder
  readonly reloader: Reloader
  /** Self-hosted servers: what they have, and which are up. */
  readonly discovery: Discovery
  /** Calls being answered now. */
  readonly gate: CallGate
  /** Ends gently; see `RunningServer.drain`. Resolves when the process may exit. */
  drain(): Promise<void>
  /** Ends at once. */
  stop(): Promise<void>
}

/** A running gateway, or every reason why there is none. */
export type StartResult =
  | { readonly ok: true; readonly gateway: Gateway }
  | { readonly ok: false; readonly problems: readonly string[] }

const defaultDrainMs = 600_000
/** How often the deadlines of bodies are looked at. */
const bodyTickMs = 1000
const gibibyte = 1024 ** 3

/**
 * Request bodies held at one moment over all calls. A body takes about three times its size while its call waits (its
 * text, its value, what is sent), so this is less than half of the memory there is, a container's limit included.
 */
function bodyBudgetBytes(): number {
  const memoryBytes = process.constrainedMemory() || totalmem()
  return Math.min(gibibyte, Math.max(gibibyte / 16, memoryBytes / 8))
}

/** Puts the house together: store, configuration, snapshot, front; listens; prints the first screen. */
export async function startGateway(options: GatewayOptions): Promise<StartResult> {
  const { settings, env } = options
  const badRoutes = checkRoutes([...routes, ...passRoutes])
  if (badRoutes.length > 0) return { ok: false, problems: badRoutes }
  const opened = await openHome(settings)
  if (!opened.ok) return { ok: false, problems: [opened.message] }
  const loaded = await loadConfig(settings, env)
  if (!loaded.ok) {
    opened.home.store.close()
    return loaded
  }
  return openHouse(options, { ...loaded, home: opened.home })
}

interface Loaded {
  readonly config: Config
  readonly hasFile: boolean
  readonly surroundings: ConfigSurroundings
  readonly loadCatalog: CatalogLoader
  readonly catalog: Catalog
}

async function loadConfig(
  { configPath, isConfigNamed, dataDir }: ProcessSettings,
  env: Environment,
): Promise<({ readonly ok: true } & Loaded) | { readonly ok: false; readonly problems: readonly string[] }> {
  const text = await readFile(configPath, 'utf8').catch((error: unknown) => reasonOf(error))
  if (typeof text !== 'string' && (isConfigNamed || text.code !== 'ENOENT')) {
    return { ok: false, problems: [`${configPath} cannot be read: ${text.message}.`] }
  }
  const written = typeof text === 'string' ? text : undefined
  const surroundings = { file: basename(configPath), env, knownProviders, defaultQuirks: defaultQuirks() }
  const result = readConfig(written ?? '', surroundings)
  if (!result.ok) return { ok: false, problems: result.problems.map(formatProblem) }
  const loadCatalog = createCatalogLoader({ configPath, dataDir })
  const loaded = loadCatalog(result.config)
  if (!loaded.ok) return loaded
  const { catalog } = loaded
  return { ok: true, config: result.config, hasFile: written !== undefined, surroundings, loadCatalog, catalog }
}

function reasonOf(error: unknown): { readonly code: string; readonly message: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return { code, message: error instanceof Error ? error.message : String(error) }
}

function defaultQuirks(): NonNullable<ConfigSurroundings['defaultQuirks']> {
  const quirks = Object.values(providerDialects).map((each) => [each.id, asObject(each.defaultQuirks) ?? {}])
  return Object.fromEntries(quirks)
}

interface House extends Loaded {
  readonly home: Home
}

async function openHouse(options: GatewayOptions, house: House): Promise<StartResult> {
  const { settings } = options
  const { home, config } = house
  const outlets = openOutlets(options)
  const { writer, log, transport } = outlets
  const discovery = await discover(house, options.env, outlets)
  const keys = await prepareFirstKeys(home, {
    adminKey: settings.adminKey,
    hasConfiguredKeys: config.keys.length > 0,
    nowMs: Date.now(),
  })
  const { catalog } = house
  const servers = discovery.found()
  const parts = { id: 1, hasher: home.hasher, storedKeys: keys.storedKeys, servers, catalog, nowMs: Date.now() }
  const holder = createSnapshotHolder(buildSnapshot(config, parts))
  const gate = new CallGate()
  const authorized = createAuthorizedTransports(createCredentialPorts(transport))
  const ports = createRuntimePorts({ transport, authorized, record: createCallLog(writer), log })
  const credentials = { hasher: home.hasher, adminDigest: keys.adminDigest, known: new Map<string, string>() }
  const handle = createRequestHandler({
    holder,
    authenticate: (request, snapshot) => authenticate(request, snapshot.keys, credentials),
    ports,
    match: createMatcher(routes),
    budget: { limitBytes: bodyBudgetBytes(), heldBytes: 0 },
    ticker: new Ticker(bodyTickMs),
    gate,
  })
  const server = listen(settings, handle, { gate, answerBug: createBugAnswer(ports) })
  if (typeof server === 'string') {
    transport.close()
    home.store.close()
    return { ok: false, problems: [server] }
  }
  const stored = await keys.store()
  if (!stored.ok) {
    server.stop()
    transport.close()
    home.store.close()
    return { ok: false, problems: [stored.message] }
  }
  const running: Running = { server, gate, holder, discovery, ...outlets }
  return { ok: true, gateway: introduce(options, { house, keys, running }) }
}

function listen(
  { host, port }: ProcessSettings,
  handle: RequestHandler,
  { gate, answerBug }: { readonly gate: CallGate; readonly answerBug: (bug: unknown) => HttpAnswer },
): RunningServer | string {
  try {
    return serve({ host, port, handle, answerBug, answerFault }, gate)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return `Cannot listen on ${host}:${port}: ${reason} Choose another with --port.`
  }
}

/** Ways out of the process. */
interface Outlets {
  readonly writer: LineWriter
  readonly log: ProcessLog
  readonly transport: SocketTransport
}

function openOutlets({ logSink, trustedCertificates }: GatewayOptions): Outlets {
  const writer = new LineWriter({ sink: logSink, limitBytes: 4 * 1024 * 1024, batchMs: 100 })
  const transport = new SocketTransport(trustedCertificates === undefined ? {} : { trustedCertificates })
  return { writer, log: createProcessLog(writer), transport }
}

function discover({ config }: House, env: Environment, { log, transport }: Outlets): Promise<Discovery> {
  return openDiscovery(
    { config, knownProviders, env },
    {
      transport,
      unixMs: Date.now,
      after(delayMs, act) {
        const timer = setTimeout(act, delayMs)
        return () => clearTimeout(timer)
      },
      log: ({ event, ...facts }) => (event === 'server-down' ? log.warn(event, facts) : log.info(event, facts)),
      reportBug: (bug) => log.bug(bug),
    },
  )
}

interface Running extends Outlets {
  readonly server: RunningServer
  readonly discovery: Discovery
  readonly gate: CallGate
  readonly holder: SnapshotHolder
}

/** Watches for changes, prints the first screen and hands out the gateway. */
function introduce(
  { settings, print }: GatewayOptions,
  { house, keys, running }: { readonly house: House; readonly keys: FirstKeys; readonly running: Running },
): Gateway {
  const { server, writer, log, gate, holder, transport, discovery } = running
  const { home, config, hasFile, surroundings, loadCatalog } = house
  const reloader = createReloader({
    path: settings.configPath,
    surroundings,
    config,
    hasFile,
    hasher: home.hasher,
    store: home.store,
    servers: discovery.found,
    loadCatalog,
    holder,
    log: ({ event, ...facts }) => (event === 'config-refused' ? log.warn(event, facts) : log.info(event, facts)),
  })
  discovery.begin(reloader)
  const stopCollecting = collectGarbage(gate)
  const watch = watchConfig({ path: settings.configPath, reloader, store: home.store })
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host
  const url = `http://${host}:${server.port}`
  const configFile = hasFile ? surroundings.file : undefined
  print(
    renderBanner({
      version,
      url,
      config,
      configFile,
      servers: discovery.found(),
      keys,
      isAdminKeySet: settings.adminKey !== undefined,
    }),
  )

  const close = async (): Promise<void> => {
    watch.stop()
    stopCollecting()
    discovery.stop()
    transport.close()
    await writer.flush()
    home.store.close()
  }
  return {
    url,
    holder,
    reloader,
    discovery,
    gate,
    async drain() {
      log.info('draining', { open_calls: gate.open })
      const { drainMs, drainGraceMs } = reloader.config.settings
      await server.drain({
        graceMs: drainGraceMs,
        drainMs: settings.drainMs ?? drainMs ?? defaultDrainMs,
        onShut: () => log.info('shut', { open_calls: gate.open }),
      })
      await close()
    },
    async stop() {
      server.stop()
      await close()
    },
  }
}
