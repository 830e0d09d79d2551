import type { Frame } from '../ir/dialect.ts'
import { asString, parseObject } from '../ir/read.ts'
import { crc32 } from './crc32.ts'
import { type FrameReader, type FrameReaderOptions, FrameTooLarge, usualFrameChars } from './read-frames.ts'
import { TransportError } from './transport.ts'

/**
 * Reads AWS event streams (`application/vnd.amazon.eventstream`) from bytes, however they are cut. A message is
 *
 *   total length, headers' length, CRC of these two | headers | payload | CRC of all before
 *
 * with lengths and CRCs as big-endian 32-bit numbers. Both CRCs are checked: a message that is damaged, or that the end
 * of the body cuts off, throws a `TransportError`, so that it can never pass for a healthy end.
 * https://docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html (seen 2026-11-21)
 *
 * A frame's `event` is the message's `:event-type`, its data the payload. Two kinds of messages come out otherwise:
 * - an exception or an error is `event: 'error'` with `{"type":"error","error":{"type":...,"message":...}}` as data;
 * - a `chunk`, in which InvokeModelWithResponseStream wraps an event of the model's own API as base64, is that event.
 */
export function createEventStreamReader({
  onFrame,
  onPayload,
  maxFrameChars: maxMessageBytes = usualFrameChars,
}: EventStreamReaderOptions): FrameReader {
  let held: Uint8Array = nothing
  let heldBytes = 0
  const readHeaders = createHeaderReader()
  /** How many bytes must be there before it is worth looking again. */
  let wantedBytes = preludeBytes

  /** Hands out the messages that are complete; returns where the first incomplete one begins. */
  function readMessages(bytes: Uint8Array): number {
    for (let at = 0; ; at += wantedBytes) {
      wantedBytes = bytes.length - at < preludeBytes ? preludeBytes : readSize(bytes, at, maxMessageBytes)
      if (bytes.length - at < wantedBytes) return at
      const message = checkMessage(bytes.subarray(at, at + wantedBytes))
      const headers = readHeaders(message.headers)
      if (onPayload && headers.get(':message-type') === 'event') onPayload(message.payload)
      else onFrame(toFrame(headers, utf8.decode(message.payload)))
    }
  }

  function hold(bytes: Uint8Array): void {
    const total = heldBytes + bytes.length
    if (total > held.length) {
      const grown = new Uint8Array(Math.max(total, held.length * 2))
      grown.set(held.subarray(0, heldBytes))
      held = grown
    }
    held.set(bytes, heldBytes)
    heldBytes = total
  }

  return {
    push(chunk) {
      if (heldBytes === 0) {
        hold(chunk.subarray(readMessages(chunk)))
        return
      }
      hold(chunk)
      if (heldBytes < wantedBytes) return
      const left = held.subarray(readMessages(held.subarray(0, heldBytes)), heldBytes)
      held = nothing
      heldBytes = 0
      hold(left)
    },
    end() {
      if (heldBytes > 0) throw new TransportError('truncated', 'the event stream ended inside a message.', true)
    },
  }
}

/** What a reader of event streams needs to know. */
export interface EventStreamReaderOptions extends FrameReaderOptions {
  /**
   * Receives the payloads of ordinary messages as bytes, in place of `onFrame`: for streams that are cut into messages
   * inside their letters. The bytes are only good during the call.
   */
  readonly onPayload?: (payload: Uint8Array) => void
}

/** Whether a body of this `content-type` is an AWS event stream. */
export function isEventStream(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/vnd\.amazon\.eventstream\b/i.test(contentType)
}

const nothing: Uint8Array = new Uint8Array(0)
/** Two lengths and their CRC. */
const preludeBytes = 12
const crcBytes = 4
/** https://docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html (seen 2026-11-21) */
const maxHeaderBytes = 128 * 1024

