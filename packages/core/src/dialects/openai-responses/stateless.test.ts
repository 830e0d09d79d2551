import { expect, test } from 'bun:test'
import type { JsonObject } from '../../ir/json.ts'
import { defaultQuirks } from './quirks.ts'
import { relay } from './relay.ts'

const user = { role: 'user', content: 'hi' }
const sealed = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x' }
const unsealed = { type: 'reasoning', id: 'rs_2', summary: [] }
const seals = 'reasoning.encrypted_content'

interface Edited {
  readonly changed: JsonObject
  readonly lost: readonly string[]
}

function edit(body: JsonObject, { quirks = {}, allow = [] as readonly string[] } = {}): Edited {
  const lost: string[] = []
  const changed = relay.edits(
    { model: 'm', ...body },
    {
      stream: false,
      quirks: { ...defaultQuirks, ...quirks },
      allow: new Set(allow),
      lose: ({ path }) => lost.push(path),
    },
  )
  return { changed: Object.fromEntries(Object.entries(changed).map(([name, text]) => [name, JSON.parse(text)])), lost }
}

test.each<[string, JsonObject, JsonObject, readonly string[]]>([
  ['plain text', { input: 'hi' }, { store: false }, []],
  ['a client that stores nothing itself', { input: [unsealed], store: false }, {}, []],
  ['a thinking request', { input: 'hi', reasoning: { effort: 'low' } }, { store: false, include: [seals] }, []],
  ['no thinking', { input: 'hi', reasoning: { effort: 'none' } }, { store: false }, []],
  [
    'more to include',
    { input: 'hi', reasoning: {}, include: ['file_search_call.results'] },
    { store: false, include: ['file_search_call.results', seals] },
    [],
  ],
  ['seals asked for', { input: 'hi', reasoning: {}, include: [seals] }, { store: false }, []],
  ['a seal that comes back', { input: [user, sealed, user] }, { store: false, include: [seals] }, []],
  [
    'a thought without its seal',
    { input: [user, unsealed, user] },
    { store: false, input: [user, user] },
    ['input[1]'],
  ],
])('%s, where nothing is stored', (_, body, changed, lost) => {
  expect(edit(body)).toEqual({ changed, lost })
})

test('a provider that may store is asked for what the client asked for', () => {
  expect(edit({ input: [unsealed], reasoning: {} }, { allow: ['store'] })).toEqual({ changed: {}, lost: [] })
})

test('a provider that takes plain thoughts gets them', () => {
  const input = [user, unsealed, user]
  expect(edit({ input }, { quirks: { takesPlainReasoning: true } })).toEqual({ changed: { store: false }, lost: [] })
})
