import type { Socket } from 'node:net'
import type { Answer } from './answer.ts'
import { cutPieces, toBytes } from './chunking.ts'

/** What became of an answer. `left`: the client went away; `broken`: the answer's own fault ended the connection. */
export type SendOutcome = 'whole' | 'left' | 'broken'

/** How much of an answer has gone out, kept up to date while it is sent. */
export interface SendProgress {
  bodyBytes: number
  chunks: number
  headersSentAtMs: number | undefined
  /** Called after each of the above has changed. */
  readonly changed: () => void
}

/**
 * Writes one answer to the socket, with its cuts, waits and faults. Waits for the client to take the bytes, so an
 * endless answer holds no more than the kernel's buffers. `gone` aborts when the client has left or the server stops.
 */
export async function sendAnswer(
  socket: Socket,
  answer: Answer,
  { progress, gone }: { readonly progress: SendProgress; readonly gone: AbortSignal },
): Promise<SendOutcome> {
  const { fault, timing } = answer
  if (fault?.kind === 'silence') return await untilGone(gone)
  await wait(timing?.beforeHeadersMs, gone)
  if (fault?.kind === 'reset' && fault.afterBytes < 0) return reset(socket)
  if (!(await write(socket, headersOf(answer), gone))) return 'left'
  progress.headersSentAtMs = performance.now()
  progress.changed()
  for (const chunk of cutPieces(answer.pieces, answer.chunking)) {
    if (gone.aborted) return 'left'
    const outcome = await sendChunk(socket, chunk, { answer, progress, gone })
    if (outcome !== 'whole') return outcome
    await wait(timing?.betweenChunksMs, gone)
  }
  if (fault !== undefined) return await breakOff(socket, answer, gone)
  const isSent = answer.framing !== 'chunked' || (await write(socket, lastChunk, gone))
  return isSent ? 'whole' : 'left'
}

interface Sending {
  readonly answer: Answer
  readonly progress: SendProgress
  readonly gone: AbortSignal
}

async function sendChunk(socket: Socket, chunk: Uint8Array, sending: Sending): Promise<SendOutcome> {
  const { answer, progress, gone } = sending
  const { fault } = answer
  if (fault?.kind === 'stall' && progress.chunks >= fault.afterChunks) return await untilGone(gone)
  const room = fault && 'afterBytes' in fault ? fault.afterBytes - progress.bodyBytes : chunk.length
  const part = chunk.length <= room ? chunk : chunk.subarray(0, room)
  if (part.length > 0 && !(await write(socket, frameChunk(part, answer), gone))) return 'left'
  progress.bodyBytes += part.length
  progress.chunks++
  progress.changed()
  return part.length < chunk.length ? await breakOff(socket, answer, gone) : 'whole'
}

async function breakOff(socket: Socket, { fault }: Answer, gone: AbortSignal): Promise<SendOutcome> {
  switch (fault?.kind) {
    case 'reset':
      await flushed(socket, gone)
      return reset(socket)
    case 'close':
      socket.end()
      return 'broken'
    default:
      return await untilGone(gone)
  }
}

const lastChunk = new TextEncoder().encode('0\r\n\r\n')

function frameChunk(part: Uint8Array, { framing }: Answer): Uint8Array {
  if (framing !== 'chunked') return part
  return Buffer.concat([toBytes(`${part.length.toString(16)}\r\n`), part, toBytes('\r\n')])
}

function headersOf({ status, headers, framing, pieces, chunking }: Answer): Uint8Array {
  const lines = [`HTTP/1.1 ${status} ${statusWords[status] ?? 'Status'}`]
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  if (framing === 'chunked') lines.push('transfer-encoding: chunked')
  else if (framing === 'until-close') lines.push('connection: close')
  else lines.push(`content-length: ${lengthOf(cutPieces(pieces, chunking))}`)
  return toBytes(`${lines.join('\r\n')}\r\n\r\n`)
}

function lengthOf(chunks: Iterable<Uint8Array>): number {
  let length = 0
  for (const chunk of chunks) length += chunk.length
  return length
}

const statusWords: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** False when the client left before the bytes were taken. */
async function write(socket: Socket, bytes: Uint8Array, gone: AbortSignal): Promise<boolean> {
  if (gone.aborted) return false
  if (!socket.write(bytes)) await drained(socket, gone)
  // One turn of the event loop, so that two chunks are two writes and a client's disconnect is seen between them.
  await new Promise((resolve) => setImmediate(resolve))
  return !gone.aborted
}

function drained(socket: Socket, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      socket.off('drain', finish)
      gone.removeEventListener('abort', finish)
      resolve()
    }
    socket.once('drain', finish)
    gone.addEventListener('abort', finish)
  })
}

/** Everything written has left this process: an RST would drop what has not. */
async function flushed(socket: Socket, gone: AbortSignal): Promise<void> {
  if (socket.writableLength > 0) await drained(socket, gone)
}

function reset(socket: Socket): SendOutcome {
  socket.resetAndDestroy()
  return 'broken'
}

async function untilGone(gone: AbortSignal): Promise<SendOutcome> {
  if (!gone.aborted) await new Promise((resolve) => gone.addEventListener('abort', resolve, { once: true }))
  return 'left'
}

async function wait(delayMs: number | undefined, gone: AbortSignal): Promise<void> {
  if (delayMs === undefined || delayMs <= 0 || gone.aborted) return
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      clearTimeout(timer)
      gone.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, delayMs)
    gone.addEventListener('abort', finish)
  })
}
