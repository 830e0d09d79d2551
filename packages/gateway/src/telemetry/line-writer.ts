/** What some readers take for the end of a line, and terminals for a command or a change of direction. */
const unseen = /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/
const everyUnseen = new RegExp(unseen, 'g')

/** Such a character can stand only inside a JSON string, so its escape means the same. */
function escapeUnseen(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Where finished lines go, whole batches at a time. */
export interface LineSink {
  write(text: string): Promise<unknown>
}

export interface LineWriterOptions {
  readonly sink: LineSink
  /** Most characters held while the sink is slow; what does not fit is dropped and counted. */
  readonly limitChars: number
  /** How long a line may wait for others to be written with it. */
  readonly batchMs: number
}

/**
 * Writes log lines in batches off the call path. A slow or hanging sink costs lines, never time: `dropped` counts them,
 * and the next line that fits says how many are missing.
 */
export class LineWriter {
  dropped = 0
  readonly #options: LineWriterOptions
  #waiting: string[] = []
  #waitingChars = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #writing: Promise<void> | undefined
  #untold = 0
  readonly #sources: (() => void)[] = []

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
    if (this.#waitingChars + line.length > this.#options.limitChars) {
      this.dropped++
      this.#untold++
      return
    }
    if (this.#untold > 0) this.#hold(JSON.stringify({ event: 'log-lines-dropped', count: this.#untold }))
    this.#untold = 0
    this.#hold(line)
    this.#startTimer()
  }

  /**
   * Lets somebody keep what becomes lines until they are written: `tell` is called before each batch and writes them.
   * The function it returns says that there is something to tell.
   */
  addSource(tell: () => void): () => void {
    this.#sources.push(tell)
    return () => this.#startTimer()
  }

  /** Resolves when all that was taken so far is written. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const tell of this.#sources) tell()
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (this.#writing || this.#waiting.length > 0) {
      this.#writing ??= this.#writeBatch()
      await this.#writing
    }
  }

  #startTimer(): void {
    this.#timer ??= setTimeout(() => void this.flush(), this.#options.batchMs)
  }

  #hold(line: string): void {
    this.#waiting.push(line)
    this.#waitingChars += line.length + 1
  }

  async #writeBatch(): Promise<void> {
    const batch = `${this.#waiting.join('\n')}\n`
    this.#waiting = []
    try {
      await this.#options.sink.write(batch)
    } catch {
      this.dropped++
    } finally {
      this.#waitingChars -= batch.length
      this.#writing = undefined
    }
  }
}
