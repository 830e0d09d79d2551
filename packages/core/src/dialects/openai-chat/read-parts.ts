import type { JsonObject } from '../../ir/json.ts'
import type { CacheMark, MediaPart, Part, ReasoningPart } from '../../ir/part.ts'
import type { RequestReader } from '../../ir/read.ts'
import { asObject, asObjects, asString } from '../../ir/read.ts'
import { audioType, readUrl } from './media.ts'
import type { Draft } from './wire.ts'
import { dialect, extend, unknownFields } from './wire.ts'

/** The parts of a message's `content`: a string, a list, or nothing. */
export function readContent(message: JsonObject, at: string, reader: RequestReader): readonly Part[] {
  const content = message['content']
  if (content === undefined || content === null) return []
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  if (!Array.isArray(content)) {
    reader.fail(`${at}.content`, `'${at}.content' must be a string or an array of content parts.`)
    return []
  }
  return reader.objects(message, 'content', at).map(({ value, at: place }) => readPart(value, place, reader))
}

/** One content part. A type nobody here knows is kept whole. */
function readPart(part: JsonObject, at: string, reader: RequestReader): Part {
  const cached = readCache(part)
  switch (reader.requiredString(part, 'type', at)) {
    case 'text':
      return { kind: 'text', text: reader.requiredString(part, 'text', at), ...cached, ...kept(part, textKeys) }
    case 'refusal':
      return { kind: 'refusal', text: reader.requiredString(part, 'refusal', at), ...cached, ...kept(part, textKeys) }
    case 'image_url':
      return { ...readImage(part, at, reader), ...cached }
    case 'input_audio':
      return { ...readAudio(part, at, reader), ...cached }
    case 'video_url':
      return { ...readVideo(part, at, reader), ...cached }
    case 'file':
      return { ...readFile(part, at, reader), ...cached }
    case 'thinking':
      return readThinking(part)
    default:
      return { kind: 'opaque', dialect, value: part }
  }
}

const textKeys = new Set(['type', 'text', 'refusal', 'cache_control', 'prompt_cache_breakpoint'])
const mediaKeys = new Set([
  'type',
  'image_url',
  'input_audio',
  'video_url',
  'file',
  'cache_control',
  'prompt_cache_breakpoint',
])

/** A breakpoint of the prompt cache, in Anthropic's spelling or in OpenAI's. */
export function readCache(object: JsonObject): { readonly cache: CacheMark } | undefined {
  const mark = asObject(object['cache_control'])
  if (mark) {
    const ttl = mark['ttl']
    return { cache: ttl === '5m' || ttl === '1h' ? { ttl } : {} }
  }
  return asObject(object['prompt_cache_breakpoint']) && { cache: {} }
}

interface Leftovers {
  /** Unknown fields of the object inside the part. */
  readonly inner?: Draft
  /** Notes about the spelling. */
  readonly notes?: Draft
}

/** What is left of a part: its own unknown fields, those of its inner object as `inner`, and notes. */
function kept(
  part: JsonObject,
  known: ReadonlySet<string>,
  { inner, notes }: Leftovers = {},
): ReturnType<typeof extend> {
  const fields = { ...unknownFields(part, known), ...notes }
  if (inner && Object.keys(inner).length > 0) fields['inner'] = inner
  return extend(fields)
}

const details = ['low', 'high', 'auto'] as const
const imageKeys = new Set(['url', 'detail'])
const videoKeys = new Set(['url'])

/** Some hosts take the address itself in place of the object. */
function readImage(part: JsonObject, at: string, reader: RequestReader): MediaPart {
  const short = asString(part['image_url'])
  if (short !== undefined) return { kind: 'media', ...readUrl(short, 'image/*'), ...kept(part, mediaKeys) }
  const image = requiredObject(part, 'image_url', { at, reader })
  const detail = reader.string(image, 'detail', `${at}.image_url`)
  const named = details.find((each) => each === detail)
  return {
    kind: 'media',
    ...readUrl(reader.requiredString(image, 'url', `${at}.image_url`), 'image/*'),
    ...(named && { detail: named }),
    ...kept(part, mediaKeys, { inner: unknownFields(image, named ? imageKeys : videoKeys) }),
  }
}

