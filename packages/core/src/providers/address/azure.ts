import type { DialectId } from '../../ir/dialect-id.ts'
import type { Address, AddressedCall } from './address.ts'
import { joinQuery, pathSegment, splitQuery } from './path-segment.ts'

/** The first dated version that has the Responses API. */
const responsesSince = '2025-03-01-preview'

/** `2024-10-21`, `2025-04-01-preview`: versions of the older paths. Anything else is a version of the v1 path. */
const dated = /^\d{4}-\d{2}-\d{2}(?:-preview)?$/

const v1Dialects: readonly DialectId[] = ['openai-responses', 'openai-chat']
const chatOnly: readonly DialectId[] = ['openai-chat']

/**
 * Azure OpenAI. With a dated `api_version` the model is a deployment and stands in the path; without one, or with `v1`
 * or `preview`, the paths are OpenAI's own below `/openai/v1`.
 * https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle (seen 2026-11-21)
 */
export function createAzureAddress(apiVersion: string | undefined): Address {
  const keyHeaders = (apiKey: string): Readonly<Record<string, string>> => ({ 'api-key': apiKey })
  if (apiVersion === undefined || !dated.test(apiVersion)) {
    const version = apiVersion === undefined || apiVersion === 'v1' ? '' : `api-version=${apiVersion}`
    return {
      keyHeaders,
      dialectsOf: () => v1Dialects,
      place({ path, headers }) {
        const own = splitQuery(path)
        return { ok: true, value: { path: joinQuery(`/openai/v1${own.path}`, own.query, version), headers } }
      },
    }
  }
  const version = `api-version=${apiVersion}`
  const dialects = apiVersion >= responsesSince ? v1Dialects : chatOnly
  return {
    keyHeaders,
    dialectsOf: () => dialects,
    place({ path, model, headers }) {
      const own = splitQuery(path)
      // Responses name the deployment in the body, all else in the path.
      if (own.path === '/responses')
        return { ok: true, value: { path: joinQuery(`/openai${own.path}`, own.query, version), headers } }
      const deployment = pathSegment(model)
      if (!deployment.ok) return deployment
      const full = `/openai/deployments/${deployment.value}${own.path}`
      return { ok: true, value: { path: joinQuery(full, own.query, version), headers } }
    },
  }
}

const claudeDialects: readonly DialectId[] = ['anthropic-messages']

/**
 * Azure AI Foundry: models of many makers behind one address, spoken to in OpenAI's chat; Claude in Anthropic's own
 * words. With a dated `api_version` the older paths below `/models` are used.
 * https://learn.microsoft.com/azure/ai-foundry/foundry-models/concepts/endpoints (seen 2026-11-21)
 */
export function createFoundryAddress(apiVersion: string | undefined): Address {
  const isDated = apiVersion !== undefined && dated.test(apiVersion)
  const chat = isDated ? '/models' : '/openai/v1'
  const version = isDated ? `api-version=${apiVersion}` : ''
  return {
    keyHeaders: (apiKey) => ({ 'api-key': apiKey }),
    dialectsOf: (model) => (isClaude(model) ? claudeDialects : chatOnly),
    place({ dialect, task, path, headers }) {
      const own = splitQuery(path)
      if (dialect === 'anthropic-messages' && !isTask(task))
        return { ok: true, value: { path: joinQuery(`/anthropic/v1${own.path}`, own.query), headers } }
      return { ok: true, value: { path: joinQuery(chat + own.path, own.query, version), headers } }
    },
  }
}

function isTask(task: AddressedCall['task']): boolean {
  return task !== 'generate' && task !== 'count'
}

/** Whose model it is decides which API it stands behind, and the name is all there is to tell. */
function isClaude(model: string): boolean {
  return /^(?:anthropic\/)?claude-/i.test(model)
}
