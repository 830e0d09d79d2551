import { findProvider } from '@sluice/core/providers/registry.ts'

/** Names in the sources of providers that have another id here, or whose file is not a plain one. */
const otherNames: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws', ['bedrock']],
  ['bedrock_converse', ['bedrock']],
  ['google', ['gemini', 'vertex']],
  ['azure_text', ['azure']],
  ['azure_ai', ['azure-ai']],
  ['text-completion-openai', ['openai']],
  ['text-completion-codestral', ['codestral']],
  ['voyageai', ['voyage']],
  ['jina_ai', ['jina']],
  ['x-ai', ['xai']],
  ['github_copilot', ['github-copilot']],
  ['fireworks_ai-embedding-models', ['fireworks']],
])

const ownIds = [
  'bedrock',
  'azure',
  'vertex',
  'voyage',
  'databricks',
  'snowflake',
  'watsonx',
  'sagemaker',
  'cloudflare',
  'github-copilot',
  'cohere',
]

/** Our ids for a source's provider; none when calls cannot go there. */
export function providersNamed(name: string): readonly string[] {
  if (name.startsWith('vertex_ai')) return ['vertex']
  const other = otherNames.get(name)
  if (other) return other
  const known = findProvider(name)?.id
  if (known !== undefined) return [known]
  return ownIds.includes(name) ? [name] : []
}
