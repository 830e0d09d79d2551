import Anthropic from '@anthropic-ai/sdk'
import { jsonSchemaOutputFormat } from '@anthropic-ai/sdk/helpers/json-schema'
import { GoogleGenAI } from '@google/genai'
import { ChatAnthropic } from '@langchain/anthropic'
import { ChatGoogleGenerativeAI } from '@langchain/google-genai'
import { ChatOpenAI } from '@langchain/openai'
import { generateObject, generateText, Output, streamObject } from 'ai'
import OpenAI from 'openai'
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod'
import { z } from 'zod'
import { aiSdkProviders } from './ai-sdk.ts'
import type { Target } from './client.ts'

/** What the model is asked to fill in. */
const weather = z.object({ city: z.string(), degrees: z.number() })

/** Ways in which clients ask for an answer of a given shape, by name; each gives the parsed answer. */
export const structuredOutput: Readonly<Record<string, (target: Target) => Promise<unknown>>> = {
  async 'openai, chat.completions.parse'({ url, key, model }) {
    const { chat } = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
    const response_format = zodResponseFormat(weather, 'weather')
    const { choices } = await chat.completions.parse({ model, messages: [question], response_format })
    return choices[0]?.message.parsed
  },
  async 'openai, chat.completions.stream'({ url, key, model }) {
    const { chat } = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
    const response_format = zodResponseFormat(weather, 'weather')
    const stream = chat.completions.stream({ model, messages: [question], response_format })
    return (await stream.finalChatCompletion()).choices[0]?.message.parsed
  },
  async 'openai, responses.parse'({ url, key, model }) {
    const { responses } = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
    const text = { format: zodTextFormat(weather, 'weather') }
    return (await responses.parse({ model, input: question.content, text })).output_parsed
  },
  async 'openai, responses.stream'({ url, key, model }) {
    const { responses } = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
    const text = { format: zodTextFormat(weather, 'weather') }
    return (await responses.stream({ model, input: question.content, text }).finalResponse()).output_parsed
  },
  async '@anthropic-ai/sdk, messages.parse'({ url, key, model }) {
    const { messages } = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 })
    const { $schema: _, ...schema } = z.toJSONSchema(weather)
    const output_config = { format: jsonSchemaOutputFormat(schema as Parameters<typeof jsonSchemaOutputFormat>[0]) }
    return (await messages.parse({ model, max_tokens: 100, messages: [question], output_config })).parsed_output
  },
  async '@google/genai, responseJsonSchema'({ url, key, model }) {
    const { models } = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } })
    const config = { responseMimeType: 'application/json', responseJsonSchema: z.toJSONSchema(weather) }
    return JSON.parse((await models.generateContent({ model, contents: question.content, config })).text ?? '')
  },
  ...Object.fromEntries(aiSdkProviders.flatMap(({ name, open }) => aiSdkWays(name, open))),
  'LangChain, ChatOpenAI': ({ url, key, model }) => {
    const chat = new ChatOpenAI({ model, apiKey: key, configuration: { baseURL: `${url}/v1` }, maxRetries: 0 })
    return chat.withStructuredOutput(weather, { method: 'jsonSchema' }).invoke(question.content)
  },
  'LangChain, ChatAnthropic': ({ url, key, model }) => {
    const chat = new ChatAnthropic({ model, apiKey: key, anthropicApiUrl: url, maxRetries: 0 })
    return chat.withStructuredOutput(weather, { method: 'jsonSchema' }).invoke(question.content)
  },
  'LangChain, ChatGoogleGenerativeAI': ({ url, key, model }) => {
    const chat = new ChatGoogleGenerativeAI({ model, apiKey: key, baseUrl: url, maxRetries: 0 })
    return chat.withStructuredOutput(weather, { method: 'jsonSchema' }).invoke(question.content)
  },
}

const question = { role: 'user' as const, content: 'How warm is it?' }

type Open = (typeof aiSdkProviders)[number]['open']
type NamedWay = readonly [string, (target: Target) => Promise<unknown>]

function aiSdkWays(name: string, open: Open): readonly NamedWay[] {
  const ask = (target: Target) => ({ model: open(target), prompt: question.content, maxRetries: 0 })
  return [
    [`${name}, generateObject`, async (target) => (await generateObject({ ...ask(target), schema: weather })).object],
    [
      `${name}, streamObject`,
      (target) => lastOf(streamObject({ ...ask(target), schema: weather }).partialObjectStream),
    ],
    [
      `${name}, generateText`,
      async (target) => (await generateText({ ...ask(target), output: Output.object({ schema: weather }) })).output,
    ],
  ]
}

async function lastOf(stream: AsyncIterable<unknown>): Promise<unknown> {
  let last: unknown
  for await (const each of stream) last = each
  return last
}
