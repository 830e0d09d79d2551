import type { DialectId } from '../../ir/dialect-id.ts'
import { invalidRequest } from '../../ir/failure.ts'
import type { Address } from './address.ts'
import { pathSegment } from './path-segment.ts'
import { unwrapPayloadParts } from './unwrap-payload-parts.ts'

const chatOnly: readonly DialectId[] = ['openai-chat']

/**
 * Amazon SageMaker: the model is the name of an endpoint, and the container behind it speaks OpenAI's chat (vLLM, TGI,
 * LMI). https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html (seen 2026-11-21)
 */
export function createSagemakerAddress(): Address {
  return {
    dialectsOf: () => chatOnly,
    place({ task, model, isStream, headers }) {
      if (task !== 'generate') return invalidRequest('This address offers chat alone.', 'model')
      const endpoint = pathSegment(model)
      if (!endpoint.ok) return endpoint
      const path = `/endpoints/${endpoint.value}/invocations${isStream ? '-response-stream' : ''}`
      return { ok: true, value: { path, headers, unwrap: unwrapPayloadParts } }
    },
  }
}
