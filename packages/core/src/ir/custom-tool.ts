import type { JsonObject } from './json.ts'
import type { CustomTool, FunctionTool, GenerateRequest } from './request.ts'

/**
 * A custom tool takes plain text. For a dialect that has none it becomes a function with one string argument, and the
 * call comes back as text: nothing is lost but the grammar.
 */
const inputSchema: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
  required: ['input'],
  additionalProperties: false,
}

/** The function that stands in for a custom tool. */
export function asFunction(tool: CustomTool): FunctionTool {
  const { name, description, cache } = tool
  return {
    kind: 'function',
    name,
    parameters: inputSchema,
    ...(description !== undefined && { description }),
    ...(cache && { cache }),
  }
}

/** JSON arguments of the stand-in function, from the text of a custom call. */
export function textToArgs(text: string): string {
  return JSON.stringify({ input: text })
}

/** The text of a custom call, from the JSON arguments of the stand-in; what is no such JSON stays as it is. */
export function argsToText(args: string): string {
  try {
    const value: unknown = JSON.parse(args)
    if (typeof value === 'object' && value !== null && 'input' in value && typeof value.input === 'string')
      return value.input
  } catch {
    return args
  }
  return args
}

/** Names of the client's custom tools: a call of one of these goes back as text. */
export function customToolNames(request: GenerateRequest): ReadonlySet<string> {
  const names = new Set<string>()
  for (const tool of request.tools) if (tool.kind === 'custom') names.add(tool.name)
  return names
}
