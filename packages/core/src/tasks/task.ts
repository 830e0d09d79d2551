/**
 * What is asked of a model beside an answer in words: embeddings, an order of documents, a moderation. Each task has a
 * small language of its own (`<task>/request.ts`, `response.ts`), spoken by clients in shapes and to providers in wires.
 */
import type { AnswerFacts, CodecContext, Lose, WireRequest } from '../ir/dialect.ts'
import type { Failure, Result } from '../ir/failure.ts'
import type { Json, JsonObject } from '../ir/json.ts'
import type { Usage } from '../ir/usage.ts'
import type { FailureWords } from './failure-words.ts'
import type { TaskId } from './task-id.ts'

/** What an encoder knows of the client's question. */
export interface AnswerOptions<Request> {
  readonly request: Request
  /** What the model is called where the provider's answer does not say: the provider's own name of it. */
  readonly model: string
  readonly context: CodecContext
}

/** A client's way to ask for a task: one kind of body, and of answer. */
export interface TaskShape<Request, Response> {
  /** The name in the log: `cohere-v2-embed`. */
  readonly id: string
  /** How its clients are told of a failure. */
  readonly words: FailureWords
  /** `lose` takes what the body asks for and the language has no word for. */
  decodeRequest(call: WireRequest, lose: Lose): Result<Request>
  encodeResponse(response: Response, options: AnswerOptions<Request>, lose: Lose): JsonObject
}

/** How a provider is asked for a task. */
export interface TaskWire<Request, Response> {
  readonly id: string
  /** What its failures look like; a client of the same words gets them unchanged. */
  readonly words: FailureWords
  /** Where it is posted, below the base URL, unless the provider's file says otherwise. */
  path(model: string, request: Request): string
  /** The most inputs of one request, where the wire or this model has a limit of its own. */
  maxBatch?(model: string): number | undefined
  /** Fails with `unsupported` when the wire has no way to carry the question at all. */
  encodeRequest(request: Request, model: string, lose: Lose): Result<JsonObject>
  /** Fails for what is no answer of this wire, an error in a 200 included. */
  decodeResponse(body: Json, request: Request): Result<Response>
  /** How a body of this shape passes untranslated; undefined when it has to be written anew. */
  relay?(asked: RelayQuestion): TaskRelay | undefined
}

/** A client's body, before anything of it was decoded. */
export interface RelayQuestion {
  readonly shape: string
  readonly body: JsonObject
  /** The provider's own name of the model. */
  readonly model: string
  /** The most inputs the provider takes at once; undefined when it takes any number. */
  readonly maxBatch: number | undefined
}

/** How a body passes through. */
export interface TaskRelay {
  /** As the wire's own. */
  readonly path: string
  /** Members to replace, as JSON text. */
  readonly edits: Readonly<Record<string, string>>
  /** The answer as the client must get it. A failure for a 200 that is none. */
  read(text: string): RelayedAnswer
}

/** An answer that passed through, and what it says of itself. */
export interface RelayedAnswer extends AnswerFacts {
  readonly body: string
  readonly failure: Failure | undefined
}

/** A task: its shapes, its wires, and how a question too large for a provider is asked in pieces. */
export interface Task<Request, Response> {
  readonly id: TaskId
  readonly shapes: Readonly<Record<string, TaskShape<Request, Response>>>
  readonly wires: Readonly<Record<string, TaskWire<Request, Response>>>
  /** The shape of a body at a path that several share; undefined: the one the route names. */
  shapeOf?(shape: string, body: JsonObject): string | undefined
  /** Pieces of at most `maxBatch` inputs, in order; one when it fits. */
  split(request: Request, maxBatch: number | undefined): readonly Request[]
  /** The answer to the whole question from the answers to its pieces, in their order. Usage is summed. */
  join(responses: readonly Response[]): Response
  usageOf(response: Response): Usage | undefined
}

/** The answer of a provider is not what its wire allows. */
export function badAnswer(what: string): { readonly ok: false; readonly failure: Failure } {
  return {
    ok: false,
    failure: { kind: 'upstream-protocol', message: `The provider's answer ${what}.`, retry: 'other-target' },
  }
}

/** The question cannot be put to this provider; another may take it. */
export function cannotCarry(message: string, param: string): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: { kind: 'unsupported', message, retry: 'other-target', param } }
}
