import { type Ability, abilities } from '@sluice/core/catalog/model.ts'
import type { JsonObject } from '@sluice/core/ir/json.ts'

const fields: Readonly<Record<Ability, string>> = {
  tools: 'supports_function_calling',
  parallel_tools: 'supports_parallel_function_calling',
  tool_choice: 'supports_tool_choice',
  structured_output: 'supports_response_schema',
  reasoning: 'supports_reasoning',
  caching: 'supports_prompt_caching',
  web_search: 'supports_web_search',
  computer_use: 'supports_computer_use',
  prefill: 'supports_assistant_prefill',
}

/** What an entry says a model can do; what it says nothing of counts as no. */
export function readFactAbilities(entry: JsonObject): readonly Ability[] {
  return abilities.filter((ability) => entry[fields[ability]] === true)
}
