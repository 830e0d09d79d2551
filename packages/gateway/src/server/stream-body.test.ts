import { afterEach, describe, expect, test } from 'bun:test'
import { connect, type Socket } from 'node:net'
import { ClientGone } from '@sluice/core/call/answer-stream.ts'
import type { AnswerSink } from '@sluice/core/call/client-call.ts'
import { createStream } from './stream-body.ts'

/** One server whose only answer is produced by `run`; `done` resolves when the answer has been let go. */
function serveBody(
  run: (sink: AnswerSink) => Promise<void>,
  stalledAfterMs = 60_000,
  beforeAnswer = Promise.resolve(),
) {
  const done = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  let doneCount = 0
  const onDone = (): void => {
    doneCount++
    done.resolve()
  }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    development: false,
    async fetch(request) {
      asked.resolve()
      await beforeAnswer
      return new Response(
        createStream({ run }, { onDone, stalledAfterMs, packAfterMs: 0, isGone: request.signal.aborted }),
        {
          headers: { 'content-type': 'text/event-stream' },
        },
      )
    },
  })
  servers.push(server)
  return { port: server.port ?? 0, done: done.promise, asked: asked.promise, doneCount: () => doneCount }
}

const servers: { stop(force: boolean): unknown }[] = []
const clients: Socket[] = []

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy()
  for (const server of servers.splice(0)) server.stop(true)
})

/** A client that has sent its request and, unless it reads, takes nothing. */
function ask(port: number): Socket {
  const client = connect(port, '127.0.0.1')
  client.pause()
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  clients.push(client)
  return client
}

/** All a client gets until the connection closes or `isEnough`. */
function readAll(client: Socket, isEnough: (text: string) => boolean): Promise<{ text: string; error?: string }> {
  return new Promise((resolve) => {
    let text = ''
    client.on('data', (bytes) => {
      text += bytes.toString('latin1')
      if (isEnough(text)) resolve({ text })
    })
    client.on('error', (error: Error & { code?: string }) => resolve({ text, error: error.code ?? '' }))
    client.on('close', () => resolve({ text }))
    client.resume()
  })
}

/** The content of a chunked body. */
function unchunk(text: string): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; ; ) {
    const end = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, end), 16)
    if (!(size > 0)) return Buffer.concat(pieces)
    pieces.push(Buffer.from(text.slice(end + 2, end + 2 + size), 'latin1'))
    at = end + 2 + size + 2
  }
}

const hasEnd = (text: string): boolean => text.endsWith('0\r\n\r\n')

/** Writes until the client is full. */
async function fillUp(sink: AnswerSink): Promise<void> {
  const piece = new Uint8Array(16 * 1024).fill(120)
  for (;;) {
    const full = sink.write(piece)
    if (full) return await full
  }
}

describe('an answer', () => {
  test('arrives in order and ends', async () => {
    const { port, done } = serveBody(async (sink) => {
      await sink.write('data: ä\n\n')
      await sink.write(new TextEncoder().encode('data: 2\n\n'))
      await sink.write('')
    })
    const response = await fetch(`http://127.0.0.1:${port}/`)
    expect(await response.text()).toBe('data: ä\n\ndata: 2\n\n')
    await done
  })

  test('goes out at once, piece by piece', async () => {
    const gate = Promise.withResolvers<void>()
    const { port } = serveBody(async (sink) => {
      await sink.write('data: first\n\n')
      await gate.promise
      await sink.write('data: second\n\n')
    })
    const client = ask(port)
    const first = await readAll(client, (text) => text.includes('first'))
    expect(first.text).not.toContain('second')
    gate.resolve()
    expect((await readAll(client, hasEnd)).text).toContain('second')
  })

  test('of many megabytes in one write arrives whole', async () => {
    const big = new Uint8Array(12 * 1024 * 1024).map((_, at) => 97 + (at % 26))
    const { port, done } = serveBody(async (sink) => {
      await sink.write(big)
      await sink.write('Z'.repeat(300_000))
    })
    const response = await fetch(`http://127.0.0.1:${port}/`)
    const got = new Uint8Array(await response.arrayBuffer())
    await done
    expect(got.length).toBe(big.length + 300_000)
    expect(Buffer.compare(got.subarray(0, big.length), big)).toBe(0)
    expect(got.at(-1)).toBe(90)
  })

  test('with nothing in it ends as well', async () => {
    const { port, done } = serveBody(() => Promise.resolve())
    const response = await fetch(`http://127.0.0.1:${port}/`)
    expect(await response.text()).toBe('')
    await done
  })
})

