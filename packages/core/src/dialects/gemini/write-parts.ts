import { textToArgs } from '../../ir/custom-tool.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import type { MediaPart, Part, ToolCallPart, ToolResultPart } from '../../ir/part.ts'
import { asObject, parseObject, rest } from '../../ir/read.ts'
import { opensFor } from '../../ir/seal.ts'
import { textToBase64 } from './base64.ts'
import { writeOutput } from './function-response.ts'
import { typeOfData, typeOfUrl } from './media-type.ts'
import { dialect, note, ownFields } from './own-fields.ts'
import { skipSignatureCheck } from './signature.ts'
import type { Writing } from './write-tools.ts'
import { noCacheMarks } from './write-tools.ts'

/** Writes parts of a conversation one after the other; remembers what calls are named, for their results. */
export interface PartWriter {
  /** No wire part where nothing can be placed, more than one where media must stand beside a result. */
  write(part: Part, path: string): readonly JsonObject[]
}

/** Made once for each request. */
export function partWriter(writing: Writing): PartWriter {
  const names = new Map<string, string>()
  const { lose } = writing
  return {
    write(part, path) {
      if (part.cache) lose({ path: `${path}.cache`, why: noCacheMarks })
      if (part.kind === 'tool-call') names.set(part.id, part.name)
      if (part.kind === 'tool-result')
        return writeResult(part, path, { writing, name: part.name || names.get(part.callId) })
      const wire = writeData(part, path, writing)
      return wire ? [signed(wire, part, writing)] : []
    },
  }
}

/** The wire part without its signature, or undefined when there is none. */
function writeData(part: Exclude<Part, ToolResultPart>, path: string, writing: Writing): JsonObject | undefined {
  const own = ownFields(part.ext)
  switch (part.kind) {
    case 'text':
      loseCitations(part.citations?.length ?? 0, path, writing)
      return { ...own, text: part.text }
    case 'refusal':
      return { ...own, text: part.text }
    case 'reasoning': {
      const isSealed = part.seal && opensFor(part.seal, dialect, writing.provider)
      return part.text === '' && !isSealed ? undefined : { ...own, text: part.text, thought: true }
    }
    case 'media':
      return writeMedia(part, path, writing)
    case 'tool-call':
      return writeCall(part, path, writing)
    case 'opaque':
      return part.dialect === dialect ? part.value : undefined
    default:
      return part satisfies never
  }
}

function signed(wire: JsonObject, part: Part, { provider }: Writing): JsonObject {
  if (part.seal && opensFor(part.seal, dialect, provider)) return { ...wire, thoughtSignature: part.seal.data }
  return note(part.ext, '$unsigned') === true ? { ...wire, thoughtSignature: skipSignatureCheck } : wire
}

function loseCitations(count: number, path: string, { lose }: Writing): void {
  if (count > 0) lose({ path: `${path}.citations`, why: 'Gemini takes no citations in a conversation' })
}

function writeMedia(part: MediaPart, path: string, { quirks, lose }: Writing): JsonObject | undefined {
  const own = ownFields(part.ext)
  const resolution = writeDetail(part, path, { quirks, lose })
  const displayName = part.filename
  const { source } = part
  switch (source.from) {
    case 'base64': {
      const mimeType = typeOfData(part.mediaType, source.data)
      return {
        ...own,
        ...resolution,
        inlineData: blob(own, 'inlineData', { mimeType, data: source.data, displayName }),
      }
    }
    case 'text': {
      const mimeType = part.mediaType.includes('*') ? 'text/plain' : part.mediaType
      return {
        ...own,
        ...resolution,
        inlineData: blob(own, 'inlineData', { mimeType, data: textToBase64(source.text), displayName }),
      }
    }
    case 'url':
    case 'file': {
      if (source.from === 'file' && source.dialect !== dialect) return undefined
      const fileUri = source.from === 'url' ? source.url : source.id
      const mimeType = typeOfUrl(part.mediaType, fileUri)
      return { ...own, ...resolution, fileData: blob(own, 'fileData', { mimeType, fileUri, displayName }) }
    }
    default:
      return source satisfies never
  }
}

function blob(own: JsonObject, key: string, fields: JsonObject): JsonObject {
  return rest({ ...asObject(own[key]), ...fields }) ?? {}
}

function writeDetail(part: MediaPart, path: string, { quirks, lose }: Pick<Writing, 'quirks' | 'lose'>): JsonObject {
  if (part.detail === undefined || part.detail === 'auto') return {}
  if (quirks.hasPartResolution) return { mediaResolution: { level: `MEDIA_RESOLUTION_${part.detail.toUpperCase()}` } }
  lose({ path: `${path}.detail`, why: 'this model has one resolution for all media', value: part.detail })
  return {}
}

function writeCall(part: ToolCallPart, path: string, { quirks, lose }: Writing): JsonObject | undefined {
  if (part.executor === 'provider') {
    lose({ path, why: "another provider's own tool call; Gemini could not have made it", value: part.name })
    return undefined
  }
  const own = ownFields(part.ext)
  const functionCall = rest({
    ...asObject(own['functionCall']),
    id: idOf(part.id, part, quirks.hasCallIds),
    name: part.name,
    args: argsOf(part, path, lose),
  })
  return { ...own, functionCall }
}

function idOf(id: string, part: ToolCallPart | ToolResultPart, hasCallIds: boolean): string | undefined {
  return hasCallIds && note(part.ext, '$noId') !== true ? id : undefined
}

/** Arguments must be an object, or absent. Those that are none are history the model should still see. */
function argsOf(part: ToolCallPart, path: string, lose: Writing['lose']): Json | undefined {
  const text = part.form === 'text' ? textToArgs(part.args) : part.args
  if (text.trim() === '') return undefined
  const args = parseObject(text)
  if (args) return args
  lose({ path: `${path}.args`, why: 'the arguments are no JSON object; they are sent as one string' })
  return { arguments: text }
}

/** The result, then the media it holds where they may not stand inside it. */
function writeResult(
  part: ToolResultPart,
  path: string,
  { writing, name }: { readonly writing: Writing; readonly name: string | undefined },
): readonly JsonObject[] {
  const { quirks, lose } = writing
  const own = ownFields(part.ext)
  const texts: string[] = []
  const media: JsonObject[] = []
  for (const [index, inner] of part.content.entries()) {
    const at = `${path}.content[${index}]`
    if (inner.kind === 'text' || inner.kind === 'refusal') texts.push(inner.text)
    else if (inner.kind === 'media' || (inner.kind === 'opaque' && inner.dialect === dialect)) {
      const wire = writeData(inner, at, writing)
      if (wire) media.push(wire)
    } else if (inner.kind !== 'opaque') lose({ path: at, why: 'a Gemini tool result holds text and media only' })
  }
  const functionResponse = rest({
    ...asObject(own['functionResponse']),
    id: idOf(part.callId, part, quirks.hasCallIds),
    name: name ?? 'unknown_tool',
    response: texts.length === 0 && !part.isError ? {} : writeOutput(texts.join('\n'), part.isError),
    ...(quirks.hasMediaResults && media.length > 0 && { parts: media }),
  })
  const wire = signed({ ...own, functionResponse }, part, writing)
  return quirks.hasMediaResults ? [wire] : [wire, ...media]
}
