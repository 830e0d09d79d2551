import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { showModel } from './catalog-show.ts'
import { updateCatalog } from './catalog-update.ts'
import { type ProcessSettings, readSettings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-catalog-'))
const good = '- id: acme/house\n  offers: { openai: [ { model: house-1, price: { input: 1, output: 2 } } ] }\n'
let server: ReturnType<typeof Bun.serve>

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    fetch: ({ url }) => {
      if (url.endsWith('/moved')) return new Response('', { status: 302, headers: { location: '/good.yaml' } })
      return url.endsWith('/good.yaml') ? new Response(good) : new Response('no', { status: 404 })
    },
  })
})
afterAll(async () => {
  await server.stop(true)
  rmSync(folder, { recursive: true, force: true })
})
afterEach(() => rmSync(join(folder, 'data'), { recursive: true, force: true }))

function settings(): ProcessSettings {
  const read = readSettings({ argv: [], env: {}, cwd: folder })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.settings
}

function put(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('catalog update', () => {
  test('takes a whole file, which then wins over ours', async () => {
    expect(await updateCatalog(put('a.yaml', good), settings())).toMatchObject({ ok: true })
    const shown = await showModel('house-1', settings(), {})
    expect(shown).toMatchObject({ ok: true, text: expect.stringContaining('input 1, output 2') })
    expect(statSync(join(folder, 'data', 'catalog.jsonl')).mode & 0o077).toBe(0)
  })

  test('takes a URL, and follows no redirect', async () => {
    expect(await updateCatalog(`${server.url}good.yaml`, settings())).toMatchObject({ ok: true })
    for (const path of ['moved', 'absent']) {
      const outcome = await updateCatalog(server.url + path, settings())
      expect(outcome.ok ? '' : outcome.problems.join()).toMatch(/answered (302|404), not 200/)
    }
  })

  test('refuses a file that is wrong anywhere, and keeps what was there', async () => {
    await updateCatalog(put('a.yaml', good), settings())
    const before = readFileSync(join(folder, 'data', 'catalog.jsonl'), 'utf8')
    const wrong = put('b.json', '[{"id":"a/b"},{"id":"a/c","context":"many"}]')
    const outcome = await updateCatalog(wrong, settings())
    expect(outcome.ok ? '' : outcome.problems.join()).toContain("'models[1].context' must be a whole number")
    expect(readFileSync(join(folder, 'data', 'catalog.jsonl'), 'utf8')).toBe(before)
    expect(await updateCatalog(join(folder, 'nowhere'), settings())).toMatchObject({ ok: false })
  })
})

describe('catalog show', () => {
  test('what is known of a model, by any of its names', async () => {
    const shown = await showModel('us.anthropic.claude-sonnet-4-5-20250929-v1:0', settings(), {})
    expect(shown.ok && shown.text).toStartWith('anthropic/claude-sonnet-4.5  Claude Sonnet 4.5')
    expect(shown.ok && shown.text).toContain('above 200000 tokens: input 6, output 22.5')
  })

  test('suggests a name for one that is not there', async () => {
    const shown = await showModel('openai/gpt-4oo', settings(), {})
    expect(shown).toEqual({ ok: false, problems: [expect.stringContaining('Did you mean openai/gpt-4o')] })
  })
})

describe('the words', () => {
  test.each([
    [['catalog', 'show', 'gpt-4o', '--data-dir', 'x'], { kind: 'catalog-show', model: 'gpt-4o' }],
    [['catalog', 'update', '--from', 'f.json'], { kind: 'catalog-update', from: 'f.json' }],
    [['catalog', 'update', '--data-dir', 'x', '--from=https://h/f'], { kind: 'catalog-update', from: 'https://h/f' }],
    [['catalog', 'show', '--help'], { kind: 'help' }],
  ])('%j', (argv, command) => {
    const read = readSettings({ argv, env: {}, cwd: folder })
    expect(read).toMatchObject({ ok: true, settings: { command } })
  })

  test.each([
    [['catalog'], 'Write: catalog show MODEL'],
    [['catalog', 'drop'], "There is no catalog 'drop'"],
    [['catalog', 'show'], 'needs the name of a model'],
    [['catalog', 'update'], 'needs a source'],
    [['catalog', 'update', '--from'], 'needs a source'],
    [['catalog', 'show', 'x', '--from', 'y'], 'Unknown flag'],
  ])('%j is refused', (argv, problem) => {
    const read = readSettings({ argv, env: {}, cwd: folder })
    expect(read.ok ? '' : read.problems.join()).toContain(problem)
  })
})
