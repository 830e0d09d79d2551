import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createOpenAI } from '@ai-sdk/openai'
import { clientDialectIds } from '@sluice/core/ir/dialect-id.ts'
import { asObject, asObjects } from '@sluice/core/ir/read.ts'
import { converse } from '@sluice/testkit/conversation.ts'
import { generateText, type ModelMessage } from 'ai'
import OpenAI from 'openai'
import { type ClientHouse, greeting, openClientHouse } from './client-house.ts'

/**
 * The Responses API stores answers unless told not to, and its clients may then refer to what was stored. Nothing is
 * stored here, as for an organisation with zero data retention; so clients are to send conversations whole.
 */
let house: ClientHouse

beforeAll(async () => {
  house = await openClientHouse()
  house.provider.answerWith(converse({ thinking: 'Let me think.' }))
})
afterAll(() => house[Symbol.asyncDispose]())

describe.each([...clientDialectIds])('the second question of a conversation, with a provider of %s', (upstream) => {
  /** The AI SDK decides by its own option alone; what the answer says of `store`, and its ids, make no difference. */
  async function askTwice(options: { store?: boolean }): Promise<string> {
    const { url, key, model } = house.target(upstream, { thinks: true })
    const openai = createOpenAI({ baseURL: `${url}/v1`, apiKey: key })
    const ask = { model: openai(model), maxRetries: 0, providerOptions: { openai: options } }
    const question: ModelMessage = { role: 'user', content: 'Hello.' }
    const { responseMessages } = await generateText({ ...ask, messages: [question] })
    return (await generateText({ ...ask, messages: [question, ...responseMessages, question] })).text
  }

  test('is refused with advice when it refers to the first answer', async () => {
    const failing = askTwice({}).then(() => 'no error', String)
    expect(await failing).toMatch(/'item_reference' refers to something stored.*Send the full conversation instead/)
  })

  test('is answered when the AI SDK is told that nothing is stored', async () => {
    expect(await askTwice({ store: false })).toBe(greeting)
  })

  test('is answered when the output of the first is sent back by hand', async () => {
    const { url, key, model } = house.target(upstream)
    const { responses } = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
    const question = { role: 'user' as const, content: 'Hello.' }
    const { output } = await responses.create({ model, input: [question] })
    const input = [question, ...output, question] as OpenAI.Responses.ResponseInput
    expect((await responses.create({ model, input })).output_text).toBe(greeting)
  })
})

test('a provider that may store is sent the references of its own answers', async () => {
  const yaml = `providers:
  own: { dialect: openai-responses, base_url: ${house.provider.url}/v1, api_key: k, allow: [store, item_reference] }`
  await house.gateway.reconfigure(`${yaml}\nsettings: { detect: false }`)
  const { url, key } = house.target('openai-responses')
  const { responses } = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
  await responses.create({ model: 'own/m', input: [{ type: 'item_reference', id: 'msg_1' }] })
  const sent = asObject(house.provider.journal.at(-1)?.json)
  expect(asObjects(sent?.['input'])).toEqual([{ type: 'item_reference', id: 'msg_1' }])
  expect(sent).not.toHaveProperty('store')
})
