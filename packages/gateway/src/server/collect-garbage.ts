import type { CallGate } from './call-gate.ts'

const lookEveryMs = 1_000
/** A quiet gateway with a call now and then is not to collect after each. */
const atMostEveryLooks = 5
/** Growth since the last collection that asks for another one, whatever is under way. */
const growthBytes = 64 * 1024 * 1024

/**
 * Lets the collector look when the process has nothing to do after a time of work, and when it has grown much. By itself
 * the collector goes by new objects, and knows little of the bytes of network reads: a process whose streams all stand
 * still would hold what its last peak left. The function it returns stops this.
 */
export function collectGarbage(gate: CallGate): () => void {
  let collectedAfter = 0
  let seenCalls = 0
  let leftBytes = process.memoryUsage.rss()
  let looks = 0
  const timer = setInterval(() => {
    looks++
    const { open, entered } = gate
    const isIdle = open === 0 && entered === seenCalls && entered !== collectedAfter
    seenCalls = entered
    if (looks < atMostEveryLooks) return
    const bytes = process.memoryUsage.rss()
    leftBytes = Math.min(leftBytes, bytes)
    if (!isIdle && bytes - leftBytes < growthBytes) return
    collectedAfter = entered
    looks = 0
    Bun.gc(false)
    leftBytes = process.memoryUsage.rss()
  }, lookEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}
