import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type DialectId, dialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject, asObjects } from '@sluice/core/ir/read.ts'
import { fakeSignature } from '@sluice/testkit/answers/anthropic-messages.ts'
import { fakeThoughtSignature } from '@sluice/testkit/answers/gemini.ts'
import { fakeEncryptedContent } from '@sluice/testkit/answers/openai-responses.ts'
import { converse } from '@sluice/testkit/conversation.ts'
import { weatherTool } from './client.ts'
import { type ClientHouse, greeting, openClientHouse } from './client-house.ts'
import { everyClient } from './every-client.ts'

/** Models that think: every client shows the thought where it can, and brings its seal home where it echoes anything. */
let house: ClientHouse
const thought = 'Let me think.'

beforeAll(async () => {
  house = await openClientHouse()
  house.provider.answerWith(converse({ thinking: thought }))
})
afterAll(() => house[Symbol.asyncDispose]())

describe.each(everyClient.map((client) => [client.name, client] as const))('%s', (_, client) => {
  describe.each([...dialectIds])('with a provider of %s', (upstream) => {
    test.each(Object.entries({ ...client.plain, ...client.stream }))('%s', async (_way, say) => {
      const { text, thinking } = await say(house.target(upstream, { thinks: true }))
      expect(text).toBe(greeting)
      if (client.showsThinking && thinking !== undefined) expect(thinking).toBe(thought)
    })

    test.each(Object.entries(client.toolTurns))('%s, with a tool in two turns', async (way, say) => {
      const before = house.provider.journal.length
      const { text } = await say(house.target(upstream, { thinks: true }), weatherTool())
      expect(text).toContain('17 degrees in sample')
      const second = asObject(house.provider.journal[before + 1]?.json) ?? {}
      const brings = upstream === 'gemini' || !client.dropsThinking.includes(way)
      expect(findSeal(upstream, second)).toEqual(brings ? seals[upstream] : undefined)
    })
  })
})

/** What must come back to each provider, beside what was thought where the API wants both. */
const seals: Readonly<Record<DialectId, JsonObject | undefined>> = {
  'openai-chat': undefined,
  'openai-responses': { text: thought, seal: fakeEncryptedContent },
  'anthropic-messages': { text: thought, seal: fakeSignature },
  gemini: { seal: fakeThoughtSignature },
  'bedrock-converse': { text: thought, seal: fakeSignature },
  cohere: undefined,
  ollama: undefined,
}

/** The seal in the place where the real API looks for it. */
function findSeal(upstream: DialectId, body: JsonObject): JsonObject | undefined {
  switch (upstream) {
    case 'openai-chat':
    case 'cohere':
    case 'ollama':
      return undefined
    case 'openai-responses': {
      const item = asObjects(body['input']).find(({ type }) => type === 'reasoning')
      const summary = asObjects(item?.['summary']).map(({ text }) => text)
      return item && { text: summary.join(''), seal: item['encrypted_content'] }
    }
    case 'anthropic-messages': {
      const blocks = asObjects(body['messages']).flatMap(({ content }) => asObjects(content))
      const block = blocks.find(({ type }) => type === 'thinking')
      return block && { text: block['thinking'], seal: block['signature'] }
    }
    case 'bedrock-converse': {
      const blocks = asObjects(body['messages']).flatMap(({ content }) => asObjects(content))
      const thoughts = blocks.map(({ reasoningContent }) => asObject(asObject(reasoningContent)?.['reasoningText']))
      const found = thoughts.find((each) => each !== undefined)
      return found && { text: found['text'], seal: found['signature'] }
    }
    case 'gemini': {
      const parts = asObjects(body['contents']).flatMap((content) => asObjects(content['parts']))
      const call = parts.find(({ functionCall }) => functionCall !== undefined)
      return call?.['thoughtSignature'] === undefined ? undefined : { seal: call['thoughtSignature'] }
    }
  }
}
