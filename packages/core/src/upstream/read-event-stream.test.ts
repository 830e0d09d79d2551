import { describe, expect, test } from 'bun:test'
import {
  encodeEventStreamFrame,
  encodeEventStreamMessage,
  readFramesOfBytes,
  splitMessages,
} from '@sluice/testkit/event-stream.ts'
import { bytesOf, hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import fc from 'fast-check'
import type { Frame } from '../ir/dialect.ts'
import { parseObject } from '../ir/read.ts'
import { crc32 } from './crc32.ts'
import { createEventStreamReader, isEventStream } from './read-event-stream.ts'
import { FrameTooLarge } from './read-frames.ts'
import { TransportError } from './transport.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

const frames: readonly Frame[] = [
  { event: 'messageStart', data: '{"role":"assistant"}' },
  { event: 'contentBlockDelta', data: '{"delta":{"text":"über 🙂"}}' },
  { event: 'x', data: '' },
  { event: 'error', data: '{"type":"error","error":{"message":"slow down","type":"throttlingException"}}' },
]
const bytes = Buffer.concat(frames.map(encodeEventStreamFrame))

/** Where each message of the stream ends. */
function endsOf(stream: Uint8Array): readonly number[] {
  let at = 0
  return splitMessages(stream).map((message) => (at += message.length))
}

function readChunks(chunks: readonly Uint8Array[], maxFrameChars?: number): readonly Frame[] {
  const read: Frame[] = []
  const onFrame = (frame: Frame): void => void read.push(frame)
  const reader = createEventStreamReader({ onFrame, ...(maxFrameChars !== undefined && { maxFrameChars }) })
  for (const chunk of chunks) reader.push(chunk)
  reader.end()
  return read
}

/** What was read before it broke, and how it broke. */
function readBroken(stream: Uint8Array): { readonly read: readonly Frame[]; readonly error: unknown } {
  const read: Frame[] = []
  const reader = createEventStreamReader({ onFrame: (frame) => void read.push(frame) })
  try {
    reader.push(stream)
    reader.end()
  } catch (error) {
    return { read, error }
  }
  return { read, error: undefined }
}

function cutAt(stream: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const cuts = [0, ...places, stream.length]
  return cuts.slice(1).map((end, index) => stream.subarray(cuts[index], end))
}

test('the checksum is that of the standard', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf4_3926)
  expect(crc32(new Uint8Array(0))).toBe(0)
})

test('an event stream is told by its content type', () => {
  expect(isEventStream('application/vnd.amazon.eventstream')).toBe(true)
  expect(isEventStream('Application/vnd.amazon.eventstream; charset=utf-8')).toBe(true)
  for (const other of ['text/event-stream', 'application/json', undefined]) expect(isEventStream(other)).toBe(false)
})

