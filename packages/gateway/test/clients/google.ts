import { ApiError, type CallableTool, type Content, type GenerateContentResponse, GoogleGenAI } from '@google/genai'
import type { Client, Said, Target, Tool } from './client.ts'

/** The official client. */
export const google: Client = {
  name: '@google/genai',
  dialect: 'gemini',
  plain: {
    generateContent: async (target) => read(await open(target).models.generateContent(ask(target))),
    chat: async (target) => read(await openChat(target).sendMessage({ message: 'Hello.' })),
  },
  stream: {
    generateContentStream: async (target) => fold(await open(target).models.generateContentStream(ask(target))),
    'chat, streamed': async (target) => fold(await openChat(target).sendMessageStream({ message: 'Hello.' })),
  },
  toolTurns: {
    generateContent: byHand,
    chat: async (target, tool) => {
      const chat = openChat(target, [declaration(tool)])
      return read(await chat.sendMessage({ message: answersOf(await chat.sendMessage({ message: 'Hello.' }), tool) }))
    },
    'chat, streamed': async (target, tool) => {
      const chat = openChat(target, [declaration(tool)])
      const parts: ReturnType<typeof answersOf> = []
      for await (const each of await chat.sendMessageStream({ message: 'Hello.' })) parts.push(...answersOf(each, tool))
      return fold(await chat.sendMessageStream({ message: parts }))
    },
    'automatic calling': async (target, tool) => {
      const config = { ...ask(target).config, tools: [callable(tool)] }
      return read(await open(target).models.generateContent({ ...ask(target), config }))
    },
  },
  dropsThinking: [],
  showsThinking: true,
  readError(error) {
    return error instanceof ApiError ? { type: 'ApiError', message: error.message, status: error.status } : undefined
  },
  errors: { unauthenticated: 'ApiError', notFound: 'ApiError', rateLimited: 'ApiError' },
}

function open({ url, key }: Target): GoogleGenAI {
  return new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } })
}

function openChat(target: Target, tools: readonly object[] = []) {
  return open(target).chats.create({ model: target.model, config: { ...ask(target).config, tools: [...tools] } })
}

function ask({ model, thinks }: Target) {
  return { model, contents: 'Hello.', config: thinks ? { thinkingConfig: { includeThoughts: true } } : {} }
}

function read(response: GenerateContentResponse): Said {
  const parts = response.candidates?.[0]?.content?.parts ?? []
  const usage = response.usageMetadata
  const output = (usage?.candidatesTokenCount ?? 0) + (usage?.thoughtsTokenCount ?? 0)
  return {
    text: response.text ?? '',
    thinking: parts.map(({ thought, text }) => (thought ? (text ?? '') : '')).join(''),
    usage: { input: usage?.promptTokenCount, output },
  }
}

async function fold(stream: AsyncIterable<GenerateContentResponse>): Promise<Said> {
  let said: Said = { text: '', pieces: 0, thinking: '' }
  for await (const chunk of stream) {
    const { text, thinking, usage } = read(chunk)
    const pieces = (said.pieces ?? 0) + (text === '' ? 0 : 1)
    said = { text: said.text + text, thinking: `${said.thinking}${thinking}`, pieces, ...(usage && { usage }) }
  }
  return said
}

/** The loop as its users write it by hand: the content goes back as it came. */
async function byHand(target: Target, tool: Tool): Promise<Said> {
  const { models } = open(target)
  const body = { ...ask(target), config: { ...ask(target).config, tools: [declaration(tool)] } }
  const first = await models.generateContent(body)
  const contents: Content[] = [{ role: 'user', parts: [{ text: 'Hello.' }] }]
  const content = first.candidates?.[0]?.content
  if (content) contents.push(content)
  contents.push({ role: 'user', parts: answersOf(first, tool) })
  return read(await models.generateContent({ ...body, contents }))
}

function answersOf({ functionCalls }: GenerateContentResponse, tool: Tool) {
  return (functionCalls ?? []).map(({ id, name, args }) => {
    const response = { output: tool.run(args) }
    return { functionResponse: { response, ...(id && { id }), ...(name && { name }) } }
  })
}

function declaration({ name, description, schema }: Tool) {
  return { functionDeclarations: [{ name, description, parametersJsonSchema: schema }] }
}

/** What the client calls by itself, as often as the model asks. */
function callable(tool: Tool): CallableTool {
  return {
    tool: () => Promise.resolve(declaration(tool)),
    callTool: (functionCalls) =>
      Promise.resolve(answersOf({ functionCalls } as unknown as GenerateContentResponse, tool)),
  }
}
