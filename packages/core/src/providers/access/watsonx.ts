import { createWatsonxAddress } from '../address/watsonx.ts'
import { type AccessDefinition, missing, namePart, tokenUrlRule } from './access.ts'

/** IBM watsonx.ai: a region, a project or space, and an API key that is exchanged for a token. */
export const watsonxAccess: AccessDefinition = {
  fields: [
    {
      name: 'watsonx_region_name',
      variables: ['WATSONX_REGION'],
      rule: { pattern: /^[a-z]{2}-[a-z]{2,10}$/, says: 'a region as in us-south' },
    },
    { name: 'project_id', variables: ['WATSONX_PROJECT_ID'], rule: namePart },
    { name: 'space_id', variables: ['WATSONX_DEPLOYMENT_SPACE_ID', 'WATSONX_SPACE_ID'], rule: namePart },
    {
      name: 'api_version',
      variables: ['WATSONX_API_VERSION'],
      rule: { pattern: /^\d{4}-\d{2}-\d{2}$/, says: 'a date as in 2025-02-06' },
    },
    { name: 'iam_url', variables: ['WATSONX_IAM_URL'], rule: tokenUrlRule },
    { name: 'token', variables: ['WATSONX_TOKEN'], isSecret: true, isIdentity: true },
  ],
  detectedBy: [
    ['WATSONX_API_KEY', 'WATSONX_PROJECT_ID'],
    ['WATSONX_APIKEY', 'WATSONX_PROJECT_ID'],
    ['WATSONX_API_KEY', 'WATSONX_DEPLOYMENT_SPACE_ID'],
  ],
  ownHosts: /\.ml\.cloud\.ibm\.com$/,
  define(values) {
    const region = values.text('watsonx_region_name') ?? 'us-south'
    const base = values.baseUrl ?? values.variable('WATSONX_API_BASE') ?? values.variable('WATSONX_URL')
    const projectId = values.text('project_id')
    const spaceId = values.text('space_id')
    if (projectId === undefined && spaceId === undefined)
      return missing('project_id', 'Write project_id or space_id, or set WATSONX_PROJECT_ID.')
    const place = {
      baseUrl: (base ?? `https://${region}.ml.cloud.ibm.com`).replace(/\/+$/, ''),
      address: createWatsonxAddress({ version: values.text('api_version') ?? '2025-02-06', projectId, spaceId }),
    }
    const token = values.secret('token')
    if (token) return { ok: true, ...place, credential: { kind: 'entra', scope: '', source: { kind: 'token', token } } }
    if (!values.apiKey) return missing('api_key', 'Write api_key: an API key of IBM Cloud, or set WATSONX_API_KEY.')
    const tokenUrl = values.text('iam_url') ?? 'https://iam.cloud.ibm.com/identity/token'
    return { ok: true, ...place, sendsKey: false, credential: { kind: 'ibm', tokenUrl, apiKey: values.apiKey } }
  },
}
