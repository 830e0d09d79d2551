/** Families of tokenizers in OpenRouter's words, by the author of a model. */
const byAuthor: ReadonlyMap<string, string> = new Map([
  ['openai', 'GPT'],
  ['anthropic', 'Claude'],
  ['google', 'Gemini'],
  ['x-ai', 'Grok'],
  ['cohere', 'Cohere'],
  ['amazon', 'Nova'],
  ['qwen', 'Qwen'],
  ['deepseek', 'DeepSeek'],
  ['mistralai', 'Mistral'],
])

/** The tokenizer's family of a model by its id; `Other` when it is none of the known. */
export function tokenizerOf(id: string): string {
  if (id.startsWith('google/gemma')) return 'Gemma'
  const llama = /^meta-llama\/llama-([2-4])/.exec(id)?.[1]
  if (llama !== undefined) return `Llama${llama}`
  if (id.startsWith('qwen/qwen3')) return 'Qwen3'
  return byAuthor.get(id.slice(0, Math.max(0, id.indexOf('/')))) ?? 'Other'
}
