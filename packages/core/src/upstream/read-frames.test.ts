import { describe, expect, test } from 'bun:test'
import { createRandom, pickInteger } from '@sluice/testkit/random.ts'
import { framesOf, hasRecordings, loadRecordings, skippedLine } from '@sluice/testkit/recordings.ts'
import fc from 'fast-check'
import type { Frame } from '../ir/dialect.ts'
import type { FrameReader, FrameReaderOptions } from './read-frames.ts'
import { createJsonArrayReader, createSseReader, FrameTooLarge } from './read-frames.ts'

if (!hasRecordings()) process.stdout.write(`${skippedLine}\n`)

/** More seeds for a long fuzz: `FUZZ_SEEDS=1000000 bun test read-frames`. */
const seeds = Number(process.env['FUZZ_SEEDS'] ?? 300)

type CreateReader = (options: FrameReaderOptions) => FrameReader

function readChunks(create: CreateReader, chunks: readonly Uint8Array[]): readonly Frame[] {
  const frames: Frame[] = []
  const reader = create({ onFrame: (frame) => frames.push(frame) })
  for (const chunk of chunks) reader.push(chunk)
  reader.end()
  return frames
}

function readText(text: string, create: CreateReader = createSseReader): readonly Frame[] {
  return readChunks(create, [bytesOf(text)])
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Cuts at the given places, wherever they fall. */
function cutAt(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const cuts = [0, ...places.toSorted((a, b) => a - b), bytes.length]
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end))
}

const odd = [
  ['LF', 'data: one\n\ndata: two\n\n'],
  ['CRLF', 'event: a\r\ndata: one\r\n\r\ndata: two\r\n\r\n'],
  ['CR', 'data: one\rdata: more\r\rdata: two\r\r'],
  ['mixed line ends', 'data: one\r\n\ndata: two\r\r\ndata: three\n\r\n'],
  ['BOM', '\ufeffdata: one\n\n'],
  ['BOM inside', 'data: \ufeffone\n\n'],
  ['comments', ': hi\n\n:\ndata: one\n: inside\ndata: more\n\n: end\n\n'],
  ['several data lines', 'data: a\ndata:b\ndata\ndata:  c\n\n'],
  ['event without data', 'event: ping\n\nevent: x\ndata: 1\n\n'],
  ['empty data', 'data:\n\ndata\n\ndata: \n\n'],
  ['other fields', 'id: 7\nretry: 10\ndata: one\nfoo: bar\nfoo\n\n'],
  ['colons in values', 'data: {"a": "b:c"}\nevent: x:y\n\n'],
  ['four-byte characters', 'data: 🙂🙃é\u2028x\n\ndata: 日本\n\n'],
  ['no last blank line', 'data: one\n\ndata: two\n'],
  ['no last line end', 'data: one\n\ndata: two'],
  ['nothing', ''],
  ['only line ends', '\n\r\n\r\r\n\n'],
] as const

describe('server-sent events', () => {
  test.each([...odd])('%s: every cut into three reads the same', (_, text) => {
    const bytes = bytesOf(text)
    const whole = readText(text)
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const frames = readChunks(createSseReader, cutAt(bytes, [first, second]))
        if (!Bun.deepEquals(frames, whole)) expect([first, second, frames]).toEqual([first, second, whole])
      }
    }
    expect(readChunks(createSseReader, cutAt(bytes, Array.from(bytes.keys())))).toEqual(whole)
  })

  test('follow the WHATWG rules', () => {
    expect(readText('data: a\ndata:b\ndata\ndata:  c\n\n')).toEqual([{ data: 'a\nb\n\n c' }])
    expect(readText('\ufeffevent: x\r\ndata: 1\r\n\r\n')).toEqual([{ event: 'x', data: '1' }])
    expect(readText('event: ping\n\ndata: 1\n\n')).toEqual([{ data: '1' }])
    expect(readText('data:\n\n')).toEqual([{ data: '' }])
    expect(readText(': comment\nid: 1\nretry: 2\nnonsense\ndata: 1\rdata: 2\r\r')).toEqual([{ data: '1\n2' }])
    expect(readText('Data: 1\n\n data: 2\n\n')).toEqual([])
  })

  test('an unfinished last event is handed out at the end, once', () => {
    expect(readText('data: one\n\ndata: two')).toEqual([{ data: 'one' }, { data: 'two' }])
    expect(readText('data: one\n\nevent: x\n')).toEqual([{ data: 'one' }])
  })

  test('agree with a second reading of the rules, on any text', () => {
    const line = fc.oneof(
      fc.constantFrom('data', 'data:', 'data: ', 'event: ', ':', ': ', 'id: ', '\ufeff', 'data: {"a":1}'),
      fc.string({ unit: 'binary', maxLength: 6 }),
    )
    const end = fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\n\r\n', '')
    const text = fc.array(fc.tuple(line, end), { maxLength: 20 }).map((parts) => parts.flat().join(''))
    fc.assert(
      fc.property(text, fc.array(fc.nat(200)), (written, places) => {
        const bytes = bytesOf(written)
        const chunks = cutAt(
          bytes,
          places.map((place) => Math.min(place, bytes.length)),
        )
        expect(readChunks(createSseReader, chunks)).toEqual(readByTheBook(new TextDecoder().decode(bytes)))
      }),
      { numRuns: seeds },
    )
  })

  test('any bytes at all are read without a throw, whatever the cuts', () => {
    const bytes = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(300)), (body, places) => {
        const chunks = cutAt(
          body,
          places.map((place) => Math.min(place, body.length)),
        )
        expect(readChunks(createSseReader, chunks)).toEqual(readChunks(createSseReader, [body]))
      }),
      { numRuns: seeds },
    )
  })
})

