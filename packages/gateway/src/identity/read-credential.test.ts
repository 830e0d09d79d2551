import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { authenticate } from './authenticate.ts'
import { createCredential } from './create-credential.ts'
import { createKeyHasher } from './key-hasher.ts'
import { type PresentedCredential, readCredential } from './read-credential.ts'

const key = createCredential('virtual-key')
const other = createCredential('virtual-key')

type Headers_ = Readonly<Record<string, string>>

function read(headers: Headers_, url = '/v1/chat/completions'): PresentedCredential {
  return readCredential(new Headers(headers), url)
}

/** Every place a client may put its key. */
const places: readonly ((key: string) => readonly [headers: Headers_, url: string])[] = [
  (key) => [{ authorization: `Bearer ${key}` }, '/v1/x'],
  (key) => [{ 'x-api-key': key }, '/v1/x'],
  (key) => [{ 'x-goog-api-key': key }, '/v1/x'],
  (key) => [{ 'api-key': key }, '/v1/x'],
  (key) => [{}, `/v1beta/models/m:generateContent?alt=sse&key=${encodeURIComponent(key)}`],
]

describe('a credential', () => {
  test('is read from every place, and from several when they agree', () => {
    for (const place of places) {
      const [headers, url] = place(key)
      expect(read(headers, url)).toEqual({ kind: 'credential', value: key })
      expect(read(headers, `http://127.0.0.1:4000${url}#part`)).toEqual({ kind: 'credential', value: key })
      for (const second of places) {
        const [more, address] = second(key)
        expect(read({ ...headers, ...more }, url.includes('key=') ? url : address)).toEqual({
          kind: 'credential',
          value: key,
        })
      }
    }
  })

  test('in two places that differ is a conflict', () => {
    for (const [index, place] of places.entries())
      for (const [second, otherPlace] of places.entries()) {
        if (index === second) continue
        const [headers, url] = place(key)
        const [more, address] = otherPlace(other)
        expect(read({ ...headers, ...more }, url.includes('key=') ? url : address)).toEqual({ kind: 'conflict' })
      }
  })

  test('in a header that came twice is a conflict, also when both are equal', () => {
    for (const second of [key, other]) {
      const headers = new Headers({ authorization: `Bearer ${key}` })
      headers.append('authorization', `Bearer ${second}`)
      expect(readCredential(headers, '/')).toEqual({ kind: 'conflict' })
      const bare = new Headers({ 'x-api-key': key })
      bare.append('x-api-key', second)
      expect(readCredential(bare, '/')).toEqual({ kind: 'conflict' })
    }
    expect(read({}, `/?key=${key}&key=${other}`)).toEqual({ kind: 'conflict' })
  })

  test('may follow any spelling of Bearer', () => {
    for (const scheme of ['bearer', 'BEARER', 'Bearer', 'Bearer  '])
      expect(read({ authorization: `${scheme} ${key}` })).toEqual({ kind: 'credential', value: key })
  })

  test('may be the access key id of an AWS signature', () => {
    const signed = (id: string, rest = `/20261121/us-east-1/bedrock/aws4_request, ${signedWith}`): string =>
      `AWS4-HMAC-SHA256 Credential=${id}${rest}`
    const signedWith = `SignedHeaders=host;x-amz-date, Signature=${'0a'.repeat(32)}`
    expect(read({ authorization: signed(key) })).toEqual({ kind: 'credential', value: key })
    expect(read({ authorization: signed(key), 'x-api-key': other })).toEqual({ kind: 'conflict' })
    for (const wrong of [signed('a b'), signed(key, ', x'), `${signed(key)}, ${signed(other)}`, signed('AKIASHORT')])
      expect(read({ authorization: wrong })).toEqual({ kind: 'malformed' })
  })

  test('that is empty is none: clients without a key send the header all the same', () => {
    for (const headers of [{}, { authorization: 'Bearer ' }, { authorization: 'Bearer' }, { 'x-api-key': '' }])
      expect(read(headers, '/?key=')).toEqual({ kind: 'none' })
    expect(read({ authorization: 'Bearer ', 'x-api-key': key })).toEqual({ kind: 'credential', value: key })
  })

  test('in a cookie or in a parameter of another name is none', () => {
    expect(read({ cookie: `key=${key}` }, `/?api_key=${key}&monkey=${key}`)).toEqual({ kind: 'none' })
  })

  test('that can be nobody’s key is malformed', () => {
    const odd = [
      'short',
      'a'.repeat(513),
      'a'.repeat(100_000),
      'with space in the middle',
      "' OR 1=1 -- aaaaaaaaaaa",
      'é'.repeat(20),
      'tab\there-is-a-long-key',
      'comma,comma,comma,comma',
    ]
    for (const text of odd) {
      expect(read({ 'x-api-key': text })).toEqual({ kind: 'malformed' })
      expect(read({ authorization: `Bearer ${text}` })).toEqual({ kind: 'malformed' })
      expect(read({}, `/?key=${encodeURIComponent(text)}`)).toEqual({ kind: 'malformed' })
    }
    for (const authorization of [`Basic ${btoa(`user:${key}`)}`, key, `Token ${key}`, `Bearer ${key} ${other}`])
      expect(read({ authorization })).toEqual({ kind: 'malformed' })
  })

  test('is malformed when one of several is, whatever the others are', () => {
    expect(read({ authorization: `Basic ${btoa('user:password')}`, 'x-api-key': key })).toEqual({ kind: 'malformed' })
    expect(read({ authorization: `Bearer ${key}`, 'x-api-key': 'a'.repeat(600) })).toEqual({ kind: 'malformed' })
  })
})

