import type { Task } from '../task.ts'
import type { TaskWireIds } from '../task-id.ts'
import { bedrockWire } from './bedrock-wire.ts'
import { cohereShape, cohereV1Shape } from './cohere-shape.ts'
import { cohereWire } from './cohere-wire.ts'
import { geminiBatchShape, geminiShape } from './gemini-shape.ts'
import { geminiWire } from './gemini-wire.ts'
import { ollamaWire } from './ollama-wire.ts'
import { openaiShape } from './openai-shape.ts'
import { openaiWires } from './openai-wires.ts'
import type { EmbedRequest } from './request.ts'
import { type EmbedResponse, joinEmbed, splitEmbed } from './response.ts'
import { teiWire } from './tei-wire.ts'
import { vertexWire } from './vertex-wire.ts'

const wires: Readonly<Record<TaskWireIds['embed'], Task<EmbedRequest, EmbedResponse>['wires'][string]>> = {
  ...openaiWires,
  'cohere-embed': cohereWire,
  'gemini-embed': geminiWire,
  'vertex-predict': vertexWire,
  'bedrock-invoke': bedrockWire,
  'tei-embed': teiWire,
  'ollama-embed': ollamaWire,
}

/** Vectors that stand for texts or images. */
export const embedTask: Task<EmbedRequest, EmbedResponse> = {
  id: 'embed',
  shapes: {
    'openai-embeddings': openaiShape,
    'gemini-embed': geminiShape,
    'gemini-batch-embed': geminiBatchShape,
    'cohere-v2-embed': cohereShape,
    'cohere-v1-embed': cohereV1Shape,
  },
  wires,
  split: splitEmbed,
  join: joinEmbed,
  usageOf: ({ usage }) => usage,
}
