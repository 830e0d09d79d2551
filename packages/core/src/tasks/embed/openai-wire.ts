import type { Lose } from '../../ir/dialect.ts'
import type { Result } from '../../ir/failure.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asArray, asString } from '../../ir/read.ts'
import type { FailureWords } from '../failure-words.ts'
import { cannotCarry, type RelayQuestion, type TaskRelay, type TaskWire } from '../task.ts'
import { readDataUrl } from './inputs.ts'
import { familyFields, openaiShape } from './openai-shape.ts'
import { type PurposeWords, writePurpose } from './purpose.ts'
import { decodeResponse } from './read-openai-answer.ts'
import { relayAnswer } from './relay-answer.ts'
import type { EmbedInput, EmbedRequest, VectorType } from './request.ts'
import type { EmbedResponse } from './response.ts'

/** How a host that copied OpenAI's embeddings differs from it. */
export interface EmbedHabits {
  readonly words: FailureWords
  /** The field for the length of a vector. */
  readonly dimensions: 'dimensions' | 'output_dimension'
  /** The field that says what a vector is for, and its words; absent: there is none. */
  readonly purpose?: {
    readonly field: 'input_type' | 'task'
    readonly words: PurposeWords
    readonly isRequired: boolean
  }
  /** The field that names the type of number, and its word for each type; a type without a word is not given. */
  readonly type: {
    readonly field: 'output_dtype' | 'embedding_type' | 'encoding_format'
    readonly words: Readonly<Partial<Record<VectorType, string>>>
    /** Floats are asked for by name as well. */
    readonly isAlwaysSaid: boolean
  }
  /** What `encoding_format` may be: Voyage knows no word for plain numbers, Perplexity and Jina none for packed floats. */
  readonly formats: readonly ('float' | 'base64')[]
  readonly truncate?: { readonly field: 'truncation' | 'truncate'; readonly as: 'boolean' | 'word' }
  /** How its base64 holds floats when not as float32. */
  readonly packsAs?: 'int8'
  readonly takesTokens: boolean
  readonly takesUser: boolean
  readonly takesImages: boolean
}

/** A wire of this family. */
export function openaiWire(id: string, habits: EmbedHabits): TaskWire<EmbedRequest, EmbedResponse> {
  return {
    id,
    words: habits.words,
    path: () => '/embeddings',
    encodeRequest: (request, model, lose) => encodeRequest(request, model, { habits, lose }),
    decodeResponse: (body, request) => decodeResponse(body, request, habits),
    relay: (asked) => relay(asked, habits),
  }
}

interface Writing {
  readonly habits: EmbedHabits
  readonly lose: Lose
}

function encodeRequest(request: EmbedRequest, model: string, { habits, lose }: Writing): Result<JsonObject> {
  const input: Json[] = []
  const isMixed = request.inputs.some(({ kind }) => kind === 'image')
  for (const [index, each] of request.inputs.entries()) {
    const written = writeInput(each, isMixed, habits)
    if (written === undefined) return cannotCarry(`This provider takes no ${kindOf(each)}.`, `input[${index}]`)
    input.push(written)
  }
  const [type = 'float', ...others] = request.types
  const word = habits.type.words[type]
  if (word === undefined) return cannotCarry(`This provider gives no vectors of '${type}'.`, 'output_dtype')
  if (others.length > 0) lose({ path: 'types', why: `the provider gives vectors of one type at a time: ${type}` })
  const body: Record<string, Json> = { model, input }
  if (request.dimensions !== undefined) body[habits.dimensions] = request.dimensions
  if (request.isPacked && habits.formats.includes('base64')) body['encoding_format'] = 'base64'
  else if (habits.formats.includes('float')) body['encoding_format'] = 'float'
  if (type !== 'float' || habits.type.isAlwaysSaid) body[habits.type.field] = word
  if (type === 'float' && habits.packsAs)
    lose({ path: 'types', why: `the provider rounds floats to ${habits.packsAs}` })
  writeWishes(request, body, { habits, lose })
  return { ok: true, value: body }
}

function kindOf({ kind }: EmbedInput): string {
  return kind === 'tokens' ? 'token numbers' : 'images'
}

function writeInput(input: EmbedInput, isMixed: boolean, { takesTokens, takesImages }: EmbedHabits): Json | undefined {
  switch (input.kind) {
    case 'text':
      return isMixed ? { text: input.text } : input.text
    case 'tokens':
      return takesTokens ? input.tokens : undefined
    case 'image':
      return takesImages ? { image: readDataUrl(input.url)?.base64 ?? input.url } : undefined
    case 'mixed':
      return undefined
  }
}

function writeWishes(
  { purpose, truncate, titles, user }: EmbedRequest,
  body: Record<string, Json>,
  { habits, lose }: Writing,
): void {
  if (titles?.some((each) => each !== undefined)) lose({ path: 'title', why: 'the provider takes no titles' })
  if (user !== undefined && habits.takesUser) body['user'] = user
  else if (user !== undefined) lose({ path: 'user', why: 'the provider takes no user' })
  if (habits.purpose) {
    const { field, words, isRequired } = habits.purpose
    const word = writePurpose(purpose, words, lose) ?? (isRequired ? words.document : undefined)
    if (word !== undefined) body[field] = word
  } else if (purpose !== undefined) {
    lose({ path: 'purpose', why: 'the provider does not ask what embeddings are for', value: purpose })
  }
  if (truncate === undefined) return
  const { truncate: way } = habits
  if (!way || (way.as === 'boolean' && truncate === 'start')) {
    lose({ path: 'truncate', why: 'the provider deals with long inputs in its own way', value: truncate })
  } else body[way.field] = way.as === 'boolean' ? truncate !== 'none' : truncate.toUpperCase()
}

/** A body passes when every field of the family in it means the same to this host, and there is no more than it takes. */
function relay({ shape, body, model, maxBatch }: RelayQuestion, habits: EmbedHabits): TaskRelay | undefined {
  if (shape !== openaiShape.id) return undefined
  const inputs = asArray(body['input'])
  const isList = inputs !== undefined && typeof inputs[0] !== 'number'
  if (isList && maxBatch !== undefined && inputs.length > maxBatch) return undefined
  if (!habits.takesTokens && holdsTokens(inputs)) return undefined
  if (Object.entries(body).some(([key, value]) => value !== null && !knows(key, value ?? null, habits)))
    return undefined
  return {
    path: '/embeddings',
    edits: { model: JSON.stringify(model) },
    read: (text) => relayAnswer(text, asString(body['encoding_format'])),
  }
}

function holdsTokens(inputs: readonly Json[] | undefined): boolean {
  const first = inputs?.[0]
  return typeof first === 'number' || Array.isArray(first)
}

function knows(key: string, value: Json, habits: EmbedHabits): boolean {
  if (!familyFields.has(key) || key === 'model' || key === 'input') return true
  switch (key) {
    case 'encoding_format':
      return habits.formats.some((each) => each === value) || isTypeWord(key, value, habits)
    case 'dimensions':
    case 'output_dimension':
      return habits.dimensions === key
    case 'user':
      return habits.takesUser
    case 'normalized':
    case 'late_chunking':
      return habits.type.field === 'embedding_type'
    default:
      return [habits.purpose?.field, habits.type.field, habits.truncate?.field].some((each) => each === key)
  }
}

function isTypeWord(key: string, value: Json, { type }: EmbedHabits): boolean {
  return type.field === key && Object.values(type.words).some((word) => word === value)
}