/** What attackers and accidents send: SQL, templates, paths, control characters, Unicode, sizes. */
const seeds: readonly string[] = [
  ...[
    "' OR '1'='1",
    "'; drop table virtual_key; --",
    "admin'/*",
    '" OR ""="',
    '1 UNION SELECT digest FROM virtual_key',
    "') or sleep(9)--",
    "\\' OR 1=1#",
    "x' AND 1=cast((select 1) as int)--",
    '%27%20OR%201=1',
  ],
  ...[
    '{{7*7}}',
    '${7*7}',
    '<%= 7*7 %>',
    '${jndi:ldap://h/x}',
    '#{7*7}',
    '{{constructor.constructor("x")()}}',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ],
  ...[
    '../../etc/passwd',
    '..\\..\\x',
    '/etc/passwd%00',
    'file:///etc/passwd',
    'http://evil.example/',
    '|id',
    '$(id)',
    '`id`',
    '; ls',
    '&& ls',
  ],
  ...[
    'null',
    'undefined',
    'NaN',
    'true',
    '[]',
    '{}',
    '0',
    '-1',
    '1e999',
    '[object Object]',
    'sl-',
    'sl-admin-',
    'Bearer',
    'Bearer Bearer',
  ],
  ...[
    '\u0000',
    'a\u0000b',
    '\r\nx-admin: 1',
    '\u2028',
    '\ufeff',
    '\ud800',
    '😀😀😀😀😀😀',
    'ＳＬ－ａｂｃ',
    'ﬀﬀﬀﬀﬀﬀﬀﬀﬀﬀﬀﬀﬀﬀﬀﬀ',
    '\u001b[31mred',
    'a\tb',
    '\u200b',
    'İıİı',
  ],
]
const wraps: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `sl-${text}`,
  (text) => `${key}${text}`,
  (text) => `${text}${key}`,
  (text) => `${key.slice(0, 20)}${text}${key.slice(20)}`,
  (text) => text.repeat(20),
  (text) => text.repeat(5000),
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => text.toUpperCase(),
  (text) => btoa(encodeURIComponent(text.toWellFormed())),
]
const corpus = seeds.flatMap((seed) => wraps.map((wrap) => wrap(seed)))

describe('a corpus of odd credentials', () => {
  const hasher = createKeyHasher('a pepper of the tests')
  const keys = new Map([[hasher(key), { id: 'key_1', name: 'one', models: undefined, source: 'store' as const }]])
  const adminKey = createCredential('admin')
  let hashed = 0
  const credentials = {
    adminDigest: hasher(adminKey),
    known: new Map<string, string>(),
    hasher: (credential: string) => {
      hashed++
      expect(credential.length).toBeWithin(16, 513)
      return hasher(credential)
    },
  }

  function callers(text: string) {
    return places.flatMap((place) => {
      const [headers, url] = place(text.toWellFormed())
      const made = tryHeaders(headers)
      return made ? [authenticate({ headers: made, target: url }, keys, credentials).kind] : []
    })
  }

  /** What cannot be a header cannot arrive in one: undefined. */
  function tryHeaders(headers: Headers_): Headers | undefined {
    try {
      return new Headers(headers)
    } catch {
      return undefined
    }
  }

  test(`of ${corpus.length} lets nobody in`, () => {
    expect(corpus.length).toBeGreaterThanOrEqual(500)
    for (const text of corpus) {
      const kinds = callers(text)
      expect(kinds.length).toBeGreaterThan(0)
      for (const kind of kinds) expect(['unknown', 'none', 'conflict']).toContain(kind)
    }
    expect(hashed).toBeGreaterThan(100)
  })

  test('while the right key does, and the admin key is the admin’s', () => {
    expect(new Set(callers(key))).toEqual(new Set(['virtual-key']))
    expect(new Set(callers(adminKey))).toEqual(new Set(['admin']))
  })

  test('the stored digest itself opens nothing', () => {
    for (const digest of [...keys.keys(), credentials.adminDigest])
      expect(new Set(callers(digest))).toEqual(new Set(['unknown']))
  })

  test('one letter off is unknown', () => {
    fc.assert(
      fc.property(fc.nat(key.length - 1), fc.constantFrom(...'aZ09-'), (at, letter) => {
        fc.pre(key.charAt(at) !== letter)
        expect(new Set(callers(key.slice(0, at) + letter + key.slice(at + 1)))).toEqual(new Set(['unknown']))
      }),
    )
  })

  test('any text at all never throws and is never anybody', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, query) => {
        for (const kind of callers(text)) expect(kind).not.toBe('virtual-key')
        expect(readCredential(new Headers(), `/?key=${text}&${query}`).kind).toBeString()
      }),
    )
  })
})
