import type { JsonObject } from '../../ir/json.ts'
import type { RequestReader } from '../../ir/read.ts'
import { asObject, rest } from '../../ir/read.ts'
import type { GenerateRequest, OutputFormat, Reasoning, ReasoningEffort } from '../../ir/request.ts'

/** What the language has words for, and the fields it has none for. */
export interface WordsAndRest {
  readonly words: Partial<GenerateRequest>
  readonly left: JsonObject
}

/**
 * `thinking`, `output_config` and its older spelling `output_format`: how to think, and in what shape to answer.
 *
 *   disabled                -> effort `none` (an effort beside it then only shortens the answer, and stays in `left`)
 *   adaptive                -> budgetTokens -1, "the model chooses"
 *   enabled, budget_tokens  -> budgetTokens
 *   absent                  -> the effort alone; a model thinks or not as it is used to
 */
export function readOutput(reader: RequestReader, body: JsonObject): WordsAndRest {
  const config = reader.object(body, 'output_config') ?? {}
  const oldFormat = reader.object(body, 'output_format')
  const newFormat = reader.object(config, 'format', 'output_config')
  const format = readFormat(newFormat) ?? readFormat(oldFormat)
  const { reasoning, thinkingLeft, takesEffort } = readReasoning(reader, body, config)
  const taken = [...(readFormat(newFormat) ? ['format'] : []), ...(takesEffort ? ['effort'] : [])]
  const configLeft = rest(config, ...taken)
  return {
    words: { ...(format && { format }), ...(reasoning && { reasoning }) },
    left: {
      ...(thinkingLeft && { thinking: thinkingLeft }),
      ...(configLeft && { output_config: configLeft }),
      ...(oldFormat && (readFormat(oldFormat) ? { $outputFormat: true } : { output_format: oldFormat })),
    },
  }
}

/** A JSON schema, or undefined for a format of another type or with fields we do not know. */
function readFormat(format: JsonObject | undefined): OutputFormat | undefined {
  const schema = asObject(format?.['schema'])
  if (!format || !schema || format['type'] !== 'json_schema' || rest(format, 'type', 'schema')) return undefined
  return { kind: 'json-schema', name: '', schema, strict: true }
}

const efforts: readonly ReasoningEffort[] = ['low', 'medium', 'high', 'xhigh', 'max']

interface ReasoningRead {
  readonly reasoning: Reasoning | undefined
  readonly thinkingLeft: JsonObject | undefined
  readonly takesEffort: boolean
}

function readReasoning(reader: RequestReader, body: JsonObject, config: JsonObject): ReasoningRead {
  const thinking = reader.object(body, 'thinking')
  const word = reader.string(config, 'effort', 'output_config')
  const effort = efforts.find((each) => each === word)
  const mode = thinking && readMode(reader, thinking)
  if (thinking && !mode) return { reasoning: undefined, thinkingLeft: thinking, takesEffort: false }
  const isOff = mode?.effort === 'none'
  const show = thinking && readShow(thinking)
  const reasoning: Reasoning = {
    ...(effort && { effort }),
    ...mode,
    ...(show && { show }),
  }
  return {
    reasoning: Object.keys(reasoning).length > 0 ? reasoning : undefined,
    thinkingLeft: thinking && rest(thinking, 'type', 'budget_tokens', ...(show ? ['display'] : [])),
    takesEffort: effort !== undefined && !isOff,
  }
}

function readMode(reader: RequestReader, thinking: JsonObject): Reasoning | undefined {
  switch (reader.requiredString(thinking, 'type', 'thinking')) {
    case 'disabled':
      return { effort: 'none' }
    case 'adaptive':
      return { budgetTokens: -1 }
    case 'enabled':
      if (thinking['budget_tokens'] === undefined || thinking['budget_tokens'] === null) {
        reader.fail('thinking.budget_tokens', "Missing required parameter: 'thinking.budget_tokens'.")
      }
      return { budgetTokens: reader.count(thinking, 'budget_tokens', 0, 'thinking') ?? -1 }
    default:
      return undefined
  }
}

/** Whether the client sees the thinking: a summary of it, or nothing but its signature. */
function readShow(thinking: JsonObject): Reasoning['show'] {
  if (thinking['display'] === 'summarized') return 'summary'
  return thinking['display'] === 'omitted' ? 'hidden' : undefined
}
