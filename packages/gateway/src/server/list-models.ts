import type { Snapshot } from '@sluice/core/call/snapshot.ts'

/** Which product's list of models a client expects. */
export type ListShape = 'superset' | 'gemini' | 'codex'

export interface ListQuery {
  readonly names: readonly string[]
  readonly snapshot: Snapshot
  readonly shape: ListShape
}

/** When a model was made is not known; clients only need the field to be there. */
const created = 1_700_000_000
const createdAt = new Date(created * 1000).toISOString()

/** The shape a caller reads: Codex by its query, Google by its header or path, else OpenAI and Anthropic in one. */
export function chooseListShape(headers: Headers, query: URLSearchParams, isBeta: boolean): ListShape {
  if (query.has('client_version')) return 'codex'
  return isBeta || headers.has('x-goog-api-key') ? 'gemini' : 'superset'
}

/** All models this caller may use. Answered from memory. */
export function listModels({ names, snapshot, shape }: ListQuery): object {
  switch (shape) {
    case 'codex':
      return { models: names.map((slug) => ({ slug, display_name: slug })) }
    case 'gemini':
      return { models: names.map(geminiModel) }
    case 'superset':
      return {
        object: 'list',
        data: names.map((name) => openaiModel(name, snapshot)),
        has_more: false,
        first_id: names[0] ?? null,
        last_id: names.at(-1) ?? null,
      }
  }
}

/** One model in the caller's shape. */
export function showModel(name: string, snapshot: Snapshot, shape: ListShape): object {
  return shape === 'gemini' ? geminiModel(name) : openaiModel(name, snapshot)
}

/** OpenAI's and Anthropic's fields side by side: both SDKs accept the superset. */
function openaiModel(id: string, snapshot: Snapshot): object {
  const provider = snapshot.models.get(id)?.[0]?.provider.name ?? id.split('/', 1)[0]
  return {
    id,
    object: 'model',
    type: 'model',
    display_name: id,
    created,
    created_at: createdAt,
    owned_by: provider,
  }
}

function geminiModel(name: string): object {
  return {
    name: `models/${name}`,
    displayName: name,
    supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
  }
}
