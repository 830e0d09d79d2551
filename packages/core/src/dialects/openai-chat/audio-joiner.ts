/**
 * Joins pieces of base64 that were encoded apart. Pieces whose length fits pass untouched; padding inside the whole
 * would make it invalid, so bytes that do not fill a group of three wait for the next piece.
 */
export class AudioJoiner {
  #waiting = ''

  /** The text that may go on now, possibly `''`. What is no base64 passes as it is. */
  add(piece: string): string {
    if (this.#waiting === '' && piece.length % 4 === 0 && !piece.endsWith('=')) return piece
    const bytes = decode(piece)
    if (bytes === undefined) return piece
    const all = this.#waiting + bytes
    const whole = all.length - (all.length % 3)
    this.#waiting = all.slice(whole)
    return btoa(all.slice(0, whole))
  }

  /** The last bytes, padded. */
  end(): string {
    const last = this.#waiting
    this.#waiting = ''
    return btoa(last)
  }
}

function decode(piece: string): string | undefined {
  try {
    return atob(piece)
  } catch {
    return undefined
  }
}
