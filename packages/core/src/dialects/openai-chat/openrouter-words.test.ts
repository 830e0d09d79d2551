import { expect, test } from 'bun:test'
import type { StreamEvent } from '../../ir/event.ts'
import type { JsonObject } from '../../ir/json.ts'
import { collect } from '../../ir/response.ts'
import { client, type OpenAiChatQuirks, provider } from './index.ts'
import { relay } from './relay.ts'

const plain: JsonObject = { model: 'm', messages: [{ role: 'user', content: 'x' }] }

function translate(body: JsonObject, quirks: Partial<OpenAiChatQuirks>): JsonObject {
  const context = { provider: 'p', createdAt: 1, newId: (prefix: string) => `${prefix}0` }
  const request = client.decodeRequest({ body: { ...plain, ...body } }, context)
  if (!request.ok) throw new Error(request.failure.message)
  const options = { quirks: { ...provider.defaultQuirks, ...quirks }, context }
  const { model, messages, stream, ...written } = provider.encodeRequest(request.value, options, () => undefined)
  return JSON.parse(JSON.stringify(written))
}

test.each<[JsonObject, Partial<OpenAiChatQuirks>, boolean, JsonObject]>([
  [{ reasoning: { effort: 'low' } }, {}, false, { reasoning_effort: 'low' }],
  [{ reasoning: { enabled: false } }, {}, false, { reasoning_effort: 'none' }],
  [{ reasoning: { max_tokens: 2000 }, include_reasoning: true }, {}, false, { reasoning_effort: 'low' }],
  [{ include_reasoning: true }, {}, false, {}],
  [{ reasoning: { effort: 'low' }, reasoning_effort: 'high' }, {}, false, { reasoning_effort: 'high' }],
  [{ reasoning: { effort: 'low' } }, { reasoningControl: 'reasoning' }, true, { reasoning: { effort: 'low' } }],
  [{ reasoning_effort: 'low' }, {}, true, { reasoning_effort: 'low' }],
  [{ enable_thinking: true }, {}, true, { enable_thinking: true }],
])('%j to a host with %j', (body, quirks, isRelayed, written) => {
  expect(relay.suits?.({ ...plain, ...body }, { ...provider.defaultQuirks, ...quirks })).toBe(isRelayed)
  expect(translate(body, quirks)).toEqual(written)
})

test('a client that asks in these words is told thoughts in them, whatever the host calls them', () => {
  const context = { provider: 'p', createdAt: 1, newId: (prefix: string) => `${prefix}0` }
  const request = client.decodeRequest({ body: { ...plain, reasoning: { effort: 'low' } } }, context)
  if (!request.ok) throw new Error(request.failure.message)
  const message = { role: 'assistant', content: 'x', reasoning_content: 'hm' }
  const events: StreamEvent[] = []
  const wire = { id: 'c', model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] }
  provider.decodeResponse(wire, { quirks: provider.defaultQuirks, context }, (event) => events.push(event))
  const options = { request: request.value, context, framing: 'sse' } as const
  const whole = client.encodeResponse(collect(events), options, () => undefined)
  expect(whole).toMatchObject({ choices: [{ message: { reasoning: 'hm' } }] })
  expect(JSON.stringify(whole)).not.toContain('reasoning_content')
  const encoder = client.createEncoder(options, () => undefined)
  const stream = events.map((event) => encoder.event(event)).join('')
  expect(stream).toContain('"delta":{"reasoning":"hm"}')
  expect(stream).not.toContain('reasoning_content')
})
