import type { Json, JsonObject } from '../../ir/json.ts'
import type { Seal, ToolCallPart } from '../../ir/part.ts'
import type { RequestReader } from '../../ir/read.ts'
import { asObject, asString } from '../../ir/read.ts'
import { splitSealedId } from '../../ir/seal.ts'
import { readCache } from './read-parts.ts'
import type { Draft } from './wire.ts'
import { dialect, extend, unknownFields } from './wire.ts'

/** Fields of a call that its maker wants back unread: Google's compatible endpoint signs there (seen 2026-07). */
const sealFields = ['extra_content'] as const

/** The seal of a call in its native field: those fields as JSON. */
export function callSeal(call: JsonObject, provider?: string): Seal | undefined {
  const carried: Draft = {}
  for (const key of sealFields) if (asObject(call[key])) carried[key] = call[key]
  if (Object.keys(carried).length === 0) return undefined
  return { dialect, data: JSON.stringify(carried), ...(provider !== undefined && { provider }) }
}

/** Members of a call that have a word in the language or are carried as its seal. */
export const callKeys: ReadonlySet<string> = new Set([
  'id',
  'type',
  'index',
  'function',
  'custom',
  'cache_control',
  ...sealFields,
])

/** The arguments as the text they are; a host that sends an object or null meant its JSON or nothing. */
export function argumentText(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** `tool_calls` of an assistant message the client sends back. */
export function readToolCalls(message: JsonObject, at: string, reader: RequestReader): readonly ToolCallPart[] {
  return reader.objects(message, 'tool_calls', at).map(({ value: call, at: place }) => {
    const { id, seal = callSeal(call) } = splitSealedId(reader.requiredString(call, 'id', place))
    const isCustom = call['type'] === 'custom'
    const body = asObject(call[isCustom ? 'custom' : 'function'])
    if (!body) reader.fail(`${place}.function`, `Missing required parameter: '${place}.function'.`)
    const rest = unknownFields(call, callKeys)
    if (typeof call['index'] === 'number') rest['$index'] = call['index']
    return {
      kind: 'tool-call',
      id,
      name: reader.requiredString(body ?? {}, 'name', `${place}.${isCustom ? 'custom' : 'function'}`),
      args: isCustom ? (asString(body?.['input']) ?? '') : argumentText(body?.['arguments']),
      executor: 'client',
      ...(isCustom && { form: 'text' }),
      ...(seal && { seal }),
      ...readCache(call),
      ...extend(rest),
    }
  })
}
