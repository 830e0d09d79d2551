import type { VectorType } from './request.ts'
import type { Vector } from './response.ts'

/**
 * The numbers in base64: little-endian float32 for floats, a byte each for the others. Exact for numbers that fit: a
 * float of more than 24 significant bits is rounded to the nearest that has no more, as every provider's packing does.
 */
export function pack(vector: Vector, type: VectorType): string {
  if (typeof vector === 'string') return vector
  if (type !== 'float') return toBase64(Uint8Array.from(vector))
  const view = new DataView(new ArrayBuffer(vector.length * 4))
  for (const [index, value] of vector.entries()) view.setFloat32(index * 4, value, true)
  return toBase64(new Uint8Array(view.buffer))
}

/** The numbers themselves; undefined for text that is no packed vector of this type. */
export function unpack(vector: Vector, type: VectorType): readonly number[] | undefined {
  if (typeof vector !== 'string') return vector
  const bytes = fromBase64(vector)
  if (!bytes) return undefined
  if (type === 'uint8' || type === 'ubinary') return Array.from(bytes)
  if (type !== 'float') return Array.from(new Int8Array(bytes.buffer))
  if (bytes.length % 4 !== 0) return undefined
  const view = new DataView(bytes.buffer)
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true))
}

/** Arguments of one call of `fromCharCode`; more would overflow the stack. */
const sliceBytes = 8_192

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    text += String.fromCharCode(...bytes.subarray(at, at + sliceBytes))
  }
  return btoa(text)
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(text)
    const bytes = new Uint8Array(binary.length)
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
    return bytes
  } catch {
    return undefined
  }
}
