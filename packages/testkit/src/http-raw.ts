import type { Socket } from 'node:net'
import { connect } from 'node:net'

/** What came back for bytes sent by hand. */
export interface RawReply {
  /** Everything received, in Latin-1 so that no byte is lost. */
  readonly text: string
  /** The status of each answer in it, in order; empty when none could be read. */
  readonly statuses: readonly number[]
  /** How the connection ended; `open` when it was still there once enough had been read. */
  readonly ending: 'closed' | 'reset' | 'open'
}

/** What to send, where, and when enough was read. */
export interface RawRequestOptions {
  readonly port: number
  readonly host?: string
  /** Bytes sent one after the other, each in a write of its own. */
  readonly send: readonly (string | Uint8Array)[]
  /** Send FIN after the last byte. */
  readonly isHalfClosed?: boolean
  /** Enough was read when this holds; otherwise the reply is read until the connection ends or the deadline. */
  readonly enough?: (text: string) => boolean
  /** How long to read at most; 2 s unless told. */
  readonly deadlineMs?: number
}

/**
 * Sends exactly these bytes over a plain socket and reads what comes back: for requests no HTTP client would send.
 * Strings are sent as Latin-1, so `\x80` is one byte.
 */
export function sendRaw(options: RawRequestOptions): Promise<RawReply> {
  const { port, host = '127.0.0.1', send, isHalfClosed = false, enough = () => false, deadlineMs = 2_000 } = options
  return new Promise((resolve) => {
    let text = ''
    let ending: RawReply['ending'] = 'open'
    const socket = connect({ port, host, allowHalfOpen: true })
    const timer = setTimeout(finish, deadlineMs)
    function finish(): void {
      clearTimeout(timer)
      socket.destroy()
      resolve({ text, statuses: statusesOf(text), ending })
    }
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1')
      if (enough(text)) finish()
    })
    socket.on('error', () => {
      ending = 'reset'
      finish()
    })
    socket.on('end', () => {
      ending = 'closed'
      finish()
    })
    socket.on('connect', () => void writeAll(socket, send).then(() => isHalfClosed && socket.end()))
  })
}

/** Whether one whole answer of known length has come: for `enough`, on a connection that stays open. */
export function hasWholeAnswer(text: string): boolean {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const head = text.slice(0, headEnd).toLowerCase()
  const length = /\ncontent-length: *(\d+)/.exec(head)?.[1]
  if (length !== undefined) return text.length >= headEnd + 4 + Number(length)
  return !head.includes('transfer-encoding') || text.endsWith('0\r\n\r\n')
}

/** The text of a request with these lines as they are; a body is added under the head, unmeasured. */
export function rawRequest(firstLine: string, headers: readonly string[], body = ''): string {
  return `${[firstLine, ...headers].join('\r\n')}\r\n\r\n${body}`
}

async function writeAll(socket: Socket, pieces: readonly (string | Uint8Array)[]): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return
    socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function statusesOf(text: string): readonly number[] {
  return Array.from(text.matchAll(/(?:^|\n|\}|>)HTTP\/1\.[01] (\d{3})/g), (match) => Number(match[1]))
}
