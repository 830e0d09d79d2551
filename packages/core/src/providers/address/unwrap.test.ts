import { describe, expect, test } from 'bun:test'
import { encodeEventStreamFrame, encodeEventStreamMessage, eventStreamType } from '@sluice/testkit/event-stream.ts'
import { bytesOf, hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import type { Frame } from '../../ir/dialect.ts'
import { parseObject } from '../../ir/read.ts'
import { readBody } from '../../upstream/read-body.ts'
import { createSseReader } from '../../upstream/read-frames.ts'
import { type ByteSource, TransportError, type UpstreamAnswer } from '../../upstream/transport.ts'
import { unwrapInvokeStream } from './unwrap-invoke-stream.ts'
import { unwrapPayloadParts } from './unwrap-payload-parts.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

/** A body that comes in these pieces. */
function answerOf(pieces: readonly Uint8Array[]): UpstreamAnswer {
  const left = [...pieces]
  const body: ByteSource = { isDelimited: true, cancel: () => undefined, read: () => Promise.resolve(left.shift()) }
  return { status: 200, headers: { 'content-type': eventStreamType }, body }
}

function cutAt(bytes: Uint8Array, place: number): readonly Uint8Array[] {
  return [bytes.slice(0, place), bytes.slice(place)].filter(({ length }) => length > 0)
}

async function textOf(answer: UpstreamAnswer): Promise<string> {
  return new TextDecoder().decode(await readBody(answer.body, 10_000_000))
}

function framesOf(text: string): readonly Frame[] {
  const frames: Frame[] = []
  const reader = createSseReader({ onFrame: (frame) => void frames.push(frame) })
  reader.pushText(text)
  reader.end()
  return frames
}

const events = ['{"type":"message_start","message":{}}', '{ "type" : "ping" }', '{"type":"message_stop","x":"ü\\n"}']
const wrapped = Buffer.concat(
  events.map((data) =>
    encodeEventStreamFrame({ data: JSON.stringify({ bytes: Buffer.from(data).toString('base64') }) }),
  ),
)

describe('what InvokeModelWithResponseStream wraps', () => {
  test('comes out as the server-sent events it was, wherever it is cut', async () => {
    const expected = events.map((data) => ({ event: parseObject(data)?.['type'], data }))
    for (let place = 0; place <= wrapped.length; place++) {
      const answer = unwrapInvokeStream(answerOf(cutAt(wrapped, place)))
      expect(answer.headers['content-type']).toBe('text/event-stream')
      expect<readonly unknown[]>(framesOf(await textOf(answer))).toEqual(expected)
    }
  })

  test('breaks where it is cut off, and where it is damaged', async () => {
    for (let length = 1; length < wrapped.length; length++) {
      const isBetween = framesUpTo(length)
      const read = textOf(unwrapInvokeStream(answerOf([wrapped.slice(0, length)])))
      if (!isBetween) await expect(read).rejects.toBeInstanceOf(TransportError)
    }
    const damaged = Buffer.from(wrapped)
    damaged[wrapped.length - 20] = (damaged[wrapped.length - 20] ?? 0) ^ 1
    await expect(textOf(unwrapInvokeStream(answerOf([damaged])))).rejects.toBeInstanceOf(TransportError)
  })

  test('passes another kind of body as it is', () => {
    const answer = { ...answerOf([]), headers: { 'content-type': 'application/json' } }
    expect(unwrapInvokeStream(answer)).toBe(answer)
  })

  const recordings = loadRecordings(
    ({ operation, provider, status, model }) =>
      provider === 'bedrock' &&
      operation === 'invoke-with-response-stream' &&
      status === 200 &&
      /claude-[^v]/.test(model),
  )
  test.each(recordings.map((each) => [each.path, each] as const))(
    '%s is a whole stream of Anthropic',
    async (_, each) => {
      const frames = framesOf(await textOf(unwrapInvokeStream(answerOf([bytesOf(each)]))))
      expect(frames[0]?.event).toBe('message_start')
      expect(frames.at(-1)?.event).toBe('message_stop')
      for (const { event, data } of frames) expect(parseObject(data)?.['type']).toBe(event ?? '')
    },
  )
})

/** Whether a message ends just here. */
function framesUpTo(length: number): boolean {
  let at = 0
  while (at < length) at += wrapped.readUInt32BE(at)
  return at === length
}

test('SageMaker’s parts join to the bytes they were, letters that were cut included', async () => {
  const text = 'data: {"x":"Grüße 🙂"}\n\ndata: [DONE]\n\n'
  const bytes = new TextEncoder().encode(text)
  const headers = { ':event-type': 'PayloadPart', ':message-type': 'event' }
  for (let size = 1; size < bytes.length; size++) {
    const parts: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += size)
      parts.push(encodeEventStreamMessage({ headers, payload: bytes.slice(at, at + size) }))
    expect(await textOf(unwrapPayloadParts(answerOf(parts)))).toBe(text)
  }
})
