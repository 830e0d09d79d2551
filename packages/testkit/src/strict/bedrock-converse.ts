import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asNumber, asObject, asObjects, asString, parseObject } from '@sluice/core/ir/read.ts'
import type { Violation } from './violation.ts'
import { checkEach, firstOf, unknownKey } from './violation.ts'

/**
 * What Converse refuses, whatever the model behind it. Sentences as the API wrote them, from its error answers and its
 * reference: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function checkBedrockConverse(body: JsonObject): Violation | undefined {
  const messages = asObjects(body['messages'])
  return firstOf(
    () => unknownField(body, knownFields, 'the request'),
    () => checkInference(asObject(body['inferenceConfig']) ?? {}),
    () => checkTools(body),
    () => checkOrder(messages),
    () => checkEach(messages, checkMessage),
    () => checkEach(asObjects(body['system']), (block, index) => checkBlock(block, `system.${index}`, systemBlocks)),
    () => checkToolPairs(messages),
    () => checkToolConfig(body, messages),
    () => checkCachePoints(body),
    () => checkOutput(asObject(body['outputConfig']) ?? {}),
    () => checkMetadata(asObject(body['requestMetadata']) ?? {}),
  )
}

function unknownField(object: JsonObject, known: ReadonlySet<string>, where: string): Violation | undefined {
  const extra = unknownKey(object, known)
  return extra === undefined ? undefined : { message: `${extra} is no field of ${where}` }
}

function checkInference(config: JsonObject): Violation | undefined {
  const unknown = unknownField(
    config,
    new Set(['maxTokens', 'temperature', 'topP', 'stopSequences']),
    'inferenceConfig',
  )
  if (unknown) return unknown
  for (const [key, low, high] of [
    ['temperature', 0, 1],
    ['topP', 0, 1],
    ['maxTokens', 1, Number.MAX_SAFE_INTEGER],
  ] as const) {
    const value = asNumber(config[key])
    if (value !== undefined && (value < low || value > high))
      return { message: `Value '${value}' at 'inferenceConfig.${key}' failed to satisfy constraint: ${low}..${high}` }
  }
  const hasEmpty = asArray(config['stopSequences'])?.some((each) => asString(each) === undefined || each === '')
  return hasEmpty ? { message: 'Value at inferenceConfig.stopSequences failed to satisfy constraint' } : undefined
}

function checkTools(body: JsonObject): Violation | undefined {
  const config = asObject(body['toolConfig'])
  if (!config) return undefined
  const tools = asObjects(config['tools'])
  if (tools.length === 0) return { message: 'toolConfig.tools must hold at least one tool' }
  const choice = asObject(config['toolChoice'])
  const named = asString(asObject(choice?.['tool'])?.['name'])
  if (choice && (Object.keys(choice).length !== 1 || unknownKey(choice, new Set(['auto', 'any', 'tool']))))
    return { message: 'Unknown parameter in toolConfig.toolChoice, must be one of: auto, any, tool' }
  if (named !== undefined && !tools.some((tool) => asObject(tool['toolSpec'])?.['name'] === named))
    return { message: 'The toolChoice names a tool that toolConfig.tools does not define.' }
  return checkEach(tools, checkTool)
}

function checkTool(tool: JsonObject, index: number): Violation | undefined {
  const at = `toolConfig.tools.${index}`
  const kinds = Object.keys(tool)
  if (kinds.length !== 1 || !toolKinds.has(kinds[0] ?? '')) return { message: `${at} must be one tool` }
  const spec = asObject(tool['toolSpec'])
  if (!spec) return undefined
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(asString(spec['name']) ?? ''))
    return { message: `Value at '${at}.toolSpec.name' failed to satisfy constraint: [a-zA-Z0-9_-]+` }
  if (spec['description'] === '') return { message: `Value at '${at}.toolSpec.description' has length 0` }
  const schema = asObject(asObject(spec['inputSchema'])?.['json'])
  return schema?.['type'] === 'object'
    ? unknownField(spec, new Set(['name', 'description', 'inputSchema', 'strict']), `${at}.toolSpec`)
    : { message: `The value at ${at}.toolSpec.inputSchema.json.type must be one of the following: object.` }
}

function checkOrder(messages: readonly JsonObject[]): Violation | undefined {
  const [first] = messages
  const start = 'A conversation must start with a user message. Try again with a conversation that starts with a user'
  if (first?.['role'] !== 'user') return { message: `${start} message.` }
  const isRepeated = messages.some(({ role }, index) => index > 0 && messages[index - 1]?.['role'] === role)
  return isRepeated ? { message: 'Roles must alternate between user and assistant.' } : undefined
}

function checkMessage(message: JsonObject, index: number): Violation | undefined {
  const content = asObjects(message['content'])
  if (content.length === 0) return { message: `The content field in the Message object at messages.${index} is empty.` }
  if (message['role'] === 'user' && content.some(({ document }) => document) && !content.some(({ text }) => text))
    return { message: 'A text block is required when using documents.' }
  return checkEach(content, (block, place) => checkBlock(block, `messages.${index}.content.${place}`, contentBlocks))
}

function checkBlock(block: JsonObject, at: string, known: ReadonlySet<string>): Violation | undefined {
  const kinds = Object.keys(block)
  if (kinds.length !== 1 || !known.has(kinds[0] ?? '')) return { message: `${at} must be one block, not ${kinds}` }
  if (typeof block['text'] === 'string' && block['text'] === '')
    return { message: `The text field in the ContentBlock object at ${at} is blank.` }
  return checkToolBlock(block, at) ?? checkMedium(block, at)
}

function checkToolBlock(block: JsonObject, at: string): Violation | undefined {
  const tool = asObject(block['toolUse']) ?? asObject(block['toolResult'])
  if (!tool) return undefined
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(asString(tool['toolUseId']) ?? ''))
    return { message: `Value at '${at}.toolUseId' failed to satisfy constraint: [a-zA-Z0-9_-]+` }
  if (block['toolUse'] && !asObject(tool['input']))
    return {
      message: `The format of the value at ${at}.toolUse.input is invalid. Provide a json object for the field.`,
    }
  const results = asObjects(tool['content'])
  if (block['toolResult'] && results.length === 0) return { message: `${at}.toolResult.content is empty` }
  return checkEach(results, (result, index) => checkBlock(result, `${at}.toolResult.content.${index}`, resultBlocks))
}

function checkMedium(block: JsonObject, at: string): Violation | undefined {
  for (const [kind, formats] of Object.entries(mediaFormats)) {
    const medium = asObject(block[kind])
    if (!medium) continue
    if (!formats.includes(asString(medium['format']) ?? '')) return { message: `${at}.${kind}.format is unknown` }
    const source = asObject(medium['source']) ?? {}
    if (Object.keys(source).length !== 1) return { message: `${at}.${kind}.source must be one source` }
    const name = asString(medium['name'])
    if (kind === 'document' && (name === undefined || !/^(?!.*\s\s)[a-zA-Z0-9_\s()[\]-]{1,200}$/.test(name)))
      return badName
  }
  return undefined
}

const badName: Violation = {
  message:
    "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character.",
}

/** Results come at once after their calls, each with its call, and every call has one. */
function checkToolPairs(messages: readonly JsonObject[]): Violation | undefined {
  for (const [index, message] of messages.entries()) {
    const calls = idsOf(messages[index - 1], 'toolUse').filter(
      (id) => !idsOf(messages[index - 1], 'toolResult').includes(id),
    )
    const results = message['role'] === 'user' ? idsOf(message, 'toolResult') : []
    const open = message['role'] === 'user' ? calls.filter((id) => !results.includes(id)) : []
    if (open.length > 0)
      return { message: `Expected toolResult blocks at messages.${index}.content for the following Ids: ${open}` }
    if (results.some((id) => !calls.includes(id)))
      return {
        message: `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`,
      }
  }
  return undefined
}