describe('an event stream', () => {
  test('reads the same however it is cut', () => {
    expect(readChunks([bytes])).toEqual(frames)
    expect(readChunks(cutAt(bytes, Array.from(bytes.keys())))).toEqual(frames)
    for (const first of bytes.keys()) {
      expect(readChunks(cutAt(bytes, [first]))).toEqual(frames)
      const second = Math.min(bytes.length, first + 13)
      expect(readChunks(cutAt(bytes, [first, second]))).toEqual(frames)
    }
  })

  test('that ends inside a message is cut short, whatever came before', () => {
    const ends = endsOf(bytes)
    for (const end of bytes.keys()) {
      if (end === 0 || ends.includes(end)) continue
      const { read, error } = readBroken(bytes.subarray(0, end))
      expect(error).toBeInstanceOf(TransportError)
      expect(error).toMatchObject({ kind: 'truncated', hasAnswered: true })
      expect(read).toEqual(frames.slice(0, ends.filter((each) => each <= end).length))
    }
  })

  test('with one wrong bit anywhere is damaged, and nothing is read of that message', () => {
    const ends = endsOf(bytes)
    for (const at of bytes.keys()) {
      for (const bit of [0, 3, 7]) {
        const wrong = Uint8Array.from(bytes)
        wrong[at] = (wrong[at] ?? 0) ^ (1 << bit)
        const { read, error } = readBroken(wrong)
        expect(error).toMatchObject({ name: 'TransportError', kind: 'protocol' })
        expect(read).toEqual(frames.slice(0, ends.filter((each) => each <= at).length))
      }
    }
  })

  test('carries any names and any payloads', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 })
    const frame = fc.record({ event: text.filter((each) => each !== 'error' && each !== 'chunk'), data: text })
    const places = fc.array(fc.nat(2_000), { maxLength: 6 })
    fc.assert(
      fc.property(fc.array(frame), places, (sent, cuts) => {
        const stream = Buffer.concat(sent.map(encodeEventStreamFrame))
        const sorted = cuts.map((each) => each % (stream.length + 1)).toSorted((a, b) => a - b)
        expect(readChunks(cutAt(stream, sorted))).toEqual(sent)
      }),
    )
  })

  test('passes over headers of every type', () => {
    const sizes = [0, 0, 1, 2, 4, 8, 2 + 3, 2 + 3, 8, 16]
    const values = sizes.map((size, type) => {
      const value = Buffer.alloc(size)
      if (type === 6 || type === 7) value.writeUInt16BE(3)
      return Buffer.concat([Buffer.from([1, 65 + type, type]), value])
    })
    const named = encodeEventStreamMessage({ headers: { ':event-type': 'e' }, payload: '' }).subarray(12, -4)
    expect(readChunks([messageWith(Buffer.concat([...values, named]), 'data')])).toEqual([{ event: 'e', data: 'data' }])
    expect(() => readChunks([messageWith(Buffer.from([1, 65, 10]), '')])).toThrow('unknown type 10')
    expect(() => readChunks([messageWith(Buffer.from([9, 65]), '')])).toThrow('no end')
  })

  test('tells an unmodelled error by its headers', () => {
    const headers = { ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'it broke' }
    const [frame] = readChunks([encodeEventStreamMessage({ headers, payload: '' })])
    expect(frame?.event).toBe('error')
    expect(parseObject(frame?.data ?? '')).toEqual({
      type: 'error',
      error: { message: 'it broke', type: 'InternalFailure' },
    })
  })

  test('unwraps the events of a model that is invoked in its own API', () => {
    const wrap = (text: string): string => JSON.stringify({ bytes: Buffer.from(text).toString('base64'), p: 'abc' })
    const stream = ['{"type":"ping"}', '{"a":"🙂"}'].map((text) =>
      encodeEventStreamFrame({ event: 'chunk', data: wrap(text) }),
    )
    expect(readChunks(stream)).toEqual([{ data: '{"type":"ping"}' }, { data: '{"a":"🙂"}' }])
    expect(readChunks([encodeEventStreamFrame({ event: 'chunk', data: '{"bytes":"*"}' })])).toEqual([
      { data: '{"bytes":"*"}' },
    ])
  })

  test('is refused where a message is larger than the limit, before it is held', () => {
    const large = encodeEventStreamFrame({ event: 'e', data: 'x'.repeat(2_000) })
    expect(readChunks([large], 4_000)).toHaveLength(1)
    expect(() => readChunks([large.subarray(0, 12)], 1_000)).toThrow(FrameTooLarge)
    expect(() => readChunks([messageWith(new Uint8Array(200_000), '')])).toThrow(FrameTooLarge)
  })

  test('whose lengths contradict each other is damaged', () => {
    const head = Buffer.alloc(16)
    head.writeUInt32BE(16, 0)
    head.writeUInt32BE(8, 4)
    head.writeUInt32BE(crc32(head.subarray(0, 8)), 8)
    expect(() => readChunks([head])).toThrow('contradict')
  })
})

/** A message with these header bytes, whatever they are. */
function messageWith(headers: Uint8Array, payload: string): Uint8Array {
  const message = Buffer.alloc(16 + headers.length + payload.length)
  message.writeUInt32BE(message.length, 0)
  message.writeUInt32BE(headers.length, 4)
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8)
  message.set(headers, 12)
  message.write(payload, 12 + headers.length)
  message.writeUInt32BE(crc32(message.subarray(0, -4)), message.length - 4)
  return message
}

describe.if(hasRecordings())('recorded event streams', () => {
  const recordings = loadRecordings(({ format }) => format === 'eventstream')

  test('are read whole, every payload a JSON object', () => {
    expect(recordings.length).toBeGreaterThan(30)
    // An agent's chunks hold plain text.
    for (const recording of recordings.filter(({ operation }) => operation !== 'agent.invoke')) {
      const read = readFramesOfBytes(bytesOf(recording))
      expect(read.length).toBeGreaterThan(0)
      for (const { data } of read) expect(parseObject(data)).toBeDefined()
    }
  })

  test('read the same byte by byte, cut in two anywhere, and never end well inside a message', () => {
    for (const recording of recordings) {
      const stream = bytesOf(recording)
      const whole = readFramesOfBytes(stream)
      const ends = new Set([0, ...endsOf(stream)])
      expect(readChunks(cutAt(stream, Array.from(stream.keys())))).toEqual(whole)
      const step = Math.max(1, Math.floor(stream.length / 40))
      for (let at = 1; at < stream.length; at += step) {
        expect(readChunks(cutAt(stream, [at])).length).toBe(whole.length)
        expect(readBroken(stream.subarray(0, at)).error === undefined).toBe(ends.has(at))
      }
    }
  }, 60_000)
})
