/**
 * Standard base64 with padding. Python clients write the URL-safe alphabet, which this API takes and the others refuse.
 */
export function standardBase64(text: string): string {
  const plain = text.includes('-') || text.includes('_') ? text.replaceAll('-', '+').replaceAll('_', '/') : text
  const missing = plain.length % 4
  return missing === 0 ? plain : plain + '='.repeat(4 - missing)
}

/** UTF-8 text as base64. */
export function textToBase64(text: string): string {
  return bytesToBase64(new TextEncoder().encode(text))
}

/** The bytes, or undefined where the text is no base64. */
export function base64ToBytes(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(standardBase64(text)), (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}

/**
 * Joins base64 pieces that each end in their own padding, as chunks of sound do, into pieces whose concatenation is
 * valid base64: up to two bytes wait for the next piece.
 */
export class Base64Joiner {
  #left: Uint8Array = new Uint8Array(0)

  /** What can go out now, maybe `''`. A piece that is no base64 goes out as it is. */
  add(piece: string): string {
    if (this.#left.length === 0 && piece.length % 4 === 0 && !piece.endsWith('=')) return piece
    const bytes = base64ToBytes(piece)
    if (!bytes) return piece
    const all = new Uint8Array(this.#left.length + bytes.length)
    all.set(this.#left)
    all.set(bytes, this.#left.length)
    const whole = all.length - (all.length % 3)
    this.#left = all.slice(whole)
    return bytesToBase64(all.subarray(0, whole))
  }

  /** The last bytes, with their padding. */
  end(): string {
    const rest = bytesToBase64(this.#left)
    this.#left = new Uint8Array(0)
    return rest
  }
}

function bytesToBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}