describe('a client that does not read', () => {
  test('makes the producer wait, and lets it go on when it reads', async () => {
    let isFull = false
    const full = Promise.withResolvers<void>()
    const { port, done } = serveBody(async (sink) => {
      const waiting = fillUp(sink)
      isFull = true
      full.resolve()
      await waiting
      isFull = false
      await sink.write('the end')
    })
    const client = ask(port)
    await full.promise
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(isFull).toBe(true)
    const { text } = await readAll(client, hasEnd)
    await done
    expect(text).toContain('the end')
  })

  test('gets every byte of what was compressed while it waited', async () => {
    const big = new Uint8Array(8 * 1024 * 1024).map((_, at) => at * (at >> 12))
    const begun = Promise.withResolvers<void>()
    const { port, done } = serveBody(async (sink) => {
      await sink.write('begin')
      const waiting = sink.write(big)
      begun.resolve()
      await waiting
    })
    const client = ask(port)
    await begun.promise
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve, 0))
    const { text } = await readAll(client, hasEnd)
    await done
    const body = unchunk(text.slice(text.indexOf('\r\n\r\n') + 4))
    expect(body.length).toBe(big.length + 5)
    expect(Buffer.compare(body.subarray(5), big)).toBe(0)
  })

  test('is cut off after a while, without an end that looks whole', async () => {
    const seen: unknown[] = []
    const { port, done, doneCount } = serveBody(async (sink) => {
      await fillUp(sink).catch((error: unknown) => seen.push(error))
    }, 50)
    const client = ask(port)
    await done
    const { text } = await readAll(client, () => false)
    expect(seen.map((error) => error instanceof ClientGone)).toEqual([true])
    expect(hasEnd(text)).toBe(false)
    expect(doneCount()).toBe(1)
  })
})

describe('a client that leaves', () => {
  test('while nothing is written: the next write throws', async () => {
    const started = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    const seen: unknown[] = []
    const { port, done, doneCount } = serveBody(async (sink) => {
      await sink.write('data: 1\n\n')
      started.resolve()
      await left.promise
      try {
        // The other side's leaving is heard in some later turn of the loop.
        for (;;) {
          await sink.write('data: 2\n\n')
          await new Promise((resolve) => setImmediate(resolve))
        }
      } catch (error) {
        seen.push(error)
      }
    })
    const client = ask(port)
    await started.promise
    client.destroy()
    left.resolve()
    await done
    expect(seen.map((error) => error instanceof ClientGone)).toEqual([true])
    expect(doneCount()).toBe(1)
  })

  test('while a write waits: the wait ends', async () => {
    const full = Promise.withResolvers<void>()
    const seen: unknown[] = []
    const { port, done } = serveBody(async (sink) => {
      const waiting = fillUp(sink)
      full.resolve()
      await waiting.catch((error: unknown) => seen.push(error))
    })
    const client = ask(port)
    await full.promise
    client.destroy()
    await done
    expect(seen.map((error) => error instanceof ClientGone)).toEqual([true])
  })

  test('before the answer began: the producer still runs, and finds nobody', async () => {
    const gate = Promise.withResolvers<void>()
    const seen: unknown[] = []
    const { port, done, asked, doneCount } = serveBody(
      async (sink) => {
        try {
          await sink.write('data: 1\n\n')
        } catch (error) {
          seen.push(error)
        }
      },
      60_000,
      gate.promise,
    )
    const client = ask(port)
    await asked
    client.destroy()
    await new Promise((resolve) => client.on('close', resolve))
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
    gate.resolve()
    await done
    expect(seen.map((error) => error instanceof ClientGone)).toEqual([true])
    expect(doneCount()).toBe(1)
  })
})
