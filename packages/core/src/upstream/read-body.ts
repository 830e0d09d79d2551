import type { ByteSource } from './transport.ts'
import { TransportError } from './transport.ts'

/**
 * Reads a whole body of at most `limitBytes`. One byte more cancels the source and rejects with kind `too-large`; a
 * body that breaks off rejects with the source's own error.
 */
export async function readBody(source: ByteSource, limitBytes: number): Promise<Uint8Array> {
  const first = await source.read()
  if (first === undefined) return new Uint8Array(0)
  const chunks = [checked(first, 0, { source, limitBytes })]
  let size = first.byteLength
  for (;;) {
    const chunk = await source.read()
    if (chunk === undefined) return chunks.length === 1 ? first : join(chunks, size)
    size += chunk.byteLength
    chunks.push(checked(chunk, size - chunk.byteLength, { source, limitBytes }))
  }
}

function checked(
  chunk: Uint8Array,
  before: number,
  { source, limitBytes }: { source: ByteSource; limitBytes: number },
): Uint8Array {
  if (before + chunk.byteLength <= limitBytes) return chunk
  source.cancel()
  throw new TransportError('too-large', `The answer is larger than ${limitBytes} bytes.`, true)
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
