import { expect, test } from 'bun:test'
import { framesOf, loadRecordings } from '@sluice/testkit/recordings.ts'
import type { Meter } from '../../ir/dialect.ts'
import type { StreamEvent } from '../../ir/event.ts'
import { collect } from '../../ir/response.ts'
import { findGuarded, provider } from './index.ts'

const context = { provider: 'p', createdAt: 1, newId: (prefix: string) => `${prefix}0` }
const watch = (frames: readonly string[], doneMarker: 'required' | 'optional' = 'required'): Meter => {
  const meter = provider.createMeter({ quirks: { ...provider.defaultQuirks, doneMarker }, context })
  for (const data of frames) meter.frame({ data })
  return meter
}

const text =
  '{"choices":[{"index":0,"delta":{"content":"\\"error\\" \\"usage\\":{"},"finish_reason":null}],"usage":null}'
const finish = '{"choices":[{"index":0,"delta":{},"finish_reason": "stop"}]}'
const usage = '{"choices":[],"usage": {"prompt_tokens":1,"completion_tokens":2}}'

test('learns usage, finish and the end', () => {
  const meter = watch([text, finish, usage, '[DONE]'])
  expect(meter).toMatchObject({ usage: { input: 1, output: 2 }, finish: 'stop', failure: undefined, isComplete: true })
})

test('is not complete without the end, unless the host leaves it out', () => {
  expect(watch([text, finish, usage]).isComplete).toBe(false)
  expect(watch([text, finish], 'optional').isComplete).toBe(true)
  expect(watch([text], 'optional').isComplete).toBe(false)
})

test('learns an error, after which nothing is complete', () => {
  const meter = watch([text, '{"error":{"message":"m","code":429}}', '[DONE]'])
  expect(meter.failure).toMatchObject({ kind: 'rate-limited', message: 'm' })
  expect(meter.isComplete).toBe(false)
})

test('sees on every recorded stream what the decoder sees', () => {
  for (const recording of loadRecordings((entry) => entry.dialect === 'openai-chat' && entry.format === 'sse')) {
    const quirks = { ...provider.defaultQuirks, doneMarker: 'optional' } as const
    const meter = provider.createMeter({ quirks, context })
    const decoder = provider.createDecoder({ quirks, context })
    const events: StreamEvent[] = []
    for (const frame of framesOf(recording)) {
      meter.frame(frame)
      decoder.frame(frame, (event) => events.push(event))
    }
    decoder.end((event) => events.push(event))
    const answer = collect(events)
    expect({ path: recording.path, isComplete: meter.isComplete, usage: meter.usage, failure: meter.failure }).toEqual({
      path: recording.path,
      isComplete: answer.failure === undefined,
      usage: answer.usage,
      failure: answer.failure,
    })
  }
})

test('guarded fields are found, however deep, but not inside what the client wrote', () => {
  const body = {
    model: 'm',
    models: ['n'],
    plugins: [],
    messages: [
      { role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] },
      { role: 'assistant', audio: { id: 'a' } },
    ],
    tools: [{ type: 'function', function: { name: 'n', parameters: { properties: { container_id: {} } } } }],
  }
  expect(findGuarded(body).toSorted()).toEqual(['audio_id', 'file_id', 'models', 'plugins'])
})
