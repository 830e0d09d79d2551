/** What is asked of a model beside an answer in words. */
export type TaskId = 'embed' | 'rerank' | 'moderate'

/** Wires by task: what a provider's file may say it speaks. Which is which stands in the task's `wires.ts`. */
export interface TaskWireIds {
  readonly embed:
    | 'openai-embeddings'
    | 'mistral-embeddings'
    | 'voyage-embeddings'
    | 'jina-embeddings'
    | 'nim-embeddings'
    | 'perplexity-embeddings'
    | 'cohere-embed'
    | 'gemini-embed'
    | 'vertex-predict'
    | 'bedrock-invoke'
    | 'tei-embed'
    | 'ollama-embed'
  readonly rerank: 'cohere-rerank' | 'jina-rerank' | 'voyage-rerank' | 'tei-rerank' | 'bedrock-invoke' | 'bedrock-agent'
  readonly moderate: 'openai-moderations' | 'mistral-moderations'
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

/** The text that a model goes on with, or fills in. */
export interface CompletionAddress {
  /** `text`: prompt in, `text` out, as OpenAI's legacy API. `fim`: prompt and suffix in, a chat message out, as Mistral's. */
  readonly wire: 'text' | 'fim'
  readonly path?: string
  /** The only models that can; absent: all of the provider's. */
  readonly models?: readonly string[]
}

/** Dialects in which a provider counts the tokens of a request; `vertex-gemini` is gemini's with the request unwrapped. */
export interface CountAddress {
  readonly wire: 'anthropic-messages' | 'gemini' | 'vertex-gemini' | 'openai-responses'
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
