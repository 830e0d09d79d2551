/** The command behind `npm run sim`: `--seeds N [--from S]` runs many, `--seed S` one. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { noTotals, replayCommand, type SimTotals, simulateHere, simulateMany } from './simulate-many.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
    here: { type: 'boolean', default: false },
  },
})

const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

if (values.here) runHere()
else if (values.seed !== undefined) runOne(Number(values.seed))
else await runMany(Number(values.seeds))

/** A part of many seeds, for the process that asked. */
function runHere(): void {
  const { violations, ...totals } = simulateHere(Number(values.from), Number(values.seeds))
  print(JSON.stringify(totals))
  for (const violation of violations) print(JSON.stringify(violation))
}

function runOne(seed: number): void {
  const { violations, ...totals } = simulateHere(seed, 1)
  print(`seed ${seed}: ${violations[0]?.violation ?? 'every rule held'}`)
  print(JSON.stringify(totals))
  process.exitCode = violations.length === 0 ? 0 : 1
}

/** Interrupted, it tells what it has seen so far. */
async function runMany(seeds: number): Promise<void> {
  const startedMs = performance.now()
  const totals = noTotals()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      tell(totals, startedMs)
      process.exit()
    })
  }
  await simulateMany({ from: Number(values.from), seeds, workers: Number(values.workers) }, totals)
  tell(totals, startedMs)
}

function tell(totals: SimTotals, startedMs: number): void {
  const seconds = (performance.now() - startedMs) / 1000
  for (const { seed, violation } of totals.violations) print(`seed ${seed}: ${violation}\n  ${replayCommand(seed)}`)
  print(
    `${totals.seeds} seeds in ${seconds.toFixed(1)} s (${(totals.seeds / seconds).toFixed(1)} per second): ` +
      `${totals.admitted} attempts admitted, ${totals.refused} refused, ${totals.crashes} crashes, ` +
      `${totals.violations.length} violations`,
  )
  process.exitCode = totals.violations.length === 0 ? 0 : 1
}
