import type { JsonObject } from '@sluice/core/ir/json.ts'
import type { BilledTokens } from '../answer.ts'
import type { Reply, ReplyToolCall, ReplyWriter } from './reply.ts'
import { argumentPieces, namedEvent, piecesOf } from './reply.ts'

const id = 'chat-fake'

/**
 * Cohere's v2 chat: what is said before tool calls is a plan, apart from the content. The `[DONE]` which the API sends
 * after the end of an answer is left out: the last event is the healthy end.
 */
export const cohere: ReplyWriter = {
  whole(reply) {
    const { toolCalls } = reply
    const content = blocksOf(reply)
    return {
      id,
      finish_reason: finishWord(reply),
      message: {
        role: 'assistant',
        ...(toolCalls && { tool_calls: toolCalls.map(wholeCall) }),
        ...(planOf(reply) !== undefined && { tool_plan: planOf(reply) }),
        ...(content.length > 0 && { content }),
      },
      usage: usageOf(reply.usage),
    }
  },

  events(reply) {
    const message = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] }
    return [
      namedEvent({ id, type: 'message-start', delta: { message } }),
      ...blocksOf(reply).flatMap(blockEvents),
      ...piecesOf(planOf(reply) ?? '').map((piece) => messageEvent('tool-plan-delta', { tool_plan: piece })),
      ...(reply.toolCalls ?? []).flatMap(callEvents),
      namedEvent({ type: 'message-end', delta: { finish_reason: finishWord(reply), usage: usageOf(reply.usage) } }),
    ]
  },

  errorEvent: (message) => `data: ${JSON.stringify({ id, message })}\n\n`,

  errorBody: (_status, message) => ({ id, message }),
}

function messageEvent(type: string, message: JsonObject, index?: number): string {
  return namedEvent({ type, ...(index !== undefined && { index }), delta: { message } })
}

function planOf({ text, toolCalls }: Reply): string | undefined {
  return toolCalls ? text : undefined
}

function blocksOf({ thinking, text, toolCalls }: Reply): readonly JsonObject[] {
  return [
    ...(thinking === undefined ? [] : [{ type: 'thinking', thinking }]),
    ...(text === undefined || toolCalls ? [] : [{ type: 'text', text }]),
  ]
}

function blockEvents(block: JsonObject, index: number): readonly string[] {
  const key = block['type'] === 'thinking' ? 'thinking' : 'text'
  const pieces = piecesOf(String(block[key]))
  return [
    messageEvent('content-start', { content: { type: key, [key]: '' } }, index),
    ...pieces.map((piece) => messageEvent('content-delta', { content: { [key]: piece } }, index)),
    namedEvent({ type: 'content-end', index }),
  ]
}

function wholeCall(call: ReplyToolCall): JsonObject {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: JSON.stringify(argsOf(call)) } }
}

function callEvents(call: ReplyToolCall, index: number): readonly string[] {
  const first = { id: call.id, type: 'function', function: { name: call.name, arguments: '' } }
  const pieces = argumentPieces(argsOf(call))
  return [
    messageEvent('tool-call-start', { tool_calls: first }, index),
    ...pieces.map((text) => messageEvent('tool-call-delta', { tool_calls: { function: { arguments: text } } }, index)),
    namedEvent({ type: 'tool-call-end', index }),
  ]
}

function argsOf({ args, input }: ReplyToolCall): JsonObject {
  return input === undefined ? args : { input }
}

function finishWord({ finish }: Reply): string {
  return { stop: 'COMPLETE', length: 'MAX_TOKENS', 'tool-calls': 'TOOL_CALL', 'content-filter': 'ERROR_TOXIC' }[finish]
}

/** The model runs through more tokens than are billed. */
function usageOf({ input, output, cacheRead = 0 }: BilledTokens): JsonObject {
  return {
    billed_units: { input_tokens: input, output_tokens: output },
    tokens: { input_tokens: input + 500, output_tokens: output + 2 },
    cached_tokens: cacheRead,
  }
}