/** The specification once more, over whole text and without regard to speed. */
function readByTheBook(text: string): readonly Frame[] {
  const frames: Frame[] = []
  let event: string | undefined
  let data: string[] = []
  const dispatch = (): void => {
    if (data.length > 0) frames.push({ ...(event !== undefined && { event }), data: data.join('\n') })
    event = undefined
    data = []
  }
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [, field, value] = /^([^:]*)(?::\x20?([\s\S]*))?$/.exec(line) ?? []
    if (line === '') dispatch()
    else if (field === 'data') data.push(value ?? '')
    else if (field === 'event') event = value ?? ''
  }
  dispatch()
  return frames
}

describe('the cap on one event', () => {
  const cap = 1_000

  function readCapped(text: string, create: CreateReader = createSseReader): readonly Frame[] {
    return readChunks((options) => create({ ...options, maxFrameChars: cap }), cutAt(bytesOf(text), [10, 500, 900]))
  }

  test('refuses a line that never ends, and an event of many lines', () => {
    expect(() => readCapped(`data: ${'x'.repeat(2_000)}`)).toThrow(FrameTooLarge)
    expect(() => readCapped(`data: ${'x'.repeat(90)}\n`.repeat(20))).toThrow(FrameTooLarge)
    expect(() => readCapped(`[{"a":"${'x'.repeat(2_000)}`, createJsonArrayReader)).toThrow(FrameTooLarge)
  })

  test('counts one event, not the stream', () => {
    expect(readCapped(`data: ${'x'.repeat(90)}\n\n`.repeat(50)).length).toBe(50)
    expect(
      readCapped(
        `[${Array(50)
          .fill(`{"a":"${'x'.repeat(90)}"}`)
          .join(',')}]`,
        createJsonArrayReader,
      ).length,
    ).toBe(50)
  })

  test('is 16 Mi characters unless told', () => {
    const reader = createSseReader({ onFrame: () => undefined })
    const block = bytesOf('x'.repeat(1_048_576))
    for (let sent = 0; sent < 16; sent++) reader.push(block)
    expect(() => reader.push(block)).toThrow(FrameTooLarge)
  })
})

describe('a JSON array', () => {
  const texts = [
    '[{"a":1},{"b":[{"c":"}"}]}]',
    '[{"a":"\\"}{\\\\"}\r\n,\r\n{"b":"🙂é"}\n]\n',
    '\ufeff [ ]',
    '[]',
    '',
    '[{"a":{"b":{}}}',
    '[{"unfinished":"x',
  ]

  test.each(texts)('%s: every cut into three reads the same', (text) => {
    const bytes = bytesOf(text)
    const whole = readText(text, createJsonArrayReader)
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const frames = readChunks(createJsonArrayReader, cutAt(bytes, [first, second]))
        if (!Bun.deepEquals(frames, whole)) expect([first, second, frames]).toEqual([first, second, whole])
      }
    }
  })

  test('gives back every object that was put in, whatever the cuts and the spacing', () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 6 })
    fc.assert(
      fc.property(objects, fc.constantFrom(undefined, 2), fc.array(fc.nat(400)), (list, indent, places) => {
        const bytes = bytesOf(JSON.stringify(list, undefined, indent))
        const chunks = cutAt(
          bytes,
          places.map((place) => Math.min(place, bytes.length)),
        )
        const read = readChunks(createJsonArrayReader, chunks).map(({ data }) => JSON.parse(data))
        expect(read).toEqual(JSON.parse(JSON.stringify(list)))
      }),
      { numRuns: seeds },
    )
  })
})

describe.if(hasRecordings())('recorded streams', () => {
  const streams = loadRecordings((entry) => entry.format === 'sse' || entry.format === 'json-array-stream')

  test('read the same under random cuts', () => {
    const random = createRandom(Number(process.env['FUZZ_SEED'] ?? 1))
    expect(streams.length).toBeGreaterThan(250)
    for (const recording of streams) {
      const bytes = bytesOf(String(recording.response.body))
      const create = recording.format === 'sse' ? createSseReader : createJsonArrayReader
      const whole = framesOf(recording)
      for (let round = 0; round < 3; round++) {
        const places = Array.from({ length: 40 }, () => pickInteger(random, 0, bytes.length))
        const frames = readChunks(create, cutAt(bytes, places))
        if (!Bun.deepEquals(frames, whole))
          expect([recording.path, places, frames]).toEqual([recording.path, places, whole])
      }
    }
  })
})

test('time grows with the bytes, not with their square', () => {
  const line = 'data: {"choices":[{"delta":{"content":"x"}}]}\n\n'
  const small = countScans(line.repeat(1_000))
  const large = countScans(line.repeat(10_000))
  expect(large / small).toBeLessThan(15)
})

/** Characters looked at by `indexOf` while reading this text in one chunk. */
function countScans(text: string): number {
  const original = String.prototype.indexOf
  let scanned = 0
  String.prototype.indexOf = function indexOf(this: string, search: string, from = 0): number {
    const at = original.call(this, search, from)
    scanned += (at < 0 ? this.length : at) - from
    return at
  }
  try {
    readText(text)
  } finally {
    String.prototype.indexOf = original
  }
  return scanned
}
