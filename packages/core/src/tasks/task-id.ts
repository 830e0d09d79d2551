/** What is asked of a model beside an answer in words. */
export type TaskId = 'embed' | 'rerank' | 'moderate'

const embedWires = [
  'openai-embeddings',
  'mistral-embeddings',
  'voyage-embeddings',
  'jina-embeddings',
  'nim-embeddings',
  'perplexity-embeddings',
  'cohere-embed',
  'gemini-embed',
  'vertex-predict',
  'bedrock-invoke',
  'tei-embed',
  'ollama-embed',
] as const
const rerankWires = [
  'cohere-rerank',
  'jina-rerank',
  'voyage-rerank',
  'tei-rerank',
  'bedrock-invoke',
  'bedrock-agent',
] as const
const moderateWires = ['openai-moderations', 'mistral-moderations'] as const

/** Wires by task: what a provider may be said to speak. */
export interface TaskWireIds {
  readonly embed: (typeof embedWires)[number]
  readonly rerank: (typeof rerankWires)[number]
  readonly moderate: (typeof moderateWires)[number]
}

/** All of them. */
export const taskWires: { readonly [Task in TaskId]: readonly TaskWireIds[Task][] } = {
  embed: embedWires,
  rerank: rerankWires,
  moderate: moderateWires,
}

/** How and where a provider is asked for a task. */
export interface TaskAddress<Wire extends string = string> {
  readonly wire: Wire
  /**
   * Below the base URL, as in a link: `/embeddings`, or `/../../v2/embed` where the API lies beside the base URL.
   * `{model}` stands for the model's name. Absent: the wire's own.
   */
  readonly path?: string
  /** The most inputs of one request; more are asked for in pieces. Absent: any number. */
  readonly maxBatch?: number
  /** The model a client means who names none, where its API lets it. */
  readonly defaultModel?: string
}

/** How a model is asked to go on with a text. */
export type CompletionWireId = 'text' | 'fim'

/** Both ways. */
export const completionWires: readonly CompletionWireId[] = ['text', 'fim']

/** The text that a model goes on with, or fills in. */
export interface CompletionAddress {
  /** `text`: prompt in, `text` out, as OpenAI's legacy API. `fim`: prompt and suffix in, a chat message out, as Mistral's. */
  readonly wire: CompletionWireId
  readonly path?: string
  /** The only models that can; absent: all of the provider's. */
  readonly models?: readonly string[]
}

/** Dialects in which a provider counts the tokens of a request; `vertex-gemini` is gemini's with the request unwrapped. */
export type CountWireId = 'openai-responses' | 'anthropic-messages' | 'gemini' | 'vertex-gemini' | 'bedrock-converse'

/** All of them. */
export const countWireIds: readonly CountWireId[] = [
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'vertex-gemini',
  'bedrock-converse',
]

/** How a provider is asked for a count. */
export interface CountAddress {
  readonly wire: CountWireId
}

/** What a provider does beside chat, and how it is asked. `false`: it does not, so nobody needs to ask. */
export interface ProviderTasks {
  readonly embed?: TaskAddress<TaskWireIds['embed']> | false
  readonly rerank?: TaskAddress<TaskWireIds['rerank']> | false
  readonly moderate?: TaskAddress<TaskWireIds['moderate']> | false
  readonly complete?: CompletionAddress | false
  /** Beside or instead of `complete`: text between a prompt and a suffix. */
  readonly fill?: CompletionAddress | false
  readonly count?: CountAddress | false
}
