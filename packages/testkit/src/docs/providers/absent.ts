/** Providers that other gateways list and this one does not, by the reason. Names are theirs. */
export const absentProviders: readonly (readonly [why: string, names: readonly string[]])[] = [
  [
    'makes images, sound or video, reads scanned pages, or searches: no text of a model comes from it',
    [
      ...['aws_polly', 'azure_ai/doc-intelligence', 'black_forest_labs', 'deepgram', 'elevenlabs', 'fal_ai', 'recraft'],
      ...['reducto', 'runwayml', 'soniox', 'stability', 'topaz', 'apiserpent', 'brave', 'dataforseo', 'duckduckgo'],
      ...['exa_ai', 'firecrawl', 'google_pse', 'linkup', 'parallel_ai', 'perplexity_search', 'searchapi', 'searxng'],
      ...['serper', 'tavily', 'tinyfish', 'you_com'],
    ],
  ],
  ['keeps vectors or documents', ['milvus', 'pg_vector', 's3_vectors']],
  [
    'an agent behind a protocol of its own, not a model',
    ['a2a', 'azure_ai/agents', 'cursor', 'langgraph', 'pydantic_ai_agents', 'vertex_ai/agent_engine'],
  ],
  ['a part of another gateway, not a provider', ['aiohttp_openai', 'auto_router', 'custom', 'dotprompt']],
  [
    'any server of a dialect: written as `dialect` and `base_url`',
    ['custom_openai', 'litellm_proxy', 'openai_like', 'predibase', 'ragflow'],
  ],
  ['speaks an API of its own and none of the dialects', ['nlp_cloud', 'petals', 'replicate']],
  ['compatible, but behind a login of its own that is not built', ['gigachat', 'sap']],
  ['has closed', ['aleph_alpha', 'anyscale']],
  ['its address is not published', ['nadir', 'prism', 'sail']],
]
