import { describe, expect, test } from 'bun:test'
import { availableParallelism } from 'node:os'
import { mutants } from './mutants.ts'
import { simulate } from './simulate.ts'
import { replayCommand, simulateMany } from './simulate-many.ts'

/** As many as fit an ordinary run; `npm run sim` takes more. */
const seeds = Number(process.env['SIM_SEEDS'] ?? 1000)

/** Where a mutant's seed is not known, it is looked for so far. */
const searched = 300

test(`${seeds} seeds: every rule holds, and what was stopped goes on`, async () => {
  const workers = Math.min(4, availableParallelism())
  const { violations, ...totals } = await simulateMany({ from: 1, seeds, workers })
  expect(violations.map(({ seed, violation }) => `${violation} (${replayCommand(seed)})`)).toEqual([])
  expect(totals.seeds).toBe(seeds)
  // A simulation in which little happens proves little.
  expect(totals.admitted).toBeGreaterThan(20 * seeds)
  expect(totals.refused).toBeGreaterThan(5 * seeds)
  expect(totals.crashes).toBeGreaterThan(seeds / 3)
}, 300_000)

test('a seed is the same run every time', () => {
  expect(simulate(7)).toEqual(simulate(7))
})

describe('a broken rule is noticed:', () => {
  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s', (_name, { seams, seed }) => {
    let caught = simulate(seed, seams)
    for (let next = 1; caught.violation === undefined && next <= searched; next++) caught = simulate(next, seams)
    expect(caught.violation).toBeDefined()
    expect(simulate(caught.seed).violation).toBeUndefined()
  })
})
