import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { providerDialects } from '../../dialects/registry.ts'
import type { Address } from './address.ts'
import { createAzureAddress, createFoundryAddress } from './azure.ts'
import { createBedrockAddress } from './bedrock.ts'
import { createSagemakerAddress } from './sagemaker.ts'
import { createVertexAddress, vertexOrigin } from './vertex.ts'
import { createWatsonxAddress } from './watsonx.ts'

const origin = 'https://host.example'
const vertex = { project: 'my-project', location: 'us-east5', apiVersion: undefined }

const addresses: Readonly<Record<string, Address>> = {
  azure: createAzureAddress(undefined),
  'azure with a date': createAzureAddress('2024-10-21'),
  foundry: createFoundryAddress(undefined),
  'foundry with a date': createFoundryAddress('2024-05-01-preview'),
  vertex: createVertexAddress(vertex),
  'vertex by key': createVertexAddress({ ...vertex, project: undefined }),
  bedrock: createBedrockAddress(),
  sagemaker: createSagemakerAddress(),
  watsonx: createWatsonxAddress({ version: '2025-02-06', projectId: 'p', spaceId: undefined }),
}

/** Names people use, and names that try to leave their place. */
const models = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '..',
    '.',
    '%2e%2e',
    'a/../b',
    '../../x',
    'google/..',
    'anthropic/..',
    'deployment/..',
    'invoke/..',
    '?x',
    '#x',
  ),
  fc.constantFrom('claude-x', 'anthropic/claude-x', 'meta/llama', 'us.anthropic.claude', 'gemini-2.5-flash', '123'),
)

describe.each(Object.entries(addresses))('%s', (_name, address) => {
  test('law: whatever a model is called, its path stays as written, at the same origin', () => {
    fc.assert(
      fc.property(models, fc.boolean(), (model, isStream) => {
        if (!model.isWellFormed()) return
        for (const dialect of address.dialectsOf(model)) {
          const { path, headers } = providerDialects[dialect].endpoint(model, isStream)
          const placed = address.place({ dialect, task: 'generate', model, isStream, path, headers })
          if (!placed.ok) continue
          const url = new URL(origin + placed.value.path)
          expect(url.origin).toBe(origin)
          expect(url.pathname + url.search).toBe(placed.value.path)
          expect(url.hash).toBe('')
        }
      }),
    )
  })
})

test.each([
  ['global', 'https://aiplatform.googleapis.com'],
  ['us-central1', 'https://us-central1-aiplatform.googleapis.com'],
  ['eu', 'https://aiplatform.eu.rep.googleapis.com'],
])('Vertex AI’s location %s is at %s', (location, expected) => {
  expect(vertexOrigin(location)).toBe(expected)
})

describe('whose model it is on Bedrock', () => {
  const { dialectsOf } = createBedrockAddress()
  test.each([
    ['anthropic.claude-3-haiku-20240307-v1:0', ['anthropic-messages', 'bedrock-converse']],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', ['anthropic-messages', 'bedrock-converse']],
    ['us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0', ['anthropic-messages', 'bedrock-converse']],
    [
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-8',
      ['anthropic-messages', 'bedrock-converse'],
    ],
    ['amazon.nova-lite-v1:0', ['bedrock-converse']],
    ['us.meta.llama3-3-70b-instruct-v1:0', ['bedrock-converse']],
    ['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/1arbu5hu2sjr', ['bedrock-converse']],
    ['invoke/arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/x', ['anthropic-messages']],
    ['converse/us.anthropic.claude-sonnet-4-5-20250929-v1:0', ['bedrock-converse']],
  ])('%s', (model, expected) => {
    expect<readonly string[]>(dialectsOf(model)).toEqual(expected)
  })
})
