import { textToArgs } from '../../ir/custom-tool.ts'
import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { MediaPart, Part, ToolCallPart, ToolResultPart } from '../../ir/part.ts'
import { parseObject } from '../../ir/read.ts'
import type { Message } from '../../ir/request.ts'
import type { OllamaQuirks } from './quirks.ts'

interface Writing {
  readonly quirks: OllamaQuirks
  readonly lose: Lose
}

/** What a message has room for: one text, one thought, images, calls. */
interface Draught {
  readonly texts: string[]
  thinking: string
  readonly images: string[]
  readonly calls: JsonObject[]
  readonly results: JsonObject[]
}

/**
 * `messages`. Results of tools are messages of their own, straight after the calls they answer; what else stood in their
 * message follows.
 */
export function writeMessages(messages: readonly Message[], writing: Writing): readonly JsonObject[] {
  const names = callNames(messages)
  return messages.flatMap((message, index) => {
    const path = `messages[${index}]`
    if (message.name !== undefined) writing.lose({ path: `${path}.name`, why: 'messages have no name here' })
    const to: Draught = { texts: [], thinking: '', images: [], calls: [], results: [] }
    for (const [at, part] of message.parts.entries()) {
      addPart(part, `${path}.parts[${at}]`, { ...writing, to, names, isAnswer: message.role === 'assistant' })
    }
    const said = writeMessage(message.role, to)
    return said ? [...to.results, said] : to.results
  })
}

/** A result names its tool, which some dialects say only in the call. */
function callNames(messages: readonly Message[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { parts } of messages)
    for (const part of parts) if (part.kind === 'tool-call') names.set(part.id, part.name)
  return names
}

function writeMessage(role: Message['role'], to: Draught): JsonObject | undefined {
  const { texts, thinking, images, calls } = to
  if (texts.length === 0 && thinking === '' && images.length === 0 && calls.length === 0) return undefined
  // A streamed answer may come back in pieces; what a person wrote in several parts is several paragraphs.
  const content = texts.join(role === 'assistant' ? '' : '\n\n')
  return {
    role: roles[role],
    content,
    ...(thinking !== '' && { thinking }),
    ...(images.length > 0 && { images }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}

/** What was said beside a tool's result was said by the user. */
const roles: Readonly<Record<Message['role'], string>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'user',
}

interface Adding extends Writing {
  readonly to: Draught
  readonly names: ReadonlyMap<string, string>
  /** The message is an earlier answer. */
  readonly isAnswer: boolean
}

function addPart(part: Part, path: string, adding: Adding): void {
  const { to, quirks, lose } = adding
  switch (part.kind) {
    case 'text':
      if (adding.isAnswer && part.citations && part.citations.length > 0) {
        lose({ path: `${path}.citations`, why: 'the sources of an earlier answer have no place here' })
      }
      if (part.text !== '') to.texts.push(part.text)
      return
    case 'refusal':
      if (part.text !== '') to.texts.push(part.text)
      return
    case 'reasoning':
      if (quirks.replayThinking) to.thinking += part.text
      else lose({ path, why: 'this server takes no earlier thinking back' })
      return
    case 'media':
      addMedia(part, path, adding)
      return
    case 'tool-call':
      if (part.executor === 'client') to.calls.push(writeCall(part, path, lose))
      else lose({ path, why: 'a tool that another provider ran', value: part.name })
      return
    case 'tool-result':
      to.results.push(writeResult(part, path, adding))
      return
    case 'opaque':
      return
    default:
      part satisfies never
  }
}

/** Images and sounds by their bytes, text files as text. A stored file is reported by `loseForeign`. */
function addMedia(part: MediaPart, path: string, { to, lose, isAnswer }: Adding): void {
  const { mediaType, source, filename, detail } = part
  if (source.from === 'file') return
  const text = textOf(part)
  if (text !== undefined) {
    to.texts.push(filename === undefined ? text : `${filename}:\n${text}`)
    return
  }
  const isSeen = mediaType.startsWith('image/') || mediaType.startsWith('audio/')
  if (source.from !== 'base64' || !isSeen || isAnswer) {
    const why =
      isSeen && !isAnswer ? 'the server takes the bytes of an image, not its address' : `no place for ${mediaType}`
    lose({ path, why })
    if (part.transcript !== undefined) to.texts.push(part.transcript)
    return
  }
  if (detail === 'low' || detail === 'high') {
    lose({ path: `${path}.detail`, why: 'how closely to look cannot be said here', value: detail })
  }
  to.images.push(source.data)
}

function textOf({ mediaType, source }: MediaPart): string | undefined {
  if (source.from === 'text') return source.text
  const isText = mediaType.startsWith('text/') || /^application\/(.+\+)?(json|xml|yaml|javascript)$/.test(mediaType)
  if (source.from !== 'base64' || !isText) return undefined
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(source.data), (char) => char.charCodeAt(0)))
  } catch {
    return undefined
  }
}

/** Arguments are an object here; other text is handed over under one name. */
function writeCall({ id, name, args, form }: ToolCallPart, path: string, lose: Lose): JsonObject {
  const object = parseObject(args.trim() === '' ? '{}' : form === 'text' ? textToArgs(args) : args)
  if (!object) lose({ path: `${path}.args`, why: 'no JSON object; sent as text under `input`' })
  return { id, function: { name, arguments: object ?? { input: args } } }
}

/** A result is one text; its images stand in the user message that follows. */
function writeResult(part: ToolResultPart, path: string, adding: Adding): JsonObject {
  if (part.isError) {
    adding.lose({ path: `${path}.isError`, why: 'no field says that a tool failed; its text still does' })
  }
  const inside: Draught = { texts: [], thinking: '', images: [], calls: [], results: [] }
  for (const [index, inner] of part.content.entries()) {
    addPart(inner, `${path}.content[${index}]`, { ...adding, to: inside, isAnswer: false })
  }
  const name = part.name === '' ? (adding.names.get(part.callId) ?? '') : part.name
  if (inside.images.length > 0) {
    adding.to.texts.push(`Attached to the result of ${name === '' ? 'the tool' : name}:`)
    adding.to.images.push(...inside.images)
  }
  return {
    role: 'tool',
    content: inside.texts.join('\n\n'),
    ...(name !== '' && { tool_name: name }),
    tool_call_id: part.callId,
  }
}
