import type { Json, JsonObject } from '../../ir/json.ts'
import type { CacheMark, Extensions, MediaPart, Part } from '../../ir/part.ts'
import type { RequestReader } from '../../ir/read.ts'
import { asObjects, rest } from '../../ir/read.ts'
import { decodeAnnotation } from './annotations.ts'
import { dialect, extend } from './extension.ts'
import { decodeLogprobs } from './logprobs.ts'
import { fromDataUrl, mediaTypeOfName } from './media-type.ts'

/** Where a piece of a client's request stands, and who remembers what was wrong with it. */
export interface Reading {
  readonly reader: RequestReader
  /** The path in the words of the dialect: `input[2].content[0]`. */
  readonly at: string
}

/** A `content` (or a tool's `output`): a string, or a list of content parts. */
export function readContent(object: JsonObject, key: string, { reader, at }: Reading): readonly Part[] {
  const value = object[key]
  if (typeof value === 'string') return [{ kind: 'text', text: value }]
  return reader.objects(object, key, at).map((each) => readPart(each.value, { reader, at: each.at }))
}

/** One content part; a type this language has no word for becomes an opaque part. */
export function readPart(wire: JsonObject, reading: Reading): Part {
  const { reader, at } = reading
  switch (wire['type']) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return readText(wire, reading)
    case 'refusal':
      return { kind: 'refusal', text: reader.requiredString(wire, 'refusal', at), ...extras(wire, 'type', 'refusal') }
    case 'input_image':
      return readImage(wire, reading)
    case 'input_file':
      return readFile(wire, reading)
    case 'input_audio':
      return readAudio(wire, reading)
    default:
      reader.requiredString(wire, 'type', at)
      return { kind: 'opaque', dialect, value: wire }
  }
}

function readText(wire: JsonObject, { reader, at }: Reading): Part {
  const citations = asObjects(wire['annotations']).map(decodeAnnotation)
  const logprobs = decodeLogprobs(wire['logprobs'])
  return {
    kind: 'text',
    text: reader.requiredString(wire, 'text', at),
    ...(citations.length > 0 && { citations }),
    ...(logprobs.length > 0 && { logprobs }),
    ...extras(wire, 'type', 'text', 'annotations', 'logprobs'),
  }
}

const details = ['low', 'high', 'auto'] as const

function readImage(wire: JsonObject, { reader, at }: Reading): Part {
  const url = reader.string(wire, 'image_url', at)
  const fileId = reader.string(wire, 'file_id', at)
  const detail = details.find((each) => each === wire['detail'])
  const known = ['type', 'image_url', 'file_id', ...(detail ? ['detail'] : [])]
  const common = { ...(detail && { detail }), ...extras(wire, ...known) }
  if (url !== undefined) return { ...fromUrl(url, 'image/*'), ...common }
  if (fileId !== undefined) return { ...fromFile(fileId, 'image/*'), ...common }
  reader.requiredString(wire, 'image_url', at)
  return { kind: 'opaque', dialect, value: wire }
}

function readFile(wire: JsonObject, { reader, at }: Reading): Part {
  const filename = reader.string(wire, 'filename', at)
  const data = reader.string(wire, 'file_data', at)
  const url = reader.string(wire, 'file_url', at)
  const fileId = reader.string(wire, 'file_id', at)
  const mediaType = mediaTypeOfName(filename ?? url ?? '') ?? 'application/*'
  const name = filename !== undefined && { filename }
  const more = extras(wire, 'type', 'filename', 'file_data', 'file_url', 'file_id')
  if (data !== undefined) return { ...fromBytes(data, mediaType), ...name, ...more }
  if (url !== undefined) return { ...fromUrl(url, mediaType), ...name, ...more }
  if (fileId !== undefined) return { ...fromFile(fileId, mediaType), ...name, ...more }
  reader.requiredString(wire, 'file_data', at)
  return { kind: 'opaque', dialect, value: wire }
}

function readAudio(wire: JsonObject, { reader, at }: Reading): Part {
  const audio = reader.object(wire, 'input_audio', at) ?? {}
  const inside = `${at}.input_audio`
  const format = reader.requiredString(audio, 'format', inside)
  return {
    kind: 'media',
    mediaType: format === 'mp3' ? 'audio/mpeg' : `audio/${format}`,
    source: { from: 'base64', data: reader.requiredString(audio, 'data', inside) },
    ...extras(wire, 'type', 'input_audio'),
  }
}

function fromUrl(url: string, mediaType: string): MediaPart {
  const data = fromDataUrl(url)
  if (data) return { kind: 'media', ...data }
  return { kind: 'media', mediaType, source: { from: 'url', url } }
}

/** `file_data` is a data URL; bare base64 is taken too. */
function fromBytes(data: string, mediaType: string): MediaPart {
  const parsed = fromDataUrl(data)
  if (parsed) return { kind: 'media', ...parsed }
  return { kind: 'media', mediaType, source: { from: 'base64', data } }
}

function fromFile(id: string, mediaType: string): MediaPart {
  return { kind: 'media', mediaType, source: { from: 'file', dialect, id } }
}

interface Extras {
  readonly cache?: CacheMark
  readonly ext?: Extensions
}

/** What every content part may carry beside its own fields: a cache breakpoint, and fields unknown here. */
function extras(wire: JsonObject, ...known: readonly string[]): Extras {
  const breakpoint: Json | undefined = wire['prompt_cache_breakpoint']
  const unknown = rest(wire, ...known, 'prompt_cache_breakpoint')
  const isMarked = breakpoint !== undefined && breakpoint !== null
  if (unknown === undefined && !isMarked) return {}
  const { ext } = extend({ ...unknown, ...(isMarked && { $cache: breakpoint }) })
  return { ...(isMarked && { cache: {} }), ...(ext && { ext }) }
}