const audioKeys = new Set(['data', 'format'])

/** `input_audio` is an object with data and format, or (Mistral, seen 2026-05) the data alone. */
function readAudio(part: JsonObject, at: string, reader: RequestReader): MediaPart {
  const short = asString(part['input_audio'])
  const audio = short === undefined ? requiredObject(part, 'input_audio', { at, reader }) : { data: short }
  const data = reader.requiredString(audio, 'data', `${at}.input_audio`)
  const format = reader.string(audio, 'format', `${at}.input_audio`)
  const isUrl = /^(https?|data):/.test(data)
  const content: Pick<MediaPart, 'mediaType' | 'source'> = isUrl
    ? readUrl(data, audioType(format))
    : { mediaType: audioType(format), source: { from: 'base64', data } }
  const notes: Draft = {}
  if (short !== undefined) notes['$short'] = true
  if (isUrl) notes['$url'] = true
  return { kind: 'media', ...content, ...kept(part, mediaKeys, { inner: unknownFields(audio, audioKeys), notes }) }
}

function readVideo(part: JsonObject, at: string, reader: RequestReader): MediaPart {
  const short = asString(part['video_url'])
  const video = short === undefined ? requiredObject(part, 'video_url', { at, reader }) : { url: short }
  return {
    kind: 'media',
    ...readUrl(reader.requiredString(video, 'url', `${at}.video_url`), 'video/*'),
    ...kept(part, mediaKeys, { inner: unknownFields(video, videoKeys) }),
  }
}

const fileKeys = new Set(['file_id', 'file_data', 'filename'])

/** A file is bytes, an address (OpenRouter), or the id of an uploaded one. */
function readFile(part: JsonObject, at: string, reader: RequestReader): MediaPart {
  const file = requiredObject(part, 'file', { at, reader })
  const place = `${at}.file`
  const filename = reader.string(file, 'filename', place)
  const id = reader.string(file, 'file_id', place)
  const data = id === undefined ? reader.string(file, 'file_data', place) : undefined
  if (id === undefined && data === undefined) {
    reader.fail(`${place}.file_id`, `'${place}' must have either 'file_id' or 'file_data'.`)
  }
  const content: Pick<MediaPart, 'mediaType' | 'source'> =
    id === undefined
      ? readUrl(data ?? '', 'application/*')
      : { mediaType: 'application/*', source: { from: 'file', dialect, id } }
  return {
    kind: 'media',
    ...content,
    ...(filename !== undefined && { filename }),
    ...kept(part, mediaKeys, {
      inner: unknownFields(file, fileKeys),
      ...(filename === undefined && { notes: { $unnamed: true } }),
    }),
  }
}

/** Mistral's thinking stands among the content, as a list of text chunks (docs.mistral.ai, seen 2026-05). */
export function readThinking(part: JsonObject): ReasoningPart {
  const inner = part['thinking']
  const text =
    asString(inner) ??
    asObjects(inner)
      .map((each) => asString(each['text']) ?? '')
      .join('')
  const rest = unknownFields(part, new Set(['type', 'thinking']))
  return {
    kind: 'reasoning',
    form: 'full',
    text,
    ...extend({ $field: 'thinking', ...(notEmpty(rest) && { $more: rest }) }),
  }
}

function notEmpty(fields: Draft): boolean {
  return Object.keys(fields).length > 0
}

interface Place {
  readonly at: string
  readonly reader: RequestReader
}

function requiredObject(part: JsonObject, key: string, { at, reader }: Place): JsonObject {
  const value = reader.object(part, key, at)
  if (value === undefined) reader.fail(`${at}.${key}`, `Missing required parameter: '${at}.${key}'.`)
  return value ?? {}
}
