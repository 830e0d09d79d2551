import type { BedrockConverseQuirks } from '../../dialects/bedrock-converse/quirks.ts'

type Habits = Partial<BedrockConverseQuirks>

/**
 * What the models of each maker take of Converse, by how their ids begin, the first that fits. An id is maker and model
 * (`amazon.nova-2-lite-v1:0`), after a region for inference profiles of several, and may end an ARN; the ARN of a profile
 * of one's own does not tell, and gets what most models take. What an operator writes under `quirks` wins.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html
 * https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html (both seen 2026-11-21)
 */
export function converseHabitsOf(modelId: string): Habits {
  const name = /(?:^|\/)(?:(?:[a-z]{2,6}|us-gov)\.)?([a-z0-9]+\.[^/]+)$/.exec(modelId)?.[1] ?? ''
  return known.find(([start]) => name.startsWith(start))?.[1] ?? unknown
}

const unknown: Habits = {}
/** Only Claude and Nova cache prompts and are told which results are errors. */
const plain: Habits = { cachePoints: 'none', takesToolStatus: false }
const nova: Habits = { modelFields: 'nova', cachePoints: 'messages', takesSchema: false }
const old: Habits = { ...plain, toolChoice: 'none', takesSchema: false, thinking: 'none' }

const known: readonly (readonly [start: string, habits: Habits])[] = [
  ['anthropic.', { modelFields: 'claude', takesTopPWithTemperature: false }],
  ['amazon.nova-2-', { ...nova, webSearchTool: 'nova_grounding', codeExecutionTool: 'nova_code_interpreter' }],
  ['amazon.nova-', { ...nova, thinking: 'none' }],
  ['amazon.titan-', { ...old, takesSystem: false }],
  ['openai.gpt-oss-', { ...plain, modelFields: 'gpt-oss' }],
  ['mistral.mistral-7b', { ...old, takesSystem: false }],
  ['mistral.mixtral-8x7b', { ...old, takesSystem: false }],
  ['mistral.', { ...plain, toolChoice: 'any' }],
  ['meta.', { ...plain, toolChoice: 'auto', takesSchema: false, thinking: 'none' }],
  ['cohere.command-text', { ...old, takesSystem: false }],
  ['cohere.command-light', { ...old, takesSystem: false }],
  ['cohere.', { ...plain, toolChoice: 'auto', takesSchema: false, thinking: 'none' }],
  ['ai21.', { ...plain, toolChoice: 'auto', takesSchema: false, thinking: 'none' }],
  ['deepseek.', plain],
  ['qwen.', plain],
]
