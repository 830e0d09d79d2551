import type { Part } from '../../ir/part.ts'
import type { Message } from '../../ir/request.ts'

/**
 * Where calls have no ids on the wire, results are matched by name and order: so the results of one turn are put in the
 * order of its calls. Messages keep their number and place; only results move among them.
 */
export function orderResults(messages: readonly Message[]): readonly Message[] {
  const ordered = [...messages]
  for (let at = 0; at < messages.length; at++) {
    const end = endOfResults(messages, at)
    if (end === at) continue
    const calls = callsOf(messages[at - 1])
    const parts = messages.slice(at, end).flatMap((message) => message.parts)
    const sorted = parts.toSorted((left, right) => placeOf(left, calls) - placeOf(right, calls))
    let taken = 0
    for (let place = at; place < end; place++) {
      const message = messages[place]
      if (!message) continue
      ordered[place] = { ...message, parts: sorted.slice(taken, taken + message.parts.length) }
      taken += message.parts.length
    }
    at = end
  }
  return ordered
}

/** The end of the run of tool messages that starts here. */
function endOfResults(messages: readonly Message[], start: number): number {
  let end = start
  while (messages[end]?.role === 'tool') end++
  return end
}

function callsOf(message: Message | undefined): readonly string[] {
  return (message?.parts ?? []).flatMap((part) => (part.kind === 'tool-call' ? [part.id] : []))
}

/** Results of calls that are not there keep to the end. */
function placeOf(part: Part, calls: readonly string[]): number {
  const place = part.kind === 'tool-result' ? calls.indexOf(part.callId) : -1
  return place < 0 ? calls.length : place
}
