import { describe, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { dialectIds } from '@sluice/core/ir/dialect-id.ts'
import { findInCode, projectRoot, readSourceFiles, withoutComments } from './source-files.ts'

const sources = readSourceFiles().filter((file) => !file.isTest)
const product = sources.filter((file) => /^(core|gateway|dashboard)\//.test(file.module))

describe('names', () => {
  test('no file is named for being useful', () => {
    const vague = /(^|[/-])(utils?|helpers?|common|misc|manager|service)([-.]|$)/
    expect(
      sources.map((file) => file.path).filter((path) => vague.test(path.slice(path.lastIndexOf('/') + 1))),
    ).toEqual([])
  })

  test("a provider's id stands only in its own file, in the catalogue and in tests", () => {
    const ids = knownProviderIds()
    const literal = new RegExp(`'(${ids.join('|')})'`)
    const elsewhere = product.filter((file) => !/^core\/(providers|catalog)\//.test(file.module))
    expect(elsewhere.flatMap((file) => findInCode(file, literal))).toEqual([])
  })

  test('a dialect never names another, nor its bag of fields', () => {
    const broken = product.flatMap((file) => {
      const own = /^core\/dialects\/([^/]+)\//.exec(file.module)?.[1]
      if (own === undefined) return []
      const others = dialectIds.filter((id) => id !== own)
      return findInCode(file, new RegExp(`'(${others.join('|')})'`))
    })
    expect(broken).toEqual([])
  })

  test('a bag of fields is opened only by its dialect', () => {
    const outside = product.filter((file) => !/^core\/(ir|dialects)\//.test(file.module))
    expect(outside.flatMap((file) => findInCode(file, /\bext(\?\.)?\[|\bext: \{/))).toEqual([])
  })
})

describe('core', () => {
  test('takes clock, chance, environment and network from its caller', () => {
    const core = product.filter((file) => file.module.startsWith('core/'))
    const impure =
      /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|process\.|Bun\.|crypto\.|fetch\(|setTimeout\(|setInterval\()/
    expect(core.flatMap((file) => findInCode(file, impure))).toEqual([])
  })
})

describe('comments', () => {
  test('a TODO names an issue', () => {
    const lines = sources.flatMap((file) =>
      file.text.split('\n').map((line, index) => `${file.path}:${index + 1}: ${line}`),
    )
    expect(
      lines.filter((line) => /\b(TODO|FIXME|XXX)\b(?! ?\(?#\d+)/.test(line) && !line.includes('source-rules')),
    ).toEqual([])
  })

  test('an ignored lint rule says why', () => {
    expect(sources.filter((file) => /biome-ignore[^:\n]*$/m.test(file.text)).map((file) => file.path)).toEqual([])
  })

  test('are told from code', () => {
    expect(withoutComments("a // b\n/* c\n */ d\nconst url = 'http://e' // f")).toBe(
      "a \n\n d\nconst url = 'http://e' ",
    )
  })
})

/** Names that are also the name of a dialect or a plain word are left out: they prove nothing. */
function knownProviderIds(): readonly string[] {
  const plainWords: readonly string[] = ['gemini', 'cohere', 'ollama', 'meta', 'synthetic', 'lambda']
  const folder = join(projectRoot, 'packages/core/src/providers/known')
  return readdirSync(folder)
    .map((name) => name.replace(/\.ts$/, ''))
    .filter((id) => !plainWords.includes(id))
}
