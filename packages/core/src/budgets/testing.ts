/** How often a law is tried: as told, or `PROPERTY_RUNS` times. */
export function propertyRuns(usual: number): number {
  const told = Number(process.env['PROPERTY_RUNS'])
  return told > 0 ? told : usual
}
