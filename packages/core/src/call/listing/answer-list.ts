import type { Failure, Result } from '../../ir/failure.ts'
import { findProvider } from '../../providers/registry.ts'
import type { Snapshot, VirtualKey } from '../snapshot.ts'
import { describeEndpoint, describeEndpoints } from './describe-endpoint.ts'
import { describeModel } from './describe-model.ts'
import { filterModels } from './filter-models.ts'
import { type ReachableModel, reachableModel, reachableModels } from './reachable-models.ts'
import { renderRss } from './render-rss.ts'
import { keepsNothing } from './zero-retention.ts'

/** What OpenRouter's catalogue routes ask for. */
export type CatalogAsk =
  | 'models'
  | 'models-of-key'
  | 'count'
  | 'model'
  | 'endpoints'
  | 'embeddings'
  | 'zdr'
  | 'providers'

export interface CatalogRequest {
  readonly ask: CatalogAsk
  /** The name in the path, where there is one. */
  readonly model: string | undefined
  readonly query: URLSearchParams
  readonly key: VirtualKey
  readonly snapshot: Snapshot
  readonly nowSeconds: number
}

/** A body to send: JSON, or RSS where the client asked for it. */
export interface CatalogAnswer {
  readonly contentType: 'application/json' | 'application/rss+xml'
  readonly body: string
}

/** Answers from memory, for what this key may use and nothing else. */
export function answerCatalog(request: CatalogRequest): Result<CatalogAnswer> {
  const { ask, key, snapshot } = request
  switch (ask) {
    case 'models':
    case 'models-of-key':
      return answerModels(request)
    case 'embeddings':
      return answerModels({ ...request, query: withOutput(request.query, 'embeddings') })
    case 'count': {
      const found = select(request)
      return found.ok ? json({ data: { count: found.value.total } }) : found
    }
    case 'model': {
      const model = catalogued(plainName(request.model), key, snapshot)
      return model ? json({ data: describeModel(model) }) : notFound(request.model)
    }
    case 'endpoints':
      return answerEndpoints(request)
    case 'zdr':
      return json({ data: reachableModels(key, snapshot).flatMap((model) => zeroEndpoints(model)) })
    case 'providers':
      return json({ data: listProviders(key, snapshot) })
  }
}

/** The fields of one model, as JSON text; the same for every key, so it is written once. */
const written = new WeakMap<ReachableModel, string>()

export function writeModel(model: ReachableModel): string {
  const before = written.get(model)
  if (before !== undefined) return before
  const text = JSON.stringify(describeModel(model))
  written.set(model, text)
  return text
}

function answerModels(request: CatalogRequest): Result<CatalogAnswer> {
  const found = select(request)
  if (!found.ok) return found
  const { page, total } = found.value
  const { query } = request
  if (query.get('use_rss') === 'true')
    return { ok: true, value: { contentType: 'application/rss+xml', body: renderRss(page) } }
  const links = JSON.stringify({ next: nextLink(request, { shown: page.length, total }) })
  const body = `{"object":"list","data":[${page.map(writeModel).join(',')}],"total_count":${total},"links":${links}}`
  return { ok: true, value: { contentType: 'application/json', body } }
}

function select({ query, key, snapshot, nowSeconds }: CatalogRequest): ReturnType<typeof filterModels> {
  return filterModels(reachableModels(key, snapshot), query, nowSeconds)
}

function nextLink(
  { ask, query }: CatalogRequest,
  { shown, total }: { readonly shown: number; readonly total: number },
): string | null {
  const next = Number(query.get('offset') ?? 0) + shown
  if (next >= total || shown === 0 || (!query.has('offset') && !query.has('limit'))) return null
  const more = new URLSearchParams(query)
  more.set('offset', String(next))
  return `${paths[ask] ?? '/api/v1/models'}?${more}`
}

const paths: Partial<Readonly<Record<CatalogAsk, string>>> = {
  'models-of-key': '/api/v1/models/user',
  embeddings: '/api/v1/embeddings/models',
}

function withOutput(query: URLSearchParams, modality: string): URLSearchParams {
  const own = new URLSearchParams(query)
  own.set('output_modalities', modality)
  return own
}

/** A model that is known here but has no such variant has no endpoints; a name nobody knows is not found. */
function answerEndpoints({ model, key, snapshot }: CatalogRequest): Result<CatalogAnswer> {
  const found = catalogued(plainName(model), key, snapshot)
  if (found) return json({ data: describeEndpoints(found) })
  const base = model === undefined ? undefined : catalogued(model.replace(/:[a-z]+$/, ''), key, snapshot)
  return base ? json({ data: { ...describeEndpoints(base), id: model, endpoints: [] } }) : notFound(model)
}

/** `provider/anything` can be called, but only what somebody has listed is a model of this catalogue. */
function catalogued(name: string, key: VirtualKey, snapshot: Snapshot): ReachableModel | undefined {
  const model = reachableModel(name, key, snapshot)
  return model?.facts || snapshot.models.has(name) ? model : undefined
}

/** Suffixes that say how to choose among providers are no part of a model's name. */
function plainName(name: string | undefined): string {
  return (name ?? '').replace(/(?::(?:nitro|floor|exacto|online))+$/, '')
}

function zeroEndpoints(model: ReachableModel): readonly object[] {
  return model.endpoints.filter(keepsNothing).map((endpoint) => describeEndpoint(endpoint, model))
}

/** The configured providers this key may use; of what OpenRouter tells besides, nothing is known here. */
function listProviders({ providers: allowed }: VirtualKey, { providers }: Snapshot): readonly object[] {
  return [...providers.values()]
    .filter(({ name }) => allowed?.has(name) !== false)
    .map(({ name, knownId }) => ({
      name: (knownId === undefined ? undefined : findProvider(knownId)?.name) ?? name,
      slug: name,
      privacy_policy_url: null,
      terms_of_service_url: null,
      status_page_url: null,
      headquarters: null,
      datacenters: null,
    }))
}

function json(value: object): Result<CatalogAnswer> {
  return { ok: true, value: { contentType: 'application/json', body: JSON.stringify(value) } }
}

function notFound(model: string | undefined): Result<never> {
  const failure: Failure = {
    kind: 'not-found',
    message: `The model '${(model ?? '').slice(0, 200)}' does not exist or this key may not use it. GET /api/v1/models lists what it can use.`,
    retry: 'never',
    param: 'model',
    code: 'model_not_found',
  }
  return { ok: false, failure }
}
