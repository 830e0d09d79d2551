import type { Json, JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asObject, asObjects, asString } from '@sluice/core/ir/read.ts'
import {
  configFields,
  contentFields,
  dataFields,
  declarationFields,
  partFields,
  requestFields,
  schemaFields,
  toolFields,
} from './gemini-fields.ts'
import type { Violation } from './violation.ts'
import { checkEach, firstOf, unknownKey } from './violation.ts'

/**
 * What generateContent refuses. Google reads bodies into protocol buffers, so every unknown name is an error, in
 * camelCase or snake_case alike. Sentences as the API wrote them, from its error answers seen in 2025 and 2026 and its
 * reference: https://ai.google.dev/api/generate-content and https://ai.google.dev/api/caching#Schema
 */
export function checkGemini(body: JsonObject): Violation | undefined {
  const contents = asObjects(body['contents'])
  return firstOf(
    () => checkNames(body, requestFields),
    () =>
      contents.length === 0 ? { message: '* GenerateContentRequest.contents: contents is not specified\n' } : undefined,
    () => checkConfig(asObject(body['generationConfig'] ?? body['generation_config'])),
    () => checkEach(asObjects(body['tools']), checkTool),
    () => checkEach(contents, checkContent),
    () => checkTurns(contents),
  )
}

function checkNames(object: JsonObject, known: ReadonlySet<string>, at?: string): Violation | undefined {
  const snake: JsonObject = Object.fromEntries(Object.entries(object).map(([key, value]) => [toCamel(key), value]))
  const unknown = unknownKey(snake, known)
  return unknown === undefined ? undefined : unknownName(unknown, at)
}

function unknownName(name: string, at?: string): Violation {
  const place = at === undefined ? '' : ` at '${at}'`
  return { message: `Invalid JSON payload received. Unknown name "${name}"${place}: Cannot find field.` }
}

function toCamel(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function checkConfig(config: JsonObject | undefined): Violation | undefined {
  if (!config) return undefined
  const schema = asObject(config['responseSchema'] ?? config['response_schema'])
  const found = checkNames(config, configFields, 'generation_config')
  if (found) return found
  if (schema && !asString(config['responseMimeType'] ?? config['response_mime_type'])?.includes('json')) {
    const message =
      "Unable to submit request because the function calling with response mime type 'text/plain' is unsupported with a response schema."
    return { message }
  }
  return schema && checkSchema(schema, 'generation_config.response_schema')
}

function checkTool(tool: JsonObject, index: number): Violation | undefined {
  const at = `tools[${index}]`
  const declarations = asObjects(tool['functionDeclarations'] ?? tool['function_declarations'])
  return (
    checkNames(tool, toolFields, at) ??
    checkEach(declarations, (each, place) => checkDeclaration(each, `${at}.function_declarations[${place}]`))
  )
}

function checkDeclaration(declaration: JsonObject, at: string): Violation | undefined {
  const name = asString(declaration['name']) ?? ''
  const parameters = asObject(declaration['parameters'])
  if (!/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/.test(name)) {
    const rule =
      'Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.'
    return { message: `* GenerateContentRequest.${at}.name: ${rule}\n` }
  }
  return checkNames(declaration, declarationFields, at) ?? (parameters && checkSchema(parameters, `${at}.parameters`))
}

/** `Schema` is a message of its own, not JSON Schema. */
function checkSchema(schema: JsonObject, at: string): Violation | undefined {
  const own = checkNames(schema, schemaFields, at)
  if (own) return own
  if (Array.isArray(schema['type']))
    return {
      message: `Invalid JSON payload received. Unknown name "type" at '${at}': Proto field is not repeating, cannot start list.`,
    }
  const values = asArray(schema['enum'])
  if (values?.some((value: Json) => typeof value !== 'string'))
    return { message: `Invalid value at '${at}.enum[0]' (TYPE_STRING), ${JSON.stringify(values[0])}` }
  const items = asObject(schema['items'])
  const properties = Object.values(asObject(schema['properties']) ?? {})
  return firstOf(
    () => checkEach(asObjects(properties), (each, index) => checkSchema(each, `${at}.properties[${index}].value`)),
    () => items && checkSchema(items, `${at}.items`),
    () =>
      checkEach(asObjects(schema['anyOf'] ?? schema['any_of']), (each, i) => checkSchema(each, `${at}.any_of[${i}]`)),
  )
}

function checkContent(content: JsonObject, index: number): Violation | undefined {
  const at = `contents[${index}]`
  const role = asString(content['role']) ?? 'user'
  const parts = asObjects(content['parts'])
  if (role !== 'user' && role !== 'model' && role !== 'function')
    return { message: 'Please use a valid role: user, model.' }
  if (parts.length === 0)
    return { message: `* GenerateContentRequest.${at}.parts: contents.parts must not be empty.\n` }
  return (
    checkNames(content, contentFields, at) ??
    checkEach(parts, (part, place) => checkPart(part, `${at}.parts[${place}]`))
  )
}

function checkPart(part: JsonObject, at: string): Violation | undefined {
  const unknown = checkNames(part, partFields, at)
  if (unknown) return unknown
  const data = Object.keys(part).filter((key) => dataFields.has(toCamel(key)))
  if (data.length === 0)
    return {
      message: `* GenerateContentRequest.${at}.data: required oneof field 'data' must have one initialized field\n`,
    }
  const response = asObject(part['functionResponse'] ?? part['function_response'])
  if (response && !asObject(response['response']))
    return { message: `* GenerateContentRequest.${at}.function_response.response: must be a struct\n` }
  return undefined
}

/** A function turn answers every call of the turn before it, and stands right after it. */
function checkTurns(list: readonly JsonObject[]): Violation | undefined {
  const contents = joinTurns(list)
  for (const [index, content] of contents.entries()) {
    const responses = countParts(content, 'functionResponse')
    const calls = countParts(contents[index - 1], 'functionCall')
    if (responses > 0 && responses !== calls)
      return {
        message:
          'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
      }
    if (countParts(content, 'functionCall') > 0 && (index === 0 || contents[index - 1]?.['role'] === 'model'))
      return {
        message:
          'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
      }
  }
  return undefined
}

/** Contents of the model that follow each other are one turn: Google's own client sends a stream back by its chunks. */
function joinTurns(contents: readonly JsonObject[]): readonly JsonObject[] {
  const turns: JsonObject[] = []
  for (const content of contents) {
    const last = turns.at(-1)
    const isMore = last?.['role'] === 'model' && content['role'] === 'model'
    if (!isMore || countParts(content, 'functionResponse') > 0) turns.push(content)
    else turns[turns.length - 1] = { ...last, parts: [...asObjects(last['parts']), ...asObjects(content['parts'])] }
  }
  return turns
}

function countParts(content: JsonObject | undefined, key: string): number {
  return asObjects(content?.['parts']).filter((part) => Object.keys(part).some((each) => toCamel(each) === key)).length
}
