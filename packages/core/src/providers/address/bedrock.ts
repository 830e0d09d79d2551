import type { FailedAnswer } from '../../ir/dialect.ts'
import type { DialectId } from '../../ir/dialect-id.ts'
import type { Result } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { Address, AddressedCall, Placement } from './address.ts'
import { converseHabitsOf } from './converse-habits.ts'
import { pathSegment } from './path-segment.ts'
import { rewordForAnthropic } from './reword-failure.ts'
import { unwrapInvokeStream } from './unwrap-invoke-stream.ts'

const converseOnly: readonly DialectId[] = ['bedrock-converse']
const invokeOnly: readonly DialectId[] = ['anthropic-messages']
/** Anthropic's own words first: they carry more of Claude than Converse does. */
const both: readonly DialectId[] = ['anthropic-messages', 'bedrock-converse']

/** https://platform.claude.com/docs/en/build-with-claude/claude-on-amazon-bedrock (seen 2026-11-21) */
const anthropicQuirks: JsonObject = {
  versionInBody: 'bedrock-2023-05-31',
  needsUserFirst: true,
  webSearchType: '',
  codeExecutionType: '',
}

/**
 * Amazon Bedrock's runtime. A model is an id (`amazon.nova-lite-v1:0`), an inference profile over several regions
 * (`us.anthropic.claude-...`), or an ARN of either. Claude is spoken to by InvokeModel, all others by Converse;
 * `invoke/` or `converse/` before the name decides otherwise, for ARNs that do not tell whose model it is.
 */
export function createBedrockAddress(): Address {
  return {
    dialectsOf: (model) => dialectsOf(readModel(model)),
    quirks: { 'anthropic-messages': anthropicQuirks },
    habitsOf: (model, dialect) => (dialect === 'bedrock-converse' ? converseHabitsOf(readModel(model).id) : undefined),
    // Claude alone: https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html (seen 2026-11-21)
    countsBy: (model) => (dialectsOf(readModel(model)) === both ? 'bedrock-converse' : undefined),
    place(call) {
      // Embeddings and rerank name the operation in their own paths.
      if (call.task !== 'generate') return { ok: true, value: { path: call.path, headers: call.headers } }
      const { id } = readModel(call.model)
      const model = pathSegment(id)
      if (!model.ok) return model
      if (call.dialect === 'anthropic-messages') return placeInvoke(call, model.value)
      // The dialect's path is `/model/ID/converse`, with the name as configured.
      return {
        ok: true,
        value: { path: `/model/${model.value}/converse${call.isStream ? '-stream' : ''}`, headers: call.headers },
      }
    },
  }
}

interface BedrockModel {
  readonly route: 'invoke' | 'converse' | undefined
  readonly id: string
}

function readModel(model: string): BedrockModel {
  if (model.startsWith('invoke/')) return { route: 'invoke', id: model.slice('invoke/'.length) }
  if (model.startsWith('converse/')) return { route: 'converse', id: model.slice('converse/'.length) }
  return { route: undefined, id: model }
}

/** The maker is the part before the name: `anthropic.claude-...`, `us.anthropic.claude-...`, also at an ARN's end. */
function dialectsOf({ route, id }: BedrockModel): readonly DialectId[] {
  if (route !== undefined) return route === 'invoke' ? invokeOnly : converseOnly
  return /(?:^|\/)(?:[a-z]+(?:-gov)?\.)?anthropic\./.test(id) ? both : converseOnly
}

/**
 * InvokeModel takes Anthropic's body without `model` and `stream`, with its version and beta features inside.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html (seen 2026-11-21)
 */
function placeInvoke({ headers, isStream }: AddressedCall, model: string): Result<Placement> {
  const { 'anthropic-version': _, 'anthropic-beta': beta, ...kept } = headers
  const betas = (beta ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  const known = betas.filter((each) => bedrockBetas.test(each))
  return {
    ok: true,
    value: {
      path: `/model/${model}/${isStream ? 'invoke-with-response-stream' : 'invoke'}`,
      headers: { ...kept, ...(isStream ? streamAccept : wholeAccept) },
      set: { anthropic_version: 'bedrock-2023-05-31', ...(known.length > 0 && { anthropic_beta: known }) },
      drop: ['model', 'stream'],
      losses: betas
        .filter((each) => !known.includes(each))
        .map((each) => ({ path: 'anthropic-beta', why: 'Bedrock refuses requests with this beta', value: each })),
      unwrap: unwrapInvokeStream,
      rewordFailure: rewordBedrock,
    },
  }
}

const wholeAccept = { accept: 'application/json' }
const streamAccept = { accept: 'application/vnd.amazon.eventstream', 'x-amzn-bedrock-accept': 'application/json' }

/**
 * Betas Bedrock takes; it answers 400 "invalid beta flag" to any other.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html (seen 2026-11-21)
 */
const bedrockBetas =
  /^(?:computer-use|token-efficient-tools|interleaved-thinking|output-128k|dev-full-thinking|context-1m|context-management|effort|tool-search-tool|tool-examples|fine-grained-tool-streaming|compact)-\d{4}-\d{2}-\d{2}$/

function rewordBedrock(answer: FailedAnswer): FailedAnswer {
  return rewordForAnthropic(answer, answer.headers['x-amzn-requestid'])
}
