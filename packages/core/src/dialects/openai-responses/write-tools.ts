import { asFunction } from '../../ir/custom-tool.ts'
import type { Lose } from '../../ir/dialect.ts'
import type { Json, JsonObject } from '../../ir/json.ts'
import { asObject, asString } from '../../ir/read.ts'
import type { FunctionTool, GenerateRequest, Tool, ToolChoice, WebSearchTool } from '../../ir/request.ts'
import { dialect, fieldsOf, ownOf } from './extension.ts'
import { namespaceOf } from './namespace.ts'
import type { ResponsesQuirks } from './quirks.ts'

/** The tools of a request; those that came from one namespace stand in it again. Tools of other dialects are left out. */
export function writeTools(tools: readonly Tool[], quirks: ResponsesQuirks, lose: Lose): readonly JsonObject[] {
  const written: JsonObject[] = []
  let open: { readonly namespace: JsonObject; readonly tools: JsonObject[] } | undefined
  for (const [index, tool] of tools.entries()) {
    const wire = writeTool(tool, `tools[${index}]`, { quirks, lose })
    if (!wire) continue
    const namespace = tool.kind === 'provider' ? undefined : namespaceOf(ownOf(tool.ext))
    if (!namespace) {
      open = undefined
      written.push(wire)
    } else if (open && open.namespace['name'] === namespace['name']) {
      open.tools.push(wire)
    } else {
      open = { namespace, tools: [wire] }
      written.push({ type: 'namespace', ...namespace, tools: open.tools })
    }
  }
  return written
}

interface ToolWriting {
  readonly quirks: ResponsesQuirks
  readonly lose: Lose
}

function writeTool(tool: Tool, path: string, { quirks, lose }: ToolWriting): JsonObject | undefined {
  switch (tool.kind) {
    case 'function':
      return writeFunction(tool)
    case 'custom': {
      if (!quirks.hasCustomTools) return writeFunction(asFunction(tool))
      const { name, description, format, ext } = tool
      const own = ownOf(ext)
      return {
        type: 'custom',
        name: asString(own?.['$name']) ?? name,
        ...(description !== undefined && { description }),
        ...(format && { format }),
        ...fieldsOf(own),
      }
    }
    case 'web-search':
      return writeWebSearch(tool, path, { quirks, lose })
    case 'code-execution':
      return { type: 'code_interpreter', container: { type: 'auto' }, ...fieldsOf(ownOf(tool.ext)) }
    case 'provider':
      return tool.dialect === dialect ? tool.value : undefined
    default:
      return tool satisfies never
  }
}

/** Without `strict` the API makes the schema strict, so a tool of another dialect says `false`. */
function writeFunction({ name, description, parameters, strict, ext }: FunctionTool): JsonObject {
  const own = ownOf(ext)
  const isUnsaid = own?.['$strict'] === 'unsaid'
  return {
    type: 'function',
    name: asString(own?.['$name']) ?? name,
    ...(description !== undefined && { description }),
    parameters,
    ...(!isUnsaid && { strict: strict ?? false }),
    ...fieldsOf(own),
  }
}

function writeWebSearch(tool: WebSearchTool, path: string, { quirks, lose }: ToolWriting): JsonObject {
  const { maxUses, allowedDomains, blockedDomains, userLocation } = tool
  const own = ownOf(tool.ext)
  const { filters: otherFilters, ...fields } = fieldsOf(own)
  if (maxUses !== undefined && !own) {
    lose({ path: `${path}.maxUses`, why: "the Responses API's web search has no limit of its own", value: maxUses })
  }
  const filters = {
    ...(allowedDomains && { allowed_domains: allowedDomains }),
    ...(blockedDomains && { blocked_domains: blockedDomains }),
    ...asObject(otherFilters),
  }
  return {
    type: own?.['$type'] ?? (own ? 'web_search' : quirks.webSearchType),
    ...(Object.keys(filters).length > 0 && { filters }),
    ...(userLocation && { user_location: { type: 'approximate', ...userLocation } }),
    ...(own && maxUses !== undefined && { max_uses: maxUses }),
    ...fields,
  }
}

/** `tool_choice`, or undefined when the request has none. */
export function writeToolChoice(request: GenerateRequest, quirks: ResponsesQuirks): Json | undefined {
  const native = ownOf(request.ext)?.['tool_choice']
  if (native !== undefined) return native
  const choice = request.toolChoice
  return choice && writeChoice(choice, request.tools, quirks)
}

function writeChoice(choice: ToolChoice, tools: readonly Tool[], quirks: ResponsesQuirks): Json {
  switch (choice.mode) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.mode
    case 'tool':
      return namedTool(choice.name, tools, quirks)
    case 'subset':
      return {
        type: 'allowed_tools',
        mode: choice.must ? 'required' : 'auto',
        tools: choice.names.map((name) => namedTool(name, tools, quirks)),
      }
    default:
      return choice satisfies never
  }
}

function namedTool(name: string, tools: readonly Tool[], quirks: ResponsesQuirks): JsonObject {
  const tool = tools.find((each) => (each.kind === 'function' || each.kind === 'custom') && each.name === name)
  if (!tool || tool.kind === 'provider') return { type: 'function', name }
  const own = ownOf(tool.ext)
  const namespace = asString(namespaceOf(own)?.['name'])
  return {
    type: tool.kind === 'custom' && quirks.hasCustomTools ? 'custom' : 'function',
    name: asString(own?.['$name']) ?? name,
    ...(namespace !== undefined && { namespace }),
  }
}
