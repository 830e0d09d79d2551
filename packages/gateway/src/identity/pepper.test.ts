import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPepper } from './pepper.ts'

let dataDir = ''
let path = ''

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-pepper-'))
  path = join(dataDir, 'secret.key')
})

afterEach(() => rmSync(dataDir, { recursive: true }))

const strong = 'q8Zt3vLw9Xr2Bn5KmY7cHd4GfJ6sPa1E'

function read(mayGenerate = true) {
  return readPepper({ dataDir, secretKey: undefined, mayGenerate })
}

function write(text: string, mode = 0o600): void {
  writeFileSync(path, text)
  chmodSync(path, mode)
}

describe('the pepper', () => {
  test('is made once, for its owner alone, and then read back', () => {
    const made = read()
    if (!made.ok) throw new Error(made.message)
    expect(made.from).toBe('generated')
    expect(made.pepper).toMatch(/^[0-9a-f]{64}$/)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).toBe(`${made.pepper}\n`)
    expect(readdirSync(dataDir)).toEqual(['secret.key'])
    expect(read(false)).toEqual({ ok: true, pepper: made.pepper, from: 'file' })
  })

  test('comes from the setting when there is one, and no file is made', () => {
    const secretKey = { reveal: () => strong }
    expect(readPepper({ dataDir, secretKey, mayGenerate: true })).toEqual({ ok: true, pepper: strong, from: 'setting' })
    expect(readdirSync(dataDir)).toEqual([])
  })

  test('is not made anew when stored keys depend on the old one', () => {
    expect(read(false)).toMatchObject({ ok: false, message: expect.stringContaining('is missing') })
    expect(readdirSync(dataDir)).toEqual([])
  })

  for (const mode of [0o644, 0o640, 0o604, 0o660, 0o666, 0o601])
    test(`readable or writable by others (${mode.toString(8)}) is refused`, () => {
      write(strong, mode)
      expect(read()).toMatchObject({ ok: false, message: expect.stringContaining(`Run: chmod 600 ${path}`) })
    })

  for (const [name, text] of [
    ['empty', ''],
    ['blank', ' \n'],
    ['short', 'f8a7c1e9b2d34056'],
    ['a placeholder', 'please-change-me-please-change-me-now'],
    ['one letter', 'a'.repeat(64)],
    ['huge', strong.repeat(1000)],
    ['binary', '\u0000\u0001'.repeat(40)],
  ] as const)
    test(`${name} is refused, and not shown`, () => {
      write(text)
      const result = read()
      expect(result.ok).toBe(false)
      if (!result.ok && text.trim().length > 8) expect(result.message).not.toContain(text.trim())
    })

  test('that is a directory, or in a place that is none, is told', () => {
    mkdirSync(path)
    expect(read()).toMatchObject({ ok: false, message: expect.stringContaining('is no file') })
    expect(readPepper({ dataDir: join(dataDir, 'nowhere'), secretKey: undefined, mayGenerate: true }).ok).toBe(false)
  })
})
