import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { definePrice } from '@sluice/core/catalog/define-price.ts'
import { settledCost } from '@sluice/core/catalog/settled-cost.ts'
import { clientDialectIds, type DialectId } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject } from '@sluice/core/ir/read.ts'
import { answerJson } from '@sluice/testkit/answer.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask } from './ask.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

/**
 * What providers reported that calls used, with a price and what it comes to. The amounts were reckoned apart from our
 * code, in exact fractions, from the providers' documents; some are the provider's own bill.
 */
interface Row {
  readonly provider: string
  readonly model: string
  readonly dialect: DialectId
  readonly usage: JsonObject
  readonly price: JsonObject | 'free'
  readonly nanos: number
}

const rows: readonly Row[] = readFileSync(join(import.meta.dirname, 'fixtures/recorded-costs.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line))

let provider: FakeProvider
let gateway: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: ({ body, path }) => answerJson(answerOf(rowOf(path + body))) })
  const dialects = [...new Set(rows.map(({ dialect }) => dialect))]
  const targets = rows.map(
    ({ dialect, price }, index) =>
      `  row-${index}: [ { provider: at-${dialect}, model: row-${index}, price: ${JSON.stringify(price)} } ]`,
  )
  gateway = await startTestGateway(`providers:
${dialects.map((dialect) => `  at-${dialect}: { dialect: ${dialect}, base_url: '${provider.url}/v1', api_key: k }`).join('\n')}
models:
${targets.join('\n')}
settings: { detect: false }`)
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await provider.stop()
})

describe('the cost of recorded usages', () => {
  test('there are two hundred, of every dialect', () => {
    expect(rows.length).toBe(200)
    expect(new Set(rows.map(({ dialect }) => dialect)).size).toBeGreaterThanOrEqual(5)
  })

  for (const client of ['openai-chat', 'own'] as const) {
    test(`is what the table says, through the whole gateway, for clients of ${client === 'own' ? 'the same dialect' : client}`, async () => {
      const costs = await Promise.all(rows.map((row, index) => costOf(index, client === 'own' ? row.dialect : client)))
      const wrong = rows.flatMap((row, index) =>
        costs[index] === null || costs[index] === row.nanos ? [] : [{ index, ...row, cost: costs[index] }],
      )
      expect(wrong).toEqual([])
    }, 60_000)
  }
})

/** Five of them with the sums written out. */
test.each([
  // GPT-5 mini: 179 in at 0.25 USD per million, 1000 out at 2, thinking included.
  [{ input: 179, output: 1000, reasoning: 1000 }, { input: 0.25, output: 2 }, 179 * 250 + 1000 * 2000],
  // Claude Sonnet 4.5 at Bedrock: 3 fresh, 1712 from the cache at a tenth, 236 into it at five quarters, 121 out.
  [
    { input: 1951, cacheRead: 1712, cacheWrite: 236, output: 121 },
    { input: 3.3, output: 16.5, cacheRead: 0.33, cacheWrite: 4.125 },
    3 * 3300 + 1712 * 330 + 236 * 4125 + 121 * 16_500,
  ],
  // Half a nano-USD is one: 3 tokens at 37.5 nano-USD are 112.5.
  [{ input: 3, output: 0 }, { input: 0.0375, output: 0 }, 113],
  // Every line on its own: 0.5 + 0.5 nano-USD are two.
  [{ input: 1, output: 1 }, { input: 0.0005, output: 0.0005 }, 2],
  // One token past the tier prices all of them.
  [
    { input: 200_001, output: 10 },
    { input: 3, output: 15, tiers: [{ above: 200_000, input: 6, output: 22.5 }] },
    200_001 * 6000 + 10 * 22_500,
  ],
] as const)('%j at %j', (used, price, nanos) => {
  const usage = { cacheRead: undefined, cacheWrite: undefined, reasoning: undefined, ...used }
  expect(settledCost(usage, definePrice(price))).toBe(nanos)
})

/** What the log says the row's call cost; null for a dialect that no client speaks. */
async function costOf(index: number, dialect: DialectId): Promise<unknown> {
  const client = clientDialectIds.find((each) => each === dialect)
  if (!client) return null
  const response = await ask(gateway, client, { model: `row-${index}` })
  await response.text()
  return (await gateway.callOf(response.headers.get('x-sluice-request-id') ?? ''))['cost_nanos']
}

function rowOf(body: string): Row {
  const model = /row-(\d+)/.exec(body)?.[1]
  const row = rows[Number(model)]
  if (!row) throw new Error(`No row in ${body.slice(0, 100)}`)
  return row
}

/** The plainest answer of the row's dialect, with its usage. */
function answerOf({ dialect, usage }: Row): JsonObject {
  switch (dialect) {
    case 'openai-chat':
      return {
        id: 'c',
        object: 'chat.completion',
        created: 1,
        model: 'm',
        choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
        usage,
      }
    case 'openai-responses':
      return {
        id: 'r',
        object: 'response',
        created_at: 1,
        status: 'completed',
        model: 'm',
        output: [
          {
            type: 'message',
            id: 'm',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: 'ok', annotations: [] }],
          },
        ],
        usage,
      }
    case 'anthropic-messages':
      return {
        id: 'a',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [{ type: 'text', text: 'ok' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage,
      }
    case 'gemini':
      return {
        candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'ok' }] }, finishReason: 'STOP' }],
        usageMetadata: usage,
      }
    case 'bedrock-converse':
      return { output: { message: { role: 'assistant', content: [{ text: 'ok' }] } }, stopReason: 'end_turn', usage }
    default:
      throw new Error(`No answer for ${dialect}: ${JSON.stringify(asObject(usage))}`)
  }
}
