import type { Frame } from '@sluice/core/ir/dialect.ts'
import { crc32 } from '@sluice/core/upstream/crc32.ts'
import { createEventStreamReader } from '@sluice/core/upstream/read-event-stream.ts'

/** The media type of AWS event streams. */
export const eventStreamType = 'application/vnd.amazon.eventstream'

/** A message of an AWS event stream: string headers in this order, then the payload. */
export interface EventStreamMessage {
  readonly headers: Readonly<Record<string, string>>
  readonly payload: string | Uint8Array
}

/** The message in bytes, as the service sends it: `core/upstream/read-event-stream.ts` says how. */
export function encodeEventStreamMessage({ headers, payload }: EventStreamMessage): Uint8Array {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)))
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload
  const message = Buffer.alloc(16 + head.length + body.length)
  message.writeUInt32BE(message.length, 0)
  message.writeUInt32BE(head.length, 4)
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8)
  head.copy(message, 12)
  message.set(body, 12 + head.length)
  message.writeUInt32BE(crc32(message.subarray(0, -4)), message.length - 4)
  return message
}

/** The bytes of a frame; one of event `error` becomes an exception, as the service tells what goes wrong. */
export function encodeEventStreamFrame({ event = 'chunk', data }: Frame): Uint8Array {
  const json = { ':content-type': 'application/json' }
  if (event !== 'error')
    return encodeEventStreamMessage({
      headers: { ':event-type': event, ...json, ':message-type': 'event' },
      payload: data,
    })
  const { type, ...error } = JSON.parse(data).error
  const headers = { ':exception-type': type, ...json, ':message-type': 'exception' }
  return encodeEventStreamMessage({ headers, payload: JSON.stringify(error) })
}

/** The frames in the bytes of a whole event stream. */
export function readFramesOfBytes(bytes: Uint8Array): readonly Frame[] {
  const frames: Frame[] = []
  const reader = createEventStreamReader({ onFrame: (frame) => void frames.push(frame) })
  reader.push(bytes)
  reader.end()
  return frames
}

/** The bytes of a whole event stream cut after each message, nothing added or taken away. */
export function splitMessages(bytes: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const messages: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + view.getUint32(at)
    messages.push(bytes.subarray(at, end))
    at = end
  }
  return messages
}

function encodeHeader(name: string, value: string): Uint8Array {
  const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)]
  const length = Buffer.alloc(2)
  length.writeUInt16BE(valueBytes.length)
  return Buffer.concat([Uint8Array.of(nameBytes.length), nameBytes, Uint8Array.of(7), length, valueBytes])
}
