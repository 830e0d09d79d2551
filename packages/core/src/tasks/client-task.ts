import type { FailureWords } from './failure-words.ts'
import type { TaskId } from './task-id.ts'

/** What a route asks for when it is no answer in words. */
export interface ClientTask {
  /** `count`: how many tokens a request of the route's dialect holds. */
  readonly id: TaskId | 'count'
  /** The kind of body, and of answer; it stands in the log where a dialect would. */
  readonly shape: string
  /** How its clients are told of a failure; absent: in the words of the route's dialect. */
  readonly words?: FailureWords
  /** The model a client means who names none. */
  readonly defaultModel?: string
}

/** The kinds of task there are routes for. */
export type ClientTaskName =
  | 'openaiEmbeddings'
  | 'geminiEmbed'
  | 'geminiBatchEmbed'
  | 'cohereV1Embed'
  | 'cohereV2Embed'
  | 'rerank'
  | 'cohereV2Rerank'
  | 'moderations'
  | 'count'

/** Every kind of task a route may ask for, by the name of its shape. */
export const clientTasks: Readonly<Record<ClientTaskName, ClientTask>> = {
  openaiEmbeddings: { id: 'embed', shape: 'openai-embeddings', words: 'openai-chat' },
  geminiEmbed: { id: 'embed', shape: 'gemini-embed', words: 'gemini' },
  geminiBatchEmbed: { id: 'embed', shape: 'gemini-batch-embed', words: 'gemini' },
  cohereV1Embed: { id: 'embed', shape: 'cohere-v1-embed', words: 'message' },
  cohereV2Embed: { id: 'embed', shape: 'cohere-v2-embed', words: 'message' },
  rerank: { id: 'rerank', shape: 'rerank', words: 'message' },
  cohereV2Rerank: { id: 'rerank', shape: 'cohere-v2-rerank', words: 'message' },
  moderations: {
    id: 'moderate',
    shape: 'openai-moderations',
    words: 'openai-chat',
    defaultModel: 'omni-moderation-latest',
  },
  count: { id: 'count', shape: 'count-tokens' },
}
