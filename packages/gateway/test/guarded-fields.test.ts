import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type ClientDialectId, clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { sayText } from '@sluice/testkit/answers/say.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { ask, oneProviderPerDialect } from './ask.ts'
import { faultOf } from './read-error.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

/** Fields that reach what all callers of one provider key share: refused, unless the operator lists them. */
type Guarded = readonly [name: string, extra: JsonObject]

const file = { type: 'input_file', file_id: 'file_1' }
const guarded: Readonly<Record<ClientDialectId, readonly Guarded[]>> = {
  'openai-chat': [
    ['models', { models: ['other'] }],
    ['plugins', { plugins: [{ id: 'web' }] }],
    ['file_id', { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file_1' } }] }] }],
    ['audio_id', { messages: [{ role: 'assistant', audio: { id: 'audio_1' } }] }],
  ],
  'openai-responses': [
    ['previous_response_id', { previous_response_id: 'resp_1' }],
    ['conversation', { conversation: 'conv_1' }],
    ['prompt', { prompt: { id: 'pmpt_1' } }],
    ['background', { background: true }],
    ['file_id', { input: [{ type: 'message', role: 'user', content: [file] }] }],
    ['item_reference', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
    ['vector_store_ids', { tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }] }],
    ['container', { tools: [{ type: 'code_interpreter', container: 'cntr_1' }] }],
  ],
  'anthropic-messages': [
    ['container', { container: 'container_1' }],
    [
      'file_id',
      { messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'file', file_id: 'file_1' } }] }] },
    ],
  ],
  gemini: [
    ['cachedContent', { cachedContent: 'cachedContents/1' }],
    [
      'fileUri',
      {
        contents: [
          {
            role: 'user',
            parts: [{ fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/1' } }],
          },
        ],
      },
    ],
  ],
}

let provider: FakeProvider
let strict: TestGateway
let lenient: TestGateway

beforeAll(async () => {
  provider = await startFakeProvider({ answer: (call) => sayText(call.dialect ?? 'openai-chat', 'ok') })
  const names = Object.values(guarded).flatMap((list) => list.map(([name]) => name))
  strict = await startTestGateway(oneProviderPerDialect(provider.url))
  lenient = await startTestGateway(
    oneProviderPerDialect(provider.url, `, allow: [${[...new Set(names)].join(', ')}, store, service_tier]`),
  )
})
afterAll(async () => {
  await strict[Symbol.asyncDispose]()
  await lenient[Symbol.asyncDispose]()
  await provider.stop()
})

describe.each([...clientDialectIds])('a %s client', (client) => {
  test.each([...guarded[client]])('may not send %s, unless the operator allows it', async (name, extra) => {
    const before = provider.journal.length
    for (const stream of [false, true]) {
      const refused = await ask(strict, client, { model: `${client}/m`, stream, extra })
      expect(refused.status).toBe(400)
      const text = await refused.text()
      expect(text).toContain("'allow'")
      expect(faultOf(client, text).param).toBe(name)
    }
    expect(provider.journal).toHaveLength(before)

    const allowed = await ask(lenient, client, { model: `${client}/m`, extra })
    expect(allowed.status).toBe(200)
    expect(provider.journal.at(-1)?.json).toMatchObject(extra)
  })

  test.each([...guarded[client]])('may not hide %s in escapes or behind another field', async (name, extra) => {
    const before = provider.journal.length
    const model = `${client}/m`
    const more = { 'x-first': { a: 1 }, ...extra, 'x-last': [name] }
    const refused = await ask(strict, client, { model, extra: more })
    expect(refused.status).toBe(400)
    expect(provider.journal).toHaveLength(before)
  })

  test.each([...guarded[client]])(
    'cannot take %s to a provider of another dialect, allowed or not',
    async (_, extra) => {
      const before = provider.journal.length
      for (const target of clientDialectIds.filter((each) => each !== client)) {
        const response = await ask(lenient, client, { model: `${target}/m`, extra })
        expect(response.status).toBe(400)
      }
      expect(provider.journal).toHaveLength(before)
    },
  )
})

test.each(['openai-chat', 'openai-responses'] as const)(
  'what a %s client has kept or hurried at a price is taken out and told',
  async (client) => {
    const extra = { store: true, service_tier: 'priority' }
    const response = await ask(strict, client, { model: `${client}/m`, extra })
    expect(response.status).toBe(200)
    const sent = provider.journal.at(-1)?.json
    expect(sent).toMatchObject({ store: false, service_tier: 'auto' })
    expect(response.headers.get('x-sluice-loss')).toMatch(/store.*service_tier|service_tier.*store/)
    await ask(lenient, client, { model: `${client}/m`, extra })
    expect(provider.journal.at(-1)?.json).toMatchObject(extra)
  },
)
