import { customToolNames } from '../../ir/custom-tool.ts'
import type { Json } from '../../ir/json.ts'
import { asArray } from '../../ir/read.ts'
import type { GenerateRequest, Message } from '../../ir/request.ts'
import { own } from './wire.ts'

/** How one client of this dialect wants its answer spelled, read off its request. */
export interface ClientStyle {
  /** The field of visible thinking. */
  readonly reasoningField: 'reasoning_content' | 'reasoning'
  /** The client wrote `functions`, and can read only one `function_call`. */
  readonly isLegacy: boolean
  /** Free-form tools: their calls go back as text. */
  readonly customTools: ReadonlySet<string>
}

/**
 * Thinking is told once. It stands in `reasoning_content`, which most clients read, unless the client asked in
 * OpenRouter's way (`reasoning`, `include_reasoning`) or sent thinking back in `reasoning`: then it stands there.
 */
export function readStyle(request: GenerateRequest): ClientStyle {
  const forms = asArray(own(request.ext)['$reasoning']) ?? []
  const usesShortName =
    forms.includes('reasoning') ||
    forms.includes('include_reasoning') ||
    request.messages.some((message) => sentBack(message).includes('reasoning'))
  return {
    reasoningField: usesShortName ? 'reasoning' : 'reasoning_content',
    isLegacy: own(request.ext)['$functions'] === true,
    customTools: customToolNames(request),
  }
}

/** The field a host told a thought in, or undefined when it told none; OpenRouter's clients read theirs alone. */
export function fieldFor(noted: Json | undefined, { reasoningField }: ClientStyle): string | undefined {
  if (typeof noted !== 'string') return undefined
  return noted === 'reasoning_content' ? reasoningField : noted
}

function sentBack({ ext }: Message): readonly Json[] {
  const fields = asArray(own(ext)['$fields']) ?? []
  return fields.includes('reasoning_content') ? [] : fields
}
