/**
 * Bedrock's real client between what we say and what our fake provider says: it reads the fake's answers, so the fake is
 * true; and it sends our requests on word for word, so they hold nothing the API does not know.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime'
import { providerDialects } from '@sluice/core/dialects/registry.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asObject } from '@sluice/core/ir/read.ts'
import type { GenerateRequest } from '@sluice/core/ir/request.ts'
import { converseHabitsOf } from '@sluice/core/providers/address/converse-habits.ts'
import { withChunking } from '@sluice/testkit/answer.ts'
import type { Reply } from '@sluice/testkit/answers/reply.ts'
import { sayErrorAfter, sayReply } from '@sluice/testkit/answers/say.ts'
import { arbitraryRequest } from '@sluice/testkit/arbitrary-request.ts'
import { type FakeProvider, startFakeProvider } from '@sluice/testkit/fake-provider.ts'
import { testOptions } from '@sluice/testkit/run-codecs.ts'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import fc from 'fast-check'

const reply: Reply = {
  model: 'm',
  thinking: 'Let me see.',
  text: 'I will look: “über” 🙂.',
  toolCalls: [{ id: 'call_1', name: 'look', args: { at: 'the sky' } }],
  finish: 'tool-calls',
  usage: { input: 90, output: 40, cacheRead: 20 },
}
let fake: FakeProvider
let client: BedrockRuntimeClient
const bedrock = providerDialects['bedrock-converse']

beforeAll(async () => {
  fake = await startFakeProvider({ answer: sayReply('bedrock-converse', reply), isStrict: true })
  client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: fake.url,
    token: { token: 'canary-bedrock-key' },
    authSchemePreference: ['httpBearerAuth'],
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  })
})
afterAll(async () => {
  client.destroy()
  await fake.stop()
})

const ask: ConverseCommandInput = { modelId: 'm', messages: [{ role: 'user', content: [{ text: 'Hi.' }] }] }

async function stream(): Promise<readonly ConverseStreamOutput[]> {
  const { stream: events } = await client.send(new ConverseStreamCommand(ask))
  const read: ConverseStreamOutput[] = []
  for await (const event of events ?? []) read.push(event)
  return read
}

describe("the fake provider's answers", () => {
  test('are read whole', async () => {
    fake.answerWith(sayReply('bedrock-converse', reply))
    const { output, stopReason, usage } = await client.send(new ConverseCommand(ask))
    expect(output?.message?.content).toMatchObject([
      { reasoningContent: { reasoningText: { text: reply.thinking } } },
      { text: reply.text },
      { toolUse: { toolUseId: 'call_1', name: 'look', input: { at: 'the sky' } } },
    ])
    expect([stopReason, usage?.inputTokens, usage?.cacheReadInputTokens]).toEqual(['tool_use', 70, 20])
  })

  test.each(['per-frame', { bytes: 1 }, 'whole'] as const)('are read as a stream, cut %j', async (chunking) => {
    fake.answerWith(withChunking(sayReply('bedrock-converse', reply, { stream: true }), chunking))
    const events = await stream()
    const deltas = events.map(({ contentBlockDelta }) => contentBlockDelta?.delta)
    expect(deltas.map((delta) => delta?.text ?? '').join('')).toBe(reply.text ?? '')
    expect(deltas.map((delta) => delta?.toolUse?.input ?? '').join('')).toBe('{"at":"the sky"}')
    expect(events.at(-2)?.messageStop?.stopReason).toBe('tool_use')
    expect(events.at(-1)?.metadata?.usage?.outputTokens).toBe(40)
  })

  test('throw where they break', async () => {
    fake.answerWith(sayErrorAfter('bedrock-converse', 4, sayReply('bedrock-converse', reply, { stream: true })))
    expect(await stream().catch((error: Error) => [error.name, error.message])).toEqual([
      'ModelStreamErrorException',
      'the model fell over',
    ])
  })
})

describe('our requests', () => {
  const models = ['anthropic.claude-x', 'amazon.nova-2-lite-v1:0', 'openai.gpt-oss-20b-1:0', 'meta.llama4', 'x']

  test.each(models)('for %s are those the client would send', async (model) => {
    fake.answerWith(sayReply('bedrock-converse', reply))
    const requests = [fullRequest, ...fc.sample(arbitraryRequest, { numRuns: 25, seed: 7 })]
    for (const request of requests) {
      const options = testOptions(bedrock, converseHabitsOf(model) as JsonObject)
      const body = JSON.parse(JSON.stringify(bedrock.encodeRequest(request, options, () => undefined))) as JsonObject
      await client.send(new ConverseCommand({ modelId: model, ...(withBytes(body) as object) } as ConverseCommandInput))
      const sent = fake.journal.at(-1)
      expect(sent?.status).toBe(200)
      expect(sent?.json).toEqual(body)
      expect(sent?.path).toBe(bedrock.endpoint(model, false).path)
    }
  })

  test('carry the key as the client would', () => {
    const { authorization } = fake.journal.at(-1)?.headers ?? {}
    expect(bedrock.authHeaders('canary-bedrock-key')).toEqual({ authorization: authorization ?? '' })
  })
})

/** The client takes bytes and writes them as base64. */
function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes)
  const object = asObject(value)
  if (!object) return value
  const isBytes = (key: string): boolean => key === 'bytes' || key === 'redactedContent'
  return Object.fromEntries(
    Object.entries(object).map(([key, each]) => [
      key,
      isBytes(key) ? Buffer.from(String(each), 'base64') : withBytes(each),
    ]),
  )
}

