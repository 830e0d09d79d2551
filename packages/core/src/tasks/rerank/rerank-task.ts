import type { Task } from '../task.ts'
import type { TaskWireIds } from '../task-id.ts'
import { bedrockAgentWire, bedrockWire } from './bedrock-wires.ts'
import type { RerankRequest } from './request.ts'
import { joinRerank, type RerankResponse } from './response.ts'
import { cohereShape, sharedShape, voyageShape } from './shapes.ts'
import { cohereWire, jinaWire, teiWire, voyageWire } from './wires.ts'

const wires: Readonly<Record<TaskWireIds['rerank'], Task<RerankRequest, RerankResponse>['wires'][string]>> = {
  cohere: cohereWire,
  jina: jinaWire,
  voyage: voyageWire,
  tei: teiWire,
  bedrock: bedrockWire,
  'bedrock-agent': bedrockAgentWire,
}

/** Documents in the order of how well they answer a query. */
export const rerankTask: Task<RerankRequest, RerankResponse> = {
  id: 'rerank',
  shapes: { rerank: sharedShape, 'cohere-v2-rerank': cohereShape, 'voyage-rerank': voyageShape },
  wires,
  split: (request) => [request],
  join: joinRerank,
  usageOf: ({ usage }) => usage,
}
