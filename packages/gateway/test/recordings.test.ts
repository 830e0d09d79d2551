import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type GatewayReply, judge } from '@sluice/testkit/fidelity/judge.ts'
import { partOf, withPart } from '@sluice/testkit/fidelity/page-parts.ts'
import { whyUnplayed, writeUnplayed } from '@sluice/testkit/fidelity/unplayed.ts'
import { type FidelityResult, writeFidelityPage } from '@sluice/testkit/fidelity/write-table.ts'
import {
  hasRecordings,
  listRecordings,
  loadRecordings,
  type Recording,
  skippedLine,
} from '@sluice/testkit/recordings.ts'
import { clients, openReplayHouse, type ReplayHouse } from './replayed-recordings.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

const pagePath = fileURLToPath(new URL('../../../docs/fidelity.md', import.meta.url))
const recordings = loadRecordings(({ dialect }) => dialect !== undefined)
const unplayed = listRecordings().filter(({ dialect }) => dialect === undefined)
const results: FidelityResult[] = []
let house: ReplayHouse
const noReply: GatewayReply = { status: 0, headers: {}, body: '' }

describe.if(hasRecordings())('every recording, read back by every client dialect', () => {
  beforeAll(async () => {
    house = await openReplayHouse(recordings)
  })
  afterAll(() => house[Symbol.asyncDispose]())

  test.each([...clients])(
    'as %s: nothing fails',
    async (client) => {
      const failed: string[] = []
      const asked: GatewayReply[] = []
      for (const recording of recordings) asked.push(await house.ask(recording, client))
      const replies = await house.withLoggedLosses(asked)
      for (const [index, recording] of recordings.entries()) {
        const verdict = judge(recording, client, replies[index] ?? noReply)
        results.push({ recording, client, verdict })
        if (verdict.kind === 'failed') failed.push(`${recording.path}: ${verdict.why.join(' | ')}`)
      }
      expect(results.length).toBeGreaterThan(500)
      expect(failed).toEqual([])
    },
    60_000,
  )

  test('the page about fidelity says what was just seen', () => {
    const page = `${intro(recordings)}${writeFidelityPage(results)}\n${writeUnplayed(unplayed)}`
    process.stdout.write(`${page.split('\n\n').slice(1, 3).join('\n\n')}\n`)
    const isWhole = results.length === recordings.length * clients.length
    const written = readFileSync(pagePath, 'utf8')
    if (isWhole && process.env['UPDATE_DOCS'] === '1') writeFileSync(pagePath, withPart(written, 'chat', page))
    expect(partOf(readFileSync(pagePath, 'utf8'), 'chat')).toBe(page)
  })

  test('what is not replayed says why', () => {
    const silent = unplayed.filter(({ operation }) => whyUnplayed(operation) === undefined)
    expect(silent.map(({ path }) => path)).toEqual([])
  })

  test('no provider key came back in any answer or log line', () => {
    expect(house.gateway.logText).not.toContain('canary-')
  })
})

function intro(all: readonly Recording[]): string {
  const providers = new Set(all.map(({ provider }) => provider))
  return [
    '# Fidelity',
    '',
    `Made by \`packages/gateway/test/recordings.test.ts\` from ${all.length} recorded exchanges of ${providers.size} providers: each is`,
    'served by a fake provider and read back through the gateway by a client of each dialect. Exact: the same text, tool',
    'calls, reasoning, finish reason and usage; errors keep status and message, and those recorded of other operations are',
    "served as errors of the host's chat. What a dialect has no place for is told in `x-sluice-loss` and listed below.",
    '`UPDATE_DOCS=1 npm test` writes this page anew.',
    '',
    '',
  ].join('\n')
}
