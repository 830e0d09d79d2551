import { describe, expect, test } from 'bun:test'
import { entryModules, mayImport, roomOf } from './rooms.ts'
import { readSourceFiles } from './source-files.ts'

const files = readSourceFiles()
const sources = files.filter((file) => !file.isTest)

describe('who may import whom', () => {
  test('every import stays within its room', () => {
    const broken = sources.flatMap((file) =>
      file.imports
        .filter((to) => !mayImport(file.module, to))
        .map((to) => `${file.path} imports ${to}: ${roomOf(file.module).room.why}`),
    )
    expect(broken).toEqual([])
  })

  test('nobody imports what starts the process', () => {
    const broken = sources
      .filter((file) => !entryModules.includes(file.module) && !/^(testkit|bench)\//.test(file.module))
      .flatMap((file) =>
        file.imports.filter((to) => entryModules.includes(to)).map((to) => `${file.path} imports ${to}`),
      )
    expect(broken).toEqual([])
  })

  test('nothing but tests and measurements imports what is for tests', () => {
    const broken = sources
      .filter((file) => !/^(testkit|bench)\//.test(file.module))
      .flatMap((file) =>
        file.imports.filter((to) => /^testkit\/|\/testing$/.test(to)).map((to) => `${file.path} imports ${to}`),
      )
    expect(broken).toEqual([])
  })

  test('no file reaches itself through its imports', () => {
    expect(findCycles()).toEqual([])
  })

  test('imports are found at all', () => {
    // A scanner that found none would find no broken rule either.
    expect(files.flatMap((file) => file.imports).length).toBeGreaterThan(files.length)
  })
})

describe('the rules themselves', () => {
  test.each([
    ['core/ir/event', 'core/dialects/gemini/wire', false],
    ['core/dialects/gemini/decode', 'core/dialects/gemini/wire', true],
    ['core/dialects/gemini/decode', 'core/dialects/openai-chat/wire', false],
    ['core/dialects/registry', 'core/dialects/openai-chat/index', true],
    ['core/dialects/gemini/decode', 'node:fs', false],
    ['core/upstream/send', 'core/dialects/registry', false],
    ['core/call/handle-call', 'core/upstream/send', true],
    ['core/call/handle-call', 'gateway/server/serve', false],
    ['core/call/handle-call', 'bun', false],
    ['gateway/server/serve', 'gateway/storage/open', false],
    ['gateway/server/serve', 'core/providers/registry', false],
    ['gateway/storage/open', 'bun:sqlite', true],
    ['gateway/compose', 'gateway/storage/open', true],
    ['dashboard/app', 'gateway/server/serve', false],
  ])('%s -> %s: %p', (from, to, expected) => {
    expect(mayImport(from, to)).toBe(expected)
  })
})

/** Cycles of imports, each once. Types count as well: two files that need each other are one idea in two places. */
function findCycles(): readonly string[] {
  const graph = new Map(sources.map((file) => [file.module, file.imports]))
  const done = new Set<string>()
  const found: string[] = []
  const visit = (module: string, trail: readonly string[]): void => {
    const start = trail.indexOf(module)
    if (start >= 0) found.push([...trail.slice(start), module].join(' -> '))
    if (start >= 0 || done.has(module)) return
    for (const next of graph.get(module) ?? []) visit(next, [...trail, module])
    done.add(module)
  }
  for (const module of graph.keys()) visit(module, [])
  return found
}
