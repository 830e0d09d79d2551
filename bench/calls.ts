import { join } from 'node:path'
import type { Contestant, WorkloadId } from './contestants.ts'
import {
  freePort,
  loadCore,
  startDirect,
  startFloor,
  startGateway,
  startPortkey,
  startScript,
  untilListening,
} from './contestants.ts'
import type { LoadPlan, LoadResult } from './load.ts'

/**
 * The first question: what does one call cost, beside the smallest relay and a peer, and how much later does the answer
 * come? All contestants run at once on one core and are measured in turns, several rounds; every number is the median of
 * its rounds, and every ratio the median of ratios within a round.
 *
 *   npm run bench [-- --rounds 5] [--only floor,sluice] [--portkey FOLDER]
 */
const rounds = Number(option('rounds') ?? 5)
const only = option('only')?.split(',')
/** How many times as many calls are made before the first round. */
const warmFactor = Number(option('warm') ?? 2)
const portkeyFolder = option('portkey') ?? join(import.meta.dir, 'peers')

interface Workload {
  readonly id: WorkloadId
  readonly title: string
  readonly body: string
  readonly mustHold: string
  readonly calls: number
}

const short = { messages: [{ role: 'user', content: 'hello' }], max_tokens: 16 }

const workloads: readonly Workload[] = [
  {
    id: 'json',
    title: 'short chat, JSON',
    body: JSON.stringify({ model: 'gpt-4o-mini', ...short }),
    mustHold: 'word63',
    calls: 12000,
  },
  {
    id: 'stream',
    title: 'stream of 64 deltas, relayed',
    body: JSON.stringify({ model: 'gpt-4o-mini', ...short, stream: true }),
    mustHold: 'data: [DONE]',
    calls: 1600,
  },
  {
    id: 'translated',
    title: 'the same from an Anthropic upstream, translated',
    body: JSON.stringify({ model: 'claude', ...short, stream: true }),
    mustHold: 'data: [DONE]',
    calls: 1600,
  },
]

type Cell = `${WorkloadId}/${number}`

/** Results by contestant and cell, one per round. */
type Results = Map<string, Map<Cell, LoadResult[]>>

async function main(): Promise<void> {
  const upstreamPort = freePort()
  const upstream = startScript(loadCore, [join('bench', 'fake-upstream.ts'), String(upstreamPort)])
  await untilListening(upstreamPort)
  const contestants = await startAll(upstreamPort)
  try {
    // Compilers need some ten thousand calls before they have done their work; a gateway runs for weeks.
    for (const contestant of contestants) measureAll(contestant, new Map(), warmFactor)
    const results: Results = new Map()
    for (let round = 0; round < rounds; round++) {
      for (const contestant of contestants) measureAll(contestant, results)
      process.stderr.write(`round ${round + 1} of ${rounds}\n`)
    }
    print(contestants, results)
  } finally {
    for (const contestant of contestants) contestant.stop()
    upstream.kill()
  }
}

async function startAll(upstreamPort: number): Promise<readonly Contestant[]> {
  const wants = (name: string): boolean => only === undefined || only.includes(name)
  const found: Contestant[] = [startDirect(upstreamPort)]
  if (wants('floor')) found.push(await startFloor('floor', upstreamPort))
  if (wants('floor-sockets')) found.push(await startFloor('floor-sockets', upstreamPort))
  if (wants('sluice')) found.push(await startGateway(upstreamPort))
  const portkey = wants('portkey') ? await startPortkey(portkeyFolder, upstreamPort) : undefined
  if (portkey) found.push(portkey)
  else if (wants('portkey')) say(`Portkey is not measured: it is not installed in ${portkeyFolder} (bench/README.md).`)
  return found
}

function measureAll(contestant: Contestant, results: Results, factor = 1): void {
  for (const workload of workloads) {
    for (const concurrency of [16, 1]) {
      const id: Cell = `${workload.id}/${concurrency}`
      if (!contestant.workloads.has(workload.id)) continue
      const scaled = { ...workload, calls: workload.calls * factor }
      const result = measure(contestant, scaled, concurrency)
      if (result) record(results, contestant.name, { id, result })
      else contestant.workloads.delete(workload.id)
    }
  }
}

