import { type AccessDefinition, missing, namePart } from './access.ts'

/** Databricks: a workspace, and a personal access token or the OAuth of a service principal. */
export const databricksAccess: AccessDefinition = {
  fields: [
    { name: 'client_id', variables: ['DATABRICKS_CLIENT_ID'], rule: namePart, isIdentity: true },
    { name: 'client_secret', variables: ['DATABRICKS_CLIENT_SECRET'], isSecret: true, isIdentity: true },
  ],
  detectedBy: [
    ['DATABRICKS_API_BASE', 'DATABRICKS_API_KEY'],
    ['DATABRICKS_HOST', 'DATABRICKS_TOKEN'],
    ['DATABRICKS_API_BASE', 'DATABRICKS_CLIENT_ID', 'DATABRICKS_CLIENT_SECRET'],
    ['DATABRICKS_HOST', 'DATABRICKS_CLIENT_ID', 'DATABRICKS_CLIENT_SECRET'],
  ],
  ownHosts: /\.(?:cloud\.databricks\.com|gcp\.databricks\.com|azuredatabricks\.net|databricks\.azure\.(?:us|cn))$/,
  define(values) {
    const base = values.baseUrl ?? values.variable('DATABRICKS_API_BASE') ?? values.variable('DATABRICKS_HOST')
    if (base === undefined)
      return missing('base_url', 'Write base_url: https://WORKSPACE.cloud.databricks.com, or set DATABRICKS_API_BASE.')
    const host = base.replace(/\/+$/, '').replace(/\/serving-endpoints$/, '')
    const workspace = /^https?:\/\//.test(host) ? host : `https://${host}`
    const baseUrl = `${workspace}/serving-endpoints`
    if (values.apiKey) return { ok: true, baseUrl }
    const clientId = values.text('client_id')
    const clientSecret = values.secret('client_secret')
    if (clientId === undefined || !clientSecret)
      return missing('api_key', 'Write api_key, or client_id and client_secret of a service principal.')
    const tokenUrl = `${workspace}/oidc/v1/token`
    return { ok: true, baseUrl, credential: { kind: 'client', tokenUrl, clientId, clientSecret, scope: 'all-apis' } }
  },
}
