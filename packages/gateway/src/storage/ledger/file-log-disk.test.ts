import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { createFileLogDisk, type FileLogDisk } from './file-log-disk.ts'

let directory = ''
let path = ''
let told: string[] = []
let disk: FileLogDisk

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-log-'))
  path = join(directory, 'budgets.log')
  told = []
  disk = createFileLogDisk(path, (why) => told.push(why))
})
afterEach(async () => {
  await disk.close()
  rmSync(directory, { recursive: true })
})

const bytesOf = (text: string) => new TextEncoder().encode(text)

describe('a log on a file', () => {
  test('that is not there yet is empty', async () => {
    expect(await disk.read()).toEqual(new Uint8Array())
    expect([told, readdirSync(directory)]).toEqual([[], []])
  })

  test('holds what was put in its place and what was appended since, whoever opens it', async () => {
    const step = fc.record({ replaces: fc.boolean(), bytes: fc.uint8Array({ maxLength: 5000 }) })
    let logs = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const own = join(directory, `log-${logs++}`)
        const log = createFileLogDisk(own, (why) => told.push(why))
        let expected = new Uint8Array()
        for (const { replaces, bytes } of steps) {
          expect(await (replaces ? log.replace(bytes) : log.append(bytes))).toBe(true)
          expected = replaces ? new Uint8Array(bytes) : new Uint8Array([...expected, ...bytes])
        }
        const other = createFileLogDisk(own, (why) => told.push(why))
        expect(await other.read()).toEqual(expected)
        await log.close()
      }),
      { numRuns: 30 },
    )
    expect(told).toEqual([])
  })

  test('belongs to its owner alone, whatever the umask', async () => {
    const before = process.umask(0)
    try {
      await disk.append(bytesOf('a'))
      expect((statSync(path).mode & 0o777).toString(8)).toBe('600')
      await disk.replace(bytesOf('b'))
      expect((statSync(path).mode & 0o777).toString(8)).toBe('600')
    } finally {
      process.umask(before)
    }
  })

  test('that was half replaced when the process ended is the old one', async () => {
    await disk.append(bytesOf('old'))
    writeFileSync(`${path}.new`, 'ne')
    expect(await createFileLogDisk(path, () => undefined).read()).toEqual(bytesOf('old'))
    expect(await disk.replace(bytesOf('new'))).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe('new')
  })

  test('that cannot be replaced says so and stays as it was', async () => {
    await disk.append(bytesOf('old'))
    mkdirSync(`${path}.new`)
    expect(await disk.replace(bytesOf('new'))).toBe(false)
    expect(told).toEqual([expect.stringContaining('EISDIR')])
    expect(await disk.append(bytesOf('er'))).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe('older')
  })

  test('that cannot be read is not taken for an empty one', async () => {
    mkdirSync(path)
    expect(await disk.read()).toBeUndefined()
    expect(await disk.append(bytesOf('a'))).toBe(false)
    expect(told.length).toBe(2)
  })
})