function record(results: Results, name: string, { id, result }: { id: Cell; result: LoadResult }): void {
  const own = results.get(name) ?? new Map<Cell, LoadResult[]>()
  results.set(name, own)
  own.set(id, [...(own.get(id) ?? []), result])
}

/** Undefined, and a line that says why, when the contestant does not give the expected answer. */
function measure(
  { name, port, headers, pids }: Contestant,
  { title, body, mustHold, calls: all }: Workload,
  concurrency: number,
): LoadResult | undefined {
  const calls = concurrency === 1 ? all / 4 : all
  const plan: LoadPlan = { port, path: '/v1/chat/completions', headers, body, mustHold, concurrency, pids, calls }
  const command = ['taskset', '-c', loadCore, process.execPath, join(import.meta.dir, 'load.ts'), JSON.stringify(plan)]
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { timeout: 120_000 })
  if (exitCode === 0) {
    const result: LoadResult = JSON.parse(stdout.toString())
    return result
  }
  const reason = /error: (.*)/.exec(stderr.toString())?.[1] ?? 'it took too long'
  say(`${name} is not measured on '${title}': ${reason}`)
  return undefined
}

function print(contestants: readonly Contestant[], results: Results): void {
  for (const workload of workloads) {
    say(`\n${workload.title}`)
    say('contestant       CPU us/call   x floor   calls/s    p50 ms   p99 ms   added p50   added p99')
    for (const contestant of contestants) {
      if (contestant.workloads.has(workload.id)) say(row(contestant, workload, results))
    }
  }
  const relayed = column(results, 'sluice', 'stream/16', 'cpuMicros')
  const translated = column(results, 'sluice', 'translated/16', 'cpuMicros')
  if (relayed.length > 0) say(`\ntranslated stream / relayed stream: ${median(ratios(translated, relayed)).toFixed(2)}`)
}

function row({ name, pids }: Contestant, { id }: Workload, results: Results): string {
  const busy: Cell = `${id}/16`
  const alone: Cell = `${id}/1`
  // A translated stream is set beside the plain one: the floor cannot translate.
  const floorCell = id === 'translated' ? 'stream/16' : busy
  const directCell = id === 'translated' ? 'stream/1' : alone
  const cpu = column(results, name, busy, 'cpuMicros')
  const overFloor = ratios(cpu, column(results, 'floor', floorCell, 'cpuMicros'))
  const added = (field: 'p50Ms' | 'p99Ms'): number =>
    median(differences(column(results, name, alone, field), column(results, 'direct', directCell, field)))
  const isDirect = pids.length === 0
  return [
    name.padEnd(15),
    isDirect ? ''.padStart(13) : median(cpu).toFixed(1).padStart(13),
    isDirect || overFloor.length === 0 ? ''.padStart(9) : median(overFloor).toFixed(2).padStart(9),
    median(column(results, name, busy, 'callsPerSecond'))
      .toFixed(0)
      .padStart(9),
    median(column(results, name, alone, 'p50Ms'))
      .toFixed(3)
      .padStart(9),
    median(column(results, name, alone, 'p99Ms'))
      .toFixed(3)
      .padStart(8),
    isDirect ? '' : added('p50Ms').toFixed(3).padStart(11),
    isDirect ? '' : added('p99Ms').toFixed(3).padStart(11),
  ].join(' ')
}

function column(results: Results, name: string, cell: Cell, field: keyof LoadResult): readonly number[] {
  return (results.get(name)?.get(cell) ?? []).map((result) => result[field])
}

function ratios(left: readonly number[], right: readonly number[]): readonly number[] {
  return left.flatMap((value, index) => (right[index] ? [value / right[index]] : []))
}

function differences(left: readonly number[], right: readonly number[]): readonly number[] {
  return left.map((value, index) => value - (right[index] ?? 0))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : process.argv[at + 1]
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

await main()