/** The length of the message that begins here, once its own CRC has vouched for it. */
function readSize(bytes: Uint8Array, at: number, maxMessageBytes: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, preludeBytes)
  if (crc32(bytes.subarray(at, at + 8)) !== view.getUint32(8)) throw damaged('its lengths do not match their checksum')
  const size = view.getUint32(0)
  const headerBytes = view.getUint32(4)
  if (size > maxMessageBytes) throw new FrameTooLarge(`an event-stream message of over ${maxMessageBytes} bytes`)
  if (headerBytes > maxHeaderBytes) throw new FrameTooLarge(`event-stream headers of over ${maxHeaderBytes} bytes`)
  if (size < preludeBytes + headerBytes + crcBytes) throw damaged('its lengths contradict each other')
  return size
}

/** The two parts of a message, as bytes. */
interface Message {
  readonly headers: Uint8Array
  readonly payload: Uint8Array
}

function checkMessage(message: Uint8Array): Message {
  const view = new DataView(message.buffer, message.byteOffset, message.length)
  const payloadEnd = message.length - crcBytes
  if (crc32(message.subarray(0, payloadEnd)) !== view.getUint32(payloadEnd)) {
    throw damaged('it does not match its checksum')
  }
  const payloadStart = preludeBytes + view.getUint32(4)
  return {
    headers: message.subarray(preludeBytes, payloadStart),
    payload: message.subarray(payloadStart, payloadEnd),
  }
}

const utf8: TextDecoder = new TextDecoder()

/** Sizes of header values by their type: true, false, byte, short, integer, long, -, -, timestamp, uuid. */
const fixedSizes: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16]
const bytesType = 6
const stringType = 7

type ReadHeaders = (bytes: Uint8Array) => ReadonlyMap<string, string>

/** Reads the headers that are strings. Messages of one kind have the same to the byte, so the last ones are remembered. */
function createHeaderReader(): ReadHeaders {
  let lastBytes: Uint8Array = nothing
  let last: ReadonlyMap<string, string> = new Map()
  return (bytes) => {
    if (isSame(bytes, lastBytes)) return last
    last = readHeaders(bytes)
    lastBytes = bytes.slice()
    return last
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}

function readHeaders(bytes: Uint8Array): ReadonlyMap<string, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const headers = new Map<string, string>()
  let at = 0
  const take = (size: number): number => {
    if (at + size > bytes.length) throw damaged('its headers have no end')
    at += size
    return at - size
  }
  const takeText = (size: number): string => {
    const start = take(size)
    return utf8.decode(bytes.subarray(start, start + size))
  }
  while (at < bytes.length) {
    const name = takeText(view.getUint8(take(1)))
    const type = view.getUint8(take(1))
    if (type === stringType) headers.set(name, takeText(view.getUint16(take(2))))
    else if (type === bytesType) take(view.getUint16(take(2)))
    else take(fixedSizes[type] ?? refuseType(type))
  }
  return headers
}

function refuseType(type: number): never {
  throw damaged(`a header has the unknown type ${type}`)
}

function toFrame(headers: ReadonlyMap<string, string>, payload: string): Frame {
  const type = headers.get(':message-type')
  if (type === 'exception') return errorFrame(headers.get(':exception-type') ?? '', payload)
  if (type === 'error') {
    const message = headers.get(':error-message') ?? payload
    return errorFrame(headers.get(':error-code') ?? '', JSON.stringify({ message }))
  }
  const event = headers.get(':event-type')
  if (event === 'chunk') return { data: unwrapChunk(payload) }
  return event === undefined ? { data: payload } : { event, data: payload }
}

function errorFrame(type: string, payload: string): Frame {
  const error = parseObject(payload) ?? { message: payload }
  return { event: 'error', data: JSON.stringify({ type: 'error', error: { ...error, type } }) }
}

/** What is no such wrapping goes on as it is: the dialect says what is wrong with it. */
function unwrapChunk(payload: string): string {
  const wrapped = asString(parseObject(payload)?.['bytes'])
  if (wrapped === undefined) return payload
  try {
    return utf8.decode(Uint8Array.from(atob(wrapped), (char) => char.charCodeAt(0)))
  } catch {
    return payload
  }
}

function damaged(how: string): TransportError {
  return new TransportError('protocol', `an event-stream message is damaged: ${how}.`, true)
}
