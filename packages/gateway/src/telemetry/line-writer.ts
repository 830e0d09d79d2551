/** What some readers take for the end of a line, and terminals for a command or a change of direction. */
const unseen = /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/
const everyUnseen = new RegExp(unseen, 'g')

/** Such a character can stand only inside a JSON string, so its escape means the same. */
function escapeUnseen(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Where finished lines go, whole batches at a time, as UTF-8. The bytes are the sink's until its promise settles. */
export interface LineSink {
  write(bytes: Uint8Array): Promise<unknown>
}

export interface LineWriterOptions {
  readonly sink: LineSink
  /** Most bytes held while the sink is slow; what does not fit is dropped and counted. */
  readonly limitBytes: number
  /** How long a line may wait for others to be written with it. */
  readonly batchMs: number
}

const firstBytes = 16 * 1024

/**
 * Writes log lines in batches off the call path. A slow or hanging sink costs lines, never time: `dropped` counts them,
 * and the next line that fits says how many are missing. Lines wait as bytes in one piece of memory that is used again:
 * kept as strings, thousands of them a second would grow old before they are written, and cost the collector more than
 * they cost to write.
 */
export class LineWriter {
  dropped = 0
  readonly #options: LineWriterOptions
  #batch: Buffer = Buffer.allocUnsafeSlow(firstBytes)
  #size = 0
  /** The memory of the batch before, once it is written. */
  #spare: Buffer | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #writing: Promise<void> | undefined
  #writingBytes = 0
  #untold = 0

  constructor(options: LineWriterOptions) {
    this.#options = options
  }

  /** Takes one value as one line of JSON. */
  writeJson(value: object): void {
    this.write(JSON.stringify(value))
  }

  /** Takes one line of JSON. */
  write(json: string): void {
    const line = unseen.test(json) ? json.replace(everyUnseen, escapeUnseen) : json
    if (this.#writingBytes + this.#size + line.length >= this.#options.limitBytes) {
      this.dropped++
      this.#untold++
      return
    }
    if (this.#untold > 0) this.#hold(JSON.stringify({ event: 'log-lines-dropped', count: this.#untold }))
    this.#untold = 0
    this.#hold(line)
    this.#timer ??= setTimeout(() => void this.flush(), this.#options.batchMs)
  }

  /** Resolves when all that was taken so far is written. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (this.#writing || this.#size > 0) {
      this.#writing ??= this.#writeBatch()
      await this.#writing
    }
  }

  #hold(line: string): void {
    // A character of a string is three bytes of UTF-8 at most.
    const most = this.#size + line.length * 3 + 1
    if (most > this.#batch.length) this.#grow(most)
    this.#size += this.#batch.write(line, this.#size, 'utf8')
    this.#batch[this.#size++] = 10
  }

  #grow(bytes: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(bytes, this.#batch.length * 2))
    this.#batch.copy(grown, 0, 0, this.#size)
    this.#batch = grown
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#batch
    this.#writingBytes = this.#size
    this.#batch = this.#spare ?? Buffer.allocUnsafeSlow(firstBytes)
    this.#spare = undefined
    this.#size = 0
    try {
      await this.#options.sink.write(batch.subarray(0, this.#writingBytes))
    } catch {
      this.dropped++
    } finally {
      this.#writingBytes = 0
      this.#spare = batch
      this.#writing = undefined
    }
  }
}
