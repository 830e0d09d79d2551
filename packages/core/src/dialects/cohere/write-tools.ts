import { asFunction } from '../../ir/custom-tool.ts'
import type { Lose } from '../../ir/dialect.ts'
import type { JsonObject } from '../../ir/json.ts'
import { asArray } from '../../ir/read.ts'
import type { FunctionTool, GenerateRequest, Tool } from '../../ir/request.ts'

/** `tools`, `tool_choice` and `strict_tools`; all absent when there is no tool the API knows. */
export function writeTools(request: GenerateRequest, lose: Lose): JsonObject {
  const functions = request.tools.flatMap((tool, index) => readFunction(tool, { path: `tools[${index}]`, lose }))
  const offered = functions.filter(({ tool }) => isOffered(tool, request))
  if (offered.length === 0) return {}
  const choice = choiceWord(request.toolChoice)
  return {
    tools: offered.map(({ tool }) => writeFunction(tool)),
    ...(choice !== undefined && { tool_choice: choice }),
    ...writeStrictness(offered, lose),
  }
}

interface PlacedFunction {
  readonly tool: FunctionTool
  readonly path: string
}

function readFunction(tool: Tool, { path, lose }: { path: string; lose: Lose }): readonly PlacedFunction[] {
  switch (tool.kind) {
    case 'function':
      return [{ tool, path }]
    case 'custom':
      if (tool.format) lose({ path: `${path}.format`, why: 'a custom tool is a function here, without a grammar' })
      return [{ tool: asFunction(tool), path }]
    case 'web-search':
    case 'code-execution':
      lose({ path, why: `the API runs no ${tool.kind}` })
      return []
    case 'provider':
      return []
    default:
      return tool satisfies never
  }
}

/** A choice among some tools cannot be said here; offering only those is the same thing. */
function isOffered({ name }: FunctionTool, { toolChoice }: GenerateRequest): boolean {
  if (toolChoice?.mode === 'tool') return toolChoice.name === name
  return toolChoice?.mode !== 'subset' || toolChoice.names.includes(name)
}

function choiceWord(choice: GenerateRequest['toolChoice']): string | undefined {
  switch (choice?.mode) {
    case 'required':
    case 'tool':
      return 'REQUIRED'
    case 'subset':
      return choice.must ? 'REQUIRED' : undefined
    case 'none':
      return 'NONE'
    default:
      return undefined
  }
}

function writeFunction({ name, description, parameters }: FunctionTool): JsonObject {
  const schema = 'type' in parameters ? parameters : { type: 'object', ...parameters }
  return {
    type: 'function',
    function: { name, ...(description !== undefined && { description }), parameters: schema },
  }
}

/**
 * Strictness is asked for all tools or none, and each tool must then require a parameter.
 * https://docs.cohere.com/docs/structured-outputs#structured-outputs-tools (seen 2026-11-21)
 */
function writeStrictness(offered: readonly PlacedFunction[], lose: Lose): JsonObject {
  const strict = offered.filter(({ tool }) => tool.strict === true)
  if (strict.length === 0) return {}
  const canAll = strict.length === offered.length && offered.every(({ tool }) => requiresSomething(tool))
  if (canAll) return { strict_tools: true }
  for (const { path } of strict) {
    lose({ path: `${path}.strict`, why: 'strict is for all tools or none, each with a required parameter' })
  }
  return {}
}

function requiresSomething({ parameters }: FunctionTool): boolean {
  return (asArray(parameters['required'])?.length ?? 0) > 0
}
