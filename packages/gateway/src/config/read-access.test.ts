import { describe, expect, test } from 'bun:test'
import type { Provider } from '@sluice/core/providers/provider.ts'
import { knownProviders } from '@sluice/core/providers/registry.ts'
import type { Config } from './config.ts'
import { formatProblem } from './problem.ts'
import { readConfig } from './read-config.ts'

type Env = Readonly<Record<string, string>>

function read(text: string, env: Env = {}) {
  return readConfig(text, { file: 'sluice.yaml', env, knownProviders })
}

function accept(text: string, env?: Env): Config {
  const result = read(text, env)
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'))
  return result.config
}

function one(fields: string, env?: Env): Provider | undefined {
  return accept(`providers: { p: { ${fields} } }`, env).providers.get('p')?.provider
}

function problemOf(fields: string, env?: Env): string {
  const result = read(`providers: { p: { ${fields} } }`, env)
  return result.ok ? '' : result.problems.map(formatProblem).join('\n')
}

const account = '{"type":"service_account","client_email":"a@b"}'

describe('a cloud in the file', () => {
  test.each([
    ['type: azure, base_url: "https://x.openai.azure.com/openai/v1", api_key: k', 'https://x.openai.azure.com'],
    ['type: vertex, vertex_project: my-p, vertex_location: us-east5', 'https://us-east5-aiplatform.googleapis.com'],
    ['type: vertex_ai, vertex_project: my-p', 'https://aiplatform.googleapis.com'],
    ['type: vertex, vertex_project: my-p, vertex_location: eu', 'https://aiplatform.eu.rep.googleapis.com'],
    ['type: bedrock, aws_region_name: eu-west-3', 'https://bedrock-runtime.eu-west-3.amazonaws.com'],
    ['type: bedrock, aws_region_name: us-gov-west-1', 'https://bedrock-runtime.us-gov-west-1.amazonaws.com'],
    ['type: bedrock, aws_region_name: cn-north-1', 'https://bedrock-runtime.cn-north-1.amazonaws.com.cn'],
    ['type: sagemaker, aws_region_name: us-east-1', 'https://runtime.sagemaker.us-east-1.amazonaws.com'],
    [
      'type: databricks, base_url: "https://adb-1.1.azuredatabricks.net", api_key: k',
      'https://adb-1.1.azuredatabricks.net/serving-endpoints',
    ],
    ['type: snowflake, account_id: org-acc, api_key: k', 'https://org-acc.snowflakecomputing.com/api/v2/cortex/v1'],
    ['type: watsonx, project_id: p1, api_key: k', 'https://us-south.ml.cloud.ibm.com'],
    ['type: watsonx, space_id: s1, watsonx_region_name: eu-de, api_key: k', 'https://eu-de.ml.cloud.ibm.com'],
    ['type: cloudflare, account_id: acc, api_key: k', 'https://api.cloudflare.com/client/v4/accounts/acc/ai/v1'],
    ['type: github_copilot, api_key: k', 'https://api.githubcopilot.com'],
  ])('%s stands at %s', (fields, baseUrl) => {
    const provider = one(fields)
    expect(provider?.baseUrl).toBe(baseUrl)
    expect(provider?.origin).toBe(new URL(baseUrl).origin)
  })

  test('says at its place what is wrong and what to do', () => {
    const wrong: readonly (readonly [string, string])[] = [
      [
        'type: azure, api_key: k',
        "1:17: providers.p: 'base_url' is missing. Write base_url: https://RESOURCE.openai.azure.com",
      ],
      [
        'type: azure, base_url: "https://x.openai.azure.com"',
        "1:17: providers.p: 'api_key' is missing. Write api_key, or tenant_id, client_id and client_secret",
      ],
      [
        'type: azure, base_url: "https://x.openai.azure.com", client_id: c, client_secret: s',
        "providers.p: 'tenant_id' is missing.",
      ],
      [
        'type: azure, base_url: "https://x.openai.azure.com", api_key: k, api_version: 2024-13',
        '1:97: providers.p.api_version: this must be v1, preview, or a date as in 2024-10-21',
      ],
      [
        'type: azure, base_url: "https://x.openai.azure.com", client_id: c, client_secret: s, tenant_id: t, azure_authority_host: "http://evil.example"',
        'providers.p.azure_authority_host: this must be an https:// address',
      ],
      ['type: bedrock', "providers.p: 'aws_region_name' is missing. Write aws_region_name: us-east-1"],
      [
        'type: bedrock, aws_region_name: us-east',
        'providers.p.aws_region_name: this must be a region as in us-east-1.',
      ],
      [
        'type: bedrock, aws_region: us-east-1',
        "1:34: providers.p: unknown key 'aws_region'. Did you mean 'aws_region_name'?",
      ],
      [
        'type: bedrock, aws_region_name: us-east-1, aws_access_key_id: AKIAAAAAAAAAAAAAAAAA',
        "providers.p: 'aws_secret_access_key' is missing. aws_access_key_id and aws_secret_access_key belong together.",
      ],
      ['type: vertex', "providers.p: 'vertex_project' is missing. Write vertex_project, or set VERTEXAI_PROJECT."],
      [
        'type: vertex, vertex_project: "../x"',
        'providers.p.vertex_project: this must be the id of a Google Cloud project.',
      ],
      [
        'type: vertex, vertex_project: my-p, vertex_location: "evil.example/"',
        'this must be a location as in us-east5',
      ],
      [
        'type: cloudflare, api_key: k, account_id: "../x"',
        'providers.p.account_id: this must be letters, digits and . _ -.',
      ],
      ['type: openai, api_key: k, aws_region_name: us-east-1', "unknown key 'aws_region_name'"],
    ]
    for (const [fields, said] of wrong)
      expect([fields, problemOf(fields)]).toEqual([fields, expect.stringContaining(said)])
  })

  test('takes what is not written from its usual variables', () => {
    const env = {
      AWS_REGION: 'us-west-2',
      AWS_ACCESS_KEY_ID: 'AKIAAAAAAAAAAAAAAAAA',
      AWS_SECRET_ACCESS_KEY: 'canary-secret',
    }
    expect(one('type: bedrock', env)?.credential).toMatchObject({
      kind: 'aws',
      region: 'us-west-2',
      sources: [{ kind: 'static', accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }],
    })
    expect(one('type: bedrock, aws_profile_name: work', env)?.credential).toMatchObject({
      sources: [{ kind: 'profile', profile: 'work' }],
    })
    expect(
      one('type: vertex, vertex_project: my-p', { GOOGLE_APPLICATION_CREDENTIALS: '/x.json' })?.credential,
    ).toEqual({
      kind: 'google',
      sources: [{ kind: 'file', path: '/x.json', isRequired: true }],
    })
  })

  test('prefers who is written to a key of the environment', () => {
    const azure = 'type: azure, base_url: "https://x.openai.azure.com"'
    const env = { AZURE_API_KEY: 'canary-key' }
    expect(one(azure, env)?.apiKey?.reveal()).toBe('canary-key')
    const written = one(`${azure}, tenant_id: t, client_id: c, client_secret: s`, env)
    expect(written?.apiKey).toBeUndefined()
    expect(written?.credential).toMatchObject({ kind: 'entra', source: { kind: 'secret', tenantId: 't' } })
  })

  test('keeps secrets of the environment from a host that is not the cloud’s', () => {
    const env = { AZURE_API_KEY: 'canary-key', AZURE_CLIENT_SECRET: 'canary-secret', VERTEXAI_CREDENTIALS: account }
    expect(problemOf('type: azure, base_url: "https://azure.example"', env)).toContain("'api_key' is missing")
    expect(problemOf('type: azure, base_url: "https://x.openai.azure.com.example"', env)).toContain(
      "'api_key' is missing",
    )
    expect(problemOf('type: azure, base_url: "https://azure.example", tenant_id: t, client_id: c', env)).not.toContain(
      'canary',
    )
    const elsewhere = one('type: vertex, vertex_project: my-p, base_url: "https://vertex.example"', env)
    expect(JSON.stringify(elsewhere?.credential)).not.toContain('service_account')
  })

  test('speaks the one dialect somebody names', () => {
    const provider = one('type: bedrock, dialect: bedrock-converse, aws_region_name: us-east-1')
    expect(provider?.address?.dialectsOf('us.anthropic.claude-sonnet-4-5-20250929-v1:0')).toEqual(['bedrock-converse'])
  })

  test('keeps of a key what calls carry, so that it is found in what a provider says back', () => {
    const provider = one('type: snowflake, account_id: o-a, api_key: pat/canary-token')
    expect(provider?.apiKey?.reveal()).toBe('canary-token')
  })

  test('shows no secret when it is printed', () => {
    const provider = one(
      'type: bedrock, aws_region_name: us-east-1, aws_access_key_id: AKIAAAAAAAAAAAAAAAAA, aws_secret_access_key: canary-secret',
    )
    expect(JSON.stringify(provider)).not.toContain('canary-secret')
  })
})

