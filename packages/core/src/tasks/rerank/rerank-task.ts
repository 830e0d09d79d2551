import type { Task } from '../task.ts'
import type { TaskWireIds } from '../task-id.ts'
import { bedrockAgentWire, bedrockWire } from './bedrock-wires.ts'
import type { RerankRequest } from './request.ts'
import { joinRerank, type RerankResponse } from './response.ts'
import { cohereShape, isVoyage, sharedShape, voyageShape } from './shapes.ts'
import { cohereWire, jinaWire, teiWire, voyageWire } from './wires.ts'

const wires: Readonly<Record<TaskWireIds['rerank'], Task<RerankRequest, RerankResponse>['wires'][string]>> = {
  'cohere-rerank': cohereWire,
  'jina-rerank': jinaWire,
  'voyage-rerank': voyageWire,
  'tei-rerank': teiWire,
  'bedrock-invoke': bedrockWire,
  'bedrock-agent': bedrockAgentWire,
}

/** Documents in the order of how well they answer a query. */
export const rerankTask: Task<RerankRequest, RerankResponse> = {
  id: 'rerank',
  shapes: { rerank: sharedShape, 'cohere-v2-rerank': cohereShape, 'voyage-rerank': voyageShape },
  wires,
  shapeOf: (shape, body) => (shape === sharedShape.id && isVoyage(body) ? voyageShape.id : undefined),
  split: (request) => [request],
  join: joinRerank,
  usageOf: ({ usage }) => usage,
}
