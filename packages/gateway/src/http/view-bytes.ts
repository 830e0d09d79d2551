/** A part of a network read. To make bytes of their own of it costs as much as parsing a short body. */
export interface ByteSpan {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** A part of a read as bytes, without a copy. */
export function viewBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start)
}

/** A part of a read as text: UTF-8, a byte order mark left out, as `TextDecoder` reads it. */
export function spanText({ bytes, start, end }: ByteSpan): string {
  const text = bytes.toString('utf8', start, end)
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
