import type { Modality, ModelKind } from '@sluice/core/catalog/model.ts'
import { modalities } from '@sluice/core/catalog/model.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'
import { asArray, asNumber, asObject, asString, parseObject } from '@sluice/core/ir/read.ts'
import { readFactAbilities } from './fact-abilities.ts'
import { readFactPrice } from './fact-price.ts'
import { providersNamed } from './provider-names.ts'
import type { Told } from './source.ts'

/** What a file of facts told, and how many of its entries are about what calls cannot reach. */
export interface Facts {
  readonly told: readonly Told[]
  readonly skipped: Readonly<Record<string, number>>
}

/**
 * Reads a file of facts about models: an object of `provider/model` to an entry with `litellm_provider`, `mode`,
 * `max_input_tokens`, `input_cost_per_token`, `supports_vision` and so on.
 */
export function readFacts(text: string): Facts {
  const skipped: Record<string, number> = {}
  const told: Told[] = []
  for (const [key, value] of Object.entries(parseObject(text) ?? {})) {
    const entry = asObject(value)
    const name = asString(entry?.['litellm_provider']) ?? ''
    const kind = kinds[asString(entry?.['mode']) ?? 'chat']
    const provider = providersNamed(name)[0]
    const why = provider === undefined ? `provider ${name}` : whyNot(key, kind)
    if (why === undefined && entry && provider !== undefined && kind)
      told.push(readEntry(entry, { provider, kind, model: modelOf(key, name) }))
    else skipped[why ?? 'no entry'] = (skipped[why ?? 'no entry'] ?? 0) + 1
  }
  return { told, skipped }
}

const kinds: Readonly<Record<string, ModelKind>> = {
  chat: 'chat',
  responses: 'chat',
  completion: 'completion',
  embedding: 'embedding',
  rerank: 'rerank',
  moderation: 'moderation',
  image_generation: 'image',
  image_edit: 'image',
  video_generation: 'video',
  audio_speech: 'speech',
  audio_transcription: 'transcription',
  realtime: 'realtime',
  ocr: 'ocr',
}

/** Why an entry is about no model that a call can name. */
function whyNot(key: string, kind: ModelKind | undefined): string | undefined {
  if (!kind) return 'no kind of model'
  if (/-month-commitment\//.test(key)) return 'price of a commitment'
  if (/^bedrock\/(?:[a-z]+-)+\d\//.test(key)) return 'price of one region'
  if (/(?:^|\/)(?:hd|low|medium|high|standard|\d+-x-\d+|max-x-max)\/|^\d+-x-\d+|^max-x-max/.test(key))
    return 'price of one size of picture'
  if (/(?:default|-to-\d|above-\d|up-to-|-\d+(?:\.\d+)?b-\d)/.test(key) && /^(?:fireworks|together)-ai-/.test(key))
    return 'price of a size of model'
  return key.endsWith('/') || key.endsWith('/container') ? 'no model' : undefined
}

/** The provider's own name: without what other gateways put before it. */
function modelOf(key: string, name: string): string {
  const prefixes = [name, ...name.split('-').slice(0, 1), ...(prefixesOf[name] ?? []), 'vertex_ai', 'bedrock', 'azure']
  const prefix = prefixes.find((each) => key.startsWith(`${each}/`))
  return prefix === undefined ? key : key.slice(prefix.length + 1)
}

const prefixesOf: Readonly<Record<string, readonly string[]>> = {
  amazon_nova: ['amazon-nova'],
  cohere_chat: ['cohere'],
  'text-completion-openai': ['openai'],
  bedrock_converse: ['bedrock/invoke', 'bedrock/converse'],
}

interface Place {
  readonly provider: string
  readonly model: string
  readonly kind: ModelKind
}

function readEntry(entry: JsonObject, place: Place): Told {
  const context = asNumber(entry['max_input_tokens'])
  const output = asNumber(entry['max_output_tokens'])
  const isText = place.kind === 'chat' || place.kind === 'completion' || place.kind === 'realtime'
  const price = readFactPrice(entry, place.kind)
  const retires = asString(entry['deprecation_date'])
  return {
    source: 'facts',
    ...place,
    aliases: [],
    ...(price && { price }),
    ...(context && { contextTokens: context }),
    ...(output && isText && { maxOutputTokens: output }),
    input: readInput(entry),
    output: readOutput(entry, place.kind),
    abilities: readFactAbilities(entry),
    ...(retires !== undefined && /^\d{4}-\d\d-\d\d$/.test(retires) && { retires }),
  }
}

function readInput(entry: JsonObject): readonly Modality[] {
  const told = new Set(asArray(entry['supported_modalities']))
  const also: readonly (readonly [Modality, boolean])[] = [
    ['image', entry['supports_vision'] === true || entry['supports_image_input'] === true],
    ['file', entry['supports_pdf_input'] === true],
    ['audio', entry['supports_audio_input'] === true || entry['mode'] === 'audio_transcription'],
    ['video', entry['supports_video_input'] === true],
  ]
  for (const [modality, isSo] of also) if (isSo) told.add(modality)
  if (entry['mode'] !== 'audio_transcription') told.add('text')
  return modalities.filter((each) => told.has(each))
}

function readOutput(entry: JsonObject, kind: ModelKind): readonly Modality[] {
  if (kind === 'image') return ['image']
  if (kind === 'video') return ['video']
  if (kind === 'speech') return ['audio']
  const told = new Set(asArray(entry['supported_output_modalities']))
  if (entry['supports_audio_output'] === true) told.add('audio')
  told.add('text')
  return modalities.filter((each) => told.has(each))
}
