import { describe, expect, test } from 'bun:test'
import { createTestContext } from '@sluice/testkit/run-codecs.ts'
import type { JsonObject } from '../../ir/json.ts'
import { counting, countWire, findGuarded, guarded, provider } from './index.ts'

describe('guarded fields', () => {
  const file = { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc' }

  test.each<[body: JsonObject, found: readonly string[]]>([
    [{ contents: [{ parts: [{ text: 'fileUri cachedContent' }] }], generationConfig: { topK: 1 } }, []],
    [
      { cached_content: 'cachedContents/x', service_tier: 'flex', store: true },
      ['cachedContent', 'store', 'serviceTier'],
    ],
    [{ store: false, cachedContent: null }, []],
    [{ contents: [{ parts: [{ fileData: file }] }] }, ['fileUri']],
    [{ contents: { parts: { file_data: { file_uri: 'gs://b/x' } } } }, ['fileUri']],
    [{ contents: [{ parts: [{ fileData: { fileUri: 'https://example.com/a.png' } }] }] }, []],
    [{ contents: [{ parts: [{ functionResponse: { parts: [{ fileData: file }] } }] }] }, ['fileUri']],
    [{ tools: [{ google_search: {}, file_search: {} }, { retrieval: {} }] }, ['fileSearch', 'retrieval']],
  ])('of %j are %j', (body, found) => {
    expect(findGuarded(body)).toEqual(found)
    for (const name of found) expect(guarded).toContain(name)
  })
})

describe('addresses', () => {
  test.each([
    ['gemini-x', true, '/models/gemini-x:streamGenerateContent?alt=sse'],
    ['models/gemini-x', false, '/models/gemini-x:generateContent'],
    ['tunedModels/mine', false, '/tunedModels/mine:generateContent'],
    ['a/b c', false, '/models/a%2Fb%20c:generateContent'],
  ])('%s, streamed: %p', (model, stream, path) => {
    expect(provider.endpoint(model, stream).path).toBe(path)
  })

  test('present the key in a header', () => {
    expect(provider.authHeaders('k')).toEqual({ 'x-goog-api-key': 'k' })
  })
})

describe('counting tokens', () => {
  const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }]

  test.each([
    ['contents alone', { contents }],
    [
      'a whole request',
      { generateContentRequest: { model: 'models/x', contents, systemInstruction: { parts: [{ text: 'S' }] } } },
    ],
    ['a whole request in the other spelling', { generate_content_request: { contents } }],
  ])('reads %s', (_, body) => {
    const result = counting.decodeRequest({ body, model: 'm' }, createTestContext())
    expect(result.ok && result.value.messages.at(-1)).toEqual({ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] })
  })

  test('answers with the total', () => {
    expect(counting.encodeAnswer(7)).toEqual({ totalTokens: 7 })
    expect(countWire.endpoint('m').path).toBe('/models/m:countTokens')
  })
})
