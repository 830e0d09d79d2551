import { createAzureAddress, createFoundryAddress } from '../address/azure.ts'
import type { EntraCredential, EntraSource } from '../auth/credential.ts'
import {
  type AccessDefinition,
  type AccessField,
  type AccessResult,
  type AccessValues,
  missing,
  namePart,
  tokenUrlRule,
} from './access.ts'

/** https://learn.microsoft.com/azure/ai-foundry/openai/how-to/managed-identity (seen 2026-11-21) */
const defaultScope = 'https://cognitiveservices.azure.com/.default'
const defaultAuthority = 'https://login.microsoftonline.com'

const ownHosts =
  /^[a-z0-9-]+\.(?:(?:openai|services\.ai|cognitiveservices)\.azure\.(?:com|us|cn)|inference\.ml\.azure\.com)$/i

const entraFields: readonly AccessField[] = [
  { name: 'azure_ad_token', variables: ['AZURE_AD_TOKEN'], isSecret: true, isIdentity: true },
  { name: 'tenant_id', variables: ['AZURE_TENANT_ID'], rule: namePart, isIdentity: true },
  { name: 'client_id', variables: ['AZURE_CLIENT_ID'], rule: namePart, isIdentity: true },
  { name: 'client_secret', variables: ['AZURE_CLIENT_SECRET'], isSecret: true, isIdentity: true },
  { name: 'azure_federated_token_file', variables: ['AZURE_FEDERATED_TOKEN_FILE'], isIdentity: true },
  { name: 'azure_authority_host', variables: ['AZURE_AUTHORITY_HOST'], rule: tokenUrlRule },
  { name: 'azure_scope', variables: ['AZURE_SCOPE'] },
]

const versionRule = {
  pattern: /^(?:v1|preview|latest|\d{4}-\d{2}-\d{2}(?:-preview)?)$/,
  says: 'v1, preview, or a date as in 2024-10-21 or 2025-04-01-preview',
}

/** Azure OpenAI: its resource's address, a version, and an API key or an identity of Entra. */
export const azureAccess: AccessDefinition = {
  fields: [
    { name: 'api_version', variables: ['AZURE_API_VERSION', 'OPENAI_API_VERSION'], rule: versionRule },
    ...entraFields,
  ],
  detectedBy: [
    ['AZURE_API_BASE', 'AZURE_API_KEY'],
    ['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_API_KEY'],
    ['AZURE_API_BASE', 'AZURE_TENANT_ID', 'AZURE_CLIENT_ID'],
    ['AZURE_OPENAI_ENDPOINT', 'AZURE_TENANT_ID', 'AZURE_CLIENT_ID'],
  ],
  ownHosts,
  define(values) {
    const base = values.baseUrl ?? values.variable('AZURE_API_BASE') ?? values.variable('AZURE_OPENAI_ENDPOINT')
    if (base === undefined)
      return missing('base_url', 'Write base_url: https://RESOURCE.openai.azure.com, or set AZURE_API_BASE.')
    const baseUrl = base.replace(/\/+$/, '').replace(/\/openai(?:\/v1|\/deployments.*)?$/, '')
    return authorise(values, { baseUrl, address: createAzureAddress(values.text('api_version')) })
  },
}

/** Azure AI Foundry's models of other makers. */
export const foundryAccess: AccessDefinition = {
  fields: [{ name: 'api_version', variables: ['AZURE_AI_API_VERSION'], rule: versionRule }, ...entraFields],
  detectedBy: [['AZURE_AI_API_BASE', 'AZURE_AI_API_KEY']],
  ownHosts,
  define(values) {
    const base = values.baseUrl ?? values.variable('AZURE_AI_API_BASE')
    if (base === undefined)
      return missing('base_url', 'Write base_url: https://RESOURCE.services.ai.azure.com, or set AZURE_AI_API_BASE.')
    const baseUrl = base.replace(/\/+$/, '').replace(/\/(?:openai\/v1|models|anthropic(?:\/v1)?)$/, '')
    return authorise(values, { baseUrl, address: createFoundryAddress(values.text('api_version')) })
  },
}

type Place = Pick<Extract<AccessResult, { ok: true }>, 'baseUrl' | 'address'>

function authorise(values: AccessValues, place: Place): AccessResult {
  if (values.apiKey) return { ok: true, ...place }
  const source = entraSource(values)
  if (!source)
    return missing('api_key', 'Write api_key, or tenant_id, client_id and client_secret of an application in Entra.')
  if ('message' in source) return source
  const credential: EntraCredential = { kind: 'entra', scope: values.text('azure_scope') ?? defaultScope, source }
  return { ok: true, ...place, credential }
}

function entraSource(values: AccessValues): EntraSource | Extract<AccessResult, { ok: false }> | undefined {
  const token = values.secret('azure_ad_token')
  if (token) return { kind: 'token', token }
  const tenantId = values.text('tenant_id')
  const clientId = values.text('client_id')
  const clientSecret = values.secret('client_secret')
  const tokenFile = values.text('azure_federated_token_file')
  const authority = (values.text('azure_authority_host') ?? defaultAuthority).replace(/\/+$/, '')
  if (clientSecret || tokenFile !== undefined) {
    const hint = 'tenant_id, client_id and client_secret (or azure_federated_token_file) belong together.'
    if (tenantId === undefined) return missing('tenant_id', hint)
    if (clientId === undefined) return missing('client_id', hint)
    if (clientSecret) return { kind: 'secret', authority, tenantId, clientId, clientSecret }
    if (tokenFile !== undefined) return { kind: 'federated', authority, tenantId, clientId, tokenFile }
  }
  return managedIdentity(values, clientId)
}

/** Only where the platform says that there is one, or the operator names whose it is. */
function managedIdentity(values: AccessValues, clientId: string | undefined): EntraSource | undefined {
  const url = values.variable('IDENTITY_ENDPOINT')
  const header = values.secretVariable('IDENTITY_HEADER')
  const id = clientId !== undefined && { clientId }
  if (url !== undefined && header) return { kind: 'managed', url, header, ...id }
  if (clientId === undefined) return undefined
  return { kind: 'managed', url: 'http://169.254.169.254/metadata/identity/oauth2/token', ...id }
}
