import { describe, expect, test } from 'bun:test'
import type { LedgerLine } from './ledger-line.ts'
import { decodeFrames, type LogRecord } from './log-record.ts'
import { recoverLog } from './recover-log.ts'
import { type LogDisk, WriteAheadLog } from './write-ahead-log.ts'

/** A disk whose writes end when the test says so. */
class SlowDisk implements LogDisk {
  bytes = new Uint8Array()
  writes = 0
  works = true
  #ends: (() => void)[] = []

  read(): Promise<Uint8Array> {
    return Promise.resolve(this.bytes)
  }

  append(bytes: Uint8Array): Promise<boolean> {
    return this.#write(() => {
      this.bytes = Uint8Array.from([...this.bytes, ...bytes])
    })
  }

  replace(bytes: Uint8Array): Promise<boolean> {
    return this.#write(() => {
      this.bytes = bytes.slice()
    })
  }

  /** Lets every write end that has begun or begins soon. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) {
      for (const end of this.#ends.splice(0)) end()
      await Promise.resolve()
    }
  }

  #write(change: () => void): Promise<boolean> {
    this.writes++
    return new Promise((resolve) => {
      this.#ends.push(() => {
        if (this.works) change()
        resolve(this.works)
      })
    })
  }
}

const head: LogRecord = { type: 'head', replica: 'r', fence: 3 }
const released = (leaseId: string): LogRecord => ({ type: 'released', leaseId })

describe('a write-ahead log', () => {
  test('writes what was appended meanwhile together', async () => {
    const disk = new SlowDisk()
    const log = new WriteAheadLog(disk, () => [head])
    const commits = Array.from({ length: 50 }, (_, index) => {
      log.append(released(String(index)))
      return log.commit()
    })
    await disk.settle()
    expect(await Promise.all(commits)).toEqual(commits.map(() => true))
    expect(disk.writes).toBeLessThanOrEqual(2)
    expect(decodeFrames(disk.bytes).length).toBe(50)
  })

  test('promises nothing after a failure until it has been written anew', async () => {
    const disk = new SlowDisk()
    const log = new WriteAheadLog(disk, () => [head])
    disk.works = false
    log.append(released('lost'))
    const lost = log.commit()
    await disk.settle()
    expect([await lost, log.hasFailed, await log.commit()]).toEqual([false, true, false])
    disk.works = true
    log.append(released('also'))
    expect(await log.commit()).toBe(false)
    const mended = log.rewrite()
    await disk.settle()
    expect([await mended, log.hasFailed]).toEqual([true, false])
    expect(decodeFrames(disk.bytes).map((line) => JSON.parse(line))).toEqual([head])
  })

  test('keeps what is appended while it is written anew', async () => {
    const disk = new SlowDisk()
    const log = new WriteAheadLog(disk, () => [head])
    const anew = log.rewrite()
    await Promise.resolve()
    await Promise.resolve()
    log.append(released('later'))
    const later = log.commit()
    await disk.settle()
    expect([await anew, await later]).toEqual([true, true])
    expect(decodeFrames(disk.bytes).map((line) => JSON.parse(line))).toEqual([head, released('later')])
  })
})

describe('a recovered log', () => {
  const lease = (leaseId: string, spent = 0): LogRecord => ({
    type: 'lease',
    leaseId,
    counterKey: 'key:a/usd/lifetime/*',
    windowStartMs: 0,
    spent,
  })
  const reserved = (requestId: string, nanos: number): LogRecord => ({
    type: 'reserved',
    requestId,
    attempt: 1,
    leaseIds: ['one'],
    places: ['key:a/usd/lifetime/*@0'],
    nanos,
    inputTokens: 5,
    outputTokens: 6,
    requests: 1,
    priceVersion: 'v',
  })
  const line = (requestId: string, nanos: number, kind: LedgerLine['kind'] = 'settled'): LedgerLine => {
    return {
      requestId,
      attempt: 1,
      kind,
      places: ['key:a/usd/lifetime/*@0'],
      nanos,
      inputTokens: 1,
      outputTokens: 1,
      requests: 1,
      priceVersion: 'v',
    }
  }

  async function recover(...records: LogRecord[]) {
    const disk = new SlowDisk()
    const log = new WriteAheadLog(disk, () => [])
    for (const record of records) log.append(record)
    const durable = log.commit()
    await disk.settle()
    await durable
    return recoverLog(disk.bytes)
  }

  test('books what was open at its full bound, and says why', async () => {
    const { lines, finals, replica, fence } = await recover(
      head,
      lease('one'),
      reserved('a', 100),
      reserved('b', 40),
      { type: 'line', line: line('a', 30) },
      reserved('c', 7),
      { type: 'line', line: line('c', 0, 'voided') },
    )
    expect([replica, fence]).toEqual(['r', 3])
    expect(lines.map(({ requestId, kind, nanos, cause }) => [requestId, kind, nanos, cause])).toEqual([
      ['a', 'settled', 30, undefined],
      ['b', 'estimated', 40, 'crash'],
    ])
    expect(finals).toEqual([
      { leaseId: 'one', counterKey: 'key:a/usd/lifetime/*', windowStartMs: 0, spent: 70, returned: 0 },
    ])
  })

  test('counts no line twice that a lease contains, and forgets released leases', async () => {
    const { finals, lines } = await recover(
      head,
      lease('one', 55),
      lease('two', 9),
      { type: 'line', line: line('a', 55), isCounted: true },
      { type: 'released', leaseId: 'two' },
    )
    expect(finals.map(({ leaseId, spent }) => [leaseId, spent])).toEqual([['one', 55]])
    expect(lines.length).toBe(1)
  })

  test('that is empty is that of a first start', async () => {
    expect(recoverLog(new Uint8Array())).toEqual({ replica: undefined, fence: 0, lines: [], finals: [] })
  })
})
