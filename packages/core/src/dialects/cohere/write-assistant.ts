import { textToArgs } from '../../ir/custom-tool.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Part, ToolCallPart } from '../../ir/part.ts'
import type { Message } from '../../ir/request.ts'
import type { Writing } from './write-content.ts'

interface Draught {
  thinking: string
  text: string
  readonly calls: JsonObject[]
}

/**
 * An earlier answer, or undefined when nothing of it has a place here. What the model said before it called tools is
 * its plan, which is where its own answers say it. Pieces of one kind are one block: clients of some dialects keep a
 * streamed text in the pieces it came in.
 */
export function writeAssistant({ parts }: Message, path: string, writing: Writing): JsonObject | undefined {
  const to: Draught = { thinking: '', text: '', calls: [] }
  for (const [index, part] of parts.entries()) add(part, `${path}.parts[${index}]`, { to, writing })
  const { text, calls } = to
  const thinking = to.thinking === '' ? [] : [{ type: 'thinking', thinking: to.thinking }]
  if (thinking.length + text.length + calls.length === 0) return undefined
  if (calls.length === 0) {
    return { role: 'assistant', content: text === '' ? thinking : [...thinking, { type: 'text', text }] }
  }
  return {
    role: 'assistant',
    ...(thinking.length > 0 && { content: thinking }),
    ...(text !== '' && { tool_plan: text }),
    tool_calls: calls,
  }
}

interface Adding {
  readonly to: Draught
  readonly writing: Writing
}

function add(part: Part, path: string, { to, writing }: Adding): void {
  const { quirks, lose } = writing
  switch (part.kind) {
    case 'text':
      if (part.citations && part.citations.length > 0) {
        lose({ path: `${path}.citations`, why: 'the sources of an earlier answer have no place here' })
      }
      to.text += part.text
      return
    case 'refusal':
      to.text += part.text
      return
    case 'reasoning':
      if (quirks.replayThinking) to.thinking += part.text
      else lose({ path, why: 'this provider takes no earlier thinking back' })
      return
    case 'tool-call':
      if (part.executor === 'client') to.calls.push(writeCall(part))
      else lose({ path, why: 'a tool that another provider ran', value: part.name })
      return
    case 'media':
      lose({ path, why: `the ${part.mediaType} of an earlier answer has no place here` })
      to.text += part.transcript ?? ''
      return
    case 'tool-result':
      lose({ path, why: 'a tool that another provider ran' })
      return
    case 'opaque':
      return
    default:
      part satisfies never
  }
}

function writeCall({ id, name, args, form }: ToolCallPart): JsonObject {
  const text = form === 'text' ? textToArgs(args) : args.trim() === '' ? '{}' : args
  return { id, type: 'function', function: { name, arguments: text } }
}
