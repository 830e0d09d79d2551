import { createVertexAddress, vertexOrigin } from '../address/vertex.ts'
import type { GoogleSource } from '../auth/credential.ts'
import { Secret } from '../secret.ts'
import { type AccessDefinition, type AccessValues, missing } from './access.ts'

/** Vertex AI: a project, a location, and Google's credentials. */
export const vertexAccess: AccessDefinition = {
  fields: [
    {
      name: 'vertex_project',
      variables: ['VERTEXAI_PROJECT', 'VERTEX_PROJECT', 'GOOGLE_CLOUD_PROJECT', 'GCLOUD_PROJECT'],
      rule: { pattern: /^[a-z0-9][a-z0-9.:-]{1,60}[a-z0-9]$/, says: 'the id of a Google Cloud project' },
    },
    {
      name: 'vertex_location',
      variables: ['VERTEXAI_LOCATION', 'VERTEX_LOCATION', 'GOOGLE_CLOUD_LOCATION', 'CLOUD_ML_REGION'],
      rule: { pattern: /^[a-z][a-z0-9-]{1,40}$/, says: 'a location as in us-east5, eu or global' },
    },
    {
      name: 'vertex_credentials',
      variables: ['VERTEXAI_CREDENTIALS', 'GOOGLE_APPLICATION_CREDENTIALS'],
      isSecret: true,
      isIdentity: true,
    },
    { name: 'api_version', variables: [], rule: { pattern: /^v1(?:beta1)?$/, says: 'v1 or v1beta1' } },
  ],
  detectedBy: [
    ['VERTEXAI_PROJECT'],
    ['VERTEX_PROJECT'],
    ['GOOGLE_CLOUD_PROJECT', 'GOOGLE_APPLICATION_CREDENTIALS'],
    ['VERTEX_API_KEY'],
  ],
  ownHosts: /^(?:[a-z0-9-]+-)?aiplatform\.(?:(?:us|eu)\.rep\.)?googleapis\.com$/,
  define(values) {
    const location = values.text('vertex_location') ?? 'global'
    const place = {
      project: values.text('vertex_project'),
      location,
      apiVersion: values.text('api_version'),
    }
    if (place.project === undefined && !values.apiKey)
      return missing('vertex_project', 'Write vertex_project, or set VERTEXAI_PROJECT.')
    const found = { baseUrl: values.baseUrl ?? vertexOrigin(location), address: createVertexAddress(place) }
    if (values.apiKey) return { ok: true, ...found, address: withKey(found.address) }
    return { ok: true, ...found, credential: { kind: 'google', sources: googleSources(values) } }
  },
}

function withKey(address: ReturnType<typeof createVertexAddress>): ReturnType<typeof createVertexAddress> {
  return { ...address, keyHeaders: (apiKey) => ({ 'x-goog-api-key': apiKey }) }
}

/** What is written; else the file `gcloud auth application-default login` leaves, then the machine's metadata server. */
function googleSources(values: AccessValues): readonly GoogleSource[] {
  const written = values.secret('vertex_credentials')
  if (written) {
    const text = written.reveal().trim()
    return [
      text.startsWith('{') ? { kind: 'json', json: new Secret(text) } : { kind: 'file', path: text, isRequired: true },
    ]
  }
  const home = values.variable('HOME') ?? values.variable('USERPROFILE')
  const folder = values.variable('CLOUDSDK_CONFIG') ?? (home === undefined ? undefined : `${home}/.config/gcloud`)
  const host = values.variable('GCE_METADATA_HOST') ?? 'metadata.google.internal'
  const path = 'computeMetadata/v1/instance/service-accounts/default/token'
  return [
    ...(folder === undefined
      ? []
      : [{ kind: 'file', path: `${folder}/application_default_credentials.json`, isRequired: false } as const]),
    ...(hostRule.test(host) ? [{ kind: 'metadata', url: `http://${host}/${path}` } as const] : []),
  ]
}

const hostRule = /^[A-Za-z0-9.-]+(?::\d{1,5})?$/
