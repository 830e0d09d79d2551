import { asFunction } from '../../ir/custom-tool.ts'
import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asObject, rest } from '../../ir/read.ts'
import type { CustomTool, FunctionTool, GenerateRequest, Tool, ToolChoice, WebSearchTool } from '../../ir/request.ts'
import { dialect, isNative, note, ownFields } from './own-fields.ts'
import type { GeminiQuirks } from './quirks.ts'
import { toOpenApi } from './to-open-api.ts'

/** What writing needs beside the request. */
export interface Writing {
  readonly request: GenerateRequest
  readonly quirks: GeminiQuirks
  readonly provider: string
  readonly lose: Lose
}

/** All functions go into one wire tool, as the API wants, where the first of them stands; each server tool is its own. */
export function writeTools(writing: Writing): readonly JsonObject[] | undefined {
  const functionDeclarations: JsonObject[] = []
  const tools: JsonObject[] = []
  for (const [index, tool] of writing.request.tools.entries()) {
    const path = `tools[${index}]`
    if (tool.kind !== 'provider' && tool.cache) writing.lose({ path: `${path}.cache`, why: noCacheMarks })
    if (!isFunction(tool)) tools.push(...writeServerTool(tool, path, writing))
    else if (functionDeclarations.push(writeFunction(tool, path, writing)) === 1) tools.push({ functionDeclarations })
  }
  return tools.length > 0 ? tools : undefined
}

function isFunction(tool: Tool): tool is FunctionTool | CustomTool {
  return tool.kind === 'function' || tool.kind === 'custom'
}

/** Why a cache mark is lost. */
export const noCacheMarks = 'Gemini caches by itself and has no marks for it'

function writeFunction(tool: FunctionTool | CustomTool, path: string, writing: Writing): JsonObject {
  const { quirks, lose } = writing
  if (tool.kind === 'custom') {
    if (tool.format)
      lose({ path: `${path}.format`, why: 'Gemini has no grammars; the text comes as one string argument' })
    return writeFunction(asFunction(tool), path, { ...writing, lose })
  }
  const original = asObject(note(tool.ext, '$parameters'))
  const schema = tool.parameters
  const isOpenApi = original !== undefined || quirks.schemas === 'open-api'
  const parameters = isOpenApi
    ? { parameters: original ?? openApiParameters(schema, `${path}.parameters`, lose) }
    : { parametersJsonSchema: Object.keys(schema).length > 0 ? schema : { type: 'object', properties: {} } }
  if (tool.strict && !isValidated(writing)) {
    lose({ path: `${path}.strict`, why: 'Gemini follows schemas strictly for all tools or for none' })
  }
  return {
    name: tool.name,
    ...(tool.description !== undefined && { description: tool.description }),
    ...parameters,
    ...ownFields(tool.ext),
  }
}

/** A function without parameters has none here: an OBJECT must have properties. */
function openApiParameters(schema: JsonObject, path: string, lose: Lose): JsonObject | undefined {
  const subset = toOpenApi(schema, path, lose)
  const properties = asObject(subset['properties'])
  return properties && Object.keys(properties).length > 0 ? subset : undefined
}

function writeServerTool(
  tool: Exclude<Tool, FunctionTool | CustomTool>,
  path: string,
  writing: Writing,
): readonly JsonObject[] {
  if (tool.kind !== 'provider' && givesWay(writing.request)) {
    writing.lose({ path, why: 'Gemini takes its own tools beside functions only from clients that know how' })
    return []
  }
  switch (tool.kind) {
    case 'web-search':
      return [{ googleSearch: writeWebSearch(tool, path, writing) }]
    case 'code-execution':
      return [{ codeExecution: ownFields(tool.ext) }]
    case 'provider':
      return tool.dialect === dialect ? [tool.value] : []
    default:
      return tool satisfies never
  }
}

/**
 * Functions and Google's own tools in one request are refused by models before Gemini 3, and by later ones unless the
 * client promises to send back what those tools did, in parts that no other dialect has. Vertex AI asks for no promise.
 * https://ai.google.dev/gemini-api/docs/tool-combination (seen 2026-11-21)
 */
function givesWay(request: GenerateRequest): boolean {
  return !isNative(request) && request.tools.some(isFunction)
}

function writeWebSearch(tool: WebSearchTool, path: string, { request, quirks, lose }: Writing): JsonObject {
  const isTaken = quirks.hasExcludedDomains || isNative(request)
  const { allowedDomains, userLocation, maxUses, blockedDomains } = tool
  const unplaced = { allowedDomains, userLocation, maxUses, ...(!isTaken && { blockedDomains }) }
  for (const [key, value] of Object.entries(unplaced)) {
    if (value !== undefined) lose({ path: `${path}.${key}`, why: 'Google Search takes no such limit', value })
  }
  return rest({ ...ownFields(tool.ext), ...(isTaken && { excludeDomains: blockedDomains }) }) ?? {}
}

/** `toolConfig` from the tool choice and what the client's own had beside it. */
export function writeToolConfig(writing: Writing): JsonObject | undefined {
  const { request, lose } = writing
  const own = asObject(ownFields(request.ext)['toolConfig'])
  const ownCalling = asObject(own?.['functionCallingConfig'])
  const chosen = writeChoice(request.toolChoice, writing)
  const mode = ownCalling?.['mode'] ?? chosen['mode'] ?? 'AUTO'
  const isStrict = mode === 'AUTO' && isValidated(writing)
  const functionCallingConfig = rest({ ...chosen, ...(isStrict && { mode: 'VALIDATED' }), ...ownCalling })
  if (request.parallelToolCalls === false) {
    lose({ path: 'parallelToolCalls', why: 'Gemini cannot be kept from calling tools in parallel', value: false })
  }
  return rest({ ...own, functionCallingConfig })
}

function writeChoice(choice: ToolChoice | undefined, { quirks, lose }: Writing): JsonObject {
  switch (choice?.mode) {
    case undefined:
      return {}
    case 'auto':
      return { mode: 'AUTO' }
    case 'none':
      return { mode: 'NONE' }
    case 'required':
      return { mode: 'ANY' }
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] }
    case 'subset':
      if (choice.must) return { mode: 'ANY', allowedFunctionNames: choice.names }
      if (quirks.hasValidatedMode) return { mode: 'VALIDATED', allowedFunctionNames: choice.names }
      lose({
        path: 'toolChoice.names',
        why: 'this model cannot be limited to some tools without being forced to call one',
      })
      return { mode: 'AUTO' }
    default:
      return choice satisfies never
  }
}

/** Strict tools are asked for by a mode, so only when all of them are strict. */
function isValidated({ request, quirks }: Writing): boolean {
  if (!quirks.hasValidatedMode) return false
  const functions = request.tools.filter((tool) => tool.kind === 'function')
  return functions.length > 0 && functions.every((tool) => tool.strict === true)
}
