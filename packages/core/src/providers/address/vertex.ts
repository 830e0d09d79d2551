import type { FailedAnswer } from '../../ir/dialect.ts'
import type { DialectId } from '../../ir/dialect-id.ts'
import { invalidRequest, type Result } from '../../ir/failure.ts'
import type { JsonObject } from '../../ir/json.ts'
import type { CountWireId } from '../../tasks/task-id.ts'
import type { Address, AddressedCall, Placement } from './address.ts'
import { geminiHabitsOf } from './gemini-habits.ts'
import { joinQuery, pathSegment, splitQuery } from './path-segment.ts'
import { rewordForAnthropic } from './reword-failure.ts'

/** Where on Vertex AI a provider stands. */
export interface VertexPlace {
  /** Undefined: express mode, where an API key stands for the project and only Google's own models are there. */
  readonly project: string | undefined
  readonly location: string
  /** Overrides the version each publisher's path has by default. */
  readonly apiVersion: string | undefined
}

/** The host of a location. https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations (seen 2026-11-21) */
export function vertexOrigin(location: string): string {
  if (location === 'global') return 'https://aiplatform.googleapis.com'
  if (location === 'us' || location === 'eu') return `https://aiplatform.${location}.rep.googleapis.com`
  return `https://${location}-aiplatform.googleapis.com`
}

/** Publishers whose models take their own company's API through `rawPredict`; all other partners share OpenAI's chat. */
const rawPublishers: ReadonlySet<string> = new Set(['mistralai', 'ai21'])

const geminiOnly: readonly DialectId[] = ['gemini']
const anthropicOnly: readonly DialectId[] = ['anthropic-messages']
const chatOnly: readonly DialectId[] = ['openai-chat']

/** Vertex documents no ids of calls, and knows domains to keep out of a search. */
const geminiQuirks: JsonObject = { hasCallIds: false, hasExcludedDomains: true }
/** https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai (seen 2026-11-21) */
const anthropicQuirks: JsonObject = { versionInBody: 'vertex-2023-10-16', codeExecutionType: '' }
const chatQuirks: JsonObject = {
  maxTokens: 'max_tokens',
  systemRole: 'system',
  allowedTools: false,
  customTools: false,
}

/**
 * Vertex AI: `publishers/google` speaks Gemini, `publishers/anthropic` Anthropic's messages through `rawPredict`, other
 * makers OpenAI's chat at `endpoints/openapi`. A model is named `publisher/model`; Gemini's and Claude's need none.
 */
export function createVertexAddress(place: VertexPlace): Address {
  return {
    dialectsOf: (model) => dialectsOf(readModel(model)),
    quirks: { gemini: geminiQuirks, 'anthropic-messages': anthropicQuirks, 'openai-chat': chatQuirks },
    habitsOf(model, dialect) {
      return dialect === 'gemini' ? geminiHabitsOf(readModel(model).name) : undefined
    },
    countsBy: (model) => countWires[readModel(model).publisher],
    place: (call) => placeCall(call, place),
  }
}

const countWires: Readonly<Record<string, CountWireId>> = { google: 'vertex-gemini', anthropic: 'anthropic-messages' }

interface PublishedModel {
  readonly publisher: string
  readonly name: string
}

function readModel(model: string): PublishedModel {
  const full = /^(?:publishers\/)?([a-z0-9-]+)\/(?:models\/)?(.+)$/.exec(model)
  if (full?.[1] !== undefined && full[2] !== undefined) return { publisher: full[1], name: full[2] }
  // A model somebody deployed has a number.
  if (/^\d+$/.test(model)) return { publisher: '', name: model }
  return { publisher: /^claude-/.test(model) ? 'anthropic' : 'google', name: model }
}

function dialectsOf({ publisher }: PublishedModel): readonly DialectId[] {
  if (publisher === 'google') return geminiOnly
  return publisher === 'anthropic' ? anthropicOnly : chatOnly
}

function placeCall(call: AddressedCall, { project, location, apiVersion }: VertexPlace): Result<Placement> {
  const { publisher, name } = readModel(call.model)
  const model = pathSegment(name)
  if (!model.ok) return model
  const isGoogle = publisher === 'google'
  const version = apiVersion ?? (isGoogle ? 'v1beta1' : 'v1')
  if (project === undefined) {
    if (isGoogle) return placeGemini(call, `/${version}/publishers/google/models/${model.value}`)
    return invalidRequest("Models of this publisher need a project: the operator must set 'vertex_project'.", 'model')
  }
  const root = `/${version}/projects/${project}/locations/${location}`
  if (isGoogle) return placeGemini(call, `${root}/publishers/google/models/${model.value}`)
  if (publisher === 'anthropic') return placeAnthropic(call, `${root}/publishers/anthropic/models`, model.value)
  return placeChat(call, root, { publisher, name: model.value })
}

/** The dialect's path is `/models/NAME:verb`; only the verb is kept. */
function placeGemini({ path, headers }: AddressedCall, resource: string): Result<Placement> {
  const own = splitQuery(path)
  const verb = own.path.slice(own.path.lastIndexOf(':'))
  return { ok: true, value: { path: joinQuery(resource + verb, own.query), headers } }
}

function placeAnthropic({ task, isStream, headers }: AddressedCall, models: string, name: string): Result<Placement> {
  const { 'anthropic-version': _, ...kept } = headers
  const common = { headers: kept, set: { anthropic_version: 'vertex-2023-10-16' }, rewordFailure: rewordVertex }
  // Counting has a place of its own and takes the model in the body.
  if (task === 'count') {
    const set = { ...common.set, model: decodeURIComponent(name) }
    return { ok: true, value: { ...common, path: `${models}/count-tokens:rawPredict`, set } }
  }
  const path = `${models}/${name}:${isStream ? 'streamRawPredict' : 'rawPredict'}`
  return { ok: true, value: { path, ...common, drop: ['model'] } }
}

function placeChat(
  { path, isStream, headers }: AddressedCall,
  root: string,
  { publisher, name }: PublishedModel,
): Result<Placement> {
  const own = splitQuery(path)
  if (publisher === '') {
    const resource = `${root}/endpoints/${name}${own.path}`
    return { ok: true, value: { path: joinQuery(resource, own.query), headers, drop: ['model'] } }
  }
  if (rawPublishers.has(publisher)) {
    const resource = `${root}/publishers/${publisher}/models/${name}:${isStream ? 'streamRawPredict' : 'rawPredict'}`
    return { ok: true, value: { path: resource, headers, set: { model: decodeURIComponent(name) } } }
  }
  return { ok: true, value: { path: joinQuery(`${root}/endpoints/openapi${own.path}`, own.query), headers } }
}

/** Errors of Google's own front come in Google's shape, those of the model behind it in Anthropic's. */
function rewordVertex(answer: FailedAnswer): FailedAnswer {
  return rewordForAnthropic(answer, undefined)
}
