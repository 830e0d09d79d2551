import type { JsonObject } from '../../ir/json.ts'
import { asObject, asString } from '../../ir/read.ts'

/** One content block of the wire, with the cache point that stands right after it. */
export interface Piece {
  readonly block: JsonObject
  readonly cachePoint?: JsonObject | undefined
}

/** One message of the wire while it is being put together. */
export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly pieces: readonly Piece[]
}

/**
 * Puts turns into the order the API asks for: a call's result stands in the very next message, before anything else in
 * it; neighbours of one role are one message; none is empty; the first is the user's.
 */
export function arrangeTurns(turns: readonly Turn[]): readonly Turn[] {
  const results = new Map<string, Piece[]>()
  const arranged: Turn[] = []
  const emptied = joinTurns(turns).map((turn) => takeResults(turn, results))
  for (const turn of emptied) {
    arranged.push(turn)
    if (turn.role !== 'assistant') continue
    const answers = turn.pieces.flatMap((piece) => takeOne(results, callId(piece)))
    if (answers.length > 0) arranged.push({ role: 'user', pieces: answers })
  }
  const orphans = [...results.values()].flat()
  if (orphans.length > 0) arranged.push({ role: 'user', pieces: orphans })
  const joined = joinTurns(arranged)
  return joined[0]?.role === 'assistant' ? [opening, ...joined] : joined
}

/** The API refuses a conversation that the model begins. */
const opening: Turn = { role: 'user', pieces: [{ block: { text: '(start)' } }] }

/** The turn without its tool results, which go to `results` by the id of the call they answer. */
function takeResults(turn: Turn, results: Map<string, Piece[]>): Turn {
  const others: Piece[] = []
  for (const piece of turn.pieces) {
    const result = asObject(piece.block['toolResult'])
    if (!result) {
      others.push(piece)
      continue
    }
    const id = asString(result['toolUseId']) ?? ''
    results.set(id, [...(results.get(id) ?? []), piece])
  }
  return { ...turn, pieces: others }
}

function takeOne(results: Map<string, Piece[]>, id: string | undefined): readonly Piece[] {
  if (id === undefined) return []
  const found = results.get(id) ?? []
  results.delete(id)
  return found
}

function callId({ block }: Piece): string | undefined {
  return asString(asObject(block['toolUse'])?.['toolUseId'])
}

function joinTurns(turns: readonly Turn[]): readonly Turn[] {
  const joined: Turn[] = []
  for (const turn of turns) {
    if (turn.pieces.length === 0) continue
    const last = joined.at(-1)
    if (last?.role === turn.role) joined[joined.length - 1] = { ...last, pieces: [...last.pieces, ...turn.pieces] }
    else joined.push(turn)
  }
  return joined
}
