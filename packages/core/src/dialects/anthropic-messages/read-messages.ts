import type { JsonObject } from '../../ir/json.ts'
import type { Part } from '../../ir/part.ts'
import type { RequestReader } from '../../ir/read.ts'
import { rest } from '../../ir/read.ts'
import type { Message } from '../../ir/request.ts'
import { extend } from './own-fields.ts'
import { readBlock, readContent, spelling } from './read-blocks.ts'

/** The top-level `system` prompt as the first message. */
export function readSystem(reader: RequestReader, body: JsonObject): readonly Message[] {
  const system = body['system']
  if (typeof system === 'string') {
    if (system === '') return []
    return [{ role: 'system', parts: [{ kind: 'text', text: system }], ...extend({ $string: true }) }]
  }
  const parts = reader.objects(body, 'system').map((block) => readBlock(reader, block.value, block.at))
  return parts.length === 0 ? [] : [{ role: 'system', parts }]
}

/**
 * The conversation. Tool results come inside user messages here; they become messages of role `tool`, as everywhere
 * else, with a note on the pieces of one message so that they are joined again.
 */
export function readMessages(reader: RequestReader, body: JsonObject): readonly Message[] {
  if (body['messages'] === undefined || body['messages'] === null) {
    reader.fail('messages', "Missing required parameter: 'messages'.")
  }
  return reader.objects(body, 'messages').flatMap(({ value, at }) => readMessage(reader, value, at))
}

function readMessage(reader: RequestReader, message: JsonObject, at: string): readonly Message[] {
  const role = reader.oneOf(message, 'role', ['user', 'assistant', 'system'], at)
  if (role === undefined) reader.requiredString(message, 'role', at)
  if (role !== 'system' && (message['content'] === undefined || message['content'] === null)) {
    reader.fail(`${at}.content`, `Missing required parameter: '${at}.content'.`)
  }
  const parts = readContent(reader, message, at)
  const fields = { ...rest(message, 'role', 'content'), ...spelling(message) }
  if (role === 'system') return [{ role, parts, ...extend({ ...fields, $inPlace: true }) }]
  if (role === 'assistant') return [{ role, parts, ...extend(fields) }]
  return splitResults(parts).map((run, index) => ({
    role: run[0]?.kind === 'tool-result' ? 'tool' : 'user',
    parts: run,
    ...extend(index === 0 ? fields : { $joined: true }),
  }))
}

/** Runs of tool results and runs of everything else, in order. */
function splitResults(parts: readonly Part[]): readonly (readonly Part[])[] {
  const runs: Part[][] = []
  for (const part of parts) {
    const last = runs.at(-1)
    if (last && (last[0]?.kind === 'tool-result') === (part.kind === 'tool-result')) last.push(part)
    else runs.push([part])
  }
  return runs.length === 0 ? [[]] : runs
}
