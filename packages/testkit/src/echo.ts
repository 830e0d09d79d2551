import type { ClientDialectId } from '@sluice/core/ir/dialect-id.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asObject, asObjects } from '@sluice/core/ir/read.ts'

/**
 * The next request of a client that keeps its history the way its SDK does: the answer goes back as it came, and each
 * tool call gets this result.
 */
export function nextTurn(
  dialect: ClientDialectId,
  request: JsonObject,
  answer: JsonObject,
  result: string,
): JsonObject {
  switch (dialect) {
    case 'openai-chat':
      return { ...request, messages: [...(asArray(request['messages']) ?? []), ...chatTurn(answer, result)] }
    case 'openai-responses':
      return { ...request, input: [...inputOf(request), ...responsesTurn(answer, result)] }
    case 'anthropic-messages':
      return { ...request, messages: [...(asArray(request['messages']) ?? []), ...messagesTurn(answer, result)] }
    case 'gemini':
      return { ...request, contents: [...(asArray(request['contents']) ?? []), ...geminiTurn(answer, result)] }
  }
}

function chatTurn(answer: JsonObject, result: string): readonly JsonObject[] {
  const message = asObject(asObjects(answer['choices'])[0]?.['message']) ?? {}
  const results = asObjects(message['tool_calls']).map(({ id }) => ({
    role: 'tool',
    tool_call_id: id,
    content: result,
  }))
  return [message, ...(results.length > 0 ? results : [{ role: 'user', content: result }])]
}

function responsesTurn(answer: JsonObject, result: string): readonly JsonObject[] {
  const items = asObjects(answer['output'])
  const results = items.flatMap(({ type, call_id }) => {
    if (type === 'function_call') return [{ type: 'function_call_output', call_id, output: result }]
    return type === 'custom_tool_call' ? [{ type: 'custom_tool_call_output', call_id, output: result }] : []
  })
  return [...items, ...(results.length > 0 ? results : [{ role: 'user', content: result }])]
}

function inputOf({ input }: JsonObject): readonly (JsonObject | string)[] {
  return typeof input === 'string' ? [{ role: 'user', content: input }] : asObjects(input)
}

function messagesTurn({ content }: JsonObject, result: string): readonly JsonObject[] {
  const calls = asObjects(content).filter(({ type }) => type === 'tool_use')
  const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: result }))
  const next = results.length > 0 ? results : [{ type: 'text', text: result }]
  return [
    { role: 'assistant', content },
    { role: 'user', content: next },
  ]
}

function geminiTurn(answer: JsonObject, result: string): readonly JsonObject[] {
  const content = asObject(asObjects(answer['candidates'])[0]?.['content']) ?? {}
  const calls = asObjects(asObjects(content['parts']).map(({ functionCall }) => functionCall ?? null))
  const results = calls.map(({ id, name }) => ({
    functionResponse: { ...(id !== undefined && { id }), name, response: { result } },
  }))
  return [content, { role: 'user', parts: results.length > 0 ? results : [{ text: result }] }]
}
