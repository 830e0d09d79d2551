import { describe, expect, test } from 'bun:test'
import { createTestContext, decodeFrames, decodeWhole } from '@sluice/testkit/run-codecs.ts'
import fc from 'fast-check'
import type { StreamEvent } from '../../ir/event.ts'
import { checkGrammar } from '../../ir/grammar.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject } from '../../ir/read.ts'
import { collect } from '../../ir/response.ts'
import { provider } from './index.ts'

function read(...lines: readonly JsonObject[]): readonly StreamEvent[] {
  const events = decodeFrames(
    provider,
    lines.map((line) => ({ data: JSON.stringify(line) })),
  )
  expect(checkGrammar(events)).toEqual([])
  return events
}

const end = { message: { content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 9, eval_count: 4 }

test('a stream tells thinking, text, calls and counts', () => {
  const token = { token: 'Hi', logprob: -1, bytes: [72, 105] }
  const answer = collect(
    read(
      {
        model: 'm',
        created_at: 'now',
        remote_host: 'h',
        message: { role: 'assistant', content: '', thinking: 'H' },
        done: false,
      },
      { message: { content: '', thinking: 'm', images: ['x'] }, logprobs: [token], done: false },
      { message: { content: 'Hi' }, logprobs: [{ ...token, top_logprobs: [token] }], done: false },
      {
        message: { content: '', tool_calls: [{ function: { name: 'look', arguments: { b: 1, a: '2' } } }] },
        done: false,
      },
      { message: { content: '', tool_calls: [{ id: 'c2', function: { name: 'listen' } }] }, done: false },
      { ...end, eval_duration: 7 },
    ),
  )
  expect(answer).toMatchObject({
    model: 'm',
    ext: { ollama: { created_at: 'now', remote_host: 'h' } },
    opaque: [{ value: { type: 'message', images: ['x'] } }],
    usage: { input: 9, output: 4, native: { value: { prompt_eval_count: 9, eval_count: 4, eval_duration: 7 } } },
  })
  expect(answer.choices[0]).toMatchObject({
    parts: [
      { kind: 'reasoning', form: 'full', text: 'Hm' },
      { kind: 'text', text: 'Hi', logprobs: [{ ...token, top: [token] }] },
      { kind: 'tool-call', id: 'call_test2', name: 'look', args: '{"b":1,"a":"2"}' },
      { kind: 'tool-call', id: 'c2', name: 'listen', args: '{}' },
    ],
    finish: { reason: 'tool-calls', raw: 'stop' },
  })
})

test.each([
  ['stop', 'stop'],
  ['length', 'length'],
  ['unload', 'other'],
  [undefined, 'stop'],
] as const)('an answer that is done for %p finished with %p', (word, reason) => {
  const answer = collect(decodeWhole(provider, { ...end, message: { content: 'Hi' }, done_reason: word }))
  expect(answer.choices[0]).toMatchObject({ parts: [{ text: 'Hi' }], finish: { reason, raw: word ?? null } })
})

test('a line that is an error, or none of an answer, ends it badly', () => {
  const [first] = [{ message: { content: 'Hi' }, done: false }]
  expect(read(first, { error: 'model runner has unexpectedly stopped' }).at(-1)).toMatchObject({
    type: 'error',
    failure: { kind: 'upstream-unavailable', message: 'model runner has unexpectedly stopped' },
  })
  for (const last of [{ response: 'Hi', done: true }, {}]) expect(read(first, last).at(-1)?.type).toBe('error')
  expect(read(first).at(-1)?.type).toBe('error')
  expect(read(first, end, { error: 'late' }).at(-1)?.type).toBe('end')
})

test('anything at all follows the grammar and ends', () => {
  const call = { id: 'x', function: { name: 'n', arguments: { a: 1 } } }
  const message = fc.constantFrom<JsonObject>(
    { content: 'a' },
    { thinking: 'b', content: 'a' },
    { content: '', tool_calls: [call, call] },
    { images: ['x'] },
    {},
  )
  const line = fc.record({ message, done: fc.boolean(), logprobs: fc.constant([{ token: 'a', logprob: -1 }]) })
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: line }, fc.jsonValue()), { maxLength: 20 }), (values) => {
      const frames = values.map((value) => ({ data: JSON.stringify(value) }))
      expect(checkGrammar(decodeFrames(provider, frames))).toEqual([])
      for (const value of values) {
        const body = asObject(value)
        if (body) expect(checkGrammar(decodeWhole(provider, body))).toEqual([])
      }
    }),
  )
})

test('a meter reads the end, the counts and the failure', () => {
  const meter = provider.createMeter({ quirks: provider.defaultQuirks, context: createTestContext() })
  meter.frame({ data: JSON.stringify({ message: { content: '"done":true' }, done: false }) })
  expect(meter).toMatchObject({ isComplete: false, finish: null })
  meter.frame({ data: JSON.stringify(end) })
  expect(meter).toMatchObject({ isComplete: true, finish: 'stop', usage: { input: 9, output: 4 } })
  meter.frame({ data: '{"error":"broke"}' })
  expect(meter.failure?.message).toBe('broke')
})

describe('failures', () => {
  test.each([
    [400, '{"error":"\\"m\\" does not support tools"}', 'invalid-request'],
    [404, '{"error":"model \'m\' not found"}', 'not-found'],
    [401, '{"error":"unauthorized","signin_url":"https://ollama.com"}', 'unauthenticated'],
    [503, '{"error":"server busy, please try again.  maximum pending requests exceeded"}', 'overloaded'],
    [500, 'panic', 'upstream-unavailable'],
  ] as const)('%p %s is %s', (status, body, kind) => {
    const failure = provider.decodeFailure({ status, headers: {}, body }, 'mine')
    expect(failure).toMatchObject({ kind, status, upstream: { body } })
    expect(body).toContain(failure.message.replaceAll('"', '\\"'))
  })
})
