import { describe, expect, test } from 'bun:test'
import type { Frame } from '@sluice/core/ir/dialect.ts'
import { clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { asObject } from '@sluice/core/ir/read.ts'
import { createSseReader } from '@sluice/core/upstream/read-frames.ts'
import { readAnswerFacts, readStreamFacts } from '../facts/read-facts.ts'
import type { Reply } from './reply.ts'
import { replyWriters } from './say.ts'

const replies: readonly (readonly [string, Reply])[] = [
  ['text', { model: 'm', text: 'Hello,  wörld \n🙂 ', finish: 'stop', usage: { input: 9, output: 4 } }],
  ['cut text', { model: 'm', text: 'Hello and', finish: 'length', usage: { input: 9, output: 4, cacheRead: 3 } }],
  ['blocked', { model: 'm', text: '', finish: 'content-filter', usage: { input: 9, output: 0 } }],
  [
    'thinking and two calls',
    {
      model: 'm',
      thinking: 'Let me see.',
      text: 'I will look.',
      toolCalls: [
        { id: 'call_1', name: 'look', args: { at: 'sky', deep: { n: 1 } } },
        { id: 'call_2', name: 'listen', args: {} },
      ],
      finish: 'tool-calls',
      usage: { input: 90, output: 40, reasoning: 8, cacheRead: 20 },
    },
  ],
]

describe.each([...clientDialectIds])('replies in %s', (dialect) => {
  test.each([...replies])('%s: whole and stream tell the same, and it is what was said', (_, reply) => {
    const whole = readAnswerFacts(dialect, replyWriters[dialect].whole(reply))
    const stream = readStreamFacts(dialect, framesOfEvents(replyWriters[dialect].events(reply)))
    expect(stream).toEqual(whole)
    expect(whole.isComplete).toBe(true)
    const [choice] = whole.choices
    expect(choice?.text).toBe(reply.text ?? '')
    expect(choice?.reasoning).toBe(reply.thinking ?? '')
    expect(choice?.toolCalls).toEqual((reply.toolCalls ?? []).map(({ name, args }) => ({ name, args })))
    expect(choice?.finish).toBe(reply.finish === 'content-filter' ? 'blocked' : reply.finish)
    expect(whole.usage?.input).toBe(reply.usage.input)
    expect(whole.usage?.output).toBe(reply.usage.output)
  })

  test('an error event makes a stream incomplete', () => {
    const writer = replyWriters[dialect]
    const events = [...writer.events(replies[0]![1]).slice(0, 2), writer.errorEvent('broken')]
    const facts = readStreamFacts(dialect, framesOfEvents(events))
    expect(facts.isComplete).toBe(false)
    expect(facts.error).toBe('broken')
  })

  test('an error body names its message', () => {
    const error = asObject(replyWriters[dialect].errorBody(429, 'slow down')['error'])
    expect(error?.['message']).toBe('slow down')
  })
})

function framesOfEvents(events: readonly string[]): readonly Frame[] {
  const frames: Frame[] = []
  const reader = createSseReader({ onFrame: (frame) => frames.push(frame) })
  reader.push(new TextEncoder().encode(events.join('')))
  reader.end()
  return frames
}
