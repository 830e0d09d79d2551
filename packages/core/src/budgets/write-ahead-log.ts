import { encodeFrame, encodeRecord, type LogRecord } from './log-record.ts'

/**
 * The disk a replica's log is on. Calls never overlap. A call that failed may have written any part of its bytes, and the
 * log is not appended to again before it has been replaced.
 */
export interface LogDisk {
  /** All bytes of the log, in a new process; none when there is no log yet. Undefined when it cannot be read. */
  read(): Promise<Uint8Array | undefined>
  /** Writes at the end and waits until it is durable (fsync). True once it is. */
  append(bytes: Uint8Array): Promise<boolean>
  /**
   * Puts these bytes in the place of the whole log, or leaves it as it was: written beside it, made durable, read back
   * and compared, renamed, and the folder made durable. True once all of that is done.
   */
  replace(bytes: Uint8Array): Promise<boolean>
}

/**
 * A log that many write to and few wait for: what was appended while the disk was busy becomes durable with one write.
 * When the disk fails, nothing more is promised until the whole log has been written anew and read back; a failed fsync
 * may have lost bytes that an earlier one promised.
 */
export class WriteAheadLog {
  readonly #disk: LogDisk
  /** What the log must hold, were it written from the beginning. */
  readonly #contents: () => readonly LogRecord[]
  #pending: string[] = []
  #hasFailed = false
  #sizeBytes = 0
  /** The last write asked for; each begins when the one before it has ended. */
  #last: Promise<boolean> = Promise.resolve(true)
  /** The write that has not begun yet, and will take all that is pending. */
  #gathering: Promise<boolean> | undefined

  constructor(disk: LogDisk, contents: () => readonly LogRecord[]) {
    this.#disk = disk
    this.#contents = contents
  }

  /** The disk failed, and `rewrite` has not succeeded since. */
  get hasFailed(): boolean {
    return this.#hasFailed
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  append(record: LogRecord): void {
    this.#pending.push(encodeRecord(record))
  }

  /** Resolves true when everything appended so far is durable, false when it cannot be. Never rejects. */
  commit(): Promise<boolean> {
    if (this.#hasFailed) return Promise.resolve(false)
    if (this.#pending.length === 0) return this.#last
    this.#gathering ??= this.#afterLast(() => this.#writePending())
    return this.#gathering
  }

  /** Writes the log anew, which also mends it. True when it can be relied on again. */
  rewrite(): Promise<boolean> {
    return this.#afterLast(() => this.#writeAnew())
  }

  async #afterLast(write: () => Promise<boolean>): Promise<boolean> {
    const result = this.#last.then(write)
    this.#last = result
    return result
  }

  async #writePending(): Promise<boolean> {
    this.#gathering = undefined
    if (this.#hasFailed) return false
    const lines = this.#pending
    this.#pending = []
    // A log written anew meanwhile holds them already.
    if (lines.length === 0) return true
    const bytes = encodeFrame(lines)
    const isDurable = await this.#disk.append(bytes)
    if (isDurable) this.#sizeBytes += bytes.length
    else this.#hasFailed = true
    return isDurable
  }

  async #writeAnew(): Promise<boolean> {
    const bytes = encodeFrame(this.#contents().map(encodeRecord))
    // What was appended and not written yet is part of the contents; what is appended from here on is not.
    this.#pending = []
    const isDurable = await this.#disk.replace(bytes)
    this.#hasFailed = !isDurable
    if (isDurable) this.#sizeBytes = bytes.length
    return isDurable
  }
}