function idsOf(message: JsonObject | undefined, kind: string): readonly string[] {
  const blocks = asObjects(message?.['content']).map((block) => asObject(block[kind]))
  return blocks.flatMap((block) => (block ? [asString(block['toolUseId']) ?? ''] : []))
}

function checkToolConfig(body: JsonObject, messages: readonly JsonObject[]): Violation | undefined {
  const hasTools = messages.some((each) => idsOf(each, 'toolUse').length + idsOf(each, 'toolResult').length > 0)
  return hasTools && body['toolConfig'] === undefined
    ? { message: 'The toolConfig field must be defined when using toolUse and toolResult content blocks.' }
    : undefined
}

function checkCachePoints(body: JsonObject): Violation | undefined {
  const points = JSON.stringify(body).split('{"cachePoint":').length - 1
  return points <= 4 ? undefined : { message: `${points} cache points, 4 at most` }
}

function checkOutput({ textFormat }: JsonObject): Violation | undefined {
  const format = asObject(textFormat)
  if (!format) return undefined
  const schema = asString(asObject(asObject(format['structure'])?.['jsonSchema'])?.['schema'])
  if (format['type'] !== 'json_schema' || schema === undefined || !parseObject(schema))
    return { message: 'outputConfig.textFormat.structure.jsonSchema.schema must be the text of a JSON schema' }
  return undefined
}

function checkMetadata(metadata: JsonObject): Violation | undefined {
  const pairs = Object.entries(metadata)
  const isPlain = pairs.every(([key, value]) => [key, value].every((each) => plainText.test(asString(each) ?? '\0')))
  return isPlain && pairs.length <= 16 ? undefined : { message: 'requestMetadata failed to satisfy constraint' }
}

const plainText = /^[a-zA-Z0-9\s:_@$#=/+,.-]{0,256}$/

const knownFields: ReadonlySet<string> = new Set([
  'additionalModelRequestFields',
  'additionalModelResponseFieldPaths',
  'guardrailConfig',
  'inferenceConfig',
  'messages',
  'outputConfig',
  'performanceConfig',
  'promptVariables',
  'requestMetadata',
  'serviceTier',
  'system',
  'toolConfig',
])

const toolKinds: ReadonlySet<string> = new Set(['toolSpec', 'systemTool', 'cachePoint'])
const systemBlocks: ReadonlySet<string> = new Set(['text', 'cachePoint', 'guardContent'])
const resultBlocks: ReadonlySet<string> = new Set(['text', 'json', 'image', 'document', 'video', 'searchResult'])
const contentBlocks: ReadonlySet<string> = new Set([
  'text',
  'image',
  'document',
  'video',
  'audio',
  'toolUse',
  'toolResult',
  'guardContent',
  'cachePoint',
  'reasoningContent',
  'citationsContent',
  'searchResult',
])

const mediaFormats: Readonly<Record<string, readonly string[]>> = {
  image: ['png', 'jpeg', 'gif', 'webp'],
  document: ['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'],
  video: ['flv', 'mkv', 'mov', 'mp4', 'mpeg', 'mpg', 'three_gp', 'webm', 'wmv'],
  audio: 'aac flac m4a mka mkv mp3 mp4 mpeg mpga ogg opus pcm wav webm x-aac'.split(' '),
}
