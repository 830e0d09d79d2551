import type { JsonObject } from '../../ir/json.ts'
import type { RequestReader } from '../../ir/read.ts'
import { asObject, asString, rest } from '../../ir/read.ts'
import type { GenerateRequest, OutputFormat, Reasoning, ReasoningEffort } from '../../ir/request.ts'
import { fromOpenApi } from './open-api-schema.ts'
import { given } from './read.ts'
import { camelKeys } from './spelling.ts'

const at = 'generationConfig'

type GenerationWord =
  | 'format'
  | 'reasoning'
  | 'modalities'
  | 'audio'
  | 'choices'
  | 'maxOutputTokens'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'seed'
  | 'frequencyPenalty'
  | 'presencePenalty'
  | 'logprobs'

/** What `generationConfig` says, and what of it has no word: `left` is ready for `ext`. */
export interface Generation {
  readonly fields: Partial<Pick<GenerateRequest, GenerationWord>>
  readonly stop: readonly string[]
  readonly left: JsonObject
}

/** Reads `generationConfig`. Names in it may be spelled either way, down to `thinkingConfig`. */
export function readGeneration(reader: RequestReader, body: JsonObject): Generation {
  const config = camelKeys(reader.object(body, 'generationConfig') ?? {})
  const format = readFormat(reader, config)
  const thinking = readThinking(reader, config)
  const speech = readSpeech(reader, config)
  const modalities = readModalities(reader, config)
  const logprobs =
    config['responseLogprobs'] === true ? { top: reader.count(config, 'logprobs', 0, at) ?? 0 } : undefined
  return {
    stop: reader.strings(config, 'stopSequences', at) ?? [],
    fields: {
      ...readNumbers(reader, config),
      ...given({ format: format.word, reasoning: thinking.word, audio: speech.word, modalities, logprobs }),
    },
    left: leftOver(config, {
      known: [...(modalities ? ['responseModalities'] : []), ...(logprobs ? ['responseLogprobs', 'logprobs'] : [])],
      parts: { ...format.left, ...given({ thinkingConfig: thinking.left, speechConfig: speech.left }) },
      note: format.note,
    }),
  }
}

/** A setting as a word of the language, and what of it has none. */
interface Read<Word> {
  readonly word: Word | undefined
  readonly left: JsonObject | undefined
}

function readNumbers(reader: RequestReader, config: JsonObject): Generation['fields'] {
  const number = (key: string): number | undefined => reader.number(config, key, at)
  return given({
    choices: reader.count(config, 'candidateCount', 1, at),
    maxOutputTokens: reader.count(config, 'maxOutputTokens', 1, at),
    temperature: number('temperature'),
    topP: number('topP'),
    topK: number('topK'),
    seed: number('seed'),
    frequencyPenalty: number('frequencyPenalty'),
    presencePenalty: number('presencePenalty'),
  })
}

const words = ['candidateCount', 'maxOutputTokens', 'temperature', 'topP', 'topK', 'seed', 'frequencyPenalty']
const others = ['presencePenalty', 'stopSequences', 'responseMimeType', 'responseSchema', 'responseJsonSchema']
const nested = ['thinkingConfig', 'speechConfig']

function leftOver(
  config: JsonObject,
  { known, parts, note }: { readonly known: readonly string[]; readonly parts: JsonObject; readonly note: JsonObject },
): JsonObject {
  const left = rest(config, ...words, ...others, ...nested, ...known)
  const generationConfig = rest({ ...left, ...parts })
  const kept =
    generationConfig && Object.fromEntries(Object.entries(generationConfig).filter(([, value]) => value !== null))
  return { ...note, ...(kept && Object.keys(kept).length > 0 && { generationConfig: kept }) }
}

/** JSON mode or a schema. Other media types (`text/x.enum`) mean something to this API only and stay with it, whole. */
function readFormat(reader: RequestReader, config: JsonObject): Read<OutputFormat> & { readonly note: JsonObject } {
  const mime = reader.string(config, 'responseMimeType', at)
  const openApi = reader.object(config, 'responseSchema', at)
  const jsonSchema = asObject(config['responseJsonSchema'])
  const schema = jsonSchema ?? (openApi && fromOpenApi(openApi))
  const isJson = mime === 'application/json' || (mime === undefined && schema !== undefined)
  if (mime === 'text/plain' && !schema) return { word: { kind: 'text' }, left: undefined, note: {} }
  if (!isJson) {
    const { responseMimeType, responseSchema, responseJsonSchema } = config
    return { word: undefined, left: rest({ responseMimeType, responseSchema, responseJsonSchema }), note: {} }
  }
  if (!schema) return { word: { kind: 'json' }, left: undefined, note: {} }
  const note = jsonSchema || !openApi ? {} : { $responseSchema: openApi }
  return { word: { kind: 'json-schema', name: '', schema, strict: true }, left: undefined, note }
}

const efforts: readonly ReasoningEffort[] = ['minimal', 'low', 'medium', 'high', 'xhigh']

/** A budget of 0 switches thinking off, which is also an effort. Thoughts are always digests, never the thinking itself. */
function readThinking(reader: RequestReader, config: JsonObject): Read<Reasoning> {
  const object = reader.object(config, 'thinkingConfig', at)
  if (!object) return { word: undefined, left: undefined }
  const path = `${at}.thinkingConfig`
  const thinking = camelKeys(object)
  const budgetTokens = reader.count(thinking, 'thinkingBudget', -1, path)
  const level = reader.string(thinking, 'thinkingLevel', path)?.toLowerCase()
  const effort = efforts.find((each) => each === level) ?? (budgetTokens === 0 ? 'none' : undefined)
  const shown = reader.boolean(thinking, 'includeThoughts', path)
  const show = shown === undefined ? undefined : shown ? ('summary' as const) : ('hidden' as const)
  const isLevelKnown = level === undefined || efforts.some((each) => each === level)
  const left = rest(thinking, 'thinkingBudget', 'includeThoughts', ...(isLevelKnown ? ['thinkingLevel'] : []))
  return { word: given({ effort, budgetTokens, show }), left }
}

/** One voice of Google's own is a word; several speakers or a replicated voice are this API's alone. */
function readSpeech(reader: RequestReader, config: JsonObject): Read<{ readonly voice: string }> {
  const object = reader.object(config, 'speechConfig', at)
  if (!object) return { word: undefined, left: undefined }
  const speech = camelKeys(object)
  const voices = camelKeys(asObject(speech['voiceConfig']) ?? {})
  const voice = asString(camelKeys(asObject(voices['prebuiltVoiceConfig']) ?? {})['voiceName'])
  if (voice === undefined || rest(voices, 'prebuiltVoiceConfig')) return { word: undefined, left: speech }
  return { word: { voice }, left: rest(speech, 'voiceConfig') }
}

const modalityWords = { TEXT: 'text', AUDIO: 'audio', IMAGE: 'image' } as const

/** Undefined, and so left as it is, when a modality has no word. */
function readModalities(
  reader: RequestReader,
  config: JsonObject,
): readonly ('text' | 'audio' | 'image')[] | undefined {
  const list = reader.strings(config, 'responseModalities', at)
  const found: ('text' | 'audio' | 'image')[] = []
  for (const each of list ?? []) {
    const word = Object.entries(modalityWords).find(([name]) => name === each.toUpperCase())?.[1]
    if (word === undefined) return undefined
    found.push(word)
  }
  return list && found
}
