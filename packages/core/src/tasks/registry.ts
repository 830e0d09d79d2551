import type { DialectId } from '../ir/dialect-id.ts'
import { embedTask } from './embed/embed-task.ts'
import { moderateTask } from './moderate/moderate-task.ts'
import { rerankTask } from './rerank/rerank-task.ts'
import type { ProviderTasks, TaskAddress, TaskId } from './task-id.ts'

/** Every task there is. */
export const tasks: {
  readonly embed: typeof embedTask
  readonly rerank: typeof rerankTask
  readonly moderate: typeof moderateTask
} = { embed: embedTask, rerank: rerankTask, moderate: moderateTask }

/**
 * How a provider is asked for a task: as its file says, else as its dialect's own house does it. Whoever copied OpenAI's
 * chat may have copied its other endpoints too, and answers 404 where it has not. Undefined: there is no way to ask.
 */
export function addressOf(
  task: TaskId,
  provider: { readonly dialect: DialectId; readonly tasks?: ProviderTasks },
): TaskAddress | undefined {
  const told = provider.tasks?.[task]
  if (told !== undefined) return told === false ? undefined : told
  return usual[provider.dialect]?.[task]
}

const usual: Readonly<Partial<Record<DialectId, Readonly<Partial<Record<TaskId, TaskAddress>>>>>> = {
  'openai-chat': {
    embed: { wire: 'openai-embeddings' },
    rerank: { wire: 'jina-rerank' },
    moderate: { wire: 'openai-moderations' },
  },
  'openai-responses': {
    embed: { wire: 'openai-embeddings' },
    rerank: { wire: 'jina-rerank' },
    moderate: { wire: 'openai-moderations' },
  },
  gemini: { embed: { wire: 'gemini-embed', maxBatch: 100 } },
  cohere: { embed: { wire: 'cohere-embed' }, rerank: { wire: 'cohere-rerank' } },
  ollama: { embed: { wire: 'ollama-embed' } },
  'bedrock-converse': { embed: { wire: 'bedrock-invoke' }, rerank: { wire: 'bedrock-invoke' } },
}