describe('without a file', () => {
  const found: readonly (readonly [string, string, Env])[] = [
    ['azure', 'AZURE_API_BASE', { AZURE_API_BASE: 'https://x.openai.azure.com/', AZURE_API_KEY: 'k' }],
    [
      'azure',
      'AZURE_OPENAI_ENDPOINT',
      { AZURE_OPENAI_ENDPOINT: 'https://x.openai.azure.com', AZURE_OPENAI_API_KEY: 'k' },
    ],
    [
      'azure',
      'AZURE_API_BASE',
      {
        AZURE_API_BASE: 'https://x.openai.azure.com',
        AZURE_TENANT_ID: 't',
        AZURE_CLIENT_ID: 'c',
        AZURE_CLIENT_SECRET: 's',
      },
    ],
    [
      'azure-ai',
      'AZURE_AI_API_BASE',
      { AZURE_AI_API_BASE: 'https://x.services.ai.azure.com/models', AZURE_AI_API_KEY: 'k' },
    ],
    ['vertex', 'VERTEXAI_PROJECT', { VERTEXAI_PROJECT: 'my-p', VERTEXAI_LOCATION: 'us-east5' }],
    ['vertex', 'GOOGLE_CLOUD_PROJECT', { GOOGLE_CLOUD_PROJECT: 'my-p', GOOGLE_APPLICATION_CREDENTIALS: '/x' }],
    ['bedrock', 'AWS_BEARER_TOKEN_BEDROCK', { AWS_BEARER_TOKEN_BEDROCK: 'k', AWS_REGION: 'us-east-1' }],
    [
      'bedrock',
      'AWS_ACCESS_KEY_ID',
      { AWS_ACCESS_KEY_ID: 'AKIAAAAAAAAAAAAAAAAA', AWS_SECRET_ACCESS_KEY: 's', AWS_DEFAULT_REGION: 'us-east-1' },
    ],
    [
      'bedrock',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      { AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/r', AWS_REGION: 'us-east-1' },
    ],
    ['databricks', 'DATABRICKS_HOST', { DATABRICKS_HOST: 'adb-1.azuredatabricks.net', DATABRICKS_TOKEN: 'k' }],
    ['snowflake', 'SNOWFLAKE_ACCOUNT_ID', { SNOWFLAKE_ACCOUNT_ID: 'o-a', SNOWFLAKE_JWT: 'k' }],
    ['watsonx', 'WATSONX_API_KEY', { WATSONX_API_KEY: 'k', WATSONX_PROJECT_ID: 'p' }],
    ['cloudflare', 'CLOUDFLARE_API_KEY', { CLOUDFLARE_API_KEY: 'k', CLOUDFLARE_ACCOUNT_ID: 'a' }],
    ['github-copilot', 'GITHUB_COPILOT_TOKEN', { GITHUB_COPILOT_TOKEN: 'gho_x' }],
  ]
  test.each([...found])('%s is found by %s', (id, variable, env) => {
    expect(accept('', env).providers.get(id)).toMatchObject({ source: 'environment', variable })
  })

  test.each([
    ['bedrock', { AWS_ACCESS_KEY_ID: 'AKIAAAAAAAAAAAAAAAAA', AWS_SECRET_ACCESS_KEY: 's' }],
    ['vertex', { GOOGLE_CLOUD_PROJECT: 'my-p' }],
    ['azure', { AZURE_API_KEY: 'k' }],
    ['azure', { AZURE_API_BASE: 'http://169.254.169.254', AZURE_API_KEY: 'k' }],
    ['cloudflare', { CLOUDFLARE_API_KEY: 'k' }],
  ])('%s is not found by half of it: %o', (id, env) => {
    expect(accept('', env).providers.has(id)).toBe(false)
  })

  test('keys of a container go only where they may', () => {
    const env = (uri: string): Env => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: uri, AWS_REGION: 'us-east-1' })
    const kinds = (uri: string): readonly string[] => {
      const credential = accept('', env(uri)).providers.get('bedrock')?.provider.credential
      return credential?.kind === 'aws' ? credential.sources.map(({ kind }) => kind) : []
    }
    expect(kinds('http://169.254.170.23/v1/credentials')).toContain('container')
    expect(kinds('https://keys.example/v1')).toContain('container')
    for (const uri of ['http://keys.example/v1', 'http://169.254.170.23.example/v1', 'http://127.0.0.1.example/'])
      expect(kinds(uri)).not.toContain('container')
  })
})
