import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { GenerateRequest } from '../../ir/request.ts'
import type { BedrockConverseQuirks } from './quirks.ts'

interface Context {
  readonly quirks: BedrockConverseQuirks
  readonly isThinking: boolean
  readonly lose: Lose
}

/** Sampling and stop sequences. */
export interface SamplingWords {
  readonly inferenceConfig: JsonObject
  /** What stands in the model's own fields. */
  readonly modelFields: JsonObject
}

/** Where the words of Converse end, those of the model's maker begin: there is no top-k but theirs. */
export function writeSampling(request: GenerateRequest, context: Context): SamplingWords {
  const temperature = writeTemperature(request, context)
  const topP = writeTopP(request, temperature !== undefined, context)
  const stop = writeStop(request, context)
  return {
    inferenceConfig: {
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
      ...(stop.length > 0 && { stopSequences: stop }),
    },
    modelFields: writeTopK(request, context),
  }
}

/** Claude thinks at temperature 1 alone. https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html */
function isClaudeThinking({ quirks, isThinking }: Context): boolean {
  return isThinking && quirks.modelFields === 'claude'
}

function writeTemperature({ temperature }: GenerateRequest, context: Context): number | undefined {
  if (temperature === undefined) return undefined
  if (isClaudeThinking(context) && temperature !== 1)
    return leaveOut('temperature', temperature, 'not taken while thinking', context)
  if (temperature <= 1) return temperature
  context.lose({ path: 'temperature', why: 'the range ends at 1; 1 was sent', value: temperature })
  return 1
}

function writeTopP({ topP }: GenerateRequest, hasTemperature: boolean, context: Context): number | undefined {
  if (topP === undefined) return undefined
  if (isClaudeThinking(context) && topP < 0.95) return leaveOut('topP', topP, 'not taken while thinking', context)
  if (hasTemperature && !context.quirks.takesTopPWithTemperature)
    return leaveOut('topP', topP, 'not taken beside a temperature', context)
  return topP
}

function writeTopK({ topK }: GenerateRequest, context: Context): JsonObject {
  if (topK === undefined) return {}
  switch (context.quirks.modelFields) {
    case 'claude':
      if (!context.isThinking) return { top_k: topK }
      leaveOut('topK', topK, 'not taken while thinking', context)
      return {}
    case 'nova':
      return { inferenceConfig: { topK } }
    case 'gpt-oss':
    case 'none':
      leaveOut('topK', topK, 'the API has no top-k, and no field of this model for it is known', context)
      return {}
    default:
      return context.quirks.modelFields satisfies never
  }
}

/** Claude refuses stop sequences of white space alone. */
function writeStop({ stop }: GenerateRequest, { quirks, lose }: Context): readonly string[] {
  if (quirks.modelFields !== 'claude') return stop
  const inked = stop.filter((each) => each.trim() !== '')
  if (inked.length < stop.length) lose({ path: 'stop', why: 'stop sequences of white space alone are refused' })
  return inked
}

function leaveOut(path: string, value: number, why: string, { lose }: Context): undefined {
  lose({ path, why, value })
  return undefined
}
