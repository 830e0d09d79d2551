import { poll } from './poll.ts'
import type { GatewayProcess } from './start-process.ts'

/** Runs this and tells by how many bytes the gateway's process grew at most meanwhile. */
export async function growthDuring(
  gateway: Pick<GatewayProcess, 'residentBytes'>,
  act: () => Promise<unknown>,
): Promise<number> {
  const base = gateway.residentBytes()
  let most = 0
  let isOver = false
  const watching = poll(() => {
    most = Math.max(most, gateway.residentBytes() - base)
    return isOver
  })
  try {
    await act()
  } finally {
    isOver = true
    await watching
  }
  return most
}
