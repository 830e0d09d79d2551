import { describe, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { clientDialectIds } from '../ir/dialect-id.ts'
import { findProvider, knownProviders } from './registry.ts'

describe('the list of known providers', () => {
  test('holds every file of known/, in order, each named by its id', () => {
    const files = readdirSync(fileURLToPath(new URL('./known', import.meta.url)))
    const ids = files.filter((name) => name.endsWith('.ts')).map((name) => name.slice(0, -'.ts'.length))
    expect(knownProviders.map((provider) => provider.id)).toEqual(ids.sort())
    expect(knownProviders.length).toBeGreaterThan(90)
  })

  test('gives every id and alias to one provider', () => {
    const names = knownProviders.flatMap((provider) => [provider.id, ...(provider.aliases ?? [])])
    expect(repeated(names)).toEqual([])
    for (const name of names) expect(findProvider(name)).toBeDefined()
    expect(findProvider('nobody')).toBeUndefined()
  })

  test('gives every key variable to one provider, so that a key goes to one address', () => {
    expect(repeated(knownProviders.flatMap((provider) => provider.keyVariables))).toEqual([])
  })

  test('speaks every dialect of clients', () => {
    expect(clientDialectIds.filter((id) => !knownProviders.some((provider) => provider.dialect === id))).toEqual([])
  })
})

describe.each(knownProviders.map((provider) => [provider.id, provider] as const))('%s', (_id, provider) => {
  test('has an address the dialect can append its path to', () => {
    if (provider.access) return
    const url = new URL(provider.baseUrl)
    expect(provider.baseUrl).toBe(`${url.origin}${url.pathname === '/' ? '' : url.pathname}`)
    expect(provider.baseUrl).not.toMatch(/\/$|\/(chat|completions|responses|messages|models)$/)
    if (provider.isLocal) expect(url.origin).toMatch(/^http:\/\/127\.0\.0\.1(:\d+)?$/)
    else expect(url.protocol).toBe('https:')
  })

  test('has variables for its key, and a page', () => {
    for (const name of provider.keyVariables) expect(name).toMatch(/^[A-Z][A-Z0-9_]+$/)
    if (!provider.access) expect(provider.keyVariables.length > 0).toBe(provider.isLocal !== true)
    expect(new URL(provider.docs).protocol).toBe('https:')
  })
})

test('local servers of one address are told apart by who owns their models, all but one', () => {
  const local = knownProviders.filter((provider) => provider.isLocal)
  expect(repeated(local.map(({ baseUrl, server }) => `${baseUrl} ${server?.ownedBy}`))).toEqual([])
})

function repeated(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => words.indexOf(word) !== index)
}
