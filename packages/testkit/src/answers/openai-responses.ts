import type { JsonObject } from '@sluice/core/ir/json.ts'
import type { BilledTokens } from '../answer.ts'
import type { Reply, ReplyToolCall, ReplyWriter } from './reply.ts'
import { argumentPieces, namedEvent, piecesOf } from './reply.ts'

/** What stands for encrypted reasoning. */
export const fakeEncryptedContent = 'gAAAAAB-fake-encrypted-reasoning'

/** The Responses API: every item and part opened, filled, and repeated whole when done. */
export const openaiResponses: ReplyWriter = {
  whole(reply) {
    return { ...responseHead(reply), ...endOf(reply), output: itemsOf(reply), usage: usageOf(reply.usage) }
  },

  events(reply) {
    const open = { ...responseHead(reply), status: 'in_progress', output: [], usage: null }
    const final = this.whole(reply)
    const last = final['status'] === 'incomplete' ? 'response.incomplete' : 'response.completed'
    const events = [
      { type: 'response.created', response: open },
      { type: 'response.in_progress', response: open },
      ...itemsOf(reply).flatMap((item, index) => itemEvents(item, index)),
      { type: last, response: final },
    ]
    return events.map((event, sequence) => namedEvent({ ...event, sequence_number: sequence }))
  },

  errorEvent: (message) =>
    namedEvent({ type: 'error', code: 'server_error', message, param: null, sequence_number: 99 }),

  errorBody: (status, message) => ({
    error: { message, type: status >= 500 ? 'server_error' : 'invalid_request_error', param: null, code: null },
  }),
}

function responseHead({ model, id = 'fake' }: Reply): JsonObject {
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: 1_700_000_000,
    status: 'completed',
    error: null,
    incomplete_details: null,
    model,
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
  }
}

function endOf({ finish }: Reply): JsonObject {
  if (finish !== 'length' && finish !== 'content-filter') return {}
  const reason = finish === 'length' ? 'max_output_tokens' : 'content_filter'
  return { status: 'incomplete', incomplete_details: { reason } }
}

type Item = JsonObject & { readonly type: string; readonly id: string }

function itemsOf({ id = 'fake', thinking, isSealed = true, text, toolCalls = [] }: Reply): readonly Item[] {
  const items: Item[] = []
  if (thinking !== undefined) {
    const summary = [{ type: 'summary_text', text: thinking }]
    const seal = isSealed && { encrypted_content: fakeEncryptedContent }
    items.push({ id: `rs_${id}`, type: 'reasoning', summary, ...seal })
  }
  if (text !== undefined) {
    const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }]
    items.push({ id: `msg_${id}`, type: 'message', status: 'completed', role: 'assistant', content })
  }
  return [...items, ...toolCalls.map(callItem)]
}

function callItem({ id: callId, name, args, input }: ReplyToolCall): Item {
  const base = { id: `fc_${callId}`, status: 'completed', call_id: callId, name }
  if (input !== undefined) return { ...base, type: 'custom_tool_call', id: `ctc_${callId}`, input }
  return { ...base, type: 'function_call', arguments: JSON.stringify(args) }
}

type Event = JsonObject & { readonly type: string }

function itemEvents(item: Item, index: number): readonly Event[] {
  const at = { output_index: index, item_id: item.id }
  const done = { type: 'response.output_item.done', output_index: index, item }
  const added = (opened: JsonObject): Event => ({
    type: 'response.output_item.added',
    output_index: index,
    item: { ...item, ...opened },
  })
  switch (item.type) {
    case 'reasoning':
      return [added({ summary: [] }), ...summaryEvents(String(textOf(item, 'summary')), at), done]
    case 'message':
      return [added({ status: 'in_progress', content: [] }), ...textEvents(String(textOf(item, 'content')), at), done]
    case 'custom_tool_call':
      return [
        added({ status: 'in_progress', input: '' }),
        { type: 'response.custom_tool_call_input.delta', ...at, delta: String(item['input']) },
        { type: 'response.custom_tool_call_input.done', ...at, input: String(item['input']) },
        done,
      ]
    default:
      return [added({ status: 'in_progress', arguments: '' }), ...argumentEvents(String(item['arguments']), at), done]
  }
}

function textEvents(text: string, at: JsonObject): readonly Event[] {
  const place = { ...at, content_index: 0 }
  const part = (value: string): JsonObject => ({ type: 'output_text', text: value, annotations: [], logprobs: [] })
  return [
    { type: 'response.content_part.added', ...place, part: part('') },
    ...piecesOf(text).map((delta) => ({ type: 'response.output_text.delta', ...place, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...place, text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part: part(text) },
  ]
}

function summaryEvents(text: string, at: JsonObject): readonly Event[] {
  const place = { ...at, summary_index: 0 }
  const part = (value: string): JsonObject => ({ type: 'summary_text', text: value })
  return [
    { type: 'response.reasoning_summary_part.added', ...place, part: part('') },
    ...piecesOf(text).map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...place, delta })),
    { type: 'response.reasoning_summary_text.done', ...place, text },
    { type: 'response.reasoning_summary_part.done', ...place, part: part(text) },
  ]
}

function argumentEvents(text: string, at: JsonObject): readonly Event[] {
  const pieces = argumentPieces(JSON.parse(text))
  return [
    ...pieces.map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
    { type: 'response.function_call_arguments.done', ...at, arguments: text },
  ]
}

function textOf(item: Item, key: 'summary' | 'content'): string {
  const list = item[key]
  const first = Array.isArray(list) ? list[0] : undefined
  return typeof first === 'object' && first !== null ? String(first['text']) : ''
}

function usageOf({ input, output, cacheRead = 0, reasoning = 0 }: BilledTokens): JsonObject {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cacheRead },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  }
}
