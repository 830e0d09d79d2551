import { fileURLToPath } from 'node:url'
import { asNumber, asString, parseObject } from '@sluice/core/ir/read.ts'
import { simulate } from './simulate.ts'

/** What became of many seeds. */
export interface SimTotals {
  seeds: number
  admitted: number
  refused: number
  crashes: number
  /** A seed and what it broke. */
  readonly violations: { readonly seed: number; readonly violation: string }[]
}

/** Seeds that one process takes at a time. */
const seedsAtOnce = 500

/** Nothing yet. */
export function noTotals(): SimTotals {
  return { seeds: 0, admitted: 0, refused: 0, crashes: 0, violations: [] }
}

/**
 * Runs seeds `from`, `from + 1` ... in several processes. Stops early once some seeds have failed. `totals` grows while it
 * runs.
 */
export async function simulateMany(
  range: { from: number; seeds: number; workers: number },
  totals: SimTotals = noTotals(),
): Promise<SimTotals> {
  let next = range.from
  const end = range.from + range.seeds
  const work = async (): Promise<void> => {
    while (next < end && totals.violations.length < 10) {
      const from = next
      next = Math.min(end, from + seedsAtOnce)
      addTotals(totals, await runInProcess(from, next - from))
    }
  }
  await Promise.all(Array.from({ length: range.workers }, work))
  totals.violations.sort((a, b) => a.seed - b.seed)
  return totals
}

/** Runs seeds here, one after the other. */
export function simulateHere(from: number, seeds: number): SimTotals {
  const totals = noTotals()
  for (let seed = from; seed < from + seeds; seed++) {
    const { admitted, refused, crashes, violation } = simulate(seed)
    const violations = violation === undefined ? [] : [{ seed, violation }]
    addTotals(totals, { seeds: 1, admitted, refused, crashes, violations })
  }
  return totals
}

/** How to see one seed again. */
export function replayCommand(seed: number): string {
  return `npm run sim -- --seed ${seed}`
}

function addTotals(totals: SimTotals, more: SimTotals): void {
  totals.seeds += more.seeds
  totals.admitted += more.admitted
  totals.refused += more.refused
  totals.crashes += more.crashes
  totals.violations.push(...more.violations)
}

async function runInProcess(from: number, seeds: number): Promise<SimTotals> {
  const script = fileURLToPath(new URL('./run-simulator.ts', import.meta.url))
  const child = Bun.spawn([process.execPath, script, '--here', '--from', String(from), '--seeds', String(seeds)], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const text = await new Response(child.stdout).text()
  if ((await child.exited) !== 0)
    throw new Error(`The simulator ended by itself between seeds ${from} and ${from + seeds - 1}`)
  return readTotals(text)
}

/** One line of totals, and one for each violation. */
function readTotals(text: string): SimTotals {
  const totals = noTotals()
  for (const line of text.split('\n')) {
    const object = parseObject(line)
    const violation = asString(object?.['violation'])
    const number = (key: string): number => asNumber(object?.[key]) ?? 0
    if (violation !== undefined) totals.violations.push({ seed: number('seed'), violation })
    totals.seeds += number('seeds')
    totals.admitted += number('admitted')
    totals.refused += number('refused')
    totals.crashes += number('crashes')
  }
  return totals
}
