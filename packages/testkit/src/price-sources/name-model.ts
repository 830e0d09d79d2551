/**
 * Names of models, compared: providers spell the same model with other punctuation, prefixes and dates. A match is only
 * ever proposed between two names that are the same after this.
 */

/** The name without what providers put around it: `us.anthropic.claude-sonnet-4-5-20250929-v1:0` -> `claude-sonnet-4-5-20250929`. */
export function bareName(model: string): string {
  return plainName(model)
    .replace(/^(?:meta-)(?=llama)/, '')
    .replace(/^llama-?v?(?=\d)/, 'llama-')
    .replace(/^qwen-(?=\d)/, 'qwen')
    .replace(/^gpt-35-/, 'gpt-3.5-')
    .replace(/(?<=\d)p(?=\d)/g, '.')
    .replace(/[._ ]/g, '-')
    .replace(/^claude-([4-9])(-\d)?-(opus|sonnet|haiku)/, 'claude-$3-$1$2')
    .replace(/^(claude-[a-z]+-\d)(?:-0(?=$|-20)|(?=1$))/, (whole, head: string) =>
      whole.endsWith('-0') ? head : `${head}-`,
    )
    .replace(/^(llama-3-3-70b)(?:-versatile)?$/, '$1-instruct')
    .replace(/^(llama-3-1-8b)(?:-instant)?$/, '$1-instruct')
}

/** As `bareName`, in the maker's own punctuation: what an id is made of where OpenRouter has none. */
export function plainName(model: string): string {
  return model
    .slice(model.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/^(?:us|eu|apac|jp|au|ca|sa|me|global|regional|us-gov)\./, '')
    .replace(vendorPrefix, '')
    .replace(/@(?:default|\d{3,8})$/, (at) => (at.length === 9 ? `-${at.slice(1)}` : ''))
    .replace(/:\d+(?::\w+)?$/, '')
    .replace(/(?<=20\d{6})-v\d+$/, '')
    .replace(/(?<=^(?:claude|nova).*)-v1$/, '')
    .replace(/-maas$/, '')
}

const vendorPrefix =
  /^(?:anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai|qwen|google|nvidia|minimax|moonshot|moonshotai|writer|stability|zai|twelvelabs|luma|xai)\./

const dateAtEnd = /-(?:20\d{6}|20\d\d-\d\d-\d\d|latest)$/

/** The same without a date or a moving word at its end: what a snapshot and its family share. */
export function familyName(model: string): string {
  return bareName(model).replace(dateAtEnd, '')
}

/** The name for an id. */
export function idName(model: string): string {
  return plainName(model).replace(dateAtEnd, '')
}

/** Who made a model, by the beginnings of family names; for models that no author is named with. */
export function authorOf(model: string, provider: string): string {
  if (ownModels.includes(provider)) return provider
  const bare = bareName(model)
  return authors.find(([pattern]) => pattern.test(bare))?.[1] ?? provider
}

/** Providers that serve their own models alone. */
const ownModels = ['voyage', 'jina', 'assemblyai', 'sarvam', 'morph', 'inception', 'poolside']

const authors: readonly (readonly [RegExp, string])[] = [
  [/^(?:claude)/, 'anthropic'],
  [
    /^(?:gpt|o[134](?:-|$)|chatgpt|text-embedding-(?:3|ada)|dall-e|whisper|tts-1|codex|computer-use|omni-mod|text-mod|sora|davinci|babbage|ada|curie)/,
    'openai',
  ],
  [/^(?:gemini|gemma|imagen|veo|text-bison|chat-bison|learnlm|text-unicorn|text-multilingual-embedding)/, 'google'],
  [/^(?:llama|codellama)/, 'meta-llama'],
  [/^(?:mi[sx]tral|ministral|codestral|devstral|magistral|pixtral|voxtral|open-mi[sx]tral)/, 'mistralai'],
  [/^(?:qwen|qwq|qvq)/, 'qwen'],
  [/^deepseek/, 'deepseek'],
  [/^grok/, 'x-ai'],
  [/^(?:command|c4ai|embed-|rerank-)/, 'cohere'],
  [/^(?:kimi|moonshot)/, 'moonshotai'],
  [/^glm/, 'z-ai'],
  [/^minimax/, 'minimax'],
  [/^(?:nova-|titan)/, 'amazon'],
  [/^(?:jamba|j2-)/, 'ai21'],
  [/^(?:sonar|pplx)/, 'perplexity'],
  [/^phi-/, 'microsoft'],
  [/^(?:granite)/, 'ibm-granite'],
  [/^(?:nemotron)/, 'nvidia'],
  [/^voyage/, 'voyage'],
  [/^mimo/, 'xiaomi'],
]
