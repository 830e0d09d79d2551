import { textToArgs } from '../../ir/custom-tool.ts'
import type { EncoderOptions, Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import type { MediaPart, Part, ReasoningPart, TextPart, ToolCallPart } from '../../ir/part.ts'
import { asObjects, parseObject } from '../../ir/read.ts'
import type { GenerateResponse } from '../../ir/response.ts'
import { writeCitation } from './citation.ts'
import { loseOnce } from './encode-events.ts'
import { encodeError } from './failure.ts'
import { writeFinish, writeOuterFinish } from './finish.ts'
import { dialect, ownFields } from './own-fields.ts'
import { redactedBlock, sealText, startBlock } from './start-block.ts'
import { writeUsage } from './usage.ts'
import { readArgs } from './write-blocks.ts'

/** A whole message for a client of this dialect. One that broke is an error, whatever it had said before. */
export function encodeResponse(response: GenerateResponse, { context }: EncoderOptions, toLose: Lose): JsonObject {
  if (response.failure) return encodeError(response.failure)
  const lose = loseOnce(toLose)
  const choice = response.choices[0]
  const parts = choice?.parts ?? []
  const finish = choice?.finish ?? { reason: 'other', raw: null }
  if (response.choices.length > 1) lose({ path: 'choices', why: 'the dialect gives one answer' })
  for (const { dialect: other } of response.opaque) {
    if (other !== dialect) lose({ path: 'stream', why: `an event only ${other} knows` })
  }
  const content = parts.flatMap((part, index) => encodePart(part, `parts[${index}]`, lose))
  return {
    id: response.id === '' ? context.newId('msg_') : response.id,
    type: 'message',
    role: 'assistant',
    model: response.model,
    content,
    ...writeFinish(finish, {
      hasCall: parts.some((part) => part.kind === 'tool-call' && part.executor === 'client'),
      hasRefusal: parts.some((part) => part.kind === 'refusal'),
    }),
    ...writeOuterFinish(finish),
    ...ownFields(response.ext),
    usage: writeUsage(response.usage),
  }
}

/** The blocks of a part: one, none, or a text and the unreadable thought that carries its seal. */
function encodePart(part: Part, path: string, lose: Lose): readonly JsonObject[] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return encodeText(part, path, lose)
    case 'reasoning':
      return [encodeReasoning(part)]
    case 'tool-call':
      return [encodeCall(part, path, lose)]
    case 'media':
      return encodeMedia(part, path, lose)
    case 'opaque':
      if (part.dialect === dialect) return [ownBlock(part.value)]
      lose({ path, why: 'a block only another dialect knows' })
      return []
    case 'tool-result':
      lose({ path, why: 'an answer holds no results of tools the client runs' })
      return []
    default:
      return part satisfies never
  }
}

function encodeText(part: TextPart | (Part & { kind: 'refusal' }), path: string, lose: Lose): readonly JsonObject[] {
  const citations = ('citations' in part && part.citations) || []
  if (citations.some(({ span }) => span))
    lose({ path: `${path}.citations.span`, why: 'a block is cited as a whole here' })
  if ('logprobs' in part && part.logprobs) lose({ path: `${path}.logprobs`, why: 'answers tell no probabilities here' })
  const block = {
    ...startBlock({ head: { kind: part.kind }, ext: part.ext }),
    text: part.text,
    ...(citations.length > 0 && { citations: citations.map(writeCitation) }),
  }
  return part.seal && part.seal.dialect !== dialect ? [block, redactedBlock(part.seal)] : [block]
}

function encodeReasoning({ form, text, seal, ext }: ReasoningPart): JsonObject {
  if (form === 'redacted') return redactedBlock(seal, ext)
  const signature = seal ? sealText(seal) : ''
  return { ...startBlock({ head: { kind: 'reasoning', form }, ext }), thinking: text, signature }
}

function encodeCall(part: ToolCallPart, path: string, lose: Lose): JsonObject {
  const block = startBlock({ head: part, ext: part.ext })
  const args = part.form === 'text' ? textToArgs(part.args) : part.args
  const input = readArgs(args)
  if (!input) lose({ path: `${path}.args`, why: 'no JSON object; written as text under `input`' })
  return { ...block, input: input ?? parseObject(textToArgs(args)) ?? {} }
}

function encodeMedia({ transcript }: MediaPart, path: string, lose: Lose): readonly JsonObject[] {
  lose({ path, why: 'answers hold no sound or picture here' })
  return transcript ? [{ type: 'text', text: transcript }] : []
}

/**
 * The fold of a stream keeps the deltas of a block it cannot read beside it (compaction is one); in a whole answer what
 * they say stands in the block's own fields. Texts grow, anything else is replaced.
 */
function ownBlock(value: JsonObject): JsonObject {
  const { deltas, ...block } = value
  const whole: Record<string, Json | undefined> = block
  for (const { type, ...fields } of asObjects(deltas)) {
    for (const [key, added] of Object.entries(fields)) {
      const before = whole[key]
      whole[key] = typeof before === 'string' && typeof added === 'string' ? before + added : added
    }
  }
  return whole
}
