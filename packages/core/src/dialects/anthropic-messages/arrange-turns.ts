import type { JsonObject } from '../../ir/json.ts'
import { asString } from '../../ir/read.ts'

/** One message of the wire while it is being put together. */
export interface Turn {
  readonly role: 'user' | 'assistant' | 'system'
  readonly blocks: JsonObject[]
  /** Fields beside `role` and `content`. */
  readonly fields: JsonObject
  /** Write one plain text block as a string. */
  readonly isString: boolean
}

/**
 * Puts turns of other dialects into the order the API asks for: a call's result stands in the very next message, before
 * anything else in it; neighbours of one role are one message; none is empty.
 */
export function arrangeTurns(turns: readonly Turn[]): Turn[] {
  const results = new Map<string, JsonObject[]>()
  const arranged: Turn[] = []
  const emptied = joinTurns(turns).map((turn) => takeResults(turn, results))
  for (const turn of emptied) {
    arranged.push(turn)
    if (turn.role !== 'assistant') continue
    const answers = turn.blocks.flatMap((block) => takeOne(results, callId(block)))
    if (answers.length > 0) arranged.push(userTurn(answers))
  }
  const orphans = [...results.values()].flat()
  if (orphans.length > 0) arranged.push(userTurn(orphans))
  return joinTurns(arranged)
}

/** A turn of the user with these blocks. */
export function userTurn(blocks: JsonObject[]): Turn {
  return { role: 'user', blocks, fields: {}, isString: false }
}

/** The turn without its tool results, which go to `results` by the id of the call they answer. */
function takeResults(turn: Turn, results: Map<string, JsonObject[]>): Turn {
  const others = turn.blocks.filter((block) => block['type'] !== 'tool_result')
  if (others.length === turn.blocks.length) return turn
  for (const block of turn.blocks) {
    if (block['type'] !== 'tool_result') continue
    const id = asString(block['tool_use_id']) ?? ''
    results.set(id, [...(results.get(id) ?? []), block])
  }
  return { ...turn, blocks: others }
}

function takeOne(results: Map<string, JsonObject[]>, id: string | undefined): JsonObject[] {
  if (id === undefined) return []
  const found = results.get(id) ?? []
  results.delete(id)
  return found
}

function callId(block: JsonObject): string | undefined {
  return block['type'] === 'tool_use' ? asString(block['id']) : undefined
}

function joinTurns(turns: readonly Turn[]): Turn[] {
  const joined: Turn[] = []
  for (const turn of turns) {
    if (turn.blocks.length === 0) continue
    const last = joined.at(-1)
    if (last?.role === turn.role && turn.role !== 'system') last.blocks.push(...turn.blocks)
    else joined.push({ ...turn, blocks: [...turn.blocks] })
  }
  return joined
}
