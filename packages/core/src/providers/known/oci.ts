import { createRegionAccess } from '../access/region.ts'
import { copiesOpenAi } from '../copies-openai.ts'
import { defineProvider } from '../define-provider.ts'
import type { KnownProvider } from '../provider.ts'

/** With an API key of the service itself; its older API, whose requests are signed, is another. */
export const oci: KnownProvider = defineProvider({
  id: 'oci',
  aliases: ['oracle'],
  name: 'OCI Generative AI',
  dialect: 'openai-chat',
  alsoSpeaks: ['openai-responses'],
  baseUrl: 'https://inference.generativeai.REGION.oci.oraclecloud.com/20231130/actions/v1',
  keyVariables: ['OCI_GENERATIVE_AI_API_KEY'],
  docs: 'https://docs.oracle.com/iaas/Content/generative-ai/api-keys.htm',
  quirks: copiesOpenAi,
  tasks: { embed: false, rerank: false, moderate: false },
  access: createRegionAccess({
    field: 'oci_region',
    variables: ['OCI_REGION'],
    example: 'us-chicago-1',
    ownHosts: /^inference\.generativeai\.[a-z0-9-]+\.oci\.oraclecloud\.com$/,
    detectedBy: ['OCI_GENERATIVE_AI_API_KEY', 'OCI_REGION'],
    urlOf: (region) => `https://inference.generativeai.${region}.oci.oraclecloud.com/20231130/actions/v1`,
  }),
})
