import { expect, test } from 'bun:test'
import { LineWriter } from './line-writer.ts'

function memorySink(): { written: string[]; write(bytes: Uint8Array): Promise<void> } {
  const written: string[] = []
  return {
    written,
    write(bytes) {
      written.push(new TextDecoder().decode(bytes))
      return Promise.resolve()
    },
  }
}

test('lines come out once, in order, one per line', async () => {
  const sink = memorySink()
  const writer = new LineWriter({ sink, limitBytes: 10_000, batchMs: 1 })
  for (let index = 0; index < 100; index++) writer.writeJson({ index })
  await writer.flush()
  const lines = sink.written.join('').trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line).index)).toEqual(Array.from({ length: 100 }, (_, index) => index))
})

test('a hanging sink costs lines, counted and told, and no memory beyond the limit', async () => {
  let release = (): void => undefined
  const written: string[] = []
  const sink = {
    write(bytes: Uint8Array): Promise<void> {
      written.push(new TextDecoder().decode(bytes))
      return written.length === 1 ? new Promise((resolve) => (release = resolve)) : Promise.resolve()
    },
  }
  const writer = new LineWriter({ sink, limitBytes: 100, batchMs: 1 })
  writer.write('a'.repeat(90))
  const flushing = writer.flush()
  writer.write('b'.repeat(50))
  writer.write('c'.repeat(50))
  expect(writer.dropped).toBe(2)
  release()
  await flushing
  writer.write('d')
  await writer.flush()
  expect(written.join('')).toContain('{"event":"log-lines-dropped","count":2}\nd\n')
})

test('a line cannot be forged: control characters of a name stay inside its JSON string', async () => {
  const sink = memorySink()
  const writer = new LineWriter({ sink, limitBytes: 10_000, batchMs: 1 })
  const name = 'x\r\n{"event":"forged"}\u001b[31m\u2028'
  writer.writeJson({ name })
  await writer.flush()
  const lines = sink.written.join('').trimEnd().split('\n')
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '').name).toBe(name)
})

test('a line is one line to every reader, and nothing to a terminal', async () => {
  const sink = memorySink()
  const writer = new LineWriter({ sink, limitBytes: 10_000, batchMs: 1 })
  const value = { name: 'a\r\nb\u0085c\u2028d\u2029e\u001b[31mf\u009b31mg\u202eh\ufeffi\u007fj\u0000k\ud800l' }
  writer.writeJson(value)
  await writer.flush()
  const written = sink.written.join('')
  expect(written).toMatch(/^[\x20-\x7e]+\n$/)
  expect(JSON.parse(written)).toEqual(value)
})
