import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { dialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { Loss } from '@sluice/core/ir/request.ts'
import { weatherTool } from './client.ts'
import { type ClientHouse, greeting, openClientHouse } from './client-house.ts'
import { everyClient } from './every-client.ts'

/** Every client library, every way of using it, against every upstream dialect, with only base URL and key changed. */
let house: ClientHouse

beforeAll(async () => {
  house = await openClientHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

const usage = { input: 12, output: 5 }

describe.each(everyClient.map((client) => [client.name, client] as const))('%s', (_, client) => {
  describe.each([...dialectIds])('with a provider of %s', (upstream) => {
    test.each(Object.entries(client.plain))('%s', async (_way, say) => {
      expect(await say(house.target(upstream))).toMatchObject({ text: greeting, usage })
    })

    test.each(Object.entries(client.stream))('%s', async (_way, say) => {
      const said = await say(house.target(upstream))
      expect(said).toMatchObject({ text: greeting, ...(said.usage && { usage }) })
      expect(said.pieces).toBeGreaterThan(1)
    })

    test.each(Object.entries(client.toolTurns))('%s, with a tool in two turns', async (_way, say) => {
      const tool = weatherTool()
      const { text } = await say(house.target(upstream), tool)
      expect(tool.runs).toEqual([{ city: 'sample' }])
      expect(text).toStartWith('The tool said: ')
      expect(text).toContain('17 degrees in sample')
    })
  })
})

/** Hints that only some dialects have: Anthropic's on streaming, and strictness, which Ollama does not enforce. */
const hints: ReadonlySet<string> = new Set(['tools[0].eager_input_streaming', 'tools[0].strict'])

test('all of that without a loss, but for hints that only some dialects have', async () => {
  await house.gateway.call(house.provider.journal.length)
  const lost = house.gateway.calls().flatMap((call) => (call['losses'] ?? []) as readonly Loss[])
  expect(lost.filter(({ path }) => !hints.has(path))).toEqual([])
})