const seal = { dialect: 'bedrock-converse', provider: 'upstream', data: 'c2VhbA==' } as const
const citation = {
  title: 't',
  source: 's',
  sourceContent: [{ text: 'q' }],
  location: { documentChar: { documentIndex: 0, start: 0, end: 3 } },
}

/** A request that uses every word of the API we write. */
const fullRequest: GenerateRequest = {
  model: 'm',
  stream: false,
  messages: [
    { role: 'system', parts: [{ kind: 'text', text: 'Be brief.', cache: { ttl: '1h' } }] },
    {
      role: 'user',
      parts: [
        { kind: 'text', text: 'Look.', cache: {} },
        { kind: 'media', mediaType: 'image/png', source: { from: 'base64', data: 'aW1n' } },
        { kind: 'media', mediaType: 'application/pdf', source: { from: 'base64', data: 'cGRm' }, filename: 'a.pdf' },
        { kind: 'media', mediaType: 'video/mp4', source: { from: 'url', url: 's3://bucket/a.mp4' } },
        { kind: 'media', mediaType: 'audio/wav', source: { from: 'base64', data: 'd2F2' } },
      ],
    },
    {
      role: 'assistant',
      parts: [
        { kind: 'reasoning', form: 'full', text: 'Hm.', seal },
        { kind: 'reasoning', form: 'redacted', text: '', seal },
        {
          kind: 'text',
          text: 'So.',
          citations: [{ source: { kind: 'document', index: 0 }, ext: { 'bedrock-converse': citation } }],
        },
        { kind: 'tool-call', id: 'c1', name: 'look', args: '{"a":[1,null]}', executor: 'client' },
      ],
    },
    {
      role: 'tool',
      parts: [
        {
          kind: 'tool-result',
          callId: 'c1',
          name: 'look',
          isError: true,
          content: [
            { kind: 'text', text: 'no' },
            { kind: 'media', mediaType: 'image/png', source: { from: 'base64', data: 'aW1n' } },
          ],
        },
      ],
    },
  ],
  tools: [
    { kind: 'function', name: 'look', description: 'd', parameters: { type: 'object' }, strict: true, cache: {} },
    { kind: 'web-search' },
    { kind: 'code-execution' },
  ],
  toolChoice: { mode: 'tool', name: 'look' },
  parallelToolCalls: false,
  format: { kind: 'json-schema', name: 'n', description: 'd', schema: { type: 'object' }, strict: true },
  reasoning: { effort: 'low' },
  maxOutputTokens: 100,
  temperature: 1,
  topP: 0.97,
  topK: 4,
  stop: ['END'],
  endUser: 'u',
  metadata: { team: 'a' },
  serviceTier: 'flex',
}
