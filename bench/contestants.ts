import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Subprocess } from 'bun'

/** One process that answers calls, as its users start it. */
export interface Contestant {
  readonly name: string
  readonly port: number
  readonly pids: readonly number[]
  readonly headers: Readonly<Record<string, string>>
  /** Workloads it can answer; one that turns out otherwise is taken out. */
  readonly workloads: Set<WorkloadId>
  stop(): void
}

export type WorkloadId = 'json' | 'stream' | 'translated'

/** Where contestants run, and where the load and the fake provider do. */
export const contestantCore = '0'
export const loadCore = '1'

const root = join(import.meta.dir, '..')
const key = 'sl-7c1f0e5a9b3d48c2a6e4f1d07b95c3a8'
const upstreamKey = 'sk-bench-upstream'

/** Starts a Bun script pinned to a core; it lives until `stop`. */
export function startScript(core: string, args: readonly string[], env: Record<string, string> = {}): Subprocess {
  return Bun.spawn(['taskset', '-c', core, process.execPath, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdout: 'ignore',
    stderr: 'inherit',
  })
}

export function startDirect(upstreamPort: number): Contestant {
  const workloads = new Set<WorkloadId>(['json', 'stream'])
  return { name: 'direct', port: upstreamPort, pids: [], headers: {}, workloads, stop: () => undefined }
}

export async function startFloor(script: 'floor' | 'floor-sockets', upstreamPort: number): Promise<Contestant> {
  const port = freePort()
  const child = startScript(contestantCore, [join('bench', `${script}.ts`), String(port), String(upstreamPort)], {
    BUN_CONFIG_MAX_HTTP_REQUESTS: '65535',
  })
  await untilListening(port)
  const workloads = new Set<WorkloadId>(['json', 'stream'])
  return { name: script, port, pids: [child.pid], headers: {}, workloads, stop: () => child.kill() }
}

/** The gateway from its own entry, with a configuration file and an empty data directory. */
export async function startGateway(upstreamPort: number): Promise<Contestant> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  writeFileSync(join(folder, 'sluice.yaml'), gatewayConfig(upstreamPort))
  const port = freePort()
  const child = startScript(
    contestantCore,
    ['--no-install', '--no-orphans', ...profileArgs(), join('packages', 'gateway', 'src', 'main.ts')],
    {
      SLUICE_PORT: String(port),
      SLUICE_CONFIG: join(folder, 'sluice.yaml'),
      SLUICE_DATA_DIR: join(folder, 'data'),
      BUN_CONFIG_MAX_HTTP_REQUESTS: '65535',
    },
  )
  await untilListening(port)
  const stop = (): void => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  const workloads = new Set<WorkloadId>(['json', 'stream', 'translated'])
  return { name: 'sluice', port, pids: [child.pid], headers: { authorization: `Bearer ${key}` }, workloads, stop }
}

function gatewayConfig(upstreamPort: number): string {
  return `
providers:
  fake: { dialect: openai-chat, base_url: http://127.0.0.1:${upstreamPort}/v1, api_key: ${upstreamKey} }
  other: { type: anthropic, base_url: http://127.0.0.1:${upstreamPort}/v1, api_key: ${upstreamKey} }
models:
  gpt-4o-mini: [ { provider: fake, model: gpt-4o-mini, price: { input: 0.15, output: 0.60 } } ]
  claude: [ { provider: other, model: claude-sonnet-4-6, price: { input: 3, output: 15 } } ]
keys:
  - { name: bench, key: ${key}, models: [gpt-4o-mini, claude] }
`
}

/** `SLUICE_BENCH_PROFILE=folder` leaves a CPU profile of the gateway there. */
function profileArgs(): readonly string[] {
  const folder = process.env['SLUICE_BENCH_PROFILE']
  if (!folder) return []
  mkdirSync(folder, { recursive: true })
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}

/** Portkey's gateway, when it is installed in `folder`; undefined when it is not. */
export async function startPortkey(folder: string, upstreamPort: number): Promise<Contestant | undefined> {
  const entry = join(folder, 'node_modules', '@portkey-ai', 'gateway', 'build', 'start-server.js')
  if (!(await Bun.file(entry).exists())) return undefined
  const port = freePort()
  const child = Bun.spawn(['taskset', '-c', contestantCore, 'node', entry, `--port=${port}`, '--headless'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production' },
    stdout: 'ignore',
    stderr: 'ignore',
  })
  await untilListening(port)
  const headers = {
    authorization: `Bearer ${upstreamKey}`,
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
  }
  const workloads = new Set<WorkloadId>(['json', 'stream'])
  return { name: 'portkey', port, pids: [child.pid], headers, workloads, stop: () => child.kill() }
}

/** A port nobody listens on at this moment. */
export function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } })
  const { port } = listener
  listener.stop(true)
  return port
}

/** Resolves when something accepts connections on the port; rejects after 20 seconds. */
export async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const isOpen = await Bun.connect({ hostname: '127.0.0.1', port, socket: { data: () => undefined } }).then(
      (socket) => {
        socket.end()
        return true
      },
      () => false,
    )
    if (isOpen) return
    await Bun.sleep(50)
  }
  throw new Error(`Nothing listens on port ${port} after 20 seconds.`)
}
