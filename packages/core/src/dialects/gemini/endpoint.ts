import type { Endpoint } from '../../ir/dialect.ts'

/** Relative to a base URL like `https://generativelanguage.googleapis.com/v1beta`. Streams are always asked for as SSE. */
export function endpoint(model: string, stream: boolean): Endpoint {
  return { path: `${pathOf(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`, headers: {} }
}

/** Where tokens are counted. */
export function countEndpoint(model: string): Endpoint {
  return { path: `${pathOf(model)}:countTokens`, headers: {} }
}

/** A bare name is a model; `tunedModels/x` is a collection of its own. */
function pathOf(model: string): string {
  const collection = /^(?:models|tunedModels)\//.exec(model)?.[0] ?? ''
  const name = model.slice(collection.length)
  return `/${collection === '' ? 'models/' : collection}${encodeURIComponent(name)}`
}

export function authHeaders(apiKey: string): Readonly<Record<string, string>> {
  return { 'x-goog-api-key': apiKey }
}
