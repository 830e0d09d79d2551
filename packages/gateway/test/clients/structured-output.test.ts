import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type DialectId, dialectIds } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject, parseObject } from '@sluice/core/ir/read.ts'
import { callTool, sayText } from '@sluice/testkit/answers/say.ts'
import { toolsOf } from '@sluice/testkit/conversation.ts'
import { dialectOfPath } from '@sluice/testkit/journal.ts'
import { type ClientHouse, openClientHouse } from './client-house.ts'
import { structuredOutput } from './structured-output.ts'

/** Every client's own way to ask for an answer of a given shape: the shape reaches the model, the answer is parsed. */
let house: ClientHouse
const answer = { city: 'Rome', degrees: 17 }

beforeAll(async () => {
  house = await openClientHouse()
  house.provider.answerWith(({ json, path }) => {
    const body = asObject(json) ?? {}
    const dialect = dialectOfPath(path) ?? 'gemini'
    const stream = body['stream'] === true || /:stream|\/converse-stream$/.test(path)
    // A client that does not know a model by its name has it call a tool of that shape instead.
    const [tool] = toolsOf(dialect, body)
    if (tool) return callTool(dialect, { name: tool.name, args: answer }, { stream })
    return sayText(dialect, JSON.stringify(answer), { stream })
  })
})
afterAll(() => house[Symbol.asyncDispose]())

describe.each([...dialectIds])('with a provider of %s', (upstream) => {
  test.each(Object.entries(structuredOutput))('%s', async (_, ask) => {
    expect(await ask(house.target(upstream))).toEqual(answer)
    const body = asObject(house.provider.journal.at(-1)?.json) ?? {}
    const schema = schemaIn(upstream, body) ?? toolsOf(upstream, body)[0]?.schema
    expect(Object.keys(asObject(schema?.['properties']) ?? {})).toEqual(['city', 'degrees'])
  })
})

/** The schema where the real API looks for it. */
function schemaIn(upstream: DialectId, body: JsonObject): JsonObject | undefined {
  const config = asObject(body['generationConfig'])
  switch (upstream) {
    case 'openai-chat':
      return asObject(asObject(asObject(body['response_format'])?.['json_schema'])?.['schema'])
    case 'openai-responses':
      return asObject(asObject(asObject(body['text'])?.['format'])?.['schema'])
    case 'anthropic-messages':
      return asObject(asObject(asObject(body['output_config'])?.['format'])?.['schema'])
    case 'cohere':
      return asObject(asObject(body['response_format'])?.['json_schema'])
    case 'ollama':
      return asObject(body['format'])
    case 'bedrock-converse': {
      const format = asObject(asObject(body['outputConfig'])?.['textFormat'])
      return parseObject(String(asObject(asObject(format?.['structure'])?.['jsonSchema'])?.['schema']))
    }
    case 'gemini':
      return asObject(config?.['responseJsonSchema']) ?? asObject(config?.['responseSchema'])
  }
}
