import type { DialectId } from '../../ir/dialect-id.ts'
import { invalidRequest } from '../../ir/failure.ts'
import type { Address } from './address.ts'
import { pathSegment } from './path-segment.ts'

const chatOnly: readonly DialectId[] = ['openai-chat']

/** Who pays: a project or a deployment space. */
export interface WatsonxPlace {
  readonly version: string
  readonly projectId: string | undefined
  readonly spaceId: string | undefined
}

/**
 * IBM watsonx.ai: OpenAI's chat under names of its own. Streams have a path of their own; `deployment/ID` is a model
 * somebody deployed. https://cloud.ibm.com/apidocs/watsonx-ai#text-chat (seen 2026-11-21)
 */
export function createWatsonxAddress({ version, projectId, spaceId }: WatsonxPlace): Address {
  const owner = projectId === undefined ? { space_id: spaceId ?? '' } : { project_id: projectId }
  const unknown = ['model', 'stream', 'stream_options']
  return {
    dialectsOf: () => chatOnly,
    place({ task, model, isStream, headers }) {
      if (task !== 'generate') return invalidRequest('This address offers chat alone.', 'model')
      const verb = `text/chat${isStream ? '_stream' : ''}?version=${version}`
      const deployment = /^deployment\/(.+)$/.exec(model)?.[1]
      if (deployment === undefined) {
        const set = { model_id: model, ...owner }
        return { ok: true, value: { path: `/ml/v1/${verb}`, headers, set, drop: unknown } }
      }
      const id = pathSegment(deployment)
      if (!id.ok) return id
      return { ok: true, value: { path: `/ml/v1/deployments/${id.value}/${verb}`, headers, drop: unknown } }
    },
  }
}
